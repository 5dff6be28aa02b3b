"""The same evidence gives the same bytes: whatever the order of arguments, the threads, the locale, the day."""
import io
import os
import random
import shutil
import subprocess
import tarfile
import zipfile

from evidence import multilog, packed
from stage import OUTPUTS, case, check, equal, write


def all_files(run):
    return {name: run.file(name) for name in OUTPUTS}


def same(first, second, *told):
    for name in OUTPUTS:
        check(first[name] == second[name], name, "differs:", *told)


def sample_files(name):
    return sorted(os.path.join(path, n) for path, _, names in os.walk(os.path.join("samples", name)) for n in names)


@case
def twenty_orders_of_arguments_give_the_same_bytes(stage):
    files = sample_files("qmail") + sample_files("maillog") + sample_files("postfix") + sample_files("sendmail") + sample_files("exim") + sample_files("epost")[:40]
    first = all_files(stage.report(*files))
    for seed in range(20):
        order = files[:]
        random.Random(seed).shuffle(order)
        same(first, all_files(stage.report(*order)), "order", seed)


@case
def one_thread_two_and_sixteen_give_the_same_bytes(stage):
    for name in ("epost", "qmail.tar.gz", "maillog", "postfix", "sendmail", "exim", "damaged"):
        first = all_files(stage.report(stage.sample(name), options=("-j1",)))
        for jobs in ("-j2", "-j16"):
            same(first, all_files(stage.report(stage.sample(name), options=(jobs,))), name, jobs)


@case
def a_huge_file_among_small_ones_gives_the_same_bytes_for_any_number_of_threads(stage):
    place = stage.place("mixed")
    write(place + "/a/current", multilog(30000))
    for i in range(24):
        write(f"{place}/{i:02}/current", multilog(20, i))
    first = all_files(stage.report(place, options=("-j1",)))
    for jobs in ("-j2", "-j16"):
        same(first, all_files(stage.report(place, options=(jobs,))), jobs)


def locales_built(stage):
    """Turkish (i and I differ there), German and EUC-JP, made for this run: a locale that is not there changes nothing."""
    place = stage.place("locales")
    for name in ("tr_TR.UTF-8", "ja_JP.EUC-JP", "de_DE.UTF-8"):
        language, charset = name.split(".")
        subprocess.run(["localedef", "-i", language, "-f", charset, f"{place}/{name}"], stderr=subprocess.DEVNULL, check=False)
        told = subprocess.run(["locale", "charmap"], env={"LOCPATH": place, "LC_ALL": name, "PATH": os.environ["PATH"]},
                              stdout=subprocess.PIPE, check=True).stdout.decode()
        equal(told.strip(), charset, "the character set of", name)
    return place


@case
def the_locale_and_the_zone_of_the_machine_do_not_matter(stage):
    place = locales_built(stage)
    for name in ("qmail", "maillog", "postfix", "sendmail", "exim", "epost"):
        first = all_files(stage.report(stage.sample(name), options=("--lang", "ja")))
        for env in ({"LC_ALL": "tr_TR.UTF-8"}, {"LC_ALL": "C"}, {"LC_ALL": "ja_JP.EUC-JP"},
                    {"TZ": "America/New_York"}, {"LC_ALL": "de_DE.UTF-8", "TZ": "Asia/Tokyo", "LANG": "de_DE"}):
            env = {**env, "LOCPATH": place}
            same(first, all_files(stage.report(stage.sample(name), options=("--lang", "ja"), env=env)), name, env)


def workbook_but_its_date(data):
    """Its parts; docProps/core.xml holds the date that the file format demands."""
    with zipfile.ZipFile(io.BytesIO(data)) as z:
        return {name: z.read(name) for name in z.namelist() if name != "docProps/core.xml"}


@case
def the_day_of_the_run_does_not_matter_but_for_the_date_of_the_workbook(stage):
    first = stage.report(stage.sample("maillog"))
    for epoch in ("0", "1000000000", "1893456000"):
        run = stage.report(stage.sample("maillog"), env={"SOURCE_DATE_EPOCH": epoch})
        check(run.file("report.html") == first.file("report.html"), "report.html differs", epoch)
        equal(figures(run.report), figures(first.report), "report.json", epoch)
        check(workbook_but_its_date(run.file("report.xlsx")) == workbook_but_its_date(first.file("report.xlsx")),
              "report.xlsx differs in more than its date", epoch)


@case
def a_relative_period_follows_the_day_and_is_stored_absolute(stage):
    run = stage.report(stage.sample("qmail"), options=("--since", "-1d"), env={"SOURCE_DATE_EPOCH": "1794441600"})
    equal(run.exited(0).report["case"]["since"][:19], "2026-11-11T00:00:00", "case.since")
    absolute = stage.report(stage.sample("qmail"), options=("--since", "2026-11-11T00:00:00Z")).exited(0)
    equal(figures(run.report)["messages"], figures(absolute.report)["messages"], "messages")
    check(run.report["messages"]["accepted"] < 218, "nothing was filtered")


