"""Sendmail and Exim: what becomes of their messages and recipients, line by line."""
import gzip

from stage import case, equal, write

ONE = ("--input-tz", "UTC", "--year", "2026")


def told(stage, name, lines, options=ONE):
    place = stage.place("mta")
    write(f"{place}/log/{name}", ("\n".join(lines) + "\n").encode())
    return stage.report(place, options=options).exited(0).reconciles().report


def sendmail(stage, *lines):
    """Lines without their header: "MSP " in front for the submission program; a minute apart where "+" stands alone."""
    out, minute = [], 0
    for line in lines:
        minute += line == "+"
        tag, text = ("sendmail", line[4:]) if line.startswith("MSP ") else ("sm-mta", line)
        if line != "+":
            out.append(f"Nov 20 08:{minute:02}:00 mx1 {tag}[{700 + len(out)}]: {text}")
    return told(stage, "maillog", out)


def exim(stage, *lines):
    out, minute = [], 0
    for line in lines:
        minute += line == "+"
        if line != "+":
            out.append(f"2026-11-20 08:{minute:02}:00 {line}")
    return told(stage, "mainlog", out)


def figures(report, section, **want):
    equal({key: report[section][key] for key in want}, want, section)


ARRIVAL = "6AK800Aa000700: from=<a@example.com>, size=812, class=0, nrcpts={}, msgid=<m@example.com>, proto=ESMTP, daemon=MTA, " \
          "relay=mail.example.com [192.0.2.9]"
SENT = "6AK800Aa000700: to={}, delay=00:0{}:00, xdelay=00:00:01, mailer=esmtp, pri=1, relay=mx.example.net. [198.51.100.9], " \
       "dsn=2.0.0, stat=Sent (Ok: queued as 4F2C1A0B12)"


@case
def sendmail_s_submission_and_its_delivery_are_one_message(stage):
    report = sendmail(
        stage,
        "MSP 6AK800Ab000701: from=www, size=311, class=0, nrcpts=2, msgid=<m@mx1>, relay=www@localhost",
        "6AK800Aa000700: from=<www@mx1.example.jp>, size=550, class=0, nrcpts=2, msgid=<m@mx1>, proto=ESMTP, daemon=MTA, "
        "relay=localhost [127.0.0.1]",
        "MSP 6AK800Ab000701: to=b@example.net,c@example.net, ctladdr=www (33/33), delay=00:00:00, xdelay=00:00:00, "
        "mailer=relay, pri=1, relay=[127.0.0.1] [127.0.0.1], dsn=2.0.0, stat=Sent (6AK800Aa000700 Message accepted for delivery)",
        "MSP 6AK800Ab000701: done; delay=00:00:00, ntries=1", "+", "+", SENT.format("<b@example.net>,<c@example.net>", 2),
        "6AK800Aa000700: done; delay=00:02:00, ntries=1")
    figures(report, "messages", accepted=1, finished=1, end_missing=0)
    figures(report, "recipients", accepted=2, delivered=2, derived=0)
    figures(report, "attempts", success=2, deferral=0, failure=0)
    equal((report["dwell"]["delivered"]["n"], report["dwell"]["delivered"]["max"]), (2, 120), "dwell")


@case
def a_delivery_may_be_written_before_its_arrival(stage):
    report = sendmail(stage, SENT.format("<b@example.net>", 0), ARRIVAL.format(1), "6AK800Aa000700: done; delay=00:00:00, ntries=1")
    figures(report, "messages", accepted=1, finished=1, began_before=0)
    figures(report, "recipients", accepted=1, delivered=1)


@case
def sendmail_counts_recipients_that_no_line_names(stage):
    report = sendmail(stage, ARRIVAL.format(3), "+", SENT.format("<b@example.net>", 1))
    figures(report, "messages", accepted=1, finished=0, queued=1)
    figures(report, "recipients", accepted=3, delivered=1, queued=2)


@case
def what_an_alias_adds_to_the_recipients_is_a_copy(stage):
    report = sendmail(stage, ARRIVAL.format(1), "6AK800Aa000700: to=b,c,\"|/usr/bin/filter -a x, y\", ctladdr=<all@example.jp> (8/0), "
                      "delay=00:00:00, xdelay=00:00:00, mailer=local, pri=1, dsn=2.0.0, stat=Sent")
    figures(report, "recipients", accepted=1, delivered=1, derived=2)
    figures(report, "attempts", success=3, failure=0)


