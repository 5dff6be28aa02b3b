"""What code that took over the reader could still do, and how the program was linked."""
import errno
import os
import re
import subprocess

from a_failing_world import as_built_for_use
from evidence import multilog, packed
from stage import OUTPUTS, case, check, equal, write

REFUSED = {"write-outside": errno.EACCES, "write-evidence": errno.EACCES, "truncate-evidence": errno.EPERM,
           "remove-evidence": errno.EACCES, "read-other": errno.EACCES, "list-other": errno.EACCES, "socket": errno.EPERM,
           "unix-socket": errno.EPERM, "exec": errno.EPERM, "kill": errno.EPERM, "ptrace": errno.EPERM,
           "chmod": errno.EPERM, "link": errno.EPERM, "fork": errno.EPERM, "write-from-a-thread": errno.EACCES}


def kernel_has_landlock():
    return "landlock" in open("/sys/kernel/security/lsm", encoding="ascii").read() if os.path.exists(
        "/sys/kernel/security/lsm") else subprocess.run(
            ["/usr/bin/python3", "-c", "import ctypes,sys; sys.exit(ctypes.CDLL(None).syscall(444, 0, 0, 1) < 1)"],
            check=False).returncode == 0


def attempts(told):
    return {name: int(code) for name, code in re.findall(r"^try (\S+) (\d+)$", told, re.M)}


@case
@as_built_for_use
def what_reads_the_evidence_can_write_nowhere_else_start_nothing_and_call_nobody(stage):
    files = kernel_has_landlock()
    for jobs in ("-j1", "-j4"):
        place = stage.place("box")
        data = multilog(50)
        path = write(place + "/box/current", data)
        write(place + "/box/old.gz", packed(multilog(50, 100)))
        folder = place + "/out"
        if not files:
            return  # an intruder of a kernel without it would do harm here
        run, told = stage.struck(place + "/box", options=(jobs,), folder=folder, probe="box/current", outside=place + "/escape",
                                 folder_=folder)
        run.exited(0).reconciles()
        tried = attempts(told)
        equal(tried.pop("read-evidence"), 0, "reading the evidence")
        equal(tried.pop("write-inside"), 0, "writing into the output folder")
        equal(tried, REFUSED, "what was let")
        check(not os.path.exists(place + "/escape"), "a file was made outside")
        equal(open(path, "rb").read(), data, "the evidence")
        equal(run.files(), sorted(OUTPUTS), "files")


@case
@as_built_for_use
def inspect_can_write_nowhere_at_all(stage):
    if not kernel_has_landlock():
        return
    place = stage.place("box")
    path = write(place + "/box/current", multilog(50))
    run, told = stage.struck(path, command="inspect", probe="current", outside=place + "/escape")
    run.exited(0)
    tried = attempts(told)
    equal(tried.pop("read-evidence"), 0, "reading the evidence")
    equal(tried, REFUSED, "what was let")


@case
@as_built_for_use
def planning_scanning_and_merging_can_write_only_where_their_output_goes(stage):
    if not kernel_has_landlock():
        return
    place = stage.place("box")
    write(place + "/box/current", multilog(50))
    os.mkdir(place + "/work")
    plan, part, out = (place + "/work/" + name for name in ("case.plan", "1.part", "out"))
    for command, paths, options, probe in (("inspect", (place + "/box",), ("--plan", plan), "box/current"),
                                           ("scan", (), ("--plan", plan, "--shard", "1", "-o", part), "box/current"),
                                           ("merge", (part,), ("--plan", plan, "-o", out), "work/1.part")):
        run, told = stage.struck(*paths, command=command, options=options, folder=out, probe=probe, outside=place + "/escape",
                                 folder_=out if command == "merge" else place + "/work")
        equal(run.code, 0, command, run.err)
        tried = attempts(told)
        equal((tried.pop("read-evidence"), tried.pop("write-inside")), (0, 0), command)
        equal(tried, REFUSED, command)
        check(not os.path.exists(place + "/escape"), command, "made a file outside")
    check(os.path.exists(out + "/report.json"), "no report")


