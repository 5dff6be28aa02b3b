"""The same mail through every transport: syslog in its shapes, the journal's, containers'.  The figures are the same."""
import datetime
import json
import struct

import learnt
from stage import case, check, equal, write

FIRST = learnt.at("2026-11-20T08:00:00Z")


def records():
    """(second, host, tag, pid, text) of ten messages, a scanner's line, another program's and one nobody understands."""
    rows = sorted((row for i in range(10) for row in learnt.postfix(FIRST + 30 * i, "UTC", took=5, host="mx1", inode=i)), key=lambda r: r[0])
    rows += [(FIRST + 400, "Nov 20 08:06:40 mx1 sshd[9]: Connection closed\n"), (FIRST + 401, "Nov 20 08:06:41 mx1 postfix/smtpd[9]: unheard of\n")]
    for second, line in rows:
        host, tag, text = line[16:].rstrip("\n").split(" ", 2)
        name, pid = tag.rstrip(":").rstrip("]").split("[")
        yield second, host, name, pid, text


def zone(second, offset, form):
    return datetime.datetime.fromtimestamp(second, datetime.timezone(datetime.timedelta(hours=offset))).strftime(form)


def binary(key, value):
    return key + b"\n" + struct.pack("<Q", len(value)) + value + b"\n"


def exported(second, host, name, pid, text):
    return b"".join((f"__CURSOR=s=1;i={second}\n__REALTIME_TIMESTAMP={second}000000\n_BOOT_ID=1\n_HOSTNAME={host}\n".encode(),
                     binary(b"MESSAGE", text.encode()) if second % 2 else f"MESSAGE={text}\n".encode(),
                     f"SYSLOG_IDENTIFIER={name}\n_PID={pid}\n\n".encode()))


def docker(text, second):
    return json.dumps({"log": text, "stream": "stdout", "time": zone(second, 0, "%Y-%m-%dT%H:%M:%S.000000001Z")}) + "\n"


def cri(text, second):
    stamp = zone(second, 0, "%Y-%m-%dT%H:%M:%S.000000001Z")
    return f"{stamp} stdout P {text[:20]}\n{stamp} stdout F {text[20:]}\n"


TRANSPORTS = {
    "rfc3164": lambda s, h, n, p, t: zone(s, 9, "%b %e %H:%M:%S") + f" {h} {n}[{p}]: {t}\n",
    "iso": lambda s, h, n, p, t: zone(s, 9, "%Y-%m-%dT%H:%M:%S.%f%z") + f" {h} {n}[{p}]: {t}\n",
    "rfc5424": lambda s, h, n, p, t: zone(s, 0, "<22>1 %Y-%m-%dT%H:%M:%SZ") + f' {h} {n} {p} - [a b="]\\""] {t}\n',
    "short-full": lambda s, h, n, p, t: zone(s, 9, "%a %Y-%m-%d %H:%M:%S JST") + f" {h} {n}[{p}]: {t}\n",
    "short-unix": lambda s, h, n, p, t: f"{s}.000000 {h} {n}[{p}]: {t}\n",
    "journal-json": lambda s, h, n, p, t: json.dumps({"__REALTIME_TIMESTAMP": f"{s}000000", "_HOSTNAME": h, "SYSLOG_IDENTIFIER": n, "_PID": p,
                                                      "MESSAGE": list(t.encode()) if s % 2 else t}) + "\n",
    "journal-export": exported,
    "docker": lambda s, h, n, p, t: docker(zone(s, 9, "%b %e %H:%M:%S") + f" {h} {n}[{p}]: {t}\n", s),
    "cri": lambda s, h, n, p, t: cri(zone(s, 9, "%b %e %H:%M:%S") + f" {h} {n}[{p}]: {t}", s),
    "timestamps": lambda s, h, n, p, t: zone(s, 0, "%Y-%m-%dT%H:%M:%S.000000001Z ") + zone(s, 9, "%b %e %H:%M:%S") + f" {h} {n}[{p}]: {t}\n",
    "compose": lambda s, h, n, p, t: "mail-1  | " + zone(s, 9, "%Y-%m-%dT%H:%M:%S%z") + f" {h} {n}[{p}]: {t}\n",
}


def through(name):
    lines = [TRANSPORTS[name](*record) for record in records()]
    return b"".join(line if isinstance(line, bytes) else line.encode() for line in lines)


@case
def the_same_mail_gives_the_same_figures_through_every_transport(stage):
    figures = {}
    for name in TRANSPORTS:
        path = write(stage.place(name) + "/maillog", through(name))
        report = stage.report(path, options=["--tz", "UTC"]).exited(0).reconciles().report
        source, = report["evidence"]["sources"]
        equal((source["framing"], source["host"], source["dialects"]), (name, "mx1", {"postfix": 60}), name)
        lines = source["lines"]
        equal((lines["parsed"], lines["other"], lines["unparsed"], report["evidence"]["shapes"][0]["shape"]),
              (60, 1, 1, "postfix/smtpd: unheard of"), name)
        check(lines["read"] == sum(lines[c] for c in lines if c != "read"), name, lines)
        figures[name] = [report["messages"], report["recipients"], report["dwell"]["delivered"], report["dwell"]["by_hour"],
                         learnt.whole(source["first"]).split(".")[0], [i["id"] for i in report["instances"]]]
        figures[name][4] = figures[name][4].rstrip("Z")
    for name in TRANSPORTS:
        equal(figures[name], figures["rfc3164"], name)


@case
def exports_of_a_journal_that_overlap_count_once(stage):
    place, data = stage.place("exports"), through("journal-export")
    cut = data.index(b"__CURSOR", 2 * len(data) // 3)
    begin = data.index(b"__CURSOR", len(data) // 3)
    write(place + "/journal.export", data[:cut])
    write(place + "/journal.export.1", data[begin:])
    report = stage.report(place, options=["--tz", "UTC"]).exited(0).reconciles().report
    equal((report["messages"]["accepted"], report["recipients"]["delivered"]), (10, 10), "accepted, delivered")


@case
def an_export_that_breaks_off_and_one_with_a_lie_of_a_length_keep_what_is_whole(stage):
    data = through("journal-export")
    path = write(stage.place("cut") + "/maillog", data[:len(data) // 2])
    report = stage.report(path).exited(0).reconciles().report
    check(report["messages"]["accepted"] in (4, 5, 6), report["messages"])
    lie = b"__REALTIME_TIMESTAMP=1\nMESSAGE\n" + struct.pack("<Q", 1 << 62) + b"x\n\n"
    path = write(stage.place("lie") + "/maillog", lie + data)
    equal(stage.report(path).exited(0).reconciles().report["messages"]["accepted"], 10, "accepted")
