"""Who gave a message to qmail: the lines of the SMTP side in the maillog of a toaster, and the rows that name the client."""
import json

from shards import lawful
from stage import case, check, equal, write

START = 1795161600  # 2026-11-20 08:00:00 UTC


def line(second, text, tag="qmail"):
    """splogger's line, or with a pid in its tag the program's own."""
    minutes, seconds = divmod(second, 60)
    head = f"Nov 20 08:{minutes:02}:{seconds:02} mx1 {tag}: "
    return head + (text if "[" in tag else f"{START + second}.{second:06} {text}")


def smtp(second, text):
    return line(second, text, "smtpd")


def message(second, number, sender, qp):
    uid = 89 if sender else 90
    return [line(second, f"new msg {number}"), line(second, f"info msg {number}: bytes 2048 from <{sender}> qp {qp} uid {uid}")]


def delivered(second, number, delivery):
    return [line(second, f"starting delivery {delivery}: msg {number} to remote to@example.com"),
            line(second + number % 100, f"delivery {delivery}: success: 192.0.2.99_accepted_message./"),
            line(second + number % 100, f"end msg {number}")]


def accepted(sender, client):
    return f"CHKUSER accepted rcpt: from <{sender}::> remote <pc.example.jp:unknown:{client}> rcpt <to@example.com> : found"


def qlog(sender, client, qp):
    return "qlogreceived: result=accepted code=250 reason= detail= helo=pc.example.jp mailfrom=" + sender + \
           " rcptto=to@example.com relay=yes rcpthosts= size=2001 authuser=alice@example.jp authtype=login encrypted=tls " \
           f"sslverified=no localip=192.0.2.1 localport=587 remoteip={client} remoteport=40123 remotehost=unknown qp={qp} pid=800"


def spamdyke(second, pid, code, sender, client):
    return line(second, f"{code} from: {sender} to: to@example.com origin_ip: {client} origin_rdns: (unknown) auth: (unknown) "
                "encryption: (none)", f"spamdyke[{pid}]")


def toaster():
    """Messages 4701 to 4707; the last two digits are the seconds that they take."""
    return [
        smtp(0, "tcpserver: status: 1/40"),
        smtp(0, "tcpserver: pid 800 from 192.0.2.7"),
        smtp(0, "tcpserver: ok 800 mx1.example.jp:192.0.2.1:587 :192.0.2.7::40123"),
        smtp(1, accepted("alice@example.jp", "192.0.2.7")),
        smtp(2, qlog("alice@example.jp", "192.0.2.7", 812)),
        *message(2, 4701, "alice@example.jp", 812),
        *delivered(2, 4701, 1),
        # by pid: simscan is a child of qmail-smtpd, which tcpserver started; qmail-queue is the next but one
        smtp(70, "tcpserver: pid 820 from 192.0.2.8"),
        smtp(71, "simscan:[820]:CLEAN (0.10/5.00):0.5120s:hello:192.0.2.8:bob@example.jp:to@example.com"),
        *message(71, 4702, "bob@example.jp", 823),
        *delivered(71, 4702, 2),
        # pids prove nothing, and one client named the sender; a refused one does not count
        spamdyke(140, 30900, "DENIED_RBL_MATCH", "carol@example.jp", "192.0.2.66"),
        spamdyke(141, 30901, "ALLOWED", "carol@example.jp", "192.0.2.9"),
        *message(141, 4703, "carol@example.jp", 7),
        *delivered(141, 4703, 3),
        # two clients named it
        smtp(210, accepted("dave@example.jp", "192.0.2.10")),
        smtp(211, accepted("dave@example.jp", "192.0.2.11")),
        *message(211, 4704, "dave@example.jp", 900),
        *delivered(211, 4704, 4),
        # the line comes after the message
        *message(280, 4705, "alice@example.jp", 930),
        smtp(281, qlog("alice@example.jp", "192.0.2.7", 930)),
        line(281, "starting delivery 5: msg 4705 to remote to@example.com"),
        line(286, "delivery 5: failure: 192.0.2.99_does_not_like_recipient./Remote_host_said:_550_no/Giving_up_on_192.0.2.99./"),
        line(286, "bounce msg 4705 qp 940"),
        line(286, "end msg 4705"),
        # its bounce, beside a client that named the null sender
        smtp(286, "tcpserver: pid 938 from 192.0.2.66"),
        smtp(286, accepted("", "192.0.2.66")),
        *message(286, 4706, "", 940),
        *delivered(286, 4706, 6),
        # and one that is still in the queue
        spamdyke(350, 950, "ALLOWED", "erin@example.jp", "192.0.2.12"),
        *message(351, 4707, "erin@example.jp", 952),
        line(351, "starting delivery 7: msg 4707 to remote to@example.com"),
        line(352, "delivery 7: deferral: CNAME_lookup_failed_temporarily._(#4.4.3)/")]


def rows(report):
    names = ("client", "helo", "login", "client_grade")
    listed = report["dwell"]["slowest"] + report["dwell"]["open"]["list"]
    return {row["id"]: tuple(row[name] for name in names) for row in listed}


EXACT = ("192.0.2.7", "pc.example.jp", "alice@example.jp", "exact")
NONE = (None, None, None, None)
WANT = {"4701": EXACT, "4702": ("192.0.2.8", None, None, "pid"), "4703": ("192.0.2.9", None, None, "time_envelope"),
        "4704": NONE, "4705": EXACT, "4706": NONE, "4707": ("192.0.2.12", None, None, "pid")}
OPTIONS = ("--input-tz", "UTC", "--year", "2026")


def logs(place, lines, cut):
    write(f"{place}/maillog.1", ("\n".join(lines[:cut]) + "\n").encode())
    write(f"{place}/maillog", ("\n".join(lines[cut:]) + "\n").encode())
    return place


@case
def rows_name_the_client_that_a_toaster_s_log_tells_and_how_surely(stage):
    place = stage.place("toaster")
    write(f"{place}/maillog", ("\n".join(toaster()) + "\n").encode())
    run = stage.report(place, options=OPTIONS).exited(0).reconciles()
    equal(rows(run.report), WANT, "clients")
    check("192.0.2.66" not in json.dumps(run.report["dwell"]), "a refused client is named")


@case
def a_rotation_between_client_and_message_changes_no_client(stage):
    lines = toaster()
    for cut in (2, 4, 5, 6, 12, 31, 33, 42, len(lines) - 4):
        place = logs(stage.place("toaster"), lines, cut)
        report = stage.report(place, options=(*OPTIONS, "-j2")).exited(0).reconciles().report
        equal(rows(report), WANT, "cut after line", cut)


@case
def shards_of_a_toaster_s_log_read_apart_tell_the_same(stage):
    lines = toaster()
    parts = lawful(stage, [logs(stage.place("toaster"), lines, len(lines) // 2)], OPTIONS, shard_bytes=900)
    check(len(parts) > 4, "shards:", len(parts))


@case
def without_the_lines_of_the_smtp_side_no_client_is_named(stage):
    place = stage.place("toaster")
    write(f"{place}/maillog", ("\n".join(t for t in toaster() if " qmail: " in t) + "\n").encode())
    report = stage.report(place, options=OPTIONS).exited(0).reconciles().report
    equal(rows(report), dict.fromkeys(WANT, NONE), "clients")
