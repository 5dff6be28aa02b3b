"""Lines and bytes that are not as they should be, and sets of logs that do not fit together."""
import os

from evidence import FIRST, LINES, joined, message, multilog, packed, status_lines, tai64n
from stage import case, check, equal, write

LOG = multilog(100)


def named(stage, name, data):
    place = stage.place("lines")
    return write(f"{place}/box/{name}", data), place


@case
def a_line_of_80_megabytes_is_counted_and_the_next_is_read(stage):
    path, place = named(stage, "current", LOG + b"x" * (80 << 20) + b"\n" + multilog(100, 200))
    peak, run = stage.peak(path, options=("-j1",))
    run.reconciles().recounts(place)
    equal(run.report["messages"]["accepted"], 200, "messages")
    equal(run.source("current")["bytes"], os.path.getsize(path), "bytes")
    check(peak < 64 << 20, "peak", peak)
    check("line-limit" in run.kinds(notes=True), "not told", run.kinds(True))
    check(run.code == 1, "exit of a line cut by a limit", run.code)


@case
def zero_bytes_in_lines_do_not_hide_the_lines_after_them(stage):
    path, place = named(stage, "current", LOG + b"\0\0\0\n" + message(150, sender=b"a\0b@example.jp") + multilog(50, 200))
    run = stage.report(path).reconciles().recounts(place)
    check(run.report["messages"]["accepted"] >= 150, run.report["messages"])
    check("nul-bytes" in run.kinds(notes=True), "not told", run.kinds(True))


@case
def carriage_returns_and_byte_order_marks_are_taken_off(stage):
    for name, data in (("crlf", LOG.replace(b"\n", b"\r\n")), ("bom", b"\xef\xbb\xbf" + LOG), ("bare", LOG[:-1])):
        path, place = named(stage, "current", data)
        run = stage.report(path).exited(0).reconciles()
        if name != "bom":
            run.recounts(place)
        equal(run.report["messages"]["accepted"], 100, name)
        equal(run.report["evidence"]["totals"]["lines"]["parsed"], 100 * LINES, name)


@case
def utf_16_of_every_kind_is_decoded(stage):
    text = LOG.decode()
    for name, data in (("le", b"\xff\xfe" + text.encode("utf-16-le")), ("be", b"\xfe\xff" + text.encode("utf-16-be")),
                       ("le bare", text.encode("utf-16-le")), ("be bare", text.encode("utf-16-be"))):
        for suffix, form in (("", data), (".gz", packed(data))):
            path, place = named(stage, "current" + suffix, form)
            run = stage.report(path).reconciles()
            if " " not in name:
                run.exited(0).recounts(place)
            if run.code == 0:
                equal(run.report["messages"]["accepted"], 100, name, suffix)
            else:
                run.warned("not-a-log|unsupported.*", "current")


@case
def japanese_in_old_charsets_does_not_break_fields_or_reach_a_terminal(stage):
    text = "配信できません表示ソ能—宛先不明"
    for charset in ("cp932", "euc_jp", "iso2022_jp"):
        reply = b"550_" + text.replace("—", "ー").encode(charset) + b"/"
        data = LOG + message(150, outcome="failure", reply=reply) + multilog(20, 200)
        path, place = named(stage, "current", data)
        run = stage.report(path).exited(0).reconciles().recounts(place)
        equal(run.report["messages"]["accepted"], 121, charset)
        equal(run.report["attempts"]["failure"], 1, charset)
        check(b"\x1b" not in run.file("report.html") + run.file("report.json") + run.err, "ESC in the report")


