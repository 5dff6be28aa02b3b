"""fuzz.py [--seconds N] [--runs N] [--only WORD] TARGET...: run libFuzzer targets one after another, each from seeds that
are cut out of samples/ here; a line per target tells executions and how much of the code it reached.
fuzz.py --program PROGRAM [--seconds N]: the same for the whole program under AFL++.

A corpus lies beside its target (build-fuzz/<target>.corpus) and grows over runs; a finding stops the row, exit status 1.
"""
import argparse
import bz2
import gzip
import io
import lzma
import os
import pathlib
import re
import struct
import subprocess
import sys
import tarfile
import zipfile

SAMPLES = pathlib.Path("samples")
SEED = 1200  # bytes of a sample that a seed takes


def sample_files():
    return sorted(p for p in SAMPLES.rglob("*") if p.is_file() and p.suffix not in (".py", ".sh", ".md", ".png", ".json"))


def texts():
    for path in sample_files():
        data = path.read_bytes()
        if path.suffix == ".gz" and data[:2] == b"\x1f\x8b":
            try:
                data = gzip.decompress(data)
            except (OSError, EOFError):
                continue
        if path.suffix not in (".zip", ".7z", ".gz") or data[:2] not in (b"PK", b"7z"):
            yield path, data


def line_seeds(framing):
    kind = framing.removeprefix("epost-")
    for path, data in texts():
        if framing.startswith("epost-") == (kind in str(path)):
            head = data[:SEED]
            yield b"\0\x03" + head[:head.rfind(b"\n") + 1]
    for case in sorted(pathlib.Path("tests/format").glob("*/*.log")):
        yield b"\0\x05" + case.read_bytes()[:SEED]


def codec_seeds(name):
    text = b"".join(b"@400000006af2272c17b3bbd8 new msg %d\n" % i for i in range(60))
    zstd = subprocess.run(["zstd", "-qc"], input=text, stdout=subprocess.PIPE, check=True).stdout
    form = {"gzip": gzip.compress(text, mtime=0), "bzip2": bz2.compress(text), "xz": lzma.compress(text), "zstd": zstd,
            "utf16": b"\xff\xfe" + text.decode().encode("utf-16-le")}[name]
    yield b"\0\x07" + form
    yield b"\0\x07" + form + form
    yield b"\0\x07" + form[:-9]
    if name == "gzip":
        for path in SAMPLES.rglob("*.gz"):
            yield b"\0\x11" + path.read_bytes()[:SEED]


def container_seeds():
    text = b"".join(b"@400000006af2272c17b3bbd8 new msg %d\n" % i for i in range(9))
    for mode in ("w", "w:gz", "w:xz"):
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode=mode, format=tarfile.PAX_FORMAT) as t:
            for name, data in (("a/current", text), ("b" * 120, text), ("c.gz", gzip.compress(text, mtime=0))):
                info = tarfile.TarInfo(name)
                info.size = len(data)
                t.addfile(info, io.BytesIO(data))
        yield out.getvalue()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("a/current", text)
        z.writestr("b.gz", gzip.compress(text, mtime=0))
    yield out.getvalue()
    yield subprocess.run(["cpio", "-o", "-H", "newc", "--quiet"], input=b"GNUmakefile\n", stdout=subprocess.PIPE,
                         check=True).stdout[:20000] if any(os.access(f"{d}/cpio", os.X_OK) for d in ("/bin", "/usr/bin")) else text
    for path in sample_files():
        if path.stat().st_size <= 20000:
            yield path.read_bytes()


def escape_seeds():
    yield "<a href=\"javascript:x\">'&\u202e\u200b\U000e0041_x0041_ _x005F_ \ufffe\U0001f600配信 a\u0301\u0301".encode()
    yield b"\xff\xed\xa0\x80\xc0\xaf\x1b[31m\0\x7f\xc2\x9b=HYPERLINK(1)"


def stamp_seeds():
    for text in ("@400000006af2272c17b3bbd8", "1504688557.399386", "2026-11-20 08:20:45.123456789", "Nov  3 09:00:01",
                 "2026-11-23T08:05:11.5+09:00", "20/Nov/2026:08:20:45"):
        yield b"\0" + text.encode()
    for text in ("EST5EDT,M3.2.0,M11.1.0", "JST-9", "<+0330>-3:30", "IST-2IDT,M3.4.4/26,M10.5.0", "X1Y,J60/-1,300/24"):
        yield b"\1" + text.encode()
    for zone in ("Asia/Tokyo", "America/New_York", "Europe/Dublin"):
        path = pathlib.Path("/usr/share/zoneinfo", zone)
        if path.exists():
            yield b"\2" + path.read_bytes()


