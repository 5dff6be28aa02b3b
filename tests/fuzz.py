"""fuzz.py [--seconds N] [--runs N] [--only WORD] TARGET...: run libFuzzer targets one after another, each from seeds that
tests/fuzz_targets.py cuts out of samples/ and tests/format/; a line per target tells executions and what was reached.
fuzz.py --lines [--only WORD] TARGET...: targets built to count lines replay seeds and corpora; a row per target tells how
many of the lines it is for it reached, exit status 1 where they are fewer than 90 %.
fuzz.py --program PROGRAM [--seconds N]: AFL++ on the whole program.

A corpus lies beside its target (build-fuzz/<target>.corpus) and grows over runs; a finding gives exit status 1.
"""
import argparse
import os
import pathlib
import re
import subprocess
import sys

import fuzz_targets

LEAST = 90  # percent
# A freed block is kept for a while to see who still uses it; 256 MiB of them would not fit into the cache.  Who got a block
# is told when a finding is run again by hand.  What an archive asks for in vain costs the clearing of as much: small ones do.
ASAN = "quarantine_size_mb=1:malloc_context_size=0:allocator_may_return_null=1:max_allocation_size_mb=24"


def plant(folder, seeds):
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("seed-*"):
        old.unlink()
    for i, seed in enumerate(seeds):
        (folder / f"seed-{i:04}").write_bytes(seed)
    return folder


def run_target(path, seconds, runs):
    name = os.path.basename(path)
    corpus = plant(pathlib.Path(path + ".corpus"), fuzz_targets.seeds(name))
    words = pathlib.Path(path + ".dict")
    words.write_text("\n".join(fuzz_targets.dictionary(name)) + "\n", encoding="ascii")
    log = pathlib.Path(path + ".log")
    with log.open("wb") as out:
        done = subprocess.run([path, f"-max_total_time={seconds}", f"-runs={runs}", "-print_final_stats=1", "-timeout=100",
                               f"-max_len={fuzz_targets.longest(name)}", f"-dict={words}", "-rss_limit_mb=2000",
                               "-malloc_limit_mb=-1", "-entropic=0", "-reload=0", f"-artifact_prefix={path}.", str(corpus)],
                              stdout=out, stderr=subprocess.STDOUT, env={**os.environ, "ASAN_OPTIONS": ASAN}, check=False)
    said = log.read_text("ascii", "backslashreplace")
    executions = re.search(r"number_of_executed_units:\s*(\d+)", said)
    reached = re.findall(r"cov: (\d+) ft: (\d+)", said)
    rate = re.search(r"average_exec_per_sec:\s*(\d+)", said)
    if done.returncode:
        print(f"{name}: FOUND something\n" + said[-4000:], flush=True)
        return False
    print(f"{name}: {int(executions[1]):,} executions, {int(rate[1]):,} a second, {reached[-1][0]} edges, "
          f"{len(os.listdir(corpus))} inputs kept", flush=True)
    return True


def function_rows(report):
    """(file, function, lines, lines missed) of an llvm-cov report by function."""
    path = None
    for line in report.splitlines():
        cells = line.split()
        if line.startswith("File '"):
            path = pathlib.Path(line.split("'")[1]).relative_to(os.getcwd())
        elif len(cells) >= 7 and cells[4].isdigit() and cells[0] != "TOTAL":
            yield path, cells[0].rsplit(":", 1)[-1], int(cells[4]), int(cells[5])


