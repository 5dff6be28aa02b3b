"""The samples and corpora of 100,000 messages of each kind: the report against the truth, the sums, and the second count."""
import os
import random

from stage import case, check, equal, slow

SETS = (("epost", "epost.zip", ("--input-tz", "+09:00")), ("qmail", "qmail.tar.gz", ()),
        ("maillog", "maillog.tar.gz", ()), ("postfix", "postfix.tar.gz", ("--input-tz", "+09:00")),
        ("sendmail", "sendmail.tar.gz", ()), ("exim", "exim.tar.gz", ()))


@case
def the_samples_reports_say_what_their_truths_know(stage):
    for folder, _, options in SETS:
        run = stage.report(stage.sample(folder), options=options).exited(0)
        run.agrees(stage.sample(folder + ".truth.json"), "--lines").reconciles()


@case
def a_second_reader_counts_the_lines_of_the_samples_alike(stage):
    for folder, _, options in SETS:
        stage.report(stage.sample(folder), options=options).recounts("samples")


@case
def the_archives_of_the_samples_give_the_figures_of_their_folders(stage):
    for folder, archive, options in SETS:
        run = stage.report(stage.sample(archive), options=options).exited(0)
        run.agrees(stage.sample(folder + ".truth.json"), "--lines").reconciles()


@case
def a_second_reader_counts_the_lines_of_the_archives_alike(stage):
    for _, archive, options in SETS:
        stage.report(stage.sample(archive), options=options).recounts("samples")


@case
def the_damaged_samples_are_reported_one_by_one(stage):
    run = stage.report(stage.sample("damaged")).exited(1).reconciles()
    for kind, path in (("gzip-crc", "bad-crc.gz"), ("gzip-trailer-missing", "no-trailer.gz"),
                       ("gzip-truncated", "truncated.gz"), ("entry-encrypted", "hostile.zip!secret/261120.log"),
                       ("not-a-log", "damaged/maillog")):
        run.warned(kind, path)
    for path in ("crlf.log", "utf16.log", "nul-bytes.log", "multi-member.gz"):
        check(not [p for p in run.problems() if path in run.path_of(p)], path, "was called damaged")
    for path, lines in (("crlf.log", 60), ("utf16.log", 30), ("nul-bytes.log", 61), ("bad-crc.gz", 240),
                        ("multi-member.gz", 240), ("no-trailer.gz", 240), ("cp932.log", 9)):
        equal(run.source(path)["lines"]["read"], lines, "lines of", path)
    check(not os.path.exists("/tmp/escape"), "something was written outside")


@case
def a_second_reader_counts_the_lines_of_the_damaged_samples_alike(stage):
    stage.report(stage.sample("damaged")).recounts("samples")


def corpus(stage, kind, *options):
    return stage.simulate(kind, "--messages", "100000", "--retry", "0.12", "--restarts", "3", "--seed", "20261",
                          "--start", "2026-09-01T00:00:00+09:00", "--zone", "+09:00", "--domains", "200", *options)


def files_below(folder):
    return sorted(os.path.join(path, name) for path, _, names in os.walk(folder) for name in names)


def shuffled(folder, seed):
    files = files_below(folder)
    random.Random(seed).shuffle(files)
    return files


@case
@slow
def a_hundred_thousand_epost_messages_are_counted_exactly(stage):
    folder, truth = corpus(stage, "epost", "--days", "20")
    run = stage.report(folder, options=("--input-tz", "+09:00")).exited(0)
    run.agrees(truth, "--lines").reconciles()


@case
@slow
def a_hundred_thousand_multilog_messages_are_counted_exactly_in_any_order_of_their_files(stage):
    folder, truth = corpus(stage, "multilog", "--days", "20", "--rotate", "9000000")
    stage.report(*shuffled(folder, 1)).exited(0).agrees(truth).reconciles()


@case
@slow
def a_hundred_thousand_messages_of_rotated_and_gzipped_syslog_are_counted_exactly_in_any_order(stage):
    folder, truth = corpus(stage, "syslog", "--days", "150", "--rotate", "weekly")
    files = shuffled(folder, 2)
    check(any(f.endswith(".gz") for f in files), "nothing is gzipped")
    stage.report(*files).exited(0).agrees(truth).reconciles()


