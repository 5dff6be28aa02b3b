"""Copies of one log that overlap: every line counts once, whichever way the copies were made, packed, named or read."""
import collections
import gzip
import os
import random
import shutil
import tarfile

from stage import case, check, equal, write

SECTIONS = ("messages", "recipients", "attempts", "dwell", "queue")


def lines_below(folder):
    lines = collections.Counter()
    copies = []
    for path, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(path, name), "rb") as f:
                data = f.read()
            copies.append(collections.Counter((gzip.decompress(data) if name.endswith(".gz") else data).splitlines()))
    for copy in copies:
        lines |= copy  # the maximum, not the sum
    return sum(lines.values()), sum(sum(copy.values()) for copy in copies)


def placeless(tree):
    """Without what names a file."""
    if isinstance(tree, dict):
        return {k: placeless(v) for k, v in tree.items() if k not in ("evidence", "joined_across_sources")}
    return [placeless(v) for v in tree] if isinstance(tree, list) else tree


def figures(report):
    """What must be the same for the log whole and in overlapping copies."""
    return {key: placeless(report[key]) for key in SECTIONS}


def once(stage, whole, folder, truth, *options, twice=None):
    """The report on the overlapping copies in folder says what the one on the whole log says."""
    run = stage.report(folder, options=options).exited(0).agrees(truth).reconciles()
    want = stage.report(whole, options=options).exited(0).report
    have = run.report
    for key, value in figures(want).items():
        equal(figures(have)[key], value, key)
    kept, read = lines_below(folder)
    lines = have["evidence"]["totals"]["lines"]
    equal((lines["read"], lines["duplicate"]), (read, twice or read - kept), "lines read, duplicate")
    check("overlap" in run.kinds(notes=True) and "overlap" not in run.kinds(), "no note of the overlap")
    found = [f for f in have["findings"] if f["kind"] == "evidence_overlap"]
    equal([f["severity"] for f in found][:1], ["info"], "finding")
    return run


def corpus(stage, kind, *options):
    whole, truth = stage.simulate(kind, "--messages", "3000", "--days", "3", "--retry", "0.12", "--restarts", "2",
                                  "--seed", "771", *options)
    names = os.listdir(whole)
    if kind == "epost":
        return whole, truth, None
    equal(len(names), 1, "files of the uncut log")
    with open(os.path.join(whole, names[0]), "rb") as f:
        return whole, truth, f.read().splitlines(keepends=True)


def part(lines, start, end):
    return b"".join(lines[int(len(lines) * start):int(len(lines) * end)])


@case
def a_copytruncate_whose_tail_stands_in_both_files_counts_once(stage):
    for kind, old, new in (("syslog", "maillog.1", "maillog"), ("multilog", "@400000006af2272c17b3bbd8.s", "current")):
        whole, truth, lines = corpus(stage, kind)
        place = stage.place("copytruncate") + "/box"
        write(place + "/" + old, part(lines, 0, 0.55))
        write(place + "/" + new, part(lines, 0.43, 1))
        once(stage, whole, place, truth)


@case
def a_back_up_of_the_middle_counts_once(stage):
    whole, truth, lines = corpus(stage, "syslog")
    place = stage.place("middle") + "/box"
    write(place + "/maillog", b"".join(lines))
    write(place + "/maillog.20261117", part(lines, 0.2, 0.7))
    once(stage, whole, place, truth)


@case
def a_gz_that_overlaps_a_plain_file_and_a_chain_of_copies_count_once(stage):
    whole, truth, lines = corpus(stage, "syslog")
    place = stage.place("chain") + "/box"
    write(place + "/maillog.3.gz", gzip.compress(part(lines, 0, 0.35), mtime=0))
    write(place + "/maillog.2.gz", gzip.compress(part(lines, 0.3, 0.6), mtime=0))
    write(place + "/maillog.1", part(lines, 0.55, 0.9))
    write(place + "/maillog", part(lines, 0.5, 1))
    write(place + "/maillog.1.gz", gzip.compress(part(lines, 0.55, 0.9), mtime=0))
    once(stage, whole, place, truth)


