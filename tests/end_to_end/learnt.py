"""Logs without year and zone whose queue ids hold the time they were made at: Postfix's long ones, sendmail's, Exim's."""
import datetime
import os
import zoneinfo

from stage import case, check, equal, write

BASE52 = "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz"
BASE60 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwx"
BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def at(text):
    """Seconds of an instant, "2026-11-01T06:00:10Z"."""
    return int(datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp())


def number(value, digits, width):
    out = ""
    for _ in range(width):
        value, digit = divmod(value, len(digits))
        out = digits[digit] + out
    return out


def local(second, zone):
    return datetime.datetime.fromtimestamp(second, zoneinfo.ZoneInfo(zone))


def syslog_stamp(second, zone):
    return local(second, zone).strftime("%b %e %H:%M:%S")


def postfix(second, zone, took=2, host="mx", tag="postfix", made=None, inode=7):
    """A message with one delivery; made: when the id says it was made."""
    made = second if made is None else made
    name = number(made, BASE52, 6) + number(1000 + inode, BASE52, 4) + "z" + number(inode, BASE52[:51], 4)
    rows = ((0, "smtpd", "connect from client.example.net[192.0.2.9]"), (0, "smtpd", f"{name}: client=client.example.net[192.0.2.9]"),
            (0, "cleanup", f"{name}: message-id=<{made}.{inode}@example.net>"),
            (0, "qmgr", f"{name}: from=<abe@example.net>, size=900, nrcpt=1 (queue active)"),
            (took, "smtp", f"{name}: to=<ito@example.com>, relay=mx.example.com[198.51.100.7]:25, delay={took}, delays=0/0/0/{took},"
             " dsn=2.0.0, status=sent (250 2.0.0 Ok)"), (took, "qmgr", f"{name}: removed"))
    return [(second + late, f"{syslog_stamp(second + late, zone)} {host} {tag}/{agent}[{100 + inode}]: {text}\n")
            for late, agent, text in rows]


def sendmail(second, zone, took=2, host="mx", serial=7):
    t = local(second, "UTC")
    name = "".join(BASE60[v] for v in ((t.year - 1900) % 60, t.month - 1, t.day, t.hour, t.minute, t.second)) + f"{serial:02}{4000 + serial:06}"
    rows = ((0, f"{name}: from=<abe@example.net>, size=900, class=0, nrcpts=1, msgid=<{second}@example.net>, proto=ESMTP, daemon=MTA,"
             " relay=client.example.net [192.0.2.9]"),
            (took, f"{name}: to=<ito@example.com>, delay=00:00:{took:02}, xdelay=00:00:{took:02}, mailer=esmtp, pri=30900,"
             " relay=mx.example.com. [198.51.100.7], dsn=2.0.0, stat=Sent (ok)"), (took, f"{name}: done; delay=00:00:{took:02}, ntries=1"))
    return [(second + late, f"{syslog_stamp(second + late, zone)} {host} sm-mta[{4000 + serial}]: {text}\n") for late, text in rows]


def exim(second, zone, took=2, serial=7):
    name = number(second, BASE62, 6) + "-" + number(4000 + serial, BASE62, 6) + "-" + number(serial, BASE62, 2)
    stamp = lambda t: local(t, zone).strftime("%Y-%m-%d %H:%M:%S")
    rows = ((0, f"{name} <= abe@example.net H=client.example.net [192.0.2.9] P=esmtp S=900 id={second}@example.net"),
            (took, f"{name} => ito@example.com R=dnslookup T=remote_smtp H=mx.example.com [198.51.100.7] C=\"250 ok\""),
            (took, f"{name} Completed"))
    return [(second + late, f"{stamp(second + late)} {text}\n") for late, text in rows]


def log(*messages):
    """Lines of several messages in the order of their instants."""
    rows = sorted((row for message in messages for row in message), key=lambda row: row[0])
    return "".join(line for _, line in rows).encode()


def dated(path, data, year):
    """A file of another time: nothing may come from that."""
    write(path, data)
    os.utime(path, (at(f"{year}-06-01T00:00:00Z"),) * 2)
    return path


def whole(instant):
    return instant.replace(".000000Z", "Z")


def told(source):
    return whole(source["first"]), whole(source["last"]), source["zone"], source["zone_rule"], source["year_rule"]


