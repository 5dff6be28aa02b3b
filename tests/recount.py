#!/usr/bin/python3
"""recount.py REPORT.json BASE...: were all lines of the evidence accounted for, and rightly?

A reader of its own (nothing shared with the program but the rules): opens every source the report lists below the
BASE paths, counts lines and bytes, puts each line into a class by regular expressions of its own, and compares class
by class with evidence.sources[].lines.  Exit status 1 if anything differs."""
import bz2
import collections
import hashlib
import io
import json
import lzma
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
import zlib

CLASSES = ("parsed", "other", "unparsed", "duplicate", "continuation", "blank", "skipped", "outside_period")

# ---- bytes


def gunzip(data):
    """All members; a damaged one gives what inflate gave, and the next header after it is looked for."""
    out, at = [], 0
    while data[at : at + 2] == b"\x1f\x8b":
        d = zlib.decompressobj(31)
        body = memoryview(data)[at:]
        sound, given = True, 0
        try:
            while len(body) and not d.eof:
                piece = d.decompress(body, 1 << 20)
                given += len(piece)
                out.append(piece)
                body = d.unconsumed_tail
                if not piece and not body:
                    break
        except zlib.error:
            sound = False
        if not sound:
            out.append(inflate_rest(data[at:], given))
        if d.eof:
            at = len(data) - len(d.unused_data)
            continue
        following = data.find(b"\x1f\x8b\x08", at + 1)
        if sound or following < 0:
            break
        at = following
    return b"".join(out)


def inflate_rest(member, given):
    """What a raw inflate yields beyond the bytes already had, fed byte by byte over the place of the damage."""
    flags, at = member[3] if len(member) > 3 else 0, 10
    if flags & 4:
        at += 2 + int.from_bytes(member[at : at + 2], "little")
    for bit in (8, 16):
        if flags & bit:
            at = member.index(b"\0", at) + 1
    if flags & 2:
        at += 2
    d, out = zlib.decompressobj(-15), bytearray()
    try:
        for i in range(at, len(member)):
            out += d.decompress(member[i : i + 1])
            if d.eof:
                break
    except zlib.error:
        pass
    return bytes(out[given:])


def tolerant(machine, data):
    out = []
    try:
        for i in range(0, len(data), 4096):
            if machine.eof:
                break
            out.append(machine.decompress(data[i : i + 4096]))
    except (OSError, EOFError, lzma.LZMAError):
        pass
    return b"".join(out)


def by_command(command, data):
    return subprocess.run(command, input=data, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False).stdout


def unpack(data):
    for _ in range(6):
        if data[:2] == b"\x1f\x8b":
            data = gunzip(data)
        elif data[:3] == b"BZh":
            data = tolerant(bz2.BZ2Decompressor(), data)
        elif data[:6] == b"\xfd7zXZ\0":
            data = tolerant(lzma.LZMADecompressor(), data)
        elif data[:4] == b"\x28\xb5\x2f\xfd":
            data = by_command(["zstd", "-dcq"], data)
        else:
            break
    return data


def members(data):
    """(name, bytes or None where it cannot be read) of an archive, in its order; None if it is none."""
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return zip_members(data)
    if data[:6] == b"7z\xbc\xaf\x27\x1c":
        return seven_members(data)
    if data[257:262] == b"ustar":
        return tar_members(data)
    return None


def zip_members(data):
    found = []
    with zipfile.ZipFile(io.BytesIO(data)) as z:
        for info in sorted(z.infolist(), key=lambda i: i.header_offset):
            try:
                found.append((info.orig_filename, None if info.flag_bits & 1 else z.read(info)))
            except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError):
                found.append((info.orig_filename, None))
    return found


def tar_members(data):
    found = []
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:", errorlevel=0) as t:
            for info in t:
                if info.isreg():
                    start = info.offset_data
                    found.append((info.name, data[start : start + info.size]))
    except tarfile.TarError:
        pass
    return found


