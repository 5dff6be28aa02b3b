"""Archives as they really arrive: lying, cut, nested, hostile."""
import io
import os
import struct
import subprocess
import tarfile
import zipfile
import zlib

from evidence import multilog, packed, tai64n, tar_entry, tar_header, tar_of, zip_entry, zip_of, FIRST
from stage import case, check, equal, write

LOG = multilog(100)


def boxed(stage, name, data):
    place = stage.place("archive")
    return write(f"{place}/{name}", data), place


@case
def entry_names_that_climb_are_labels_and_nothing_is_made_on_disk(stage):
    names = [b"../../../tmp/e2e-escape/current", b"/tmp/e2e-escape/current", b"C:\\temp\\e2e-escape\\current",
             b"..\\..\\e2e-escape\\current", b"a/../../../e2e-escape/current"]
    parts = [multilog(10, 100 * i) for i in range(len(names))]
    for name, data in (("climb.zip", zip_of([zip_entry(n, d) for n, d in zip(names, parts)])),
                       ("climb.tar", tar_of(*[tar_entry(n, d) for n, d in zip(names, parts)]))):
        path, place = boxed(stage, name, data)
        run = stage.report(path).reconciles()
        if name == "climb.tar":
            run.recounts(place)  # in a zip from DOS a backslash is read as a slash; the second reader knows the raw name
        equal(run.report["messages"]["accepted"], 50, name)
        for folder in ("/tmp/e2e-escape", "/e2e-escape", place + "/e2e-escape"):
            check(not os.path.exists(folder), folder, "was made")
        equal(sorted(os.listdir(place)), [name], "files beside the archive")


@case
def a_zip_bomb_is_limited_and_the_good_entry_beside_it_is_read(stage):
    machine, zeros = zlib.compressobj(9, zlib.DEFLATED, -15), bytes(1 << 20)
    bomb = b"".join(machine.compress(zeros) for _ in range(200)) + machine.flush()
    entries = [zip_entry(b"logs/mail.log", b"", crc=0, size=200 << 20, method=8, stored=bomb),
               zip_entry(b"box/current", LOG)]
    path, place = boxed(stage, "bomb.zip", zip_of(entries))
    peak, run = stage.peak(path, options=("--max-ratio", "100", "-j1"))
    run.exited(1).reconciles().warned("ratio-limit", "bomb.zip")
    equal(run.report["messages"]["accepted"], 100, "messages")
    check(peak < 64 << 20, "peak", peak)


@case
def overlapping_entries_do_not_multiply_and_are_said(stage):
    local, record = zip_entry(b"box/current", LOG)
    central = b"".join(record(0).replace(b"box/current", b"bo%d/current" % (i % 10)) for i in range(20))
    end = struct.pack("<HHHHIIH", 0, 0, 20, 20, len(central), len(local), 0)
    path, place = boxed(stage, "overlap.zip", local + central + b"PK\x05\x06" + end)
    run = stage.report(path).exited(1).reconciles()
    equal(run.report["messages"]["accepted"], 100, "messages")
    run.warned("entries-missing|archive-damaged", "overlap.zip")


@case
def an_encrypted_entry_is_named_and_the_others_are_read(stage):
    entries = [zip_entry(b"a/current", LOG), zip_entry(b"b/current", multilog(30, 500), flags=1),
               zip_entry(b"c/current", multilog(20, 900))]
    path, place = boxed(stage, "locked.zip", zip_of(entries))
    run = stage.report(path).exited(1).reconciles().recounts(place)
    run.warned("entry-encrypted", "locked.zip!b/current")
    equal(run.report["messages"]["accepted"], 120, "messages")
    equal(run.source("b/current")["status"], "encrypted", "status")


@case
def an_entry_with_a_wrong_checksum_is_kept_and_said(stage):
    entries = [zip_entry(b"a/current", LOG, crc=1), zip_entry(b"b/current", multilog(20, 900))]
    path, place = boxed(stage, "crc.zip", zip_of(entries))
    run = stage.report(path).exited(1).reconciles()
    run.warned("entry-damaged", "crc.zip!a/current")
    equal(run.report["messages"]["accepted"], 120, "messages")
    equal(run.source("a/current")["lines"]["read"], 700, "lines kept")


