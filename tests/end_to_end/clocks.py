"""Stamps without a year, around New Year and leap days, in the hours that a zone has twice or never, and spans that cannot be."""
import io
import os
import tarfile

from evidence import FIRST, message, multilog, packed, tai64n
from stage import case, check, equal, write

JAN_2_2026 = 1767312000
ONE_MAIL = ("new msg 4711", "info msg 4711: bytes 1900 from <abe@example.jp> qp 20000 uid 89",
            "starting delivery 1: msg 4711 to remote ito@example.com", "delivery 1: success: 192.0.2.1_accepted_message./",
            "end msg 4711")


def syslog(*stamps, bodies=ONE_MAIL, host="mx1"):
    """One message without a year, a zone or an epoch in the text; the last stamp serves what is left."""
    stamps = (*stamps, *(stamps[-1:] * len(bodies)))
    return "".join(f"{stamp} {host} qmail: {body}\n" for stamp, body in zip(stamps, bodies)).encode()


def dated(path, data, second):
    write(path, data)
    os.utime(path, (second, second))
    return path


def whole(instant):
    return instant.replace(".000000Z", "Z")


def spans(run):
    source, = run.report["evidence"]["sources"]
    return whole(source["first"]), whole(source["last"]), source["year_rule"]


NEW_YEAR = syslog("Dec 31 23:59:40", "Dec 31 23:59:40", "Dec 31 23:59:41", "Jan  1 00:00:10")


@case
def a_new_year_in_a_yearless_syslog_is_that_before_the_files_time(stage):
    for second, year in ((JAN_2_2026, 2026), (JAN_2_2026 - (6 * 365 + 2) * 86400, 2020)):
        path = dated(stage.place("year") + "/maillog", NEW_YEAR, second)
        run = stage.report(path).exited(0).reconciles()
        equal(spans(run), (f"{year - 1}-12-31T23:59:40Z", f"{year}-01-01T00:00:10Z", "mtime"), "span and rule")
        equal(run.report["dwell"]["delivered"]["max"], 30, "dwell over New Year")


@case
def a_dated_folder_or_name_gives_the_year(stage):
    for name, stamp, year in (("2020/12/31/maillog", "Dec 31", 2020), ("2020-12-31/mail.log", "Dec 30", 2020), ("maillog_20201108", "Nov  1", 2020),
                              ("2020-11-29/mail.log", "Mar  1", 2020), ("maillog-202012", "Dec 31", 2020), ("exim_mainlog-Jan-2020", "Dec 30", 2019)):
        place = stage.place("dated")
        dated(f"{place}/{name}", syslog(stamp + " 10:00:00"), JAN_2_2026)
        run = stage.report(place).exited(0).reconciles()
        equal((spans(run)[0][:4], spans(run)[2]), (str(year), "name_date"), name)


@case
def a_yearless_syslog_in_an_archive_takes_the_members_time_and_an_option_beats_both(stage):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        member = tarfile.TarInfo("maillog")
        member.size, member.mtime = len(NEW_YEAR), JAN_2_2026
        archive.addfile(member, io.BytesIO(NEW_YEAR))
    path = dated(stage.place("year") + "/logs.tar", out.getvalue(), JAN_2_2026 + 5 * 365 * 86400)
    equal(spans(stage.report(path).exited(0).reconciles()),
          ("2025-12-31T23:59:40Z", "2026-01-01T00:00:10Z", "member_time"), "span and rule")
    path = dated(stage.place("year") + "/maillog", NEW_YEAR, JAN_2_2026)
    equal(spans(stage.report(path, options=["--year", "2011"]).exited(0).reconciles()),
          ("2011-12-31T23:59:40Z", "2012-01-01T00:00:10Z", "option"), "span and rule")


@case
def a_copy_that_lost_its_file_time_goes_on_where_the_rotated_log_ends(stage):
    """Files of another machine are often younger than their last line by years."""
    for rotated, first, year, rule in (("maillog-20251221", "Dec 14 10:00:00", 2025, "neighbour"), ("maillog-20230601", "May 25 10:00:00", 2027, "mtime")):
        folder = stage.place("copies")
        dated(f"{folder}/{rotated}", syslog(first), JAN_2_2026 + 2 * 365 * 86400)
        dated(f"{folder}/other/maillog-20260912", syslog("Sep 12 10:00:00", host="mx9"), JAN_2_2026 + 2 * 365 * 86400)
        dated(f"{folder}/maillog", syslog("Dec 21 04:00:00", "Dec 21 04:00:00", "Dec 21 04:00:00", "Jan  1 00:00:10"),
              JAN_2_2026 + 2 * 365 * 86400)
        run = stage.report(folder).reconciles()
        current, = (s for s in run.report["evidence"]["sources"] if s["path"].endswith("/maillog"))
        equal((whole(current["first"]), whole(current["last"]), current["year_rule"]),
              (f"{year}-12-21T04:00:00Z", f"{year + 1}-01-01T00:00:10Z", rule), rotated)


