#!/usr/bin/python3
"""reconcile.py REPORT.json - the schema, then every sum that must hold; exit 1 and a line for each that does not."""
import json
import os
import sys

import jsonschema

CLASSES = "parsed other unparsed duplicate continuation blank skipped outside_period".split()
ENDS = "delivered bounced expired deleted discarded queued unknown".split()
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
    equal("sum of dwell by_domain n", sum(row["n"] for row in d.get("by_domain") or []), n)


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
    for fault in faults:
        print(fault)
    return 1 if faults else 0


sys.exit(main())