@case
@as_built_for_use
def a_kernel_that_cannot_confine_is_told_of_with_v_and_the_report_is_the_same(stage):
    path = write(stage.place("box") + "/box/current", multilog(50))
    first = stage.report(path).exited(0)
    run, _ = stage.struck(path, options=("-v",), kernel="old")
    run.exited(0)
    lines = run.err.decode().splitlines()
    equal(len(lines), 3, "lines", lines)
    check(all("not confined: " in line and "cannot be restricted here" in line for line in lines[:2]), lines)
    for name in OUTPUTS:
        check(run.file(name) == first.file(name), name, "differs")
    quiet, _ = stage.struck(path, kernel="old")
    equal(quiet.exited(0).err, b"", "said without -v")


@case
@as_built_for_use
def a_file_system_on_which_rules_do_not_hold_is_read_unconfined_and_told_of(stage):
    path = write(stage.place("box") + "/box/current", multilog(50))
    first = stage.report(path).exited(0)
    for named in (path, os.path.dirname(path)):
        run, _ = stage.struck(named, options=("-v",), kernel="forgetful")
        run.exited(0)
        if kernel_has_landlock():
            check(b"not confined: files cannot be restricted here (Permission denied)" in run.err, "not told", run.err)
        if named == path:
            check(all(run.file(name) == first.file(name) for name in OUTPUTS), "the report differs")


@case
def a_link_named_on_the_command_line_and_a_folder_beside_the_output_can_be_read(stage):
    place = stage.place("links")
    write(place + "/real/deep/current", multilog(20))
    os.symlink("real/deep/current", place + "/named")
    os.symlink("real", place + "/folder")
    for path in ("named", "folder/", "./real/../named"):
        code, _, err = stage.child(["report", "-f", "-o", "out", path], cwd=place)
        equal(code, 0, path, err)
    code, _, err = stage.child(["report", "-f", "-o", "real/out", "real"], cwd=place)
    equal(code, 0, "output inside the evidence", err)
    code, _, err = stage.child(["report", "-o", "fresh/", "named"], cwd=place)
    equal((code, sorted(os.listdir(place + "/fresh"))), (0, sorted(OUTPUTS)), "a folder with a slash", err)


@case
def a_zone_by_name_is_found_although_the_process_is_confined(stage):
    path = write(stage.place("box") + "/box/maillog",
                 b"".join(b"Nov 24 14:%02d:00 mx1 qmail: %d.000000 status: local 0/10 remote 0/20\n" % (i, 1795500000 + i * 60)
                          for i in range(30)))
    run = stage.report(path, options=("--input-tz", "mx1=America/New_York", "--tz", "Asia/Tokyo", "--year", "2026")).exited(0)
    equal(run.report["case"]["timezone"], "Asia/Tokyo", "zone")


@case
def the_program_is_linked_with_what_the_toolchain_offers_against_exploits(stage):
    told = subprocess.run(["readelf", "-hldsW", stage.program], stdout=subprocess.PIPE, check=True).stdout.decode()
    check(re.search(r"Type:\s+DYN", told), "no position-independent executable")
    check("GNU_RELRO" in told, "no RELRO")
    check(re.search(r"FLAGS\).*BIND_NOW|FLAGS_1\).*NOW", told), "not bound at once")
    stack = re.search(r"GNU_STACK\s.*", told)
    check(stack and "RWE" not in stack[0] and " E " not in stack[0], "executable stack", stack and stack[0])
    check(not re.search(r"LOAD\s.*RWE", told), "a segment to write and run")
    check("__stack_chk_fail" in told, "no stack protector")
    check("TEXTREL" not in told and "RPATH" not in told and "RUNPATH" not in told, "text relocations or a path")
    if not stage.sanitized:
        check(re.search(r"__\w+_chk", told.replace("__stack_chk_fail", "")), "nothing was fortified")
    if "X86-64" in told:  # the note of it is dropped where the C library's start files carry none
        code = subprocess.run(["objdump", "-d", "--disassemble=main", stage.program], stdout=subprocess.PIPE, check=True)
        check(b"endbr64" in code.stdout, "no landing pads for indirect branches")
