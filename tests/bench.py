"""Speed and memory against their limits, on corpora of the tests' simulator; prints a table in Markdown.

Medians; times are of this machine, now.  Rates are also given at the pace of the machine for which their limits were
set, told by SHA-256 on one core before each run: machines that share a host differ by a third from minute to minute.
Exit 1 if a limit is missed.  Run by `make bench`; --bytes scales the large corpora.
"""
import argparse
import hashlib
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import zlib


def run(command):
    """Wall seconds, user + system seconds, peak resident KiB."""
    start = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        sys.exit(f"{command}: exit {os.waitstatus_to_exitcode(status)}")
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss


def median(command, times=3):
    rows = [run(command) for _ in range(times)]
    return [statistics.median(column) for column in zip(*rows)]


REFERENCE = 1600e6  # bytes a second of SHA-256 on one core of the machine that the limits on rates were set for


def yardstick():
    """Bytes a second of SHA-256 on one core, now."""
    block, times = b"x" * (1 << 18), 512
    digest = hashlib.sha256()
    start = time.monotonic()
    for _ in range(times):
        digest.update(block)
    return len(block) * times / (time.monotonic() - start)


def inflate(path):
    """Wall seconds of zlib alone over a .gz."""
    start = time.monotonic()
    with open(path, "rb") as f:
        stream = zlib.decompressobj(31)
        while piece := f.read(1 << 16):
            stream.decompress(piece)
    return time.monotonic() - start


def size_of(folder):
    return sum(os.path.getsize(os.path.join(at, name)) for at, _, names in os.walk(folder) for name in names)


def warm(folder):
    """All of it into the page cache: a system that reclaims it slowly would have the next run wait for the disk."""
    for at, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(at, name), "rb") as f:
                while f.read(1 << 20):
                    pass