def seven_members(data):
    with tempfile.NamedTemporaryFile(suffix=".7z") as f:
        f.write(data)
        f.flush()
        listing = by_command(["7z", "l", "-slt", "-ba", f.name], b"").decode("utf-8", "surrogateescape")
        names = [line[7:] for line in listing.splitlines() if line.startswith("Path = ")]
        return [(n, by_command(["7z", "x", "-so", "-pnone", f.name, n], b"")) for n in names]


# ---- lines

SEND = re.compile(
    rb"(new msg \d+$|info msg \d+: bytes -?\d+ from <.*> qp \d+ uid \d+|starting delivery \d+: msg \d+ to (local|remote)( |$)"
    rb"|delivery \d+: (success|failure|deferral): |delivery \d+: (success|failure|deferral):$|delivery \d+: report mangled"
    rb"|bounce msg \d+ qp \d+|(triple|double) bounce: discarding bounce/\d+|end msg \d+$|status: |alert: |warning: "
    rb"|running$|exiting$|number of deliveries left|(local|remote) deliveries will be put on hold)"
)
MULTILOG = re.compile(rb"@[0-9a-f]{24} (.*)$", re.S)
EPOCH = re.compile(rb"\d{9,10}\.\d{6,9}(\+| )(.*)$", re.S)
SYSLOG = re.compile(
    rb"(?:<\d+>)?(?:[A-Z][a-z]{2} [ 0-3]?\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S*) \S+ (.*)$", re.S)
TAG = re.compile(rb"([^\s:\[]+)(?:\[\d+\])?: ?(.*)$", re.S)
OTHER = re.compile(rb"(?i)(sshd|cron|crond|anacron|kernel|systemd|systemd-\w+|rsyslogd|syslogd|sudo|su|named|ntpd|chronyd"
                   rb"|dhclient|dhcpd|snmpd|dbus-daemon|networkmanager|auditd|polkitd|logrotate|xinetd)$")
MAIL = re.compile(rb"(?i)(dovecot\S*|postfix\S*|spamd\S*|vpopmail|vchkpw\S*|sendmail|sm-mta|exim\S*|spamdyke|simscan|clamd"
                  rb"|clamsmtpd|amavis\S*|opendkim|opendmarc|milter\S*|imapd\S*|pop3d\S*|courier\S*|tcpserver|sslserver"
                  rb"|rblsmtpd|qmail-smtpd|qmail-queue\S*|chkuser|policyd\S*|postgrey|saslauthd|mailman|fetchmail|smtpd?"
                  rb"|authlib|authdaemond|imapd-ssl|submission|relaylock|spamassassin)$")
NEIGHBOUR = re.compile(rb"((imap|pop3)-login: Login: user=<|spamd: clean message \()")
POSTFIX = re.compile(rb"postfix[^/\s]*(/|$)")
POSTFIX_ID = rb"([0-9A-F]{6,21}|[0-9B-DF-HJ-NP-TV-Zb-df-hj-np-tv-z]{12,32}): "
POSTFIX_SAYS = re.compile(
    POSTFIX_ID + rb"(client=\S+\[|uid=\d+ from=<|message-id=|from=<.*>, (size=\d+, nrcpt=\d+ \(queue active\)|status=expired)"
    rb"|to=<.*>, relay=.*, status=\S+ \(|removed$|sender .* notification: |reject: |milter-reject: |lost connection after )"
    rb"|NOQUEUE: reject: |(dis)?connect from |warning: |fatal: |lost connection after |\w+ TLS connection established "
    rb"|(CONNECT|HANGUP after \S+|PREGREET \d+ after \S+) from \[|(PASS \w+|DISCONNECT|DNSBL rank \d+ for) \["
    rb"|daemon started|terminating on signal|(starting|stopping) the Postfix mail system")
SENDMAIL = re.compile(rb"(sendmail|sm-mta|sm-msp-queue)$")
SENDMAIL_SAYS = re.compile(
    rb"[0-9A-Za-x]{14}(\[\d+\])?: (from=.*, size=\d+, class=-?\d+, nrcpts=\d+|to=.*, delay=.*, stat=|done; delay=|[0-9A-Za-x]{14}: \S.*: "
    rb"|ruleset=|AUTH failure \(|STARTTLS=|Milter: |<\S+>\.\.\. |lost input channel from |\S+ \[\S+\] did not issue MAIL)"
    rb"|starting daemon \(")
