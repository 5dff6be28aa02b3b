"""When writing fails or the run is stopped: the old report stays, no temporary is left; and how much memory it takes."""
import os
import re
import resource
import signal
import subprocess
import time

from evidence import multilog
from stage import CALM, OUTPUTS, ROOT, case, check, equal, slow, write


def evidence(stage, messages=400):
    place = stage.place("box")
    return write(place + "/box/current", multilog(messages))


def contents(folder):
    names = [n for n in sorted(os.listdir(folder)) if os.path.isfile(os.path.join(folder, n))]
    return {n: open(os.path.join(folder, n), "rb").read() for n in names}


@case
def a_full_disk_exits_4_and_leaves_the_old_report(stage):
    path = evidence(stage)
    first = stage.report(path).exited(0)
    before = contents(first.folder)
    for limit in (0, 4096, 20000, 60000, 100000):
        run = stage.report(path, "samples/maillog", options=("-f",), folder=first.folder,
                           before=lambda n=limit: resource.setrlimit(resource.RLIMIT_FSIZE, (n, n)))
        equal(run.code, 4, "exit with files of", limit, "bytes", run.said())
        check(run.err, "nothing said")
        equal(contents(first.folder).keys(), before.keys(), "files after a full disk at", limit)
        check(contents(first.folder) == before, "the old report changed at", limit)
    fresh = stage.report(path, before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))).exited(4)
    equal(fresh.files(), [], "files of a first run on a full disk")


@case
def a_full_file_system_exits_4_and_leaves_the_old_report(stage):
    if os.geteuid() != 0:
        return
    disk = stage.place("disk")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", disk], stderr=subprocess.DEVNULL, check=False)
    if mounted.returncode:
        return
    try:
        small = stage.report(evidence(stage, 3), folder=disk + "/out").exited(0)
        before = contents(small.folder)
        run = stage.report("samples/epost", options=("-f",), folder=disk + "/out").exited(4)
        check(contents(run.folder) == before, "the old report changed", os.listdir(run.folder))
    finally:
        subprocess.run(["umount", disk], check=True)


@case
def two_runs_into_one_folder_at_once_leave_one_whole_report(stage):
    path, folder = big_log(stage), stage.place("both")
    want = contents(stage.report(path, options=("-j1",)).exited(0).folder)
    both = [started(stage, folder, path) for _ in range(2)]
    ends = sorted((child.communicate(timeout=60)[1], child.returncode) for child in both)
    check(all(code == 0 or (code == 4 and b"another run is writing here" in err) for err, code in ends), "ends", ends)
    check(any(code == 0 for _, code in ends), "none came through", ends)
    check(contents(folder) == want and sorted(os.listdir(folder)) == sorted(OUTPUTS), "the report", os.listdir(folder))


@case
def a_folder_that_cannot_be_written_exits_4(stage):
    path = evidence(stage)
    place = stage.place("locked")
    os.chmod(stage.folder, 0o755)
    os.chmod(place, 0o755)
    for up in (os.path.dirname(path), os.path.dirname(os.path.dirname(path))):
        os.chmod(up, 0o755)
    before = (lambda: os.setuid(65534)) if os.geteuid() == 0 else None
    if before is None:
        os.chmod(place, 0o555)
    run = stage.report(path, folder=place + "/out", before=before).exited(4)
    check(b"/out" in run.err, "the folder is not named", run.said())
    file = write(stage.place("file") + "/plain", b"x")
    for folder in (file, file + "/below"):
        run = stage.report(path, folder=folder)
        check(run.code in (2, 4) and run.err, "exit", run.code, run.said())
    equal(open(file, "rb").read(), b"x", "the file in the way")