@case
def a_yearless_log_of_nine_months_is_not_younger_than_its_file(stage):
    path = dated(stage.place("long") + "/maillog", syslog("Apr  1 10:00:00") + syslog("Jul  9 10:00:00") + syslog("Jan  1 10:00:00"),
                 JAN_2_2026)
    equal(spans(stage.report(path).exited(0).reconciles())[:2], ("2025-04-01T10:00:00Z", "2026-01-01T10:00:00Z"), "span")


@case
def a_yearless_log_that_ends_long_after_its_file_is_said_to_be_doubtful(stage):
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    year, lines = (b"".join(syslog(f"{month}  5 10:00:00") for month in which) for which in (months, (*months, *months[:3])))
    for text, second, late in ((lines, JAN_2_2026 + 77 * 86400, ["dated_late"]), (year, JAN_2_2026, [])):
        run = stage.report(dated(stage.place("long") + "/maillog", text, second)).reconciles()
        equal([f["kind"] for f in run.report["findings"] if f["kind"] == "dated_late"], late, "findings")
    run = stage.report(dated(stage.place("long") + "/maillog", lines, JAN_2_2026 + 77 * 86400), options=("--year", "2025")).reconciles()
    equal((spans(run), run.report["findings"]), (("2025-01-05T10:00:00Z", "2026-03-05T10:00:00Z", "option"), []), "with a year given")


@case
def a_yearless_log_without_any_anchor_has_no_times_and_says_so(stage):
    run = stage.report("-", stdin=NEW_YEAR).exited(0).reconciles()
    source, = run.report["evidence"]["sources"]
    equal((source["first"], source["last"], source["year_rule"]), (None, None, "none"), "span and rule")
    equal(run.report["messages"]["accepted"], 1, "messages")


@case
def a_yearless_february_29_is_of_the_last_leap_year_and_a_day_no_year_has_stops_nothing(stage):
    path = dated(stage.place("leap") + "/maillog", syslog("Feb 29 10:00:00"), JAN_2_2026)
    equal(spans(stage.report(path).exited(0).reconciles())[0], "2024-02-29T10:00:00Z", "first")
    odd = syslog("Feb 30 10:00:00", bodies=["status: local 0/10 remote 0/20"])
    path = dated(stage.place("leap") + "/maillog", syslog("Feb 28 10:00:00") + odd + syslog("Mar  1 10:00:00"),
                 JAN_2_2026)
    run = stage.report(path).exited(0).reconciles()
    equal(spans(run)[:2], ("2025-02-28T10:00:00Z", "2025-03-01T10:00:00Z"), "span")
    equal((run.report["recipients"]["delivered"], run.report["evidence"]["totals"]["lines"]["read"]), (2, 11), "delivered, lines")


@case
def the_hour_that_comes_twice_is_read_in_the_order_of_the_file(stage):
    """2026-11-01 in New York: 01:59:50 is still summer, what follows it with 01:00:10 is winter, 20 seconds later."""
    path = dated(stage.place("fold") + "/maillog", syslog("Nov  1 01:59:50", "Nov  1 01:59:50", "Nov  1 01:59:50", "Nov  1 01:00:10"),
                 JAN_2_2026 + 320 * 86400)
    run = stage.report(path, options=["--input-tz", "America/New_York", "--tz", "UTC"]).exited(0).reconciles()
    equal(spans(run)[:2], ("2026-11-01T05:59:50Z", "2026-11-01T06:00:10Z"), "span")
    equal((run.report["dwell"]["delivered"]["max"], run.report["dwell"]["excluded"]["negative"]), (20, 0), "dwell")
    equal([(p["kind"], p["source"], p["note"]) for p in run.report["evidence"]["problems"]], [("dst_fold", 0, True)], "note")


