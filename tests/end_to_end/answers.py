"""What the evidence can answer: by whose logs are there and what they show; what no log of a queue shows is never 0."""
import re
import shutil

from evidence import FIRST, message, multilog
from shards import lawful
from stage import case, check, equal, write

ALL = "dwell queue_depth deferrals queued_at_end client login refusals".split()
OF_THE_QUEUE, OF_THE_CLIENT = ALL[:4], ALL[4:]
FULL, QMAIL = ("full", "all_there"), ("not_observable", "stock_qmail_logs_none")
NO_QUEUE, NOT_IN_LOGS = ("not_observable", "no_queue"), ("not_observable", "not_in_logs")
POSTFIX = [
    "postfix/smtpd[2001]: connect from client.example.net[192.0.2.10]",
    "postfix/smtpd[2001]: 4F2C1A0B12: client=client.example.net[192.0.2.10], sasl_method=PLAIN, sasl_username=alice",
    "postfix/cleanup[2002]: 4F2C1A0B12: message-id=<m1@example.net>",
    "postfix/qmgr[1001]: 4F2C1A0B12: from=<alice@example.com>, size=2048, nrcpt=1 (queue active)",
    "postfix/smtp[2003]: 4F2C1A0B12: to=<bob@example.org>, relay=mx.example.org[192.0.2.99]:25, delay=1.2, "
    "delays=0.3/0.01/0.01/0.9, dsn=2.0.0, status=sent (250 ok)",
    "postfix/qmgr[1001]: 4F2C1A0B12: removed"]
REFUSED = "postfix/smtpd[2001]: NOQUEUE: reject: RCPT from unknown[192.0.2.66]: 554 5.7.1 <a@example.com>: Relay access " \
          "denied; from=<s@example.net> to=<a@example.com> proto=ESMTP helo=<x>"
WARNED = ["postfix/smtpd[2001]: warning: hostname a.example.net does not resolve to address 192.0.2.10",
          "postfix/smtpd[2001]: warning: unknown[192.0.2.66]: SASL LOGIN authentication failed: UGFzc3dvcmQ6"]
DOVECOT = ["dovecot: imap-login: Login: user=<alice>, method=PLAIN, rip=192.0.2.10, lip=192.0.2.1, mpid=123, TLS, session=<abc>",
           "dovecot: lmtp(alice@example.jp)<124><s1>: msgid=<m1@example.net>: saved mail to INBOX"]
SENDMAIL = ["sm-mta[700]: 6A3900Aa000700: from=<a@example.com>, size=812, class=0, nrcpts=1, msgid=<m@example.com>, proto=ESMTP, "
            "daemon=MTA, relay=mail.example.com [192.0.2.9]",
            "sm-mta[701]: 6A3900Aa000700: to=<b@example.net>, delay=00:00:02, xdelay=00:00:01, mailer=esmtp, pri=1, "
            "relay=mx.example.net. [198.51.100.9], dsn=2.0.0, stat=Sent (Ok: queued as 4F2C1A0B12)"]
EXIM = ["1kZ5aB-0001aB-Cd <= a@example.com H=client.example.net [192.0.2.10] P=esmtpsa A=plain:alice S=800 id=m@example.net",
        "1kZ5aB-0001aB-Cd => b@example.net R=dnslookup T=remote_smtp H=mx.example.net [198.51.100.9] C=\"250 OK\"",
        "1kZ5aB-0001aB-Cd Completed"]
EXIM_REFUSED = ["H=(x) [192.0.2.66] F=<s@example.net> rejected RCPT <a@example.com>: relay not permitted"]


def syslog(lines, host="mx1"):
    return "".join(f"Nov  3 09:00:{i:02} {host} {line}\n" for i, line in enumerate(lines)).encode()


def exim(lines):
    return "".join(f"2026-11-03 09:00:{i:02} {line}\n" for i, line in enumerate(lines)).encode()


