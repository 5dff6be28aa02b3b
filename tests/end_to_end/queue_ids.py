"""Servers whose lines carry the queue id: messages counted once, whatever chains, ids and ends do; whole and in parts."""
import os
import re

from shards import lawful
from stage import case, check, equal, write

A, B, C, D = "4F2C1A0B12", "5A11B2C3D4", "6B22C3D4E5", "7C33D4E5F6"


class Log:
    """Lines of one host, a second counted from midnight."""

    def __init__(self, host="mx1"):
        self.host, self.lines, self.instance = host, [], "postfix"

    def of(self, instance):
        """What follows is said by that instance of Postfix."""
        self.instance = instance
        return self

    def say(self, second, program, text):
        hour, rest = divmod(second, 3600)
        day, hour = divmod(hour, 24)
        self.lines.append(f"2026-11-{3 + day:02}T{hour:02}:{rest // 60:02}:{rest % 60:02}.000000+09:00 "
                          f"{self.host} {program}[{1000 + len(program)}]: {text}\n")
        return self

    def client(self, second, queue_id, client="client.example.net[192.0.2.10]", more=""):
        return self.say(second, self.instance + "/smtpd", f"{queue_id}: client={client}{more}") \
                   .say(second, self.instance + "/cleanup", f"{queue_id}: message-id=<{second}.{queue_id}@example.com>")

    def queue(self, second, queue_id, recipients=1, sender="alice@example.com"):
        return self.say(second, self.instance + "/qmgr",
                        f"{queue_id}: from=<{sender}>, size=2048, nrcpt={recipients} (queue active)")

    def to(self, second, queue_id, recipient, status, relay="mx.example.org[198.51.100.9]:25", delay=1, agent="smtp"):
        return self.say(second, self.instance + "/" + agent,
                        f"{queue_id}: to=<{recipient}>, relay={relay}, delay={delay}, "
                        f"delays=0.1/0.1/0/{delay - 0.2:.1f}, dsn={2 if 'sent' in status else 4}.0.0, status={status}")

    def filtered(self, second, queue_id, recipient, child):
        return self.to(second, queue_id, recipient,
                       "sent (250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as " + child + ")",
                       "127.0.0.1[127.0.0.1]:10024")

    def removed(self, second, queue_id, program=None):
        return self.say(second, program or self.instance + "/qmgr", f"{queue_id}: removed")

    def sent(self, second, queue_id, recipient="bob@example.org"):
        return self.client(second, queue_id).queue(second, queue_id) \
                   .to(second + 1, queue_id, recipient, "sent (250 2.0.0 Ok)").removed(second + 1, queue_id)

    def bytes(self):
        return "".join(self.lines).encode()


def told(stage, log, code=0, options=()):
    place = stage.place("mail")
    write(os.path.join(place, "maillog"), log.bytes())
    report = stage.report(place, options=options).exited(code).reconciles().report
    equal(report["evidence"]["totals"]["lines"]["unparsed"], 0, "unparsed")
    return report


def counted(report, messages, recipients, attempts=None):
    for name, want in (("messages", messages), ("recipients", recipients), ("attempts", attempts or {})):
        equal({k: report[name][k] for k in want}, want, name)


def chain(log, second, first, last, recipient="bob@example.org", waits=2):
    """Postfix, amavis, Postfix, Dovecot."""
    log.client(second, first).queue(second, first)
    log.client(second + 1, last, "localhost[127.0.0.1]").queue(second + 1, last)
    log.say(second + 1, "amavis", f"(01-01) Passed CLEAN {{RelayedInbound}}, [192.0.2.10]:4000 [192.0.2.10] "
            f"<alice@example.com> -> <{recipient}>, Queue-ID: {first}, mail_id: aBcDeFgHiJ, Hits: -1, size: 2048, "
            f"queued_as: {last}, 900 ms")
    log.filtered(second + 1, first, recipient, last).removed(second + 1, first)
    log.say(second + 1 + waits, "dovecot", f"lmtp({recipient})<1><aaa>: msgid=<1@example.com>: saved mail to INBOX")
    log.to(second + 1 + waits, last, recipient, f"sent (250 2.0.0 <{recipient}> aaa Saved)",
           "mx1.example.org[private/dovecot-lmtp]", waits, "lmtp")
    return log.removed(second + 1 + waits, last)


