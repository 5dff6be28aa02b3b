"""Plan, scan and merge: the report of shards read apart is the report of one process, byte for byte; what does not fit is
refused by name and reason, and nothing is written."""
import hashlib
import os
import random
import re
import shutil
import signal
import struct
import subprocess
import time
import zlib

from evidence import multilog
from sameness import same, tar_of_folder, zip_of_folder
from stage import CALM, OUTPUTS, case, check, equal, slow, write

MAGIC = {b"PMPLAN\r\n", b"PMPART\r\n"}


def done(stage, arguments, code=0):
    """One run that must end with code; its standard output and error."""
    have, out, err = stage.child(arguments)
    check(not re.search(rb"Sanitizer|runtime error:", err), err.decode(errors="replace")[-1500:])
    equal(have, code, "exit code of", arguments[:4], err.decode(errors="replace")[-600:])
    check(not re.search(rb"[\x00-\x09\x0b-\x1f\x7f]", err), "control byte on stderr:", err[-400:])
    return out.decode(), err.decode()


FILES = 45000  # less than a file of samples/qmail, and not so much less that it is cut


def planned(stage, place, paths, options=(), shard_bytes=20000):
    plan = os.path.join(place, "case.plan")
    code, out, err = stage.child(["inspect", *paths, "--plan", plan, "--shard-bytes", str(shard_bytes), "-q", *options])
    check(code in (0, 3), "inspect --plan:", code, err[-600:])
    return plan, int(re.search(rb" (\d+) shards\n\Z", out).group(1))


def scanned(stage, place, plan, shards, stem="part"):
    parts = [os.path.join(place, f"{shard}.{stem}") for shard in shards]
    for shard, part in zip(shards, parts):
        done(stage, ["scan", "--plan", plan, "--shard", str(shard), "-o", part])
    return parts


def merged_again(stage, plan, parts, folder, at_merge, err):
    """Go on with the plan that a merge wrote: the partial files that it can take, and those of the shards it asked for."""
    runs = [run.split(b"-") for run in re.search(rb"scan of its shards ([0-9, -]+)", err).group(1).split(b", ")]
    again = [n for run in runs for n in range(int(run[0]), int(run[-1]) + 1)]
    new = scanned(stage, os.path.dirname(plan), plan, again, os.path.basename(plan))
    kept = []
    for part in parts:  # those of shards that stayed as they were are still good
        _, _, said = stage.child(["merge", "--plan", plan, part, "-o", folder])
        if b"another plan" not in said:
            kept.append(part)
    return kept + new


def scattered(stage, paths, options=(), at_merge=(), shard_bytes=20000, code=0, seed=1, told=None):
    """Plan, scan in random order, merge in another; the folder of the report and the shards there were.  told: what the
    merges said that asked for another plan."""
    place = stage.place("scattered")
    plan, count = planned(stage, place, paths, options, shard_bytes)
    order = list(range(1, count + 1))
    random.Random(seed).shuffle(order)
    parts = scanned(stage, place, plan, order)
    random.Random(seed + 1).shuffle(parts)
    folder = os.path.join(place, "out")
    for turn in range(3):
        replan = f"{place}/new{turn}.plan"
        have, _, err = stage.child(["merge", "--plan", plan, *parts, "-o", folder, *at_merge, "--replan", replan])
        if have != 2 or b"go on with" not in err:
            break
        if told is not None:
            told.append(err.decode())
        plan, parts = replan, merged_again(stage, replan, parts, folder, at_merge, err)
    equal(have, code, "exit code of merge", err.decode(errors="replace")[-800:])
    return folder, parts


def files_of(folder):
    return {name: open(os.path.join(folder, name), "rb").read() for name in OUTPUTS}