def right(run, messages, longest):
    """All delivered, none with a span that the clock made."""
    report = run.exited(0).reconciles().report
    equal((report["messages"]["accepted"], report["recipients"]["delivered"]), (messages, messages), "accepted, delivered")
    equal((report["dwell"]["delivered"]["max"], report["dwell"]["excluded"]), (longest, {"negative": 0, "impossible": 0}), "dwell")
    return report


@case
def ids_of_postfix_place_a_yearless_log_over_new_year(stage):
    seconds = [at("2019-12-31T14:59:50Z") + 4 * i for i in range(6)]
    path = dated(stage.place("ids") + "/maillog", log(*(postfix(s, "Asia/Tokyo", inode=i) for i, s in enumerate(seconds))), 2031)
    report = right(stage.report(path), 6, 2)
    equal(told(report["evidence"]["sources"][0]), ("2019-12-31T14:59:50Z", "2019-12-31T15:00:12Z", "+09:00", "learnt", "in_text"))


@case
def ids_of_sendmail_find_the_leap_year_of_february_29(stage):
    seconds = [at("2024-02-29T09:00:00Z") + 43200 * i for i in range(3)]
    path = dated(stage.place("ids") + "/maillog", log(*(sendmail(s, "America/Sao_Paulo", serial=i) for i, s in enumerate(seconds))), 2021)
    report = right(stage.report(path), 3, 2)
    equal(told(report["evidence"]["sources"][0]), ("2024-02-29T09:00:00Z", "2024-03-01T09:00:02Z", "-03:00", "learnt", "in_text"))


