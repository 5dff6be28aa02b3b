"""What is not among the evidence: silences by all lines of a log, and logs left out of a rotation."""
import os

from stage import case, check, equal, write

DAY = "2026-11-{:02} {:02}:{:02}:00.000000"


def hour_of_mail(day, hour, number):
    at = [DAY.format(day, hour, minute) for minute in range(5)]
    return (f"{at[0]} new msg {number}\n"
            f"{at[0]} info msg {number}: bytes 700 from <a@example.org> qp {number} uid 89\n"
            f"{at[1]} starting delivery {number}: msg {number} to local u@example.jp\n"
            f"{at[1]} status: local 1/10 remote 0/20\n"
            f"{at[2]} delivery {number}: success: did_1+0+0/\n"
            f"{at[2]} status: local 0/10 remote 0/20\n"
            f"{at[2]} end msg {number}\n")


def log_of(silent, between=""):
    """Three days, mail every hour but in the silent ones of the second day."""
    text, number = "", 100
    for day in (2, 3, 4):
        for hour in range(24):
            if day == 3 and hour in silent:
                text += between.format(DAY.format(day, hour, 30)) if between else ""
                continue
            number += 1
            text += hour_of_mail(day, hour, number)
    return text.encode()


def gaps_of(stage, log):
    place = stage.place("gaps")
    write(os.path.join(place, "current"), log)
    run = stage.report(place, options=("--input-tz", "UTC")).exited(0).reconciles()
    found = [f for f in run.report["findings"] if f["kind"] == "evidence_missing" and f["rule"]["test"] == "silence"]
    gaps = run.report["evidence"]["gaps"]
    equal(len(found), len(gaps), "findings")
    equal([i["at_least"] for i in run.report["instances"]], [bool(gaps)], "at least")
    return gaps


@case
def a_silence_of_a_log_is_a_gap_from_hour_to_hour(stage):
    gaps = gaps_of(stage, log_of(range(5, 15)))
    equal([(g["start"], g["end"], g["why"]) for g in gaps],
          [("2026-11-03T05:00:00.000000Z", "2026-11-03T15:00:00.000000Z", "silence")], "gaps")
    equal(gaps_of(stage, log_of(range(5, 10))), [], "five hours")


@case
def a_log_that_has_lines_but_no_mail_has_no_gap(stage):
    for line in ("{} status: local 1/10 remote 0/20\n", "{} tcpserver: status: 1/40\n"):
        equal(gaps_of(stage, log_of(range(5, 15), line)), [], line)


def rotated(stage, options, *left_out):
    folder, _ = stage.simulate("syslog", "--messages", "4000", "--days", "12", "--seed", "5", *options)
    place = stage.place("rotated")
    for name in os.listdir(folder):
        if name not in left_out:
            os.link(os.path.join(folder, name), os.path.join(place, name))
    return stage.report(place, options=("--tz", "+09:00", "--input-tz", "+09:00")).reconciles().report


@case
def a_number_left_out_of_a_rotation_is_a_missing_log(stage):
    options = ("--rotate", "daily", "--names", "number")
    equal(rotated(stage, options)["evidence"]["gaps"], [], "whole")
    folder, _ = stage.simulate("syslog", "--messages", "4000", "--days", "12", "--seed", "5", *options)
    there = os.listdir(folder)
    three = [n for n in there if ".3" in n or ".4" in n]
    equal(len(three), 2, "names", sorted(there))
    report = rotated(stage, options, *three)
    gaps = report["evidence"]["gaps"]
    equal([(g["why"], g["missing"]) for g in gaps], [("rotation", 2)], "gaps")
    check(gaps[0]["name"].endswith(".3") and ".4 - " in gaps[0]["name"], gaps[0]["name"])
    equal(report["evidence"]["at_least"], True, "at least")
    found = [f for f in report["findings"] if f["kind"] == "evidence_missing" and f["start"] == gaps[0]["start"]]
    equal([f["rule"]["observed"] for f in found], [2], "finding")


@case
def a_date_left_out_of_a_rotation_is_a_missing_log(stage):
    options = ("--rotate", "daily", "--names", "date")
    equal(rotated(stage, options)["evidence"]["gaps"], [], "whole")
    folder, _ = stage.simulate("syslog", "--messages", "4000", "--days", "12", "--seed", "5", *options)
    dated = sorted(n for n in os.listdir(folder) if "-2026" in n)
    report = rotated(stage, options, dated[4])
    gaps = report["evidence"]["gaps"]
    equal([(g["why"], g["missing"], g["name"]) for g in gaps],
          [("rotation_by_date", 1, dated[4].removesuffix(".gz"))], "gaps")
    check(gaps[0]["start"] < gaps[0]["end"], gaps)