@case
def an_older_report_in_the_folder_does_not_change_the_new_one(stage):
    first = stage.report(stage.sample("qmail"))
    before = all_files(first)
    stage.report(stage.sample("maillog"), options=("-f",), folder=first.folder).exited(0)
    same(before, all_files(stage.report(stage.sample("qmail"), options=("-f",), folder=first.folder)), "after another")


PLACES = {"source", "input", "sources_ids"}
DROPPED = {"outputs", "tool"}


def figures(thing):
    """What a report says apart from where its evidence lay: all else must be equal."""
    if isinstance(thing, dict):
        if "schema" in thing and "evidence" in thing:
            evidence = thing["evidence"]
            thing = {k: v for k, v in thing.items() if k not in DROPPED}
            thing["case"] = {k: v for k, v in thing["case"].items() if k != "options"}
            thing["evidence"] = {"lines": evidence["totals"]["lines"], "bytes": evidence["totals"]["bytes"],
                                 "gaps": evidence["gaps"], "coverage": evidence["coverage"],
                                 "contents": sorted((s["sha256"] or "", sorted(s["lines"].items()), s["first"] or "",
                                                     s["last"] or "", s["framing"] or "", s["host"] or "")
                                                    for s in evidence["sources"])}
        return {k: figures(v) for k, v in thing.items() if k not in PLACES}
    if isinstance(thing, list):
        return [figures(v) for v in thing]
    return thing


def first_difference(a, b, path=""):
    if type(a) is not type(b):
        return f"{path}: {a!r} != {b!r}"
    if isinstance(a, dict):
        for key in sorted(set(a) | set(b)):
            if a.get(key) != b.get(key):
                return first_difference(a.get(key), b.get(key), f"{path}.{key}")
    if isinstance(a, list):
        if len(a) != len(b):
            return f"{path}: {len(a)} rows, {len(b)} rows"
        for i, (x, y) in enumerate(zip(a, b)):
            if x != y:
                return first_difference(x, y, f"{path}[{i}]")
    return None if a == b else f"{path}: {str(a)[:200]!r} != {str(b)[:200]!r}"


def tar_of_folder(folder, name):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz", format=tarfile.GNU_FORMAT) as t:
        t.add(folder, arcname=name)
    return out.getvalue()


def zip_of_folder(folder, name):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for path, _, names in os.walk(folder):
            for n in sorted(names, reverse=True):
                full = os.path.join(path, n)
                z.write(full, os.path.join(name, os.path.relpath(full, folder)))
    return out.getvalue()


@case
def a_folder_and_its_tar_and_its_zip_give_equal_figures(stage):
    for name in ("qmail", "maillog", "postfix", "sendmail", "exim", "epost"):
        place = stage.place("packed")
        shutil.copytree(os.path.join("samples", name), os.path.join(place, name))
        first = figures(stage.report(os.path.join(place, name)).exited(0).report)
        write(place + "/case.tar.gz", tar_of_folder(os.path.join("samples", name), name))
        write(place + "/case.zip", zip_of_folder(os.path.join("samples", name), name))
        for archive in ("case.tar.gz", "case.zip"):
            fault = first_difference(first, figures(stage.report(os.path.join(place, archive)).exited(0).report))
            check(not fault, name, archive, fault)


@case
def the_same_log_compressed_in_four_ways_gives_equal_figures(stage):
    import bz2
    import lzma
    import subprocess

    data = multilog(300)
    zstd = subprocess.run(["zstd", "-qc"], input=data, stdout=subprocess.PIPE, check=True).stdout
    ways = {"current": data, "current.gz": packed(data), "current.bz2": bz2.compress(data),
            "current.xz": lzma.compress(data), "current.zst": zstd}
    told = []
    for name, form in ways.items():
        place = stage.place("form")
        write(f"{place}/box/{name}", form)
        told.append(figures(stage.report(f"{place}/box", options=("--title", "x")).exited(0).report))
    for name, report in zip(ways, told):
        check(not first_difference(told[0], report), name, first_difference(told[0], report))


@case
def the_same_file_given_twice_counts_once_and_is_listed(stage):
    place = stage.place("twice")
    write(place + "/one/current", multilog(50))
    shutil.copytree(place + "/one", place + "/two")
    run = stage.report(place).reconciles().recounts(place)
    equal(run.code, 0, "exit", run.said())
    report = run.report
    equal(report["messages"]["accepted"], 50, "messages")
    equal(sorted(s["status"] for s in report["evidence"]["sources"]), ["duplicate", "ok"], "statuses")
    equal(report["evidence"]["totals"]["lines"]["duplicate"], 350, "duplicate lines")
    once = stage.report(place + "/one/current", place + "/one/current").reconciles()
    equal(once.report["messages"]["accepted"], 50, "messages of one path named twice")


@case
def a_gz_beside_its_plain_file_counts_once_and_both_are_listed(stage):
    place = stage.place("beside")
    data = multilog(60)
    write(place + "/current", data)
    write(place + "/@400000006af2272c17b3bbd8.s.gz", packed(data))
    run = stage.report(place).exited(0).reconciles().recounts(place)
    equal(run.report["messages"]["accepted"], 60, "messages")
    equal(len(run.report["evidence"]["sources"]), 2, "sources")
    equal(sorted(s["status"] for s in run.report["evidence"]["sources"]), ["duplicate", "ok"], "statuses")
