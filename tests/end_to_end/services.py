"""What daemons said of themselves: stops and restart loops, alerts, a clock that was set back, deliveries at their limit."""
import calendar
import os
import re
import time

from gaps import hour_of_mail
from shards import lawful
from stage import case, check, equal, write

UTC = ("--input-tz", "UTC")


def at(hour, minute=0, second=0):
    return f"2026-11-02 {hour:02}:{minute:02}:{second:02}.000000"


def day(extra):
    """A day of mail, with the extra lines behind those of their hour."""
    text = ""
    for hour in range(24):
        text += hour_of_mail(2, hour, 100 + hour)
        text += "".join(f"{stamp} {line}\n" for when, stamp, line in extra if when == hour)
    return text.encode()


def labelled(log):
    """The same log with TAI64N labels."""
    def label(match):
        seconds = calendar.timegm(time.strptime(match.group(1).decode(), "%Y-%m-%d %H:%M:%S"))
        return b"@%016x%08x" % (2**62 + 10 + seconds, 0)
    return re.sub(rb"^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\.0{6}", label, log, flags=re.M)


def report(stage, extra, options=()):
    place = stage.place("services")
    write(os.path.join(place, "maillog"), day(extra))
    return stage.report(place, options=(*UTC, *options)).exited(0).reconciles().report


def found(told, kind):
    return [f for f in told["findings"] if f["kind"] == kind]


def limit_lines(hour, minutes, line):
    return [(hour, at(hour, minute, 30), line) for minute in minutes]


@case
def a_quiet_day_has_no_services_to_tell_of(stage):
    told = report(stage, [])
    equal(told["services"], [], "services")
    equal(told["queue"]["at_limit"], [], "limits")


@case
def stops_within_an_hour_are_a_restart_loop(stage):
    stops = [(10, at(10, 10), "status: exiting"), (10, at(10, 30), "status: exiting"),
             (11, at(11, 10), "status: exiting"), (20, at(20, 10), "status: exiting")]
    told = report(stage, stops)
    equal([(s["time"][11:19], s["event"], s["service"]) for s in told["services"]],
          [("10:10:00", "stop", "qmail"), ("10:30:00", "stop", "qmail"), ("11:10:00", "stop", "qmail"),
           ("20:10:00", "stop", "qmail")], "services")
    loops = found(told, "service_restarts")
    equal([(f["start"][11:19], f["end"][11:19], f["numbers"]["n"], f["rule"]["observed"]) for f in loops],
          [("10:10:00", "11:10:00", 3, 3)], "findings")
    equal([e["text"] for e in loops[0]["evidence"]], [f"{stamp} {line}" for _, stamp, line in stops[:3]], "evidence")
    equal(found(report(stage, stops[1:]), "service_restarts"), [], "two in an hour")
    equal(len(found(report(stage, stops[1:], ("--restarts", "2")), "service_restarts")), 1, "two asked for")


@case
def alerts_are_counted_and_quoted(stage):
    alert = "alert: cannot start: qmail-send is already running"
    told = report(stage, [(7, at(7, 5, n), alert) for n in range(7)] + [(8, at(8, 30), "warning: trouble fetching 4711")])
    equal([s["event"] for s in told["services"]], ["alert"] * 7 + ["warning"], "services")
    alerts = found(told, "service_alert")
    equal([(f["numbers"]["n"], f["start"][11:19], f["end"][11:19], len(f["evidence"])) for f in alerts],
          [(7, "07:05:00", "07:05:06", 5)], "findings")


@case
def a_clock_that_is_set_back_is_listed(stage):
    extra = [(14, at(14, 40), "warning: trouble fetching 4711"), (14, at(14, 10), "status: local 1/10 remote 0/20")]
    place = stage.place("clock")
    write(os.path.join(place, "current"), labelled(day(extra)))
    told = stage.report(place, options=UTC).exited(0).reconciles().report
    steps = [s for s in told["services"] if s["event"] == "clock_back"]
    equal([(s["time"][11:19], s["back"]) for s in steps], [("14:10:00", 1800)], "steps")
    check(steps[0]["evidence"][0]["text"].endswith(" status: local 1/10 remote 0/20"), steps[0]["evidence"])
    equal([(f["rule"]["observed"], f["numbers"]["n"]) for f in found(told, "clock_step")], [(1800, 1)], "findings")


@case
def deliveries_at_their_limit_are_a_period(stage):
    """Twelve minutes, of which two are four minutes apart; then an hour later one alone."""
    full = "status: local 0/10 remote 20/20"
    extra = limit_lines(12, [*range(10, 18), *range(21, 25)], full) + limit_lines(13, [30], full)
    extra += limit_lines(12, [26], "status: local 0/10 remote 19/20")
    told = report(stage, extra)
    equal([(p["channel"], p["limit"], p["start"][11:19], p["end"][11:19], p["minutes"], p["lines"])
           for p in told["queue"]["at_limit"]], [("remote", 20, "12:10:30", "12:25:00", 12, 12)], "periods")
    limits = found(told, "delivery_limit")
    equal([(f["severity"], f["rule"]["observed"]) for f in limits], [("low", 12)], "findings")
    check(limits[0]["evidence"][0]["text"].endswith(full), limits[0]["evidence"])
    equal(report(stage, extra, ("--limit-minutes", "13"))["queue"]["at_limit"], [], "thirteen asked for")


@case
def services_read_in_shards_are_those_of_one_process(stage):
    extra = limit_lines(11, range(40, 60), "status: local 10/10 remote 20/20")
    extra += limit_lines(12, range(3, 30), "status: local 10/10 remote 20/20")
    extra += [(h, at(h, 50), "status: exiting") for h in (3, 4, 11, 12, 13)]
    extra += [(h, at(h, 20), "alert: unable to open queue") for h in (9, 11, 12, 15)]
    place = stage.place("services")
    lines = day(sorted(extra)).splitlines(keepends=True)
    cut = next(i for i, line in enumerate(lines) if line.startswith(at(11, 55).encode()[:16]))
    write(os.path.join(place, "maillog.1"), b"".join(lines[:cut]))
    write(os.path.join(place, "maillog"), b"".join(lines[cut:]))
    told = stage.report(place, options=UTC).exited(0).report
    equal([(p["channel"], p["minutes"]) for p in told["queue"]["at_limit"]], [("local", 47), ("remote", 47)], "limits")
    lawful(stage, [place], UTC)