EXIM = re.compile(rb"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d (.*)$", re.S)
EXIM_SAYS = re.compile(
    rb"[0-9A-Za-z]{6}-[0-9A-Za-z]{11}-[0-9A-Za-z]{4} ((<=|=>|->|\*\*|==) \S|Completed|\*\*\* Frozen|Unfrozen|\S+: error ignored)"
    rb"|H=.* (rejected|sender verify fail for) |\w+ authenticator failed for |no host name found for IP |SMTP connection from "
    rb"|TLS error on connection from |(Start|End) queue run: |exim \S+ daemon started: ")
BARE_MAIL = re.compile(rb"(?i)(tcpserver|sslserver|rblsmtpd|spamdyke\[|simscan:|CHKUSER|qlog\w+:|qmail-smtpd|vpopmail)")
STAMP = rb"\[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d\]"
ID = rb"B(?:\d[0-9a-fA-F])?\d{10}"
EPOST = {
    "inlog": re.compile(rb"<" + ID + rb"@[^>]*> " + STAMP + rb" \S* "),
    "outlog": re.compile(ID + rb"\S* sent on " + STAMP + rb" to .* from .* to "),
    "outlocallog": re.compile(ID + rb"\S* sent on " + STAMP + rb" to .* from .* to "),
    "faillog": re.compile(ID + rb"\S* send fail on " + STAMP + rb" from .* to "),
    "acceptlog": re.compile(STAMP + rb", \([^)]*\), "),
    "senderlog": re.compile(rb"(\[\d\d:\d\d:\d\d(:\d{3})?\] |\[" + ID + rb")"),
    "receivelog": re.compile(STAMP + rb", [0-9a-f]{8}, "),
}


def split(data):
    """(text, bytes occupied) of each physical line."""
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    if not wide:
        for line in data.split(b"\n")[:-1]:
            yield line.rstrip(b"\r"), len(line) + 1
        last = data[data.rfind(b"\n") + 1 :]
        if last:
            yield last.rstrip(b"\r"), len(last)
        return
    coding = "utf-16-le" if data[:2] == b"\xff\xfe" else "utf-16-be"
    yield from split(data[2:].decode(coding, "replace").encode("utf-8"))  # wide text is one more layer to take off


def epost_kind(data):
    votes = collections.Counter()
    for line, _ in list(split(data[:65536]))[:200]:
        for kind in ("inlog", "faillog", "outlog", "receivelog", "acceptlog"):
            if EPOST[kind].match(line):
                votes[kind] += 1
        if re.match(rb"\[\d\d:\d\d:\d\d:\d{3}\] ", line):
            votes["senderlog"] += 1
    return votes.most_common(1)[0][0] if votes else None


def body_class(body):
    if SEND.match(body):
        return "parsed"
    return "skipped" if BARE_MAIL.match(body) else "unparsed"


def line_class(line):
    m = MULTILOG.match(line)
    if m:
        return body_class(m[1])
    m = EXIM.match(line)
    if m:
        return "parsed" if EXIM_SAYS.match(m[1]) else "unparsed"
    m = SYSLOG.match(line)
    if not m:
        m = EPOCH.match(line)
        return ("continuation" if m[1] == b"+" else body_class(m[2])) if m else "unparsed"
    if re.match(rb"(last )?message repeated \d+ times", m[1]):
        return "continuation"
    m = TAG.match(m[1])
    if not m:
        return "unparsed"
    tag, body = m[1], m[2]
    if tag in (b"qmail", b"qmail-send"):
        m = EPOCH.match(body)
        if m:
            return "continuation" if m[1] == b"+" else body_class(m[2])
        return body_class(body)
    if OTHER.match(tag):
        return "other"
    if NEIGHBOUR.match(body):
        return "parsed"
    if SENDMAIL.match(tag):
        return "parsed" if SENDMAIL_SAYS.match(body) else "unparsed"
    if POSTFIX.match(tag):
        return "parsed" if POSTFIX_SAYS.match(body) else "unparsed"
    return "skipped" if MAIL.match(tag) else "unparsed"


