"""When mail backed up, and by which rule: incidents that the simulator put into a log are found with their times and their
cause, and a quiet log has none."""
import datetime

from stage import case, check, equal, slow

ZONE = ("--tz", "+09:00", "--input-tz", "+09:00")


def backups(stage, kind, *options):
    folder, truth = stage.simulate(kind, "--days", "10", "--domains", "200", *options)
    run = stage.report(folder, options=ZONE).exited(0).agrees(truth).reconciles()
    rows = run.report["queue"]["backups"]
    found = [f for f in run.report["findings"] if f["kind"] == "queue_backup"]
    equal(sorted(f["start"] for f in found), sorted(row["start"] for row in rows), "findings")
    return rows


def near(have, day, hour, minute, slack, what):
    """Times are of the simulator's first day, 2026-11-16 in Japan."""
    want = datetime.datetime(2026, 11, 16, tzinfo=datetime.timezone.utc) + datetime.timedelta(
        days=day, hours=hour - 9, minutes=minute)
    off = abs((datetime.datetime.fromisoformat(have.replace("Z", "+00:00")) - want).total_seconds()) / 60
    check(off <= slack, what, have, "is", str(off), "minutes off")


@case
@slow
def quiet_logs_have_no_back_up(stage):
    for kind in ("epost", "multilog"):
        for seed in range(11, 15):
            equal(backups(stage, kind, "--messages", "12000", "--retry", "0.12", "--seed", str(seed)), [], kind, seed)


@case
def own_mailboxes_that_slow_down_are_a_local_backlog(stage):
    """From 9:00 waits grow by twenty seconds a minute until 11:00, then shrink: above a quarter of an hour from 9:45
    to 12:15."""
    for seed in ("3", "4"):
        rows = backups(stage, "epost", "--messages", "20000", "--seed", seed, "--backlog", "6")
        equal([row["verdict"] for row in rows], ["local_backlog"], "verdicts")
        near(rows[0]["start"], 6, 9, 45, 10, "start")
        near(rows[0]["end"], 6, 12, 15, 20, "end")
        equal(rows[0]["domains"][0]["domain"], "example.jp", "domain")
        check(rows[0]["evidence"], "no evidence")


@case
def a_domain_that_defers_everything_is_a_retry(stage):
    """From 9:00 to 18:00; what waits for its next try stays a while longer."""
    for kind in ("epost", "multilog"):
        rows = backups(stage, kind, "--messages", "40000", "--seed", "3", "--outage", "6")
        equal([row["verdict"] for row in rows], ["retry"], kind, "verdicts")
        near(rows[0]["start"], 6, 9, 0, 10, "start")
        near(rows[0]["end"], 6, 18, 0, 30, "end")
        equal(rows[0]["domains"][0]["domain"], "example.com", "domain")


@case
def a_login_that_sends_in_bulk_is_volume(stage):
    """From 2:10 in the night; the queue needs the day to get rid of it."""
    rows = backups(stage, "epost", "--messages", "20000", "--seed", "3", "--burst", "6:2000")
    equal([row["verdict"] for row in rows], ["volume"], "verdicts")
    near(rows[0]["start"], 6, 2, 10, 5, "start")
    check(rows[0]["peak"] > 10 * rows[0]["usual"], "peak", rows[0]["peak"])


@case
def thresholds_of_back_ups_are_options(stage):
    folder, _ = stage.simulate("epost", "--days", "10", "--domains", "200", "--messages", "20000", "--seed", "3",
                               "--backlog", "6")
    for options in (("--backup-dwell", "7200"), ("--backup-minutes", "400")):
        equal(stage.report(folder, options=(*ZONE, *options)).report["queue"]["backups"], [], options)