def lawful(stage, paths, options=(), at_merge=(), shard_bytes=20000, seed=1):
    """report == plan + scan of every shard + merge; gives the sizes of the partial files."""
    run = stage.report(*paths, options=(*options, *at_merge))
    folder, parts = scattered(stage, paths, options, at_merge, shard_bytes, run.code, seed)
    same({name: run.file(name) for name in OUTPUTS}, files_of(folder), "scattered", paths[:2], options)
    return [os.path.getsize(part) for part in parts]


@case
def every_sample_read_in_shards_gives_the_report_of_one_process(stage):
    for seed, name in enumerate(("qmail", "maillog", "postfix", "sendmail", "exim", "epost", "damaged", "qmail.tar.gz", "maillog.tar.gz", "epost.zip", "")):
        check(len(lawful(stage, [stage.sample(name)], seed=seed)) >= 1, name)
    check(len(lawful(stage, [stage.sample("qmail")], shard_bytes=FILES)) == 3, "whole files")
    check(len(lawful(stage, [stage.sample("qmail")], shard_bytes=3000)) > 50, "pieces of 3,000 bytes")
    check(len(lawful(stage, [stage.sample("maillog")], shard_bytes=3000)) > 15, "pieces of 3,000 bytes over New Year")
    check(len(lawful(stage, [stage.sample("postfix")], shard_bytes=3000)) > 25, "pieces of 3,000 bytes, ids used again")
    check(len(lawful(stage, [stage.sample("epost")], shard_bytes=1)) > 60, "logs of days apart")


@case
def options_that_change_the_answer_travel_with_the_plan(stage):
    lawful(stage, [stage.sample("qmail")], ("--since", "2026-11-10", "--until", "2026-11-12", "--tz", "Asia/Tokyo"),
           ("--title", "a case", "--lang", "ja", "--top", "3", "--min-severity", "medium"))
    lawful(stage, [stage.sample("maillog")], ("--input-tz", "+09:00", "--year", "2026", "--queue-lifetime", "2d", "--stuck-age",
                                              "60", "--slowest", "7", "--max-line", "2000"), ("--fail-on", "low"))
    lawful(stage, [stage.sample("epost")], ("--no-hash", "--late-n", "3", "--host", "samples/epost=mx9"))


@case
def a_zone_that_stamps_print_travels_with_the_plan(stage):
    place = stage.place("template")
    text = "%s mx postfix/smtpd[7]: connect from client.example.net[192.0.2.9]\n"
    for name, stamp in (("mail.log.1", "Jan 20 18:00:00"), ("mail.log", "2026-01-20T18:30:00.125+09:00")):
        write(f"{place}/{name}", (text % stamp).encode() * 3)
    lawful(stage, [place])
    lawful(stage, [place], ("--since", "2026-01-20", "--until", "2026-01-21"))


@case
def corpora_of_every_kind_read_in_shards_give_the_report_of_one_process(stage):
    some = ("--messages", "4000", "--retry", "0.15", "--restarts", "3", "--seed", "52", "--domains", "40")
    log, _ = stage.simulate("multilog", *some, "--rotate", "90000", "--lose", "0.01")
    check(len(lawful(stage, [log], shard_bytes=70000, seed=3)) > 15, "too few shards")
    check(len(lawful(stage, [log], shard_bytes=50000, seed=8)) > 40, "too few pieces")
    check(1 < len(lawful(stage, [log], shard_bytes=900000, seed=4)) < 8, "shards of 900,000 bytes")
    weeks, _ = stage.simulate("syslog", *some, "--start", "2026-12-14T00:00:00+09:00", "--zone", "+09:00", "--days", "24",
                              "--rotate", "weekly")
    check(any(name.endswith(".gz") for name in os.listdir(weeks)), "no .gz over New Year")
    check(len(lawful(stage, [weeks], shard_bytes=70000, seed=5)) >= 4, "too few weeks")
    folder, _ = stage.simulate("epost", *some, "--days", "4")
    check(len(lawful(stage, [folder], seed=6)) >= 4, "too few days")
    check(len(lawful(stage, [folder], shard_bytes=2500000, seed=10)) in (2, 3), "some days together")
    place = stage.place("packed")
    write(place + "/a.tar.gz", tar_of_folder(log, "qmail"))
    write(place + "/b.zip", zip_of_folder(weeks, "maillog"))
    write(place + "/c.tar.gz", tar_of_folder(folder, "epost"))
    lawful(stage, [place], seed=7)


