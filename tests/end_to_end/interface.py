"""The command line as cli.md promises it: what is refused, what is written, which exit code."""
import io
import json
import os
import re
import stat
import subprocess
import zipfile

from evidence import FIRST, joined, multilog, tai64n
from stage import CALM, OUTPUTS, ROOT, case, check, equal, write


def box(stage, messages=40):
    place = stage.place("box")
    write(place + "/box/current", multilog(messages))
    return place + "/box"


def untouched(folder):
    return {n: (os.stat(os.path.join(folder, n)).st_ino, open(os.path.join(folder, n), "rb").read())
            for n in sorted(os.listdir(folder))}


@case
def wrong_usage_exits_2_and_writes_nothing(stage):
    wrong = (["--nonsense"], ["-Z"], ["--tz"], ["--tz", "Nowhere/City"], ["--since", "soon"], ["--until", "2026-13-01"],
             ["--lang", "fr"], ["--lang", "ja,ja"], ["-j", "0"], ["-j", "many"], ["--top", "-1"], ["--fail-on", "awful"],
             ["--force=yes"], ["--queue-lifetime", "0"], ["--input-tz", "x=Nowhere"], ["--year", "99999"],
             ["--max-line", "1"], ["--progress", "often"], ["-c", "/nowhere/at/all"], ["--host", "x"], ["-o", ""],
             ["--late-p95", "x"], ["--top", "18446744073709551617"])
    for given in wrong:
        run = stage.report("samples/qmail", options=given).exited(2)
        equal(run.files(), [], "files after", given)
        check(run.err.startswith(b"postmortem: ") and run.out == b"", "what was said about", given, run.said())
    for given in (["report"], [], ["nonsense"], ["report", "-o", stage.folder + "/nothing"]):
        code, _, err = stage.child(given)
        equal(code, 2, "exit of", given)
        check(err, "nothing said about", given)
    check(not os.path.exists(stage.folder + "/nothing"), "a folder was made")


@case
def help_and_version_tell_and_exit_0(stage):
    for given in (["--help"], ["report", "--help"], ["inspect", "--help"], ["--version"], ["report", "-h"]):
        code, out, err = stage.child(given)
        equal((code, err), (0, b""), given)
        check(len(out) > 40, "little said by", given)
    check(re.search(rb"libarchive \d.*\n.*openssl \d", stage.child(["--version"])[1], re.S), "library versions")


@case
def an_existing_report_is_refused_without_force_and_stays_as_it_was(stage):
    path = box(stage)
    first = stage.report(path).exited(0)
    before = untouched(first.folder)
    again = stage.report(path, "samples/qmail", folder=first.folder).exited(2)
    check(b"report" in again.err, again.said())
    equal(untouched(first.folder), before, "the old report")
    for name in OUTPUTS:
        alone = stage.place("alone")
        write(alone + "/" + name, b"mine")
        stage.report(path, folder=alone).exited(2)
        equal(os.listdir(alone), [name], "files")
        equal(open(alone + "/" + name, "rb").read(), b"mine", name)
    stage.report(path, options=("-f",), folder=first.folder).exited(0).reconciles()


@case
def force_leaves_foreign_files_alone(stage):
    path, out = box(stage), stage.place("out")
    write(out + "/notes.txt", b"mine")
    run = stage.report(path, options=("-f",), folder=out).exited(0)
    equal(run.files(), sorted(["notes.txt", *OUTPUTS]), "files")


@case
def files_are_readable_by_the_owner_only(stage):
    run = stage.report(box(stage), before=lambda: os.umask(0)).exited(0)
    for name in OUTPUTS:
        equal(oct(stat.S_IMODE(os.stat(os.path.join(run.folder, name)).st_mode)), "0o600", name)
    equal(oct(stat.S_IMODE(os.stat(run.folder).st_mode)), "0o700", "the folder")


@case
def nothing_usable_exits_3_and_writes_nothing_unless_allowed(stage):
    place = stage.place("nothing")
    write(place + "/README", b"hello\n")
    write(place + "/mail.log", b"")
    os.makedirs(place + "/bare")
    for path in (place, place + "/mail.log", place + "/bare", place + "/not there"):
        run = stage.report(path).exited(3)
        equal(run.files(), [], "files")
        check(run.err, "nothing said")
        allowed = stage.report(path, options=("--allow-empty",)).exited(1).reconciles()
        equal(allowed.files(), sorted(OUTPUTS), "files")
        check(not allowed.report["messages"] or not allowed.report["messages"].get("accepted"), "messages of nothing")