def count(data):
    lines, size = collections.Counter(), 0
    kind = epost_kind(data)
    begun = False
    for line, n in split(data):
        size += n
        if not line.strip(b" \t\r"):
            lines["blank"] += 1
        elif kind:
            good = EPOST[kind].match(line)
            follows = kind in ("senderlog", "receivelog") and begun
            lines["parsed" if good else "continuation" if follows else "unparsed"] += 1
            begun = begun or bool(good)
        else:
            lines[line_class(line)] += 1
    return lines, size


# ---- the report against it

different = 0


def differ(path, what, own, report):
    global different
    different += 1
    print(f"{path}: {what}: recounted {own}, report {report}".encode("ascii", "backslashreplace").decode())


class Evidence:
    def __init__(self, bases):
        self.bases, self.open, self.taken = bases, {}, collections.Counter()

    def file(self, path):
        for place in [path] + [os.path.join(b, path) for b in self.bases] + \
                [os.path.join(os.path.dirname(b), path) for b in self.bases]:
            if os.path.isfile(place):
                with open(place, "rb") as f:
                    return f.read()
        return None

    def level(self, path):
        """Members of the archive at this path (with ! in it), remembered."""
        if path not in self.open:
            data = self.read(path)
            self.open[path] = members(unpack(data)) if data is not None else None
        return self.open[path] or []

    def read(self, path):
        whole = self.file(path)
        if whole is not None or "!" not in path:
            return whole
        at = path.rfind("!")
        while at > 0:
            same = [d for n, d in self.level(path[:at]) if n == path[at + 1 :]]
            if same:
                return same[min(self.taken[path], len(same) - 1)]
            at = path.rfind("!", 0, at)
        return None


def compare(source, data, period):
    report = {c: source["lines"].get(c, 0) for c in CLASSES + ("read",)}
    lines, size = count(data)
    read = sum(lines.values())
    if read != report["read"]:
        differ(source["path"], "lines read", read, report["read"])
    if size != source["bytes"]:
        differ(source["path"], "bytes", size, source["bytes"])
    if sum(report[c] for c in CLASSES) != report["read"]:
        differ(source["path"], "sum of the classes", report["read"], sum(report[c] for c in CLASSES))
    if source["status"] == "duplicate":
        lines = collections.Counter(duplicate=read)
    loose = period or (report["duplicate"] and source["status"] != "duplicate")
    for name in CLASSES:
        if loose and name not in ("duplicate", "outside_period"):
            if report[name] > lines[name]:
                differ(source["path"], name + " (at most)", lines[name], report[name])
        elif not loose and lines[name] != report[name]:
            differ(source["path"], name, lines[name], report[name])


def main(arguments):
    if len(arguments) < 2:
        print(__doc__)
        return 2
    with open(arguments[0], encoding="utf-8") as f:
        report = json.load(f)
    missing = [c for c in CLASSES if c not in report["evidence"]["totals"]["lines"]]
    if missing:
        differ("evidence.totals.lines", "missing", "", " ".join(missing))
    evidence = Evidence(arguments[1:])
    period = bool(report["case"].get("since") or report["case"].get("until"))
    hashes, duplicates, total = collections.Counter(), [], 0
    for source in report["evidence"]["sources"]:
        data = evidence.read(source["path"])
        evidence.taken[source["path"]] += 1
        if data is None:
            if source["lines"]["read"] or source["status"] not in ("encrypted", "unreadable", "unsupported"):
                differ(source["path"], "source", "not found", source["status"])
            continue
        data = unpack(data)
        digest = hashlib.sha256(data).hexdigest()
        hashes[digest] += 1
        if source["status"] == "duplicate":
            duplicates.append((source["path"], digest))
        if source.get("sha256") and source["sha256"] != digest:
            differ(source["path"], "sha256", digest, source["sha256"])
        compare(source, data, period)
        total += 1
    for path, digest in duplicates:
        if hashes[digest] < 2:
            differ(path, "a duplicate of", "nothing", "something")
    print(f"{total} sources recounted, {different or 'no'} differences")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