def edit_seeds():
    """These targets seal what the samples give by themselves; their bytes are edits of it."""
    for shard in range(16):
        yield bytes((2 * shard, 0, 9, 1, 200))
    yield b"\1" + bytes(40)


def load_seeds():
    yield b"\0" + struct.pack("<QQQQI", 2, 5, 9, 14, 2) + struct.pack("<IQIQ", 5, 1, 9, 1)
    yield b"\1" + struct.pack("<BI", 0, 2) + struct.pack("<QQ", 3, 9)
    yield b"\2" + bytes(64)


def seeds_of(name):
    if name.startswith("framing-"):
        return line_seeds(name.removeprefix("framing-"))
    if name.startswith("codec-"):
        return codec_seeds(name.removeprefix("codec-"))
    return {"container": container_seeds, "escape": escape_seeds, "stamp": stamp_seeds, "load": load_seeds,
            "plan": edit_seeds, "partial": edit_seeds}[name]()


def plant(folder, seeds):
    folder.mkdir(parents=True, exist_ok=True)
    for i, seed in enumerate(seeds):
        (folder / f"seed-{i:03}").write_bytes(seed)
    return folder


def run_target(path, seconds, runs):
    name = os.path.basename(path)
    corpus = plant(pathlib.Path(path + ".corpus"), seeds_of(name))
    longest = "20000" if name == "container" else "1500"
    done = subprocess.run([path, f"-max_total_time={seconds}", f"-runs={runs}", "-print_final_stats=1", "-timeout=20",
                           f"-max_len={longest}", "-rss_limit_mb=3000", f"-artifact_prefix={path}.", str(corpus)],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    said = done.stdout.decode("ascii", "backslashreplace")
    executions = re.search(r"number_of_executed_units:\s*(\d+)", said)
    reached = re.findall(r"cov: (\d+) ft: (\d+)", said)
    rate = re.search(r"average_exec_per_sec:\s*(\d+)", said)
    if done.returncode:
        print(f"{name}: FOUND something\n" + said[-4000:], flush=True)
        return False
    print(f"{name}: {int(executions[1]):,} executions, {rate[1]} a second, {reached[-1][0]} edges, "
          f"{len(os.listdir(corpus))} inputs kept", flush=True)
    return True


def run_program(program, seconds):
    build = os.path.dirname(program)
    seeds = plant(pathlib.Path(build, "seeds"), (data[:SEED] for data in
                                                [*(p.read_bytes() for p in sample_files()), *container_seeds()]))
    room = os.path.join("/dev/shm", f"postmortem-fuzz-{os.getpid()}")
    os.makedirs(room, exist_ok=True)
    found = os.path.join(build, "findings")
    env = {**os.environ, "AFL_SKIP_CPUFREQ": "1", "AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES": "1", "AFL_NO_UI": "1",
           "AFL_NO_AFFINITY": "1", "ASAN_OPTIONS": "abort_on_error=1:symbolize=0:detect_leaks=0", "AFL_AUTORESUME": "1",
           "UBSAN_OPTIONS": "abort_on_error=1:halt_on_error=1", "AFL_TMPDIR": room, "SOURCE_DATE_EPOCH": "1795500000",
           "AFL_IGNORE_SEED_PROBLEMS": "1"}
    subprocess.run(["afl-fuzz", "-V", str(seconds), "-m", "none", "-t", "3000+", "-i", str(seeds), "-o", found, "--", program, "report", "-f",
                    "-q", "-j1", "-o", os.path.join(room, "out"), "--max-total", "16M", "--max-memory", "16M", "@@"],
                   env=env, stdout=subprocess.DEVNULL, check=True)
    stats = dict(line.split(":", 1) for line in pathlib.Path(found, "default/fuzzer_stats").read_text().splitlines() if ":" in line)
    stats = {k.strip(): v.strip() for k, v in stats.items()}
    subprocess.run(["rm", "-rf", room], check=True)
    print(f"{program}: {int(stats['execs_done']):,} executions, {stats['corpus_count']} inputs kept, edges {stats['edges_found']} of "
          f"{stats['total_edges']}, {stats['saved_crashes']} crashes, {stats['saved_hangs']} hangs")
    return stats["saved_crashes"] == "0" and stats["saved_hangs"] == "0"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--runs", type=int, default=10_000_000)
    parser.add_argument("--only", default="")
    parser.add_argument("--program")
    parser.add_argument("targets", nargs="*")
    given = parser.parse_args()
    if given.program:
        return 0 if run_program(given.program, given.seconds) else 1
    good = [run_target(t, given.seconds, given.runs) for t in given.targets if given.only in t]
    return 0 if good and all(good) else 1


sys.exit(main())