@case
def an_entry_that_lies_about_its_size_is_kept_and_said(stage):
    entries = [zip_entry(b"a/current", LOG, size=10 * len(LOG)), zip_entry(b"b/current", multilog(20, 900))]
    path, _ = boxed(stage, "size.zip", zip_of(entries))
    run = stage.report(path).exited(1).reconciles()
    check([p for p in run.problems() if "size.zip" in run.path_of(p)], "nothing said", run.kinds())
    check(run.report["messages"]["accepted"] >= 120, "messages", run.report["messages"])


@case
def entries_of_one_name_are_both_read(stage):
    for name, data in (("twins.zip", zip_of([zip_entry(b"box/current", LOG),
                                             zip_entry(b"box/current", multilog(40, 300))])),
                       ("twins.tar", tar_of(tar_entry(b"box/current", LOG),
                                            tar_entry(b"box/current", multilog(40, 300))))):
        path, place = boxed(stage, name, data)
        run = stage.report(path).exited(0).reconciles().recounts(place)
        equal(run.report["messages"]["accepted"], 140, name)


@case
def a_zip_without_its_directory_gives_its_whole_entries(stage):
    entries = [zip_entry(b"a/current", LOG), zip_entry(b"b/current", multilog(20, 900))]
    path, _ = boxed(stage, "headless.zip", zip_of(entries, directory=False))
    run = stage.report(path).exited(1).reconciles()
    equal(run.report["messages"]["accepted"], 120, "messages")
    check([p for p in run.problems() if "headless.zip" in run.path_of(p)], "nothing said")


@case
def links_and_devices_in_archives_are_counted_and_never_followed(stage):
    data = tar_of(tar_header(b"mail.log", 0, b"2", b"/etc/passwd"), tar_header(b"maillog", 0, b"1", b"box/current"),
                  tar_header(b"null", 0, b"3"), tar_header(b"pipe.log", 0, b"6"), tar_entry(b"box/current", LOG))
    path, place = boxed(stage, "links.tar", data)
    run = stage.report(path).reconciles().recounts(place)
    check(run.code in (0, 1), run.said())
    equal(run.report["messages"]["accepted"], 100, "messages")
    kinds = [p["kind"] for p in run.problems(True)]
    check("entry-link" in kinds and "entry-special" in kinds, "not told", kinds)
    check(b"root:" not in run.file("report.json"), "a link was followed")