class Bench:
    def __init__(self, options, room):
        self.options, self.room, self.failed = options, room, 0

    def corpus(self, name, *arguments):
        folder = os.path.join(self.room, name)
        subprocess.run([self.options.simulate, *arguments, "--retry", "0.12", "--domains", "1000", "--recipients",
                        "1000000", "--seed", "5", "--out", folder], check=True, stdout=subprocess.DEVNULL)
        os.sync()  # or writing it back takes the processor while the first row is measured
        return folder

    def done(self):
        """The corpora so far go, and with them their share of the page cache."""
        for name in os.listdir(self.room):
            shutil.rmtree(os.path.join(self.room, name))

    def deep(self, messages):
        """A log of messages that were tried once and never left."""
        folder = os.path.join(self.room, "deep")
        os.mkdir(folder)
        with open(os.path.join(folder, "current"), "w", encoding="ascii") as log:
            for i in range(messages):
                at = f"@{0x400000006af9c8fb + i // 50:016x}{i % 50 * 20000000:08x}"
                log.write(f"{at} new msg {100000 + i}\n"
                          f"{at} info msg {100000 + i}: bytes 2272 from <frank{i % 1000}@example.jp> qp {i % 30000} uid 89\n"
                          f"{at} starting delivery {i + 1}: msg {100000 + i} to remote user{i}@d{i % 500}.example\n"
                          f"{at} delivery {i + 1}: deferral: 203.0.113.9_does_not_answer./\n")
        return folder

    def report(self, folder, *arguments, times=3):
        warm(folder)
        return median([self.options.program, "report", folder, "-o", os.path.join(self.room, "out"), "-f", "-q",
                       *arguments], times)

    def row(self, what, value, unit, limit, good):
        self.failed += not good
        print(f"| {what} | {value} {unit} | {limit} | {'yes' if good else 'NO'} |", flush=True)

    def busy(self, what, share):
        """Of the best round: others may take processors away, none gives any."""
        self.row(f"... of two processors busy ({what})", f"{100 * share:.0f}", "%", ">= 90 %", share >= 0.9)

    def rates(self, folder, least, *rows, processor=None):
        """Five rounds over the rows (what, arguments), so that a slow minute meets all of them; before each run a
        look at how fast the machine is: a slower one lowers the limit, a faster one does not raise it.  processor: the
        most seconds of processor per GB that a row may take.  The peak of the first row."""
        size, seen = size_of(folder), {what: [] for what, *_ in rows}
        for _ in range(5):
            for what, *arguments in rows:
                pace = min(1, yardstick() / REFERENCE)
                wall, used, peak = self.report(folder, *arguments, times=1)
                seen[what].append((size / wall / pace / 1e6, size / wall / 1e6, used, peak))
        for what, runs in seen.items():
            paced, speed, used, _ = (statistics.median(column) for column in zip(*runs))
            speeds = sorted(run[1] for run in runs)
            self.row(what, f"{speed:.0f}", f"MB/s ({speeds[0]:.0f} to {speeds[-1]:.0f}; {paced:.0f} at the pace of "
                     f"the reference; {used / size * 1e9:.2f} s of processor per GB)", f">= {least} MB/s",
                     paced >= least)
            if what in (processor or {}):
                self.row(f"... processor per GB ({what})", f"{used / size * 1e9:.2f}", "s", f"<= {processor[what]} s",
                         used / size * 1e9 <= processor[what])
            if "-j2" in dict((w, a) for w, *a in rows)[what]:
                self.busy(what, max(run[2] * run[1] * 1e6 / size / 2 for run in runs))
        return max(run[3] for run in seen[rows[0][0]])

    def gzip(self, folder):
        """One log as .gz against the larger of inflating it and of reading it plain, each run beside the others."""
        packed, ratios = os.path.join(self.room, "packed"), []
        os.mkdir(packed)
        path = os.path.join(packed, "current.gz")
        with open(os.path.join(folder, "current"), "rb") as plain, open(path, "wb") as out:
            subprocess.run(["gzip", "-6"], stdin=plain, stdout=out, check=True)
        os.sync()
        for _ in range(5):
            wall, _, _ = self.report(packed, "-j1", times=1)
            plain, _, _ = self.report(folder, "-j1", times=1)
            ratios.append((wall / max(plain, inflate(path)), wall, plain))
        ratio, wall, plain = (statistics.median(column) for column in zip(*ratios))
        self.row("one .gz, -j1, against the larger of plain and zlib alone", f"{ratio:.2f}",
                 f"x ({wall:.2f} s; plain {plain:.2f} s)", "<= 1.05 x", ratio <= 1.05)

    def pflogsumm(self, folder):
        """Postfix' own summariser on the same maillog, plain and as .gz, each run beside ours."""
        if not shutil.which("pflogsumm"):
            print("pflogsumm is not there: its rows are left out", file=sys.stderr)
            return
        packed = os.path.join(self.room, "postfix-packed")
        os.mkdir(packed)
        plain, path = os.path.join(folder, "maillog"), os.path.join(packed, "maillog.gz")
        with open(plain, "rb") as log, open(path, "wb") as out:
            subprocess.run(["gzip", "-6"], stdin=log, stdout=out, check=True)
        os.sync()
        for what, command, ours, least in (
                ("Postfix, plain, against pflogsumm", ["pflogsumm", plain], folder, 30),
                ("Postfix, one .gz, against zcat and pflogsumm", ["sh", "-c", 'zcat "$0" | pflogsumm', path], packed, 15)):
            ratios = []
            for _ in range(5):
                wall = self.report(ours, "--input-tz", "+09:00", times=1)[0]
                warm(ours)
                theirs = run(command)[0]
                ratios.append((theirs / wall, wall, theirs))
            ratio, wall, theirs = (statistics.median(column) for column in zip(*ratios))
            self.row(what, f"{ratio:.1f}", f"x ({wall:.2f} s; pflogsumm {theirs:.1f} s)", f">= {least} x", ratio >= least)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", default="build-profiled/postmortem")
    parser.add_argument("--simulate", default="build/simulate")
    parser.add_argument("--bytes", type=int, default=2_000_000_000)
    options = parser.parse_args()
    print("| what | measured | limit | met |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as room:
        bench = Bench(options, room)
        large = bench.corpus("large", "--kind", "multilog", "--bytes", str(options.bytes))
        high = bench.rates(large, 900, ("qmail multilog, plain, -j1", "-j1"),
                           ("the same without hashing", "-j1", "--no-hash"), ("the same, -j2", "-j2"),
                           processor={"qmail multilog, plain, -j1": 1.7, "the same without hashing": 1.0})
        small = bench.corpus("small", "--kind", "multilog", "--bytes", str(options.bytes // 10))
        _, _, low = bench.report(small, "-j1")
        bench.row("peak memory, 1,000,000 recipients, 1,000 domains, large log", f"{high / 1024:.0f}", "MiB", "<= 64 MiB",
                  high <= 64 * 1024)
        bench.row("... more than for a tenth of it", f"{(high - low) / 1024:.0f}", "MiB", "<= 8 MiB", high - low <= 8 * 1024)
        bench.gzip(small)
        bench.done()
        epost = bench.corpus("epost", "--kind", "epost", "--bytes", str(options.bytes // 2))
        bench.rates(epost, 600, ("E-Post, plain, -j1", "-j1"))
        bench.done()
        postfix = bench.corpus("postfix", "--kind", "postfix", "--bytes", str(options.bytes // 2))
        bench.rates(postfix, 500, ("Postfix, plain, -j1", "-j1", "--input-tz", "+09:00"))
        bench.pflogsumm(postfix)
        bench.done()
        _, _, deep = bench.report(bench.deep(1_000_000), "-j1")
        bench.row("peak memory, 1,000,000 messages open at once", f"{deep / 1024:.0f}", "MiB", "<= 512 MiB", deep <= 512 * 1024)
        for kind in ("multilog", "syslog", "epost", "postfix"):
            folder = bench.corpus("hundred-" + kind, "--kind", kind, "--messages", "100000")
            wall, _, peak = bench.report(folder)
            bench.row(f"100,000 messages, {kind}, to three reports", f"{wall:.2f}", f"s, {peak / 1024:.0f} MiB", "<= 0.5 s", wall <= 0.5)
    return 1 if bench.failed else 0


sys.exit(main())