@case
def sendmail_s_bounces_are_notices_and_age_ends_who_is_left(stage):
    report = sendmail(
        stage, ARRIVAL.format(2), "6AK800Aa000700: to=<b@example.net>, delay=00:00:00, xdelay=00:00:00, mailer=esmtp, pri=1, "
        "relay=mx.example.net. [198.51.100.9], dsn=5.1.1, stat=User unknown",
        "6AK800Aa000700: to=<c@example.net>, delay=00:00:00, xdelay=00:00:00, mailer=esmtp, pri=1, relay=mx.example.net., "
        "dsn=4.2.0, stat=Deferred: Connection timed out",
        "6AK800Aa000700: 6AK800Ac000702: DSN: User unknown",
        "6AK800Ac000702: to=<a@example.com>, delay=00:00:00, xdelay=00:00:00, mailer=esmtp, pri=1, "
        "relay=mail.example.com. [192.0.2.9], dsn=2.0.0, stat=Sent", "6AK800Ac000702: done; delay=00:00:00, ntries=1", "+",
        "6AK800Aa000700: 6AK801Ad000703: sender notify: Warning: could not send message for past 4 hours", "+",
        "6AK800Aa000700: 6AK802Ae000704: sender notify: Cannot send message for 5 days",
        "6AK800Aa000700: done; delay=00:02:00, ntries=9")
    figures(report, "messages", accepted=4, notices=3)
    figures(report, "recipients", accepted=3, delivered=1, bounced=1, expired=1)
    figures(report, "attempts", success=1, deferral=1, failure=1)


@case
def mail_refused_after_data_was_never_accepted(stage):
    refused = "554 5.7.1 virus found"
    report = sendmail(stage, ARRIVAL.format(1), f"6AK800Aa000700: Milter: data, reject={refused}",
                      f"6AK800Aa000700: to=<b@example.jp>, delay=00:00:00, pri=1, stat={refused}",
                      "6AK800Ab000701: ruleset=check_rcpt, arg1=<x@example.jp>, relay=[192.0.2.9], reject=550 5.1.1 no",
                      ARRIVAL.format(1).replace("6AK800Aa000700", "6AK800Ab000701"),
                      SENT.format("<b@example.jp>", 0).replace("6AK800Aa000700", "6AK800Ab000701"))
    figures(report, "messages", accepted=1, finished=1, refused_after_data=1)
    figures(report, "recipients", accepted=1, delivered=1)


@case
def a_transaction_that_came_to_nothing_is_no_message(stage):
    report = sendmail(stage, ARRIVAL.format(1), SENT.format("<b@example.net>", 0),
                      "6AK800Ac000702: from=<x@example.org>, size=0, class=0, nrcpts=0, proto=ESMTP, daemon=MTA, relay=[203.0.113.5]",
                      "6AK800Ad000703: from=<x@example.org>, size=0, class=0, nrcpts=1, proto=ESMTP, daemon=MTA, relay=[203.0.113.5]")
    figures(report, "messages", accepted=1, finished=1, end_missing=0, queued=0)


FIRST = "1xU03o-00000000001-0001"
BOUNCE = "1xU03p-00000000002-0001"


@case
def exim_s_time_on_queue_is_the_dwell(stage):
    report = exim(stage, f"{FIRST} <= a@example.com H=mail.example.com [192.0.2.9] P=esmtp S=812 id=m@example.com", "+", "+",
                  f"{FIRST} => b@example.net R=dnslookup T=remote_smtp H=mx.example.net [198.51.100.9] C=\"250 OK\" QT=1m58s",
                  f"{FIRST} -> c@example.net R=dnslookup T=remote_smtp H=mx.example.net [198.51.100.9] C=\"250 OK\" QT=1m58s",
                  f"{FIRST} Completed QT=1m58s")
    figures(report, "messages", accepted=1, finished=1)
    figures(report, "recipients", accepted=2, delivered=2)
    equal((report["dwell"]["delivered"]["n"], report["dwell"]["delivered"]["max"]), (2, 118), "dwell")