@case
def an_hour_that_never_was_makes_no_negative_span(stage):
    """2026-03-08 in New York: after 01:59:59 comes 03:00:00."""
    path = dated(stage.place("gap") + "/maillog", syslog("Mar  8 01:59:50", "Mar  8 01:59:50", "Mar  8 01:59:50", "Mar  8 02:30:00"),
                 JAN_2_2026 + 70 * 86400)
    run = stage.report(path, options=["--input-tz", "America/New_York", "--tz", "UTC"]).exited(0).reconciles()
    equal(spans(run)[:2], ("2026-03-08T06:59:50Z", "2026-03-08T07:30:00Z"), "span")
    equal(run.report["dwell"]["delivered"]["max"], 1810, "dwell")
    equal([(p["kind"], p["source"], p["note"]) for p in run.report["evidence"]["problems"]], [("dst_gap", 0, True)], "note")


@case
def a_stamp_that_is_no_date_is_told_and_its_line_counts(stage):
    path = dated(stage.place("dateless") + "/maillog", syslog("Nov 20 17:00:00", "Nov 20 17:00:01", "Nov 31 17:00:02", "Nov 20 17:00:03"),
                 JAN_2_2026 + 330 * 86400)
    run = stage.report(path, options=["--input-tz", "UTC", "--tz", "UTC"]).exited(0).reconciles()
    notes = [(p["kind"], p["source"], p["note"], p["text"].split()[0]) for p in run.report["evidence"]["problems"]]
    dateless = open(path, "rb").read().count(b"Nov 31")
    equal((dateless > 0, notes), (True, [("dateless", 0, True, str(dateless))]), "note")
    lines = run.report["evidence"]["sources"][0]["lines"]
    equal((lines["read"], lines["parsed"]), (5, 5), "lines")


@case
def hosts_in_different_zones_are_told_in_one(stage):
    place = stage.place("zones")
    tokyo = dated(place + "/a/maillog", syslog("Nov 20 17:00:00", host="mx1"), JAN_2_2026 + 330 * 86400)
    berlin = dated(place + "/b/maillog", syslog("Nov 20 09:00:00", host="mx2"), JAN_2_2026 + 330 * 86400)
    run = stage.report(tokyo, berlin, options=["--input-tz", "mx1=Asia/Tokyo", "--input-tz", "mx2=Europe/Berlin", "--tz", "UTC"])
    equal([(whole(s["first"]), s["zone"], s["zone_rule"]) for s in run.exited(0).reconciles().report["evidence"]["sources"]],
          [("2026-11-20T08:00:00Z", "Asia/Tokyo", "option"), ("2026-11-20T08:00:00Z", "Europe/Berlin", "option")], "zones")


@case
def an_impossible_span_is_left_out_and_counted_and_a_long_one_is_not(stage):
    for days, impossible in ((59, 0), (61, 1)):
        lines = message(0).splitlines(keepends=True)
        late = b"".join(tai64n(FIRST + days * 86400).encode() + line[25:] for line in lines[4:])
        path = write(stage.place("span") + "/current", b"".join(lines[:4]) + late)
        run = stage.report(path).exited(0).reconciles().recounts(os.path.dirname(path))
        dwell = run.report["dwell"]
        equal((run.report["recipients"]["delivered"], dwell["delivered"]["n"], dwell["excluded"]),
              (1, 1 - impossible, {"negative": 0, "impossible": impossible}), days, "days")
        check(not impossible or not dwell["slowest"], "the impossible is listed as slow", dwell["slowest"])


@case
def a_clock_that_steps_forward_shifts_no_other_message(stage):
    head, tail = multilog(5), b"".join(message(i, second=FIRST + 40 * 86400 + 60 * i) for i in range(5, 10))
    path = write(stage.place("step") + "/current", head + tail)
    run = stage.report(path).exited(0).reconciles().recounts(os.path.dirname(path))
    equal((run.report["recipients"]["delivered"], int(run.report["dwell"]["delivered"]["max"])), (10, 1), "delivered, longest dwell")


@case
def a_zone_that_does_not_exist_is_refused_and_never_utc(stage):
    path = write(stage.place("zone") + "/current.gz", packed(multilog(3)))
    for option in ("--tz", "--input-tz"):
        run = stage.report(path, options=[option, "Asia/Atlantis"]).exited(2)
        check(b"Asia/Atlantis" in run.err, run.said())
        equal(run.files(), [], "files")
