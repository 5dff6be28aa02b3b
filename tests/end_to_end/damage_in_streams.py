"""Damage in compressed streams and in the file system, as seen from outside: what was kept, what was said, exit code."""
import bz2
import lzma
import os
import shutil
import socket
import subprocess
import zlib

from evidence import LINES, multilog, packed
import recount
from stage import case, check, equal, write

LOG = multilog(800)
GZ = packed(LOG)


def in_box(stage, name, data):
    """A folder with this one file, so that its parent is a base for the second count."""
    place = stage.place("box")
    return write(f"{place}/box/{name}", data), place


def lines_read(run):
    return run.report["evidence"]["totals"]["lines"]["read"]


def gz_member(data, name=b"", trailer=True, crc=None, size=None):
    machine = zlib.compressobj(6, zlib.DEFLATED, -15)
    head = b"\x1f\x8b\x08" + (b"\x08" if name else b"\0") + bytes(4) + b"\0\x03" + (name + b"\0" if name else b"")
    crc = zlib.crc32(data) if crc is None else crc
    size = len(data) if size is None else size
    end = crc.to_bytes(4, "little") + (size & 0xFFFFFFFF).to_bytes(4, "little")
    return head + machine.compress(data) + machine.flush() + (end if trailer else b"")


@case
def a_gzip_cut_in_the_middle_keeps_every_byte_that_inflates(stage):
    for share in (0.3, 0.6, 0.95):
        cut = GZ[: int(len(GZ) * share)]
        kept = zlib.decompressobj(31).decompress(cut)
        path, place = in_box(stage, "current.gz", cut)
        run = stage.report(path).exited(1).reconciles().recounts(place)
        run.warned("gzip-truncated", "current.gz")
        equal(run.source("current.gz")["bytes"], len(kept), "bytes kept")
        equal(run.source("current.gz")["status"], "truncated", "status")


@case
def a_gzip_without_trailer_keeps_all_lines(stage):
    path, place = in_box(stage, "current.gz", GZ[:-8])
    run = stage.report(path).exited(1).reconciles().recounts(place)
    run.warned("gzip-trailer-missing", "current.gz")
    equal(lines_read(run), 800 * LINES, "lines")
    equal(run.report["messages"]["accepted"], 800, "messages")


@case
def a_wrong_checksum_or_length_keeps_all_lines_and_is_said(stage):
    for kind, data in (("gzip-crc", GZ[:-8] + bytes([GZ[-8] ^ 1]) + GZ[-7:]), ("gzip-size", GZ[:-1] + b"\x7f")):
        path, place = in_box(stage, "current.gz", data)
        run = stage.report(path).exited(1).reconciles().recounts(place)
        run.warned(kind, "current.gz")
        equal(run.report["messages"]["accepted"], 800, kind)


