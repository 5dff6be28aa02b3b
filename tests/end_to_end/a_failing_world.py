"""Every call that can fail, made to fail, one after the other: memory, reading, writing, and being killed in between.

The numbers are tried as one tries them by hand, from the first on and with growing steps; the last is the first one
that is never reached, so that nothing after it was left out unseen."""
import errno
import os
import re
import signal

from evidence import multilog, packed, tar_entry, tar_of
from stage import OUTPUTS, case, check, equal, slow, write
from output_faults import contents


def as_built_for_use(function):
    def run(stage):
        if not stage.sanitized and not stage.counting:
            function(stage)
    run.__name__ = function.__name__
    run.slow = getattr(function, "slow", False)
    return run


def numbers(struck, growth):
    """1, 2, 3 ... with steps that grow by 1/growth, until struck(n) says that the moment was never reached."""
    n, tried = 1, 0
    while struck(n):
        n, tried = n + max(1, n // growth), tried + 1
    check(tried > 2, "only", tried, "moments were met")
    return tried


def rich(stage):
    """Evidence that takes every road of input: plain, gzip, xz, zip and tar, some of it damaged."""
    import lzma
    import zipfile
    place = stage.place("rich")
    write(place + "/box/current", multilog(12))
    write(place + "/gz/current.gz", packed(multilog(12, 100))[:-3])
    write(place + "/xz/current.xz", lzma.compress(multilog(12, 200), preset=0))
    write(place + "/tar/logs.tar", tar_of(tar_entry(b"a/current", multilog(12, 300))))
    with zipfile.ZipFile(os.path.join(place, "logs.zip"), "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("b/current", multilog(12, 400))
    return place


def old_report(stage):
    run = stage.report(write(stage.place("old") + "/box/current", multilog(3))).exited(0)
    return run.folder, contents(run.folder)


def memory_fails(stage, growth, rest):
    path, (folder, before) = rich(stage), old_report(stage)
    made = 0

    def struck(n):
        nonlocal made
        run, told = stage.struck(path, options=("-f", "-j1"), folder=folder, memory=n, memory_on=int(rest))
        if "memory" not in told:
            made = int(re.search(r"^allocations (\d+)$", told, re.M)[1])
            for name, data in before.items():
                write(os.path.join(folder, name), data)
            return False
        run.exited(4)
        check(run.err.endswith(b"postmortem: out of memory: nothing was written; give it more, or split the evidence\n"),
              "allocation", n, "fails, and it is said:", run.err)
        check(contents(folder) == before and sorted(os.listdir(folder)) == sorted(OUTPUTS),
              "the old report changed, allocation", n, os.listdir(folder))
        return True
    tried = numbers(struck, growth)
    last = range(made - 11, made + 1)  # the end, too: where the report takes its place
    check(all([struck(n) for n in last]), "not met again: one of", last)
    return tried + len(last)


@case
@as_built_for_use
def one_failed_allocation_ends_the_run_with_4_and_leaves_the_old_report(stage):
    memory_fails(stage, 12, False)


@case
@as_built_for_use
def memory_that_stays_away_ends_the_run_with_4(stage):
    memory_fails(stage, 6, True)


@case
@slow
@as_built_for_use
def one_failed_allocation_of_very_many_ends_the_run_with_4(stage):
    print(f"# {memory_fails(stage, 60, False)} allocations failed one by one", flush=True)


@case
@as_built_for_use
def inspect_without_memory_exits_4(stage):
    path = rich(stage)

    def struck(n):
        run, told = stage.struck(path, command="inspect", memory=n)
        if "memory" in told:
            run.exited(4)
        return "memory" in told
    numbers(struck, 6)


@case
@as_built_for_use
def a_limit_of_memory_set_from_outside_is_answered_with_4(stage):
    import resource
    path = write(stage.place("box") + "/box/current", multilog(3000))
    for limit in (40, 60, 80):
        size = limit << 20
        run = stage.report(path, options=("-j1",), before=lambda n=size: resource.setrlimit(resource.RLIMIT_AS, (n, n)))
        check(run.code in (0, 4, 127), "exit with", limit, "MiB", run.code, run.said())
        if run.code == 4:
            equal(run.files(), [], "files")


@case
@as_built_for_use
def a_read_error_in_the_middle_keeps_what_was_read_and_the_next_file_is_read(stage):
    place = stage.place("eio")
    log = multilog(3000)
    write(place + "/one/current", log)
    write(place + "/two/next.log", multilog(40, 5000))
    for at in (0, 1, 4096, 100000, 262144, 300001, len(log) - 1):
        for error in (errno.EIO, errno.ESTALE):
            run, told = stage.struck(place, read=f"one/current:{at}:{error}")
            check("read" in told, "no error was met at", at)
            run.exited(1).reconciles()
            problem = run.warned("unreadable", "one/current")
            equal(problem["offset"], at if at else problem["offset"], "offset told")
            equal(run.source("one/current")["bytes"], at, "bytes kept")
            check(os.strerror(error) in run.err.decode(), "why is not said", run.said())
            check(run.source("next.log")["lines"]["parsed"] == 280, "the next file was not read")


@case
@as_built_for_use
def a_read_error_that_passes_is_read_over(stage):
    """A large log is read in pieces and hashed apart; where one of these meets a fault, all of it is read once more."""
    place = stage.place("eio")
    log = multilog(40000)
    check(len(log) > 12 << 20, "too small to be cut:", len(log))
    write(place + "/current", log)
    whole = stage.report(place, options=("-j1",)).exited(0)
    for at in (len(log) // 5, len(log) - 1000):
        for turn in (1, 2):
            run, told = stage.struck(place, options=("-j2",), read=f"current:{at}:{errno.EIO}", once=turn)
            check("read" in told, "no error was met at", at, turn)
            equal(run.exited(0).file("report.json"), whole.file("report.json"), "report.json", at, turn)


@case
@as_built_for_use
def a_read_error_inside_containers_keeps_what_was_decoded(stage):
    import lzma
    place = stage.place("eio")
    log = multilog(3000)
    forms = {"a.gz": packed(log), "b.xz": lzma.compress(log), "c.tar": tar_of(tar_entry(b"current", log), tar_entry(b"d/current", log))}
    for name, data in forms.items():
        write(f"{place}/{name}", data)
        for at in (0, 7, 600, len(data) // 2, len(data) - 1):
            run, told = stage.struck(f"{place}/{name}", read=f"{name}:{at}:{errno.EIO}")
            check("read" in told, "no error was met", name, at)
            check(run.code in (1, 3), name, at, "exit", run.code, run.said())
            check(b"Input/output error" in run.err, "not said", name, at, run.said())
            if run.code == 1:
                run.reconciles()
                check(run.problems(), "no problem", name, at)


@case
@as_built_for_use
def short_and_interrupted_reads_and_writes_change_nothing(stage):
    path = rich(stage)
    plain = stage.report(path, options=("-j1",)).exited(1)
    folder = os.path.join(stage.place("short"), "out")
    run, _ = stage.struck(path, options=("-j1",), folder=folder, short=1, folder_=folder)
    run.exited(1)
    for name in OUTPUTS:
        check(run.file(name) == plain.file(name), name, "differs")


def output_calls(stage, kinds, growth, acts, judge=None):
    """judge(run, n, act) after each run that was struck at its nth call of those kinds."""
    path = rich(stage)
    judge = judge or fails_or_was_not_needed(stage, path)
    for act in acts:
        folder, before = old_report(stage)

        def struck(n, act=act, folder=folder, before=before):
            run, told = stage.struck(path, options=("-f", "-j1"), folder=folder, at=n, act=act, calls=kinds, folder_=folder)
            if not any(line.split()[0] != "allocations" and line.split()[0] != "calls" for line in told.splitlines()):
                return False
            judge(run, n, act, before)
            return True
        numbers(struck, growth)


def fails_whole(run, n, act, before):
    run.exited(4)
    lines = run.err.decode().splitlines()
    check(len(lines) == 1 and lines[0].startswith("postmortem: "), "not one line", run.said())
    equal(sorted(os.listdir(run.folder)), sorted(OUTPUTS), "files after", act, "at call", n)
    check(contents(run.folder) == before, "the old report changed,", act, "at call", n, run.said())


def fails_or_was_not_needed(stage, path):
    """The workbook's library reads its temporaries back before it closes them: what fails then may leave no trace, but
    the report must be the one that is written in a world without faults."""
    new = contents(stage.report(path, options=("-j1",)).exited(1).folder)

    def judge(run, n, act, before):
        if run.code == 4:
            fails_whole(run, n, act, before)
            return
        run.exited(1)
        for name in OUTPUTS:
            check(run.file(name) == new[name], name, "is not whole,", act, "at call", n)
        for name, data in before.items():
            write(os.path.join(run.folder, name), data)
    return judge


ERRORS = (errno.ENOSPC, errno.EIO, errno.EDQUOT)


@case
@as_built_for_use
def every_failing_sync_rename_and_open_exits_4_and_leaves_the_old_report(stage):
    output_calls(stage, "open sync rename mkdir", 1000, ERRORS, fails_whole)


@case
@as_built_for_use
def every_failing_close_exits_4_or_was_not_needed_and_leaves_the_old_report(stage):
    output_calls(stage, "close", 8, (errno.EIO,))


@case
@as_built_for_use
def every_failing_write_exits_4_and_leaves_the_old_report(stage):
    output_calls(stage, "write", 8, ERRORS)


@case
@as_built_for_use
def a_first_report_that_cannot_be_finished_leaves_no_folder(stage):
    path = write(stage.place("box") + "/box/current", multilog(3))
    for n in (1, 2, 3, 4, 5, 6):
        folder = os.path.join(stage.place("first"), "out")
        run, told = stage.struck(path, folder=folder, at=n, act=errno.ENOSPC, calls="sync rename", folder_=folder)
        run.exited(4)
        check(not os.path.exists(folder), "left after call", n, os.listdir(os.path.dirname(folder)), told)


def old_or_new(run, n, act, before):
    equal(run.code, -signal.SIGKILL, "exit")
    for name in OUTPUTS:
        data = run.file(name)
        check(data == before[name] or data == run.new[name], name, "is neither old nor new after call", n)
    if run.file("report.json") == run.new["report.json"]:
        for name in OUTPUTS:
            check(run.file(name) == run.new[name], "report.json is new and", name, "is not, call", n)


@case
@as_built_for_use
def a_kill_at_every_call_of_the_output_leaves_each_file_old_or_new(stage):
    path = rich(stage)
    new = contents(stage.report(path, options=("-j1",)).exited(1).folder)
    for kinds, growth in (("rename", 1000), ("open close sync unlink mkdir", 6), ("write", 4)):
        def judge(run, n, act, before):
            run.new = new
            old_or_new(run, n, act, before)
            again = stage.report(path, options=("-f", "-j1"), folder=run.folder).exited(1)
            check(contents(again.folder) == new and again.files() == sorted(OUTPUTS), "after the next run", again.files())
            for name, data in before.items():
                write(os.path.join(run.folder, name), data)
        output_calls_of(stage, path, kinds, growth, "kill", judge)


def output_calls_of(stage, path, kinds, growth, act, judge):
    folder, before = old_report(stage)

    def struck(n):
        run, told = stage.struck_killed(path, folder, n, act, kinds)
        if f" {n} {act}" not in told:
            return False
        judge(run, n, act, before)
        return True
    return numbers(struck, growth)


@case
@as_built_for_use
def a_signal_at_every_call_of_the_output_removes_what_was_begun(stage):
    path = rich(stage)
    new = contents(stage.report(path, options=("-j1",)).exited(1).folder)
    for kinds, growth in (("sync rename open mkdir", 1000), ("write close", 3)):
        def judge(run, n, act, before):
            check(run.code in (143, 1), "exit", run.code, run.said())
            want = before if run.code == 143 else new
            check(contents(run.folder) == want, "exit", run.code, "and the report is another, call", n)
            equal(sorted(os.listdir(run.folder)), sorted(OUTPUTS), "files after call", n)
            for name, data in before.items():
                write(os.path.join(run.folder, name), data)
        output_calls_of(stage, path, kinds, growth, "s15", judge)


@case
@as_built_for_use
def a_second_signal_ends_the_run_at_once_even_while_the_report_takes_its_place(stage):
    path = rich(stage)
    folder, _ = old_report(stage)
    run, told = stage.struck_killed(path, folder, 1, "s15s15", "rename")
    check("rename 1" in told, told)
    equal(run.code, -signal.SIGTERM, "exit")
    stage.report(path, options=("-f",), folder=folder).exited(1)
    equal(sorted(os.listdir(folder)), sorted(OUTPUTS), "files after the next run")


@case
@as_built_for_use
def a_fault_of_our_own_exits_70_and_leaves_the_old_report(stage):
    path = rich(stage)
    for act in ("s11", "s6", "s7", "s8"):
        folder, before = old_report(stage)
        run, told = stage.struck_killed(path, folder, 3, act, "write")
        check("write 3" in told, told)
        equal(run.code, 70, "exit after", act)
        check(b"internal fault" in run.err, "not said", run.err)
        check(contents(folder) == before and sorted(os.listdir(folder)) == sorted(OUTPUTS), "the old report changed", os.listdir(folder))