@case
def fail_on_turns_findings_into_exit_5(stage):
    run = stage.report("samples/qmail").exited(0)
    worst = run.report["findings"][0]["severity"]
    check(worst == "medium", "the sample's worst finding is", worst)
    stage.report("samples/qmail", options=("--fail-on", "medium")).exited(5).reconciles()
    stage.report("samples/qmail", options=("--fail-on", "high")).exited(0)
    stage.report("samples/damaged", options=("--fail-on", "medium")).exited(5)
    stage.report("samples/damaged", options=("--fail-on", "critical")).exited(1)


@case
def the_output_folder_inside_the_evidence_is_left_out_of_the_walk(stage):
    place = os.path.dirname(box(stage))
    first = stage.report(place, folder=place + "/box/report").exited(0)
    equal(len(first.report["evidence"]["inputs"]), 1, "inputs")
    again = stage.report(place, folder=place + "/box/report", options=("-f",)).exited(0)
    equal([i["path"] for i in again.report["evidence"]["inputs"]], [place + "/box/current"], "inputs of the second run")
    equal(again.report["outputs"], first.report["outputs"], "outputs")


@case
def an_output_that_is_an_input_is_refused(stage):
    place = stage.place("same")
    data = multilog(30)
    for name in OUTPUTS:
        path = write(f"{place}/{name}.d/{name}", data)
        stage.report(path, folder=os.path.dirname(path), options=("-f",)).exited(2)
        equal(open(path, "rb").read(), data, "the evidence")
        equal(os.listdir(os.path.dirname(path)), [name], "files")
        linked = stage.place("linked")
        os.link(path, linked + "/" + name)
        stage.report(path, folder=linked, options=("-f",)).exited(2)
        equal(open(path, "rb").read(), data, "the evidence through a second name")
    path = write(place + "/current", data)
    run = stage.report(path, folder=path)
    equal(run.code, 2, "exit where -o is the evidence itself", run.said())
    equal(open(path, "rb").read(), data, "the evidence")


@case
def a_folder_that_is_a_link_is_refused(stage):
    place = stage.place("link")
    os.makedirs(place + "/real")
    os.symlink("real", place + "/out")
    stage.report(box(stage), folder=place + "/out").exited(2)
    equal(os.listdir(place + "/real"), [], "files behind the link")


@case
def an_unknown_key_of_a_config_file_is_told_with_its_line(stage):
    path = box(stage)
    config = write(os.path.dirname(path) + "/case.conf", b"# case 7\ntitle = Case 7\n\nnonsense = 1\n")
    run = stage.report(path, options=("-c", config)).exited(2)
    check(b"line 4" in run.err and b"nonsense" in run.err and b"case.conf" in run.err, run.said())
    equal(run.files(), [], "files")
    write(config, b"title = Case 7\r\ntop = x\n")
    check(b"top" in stage.report(path, options=("-c", config)).exited(2).err, "the bad value is not named")


@case
def a_config_file_sets_options_and_the_command_line_wins(stage):
    path = box(stage)
    config = write(os.path.dirname(path) + "/case.conf", b"title = Case 7\nlang = ja\nlate-p95 = 7\nno-hash = no\n")
    run = stage.report(path, options=("-c", config)).exited(0)
    equal(run.report["case"]["title"], "Case 7", "title")
    check(b'lang="ja"' in run.file("report.html"), "language")
    run = stage.report(path, options=("--title", "Case 8", "-c", config)).exited(0)
    equal(run.report["case"]["title"], "Case 8", "title of the command line")
    equal(str(run.report["case"]["options"].get("late_p95") or run.report["case"]["options"].get("late-p95")), "7",
          "threshold told", run.report["case"]["options"])


@case
def since_and_until_filter_messages_and_the_sums_still_hold(stage):
    whole = stage.report("samples/qmail").report["messages"]["accepted"]
    cut, parts = "2026-11-10T12:00:00Z", []
    for options in (("--until", cut), ("--since", cut)):
        run = stage.report("samples/qmail", options=options).exited(0).reconciles().recounts("samples")
        parts.append(run.report["messages"]["accepted"])
        check(run.report["evidence"]["totals"]["lines"]["outside_period"] > 0, "no line outside the period")
        check(run.report["case"][options[0][2:]].startswith(cut[:19]), "case", run.report["case"])
    equal(sum(parts), whole, "messages before and after a moment", parts)
    check(all(parts), "one side is empty", parts)
    run = stage.report("samples/maillog", options=("--since", "2026-12-31", "--until", "2027-01-01"))
    run.exited(0).reconciles().recounts("samples")
    equal(run.report["case"]["since"][:19], "2026-12-30T15:00:00", "since, in UTC")
    equal(run.report["case"]["until"][:19], "2026-12-31T15:00:00", "until, the day left out")