@case
def a_content_filter_in_between_is_one_message(stage):
    log = Log()
    for i in range(20):
        chain(log, 100 + i * 10, f"{A}{i:02X}", f"{B}{i:02X}")
    report = told(stage, log)
    counted(report, {"accepted": 20, "finished": 20, "chained": 20, "began_before": 0},
            {"accepted": 20, "delivered": 20, "derived": 0}, {"success": 20, "failure": 0})
    dwell = report["dwell"]
    equal((dwell["delivered"]["n"], dwell["delivered"]["min"], dwell["delivered"]["max"]), (20, 3, 3), "dwell")
    equal((dwell["phases"]["filter"]["n"], dwell["phases"]["filter"]["max"]), (20, 0.8), "filter")


def through_instances(log, second, first, last, origin):
    """What one instance took in, a filter gives to another, which delivers it; the order is that of a busy host."""
    log.of("postfix-in").client(second, first).queue(second, first)
    log.of("postfix-out").client(second + 1, last, "localhost[127.0.0.1]", origin)
    log.of("postfix-in").filtered(second + 1, first, "bob@example.jp", last).removed(second + 1, first)
    log.of("postfix-out").queue(second + 1, last)
    log.to(second + 4, last, "bob@example.jp", "sent (250 2.0.0 Ok)", "mx.example.jp[192.0.2.9]:25", 3)
    return log.removed(second + 4, last)


@case
def what_goes_from_instance_to_instance_of_a_host_counts_once(stage):
    log = Log()
    for i in range(30):
        first, last = f"{A}{i:02X}", f"{B}{i:02X}"
        origin = f", orig_queue_id={first}, orig_client=client.example.net[192.0.2.10]" if i % 3 == 0 else ""
        through_instances(log, 100 + i * 20, first, last, origin)
    log.of("postfix-in").sent(1000, C).of("postfix-out").sent(1010, C).of("postfix").sent(1020, C)
    report = told(stage, log)
    counted(report, {"accepted": 33, "finished": 33, "chained": 30, "began_before": 0},
            {"accepted": 33, "delivered": 33, "derived": 0}, {"success": 33, "failure": 0})
    dwell = report["dwell"]
    equal((dwell["delivered"]["n"], dwell["delivered"]["max"], dwell["phases"]["filter"]["n"]), (33, 4, 30), "dwell")
    place = stage.place("instances")
    write(os.path.join(place, "maillog"), log.bytes())
    check(len(lawful(stage, [place], shard_bytes=1000)) > 10, "shards")


@case
def an_id_used_again_within_a_minute_and_a_lost_end(stage):
    log = Log().sent(100, A).sent(130, A).client(140, A).queue(140, A)  # whose end is lost
    log.sent(150, A)
    report = told(stage, log)
    counted(report, {"accepted": 4, "finished": 3, "end_missing": 1}, {"accepted": 4, "delivered": 3, "unknown": 1})


def held(log, second, queue_id, recipient="bob@example.org"):
    log.say(second, "postfix/smtpd", f"{queue_id}: client=client.example.net[192.0.2.10]")
    log.say(second, "postfix/cleanup", f"{queue_id}: hold: header Subject: x from client.example.net[192.0.2.10]; "
            f"from=<alice@example.com> to=<{recipient}> proto=ESMTP helo=<x>")
    return log.say(second, "postfix/cleanup", f"{queue_id}: message-id=<1@example.com>")


@case
def what_lies_on_hold_is_in_the_queue(stage):
    log, late = held(held(held(Log(), 0, A), 0, B), 0, C), 7 * 86400
    log.say(late, "postfix/postsuper", f"{B}: released from hold").queue(late + 2, B)
    log.to(late + 3, B, "bob@example.org", "sent (250 Ok)", delay=late + 3).removed(late + 3, B)
    log.removed(late + 4, C, "postfix/postsuper").sent(late + 9, D)
    place = stage.place("hold")
    write(os.path.join(place, "maillog"), log.bytes())
    report = stage.report(place).exited(0).reconciles().report
    counted(report, {"accepted": 4, "finished": 3, "queued": 1, "refused_after_data": 0},
            {"accepted": 4, "delivered": 2, "deleted": 1, "queued": 1, "unknown": 0})
    equal(report["dwell"]["delivered"]["max"], late + 3, "dwell")
    check(len(lawful(stage, [place], shard_bytes=500)) > 2, "shards")