def told(stage, options=(), **logs):
    place = stage.place("answers")
    for name, lines in logs.items():
        write(f"{place}/log/{name}", lines)
    return stage.report(f"{place}/log", options=("--input-tz", "UTC", "--year", "2026", *options)).exited(0).reconciles().report


def answers(report, **want):
    have = {row["question"]: (row["answer"], row["why"]) for row in report["evidence"]["coverage"]}
    equal(have, want, "answers")


def each(questions, answer):
    return dict.fromkeys(questions, answer)


@case
def what_qmail_does_not_log_is_said_of_qmail_alone(stage):
    log = multilog(3)
    answers(told(stage, current=log), **each(OF_THE_QUEUE, FULL), **each(OF_THE_CLIENT, QMAIL))
    both = told(stage, current=log, maillog=syslog([*POSTFIX, REFUSED]))
    answers(both, **each(OF_THE_QUEUE, FULL), **each(OF_THE_CLIENT, ("partial", QMAIL[1])))


@case
def neighbours_of_qmail_tell_of_clients_and_refusals_apart_from_the_mail(stage):
    beside = ["spamdyke[21]: DENIED_RBL_MATCH from: s@example.net to: a@example.jp origin_ip: 192.0.2.66 "
              "origin_rdns: (unknown) auth: (unknown) encryption: (none)"]
    status = syslog(["qmail: 1793696402.000001 new msg 4001", "qmail: 1793696402.000002 status: local 0/10 remote 0/20"])
    apart = ("partial", "apart_from_mail")
    answers(told(stage, maillog=syslog(beside) + status), **each(OF_THE_QUEUE, FULL), **each(OF_THE_CLIENT, apart))
    answers(told(stage, maillog=syslog(beside)), **{**each(ALL, NO_QUEUE), "refusals": apart})


@case
def epost_answers_by_the_kinds_of_log_that_are_there(stage):
    place = stage.place("epost")
    for kind in ("inlog", "outlog"):
        shutil.copytree(f"samples/epost/{kind}", f"{place}/{kind}")
    report = stage.report(place, options=("--input-tz", "+09:00")).exited(0).reconciles().report
    local, tries = "log_kind_absent_outlocallog", "log_kind_absent_senderlog"
    answers(report, dwell=("partial", local), queue_depth=("partial", local), deferrals=("not_observable", tries),
            queued_at_end=("partial", local), client=FULL, login=NOT_IN_LOGS, refusals=NOT_IN_LOGS)


@case
def postfix_exim_and_sendmail_answer_what_their_lines_show(stage):
    answers(told(stage, maillog=syslog(POSTFIX)), **each(ALL, FULL))
    answers(told(stage, mainlog=exim(EXIM)), **each(ALL, FULL))
    answers(told(stage, maillog=syslog(SENDMAIL)), **{**each(ALL, FULL), "login": ("partial", "apart_from_mail")})
    answers(told(stage, maillog=syslog(line for line in POSTFIX if "smtpd" not in line)), **each(OF_THE_QUEUE, FULL),
            **each(OF_THE_CLIENT, NOT_IN_LOGS))


@case
def a_log_without_a_queue_answers_nothing_of_mail(stage):
    for lines in (DOVECOT, WARNED):
        answers(told(stage, maillog=syslog(lines)), **each(ALL, NO_QUEUE))
    answers(told(stage, rejectlog=exim(EXIM_REFUSED)), **{**each(ALL, NO_QUEUE), "refusals": FULL})
    answers(told(stage, maillog=syslog([*DOVECOT, *POSTFIX])), **each(ALL, FULL))


@case
def a_period_without_mail_does_not_hide_that_a_queue_was_there(stage):
    later = b"Nov  4" + syslog(WARNED).removeprefix(b"Nov  3").splitlines(True)[0]
    report = told(stage, options=("--since", "2026-11-04"), maillog=syslog(POSTFIX) + later)
    answers(report, **each(ALL, FULL))
    equal(report["messages"]["accepted"], 0, "accepted in the period")


