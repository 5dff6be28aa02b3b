#!/usr/bin/python3
"""truth.py [--lines] TRUTH.json REPORT.json: does the report say what the simulator knows?

Counts, n, min, max and attempts must be equal, percentiles within 1 %, the mean within 0.01 %, overall and for the
20 domains with most recipients.  --lines: also lines and bytes by class of every file.  Prints every difference;
exit status 1 if there is one."""
import json
import sys

TOP = 20
MICRO = 1.5e-6
different = 0


def differ(what, truth, report):
    global different
    different += 1
    print(f"{what}: truth {truth}, report {report}")


def exact(what, truth, report):
    if isinstance(truth, float) or isinstance(report, float):
        if report is None or abs(truth - report) > MICRO:
            differ(what, truth, report)
    elif truth != report:
        differ(what, truth, report)


def near(what, truth, report, share):
    if report is None or abs(truth - report) > share * abs(truth) + MICRO:
        differ(what, truth, report)


def spans(what, truth, report):
    exact(what + ".n", truth["n"], (report or {}).get("n", 0))
    if not truth["n"] or not report:
        return
    for key in ("min", "max"):
        exact(f"{what}.{key}", truth[key], report.get(key))
    for key in ("p50", "p90", "p95", "p99"):
        near(f"{what}.{key}", truth[key], report.get(key), 0.01)
    near(what + ".mean", truth["mean"], report.get("mean"), 0.0001)


def section(name, truth, report):
    for key, value in truth[name].items():
        exact(f"{name}.{key}", value, (report.get(name) or {}).get(key))


def domains(truth, report):
    found = {row["domain"]: row for row in report.get("by_domain") or []}
    first = sorted(truth["by_domain"], key=lambda row: (-row["n"], row["domain"]))[:TOP]
    for row in first:
        what = "dwell.by_domain[" + row["domain"] + "]"
        if row["domain"] not in found:
            differ(what, row["n"], None)
            continue
        spans(what, row, found[row["domain"]])
        for key in ("attempts", "deferrals", "failed", "queued"):
            exact(f"{what}.{key}", row[key], found[row["domain"]].get(key))


def lines(truth, report):
    sources = report["evidence"]["sources"]
    for file in truth["files"]:
        match = [s for s in sources if s["path"].replace("!", "/").endswith("/" + file["path"])
                 or s["path"] == file["path"]]
        if len(match) != 1:
            differ("source " + file["path"], 1, len(match))
            continue
        for key, value in file["lines"].items():
            exact(f"{file['path']}.lines.{key}", value, match[0]["lines"].get(key))
        exact(file["path"] + ".lines.read", sum(file["lines"].values()), match[0]["lines"].get("read"))
        exact(file["path"] + ".bytes", sum(file["bytes"].values()), match[0].get("bytes"))


def main(arguments):
    wish_lines = "--lines" in arguments
    paths = [a for a in arguments if a != "--lines"]
    if len(paths) != 2:
        print(__doc__)
        return 2
    with open(paths[0], encoding="utf-8") as f:
        truth = json.load(f)
    with open(paths[1], encoding="utf-8") as f:
        report = json.load(f)
    for name in ("messages", "recipients", "attempts"):
        section(name, truth, report)
    dwell = report.get("dwell") or {}
    for key in ("n_without_dwell", "estimated"):
        exact("dwell." + key, truth["dwell"][key], dwell.get(key))
    for key in ("delivered", "failed", "message"):
        spans("dwell." + key, truth["dwell"][key], dwell.get(key))
    domains(truth["dwell"], dwell)
    if wish_lines:
        lines(truth, report)
    real = truth["real"]
    if real["entries"]:
        print(f"(real entry later than the estimate by {real['mean_error']} s in the mean, {real['max_error']} s at most)")
    print("no difference" if not different else f"{different} differences")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