@case
def mail_warn_and_mail_err_count_only_what_mail_log_lacks(stage):
    whole, truth, lines = corpus(stage, "syslog")
    place = stage.place("warn") + "/log"
    chance = random.Random(5)
    warn = [line for line in lines if b"deferral" in line or b"failure" in line]
    only = set(chance.sample(range(len(lines)), 40))  # as where a filter took lines out of mail.log
    write(place + "/mail.log", b"".join(line for i, line in enumerate(lines) if i not in only))
    write(place + "/mail.warn", b"".join(line for i, line in enumerate(lines) if i in only or line in warn))
    write(place + "/mail.err", b"".join(line for line in warn if b"failure" in line))
    kept, read = lines_below(place)
    equal(kept, len(lines), "lines in all")
    run = stage.report(place).exited(0).reconciles()
    totals = run.report["evidence"]["totals"]["lines"]
    equal((totals["read"], totals["duplicate"]), (read, read - kept), "lines")
    want = stage.report(whole).exited(0).report
    for key in ("messages", "recipients", "attempts"):
        equal(figures(run.report)[key], figures(want)[key], key)


def small_log(stage):
    whole, _ = stage.simulate("syslog", "--messages", "300", "--days", "2", "--seed", "5")
    with open(os.path.join(whole, os.listdir(whole)[0]), "rb") as f:
        return stage.report(whole).exited(0), f.read().splitlines(keepends=True)


NOISE = b"Nov 17 %02d:%02d:01 mx1 CRON[77]: (root) CMD (true)\n"


def ids(run):
    return [i["id"] for i in run.report["instances"] if i["server"] == "qmail"]


def same_messages(have, want, *told):
    for key in ("messages", "recipients", "attempts"):
        equal(figures(have.report)[key], figures(want.report)[key], key, *told)


@case
def mail_that_syslog_writes_into_several_logs_counts_once(stage):
    want, lines = small_log(stage)
    names = (("mail.log", "syslog"), ("maillog", "messages"), ("mail", "mail.info"), ("mail.log.1", "syslog.3.gz"))
    for mail, other in names:
        place = stage.place("default")
        write(f"{place}/log/{mail}", b"".join(lines))
        data = NOISE % (0, 1) + part(lines, 0.1, 0.9) + NOISE % (23, 59)
        write(f"{place}/log/{other}", gzip.compress(data, mtime=0) if other.endswith(".gz") else data)
        run = stage.report(place).exited(0).reconciles()
        same_messages(run, want, mail, other)
        label = "mail.log" if "mail.info" in other else mail.removesuffix(".1")
        equal(ids(run), ["qmail mx1 " + label], "instances")
    alone = stage.place("alone")
    write(alone + "/syslog", NOISE % (0, 1) + b"".join(lines))
    run = stage.report(alone).exited(0).reconciles()
    same_messages(run, want, "syslog alone")
    equal(ids(run), ["qmail mx1 syslog"], "instances")


@case
def mail_logs_of_different_names_and_hosts_keep_their_names(stage):
    _, lines = small_log(stage)
    place = stage.place("two")
    write(place + "/a/mail.log", part(lines, 0, 0.3))
    write(place + "/b/maillog", part(lines, 0, 0.3).replace(b" mx1 ", b" mx2 "))
    write(place + "/a/messages", (NOISE % (0, 1)) * 900)  # no mail in it: another log
    run = stage.report(place).exited(0).reconciles()
    equal(ids(run), ["qmail mx1 mail.log", "qmail mx2 maillog"], "instances")
    equal(run.source("/messages")["instance"], None, "instance of messages")