def lines_reached(path, verbose):
    """Lines that the target is for, and those of them that seeds and corpus did not reach."""
    name = os.path.basename(path)
    seeds = plant(pathlib.Path(path + ".seeds"), fuzz_targets.seeds(name))
    corpus = pathlib.Path("build-fuzz", name + ".corpus")
    raw, profile = path + ".profraw", path + ".profdata"
    done = subprocess.run([path, "-runs=0", f"-max_len={fuzz_targets.longest(name)}", str(seeds), *([str(corpus)] if corpus.is_dir() else [])],
                          env={**os.environ, "LLVM_PROFILE_FILE": raw}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        print(f"{name}: failed\n" + done.stdout.decode("ascii", "backslashreplace")[-2000:])
        return 1, 1
    subprocess.run(["llvm-profdata", "merge", "-sparse", raw, "-o", profile], check=True)
    os.unlink(raw)
    wanted = fuzz_targets.functions(name)
    report = subprocess.run(["llvm-cov", "report", path, "-instr-profile", profile, "-show-functions",
                             *(str(f) for f in fuzz_targets.files(name))], stdout=subprocess.PIPE, check=True).stdout.decode()
    counted = [row for row in function_rows(report) if row[:2] in wanted]
    for file, function, lines, missed in counted if verbose else []:
        if missed:
            print(f"    {file.stem} {function}: {missed} of {lines}")
    return sum(r[2] for r in counted), sum(r[3] for r in counted)


def run_lines(targets, verbose):
    good = True
    for path in targets:
        lines, missed = lines_reached(path, verbose)
        share = 100 * (lines - missed) / lines if lines else 0
        name = os.path.basename(path)
        good = good and share >= LEAST
        print(f"{name:26} {share:5.1f} % of {lines:5} lines of {' '.join(f.stem for f in fuzz_targets.files(name))}"
              f"{'' if share >= LEAST else f': BELOW {LEAST} %'}", flush=True)
    return good


def report(program, room, path):
    return [program, "report", "-f", "-q", "-j1", "-o", os.path.join(room, "out"), "--max-total", "16M", "--max-memory", "16M", str(path)]


def hangs_alone(program, path, room):
    """A busy machine makes hangs of what is none."""
    try:
        subprocess.run(report(program, room, path), env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, timeout=20, check=False)
    except subprocess.TimeoutExpired:
        print(f"{program}: {path} hangs")
        return True
    return False


def run_program(program, seconds):
    build = os.path.dirname(program)
    inputs = [*(p.read_bytes()[:fuzz_targets.HEAD] for p in fuzz_targets.sample_files()), *fuzz_targets.container_seeds(),
              *(p.read_bytes()[:fuzz_targets.HEAD] for p in sorted(pathlib.Path("tests/format").glob("*/*.log")))]
    seeds = plant(pathlib.Path(build, "seeds"), (i for i in inputs if i))
    room = os.path.join("/dev/shm", f"postmortem-fuzz-{os.getpid()}")
    os.makedirs(room, exist_ok=True)
    found = os.path.join(build, "findings")
    env = {**os.environ, "AFL_SKIP_CPUFREQ": "1", "AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES": "1", "AFL_NO_UI": "1",
           "AFL_NO_AFFINITY": "1", "ASAN_OPTIONS": "abort_on_error=1:symbolize=0:detect_leaks=0", "AFL_AUTORESUME": "1",
           "UBSAN_OPTIONS": "abort_on_error=1:halt_on_error=1", "AFL_TMPDIR": room, "SOURCE_DATE_EPOCH": "1795500000",
           "AFL_IGNORE_SEED_PROBLEMS": "1"}
    subprocess.run(["afl-fuzz", "-V", str(seconds), "-m", "none", "-t", "3000+", "-i", str(seeds), "-o", found, "--",
                    *report(program, room, "@@")], env=env, stdout=subprocess.DEVNULL, check=True)
    stats = dict(line.split(":", 1) for line in pathlib.Path(found, "default/fuzzer_stats").read_text().splitlines() if ":" in line)
    stats = {k.strip(): v.strip() for k, v in stats.items()}
    hangs = [h for h in pathlib.Path(found, "default/hangs").glob("id*") if hangs_alone(program, h, room)]
    subprocess.run(["rm", "-rf", room], check=True)
    print(f"{program}: {int(stats['execs_done']):,} executions, {stats['corpus_count']} inputs kept, edges {stats['edges_found']} of "
          f"{stats['total_edges']}, {stats['saved_crashes']} crashes, {len(hangs)} hangs")
    return stats["saved_crashes"] == "0" and not hangs


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--runs", type=int, default=10_000_000)
    parser.add_argument("--only", default="")
    parser.add_argument("--lines", action="store_true")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--program")
    parser.add_argument("targets", nargs="*")
    given = parser.parse_args()
    if given.program:
        return 0 if run_program(given.program, given.seconds) else 1
    targets = [t for t in given.targets if given.only in t]
    if given.lines:
        return 0 if targets and run_lines(targets, given.verbose) else 1
    good = [run_target(t, given.seconds, given.runs) for t in targets]
    return 0 if good and all(good) else 1


sys.exit(main())