def aliased(log, second, queue_id, status, relay="mx1.example.jp[private/dovecot-lmtp]", agent="lmtp"):
    """bob, and info, which is bob: Postfix delivers to him twice."""
    text = f"relay={relay}, delay=1, delays=0.1/0.1/0/0.8, dsn=2.0.0, status={status}"
    log.say(second, "postfix/" + agent, f"{queue_id}: to=<bob@example.jp>, {text}")
    return log.say(second, "postfix/" + agent, f"{queue_id}: to=<bob@example.jp>, orig_to=<info@example.jp>, {text}")


@case
def two_recipients_that_an_alias_makes_one_address_are_two(stage):
    log = Log()
    for i in range(0, 100, 5):
        aliased(log.client(i, A).queue(i, A, 2), i + 1, A, "deferred (timeout)").queue(i + 2, A, 2)
        aliased(log, i + 3, A, "sent (250 2.0.0 Saved)").removed(i + 3, A)
    for i in range(200, 300, 5):  # through a filter, behind which the address is one
        log.client(i, B).queue(i, B, 2).client(i + 1, C, "localhost[127.0.0.1]").queue(i + 1, C)
        aliased(log, i + 1, B, f"sent (250 2.0.0 Ok: queued as {C})", "127.0.0.1[127.0.0.1]:10024", "smtp").removed(i + 1, B)
        log.to(i + 2, C, "bob@example.jp", "sent (250 Saved)", agent="lmtp").removed(i + 2, C)
    place = stage.place("aliases")
    write(os.path.join(place, "maillog"), log.bytes())
    report = stage.report(place).exited(0).reconciles().report
    counted(report, {"accepted": 40, "finished": 40, "chained": 20},
            {"accepted": 80, "delivered": 80, "unknown": 0, "derived": 0}, {"success": 60, "deferral": 40})
    check(len(lawful(stage, [place], shard_bytes=500)) > 10, "shards")


@case
def removed_before_the_last_recipient(stage):
    log = Log().client(100, A).queue(100, A, 2).to(101, A, "a@example.org", "sent (250 Ok)").removed(102, A)
    log.to(102, A, "b@example.org", "bounced (550 no)")
    counted(told(stage, log), {"accepted": 1, "finished": 1}, {"accepted": 2, "delivered": 1, "bounced": 1},
            {"success": 1, "failure": 1})


@case
def what_an_operator_deletes_what_expires_what_is_thrown_away(stage):
    log = Log().client(0, A).queue(0, A, 3).to(1, A, "a@example.org", "sent (250 Ok)")
    log.to(1, A, "b@example.org", "deferred (timeout)").removed(60, A, "postfix/postsuper")
    log.client(0, B).queue(0, B, 2).to(1, B, "c@example.org", "deferred (timeout)")
    log.client(3, C).queue(3, C).to(4, C, "d@example.org", "sent (discard)", "none", agent="discard").removed(4, C)
    late = 5 * 86400 + 10
    log.say(late, "postfix/qmgr", f"{B}: from=<alice@example.com>, status=expired, returned to sender")
    log.say(late, "postfix/cleanup", f"{D}: message-id=<2@example.com>").queue(late, D, 1, "")
    log.say(late, "postfix/bounce", f"{B}: sender non-delivery notification: {D}").removed(late, B)
    log.to(late + 1, D, "alice@example.com", "sent (250 Ok)").removed(late + 1, D)
    counted(told(stage, log), {"accepted": 4, "finished": 4, "notices": 1},
            {"accepted": 7, "delivered": 2, "deleted": 2, "expired": 2, "discarded": 1}, {"deferral": 2})