@case
def copies_under_names_that_people_give_count_once(stage):
    want, lines = small_log(stage)
    for name, data in (("mail.log.bak", part(lines, 0.2, 0.8)), ("mail.log~", part(lines, 0.2, 1)), ("mail.log.1.old", part(lines, 0, 0.4)),
                       ("mail.log.orig.gz", gzip.compress(part(lines, 0.5, 1), mtime=0)), ("mail.log.txt", part(lines, 0, 0.5)),
                       ("mx1-evidence.log", part(lines, 0, 0.9).replace(b"\n", b"\r\n"))):  # the last begins like the log
        place = stage.place("named")
        write(place + "/mail.log", b"".join(lines))
        write(place + "/" + name, data)
        run = stage.report(place).exited(0).reconciles()
        same_messages(run, want, name)
        equal(ids(run), ["qmail mx1 mail.log"], "instances with", name)


@case
def exim_s_rejectlog_and_paniclog_count_only_what_mainlog_lacks(stage):
    refused = "H=(x) [203.0.113.7]:4711 F=<a@example.org> rejected RCPT <probe@example.net>: relay not permitted\n"
    full = "Failed to create spool file /var/spool/exim4/input//1xUBQr-0000Ef-2a-D: No space left on device\n"
    headers = "Envelope-from: <a@example.org>\nP Received: from [203.0.113.7]\n\tby mx.example.jp\n  Subject: x\n"
    main = "2026-11-20 08:20:45 " + refused + "2026-11-20 08:20:46 " + full + "2026-11-20 08:25:00 " + refused
    for name in ("mainlog", "exim_mainlog"):
        place = stage.place(name)
        write(f"{place}/exim/{name}", main.encode())
        write(f"{place}/exim/{name.replace('main', 'reject')}",
              f"2026-11-20 08:20:45 {refused}{headers}2026-11-20 08:22:00 {refused}2026-11-20 08:25:00 {refused}".encode())
        write(f"{place}/exim/{name.replace('main', 'panic')}", f"2026-11-20 08:20:46 {full}".encode())
        report = stage.report(place).exited(0).reconciles().report
        lines = report["evidence"]["totals"]["lines"]
        equal([lines[key] for key in ("read", "parsed", "duplicate", "continuation", "unparsed")], [11, 4, 3, 4, 0], name)
        equal(len(report["instances"]), 1, "instances")
        equal([row["event"] for row in report["services"]], ["alert"], "alerts")


@case
def a_line_written_twice_counts_twice_and_its_copies_do_not(stage):
    whole, _, lines = corpus(stage, "syslog")
    noise = b"Nov 17 10:00:00 mx1 sshd[1]: error: the same line again\n"
    at = next(i for i, line in enumerate(lines) if line.startswith(b"Nov 17 10:00:0"))
    twice = [*lines[:at], noise, noise, *lines[at:]]
    place = stage.place("twice") + "/box"
    write(place + "/maillog.1", b"".join(twice[:at + 500]))
    write(place + "/maillog", b"".join(twice[at - 500:]))
    kept, read = lines_below(place)
    equal(kept, len(twice), "lines in all")
    run = stage.report(place).exited(0).reconciles()
    equal(run.report["evidence"]["totals"]["lines"]["duplicate"], read - kept, "duplicates")
    want = stage.report(whole).exited(0).report["evidence"]["totals"]["lines"]
    have = run.report["evidence"]["totals"]["lines"]
    equal((have["other"], have["parsed"]), (want["other"] + 2, want["parsed"]), "lines by class")


@case
def lines_out_of_order_are_neither_lost_nor_dropped_twice(stage):
    """Late lines, and a clock set back: a copy may begin anywhere, also behind the step."""
    _, _, lines = corpus(stage, "syslog")
    chance = random.Random(11)
    mixed = list(lines)
    for _ in range(400):
        at = chance.randrange(len(mixed) - 8)
        mixed[at], mixed[at + 3] = mixed[at + 3], mixed[at]
    at = len(mixed) // 2
    stepped = [*mixed[:at], *mixed[at + 900:at + 1800], *mixed[at:at + 900], *mixed[at + 1800:]]  # some minutes back
    for start in (at - 2000, at, at + 450, at + 900, at + 1000, at + 1500):
        place = stage.place("order") + "/box"
        write(place + "/maillog.1", b"".join(stepped[:at + 2500]))
        write(place + "/maillog", b"".join(stepped[start:]))
        kept, read = lines_below(place)
        totals = stage.report(place).exited(0).reconciles().report["evidence"]["totals"]["lines"]
        equal((totals["read"], totals["duplicate"]), (read, read - kept), "from line", start)