@case
def the_depth_in_a_period_is_that_of_the_whole_log(stage):
    """Mail every ten minutes that waits for three hours: what came before the period stands in the queue when it begins."""
    lines = []
    for i in range(60):
        at, ident = FIRST + 600 * i, 4000 + i
        lines += [(at, f"new msg {ident}"), (at, f"info msg {ident}: bytes 1900 from <abe@example.jp> qp {20000 + i} uid 89"),
                  (at + 10800, f"starting delivery {i + 1}: msg {ident} to remote ito@example.com"),
                  (at + 10800, f"delivery {i + 1}: success: accepted/"), (at + 10800, f"end msg {ident}")]
    data = b"".join(joined(tai64n(at), " ", body, b"\n") for at, body in sorted(lines, key=lambda line: line[0]))
    path = write(stage.place("waits") + "/current", data)
    depth = lambda run: {row["time"]: row["depth"] for row in run.report["queue"]["depth"]}
    whole = depth(stage.report(path).exited(0).reconciles())
    bounds = [f"2026-11-24T{hour:02}:00:00Z" for hour in (8, 10)]
    run = stage.report(path, options=("--since", bounds[0], "--until", bounds[1])).exited(0).reconciles()
    inside = {time: n for time, n in whole.items() if bounds[0] <= time.replace(".000000", "") < bounds[1]}
    equal((run.report["queue"]["opening"], len(inside), depth(run)), (12, 120, inside), "opening, minutes, depth")
    check(b"limited to mail accepted from" in run.file("report.html"), "the page does not say that it is of a period")


@case
def a_period_outside_the_evidence_gives_no_messages(stage):
    run = stage.report("samples/qmail", options=("--since", "2030-01-01"))
    check(run.code in (0, 1, 3), run.said())
    if run.code != 3:
        run.reconciles()
        equal(run.report["messages"]["accepted"], 0, "messages")


@case
def a_period_in_which_nothing_lies_is_said_with_the_span_of_the_evidence(stage):
    row = "%s mx1 postfix/smtpd[7]: connect from client.example.net[192.0.2.9]\n"
    path = write(stage.place("outside") + "/mail.log", (row % "2026-11-03T09:00:00Z" + row % "2026-11-04T09:00:00.5Z").encode())
    for options in (("--since", "2030-01-01"), ("--until", "2026-11-03T08:00:00Z"), ("--since", "2026-11-03T10:00:00Z", "--until", "2026-11-04")):
        run = stage.report(path, options=options).exited(3)
        equal(run.files(), [], "files")
        check(b"1 log was recognised" in run.err and b"from 2026-11-03T09:00:00.000000Z to 2026-11-04T09:00:00.500000Z" in run.err, run.err)
        check(b"no log was recognised" not in run.err, run.err)
    check(b"3 logs were recognised" in stage.report("samples/qmail", options=("--since", "2030-01-01")).exited(3).err, "three logs")
    check(b"no log was recognised" in stage.report(write(stage.place("outside") + "/mail.log", b""), options=options).exited(3).err, "no log")


@case
def two_languages_write_both_and_one_json(stage):
    run = stage.report("samples/qmail", options=("--lang", "ja,en")).exited(0).reconciles()
    equal(run.files(), ["report.en.html", "report.en.xlsx", "report.ja.html", "report.ja.xlsx", "report.json"], "files")
    check("滞留".encode() in run.file("report.ja.html") and "滞留".encode() not in run.file("report.en.html"), "languages")
    equal(sorted(o["path"] for o in run.report["outputs"]), run.files()[:-1], "outputs")
    one = stage.report("samples/qmail", options=("--lang", "ja")).exited(0)
    equal(one.files(), sorted(OUTPUTS), "files of one language")
    equal(one.file("report.html"), run.file("report.ja.html"), "the Japanese page")


@case
def the_workbooks_charts_lie_outside_the_rows_that_every_printed_page_repeats(stage):
    with zipfile.ZipFile(io.BytesIO(stage.report("samples/qmail").exited(0).file("report.xlsx"))) as book:
        names = book.read("xl/workbook.xml").decode()
        repeated = [int(n) for n in re.findall(r"Print_Titles[^<]*>[^<]*\$1:\$([0-9]+)<", names)]
        drawings = b"".join(book.read(n) for n in book.namelist() if n.startswith("xl/drawings/drawing")).decode()
        rows = [int(n) for n in re.findall(r"<xdr:from>.*?<xdr:row>([0-9]+)<", drawings, re.S)]
    check(repeated and rows and min(rows) >= max(repeated), "a chart begins within repeated rows", (repeated, rows))