def over_a_change(stage, make, name, zone, first, offsets):
    """A message every minute for two hours over a change of the clock: each dwells two seconds, in order, at its instant."""
    seconds = [at(first) + 60 * i for i in range(120)]
    path = dated(stage.place("change") + "/" + name, log(*(make(s, zone, i) for i, s in enumerate(seconds))), 2033)
    report = right(stage.report(path, options=["--tz", "UTC"]), 120, 2)
    source, = report["evidence"]["sources"]
    equal(told(source), (whole(first), whole(datetime.datetime.fromtimestamp(seconds[-1] + 2, datetime.timezone.utc).strftime(
        "%Y-%m-%dT%H:%M:%SZ")), offsets, "learnt", "in_text"), name)
    hours = [whole(datetime.datetime.fromtimestamp(h, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"))
             for h in (seconds[0] - 5, seconds[0] + 3595)]
    equal([(whole(row["hour"]), row["n"]) for row in report["dwell"]["by_hour"]], [(hours[0], 60), (hours[1], 60)], "by hour")


@case
def ids_follow_the_end_of_summer_time(stage):
    for make, name in ((lambda s, z, i: postfix(s, z, inode=i), "maillog"), (lambda s, z, i: sendmail(s, z, serial=i % 100), "maillog"),
                       (lambda s, z, i: exim(s, z, serial=i), "mainlog")):
        over_a_change(stage, make, name, "America/New_York", "2026-11-01T05:00:05Z", "-04:00, -05:00")


@case
def ids_follow_the_beginning_of_summer_time(stage):
    for make, name in ((lambda s, z, i: postfix(s, z, inode=i), "maillog"), (lambda s, z, i: sendmail(s, z, serial=i % 100), "maillog"),
                       (lambda s, z, i: exim(s, z, serial=i), "mainlog")):
        over_a_change(stage, make, name, "Europe/Berlin", "2026-03-29T00:00:05Z", "+01:00, +02:00")


@case
def three_servers_in_three_zones_come_out_at_their_instants_on_any_day_in_any_zone(stage):
    first, place, seen = at("2026-11-20T08:00:00Z"), stage.place("zones"), set()
    logs = {"a/maillog": log(*(postfix(first + 60 * i, "Asia/Tokyo", host="mx1", inode=i) for i in range(4))),
            "b/maillog.sm": log(*(sendmail(first + 60 * i, "Europe/Berlin", host="mx2", serial=i) for i in range(4))),
            "c/mainlog": log(*(exim(first + 60 * i, "Asia/Kathmandu", serial=i) for i in range(4)))}
    for year, zone in ((2020, "UTC"), (2034, "Asia/Tokyo"), (2026, "America/New_York")):
        for name, data in logs.items():
            dated(place + "/" + name, data, year)
        run = stage.report(place, env={"TZ": zone})
        report = right(run, 12, 2)
        for source, want in zip(report["evidence"]["sources"], ("+09:00", "+01:00", "+05:45")):
            equal(told(source), ("2026-11-20T08:00:00Z", "2026-11-20T08:03:02Z", want, "learnt", "in_text"), source["path"])
        seen.add(run.file("report.json"))
    equal(len(seen), 1, "reports that differ")


@case
def one_odd_id_moves_nothing(stage):
    seconds = [at("2026-11-20T08:00:00Z") + 60 * i for i in range(6)]
    odd = [postfix(s, "Asia/Tokyo", inode=i, made=s - 7200 if i == 3 else s - 380 * 86400 if i == 4 else s) for i, s in enumerate(seconds)]
    path = dated(stage.place("odd") + "/maillog", log(*odd), 2031)
    equal(told(right(stage.report(path), 6, 2)["evidence"]["sources"][0]),
          ("2026-11-20T08:00:00Z", "2026-11-20T08:05:02Z", "+09:00", "learnt", "in_text"))
    path = dated(stage.place("odd") + "/maillog", log(odd[0]), 2026)
    equal(told(right(stage.report(path), 1, 2)["evidence"]["sources"][0])[2:], ("UTC", "assumed_utc", "mtime"), "one id alone")


@case
def an_option_beats_what_ids_say(stage):
    path = dated(stage.place("option") + "/maillog", log(*(postfix(at("2026-11-20T08:00:00Z") + 60 * i, "Asia/Tokyo", inode=i)
                                                           for i in range(3))), 2031)
    report = right(stage.report(path, options=["--input-tz", "UTC", "--year", "2012"]), 3, 2)
    equal(told(report["evidence"]["sources"][0])[2:], ("UTC", "option", "option"), "rules")
    equal(whole(report["evidence"]["sources"][0]["first"]), "2012-11-20T17:00:00Z", "first")


@case
def a_rotated_log_without_ids_learns_from_its_neighbour(stage):
    place, first = stage.place("neighbour"), at("2026-11-20T08:00:00Z")
    dated(place + "/maillog.1", log(*(postfix(first + 60 * i, "Asia/Tokyo", inode=i) for i in range(3))), 2031)
    dated(place + "/maillog", b"Nov 20 18:00:00 mx postfix/smtpd[7]: connect from client.example.net[192.0.2.9]\n", 2031)
    run = stage.report(place).exited(0).reconciles()
    equal(told(run.source("/maillog")), ("2026-11-20T09:00:00Z",) * 2 + ("+09:00", "learnt", "neighbour"))


@case
def a_log_learns_no_zone_from_another_host(stage):
    first, alone, name = at("2026-11-20T08:00:00Z"), "Nov 20 18:00:00 mx2 postfix/smtpd[7]: connect from client.example.net[192.0.2.9]\n", "/maillog-20261122"
    place = stage.place("strange")
    dated(place + "/a" + name, log(*(postfix(first + 60 * i, "Asia/Tokyo", host="mx1", inode=i) for i in range(3))), 2031)
    dated(place + "/b" + name, alone.encode(), 2031)
    run = stage.report(place).exited(0).reconciles()
    equal(told(run.source("/b" + name)), ("2026-11-20T18:00:00Z",) * 2 + ("UTC", "assumed_utc", "name_date"), "another host's")
    both = [postfix(first + 60 * i, "Asia/Tokyo", host="mx1", inode=i) + postfix(first + 60 * i, "Europe/Berlin", host="mx2", inode=9 + i)
            for i in range(3)]
    dated(place + "/a" + name, log(*both), 2031)
    run = stage.report(place).exited(0).reconciles()
    equal(told(run.source("/b" + name)), ("2026-11-20T17:00:00Z",) * 2 + ("+01:00", "learnt", "name_date"), "its own, by a log of both")


def templates(place, stamps, host="mx"):
    """A rotated log without a zone, and those of the same host since its template prints one."""
    line = "%s %s postfix/smtpd[7]: connect from client.example.net[192.0.2.9]\n"
    dated(place + "/mail.log.9", (line % ("Jan 20 18:00:00", "mx")).encode(), 2031)
    for i, stamp in enumerate(stamps):
        dated(f"{place}/mail.log.{i}", (line % (stamp, host)).encode(), 2031)
    return place


@case
def an_offset_that_stamps_print_is_that_of_the_hosts_other_logs_and_of_the_report(stage):
    for stamps, instant, zone, rule, reported in (
            (("2026-01-21T00:00:00+09:00", "2026-07-21T00:00:00+10:00"), "2026-01-20T09:00:00Z", "+09:00", "learnt", "+09:00"),
            (("2026-01-21T00:00:00.25-03:30",), "2026-01-20T21:30:00Z", "-03:30", "learnt", "-03:30"),
            (("2026-01-21T00:00:00Z",), "2026-01-20T18:00:00Z", "UTC", "assumed_utc", "UTC"),
            (("2026-01-21T00:00:00+00:00", "2026-07-21T00:00:00+01:00"), "2026-01-20T18:00:00Z", "UTC", "assumed_utc", "+01:00")):
        run = stage.report(templates(stage.place("template"), stamps)).exited(0).reconciles()
        equal(told(run.source("/mail.log.9")), (instant,) * 2 + (zone, rule, "neighbour"), stamps)
        equal(run.report["case"]["timezone"], reported, "zone of the report", stamps)
    run = stage.report(templates(stage.place("template"), ("2026-01-21T00:00:00+09:00",), "mx2")).exited(0)
    equal(told(run.source("/mail.log.9"))[2:4], ("UTC", "assumed_utc"), "another host's")
    run = stage.report(templates(stage.place("template"), ("2026-01-21T00:00:00+09:00",)), options=["--since", "2026-01-20"]).exited(0)
    equal(run.report["case"]["since"][:19], "2026-01-19T15:00:00", "a day of the report's zone")


@case
def what_ids_teach_counts_where_the_stamps_of_another_log_are_in_utc(stage):
    place = templates(stage.place("template"), ("2026-01-21T00:00:00Z",))
    first = at("2026-01-10T08:00:00Z")
    dated(place + "/mail.log.10", log(*(postfix(first + 60 * i, "Asia/Tokyo", inode=i) for i in range(3))), 2031)
    run = stage.report(place).exited(0).reconciles()
    equal(told(run.source("/mail.log.9"))[:4], ("2026-01-20T09:00:00Z",) * 2 + ("+09:00", "learnt"))


@case
def a_host_that_is_read_by_the_zone_of_another_makes_a_log_less_certain(stage):
    first, alone = at("2026-11-20T08:00:00Z"), "Nov 20 18:00:00 %s postfix/smtpd[7]: connect from client.example.net[192.0.2.9]\n"
    known = log(*(postfix(first + 60 * i, zone, host=host, inode=i) for i in range(3)
                  for host, zone in (("mx1", "Asia/Tokyo"), ("mx2", "Europe/Berlin"))))
    for last, options, want in (("mx1", (), "high"), ("mx2", (), "high"), ("mx3", (), "medium"), ("mx3", ("--host", "%s=mx9"), "high")):
        path = dated(stage.place("strange") + "/maillog", known + (alone % last).encode(), 2031)
        run = stage.report(path, options=[option.replace("%s", path) for option in options]).reconciles()
        equal([(s["zone_rule"], s["confidence"]) for s in run.report["evidence"]["sources"]], [("learnt", want)], last, options)


@case
def several_hosts_and_instances_in_one_file_come_apart_each_by_its_own_clock(stage):
    first = at("2026-11-20T08:00:00Z")
    messages = [postfix(first + 60 * i, zone, host=host, tag=tag, inode=i)
                for i in range(4) for host, zone, tag in (("mx1", "Asia/Tokyo", "postfix"), ("mx2", "America/New_York", "postfix"),
                                                          ("mx1", "Asia/Tokyo", "postfix-out"))]
    messages += [sendmail(first + 60 * i, "Europe/Berlin", host="mx3", serial=i) for i in range(4)]
    path = dated(stage.place("hosts") + "/maillog", log(*messages), 2031)
    report = right(stage.report(path), 16, 2)
    equal(told(report["evidence"]["sources"][0])[:2], ("2026-11-20T08:00:00Z", "2026-11-20T08:03:02Z"), "span")
    equal(sorted((i["id"], i["server"]) for i in report["instances"]),
          [("postfix mx1 maillog", "postfix"), ("postfix mx2 maillog", "postfix"), ("sendmail mx3 maillog", "sendmail")], "instances")