@case
@slow
def epost_logs_with_lost_lines_are_counted_exactly(stage):
    folder, truth = corpus(stage, "epost", "--days", "20", "--lose", "0.002")
    stage.report(folder, options=("--input-tz", "+09:00")).agrees(truth).reconciles()


@case
@slow
def multilog_files_with_lost_lines_are_counted_exactly_in_any_order(stage):
    folder, truth = corpus(stage, "multilog", "--days", "20", "--rotate", "9000000", "--lose", "0.002")
    stage.report(*shuffled(folder, 3)).agrees(truth).reconciles()


@case
@slow
def gzipped_syslog_with_lost_lines_is_counted_exactly_in_any_order(stage):
    folder, truth = corpus(stage, "syslog", "--days", "150", "--rotate", "weekly", "--lose", "0.002")
    stage.report(*shuffled(folder, 4)).agrees(truth).reconciles()


@case
@slow
def a_second_reader_counts_every_line_of_a_syslog_corpus_alike(stage):
    folder, truth = stage.simulate("syslog", "--messages", "15000", "--retry", "0.12", "--restarts", "2", "--lose",
                                   "0.002", "--days", "60", "--rotate", "weekly", "--zone", "+09:00", "--start",
                                   "2026-11-20T00:00:00+09:00")
    stage.report(folder).agrees(truth).reconciles().recounts(os.path.dirname(folder))


def aged(folder, stamp):
    """The same files, written last at stamp: lines without a year rest on it."""
    for path in files_below(folder):
        os.utime(path, (stamp, stamp))
    return folder


@case
@slow
def a_hundred_thousand_postfix_messages_over_new_year_are_counted_exactly_in_any_order(stage):
    folder, truth = stage.simulate("postfix", "--messages", "100000", "--retry", "0.12", "--restarts", "3", "--seed", "20262",
                                   "--start", "2025-11-10T00:00:00+09:00", "--zone", "+09:00", "--days", "100", "--rotate",
                                   "weekly", "--warmup", "400000", "--outage", "20")
    files = shuffled(aged(folder, 1771300000), 5)
    check(any(f.endswith(".gz") for f in files), "nothing is gzipped")
    stage.report(*files, options=("--input-tz", "+09:00")).exited(0).agrees(truth, "--lines").reconciles()


@case
@slow
def a_hundred_thousand_postfix_messages_with_long_ids_are_counted_exactly_in_any_order(stage):
    folder, truth = corpus(stage, "postfix", "--days", "20", "--rotate", "9000000", "--iso", "--long-ids")
    stage.report(*shuffled(folder, 6)).exited(0).agrees(truth, "--lines").reconciles()


@case
@slow
def a_second_reader_counts_every_line_of_a_postfix_corpus_alike(stage):
    folder, truth = stage.simulate("postfix", "--messages", "15000", "--retry", "0.12", "--restarts", "2", "--days", "60",
                                   "--rotate", "daily", "--iso", "--zone", "+09:00", "--start", "2026-11-20T00:00:00+09:00")
    stage.report(folder).agrees(truth).reconciles().recounts(os.path.dirname(folder))


@case
@slow
def a_hundred_thousand_sendmail_messages_are_counted_exactly_in_any_order(stage):
    folder, truth = corpus(stage, "sendmail", "--days", "60", "--rotate", "weekly", "--outage", "20")
    files = shuffled(aged(folder, 1793600000), 7)
    check(any(f.endswith(".gz") for f in files), "nothing is gzipped")
    stage.report(*files).exited(0).agrees(truth, "--lines").reconciles()


@case
@slow
def a_hundred_thousand_exim_messages_are_counted_exactly_in_any_order(stage):
    folder, truth = corpus(stage, "exim", "--days", "60", "--rotate", "9000000", "--outage", "20")
    stage.report(*shuffled(folder, 8)).exited(0).agrees(truth, "--lines").reconciles()


@case
@slow
def postfix_mail_that_passes_a_content_filter_is_one_message_under_two_ids(stage):
    folder, truth = stage.simulate("postfix", "--filter", "--messages", "30000", "--retry", "0.12", "--seed", "20263", "--days", "20",
                                   "--rotate", "4000000", "--iso", "--zone", "+09:00", "--start", "2026-09-01T00:00:00+09:00")
    stage.report(*shuffled(folder, 7)).exited(0).agrees(truth, "--lines").reconciles()