def started(stage, folder, *paths, hangup=signal.SIG_DFL):
    """A run that has come as far as catching signals: before, a signal is the system's to answer."""
    child = subprocess.Popen([stage.program, "report", "-f", "-j1", "-o", folder, *paths], cwd=ROOT, env=CALM,
                             stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
                             preexec_fn=lambda: (signal.signal(signal.SIGHUP, hangup),
                                                 signal.signal(signal.SIGINT, signal.SIG_DFL)))
    while child.poll() is None:
        with open(f"/proc/{child.pid}/status", encoding="ascii", errors="replace") as f:
            caught = re.search(r"^SigCgt:\s*([0-9a-f]+)", f.read(), re.M)
        if caught and int(caught[1], 16) & 1 << signal.SIGXCPU - 1:  # the last that main sets
            break
        time.sleep(0.001)
    return child


def big_log(stage):
    if not hasattr(stage, "big"):
        stage.big = evidence(stage, 60000)
    return stage.big


def moments(stage, path, n):
    """That many delays over the time a run takes."""
    begun = time.monotonic()
    stage.report(path, options=("-j1",)).exited(0)
    return [(time.monotonic() - begun) * (k + 0.5) / n for k in range(n)]


@case
def a_signal_stops_the_run_with_its_code_and_leaves_no_temporary(stage):
    path = big_log(stage)
    first = stage.report(evidence(stage, 50)).exited(0)
    before = contents(first.folder)
    delays = moments(stage, path, 12)
    for number, some in ((signal.SIGTERM, delays), (signal.SIGINT, delays[::3]), (signal.SIGHUP, delays[1::3])):
        for delay in some:
            child = started(stage, first.folder, path)
            time.sleep(delay)
            child.send_signal(number)
            err = child.communicate(timeout=30)[1]
            if child.returncode == 0:
                before = contents(first.folder)
                continue  # it was faster
            equal(child.returncode, 128 + number, "exit after", delay, err)
            equal(sorted(os.listdir(first.folder)), sorted(OUTPUTS), "files after", delay)
            check(contents(first.folder) == before, "the old report changed after", delay)


@case
def a_hangup_ignored_by_nohup_does_not_stop_the_run(stage):
    path = big_log(stage)
    folder = stage.place("out")
    child = started(stage, folder, path, hangup=signal.SIG_IGN)
    child.send_signal(signal.SIGHUP)
    err = child.communicate(timeout=60)[1]
    equal(child.returncode, 0, "exit", err)
    equal(sorted(os.listdir(folder)), sorted(OUTPUTS), "files")


@case
def a_kill_at_any_moment_leaves_each_file_old_or_new_and_the_next_run_cleans_up(stage):
    path = big_log(stage)
    first = stage.report(evidence(stage, 50)).exited(0)
    old = contents(first.folder)
    new = contents(stage.report(path, options=("-j1",)).folder)
    for step, delay in enumerate(moments(stage, path, 12)):
        child = started(stage, first.folder, path)
        time.sleep(delay)
        child.kill()
        child.communicate()
        now = contents(first.folder)
        for name in OUTPUTS:
            check(now[name] in (old[name], new[name]), name, "is neither old nor new at step", step)
    run = stage.report(path, options=("-f", "-j1"), folder=first.folder).exited(0).reconciles()
    equal(run.files(), sorted(OUTPUTS), "files after the next run")
    check(contents(run.folder) == new, "the report after the kills differs")


@case
@slow
def memory_does_not_grow_with_the_log(stage):
    peaks = []
    for size in (60, 240):
        folder, _ = stage.simulate("multilog", "--bytes", str(size * 1000000), "--seed", "5", "--days", "20", "--retry",
                                   "0.12", "--domains", "200", "--recipients", "5000")
        peak, run = stage.peak(folder, options=("-j1",))
        run.exited(0).reconciles()
        peaks.append(peak)
    told = ", ".join(f"{p / 1048576:.1f} MiB" for p in peaks)
    print("# peaks: " + told, flush=True)
    check(max(peaks) < 64 << 20, "peaks", told)
    check(abs(peaks[1] - peaks[0]) < 8 << 20, "peaks", told)
