#!/usr/bin/python3
"""reconcile.py REPORT.json - the schema, then every sum that must hold; exit 1 and a line for each that does not."""
import hashlib
import json
import os
import sys

import jsonschema

CLASSES = "parsed other unparsed duplicate continuation blank skipped outside_period".split()
ENDS = "delivered bounced expired deleted discarded queued unknown".split()
SEVERITIES = "critical high medium low info".split()
faults = []


def equal(where, left, right):
    if left != right:
        faults.append(f"{where}: {left} != {right}")


def total(counts, keys):
    return sum(counts.get(k) or 0 for k in keys)


def balances(where, messages, recipients):
    if recipients:
        equal(where + " recipients accepted", recipients.get("accepted") or 0, total(recipients, ENDS))
    if messages:
        equal(where + " messages accepted", messages.get("accepted") or 0,
              total(messages, ["finished", "queued", "end_missing"]))


def lines(report):
    evidence = report["evidence"]
    for s in evidence["sources"]:
        equal(f"source {s['id']} lines read", s["lines"].get("read") or 0, total(s["lines"], CLASSES))
        if s.get("bytes_by_class"):
            equal(f"source {s['id']} bytes", s["bytes_by_class"].get("read", s["bytes"]) or 0,
                  total(s["bytes_by_class"], CLASSES))
    totals = evidence["totals"]["lines"]
    equal("total lines read", totals.get("read") or 0, total(totals, CLASSES))
    for k in ["read"] + CLASSES:
        equal(f"total lines {k}", totals.get(k) or 0, sum(s["lines"].get(k) or 0 for s in evidence["sources"]))


def instances(report):
    for i in report["instances"] or []:
        balances(f"instance {i['id']}", i["messages"], i["recipients"])
    balances("total", report["messages"], report["recipients"])
    for part in ("messages", "recipients", "attempts"):
        for k, n in (report[part] or {}).items():
            have = [i[part][k] for i in report["instances"] or [] if i.get(part) and i[part].get(k) is not None]
            if have and n is not None:
                equal(f"sum of instances {part}.{k}", sum(have), n)


def dwell(report):
    d, r = report["dwell"], report["recipients"]
    if not d or not d.get("delivered"):
        return
    n = d["delivered"]["n"]
    excluded = sum(v or 0 for v in (d.get("excluded") or {}).values())
    before = r.get("began_before_delivered", r.get("began_before")) or 0
    equal("dwell n + without + excluded", n + (d.get("n_without_dwell") or 0) + excluded,
          (r.get("delivered") or 0) + before)
    equal("sum of dwell by_domain n", sum(row["n"] for row in d["by_domain"]), n)
    equal("sum of dwell by_hour n", sum(row["n"] for row in d["by_hour"]), n)
    equal("sum of dwell of instances n", sum(i["dwell"]["n"] for i in report["instances"] or [] if i["dwell"]), n)
    equal("dwell open n", d["open"]["n"], r.get("queued"))
    equal("sum of dwell open by_domain n", sum(row["n"] for row in d["open"]["by_domain"]), d["open"]["n"])
    for name in ("delivered", "failed", "message"):
        ordered("dwell " + name, [d[name][k] for k in ("min", "p50", "p90", "p95", "p99", "max")])
    for row in d["by_domain"] + d["by_hour"]:
        ordered(f"dwell of {row.get('domain', row.get('hour'))}",
                [row[k] for k in ("min", "p50", "p90", "p95", "p99", "max") if k in row])
    spans = [row["dwell"] for row in d["slowest"]]
    equal("slowest in order", spans, sorted(spans, reverse=True))


def ordered(where, values):
    """Percentiles rise; each but the exact ends may be 1 % off."""
    known = [v for v in values if v is not None]
    if any(b < a * 0.99 for a, b in zip(known, known[1:])):
        faults.append(f"{where}: {known} does not rise")


def queue(report):
    q = report["queue"]
    if not q or not q["depth"]:
        return
    times = [row["time"] for row in q["depth"]]
    equal("queue depth times rise", times, sorted(set(times)))
    equal("queue peak", q["peak"]["depth"], max(row["depth"] for row in q["depth"]))


def references(report):
    evidence = report["evidence"]
    equal("input ids", [i["id"] for i in evidence["inputs"]], list(range(len(evidence["inputs"]))))
    equal("source ids", [s["id"] for s in evidence["sources"]], list(range(len(evidence["sources"]))))
    equal("totals.inputs", evidence["totals"]["inputs"], len(evidence["inputs"]))
    equal("totals.sources", evidence["totals"]["sources"], len(evidence["sources"]))
    equal("totals.bytes", evidence["totals"]["bytes"], sum(s["bytes"] for s in evidence["sources"]))
    for row in evidence["problems"] + evidence["sources"]:
        if row["input"] is not None and row["input"] >= len(evidence["inputs"]):
            faults.append(f"input {row['input']} does not exist")
    for f in report["findings"]:
        for quote in f["evidence"]:
            if quote["source"] >= len(evidence["sources"]):
                faults.append(f"finding {f['id']}: source {quote['source']} does not exist")
    ids = [f["id"] for f in report["findings"]]
    equal("finding ids differ", len(ids), len(set(ids)))
    ranks = [SEVERITIES.index(f["severity"]) for f in report["findings"]]
    equal("findings by severity", ranks, sorted(ranks))


def outputs(report, folder):
    for o in report["outputs"]:
        path = os.path.join(folder, o["path"])
        if not os.path.exists(path):
            continue  # report.json may travel alone
        with open(path, "rb") as f:
            content = f.read()
        equal(f"bytes of {o['path']}", len(content), o["bytes"])
        equal(f"sha256 of {o['path']}", hashlib.sha256(content).hexdigest(), o["sha256"])


def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        report = json.load(f)
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "report.schema.json"), encoding="utf-8") as f:
        validator = jsonschema.Draft202012Validator(json.load(f))
    for fault in validator.iter_errors(report):
        faults.append("schema: /" + "/".join(map(str, fault.absolute_path)) + ": " + fault.message[:300])
    if not faults:
        lines(report)
        instances(report)
        dwell(report)
        queue(report)
        references(report)
        outputs(report, os.path.dirname(os.path.abspath(sys.argv[1])))
    for fault in faults:
        print(fault)
    return 1 if faults else 0


sys.exit(main())