@case
def probes_and_what_was_refused_after_data_are_no_messages(stage):
    log = Log().say(0, "postfix/cleanup", f"{A}: message-id=<1@example.com>").queue(0, A, 1, "double-bounce@example.com")
    log.to(1, A, "x@example.org", "deliverable (delivery via relay)").removed(1, A)
    log.client(5, B).say(6, "postfix/cleanup", f"{B}: milter-reject: END-OF-MESSAGE from client.example.net[192.0.2.10]: "
                         "5.7.1 no; from=<alice@example.com> to=<b@example.org> proto=ESMTP helo=<client.example.net>")
    log.client(7, C)
    log.sent(2 * 86400, D)
    counted(told(stage, log), {"accepted": 1, "finished": 1, "refused_after_data": 2}, {"accepted": 1, "delivered": 1},
            {"success": 1})


@case
def recipients_that_are_declared_and_never_named_are_counted(stage):
    log = Log().client(0, A).queue(0, A, 100000).to(1, A, "a@example.org", "sent (250 Ok)")
    report = told(stage, log)
    counted(report, {"accepted": 1, "queued": 1}, {"accepted": 100000, "delivered": 1, "queued": 99999})
    equal(report["dwell"]["open"]["n"], 99999, "open")


@case
def a_filter_whose_queue_is_not_in_the_evidence_delivers_nothing(stage):
    log = Log().client(0, A).queue(0, A).filtered(1, A, "b@example.org", B).removed(1, A).sent(2 * 86400, C)
    counted(told(stage, log), {"accepted": 2}, {"delivered": 1, "unknown": 1, "lost_in_chain": 1}, {"success": 1})


@case
def a_message_put_into_the_queue_anew_is_the_same(stage):
    log = Log().client(0, A).queue(0, A).to(1, A, "b@example.org", "deferred (timeout)")
    log.say(100, "postfix/postsuper", f"{A}: requeued")
    log.say(101, "postfix/pickup", f"{B}: uid=89 from=<alice@example.com> orig_id={A}")
    log.say(101, "postfix/cleanup", f"{B}: message-id=<1@example.com>").queue(101, B)
    log.to(102, B, "b@example.org", "sent (250 Ok)", delay=102).removed(102, B)
    report = told(stage, log)
    counted(report, {"accepted": 1, "finished": 1, "chained": 1}, {"accepted": 1, "delivered": 1},
            {"success": 1, "deferral": 1})
    equal(report["dwell"]["delivered"]["max"], 102, "dwell")


@case
def sendmails_two_queues_are_one(stage):
    log = Log()
    log.say(0, "sendmail", "uA3000aa001234: from=root, size=300, class=0, nrcpts=1, msgid=<1@mx1.example.com>, relay=root@localhost")
    log.say(1, "sm-mta", "uA3001bb001235: from=<root@mx1.example.com>, size=500, class=0, nrcpts=1, "
            "msgid=<1@mx1.example.com>, proto=ESMTP, daemon=MTA, relay=localhost [127.0.0.1]")
    log.say(1, "sendmail", "uA3000aa001234: to=bob@example.org, ctladdr=root (0/0), delay=00:00:01, xdelay=00:00:01, "
            "mailer=relay, pri=30300, relay=[127.0.0.1] [127.0.0.1], dsn=2.0.0, "
            "stat=Sent (uA3001bb001235 Message accepted for delivery)")
    log.say(4, "sm-mta", "uA3001bb001235: to=<bob@example.org>, ctladdr=<root@mx1.example.com> (0/0), delay=00:00:03, "
            "xdelay=00:00:03, mailer=esmtp, pri=120500, relay=mx.example.org. [198.51.100.9], dsn=2.0.0, stat=Sent (Ok)")
    report = told(stage, log)
    counted(report, {"accepted": 1, "finished": 1, "chained": 1}, {"accepted": 1, "delivered": 1}, {"success": 1})
    equal(report["dwell"]["delivered"]["max"], 4, "dwell")


def two_hosts():
    gate, store = Log("mx1"), Log("mx2")
    for i in range(30):
        second, there, here = 100 + i * 20, f"{A}{i:02X}", f"{B}{i % 7:02X}"
        gate.client(second, there).queue(second, there)
        store.client(second + 1, here, "mx1.example.jp[192.0.2.1]").queue(second + 1, here)
        gate.to(second + 1, there, "bob@example.jp", f"sent (250 2.0.0 Ok: queued as {here})", "mx2.example.jp[192.0.2.2]:25")
        gate.removed(second + 1, there)
        store.to(second + 4, here, "bob@example.jp", "sent (delivered to maildir)", "virtual", 3, "virtual").removed(second + 4, here)
    return gate.sent(1000, C), store.sent(1000, C)