@case
def the_outputs_are_named_with_their_true_hashes(stage):
    import hashlib
    run = stage.report("samples/maillog").exited(0)
    for output in run.report["outputs"]:
        data = run.file(output["path"])
        equal((output["bytes"], output["sha256"]), (len(data), hashlib.sha256(data).hexdigest()), output["path"])
    equal(sorted(o["path"] for o in run.report["outputs"]), ["report.html", "report.xlsx"], "outputs")


@case
def the_hashes_of_the_inputs_are_those_of_their_files(stage):
    import hashlib
    run = stage.report("samples/damaged", "samples/maillog.tar.gz", "samples/qmail")
    for given in run.report["evidence"]["inputs"]:
        if given["sha256"]:
            with open(os.path.join(ROOT, given["path"]), "rb") as f:
                equal(given["sha256"], hashlib.sha256(f.read()).hexdigest(), given["path"])
    unhashed = [i["path"] for i in run.report["evidence"]["inputs"] if not i["sha256"]]
    equal([p for p in unhashed if not p.endswith("empty.log")], [], "inputs without a hash")
    bare = stage.report("samples/qmail", options=("--no-hash",)).exited(0).reconciles()
    check(not any(i["sha256"] for i in bare.report["evidence"]["inputs"]), "hashes although --no-hash")


@case
def a_dash_reads_standard_input(stage):
    for data in (multilog(25), __import__("gzip").compress(multilog(25))):
        run = stage.report("-", stdin=data).exited(0).reconciles()
        equal(run.report["messages"]["accepted"], 25, "messages")
    stage.report("-", stdin=b"").exited(3)


@case
def two_dashes_end_the_options_and_options_may_follow_paths(stage):
    place = stage.place("dashes")
    write(place + "/-f", multilog(11))
    write(place + "/--title", multilog(5, 50))
    out = place + "/out"
    code, _, err = stage.child(["report", "-o", out, "--", "-f", "--title"], cwd=place)
    equal(code, 0, "exit", err)
    with open(out + "/report.json", encoding="utf-8") as f:
        equal(json.load(f)["messages"]["accepted"], 16, "messages")
    path = box(stage)
    folder = stage.place("after") + "/out"
    code, _, err = stage.child(["report", path, "-o", folder, "--title", "after"])
    equal(code, 0, "exit", err)
    with open(folder + "/report.json", encoding="utf-8") as f:
        equal(json.load(f)["case"]["title"], "after", "title")


@case
def success_is_quiet_and_verbose_says_one_line(stage):
    path = box(stage)
    run = stage.report(path).exited(0)
    equal((run.out, run.err), (b"", b""), "said")
    run = stage.report(path, options=("-v",)).exited(0)
    equal(run.err.count(b"\n"), 1, "lines", run.err)
    run = stage.report("samples/damaged", options=("-q",)).exited(1)
    equal(run.err, b"", "said under -q")


@case
def progress_as_json_is_one_object_a_line(stage):
    run = stage.report("samples/epost", options=("--progress", "json")).exited(0)
    rows = [json.loads(line) for line in run.err.splitlines()]
    check(rows and rows[-1]["done"] == rows[-1]["total"], "last row", rows[-1:])


@case
def missing_standard_descriptors_do_no_harm(stage):
    path, place = box(stage), stage.place("closed")
    for closed in ((0,), (1,), (2,), (0, 1, 2)):
        def before(closed=closed):
            for fd in closed:
                os.close(fd)
        folder = f"{place}/{len(closed)}{closed[0]}"
        done = subprocess.run([stage.program, "report", "-o", folder, path], cwd=ROOT, env=CALM, preexec_fn=before,
                              check=False, timeout=30)
        equal(done.returncode, 0, "exit with closed", closed)
        check(open(folder + "/report.json", "rb").read(10).startswith(b"{"), "report.json")


@case
def a_closed_pipe_after_help_is_no_crash(stage):
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run([stage.program, "report", "--help"], stdout=writer, stderr=subprocess.PIPE, env=CALM,
                          check=False, timeout=30)
    os.close(writer)
    check(done.returncode in (0, 4), "exit", done.returncode, done.stderr)