@case
def a_flipped_byte_in_a_gzip_is_never_silent(stage):
    for at in range(len(GZ) // 20, len(GZ) - 8, len(GZ) // 8):
        data = GZ[:at] + bytes([GZ[at] ^ 0x20]) + GZ[at + 1:]
        path, _ = in_box(stage, "current.gz", data)
        run = stage.report(path)
        check(run.code in (1, 3), "flip at", at, "exit", run.code, run.said())
        if run.code == 1:
            run.reconciles().warned("gzip-.*", "current.gz")
            lines, size = recount.count(recount.unpack(data))  # classes of garbled lines may differ, their number may not
            told = run.source("current.gz")
            equal((told["lines"]["read"], told["bytes"]), (sum(lines.values()), size), "lines and bytes, flip at", at)


@case
def all_members_of_a_gzip_are_read(stage):
    thirds = [multilog(100, i) for i in (0, 100, 200)]
    path, place = in_box(stage, "current.gz", b"".join(map(packed, thirds)))
    run = stage.report(path).exited(0).reconciles().recounts(place)
    equal(run.report["messages"]["accepted"], 300, "messages")


@case
def a_damaged_second_member_does_not_cost_the_third(stage):
    thirds = [packed(multilog(100, i)) for i in (0, 100, 200)]
    broken = bytearray(thirds[1])
    broken[len(broken) // 2:len(broken) // 2 + 40] = b"\xff" * 40
    path, place = in_box(stage, "current.gz", thirds[0] + bytes(broken) + thirds[2])
    run = stage.report(path).exited(1).reconciles().recounts(place)
    run.warned("gzip-.*", "current.gz")
    check(run.report["messages"]["accepted"] >= 200, "messages", run.report["messages"])


@case
def bytes_after_the_end_of_a_gzip_are_a_note(stage):
    for kind, rest in (("trailing-bytes", b"garbage " * 125), ("trailing-zeros", bytes(4096))):
        path, place = in_box(stage, "current.gz", GZ + rest)
        run = stage.report(path).exited(0).reconciles().recounts(place)
        check(kind in run.kinds(notes=True), "no note", kind, run.kinds(True))
        equal(run.report["messages"]["accepted"], 800, kind)


@case
def a_gzip_of_header_only_is_no_evidence(stage):
    for n in (1, 5, 10):
        path, _ = in_box(stage, "current.gz", GZ[:n])
        stage.report(path).exited(3)
    path, place = in_box(stage, "current.gz", GZ[:10])
    write(place + "/box/@400000006af2272c17b3bbd8.s", multilog(5))
    stage.report(place + "/box").exited(1).reconciles().recounts(place).warned("gzip-.*", "current.gz")


@case
def a_gzip_of_nothing_alone_is_no_evidence(stage):
    path, _ = in_box(stage, "current.gz", packed(b""))
    stage.report(path).exited(3)


@case
def gzip_in_gzip_is_read_to_the_depth_limit_which_is_named(stage):
    path, place = in_box(stage, "current.gz", packed(packed(GZ)))
    equal(stage.report(path).exited(0).reconciles().recounts(place).report["messages"]["accepted"], 800, "messages")
    data = LOG
    for _ in range(40):
        data = packed(data, 1)
    path, place = in_box(stage, "current.gz", data)
    write(place + "/box/@400000006af2272c17b3bbd8.s", multilog(5))
    stage.report(place + "/box").exited(1).reconciles().warned("depth-limit", "current.gz")


@case
def a_gzip_bomb_takes_constant_memory_and_is_limited_or_counted(stage):
    machine, zeros = zlib.compressobj(9, zlib.DEFLATED, 31), bytes(1 << 20)
    bomb = b"".join(machine.compress(zeros) for _ in range(256)) + machine.flush()
    path, place = in_box(stage, "current.gz", bomb)
    write(place + "/box/@400000006af2272c17b3bbd8.s", multilog(5))
    peak, run = stage.peak(place + "/box", options=("-j1",))
    check(run.code == 1, "exit", run.code, run.said())
    run.reconciles().warned("ratio-limit|ratio-high|line-limit|not-a-log", "current.gz")
    equal(run.report["messages"]["accepted"], 5, "messages")
    check(peak < 64 << 20, "peak", peak)


@case
def content_that_starts_with_zeros_is_not_taken_for_an_empty_tar(stage):
    for name, pack in (("current", bytes), ("current.gz", packed)):
        path, place = in_box(stage, name, pack(bytes(10240) + b"\n" + LOG))
        run = stage.report(path).reconciles().recounts(place)
        check(run.code in (0, 1), run.said())
        equal(run.report["messages"]["accepted"], 800, name)
        check("nul-bytes" in run.kinds(notes=True), "NULs not told", run.kinds(True))


@case
def a_hostile_name_in_a_gzip_header_is_never_a_path(stage):
    place = stage.place("header")
    path = write(place + "/box/current.gz", gz_member(LOG, name=b"../../../../tmp/escape-\x1b[31m<script>"))
    run = stage.report(path).exited(0).reconciles().recounts(place)
    equal(run.report["messages"]["accepted"], 800, "messages")
    check(not [n for n in os.listdir("/tmp") if n.startswith("escape-")], "a path was made of it")


@case
def content_decides_where_the_suffix_is_wrong(stage):
    for name, data in (("current.gz", LOG), ("current", GZ), ("current.bz2", GZ), ("current.zip", GZ)):
        path, place = in_box(stage, name, data)
        run = stage.report(path).exited(0).reconciles().recounts(place)
        equal(run.report["messages"]["accepted"], 800, name)
        if name != "current":
            check("wrong-suffix" in run.kinds(notes=True), "no note about", name, run.kinds(True))


@case
def truncated_bzip2_xz_and_zstd_keep_what_they_hold(stage):
    import random
    dice = random.Random(5)
    noise = b"".join(b"%s x%d\n" % (line, dice.getrandbits(200)) for line in LOG.splitlines() * 4)
    log = multilog(200) + noise
    zstd = subprocess.run(["zstd", "-qc"], input=log, stdout=subprocess.PIPE, check=True).stdout
    for name, data in (("current.bz2", bz2.compress(log, 1)), ("current.xz", lzma.compress(log)),
                       ("current.zst", zstd)):
        path, place = in_box(stage, name, data[: len(data) * 7 // 10])
        run = stage.report(path).exited(1).reconciles()
        run.warned("stream-.*", name)
        check(lines_read(run) > LINES, name, "kept only", lines_read(run))
        check(run.report["evidence"]["sources"][0]["status"] == "truncated", name, "status",
              run.report["evidence"]["sources"][0]["status"])
        check("No progress" not in run.err.decode(), "library text on stderr")


@case
def concatenated_streams_of_every_codec_are_read(stage):
    halves = multilog(100), multilog(100, 100)
    zstd = lambda d: subprocess.run(["zstd", "-qc"], input=d, stdout=subprocess.PIPE, check=True).stdout
    for name, pack in (("current.bz2", bz2.compress), ("current.xz", lzma.compress), ("current.zst", zstd)):
        path, place = in_box(stage, name, pack(halves[0]) + pack(halves[1]))
        run = stage.report(path).reconciles()
        equal((run.code, run.report["messages"]["accepted"]), (0, 200), name, run.said())


@case
def an_xz_that_asks_for_gigabytes_is_refused_by_name(stage):
    packed_xz = bytearray(lzma.compress(LOG, filters=[{"id": lzma.FILTER_LZMA2, "preset": 1}]))
    place = stage.place("xz")
    # the dictionary size byte of the LZMA2 filter, in the block header, then its CRC
    at = 12 + 4
    equal(packed_xz[at - 2:at], b"\x21\x01", "the block header is not as thought")
    packed_xz[at] = 38
    size = (packed_xz[12] + 1) * 4
    packed_xz[12 + size - 4:12 + size] = zlib.crc32(bytes(packed_xz[12:12 + size - 4])).to_bytes(4, "little")
    path = write(place + "/box/current.xz", bytes(packed_xz))
    write(place + "/box/@400000006af2272c17b3bbd8.s", multilog(5))
    run = stage.report(os.path.dirname(path)).exited(1).reconciles()
    run.warned("memory-limit", "current.xz")


@case
def unsupported_containers_are_named_and_never_read_as_text(stage):
    place = stage.place("foreign")
    for name, data in (("mail.log.lz4", b"\x04\x22\x4d\x18" + bytes(200)), ("mail.log.Z", b"\x1f\x9d\x90" + LOG[:900]),
                       ("mail.log.rar", b"Rar!\x1a\x07\x01\x00" + bytes(400)), ("mail.log.lz", b"LZIP\x01" + bytes(300))):
        write(f"{place}/box/{name}", data)
    write(place + "/box/current", multilog(5))
    run = stage.report(place + "/box").exited(1).reconciles()
    for name in ("mail.log.lz4", "mail.log.Z", "mail.log.rar", "mail.log.lz"):
        run.warned("unsupported", name)
        equal(run.source(name)["lines"]["read"], 0, name)


@case
def a_missing_file_is_said_and_the_others_are_read(stage):
    path, place = in_box(stage, "current", LOG)
    run = stage.report(path, place + "/box/missing.log").exited(1).reconciles().recounts(place)
    run.warned("unreadable", "missing.log")
    equal(run.report["messages"]["accepted"], 800, "messages")
    stage.report(place + "/box/missing.log").exited(3)


@case
def an_unreadable_file_is_said_and_the_others_are_read(stage):
    path, place = in_box(stage, "current", LOG)
    os.chmod(place, 0o755)
    os.chmod(stage.folder, 0o755)
    secret = write(place + "/box/@400000006af2272c17b3bbd8.s", LOG)
    os.chmod(secret, 0)
    os.chmod(os.path.dirname(path), 0o755)
    out = stage.place("report-of-nobody")
    os.chmod(out, 0o777)
    before = (lambda: os.setuid(65534)) if os.geteuid() == 0 else None
    run = stage.report(place + "/box", folder=out + "/out", before=before)
    os.chmod(secret, 0o600)
    run.exited(1).reconciles().warned("unreadable", "@400000006af2272c17b3bbd8.s")
    equal(run.report["messages"]["accepted"], 800, "messages")


@case
def links_met_on_the_walk_are_not_followed_and_those_named_are(stage):
    place = stage.place("links")
    write(place + "/outside/current", multilog(30, 500))
    write(place + "/box/current", multilog(20))
    os.symlink(place + "/outside/current", place + "/box/@400000006af2272c17b3bbd8.s")
    os.symlink(".", place + "/box/loop")
    os.symlink("nowhere", place + "/box/dangling.log")
    os.symlink("/dev/zero", place + "/box/mail.log")
    os.symlink("/etc", place + "/box/etc")
    run = stage.report(place + "/box").reconciles()
    equal(run.report["messages"]["accepted"], 20, "messages")
    check(sum(k == "skipped-link" for k in (p["kind"] for p in run.problems(True))) >= 4, "links not told",
          run.kinds(True))
    named = stage.report(place + "/box/@400000006af2272c17b3bbd8.s").reconciles()
    equal(named.report["messages"]["accepted"], 30, "messages through the named link")


@case
def a_path_longer_than_the_system_takes_is_read_whether_named_or_walked(stage):
    place = stage.place("deep")
    names = ["d" * 120] * 40
    at = os.open(place, os.O_RDONLY)
    for name in names:
        os.mkdir(name, dir_fd=at)
        below = os.open(name, os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = below
    for name in ("current", "a.gz"):
        fd = os.open(name, os.O_WRONLY | os.O_CREAT, 0o600, dir_fd=at)
        with open(fd, "wb") as f:
            f.write(multilog(20) if name == "current" else packed(multilog(20, 500)))
    os.close(at)
    deep = "/".join([place, *names])
    try:
        for path, messages in ((place, 40), (deep, 40), (deep + "/current", 20)):
            equal(stage.report(path).exited(0).reconciles().report["messages"]["accepted"], messages, "messages")
            code, _, err = stage.child(["inspect", path])
            equal(code, 0, "exit of inspect", err)
    finally:
        shutil.rmtree(place + "/" + names[0])


@case
def folders_nested_beyond_the_limit_are_said_and_the_others_read(stage):
    place = stage.place("nested")
    write(place + "/current", multilog(20))
    os.makedirs(place + "/d" * 230)
    run = stage.report(place).exited(1).reconciles()
    check("folders nested too deep" in run.err.decode(), "not said", run.said())
    equal(run.report["messages"]["accepted"], 20, "messages")


@case
def pipes_sockets_and_devices_are_skipped_without_waiting(stage):
    place = stage.place("special")
    write(place + "/box/current", multilog(20))
    os.mkfifo(place + "/box/mail.log")
    ear = socket.socket(socket.AF_UNIX)
    here = os.getcwd()
    os.chdir(place + "/box")
    try:
        ear.bind("maillog")
    finally:
        os.chdir(here)
    run = stage.report(place + "/box", limit=20).reconciles()
    ear.close()
    equal(run.report["messages"]["accepted"], 20, "messages")
    check(sum(p["kind"] == "skipped-special" for p in run.problems(True)) == 2, "not told", run.kinds(True))
    for path in (place + "/box/mail.log", "/dev/zero", "/dev/full"):
        stage.report(path, limit=20).exited(3)


@case
def a_file_that_grows_while_it_is_read_is_not_read_past_what_was_seen(stage):
    place = stage.place("grows")
    path = write(place + "/box/current", multilog(2000))
    code = ("import sys,time\nwith open(sys.argv[1],'ab') as f:\n for i in range(400):\n"
            "  f.write(open(sys.argv[2],'rb').read()); f.flush(); time.sleep(0.001)")
    more = write(place + "/more", multilog(3, 3000))
    child = subprocess.Popen(["/usr/bin/python3", "-c", code, path, more])
    try:
        run = stage.report(path, limit=30)
    finally:
        child.wait()
    check(run.code in (0, 1), run.said())
    run.reconciles()
    check(run.report["messages"]["accepted"] >= 2000, "messages", run.report["messages"])
    read = run.source("current")["bytes"]
    with open(path, "rb") as f:
        equal(len(f.read(read)), read, "bytes read of it")