@case
def answers_are_the_same_in_shards(stage):
    place = stage.place("answers")
    write(f"{place}/mx1/maillog", syslog(POSTFIX))
    write(f"{place}/mx2/maillog", syslog(WARNED, "mx2"))
    write(f"{place}/current", multilog(3))
    lawful(stage, [place])


OF_MAIL = ("messages", "recipients", "attempts", "dwell")


@case
def where_no_queue_was_seen_mail_is_null_and_never_0(stage):
    for lines in (DOVECOT, WARNED):
        place = stage.place("answers")
        write(f"{place}/log/maillog", syslog(lines))
        run = stage.report(f"{place}/log", options=("--input-tz", "UTC", "--year", "2026", "-v")).exited(0).reconciles()
        report, page = run.report, run.file("report.html").decode()
        equal([report[part] for part in (*OF_MAIL, "queue")], [None] * 5, "of mail")
        equal([report["instances"][0][part] for part in OF_MAIL], [None] * 4, "of the instance")
        check("The evidence holds no log of a mail queue" in page, "the summary does not say it")
        check("0 messages" not in page and page.count("<dd>not observable</dd>") == 5, "the page has zeros")
        check(b"no mail queue's log" in run.err, run.said())


@case
def an_instance_without_a_queue_is_null_beside_one_that_has_it(stage):
    report = told(stage, maillog=syslog(POSTFIX) + syslog(WARNED, "mx2"))
    equal({i["host"]: [bool(i[part]) for part in OF_MAIL] for i in report["instances"]},
          {"mx1": [True] * 4, "mx2": [False] * 4}, "told of mail")
    equal(report["messages"]["accepted"], 1, "messages")
    quiet = told(stage, current=b"".join(multilog(1).splitlines(True)[5:6]))
    equal(quiet["messages"]["accepted"], 0, "messages of a queue that was empty")


@case
def the_sentences_of_the_summary_add_up_to_the_recipients(stage):
    ends = {"en": [r"(\d+) of these (?:was|were) delivered", r"(\d+) bounced or expired",
                   r"(\d+) (?:was|were) deleted", r"(\d+) (?:has|have) an unknown end", r"(\d+) recipients? (?:is|are) still"],
            "ja": [r"このうち (\d+) 件が配送", r"再送期限切れは (\d+) 件", r"破棄されたものは (\d+) 件", r"不明なものは (\d+) 件", r"(\d+) 件の宛先が未配送"]}
    lost = stage.place("lost")
    write(f"{lost}/current", message(1) + message(2, second=FIRST + 40 * 86400, outcome="failure") +
          b"".join(message(3, queue_id=7).splitlines(True)[:2]) + message(4, second=FIRST + 41 * 86400))
    for path in [*(stage.sample(name) for name in ("epost", "qmail", "postfix", "exim", "sendmail")), lost]:
        for language, patterns in ends.items():
            run = stage.report(path, options=("--lang", language, "--input-tz", "+09:00")).exited(0).reconciles()
            lead = re.search(r'<p class="lead">(.*?)</p>', run.file("report.html").decode())[1].replace(",", "")
            told = [int(n) for pattern in patterns for n in re.findall(pattern, lead)]
            equal(sum(told), run.report["recipients"]["accepted"], path, lead)
            zero = [end for end in ("0 bounced", "0 has", "0 have", "0 was", "0 were deleted") if f" {end}" in lead]
            zero += re.findall("(?:切れ|もの)は 0 件", lead)
            equal(zero, [], "ends that none had", lead)


@case
def japanese_calls_accepted_what_entered_the_queue_and_not_received(stage):
    page = stage.report(stage.sample("epost"), options=("--lang", "ja")).exited(0).file("report.html").decode()
    check("受付メール" in page and "通のメールを受け付け" in page, "what was accepted is not told")
    equal(re.findall("受信(?!拒否).{0,20}", page), [], "words of incoming mail")