@case
def invalid_utf_8_gives_valid_output(stage):
    for bad in (b"\xff\xfe\xfd", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf5\x80\x80\x80", b"\xe3\x81", b"\xc2\x9b31m", b"\xef\xbf\xbe"):
        data = LOG + message(150, recipient=b"x" + bad + b"@example.com", outcome="failure", reply=b"550_" + bad + b"/")
        path, place = named(stage, "current", data)
        run = stage.report(path).exited(0).reconciles().recounts(place)
        for name in ("report.html", "report.json"):
            text = run.file(name).decode("utf-8")
            check(not any(0x7f <= ord(c) < 0xa0 or c in "\ufffe\uffff" for c in text), name, "holds a control of", bad)


@case
def a_last_line_without_end_is_read_and_cut_lines_are_no_error(stage):
    lines = LOG.splitlines(keepends=True)
    path, place = named(stage, "current", lines[0][20:] + b"".join(lines[1:-1]) + lines[-1][:20])
    run = stage.report(path).exited(0).reconciles().recounts(place)
    equal(run.report["evidence"]["totals"]["lines"]["unparsed"], 2, "cut lines")


@case
def a_binary_under_the_name_of_a_log_is_said(stage):
    noise = bytes((i * i * 31 + i // 7) % 256 for i in range(9000))
    place = stage.place("binary")
    write(place + "/box/maillog", noise)
    stage.report(place + "/box").exited(3)
    write(place + "/box/current", LOG)
    run = stage.report(place + "/box").exited(1).reconciles().recounts(place)
    run.warned("not-a-log", "maillog")
    equal(run.source("maillog")["lines"]["parsed"], 0, "lines understood")


@case
def empty_files_and_blank_lines_are_listed(stage):
    place = stage.place("empty")
    write(place + "/box/current", LOG + b"\n\n \r\n" + multilog(5, 300))
    write(place + "/box/maillog", b"")
    run = stage.report(place + "/box").exited(0).reconciles().recounts(place)
    equal(run.source("maillog")["status"], "empty", "status")
    equal(run.report["evidence"]["totals"]["lines"]["blank"], 3, "blank lines")
    stage.report(place + "/box/maillog").exited(3)


@case
def only_blank_lines_are_no_evidence(stage):
    path, _ = named(stage, "mail.log", b"\n" * 50)
    stage.report(path).exited(3)


@case
def a_used_again_queue_id_makes_three_messages(stage):
    data = b"".join(message(i, queue_id=4711) for i in range(3))
    path, place = named(stage, "current", data)
    run = stage.report(path).exited(0).reconciles().recounts(place)
    equal(run.report["messages"]["accepted"], 3, "messages")
    equal(run.report["recipients"]["delivered"], 3, "delivered")


@case
def fragments_invent_no_senders(stage):
    lines = b"".join(message(i) for i in range(40)).splitlines(keepends=True)
    tails = b"".join(line for line in lines if b"new msg" not in line and b"info msg" not in line)
    path, place = named(stage, "current", tails)
    run = stage.report(path).exited(0).reconciles().recounts(place)
    equal(run.report["messages"]["accepted"], 0, "messages")
    check(run.report["messages"]["began_before"] > 0, "began_before", run.report["messages"])
    check(b"abe@example.jp" not in run.file("report.json"), "a sender out of nothing")


@case
def deliveries_open_at_a_restart_end_unfinished(stage):
    head = b"".join(message(7).splitlines(keepends=True)[:4])
    again = joined(tai64n(FIRST + 500), " status: local 0/10 remote 0/20\n", message(7, second=FIRST + 600, queue_id=4999))
    path, place = named(stage, "current", head + again)
    run = stage.report(path).exited(0).reconciles().recounts(place)
    equal(run.report["messages"]["accepted"], 2, "messages")
    equal(run.report["recipients"]["delivered"], 1, "delivered")


@case
def two_hosts_with_the_same_ids_are_kept_apart(stage):
    place = stage.place("hosts")
    for host in ("mx1", "mx2"):
        body = b"".join(joined(f"Nov 24 14:{i:02}:00 {host} qmail: {FIRST + i * 60}.{k:06} ", line.split(b" ", 1)[1])
                        for i in range(20) for k, line in enumerate(message(i).splitlines(keepends=True)))
        write(f"{place}/{host}/maillog", body)
    run = stage.report(place).exited(0).reconciles().recounts(place)
    equal(run.report["messages"]["accepted"], 40, "messages")
    equal(run.report["recipients"]["delivered"], 40, "delivered")
    equal({i["host"] for i in run.report["instances"]}, {"mx1", "mx2"}, "hosts")
    merged = sorted(open(place + "/mx1/maillog", "rb").readlines() + open(place + "/mx2/maillog", "rb").readlines())
    one = write(stage.place("relay") + "/maillog", b"".join(merged))
    run = stage.report(one).exited(0).reconciles()
    equal(run.report["recipients"]["delivered"], 40, "delivered, both hosts in one file")


@case
def a_multilog_folder_gives_its_data_files_only(stage):
    place = stage.place("multilog")
    half = LOG.splitlines(keepends=True)
    write(place + "/main/@400000006af2272c17b3bbd8.s", b"".join(half[:350]))
    write(place + "/main/current", b"".join(half[350:]))
    write(place + "/main/lock", b"")
    write(place + "/main/state", b"")
    write(place + "/main/config", b"s100000\nn20\n")
    run = stage.report(place + "/main").exited(0).reconciles()
    equal(run.report["messages"]["accepted"], 100, "messages")
    equal(run.report["messages"]["joined_across_sources"] is not None, True, "joined")


@case
def clock_steps_never_make_negative_spans(stage):
    back = message(50, second=FIRST + 100)[:0].join(
        joined(tai64n(FIRST + (100 if i < 3 else -5000), i), b" ", line.split(b" ", 1)[1])
        for i, line in enumerate(message(50).splitlines(keepends=True)))
    path, place = named(stage, "current", LOG + back + multilog(10, 200))
    run = stage.report(path).exited(0).reconciles().recounts(place)
    dwell = run.report["dwell"]
    check(dwell["delivered"]["min"] >= 0, "min", dwell["delivered"])
    equal(dwell["excluded"]["negative"], 1, "excluded as negative")


@case
def stamps_far_out_of_time_do_not_overflow(stage):
    odd = b"".join(joined(f"@{value:016x}{nano:08x} status: local 0/10 remote 0/20\n")
                   for value, nano in ((0, 0), (2**64 - 1, 2**32 - 1), (2**63, 0), (2**62 - 10**12, 0),
                                       (2**62 + 10**15, 999999999), (2**62 + 10, 10**9 + 5)))
    path, place = named(stage, "current", LOG + odd + multilog(10, 200))
    run = stage.report(path, limit=30)
    check(run.code in (0, 1), run.said())
    run.reconciles()
    equal(run.report["evidence"]["totals"]["lines"]["read"], 110 * LINES + 6, "lines")
    equal(run.report["messages"]["accepted"], 110, "messages")


@case
def lines_of_other_programs_are_not_held_against_the_log(stage):
    lines = b"".join(joined(f"Nov 24 14:{i:02}:{k:02} mx1 qmail: {FIRST + i * 60}.{k:06} ", line.split(b" ", 1)[1],
                            f"Nov 24 14:{i:02}:{k:02} mx1 sshd[{i}]: Connection closed by 198.51.100.7 port 2{i:03}\n")
                     for i in range(20) for k, line in enumerate(message(i).splitlines(keepends=True)))
    path, place = named(stage, "maillog", lines)
    run = stage.report(path).exited(0).reconciles().recounts(place)
    told = run.report["evidence"]["totals"]["lines"]
    equal((told["parsed"], told["other"], told["unparsed"]), (140, 140, 0), "classes")


@case
def a_foreign_text_named_on_the_command_line_is_said_and_in_a_folder_is_not(stage):
    place = stage.place("foreign")
    write(place + "/box/current", LOG)
    write(place + "/box/README.txt", b"Dear reader,\nnothing here.\n" * 20)
    stage.report(place + "/box").exited(0).reconciles()
    run = stage.report(place + "/box/current", place + "/box/README.txt").exited(1).reconciles()
    run.warned("not-a-log", "README.txt")


@case
def ten_thousand_lone_status_lines_are_evidence_without_mail(stage):
    path, place = named(stage, "current", status_lines(10000))
    run = stage.report(path).exited(0).reconciles().recounts(place)
    equal(run.report["messages"]["accepted"], 0, "messages")