@case
def what_one_host_hands_to_another_whose_log_is_there_counts_once(stage):
    place = stage.place("hosts")
    for log in two_hosts():
        write(os.path.join(place, log.host, "maillog"), log.bytes())
    report = stage.report(place).exited(0).reconciles().report
    counted(report, {"accepted": 32, "finished": 32, "chained": 30}, {"accepted": 32, "delivered": 32},
            {"success": 32})
    equal([i["messages"]["accepted"] for i in report["instances"]], [31, 1], "instances")
    equal(report["dwell"]["delivered"]["max"], 4, "dwell")
    check(len(lawful(stage, [place], shard_bytes=1000)) > 1, "shards")


@case
def a_host_alone_ends_where_it_hands_on(stage):
    gate, store = two_hosts()
    counted(told(stage, gate), {"accepted": 31, "chained": 0}, {"delivered": 31}, {"success": 31})
    counted(told(stage, store), {"accepted": 31, "chained": 0}, {"delivered": 31}, {"success": 31})


def busy_day():
    log = Log()
    for i in range(400):
        second = 10 + i * 7
        chain(log, second, f"{i % 40:05X}11", f"{i % 37:05X}22", waits=2 + i % 50)
        if i % 9 == 0:
            log.client(second, f"{i:05X}33").queue(second, f"{i:05X}33", 2)
            log.to(second + 1, f"{i:05X}33", "x@example.net", "deferred (timeout)")
    log.lines.sort(key=lambda line: line[:26])
    return log


@case
def a_log_in_parts_tells_what_it_tells_whole(stage):
    log = busy_day()
    whole = told(stage, log)
    check(whole["messages"]["chained"] > 300, "chained", whole["messages"])
    place = stage.place("parts")
    for k in range(9):
        lines = log.lines[len(log.lines) * k // 9:len(log.lines) * (k + 1) // 9]
        write(os.path.join(place, "maillog" if k == 8 else f"maillog.{8 - k}"), "".join(lines).encode())
    parts = stage.report(place, options=("-j", "2")).exited(0).reconciles().report
    for name in ("recipients", "attempts", "dwell", "queue"):
        equal(re.sub(r'"(evidence|source)": .*', "", repr(stripped(parts[name]))), repr(stripped(whole[name])), name)
    across = dict(parts["messages"], joined_across_sources=0)
    equal(across, whole["messages"], "messages")
    check(parts["messages"]["joined_across_sources"] > 0, "joined")
    check(len(lawful(stage, [place], shard_bytes=20000)) > 4, "shards")


def stripped(thing):
    """Without what names files."""
    if isinstance(thing, dict):
        return {k: stripped(v) for k, v in thing.items() if k not in ("evidence", "instance")}
    return [stripped(v) for v in thing] if isinstance(thing, list) else thing


@case
def who_gave_a_message_to_us_is_told_with_its_grade_and_not_guessed(stage):
    log = Log().client(0, A, more=", sasl_method=PLAIN, sasl_username=dave@example.jp").queue(1, A)
    log.to(9, A, "bob@example.org", "sent (250 ok)").say(9, "postfix/qmgr", f"{A}: removed")
    log.say(20, "postfix/pickup", f"{B}: uid=33 from=<www-data>").queue(20, B, sender="www-data@mx1")
    log.to(25, B, "eve@example.org", "sent (250 ok)").say(25, "postfix/qmgr", f"{B}: removed")
    path = write(stage.place("who") + "/maillog", log.bytes())
    rows = {row["id"]: row for row in stage.report(path).exited(0).reconciles().report["dwell"]["slowest"]}
    told = {name: [row[key] for key in ("client", "login", "uid", "client_grade")] for name, row in rows.items()}
    equal(told, {A: ["192.0.2.10", "dave@example.jp", None, "exact"], B: [None, None, "33", None]}, "who gave it")