def epost_days(*days):
    """inlog and outlocallog of days: of each (id, hour) lists of what was accepted and what was delivered."""
    files = {}
    for number, (accepted, delivered) in enumerate(days):
        name, stamp = f"2611{20 + number}.log", f"{20 + number}/Nov/2026:%02d:10:00"
        files["inlog/" + name] = "".join(
            f"<B{i:010}@mx.example.jp> [{stamp % hour}] 192.0.2.10 mail.example.com alice@example.com tanaka@example.jp\n"
            for i, hour in accepted)
        files["outlocallog/" + name] = "".join(
            f"B{i:010}@mx.example.jp sent on [{stamp % hour}] to  example.jp from alice@example.com to tanaka@example.jp\n"
            for i, hour in delivered)
    return files


@case
def an_inlog_stands_apart_from_its_outlocallog_and_both_are_joined_by_merge(stage):
    folder, _ = stage.simulate("epost", "--messages", "4000", "--retry", "0.15", "--seed", "53", "--days", "3")
    day = os.path.getsize(folder + "/inlog/MAIL1/261118.log") + os.path.getsize(folder + "/inlog/MAIL2/261118.log")
    plan, count = planned(stage, stage.place("kinds"), [folder], shard_bytes=day)
    check(count >= 7 * 3, "kinds of three days:", count)
    parts = scanned(stage, os.path.dirname(plan), plan, range(1, count + 1))
    size = sum(os.path.getsize(os.path.join(at, name)) for at, _, names in os.walk(folder) for name in names)
    check(sum(map(os.path.getsize, parts)) < size * 0.15, "more than 15 % of the logs")
    lawful(stage, [folder], ("--since", "2026-11-17", "--tz", "+09:00", "--no-hash"), shard_bytes=day)
    place, told = stage.place("copies"), []
    for name in ("a", "b"):  # an earlier copy of the folder elsewhere
        shutil.copytree(stage.sample("epost"), f"{place}/{name}")
    for at, _, names in os.walk(place + "/b"):
        for name in names:
            data = open(os.path.join(at, name), "rb").read()
            write(os.path.join(at, name), data[:data.rindex(b"\n", 0, len(data) * 3 // 4 + 200) + 1])
    run = stage.report(place)
    merged, _ = scattered(stage, [place], code=run.code, told=told)
    same({name: run.file(name) for name in OUTPUTS}, files_of(merged), "copies of logs apart")
    check(len(told) == 1 and "overlap as copies" in told[0], told)


@case
def ids_used_again_over_midnight_are_noticed_by_merge_and_the_folder_is_read_in_one_shard(stage):
    for seed, (again, days) in enumerate((
            (False, epost_days(([(1, 9), (2, 23), (3, 23)], [(1, 9), (2, 23)]), ([(4, 1)], [(3, 1), (4, 2)]))),
            (False, epost_days(([(1, 9)], [(1, 9)]), ([(4, 12)], []), ([(1, 12)], [(1, 13), (4, 14)]))),
            (True, epost_days(([(1, 9), (2, 23)], [(1, 9)]), ([(2, 1)], [(2, 2), (2, 3)]))),
            (True, epost_days(([(1, 23)], [(1, 23)]), ([(1, 1)], [(1, 2)]))))):
        place = stage.place("again")
        for name, text in days.items():
            write(f"{place}/{name}", text.encode())
        run = stage.report(place)
        for shard_bytes, shards in ((250, 1), (1, 3)):  # whole days; every log apart
            told = []
            folder, parts = scattered(stage, [place], shard_bytes=shard_bytes, code=run.code, seed=seed, told=told)
            same({name: run.file(name) for name in OUTPUTS}, files_of(folder), "days apart", seed)
            equal(["used again" in t for t in told], [True] if again else [], "replans", seed, told)
            check(len(parts) == 1 if again else len(parts) >= shards, len(parts), "shards in the end")


@case
def one_syslog_over_new_year_is_cut_where_years_records_and_messages_go_on(stage):
    some = ("--messages", "3000", "--retry", "0.2", "--restarts", "2", "--seed", "77", "--start", "2026-12-20T00:00:00+09:00", "--zone",
            "+09:00", "--days", "24")
    log, _ = stage.simulate("syslog", *some)
    for seed, shard_bytes in enumerate((300000, 90000)):
        check(len(lawful(stage, [log], shard_bytes=shard_bytes, seed=seed)) > 3, "pieces of", shard_bytes)
    check(len(lawful(stage, [log], ("--no-hash", "--max-line", "1000"), shard_bytes=200000, seed=9)) > 3, "without hash")


@case
def overlapping_copies_are_found_at_the_merge_and_read_by_a_second_plan(stage):
    place = stage.place("copies")
    data = multilog(400).splitlines(keepends=True)
    write(place + "/box/@400000006af2272c17b3bbd8.s", b"".join(data[:1500]))
    write(place + "/box/current", b"".join(data[1300:]))
    write(place + "/other/current", multilog(60, 7))
    lawful(stage, [place])
    plan, count = planned(stage, stage.place("copies"), [place])
    parts = scanned(stage, os.path.dirname(plan), plan, range(1, count + 1))
    folder = os.path.dirname(plan) + "/out"
    _, err = done(stage, ["merge", "--plan", plan, *parts, "-o", folder], 2)
    check("--replan" in err and not os.path.exists(folder), err)
    for name in ("a", "b"):  # two machines of one name
        log, _ = stage.simulate("syslog", "--messages", "200", "--days", "2", "--seed", str(len(name) + ord(name)))
        with open(os.path.join(log, os.listdir(log)[0]), "rb") as f:
            write(f"{place}/named/{name}/maillog", f.read())
    lawful(stage, [place + "/named"])
    os.rename(place + "/named/b/maillog", place + "/named/b/syslog")
    lawful(stage, [place + "/named"])


@slow
@case
def one_large_log_or_folder_gives_the_same_report_however_many_threads_share_it(stage):
    for kind, options in (("multilog", ("--bytes", "30000000", "--restarts", "4")), ("epost", ("--bytes", "40000000", "--days", "4")),
                          ("syslog", ("--bytes", "30000000", "--days", "30", "--start", "2026-12-14T00:00:00+09:00", "--zone", "+09:00"))):
        log, _ = stage.simulate(kind, *options, "--retry", "0.15", "--lose", "0.01", "--seed", "91")
        one = stage.report(log, options=("-j1",)).exited(0)
        for jobs in ("-j2", "-j5"):
            run = stage.report(log, options=(jobs,)).exited(0)
            same({name: one.file(name) for name in OUTPUTS}, {name: run.file(name) for name in OUTPUTS}, kind, jobs)


@slow
@case
def a_partial_file_is_less_than_a_twentieth_of_its_log(stage):
    log, _ = stage.simulate("multilog", "--bytes", "60000000", "--domains", "1000", "--recipients", "1000000", "--retry", "0.12",
                            "--rotate", "20000000")
    sizes = lawful(stage, [log], shard_bytes=20000000)
    equal(len(sizes), 3, "shards")
    check(max(sizes) < 20000000 / 20, "bytes:", sizes)
    one, _ = stage.simulate("multilog", "--bytes", "60000000", "--domains", "1000", "--recipients", "1000000", "--retry", "0.12")
    sizes = lawful(stage, [one], shard_bytes=20000000)
    equal(len(sizes), 4, "pieces and the hash")
    check(max(sizes) < 20000000 / 20, "bytes:", sizes)


def unsealed(path):
    data = open(path, "rb").read()
    length = struct.unpack("<Q", data[12:20])[0]
    body = zlib.decompress(data[20:-32])
    check(data[:8] in MAGIC and len(body) == length, "frame of", path)
    check(hashlib.sha256(data[:20] + body).digest() == data[-32:], "seal of", path)
    return data[:12], body


def sealed(head, body):
    frame = head + struct.pack("<Q", len(body))
    return frame + zlib.compress(body, 1) + hashlib.sha256(frame + body).digest()


@case
def what_does_not_fit_is_refused_by_name_and_reason(stage):
    place = stage.place("unfit")
    plan, count = planned(stage, place, [stage.sample("qmail")], shard_bytes=FILES)
    parts = scanned(stage, place, plan, range(1, count + 1))
    other, _ = planned(stage, stage.place("other"), [stage.sample("maillog")])
    folder = place + "/out"

    def refused(*arguments, said):
        _, err = done(stage, ["merge", *arguments, "-o", folder], 2)
        for word in said:
            check(word in err, word, "is not in", err)
        check(not os.path.exists(folder), "something was written")

    data = open(parts[0], "rb").read()
    write(place + "/cut", data[:-40])
    write(place + "/flip", data[:200] + bytes([data[200] ^ 4]) + data[201:])
    write(place + "/empty", b"")
    write(place + "/old", data[:8] + b"\x63" + data[9:])
    head, body = unsealed(parts[0])
    at = body.index(b"FOLD") + 12 + 30
    write(place + "/otherwise", sealed(head, body[:at] + bytes([body[at] ^ 1]) + body[at + 1:]))
    refused("--plan", plan, *parts[1:], said=["1 of 3 shards did not come: scan 1"])
    refused("--plan", plan, parts[1], said=["2 of 3 shards did not come: scan 1, 3"])
    refused("--plan", plan, place + "/cut", *parts[1:], said=["/cut: is damaged or cut short"])
    refused("--plan", plan, place + "/flip", *parts[1:], said=["/flip: is damaged"])
    refused("--plan", plan, place + "/empty", *parts[1:], said=["/empty: is not a partial file"])
    refused("--plan", plan, place + "/old", *parts[1:], said=["/old: was written by another version"])
    refused("--plan", plan, *parts, place + "/absent", said=["/absent: cannot be opened"])
    refused("--plan", plan, *parts, plan, said=["is not a partial file"])
    refused("--plan", other, *parts, said=["1.part: belongs to another plan"])
    refused("--plan", parts[0], *parts, said=["1.part: is not a plan"])
    refused("--plan", plan, *parts, place + "/otherwise", said=["/otherwise: "])
    refused("--plan", place + "/otherwise", *parts, said=["is not a plan"])
    refused(*parts, said=["no --plan FILE"])
    done(stage, ["merge", "--plan", plan, *parts, *reversed(parts), parts[1], "-o", folder])
    same(files_of(stage.report(stage.sample("qmail")).folder), files_of(folder), "each partial file twice")
    done(stage, ["merge", "--plan", plan, *parts, "-o", folder], 2)


@case
def evidence_that_is_gone_or_another_gives_no_partial_file(stage):
    place = stage.place("gone")
    write(place + "/box/current", multilog(150))
    check(os.path.getsize(place + "/box/current") < 128 << 10, "its edges do not meet")
    write(place + "/case.tar.gz", tar_of_folder("samples/qmail", "qmail"))
    kept = stage.place("kept")
    plan, count = planned(stage, kept, [place], shard_bytes=1 << 20)
    whole = {n: open(place + "/" + n, "rb").read() for n in ("box/current", "case.tar.gz")}
    parts = scanned(stage, kept, plan, range(1, count + 1))

    def scan(code, *words):
        failed = 0
        for shard in range(1, count + 1):
            part = f"{kept}/again.{shard}"
            have, _, err = stage.child(["scan", "--plan", plan, "--shard", str(shard), "-o", part, "-f"])
            failed += have != 0
            check(have in (0, code) and os.path.exists(part) == (have == 0), "shard", shard, have, err)
            if have:
                for word in words:
                    check(word in err.decode(), word, "is not in", err)
            if os.path.exists(part):
                check(open(part, "rb").read() == open(parts[shard - 1], "rb").read(), "shard", shard, "differs")
                os.unlink(part)
        return failed

    equal(scan(2), 0, "untouched")
    for name, data in whole.items():
        path = place + "/" + name
        write(path, data[:-1])
        equal(scan(2, name, "when the plan was made"), 1, "cut", name)
        middle = len(data) // 2  # of plain files over 128 KiB scan sees the edges alone; the report's hash is of all of it
        write(path, data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1:])
        equal(scan(2, name, "than when the plan was made"), 1, "changed in the middle", name)
        os.unlink(path)
        equal(scan(2, name, "cannot be read"), 1, "gone", name)
        os.symlink("/dev/zero", path)
        equal(scan(2, name), 1, "a link", name)
        os.unlink(path)
        write(path, data)
        os.utime(path, (1, 1))
        equal(scan(2), 0, "a copy with another time", name)
    shutil.rmtree(place)
    done(stage, ["merge", "--plan", plan, *parts, "-o", kept + "/out"])  # without any evidence


def syslog_that_learns_late(lines):
    """A log whose zone is told by a few lines that no survey sees."""
    out = []
    for i in range(lines):
        at = time.strftime("%b %e %H:%M:%S", time.gmtime(1793998800 + i * 7))
        epoch = f"{1793998800 - 32400 + i * 7}.123456 " if lines // 4 < i < lines // 4 + 20 else ""
        out.append(f"{at} mx qmail: {epoch}new msg {i % 50}\n{at} mx qmail: end msg {i % 50}\n")
    return "".join(out).encode()


@case
def a_cut_where_the_survey_guessed_wrong_is_noticed_by_merge_and_read_whole_by_a_second_plan(stage):
    place, told = stage.place("late"), []
    write(place + "/maillog", syslog_that_learns_late(12000))
    write(place + "/qmail/current", multilog(400))
    run = stage.report(place)
    folder, _ = scattered(stage, [place], shard_bytes=300000, code=run.code, told=told)
    same({name: run.file(name) for name in OUTPUTS}, files_of(folder), "scattered")
    check(len(told) == 1 and "does not go on where the plan cuts it" in told[0], told)


def number(body, at):
    value = shift = 0
    while True:
        value |= (body[at] & 127) << shift
        shift, at = shift + 7, at + 1
        if body[at - 1] < 128:
            return value, at


def numbered(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out) + bytes([value])


def recut(plan, to, change):
    """The plan with the cuts of its first cut file changed: change gets and gives offsets."""
    head, body = unsealed(plan)
    start = body.index(b"SEAM") + 12
    files, at = number(body, start)
    check(files, "nothing is cut")
    source, at = number(body, at)
    count, at = number(body, at)
    rows = []
    for _ in range(count - 1):
        offset, at = number(body, at)
        length, at = number(body, at)
        rows.append((offset, body[at:at + length]))
        at += length
    new = numbered(files) + numbered(source) + numbered(count)
    for offset, (_, carry) in zip(change([offset for offset, _ in rows]), rows):
        new += numbered(offset) + numbered(len(carry)) + carry
    size = struct.unpack("<Q", body[start - 8:start])[0]
    section = new + body[at:start + size]
    write(to, sealed(head, body[:start - 8] + struct.pack("<Q", len(section)) + section + body[start + size:]))


@case
def a_plan_that_cuts_where_no_log_can_be_cut_is_refused_or_harms_nothing(stage):
    place = stage.place("recut")
    write(place + "/box/current", multilog(400))
    size = os.path.getsize(place + "/box/current")
    plan, count = planned(stage, place, [place + "/box"])
    check(count > 4, "too few pieces:", count)
    bad = place + "/bad.plan"
    for change in (lambda cuts: [*cuts[:-1], size], lambda cuts: [*cuts[:-1], size + 5], lambda cuts: [*cuts[:-1], 1 << 63],
                   lambda cuts: cuts[::-1], lambda cuts: [cuts[1], *cuts[1:]], lambda cuts: [0, *cuts[1:]]):
        recut(plan, bad, change)
        _, err = done(stage, ["scan", "--plan", bad, "--shard", "1", "-o", place + "/1"], 2)
        check("bad.plan: its parts do not fit together" in err, err)
    recut(plan, bad, lambda cuts: [cuts[0] + 1, *cuts[1:]])  # inside a line
    refused = 0
    for shard in range(1, count + 1):
        code, _, err = stage.child(["scan", "--plan", bad, "--shard", str(shard), "-o", place + "/1", "-f"])
        refused += code == 2
        check(code == 0 or b"box/current: no line ends at byte" in err, code, err)
    equal(refused, 2, "scans of the pieces beside that cut refused")
    data = open(place + "/box/current", "rb").read()
    recut(plan, bad, lambda cuts: [data.index(b"\n", cuts[0]) + 1, *cuts[1:]])  # the next line's end: another carry
    run = stage.report(place + "/box")
    parts = scanned(stage, place, bad, range(1, count + 1))
    _, err = done(stage, ["merge", "--plan", bad, *parts, "-o", place + "/out", "--replan", place + "/replan"], 2)
    check("does not go on where the plan cuts it" in err, err)
    parts = merged_again(stage, place + "/replan", parts, place + "/out", (), err.encode())
    done(stage, ["merge", "--plan", place + "/replan", *parts, "-o", place + "/out"], run.code)
    same({name: run.file(name) for name in OUTPUTS}, files_of(place + "/out"), "cut elsewhere")


@case
def a_log_that_changed_at_a_cut_gives_no_partial_file(stage):
    place = stage.place("moved")
    write(place + "/box/current", multilog(400))
    data = open(place + "/box/current", "rb").read()
    plan, count = planned(stage, place, [place + "/box"], shard_bytes=len(data) // 2)
    equal(count, 3, "two pieces and the hash")
    at = data.index(b"\n", len(data) // 2)
    write(place + "/box/current", data[:at] + b" " + data[at + 1:])
    refused = []
    for shard in range(1, count + 1):
        code, _, err = stage.child(["scan", "--plan", plan, "--shard", str(shard), "-o", f"{place}/{shard}.part"])
        refused.append(code == 2 and b"box/current: no line ends at byte %d" % (at + 1) in err)
    equal(sorted(refused), [False, True, True], "scans refused")


@case
def scan_and_plan_ask_before_they_replace_and_name_what_is_wrong(stage):
    place = stage.place("asks")
    plan, count = planned(stage, place, [stage.sample("qmail")], shard_bytes=FILES)
    before = open(plan, "rb").read()
    _, err = done(stage, ["inspect", stage.sample("maillog"), "--plan", plan], 2)
    check("exists already" in err and open(plan, "rb").read() == before, err)
    part = place + "/1.part"
    done(stage, ["scan", "--plan", plan, "--shard", "1", "-o", part])
    equal(os.stat(part).st_mode & 0o777, 0o600, "mode")
    done(stage, ["scan", "--plan", plan, "--shard", "1", "-o", part], 2)
    done(stage, ["scan", "--plan", plan, "--shard", "1", "-o", part, "-f"])
    for arguments, word in ((["--shard", "0", "-o", place + "/x"], "out of range"),
                            (["--shard", str(count + 1), "-o", place + "/x"], "has 3 shards"),
                            (["--shard", "1"], "-o PART"), (["-o", place + "/x"], "--shard"),
                            (["--shard", "1", "-o", place + "/x", "samples"], "takes no PATH")):
        _, err = done(stage, ["scan", "--plan", plan, *arguments], 2)
        check(word in err, word, "is not in", err)
    done(stage, ["scan", "--plan", plan, "--shard", "1", "-o", place + "/no/such/folder"], 4)
    done(stage, ["scan", "--plan", plan, "--shard", "1", "-o", plan, "-f"], 2)
    check(open(plan, "rb").read() == before, "the plan was replaced")
    box = stage.place("box")
    write(box + "/current", multilog(20))
    own = place + "/own.plan"
    for arguments in (["inspect", box, "--plan", box + "/current", "-f"], ["inspect", box, "--plan", own],
                      ["scan", "--plan", own, "--shard", "1", "-o", box + "/current", "-f"]):
        code, _, err = stage.child(arguments)
        check(code == 0 if arguments[3] == own else code == 2 and b"is evidence" in err, arguments, code, err)
    check(open(box + "/current", "rb").read() == multilog(20), "the evidence was replaced")
    os.unlink(own)
    done(stage, ["scan", "--plan", place + "/none", "--shard", "1", "-o", place + "/x"], 2)
    code, _, err = stage.child(["inspect", "-", "--plan", place + "/stdin.plan"], stdin=multilog(5))
    check(code == 2 and b"standard input" in err and not os.path.exists(place + "/stdin.plan"), err)
    equal(sorted(os.listdir(place)), ["1.part", "case.plan"], "left")


@case
def sealed_nonsense_never_crashes_plan_scan_or_merge(stage):
    place = stage.place("nonsense")
    plan, count = planned(stage, place, [stage.sample("qmail"), stage.sample("epost") + "/inlog"])
    parts = scanned(stage, place, plan, range(1, count + 1))
    numbers, written = random.Random(20261), 0
    for turn in range(80):
        victim = numbers.choice(parts + [plan])
        head, body = unsealed(victim)
        body = bytearray(body)
        for _ in range(numbers.choice((1, 1, 2, 5))):
            at = numbers.randrange(len(body))
            length = numbers.choice((1, 1, 2, 8))
            body[at:at + length] = numbers.choice((numbers.randbytes(length), b"\xff" * length, b"\0" * length))
        write(place + "/bad", sealed(head, bytes(body)))
        swapped = [place + "/bad" if p == victim else p for p in parts]
        with_plan = place + "/bad" if victim == plan else plan
        arguments = ["merge", "--plan", with_plan, *swapped, "-o", place + "/out", "-f", "-q"]
        if victim == plan and turn % 2:
            arguments = ["scan", "--plan", with_plan, "--shard", "1", "-o", place + "/out.part", "-f"]
        code, _, err = stage.child(arguments)
        check(code in (0, 1, 2, 3) and not re.search(rb"Sanitizer|runtime error:", err), code, turn,
              err.decode(errors="replace")[-1500:])
        written += code in (0, 1)
    check(written > 5, "nothing got through:", written)


@case
def a_scan_that_is_killed_leaves_no_partial_file_and_the_next_one_writes_it(stage):
    log, _ = stage.simulate("multilog", "--messages", "30000", "--seed", "9")
    place = stage.place("killed")
    plan, _ = planned(stage, place, [log])
    part = place + "/1.part"
    for number in (signal.SIGTERM, signal.SIGKILL):
        for delay in (0.005, 0.02, 0.05):
            child = subprocess.Popen([stage.program, "scan", "--plan", plan, "--shard", "1", "-o", part], cwd=place, env=CALM)
            time.sleep(delay)
            child.send_signal(number)
            code = child.wait()
            check(code in (0, -number, 128 + number), "exit", code)
            check(os.path.exists(part) == (code == 0), "part after", code)
            if number == signal.SIGTERM or code == 0:
                check(not os.path.exists(part + ".tmp"), "a temporary stayed")
            if os.path.exists(part):
                os.unlink(part)
    done(stage, ["scan", "--plan", plan, "--shard", "1", "-o", part])
    equal(sorted(os.listdir(place)), ["1.part", "case.plan"], "left")