@case
def inspect_and_report_show_by_shape_what_was_not_understood_without_secrets_or_control_bytes(stage):
    lines = [f"Nov 20 08:20:4{i} mx postfix/smtpd[{i}]: unheard of 192.0.2.{i} with password: hunter{i} \x1b[31m\n" for i in range(3)]
    lines += ["Nov 20 08:20:50 mx postfix/smtpd[4]: connect from client.example.net[192.0.2.9]\n",
              "Nov 20 08:20:51 mx frobnicator[5]: what is it\n"]
    path = write(stage.place("shapes") + "/maillog", "".join(lines).encode())
    want = [("postfix/smtpd: unheard of {ip} with password: {secret} ?[{n}m", 3, 1), ("frobnicator: what is it", 1, 5)]
    for jobs in ("-j1", "-j4"):
        run = stage.report(path, options=[jobs]).exited(0).reconciles()
        equal([(s["shape"], s["lines"], s["first_line"]) for s in run.report["evidence"]["shapes"]], want, jobs)
        check(b"{secret}" in run.file("report.html") and b"hunter" not in run.file("report.html"), "page")
    code, out, _ = stage.child(["inspect", path])
    equal(code, 0, "exit of inspect")
    check(b"  unparsed  3 x postfix/smtpd: unheard of {ip} with password: {secret} ?[{n}m (line 1)\n"
          b"            1 x frobnicator: what is it (line 5)\n" in out and b"hunter" not in out and b"\x1b" not in out, out)
    check(b"  read as   postfix 1\n" in out and b"\npostfix mx maillog\n  log       syslog\n  sources   1 " in out, out)


@case
def inspect_lists_every_source_and_writes_nothing(stage):
    place = stage.place("inspect")
    code, out, err = stage.child(["inspect", os.path.join(ROOT, "samples/maillog"), os.path.join(ROOT, "samples/damaged")],
                                 cwd=place)
    check(code in (0, 1), "exit", code, err)
    for name in ("maillog-20261220.gz", "utf16.log", "secret/261120.log"):
        check(name.encode() in out, "not listed:", name)
    check(b"shard" in out.splitlines()[-1], "last line", out.splitlines()[-1])
    equal(os.listdir(place), [], "files")


@case
def the_evidence_is_never_changed(stage):
    place = stage.place("evidence")
    subprocess.run(["cp", "-r", "samples/damaged", "samples/maillog", place], cwd=ROOT, check=True)
    def picture():
        return {os.path.join(p, n): (os.stat(os.path.join(p, n)).st_mtime_ns, os.stat(os.path.join(p, n)).st_ino,
                                     open(os.path.join(p, n), "rb").read())
                for p, _, names in os.walk(place) for n in names}
    before = picture()
    stage.report(place).exited(1)
    check(picture() == before, "a file of the evidence changed")


@case
def a_path_in_an_option_is_a_file_or_folder_and_the_longest_one_holds(stage):
    place = stage.place("paths")
    line = b"Nov  3 00:00:01 %s postfix/qmgr[1]: 4F2C1A0B12: from=<a@example.com>, size=2048, nrcpt=1 (queue active)\n"
    for name in ("mx1", "mx10"):
        write(f"{place}/{name}/maillog", line % name.encode())

    def hosts(*names, told=()):
        options = [word for name in names for word in ("--host", name)]
        run = stage.report(".", options=options, cwd=place).exited(0)
        equal(run.err.decode().splitlines(), [f"postmortem: --host {name}: no log that is read has that path" for name in told])
        return sorted({i["host"] for i in run.report["instances"]})

    equal(hosts("mx1=one"), ["mx10", "one"], "not mx10")
    equal(hosts("./mx1/=one", "mx10/maillog=ten"), ["one", "ten"], "with a slash, and a file")
    for names in (("./=all", "mx10=ten"), ("mx10=ten", "./=all")):
        equal(hosts(*names), ["all", "ten"], "the longest", names)
    equal(hosts("mx1=one", "mx10/mail=ten", told=["mx10/mail=ten"]), ["mx10", "one"], "a path that no log has")

    run = stage.report(place, options=("--input-tz", "mx1=Asia/Tokyo", "--input-tz", "mx9=UTC", "--input-tz", place + "=UTC",
                                       "--year", place + "/mx=2024", "--year", place + "/mx10=2023", "--year", place + "=2022"))
    equal(run.exited(0).err.decode().splitlines(), ["postmortem: --input-tz mx9=UTC: no log that is read has that host or path",
                                                    f"postmortem: --year {place}/mx=2024: no log that is read has that path"])
    equal([run.source(name + "/maillog")["first"][:13] for name in ("mx1", "mx10")], ["2022-11-02T15", "2023-11-03T00"], "first stamps")