@case
def a_truncated_tar_keeps_what_is_before_the_cut(stage):
    data = tar_of(tar_entry(b"a/current", LOG), tar_entry(b"b/current", multilog(100, 300)))
    cut = data[: 512 + len(LOG) + (-len(LOG) % 512) + 512 + len(LOG) // 2]
    for name, form in (("cut.tar", cut), ("cut.tar.gz", packed(cut)), ("cut.tgz", packed(data)[:-300])):
        path, place = boxed(stage, name, form)
        run = stage.report(path).exited(1).reconciles()
        check(run.report["messages"]["accepted"] > 120, name, run.report["messages"])
        check([p for p in run.problems() if name in run.path_of(p)], "nothing said")


@case
def a_bad_header_in_a_tar_does_not_cost_the_entries_after_it(stage):
    data = tar_of(tar_entry(b"a/current", LOG), tar_entry(b"b/current", multilog(10, 300), bad=True),
                  tar_entry(b"c/current", multilog(50, 600)))
    path, _ = boxed(stage, "header.tar", data)
    run = stage.report(path).exited(1).reconciles()
    run.warned("archive-damaged", "header.tar")
    check(run.report["messages"]["accepted"] >= 150, "messages", run.report["messages"])


@case
def an_entry_of_2_to_the_62_bytes_allocates_nothing(stage):
    head = bytearray(tar_header(b"a/current", 0))
    head[124:136] = b"\x80\0\0\0" + (1 << 62).to_bytes(8, "big")
    head[148:156] = b" " * 8
    head[148:156] = f"{sum(head):06o}\0 ".encode()
    path, _ = boxed(stage, "huge.tar", bytes(head) + LOG)
    run = stage.report(path).exited(1).reconciles()
    check([p for p in run.problems() if "huge.tar" in run.path_of(p)], "nothing said")


def nested(levels):
    data, name = LOG, b"box/current"
    for i in range(levels):
        if i % 2:
            out = io.BytesIO()
            with tarfile.open(fileobj=out, mode="w") as t:
                info = tarfile.TarInfo(name.decode())
                info.size = len(data)
                t.addfile(info, io.BytesIO(data))
            data, name = out.getvalue(), b"n%d.tar" % i
        else:
            data, name = zip_of([zip_entry(name, data)]), b"n%d.zip" % i
    return data


@case
def nested_archives_are_read_to_the_limit_which_names_the_chain(stage):
    path, place = boxed(stage, "three.zip", nested(3))
    run = stage.report(path).exited(0).reconciles().recounts(place)
    equal(run.report["messages"]["accepted"], 100, "messages")
    equal(run.report["evidence"]["sources"][0]["path"].count("!"), 3, "containers in the path")
    path, place = boxed(stage, "nine.zip", nested(9))
    write(place + "/box/current", multilog(5))
    run = stage.report(place).exited(1).reconciles()
    problem = run.warned("depth-limit", "nine.zip")
    check("!" in run.path_of(problem), "no chain in", run.path_of(problem))


@case
def a_cut_7z_is_said_without_a_null(stage):
    place = stage.place("seven")
    write(place + "/in/box/current", LOG)
    subprocess.run(["7z", "a", "-bd", place + "/whole.7z", "box"], cwd=place + "/in", stdout=subprocess.DEVNULL,
                   check=True)
    equal(stage.report(place + "/whole.7z").exited(0).reconciles().report["messages"]["accepted"], 100, "messages")
    with open(place + "/whole.7z", "rb") as f:
        write(place + "/cut/case.7z", f.read()[:-40])
    write(place + "/cut/box/current", multilog(5))
    run = stage.report(place + "/cut").exited(1).reconciles()
    check("(null)" not in run.err.decode(), run.said())
    check([p for p in run.problems() if "case.7z" in run.path_of(p)], "nothing said", run.said())


@case
def a_log_that_looks_like_an_mtree_is_read_as_a_log(stage):
    for head in (b"#mtree\n", b"#mtree v1.0\n/set type=file uid=0\n./a type=file size=3\n", b"WARC/1.0\r\n"):
        path, place = boxed(stage, "current", head + LOG)
        run = stage.report(path).reconciles().recounts(place)
        equal(run.report["messages"]["accepted"], 100, head)


@case
def a_million_byte_path_is_bounded(stage):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as t:
        info = tarfile.TarInfo("d/" * 300000 + "current")
        info.size = len(LOG)
        t.addfile(info, io.BytesIO(LOG))
        info = tarfile.TarInfo("box/current")
        info.size = len(LOG)
        t.addfile(info, io.BytesIO(LOG.replace(b"abe@", b"ebe@")))
    path, _ = boxed(stage, "long.tar", out.getvalue())
    run = stage.report(path).reconciles()
    check(run.code in (0, 1) and run.report["messages"]["accepted"] >= 100, run.said())
    check(len(run.err) < 100000, "stderr of", len(run.err), "bytes")
    check(len(run.file("report.html")) < 5 << 20, "HTML of", len(run.file("report.html")), "bytes")


@case
def eight_thousand_entries_are_read_in_linear_time_and_a_limit_is_said(stage):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        for i in range(8000):
            z.writestr(f"d{i:05}/current", f"{tai64n(FIRST + i)} status: local 0/10 remote {i % 20}/20\n")
    path, place = boxed(stage, "many.zip", out.getvalue())
    run = stage.report(path, limit=60).exited(0).reconciles()
    equal(run.report["evidence"]["totals"]["lines"]["read"], 8000, "lines")
    run = stage.report(path, options=("--max-entries", "100"), limit=60).exited(1).reconciles()
    run.warned("entry-limit", "many.zip")


@case
def a_tar_of_gzipped_logs_with_one_cut_says_which(stage):
    good, bad = packed(LOG), packed(multilog(100, 300))
    data = tar_of(tar_entry(b"box/@400000006af2272c17b3bbd8.s.gz", good), tar_entry(b"box/current.gz", bad[:-600]))
    path, place = boxed(stage, "case.tar", data)
    run = stage.report(path).exited(1).reconciles().recounts(place)
    run.warned("gzip-truncated", "case.tar!box/current.gz")
    check(run.report["messages"]["accepted"] > 100, "messages")