@case
def a_copy_cut_in_mid_line_adds_no_message(stage):
    whole, _, lines = corpus(stage, "syslog")
    want = stage.report(whole).exited(0).report
    at = next(i for i in range(len(lines) // 2, len(lines)) if b" end msg " in lines[i])
    for cut in (3, 12, 30):
        place = stage.place("cut") + "/box"
        write(place + "/maillog.1", b"".join(lines[:at]) + lines[at][:-cut])
        write(place + "/maillog", b"".join(lines[at - 3000:]))
        have = stage.report(place).exited(0).reconciles().report
        for key in ("messages", "recipients", "attempts"):
            equal(figures(have)[key], figures(want)[key], key, "cut", cut)


@case
def copies_that_differ_in_their_line_ends_count_once(stage):
    whole, truth, lines = corpus(stage, "syslog")
    place = stage.place("ends") + "/box"
    write(place + "/maillog", b"".join(lines))
    write(place + "/maillog.1", b"".join(lines).replace(b"\n", b"\r\n"))
    once(stage, whole, place, truth)
    os.remove(place + "/maillog.1")
    at = next(i for i in range(len(lines) // 2, len(lines)) if b" end msg " in lines[i])
    for cut in (1, 2, 9):  # the last line as well as whole, or not
        write(place + "/maillog.2", (b"".join(lines[:at]) + lines[at]).replace(b"\n", b"\r\n")[:-cut])
        have = stage.report(place).exited(0).agrees(truth).reconciles().report
        equal(have["evidence"]["totals"]["lines"]["duplicate"], at + 1, "duplicates, cut", cut)


@case
def overlapping_copies_give_the_same_bytes_for_any_order_threads_or_container(stage):
    _, truth, lines = corpus(stage, "syslog")
    place = stage.place("same")
    box = place + "/box"
    write(box + "/maillog.2", part(lines, 0, 0.5))
    write(box + "/maillog.1", part(lines, 0.4, 0.8))
    write(box + "/maillog", part(lines, 0.75, 1))
    files = [os.path.join(box, name) for name in os.listdir(box)]
    outputs = set()
    for seed, jobs in enumerate(("1", "2", "16", "3")):
        random.Random(seed).shuffle(files)
        run = stage.report(*files, options=("-j", jobs)).exited(0).agrees(truth)
        outputs.add((run.file("report.json"), run.file("report.html"), run.file("report.xlsx")))
    equal(len(outputs), 1, "different reports")
    with tarfile.open(place + "/box.tar.gz", "w:gz") as tar:
        tar.add(box, "box")
    run = stage.report(place + "/box.tar.gz", options=("-j", "2")).exited(0).agrees(truth).reconciles()
    equal(figures(run.report), figures(stage.report(box).report), "figures of the archive")


def half_copied(whole, place, name):
    """The logs as they stood some time ago, below `name` of each kind; the number of their lines."""
    lines_copied = 0
    for kind in os.listdir(whole):
        for day in sorted(os.listdir(os.path.join(whole, kind, "MAIL1")))[:2]:
            with open(os.path.join(whole, kind, "MAIL1", day), "rb") as f:
                lines = f.read().splitlines(keepends=True)
            write(os.path.join(place, name.format(kind), day), b"".join(lines[:len(lines) * 2 // 3]))
            lines_copied += len(lines) * 2 // 3
    return lines_copied


@case
def overlapping_epost_logs_of_one_day_count_once(stage):
    whole, truth, _ = corpus(stage, "epost", "--zone", "+09:00")
    for name in ("mail/{}/old/MAIL1", "old/mail/{}/MAIL1", "a/b/back-up-of-noon/{}/MAIL1"):
        place = stage.place("epost")
        shutil.copytree(whole, place + "/mail")
        twice = half_copied(whole, place, name)
        run = once(stage, whole, place, truth, "--input-tz", "+09:00", twice=twice)
        equal(len(run.report["instances"]), 1, "instances")


@case
def a_back_up_of_a_multilog_folder_in_another_place_is_the_same_instance(stage):
    whole, truth, lines = corpus(stage, "multilog")
    place = stage.place("folders")
    write(place + "/var/log/qmail/@400000006af2272c17b3bbd8.s", part(lines, 0, 0.6))
    write(place + "/var/log/qmail/current", part(lines, 0.6, 1))
    write(place + "/mnt/back-up/current", part(lines, 0, 0.4))
    run = once(stage, whole, place, truth)
    equal([i["id"] for i in run.report["instances"]], ["qmail"], "instances")


@case
def logs_of_two_hosts_that_run_side_by_side_are_no_copies(stage):
    _, _, lines = corpus(stage, "syslog")
    place = stage.place("hosts")
    write(place + "/mx1/maillog", part(lines, 0, 0.5))
    write(place + "/mx2/maillog", part(lines, 0, 0.5).replace(b" mx1 ", b" mx2 "))
    run = stage.report(place).exited(0).reconciles()
    equal(run.report["evidence"]["totals"]["lines"]["duplicate"], 0, "duplicates")
    check("overlap" not in run.kinds(notes=True), "a note of an overlap")
    one = stage.report(place + "/mx1").report["messages"]["accepted"]
    equal(run.report["messages"]["accepted"], 2 * one, "messages")


def found_of(run, *kinds):
    return [f for f in run.report["findings"] if f["kind"] in kinds]


@case
def logs_of_two_machines_of_one_name_are_told_so_and_not_called_copies(stage):
    a, _ = stage.simulate("syslog", "--messages", "300", "--days", "2", "--seed", "5")
    b, _ = stage.simulate("syslog", "--messages", "200", "--days", "2", "--seed", "6")
    place = stage.place("names")
    for name, folder in (("a", a), ("b", b)):
        with open(os.path.join(folder, os.listdir(folder)[0]), "rb") as f:
            write(f"{place}/{name}/maillog", f.read().replace(b" mx1 ", b" localhost "))
    run = stage.report(place).exited(0).reconciles()
    found = found_of(run, "name_shared", "evidence_overlap")
    equal([(f["kind"], f["severity"]) for f in found], [("name_shared", "medium")], "findings")
    check(found[0]["numbers"]["n"] * 10 < found[0]["numbers"]["lines"], found[0]["numbers"])
    for lang, word in (("en", b"--host PATH=NAME"), ("ja", "--host パス=名前".encode())):
        check(word in stage.report(place, options=("--lang", lang)).file("report.html"), "not told what to do in", lang)
    told = stage.report(place, options=("--host", place + "/b=mx2")).exited(0).reconciles()
    equal(found_of(told, "name_shared", "evidence_overlap"), [], "with names")
    equal({i["host"] for i in told.report["instances"]}, {"localhost", "mx2"}, "hosts")


@case
def a_rotated_log_that_is_written_to_for_a_while_is_no_other_machine(stage):
    _, _, lines = corpus(stage, "syslog")
    at = len(lines) // 2
    late = lines[at:at + 400]
    place = stage.place("late")
    write(place + "/maillog.1", b"".join(lines[:at] + late[::2]))
    write(place + "/maillog", b"".join(late[1::2] + lines[at + 400:]))
    run = stage.report(place).exited(0).reconciles()
    equal(found_of(run, "name_shared", "evidence_overlap"), [], "findings")