@case
def exim_s_aliases_pipes_and_black_holes_are_told_apart(stage):
    report = exim(stage, f"{FIRST} <= a@example.com U=www P=local S=812 for all@example.jp dave@example.jp null@example.jp",
                  f"{FIRST} => b <all@example.jp> R=local_user T=maildir_home",
                  f"{FIRST} -> c (team@example.jp) <all@example.jp> R=local_user T=maildir_home",
                  f"{FIRST} => |/usr/bin/filter -x <dave@example.jp> R=userforward T=address_pipe",
                  f"{FIRST} => :blackhole: <null@example.jp> R=system_aliases", f"{FIRST} Completed")
    figures(report, "messages", accepted=1, finished=1)
    figures(report, "recipients", accepted=3, delivered=2, discarded=1, derived=1, unknown=0)
    figures(report, "attempts", success=3, failure=0)


@case
def exim_bounces_to_the_sender_and_gives_up_one_by_one(stage):
    report = exim(
        stage, f"{FIRST} <= a@example.com H=mail.example.com [192.0.2.9] P=esmtp S=812 id=m@example.com",
        f"{FIRST} ** b@example.net R=dnslookup T=remote_smtp H=mx.example.net [198.51.100.9]: SMTP error from remote mail server "
        "after RCPT TO:<b@example.net>: 550 5.1.1 no", f"{FIRST} == c@example.net R=dnslookup T=remote_smtp defer (110): Connection timed out",
        f"{FIRST} == d@example.org R=dnslookup T=remote_smtp defer (110): Connection timed out",
        f"{BOUNCE} <= <> R={FIRST} U=exim P=local S=1500", f"{BOUNCE} => a@example.com R=dnslookup T=remote_smtp H=mail.example.com [192.0.2.9]",
        f"{BOUNCE} Completed", "+", f"{FIRST} == c@example.net R=dnslookup T=remote_smtp defer (-53): retry time not reached for any host",
        "+", f"{FIRST} ** c@example.net: retry timeout exceeded")
    figures(report, "messages", accepted=2, finished=1, queued=1, notices=1)
    figures(report, "recipients", accepted=4, delivered=1, bounced=1, expired=1, queued=1)
    figures(report, "attempts", success=1, deferral=2, failure=1)


@case
def a_frozen_bounce_and_a_removed_message_end(stage):
    report = exim(
        stage, f"{BOUNCE} <= <> R={FIRST} U=exim P=local S=1500 for x@example.org", f"{BOUNCE} ** x@example.org: Unrouteable address",
        f"{BOUNCE} *** Frozen (delivery error message)", "+", f"{BOUNCE} Message is frozen", f"{BOUNCE} cancelled by timeout_frozen_after",
        f"{BOUNCE} Completed", f"{FIRST} <= a@example.com U=www P=local S=812 for b@example.net", "+", f"{FIRST} removed by root",
        f"{FIRST} Completed")
    figures(report, "messages", accepted=2, finished=2, began_before=0)
    figures(report, "recipients", accepted=2, bounced=1, deleted=1, expired=0)


@case
def exim_s_logs_of_all_names_and_rotations_are_one_instance(stage):
    came = f"2026-11-30 23:59:00 {FIRST} <= a@example.com U=www P=local S=812\n".encode()
    went = "".join(f"2026-12-01 00:01:00 {FIRST} {what}\n" for what in
                   ("=> b <b@example.jp> R=local_user T=maildir_home", "Completed")).encode()
    refused = b"2026-12-01 00:02:00 H=(x) [203.0.113.7] F=<a@example.org> rejected RCPT <p@example.net>: relay not permitted\n"
    for older, name, reject in (("exim_mainlog-Nov-2026.gz", "exim_mainlog", "exim_rejectlog"),
                                ("mainlog.1", "mainlog", "rejectlog"), ("main.log-20261201.gz", "main.log", "reject.log")):
        place = stage.place("names")
        write(f"{place}/exim/{older}", gzip.compress(came) if older.endswith(".gz") else came)
        write(f"{place}/exim/{name}", went + refused)
        write(f"{place}/exim/{reject}", refused)
        for options, host in ((ONE, None), ((*ONE, "--host", f"{place}=mx1"), "mx1")):
            report = stage.report(place, options=options).exited(0).reconciles().report
            figures(report, "messages", accepted=1, finished=1, end_missing=0, began_before=0)
            equal([(i["server"], i["host"]) for i in report["instances"]], [("exim", host)], name)
            equal(report["evidence"]["totals"]["lines"]["duplicate"], 1, "the refusal in both files")
