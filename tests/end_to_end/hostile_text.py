"""Text that wants to be more than text: in addresses, HELO, replies, file names and archive entry names."""
import base64
import hashlib
import html.parser
import io
import json
import os
import re
import xml.etree.ElementTree as tree
import zipfile

from evidence import message, multilog, zip_entry, zip_of
from stage import case, check, equal, write

MARK = "zqx"
PAYLOADS = (
    b"<script>alert('zqx')</script>", b"</script><script>zqx()</script>", b"</title></style><img src=x onerror=zqx()>",
    b"\"onmouseover=\"zqx()", b"'onload='zqx()", b"<!--zqx", b"-->zqx<b>", b"]]>zqx", b"&lt;zqx&#60;b&#62;",
    b"javascript:zqx()", b"<svg/onload=zqx()>", b"<a\thref=\"http://zqx.example/\">", b"<base/href=//zqx.example/>",
    b"=HYPERLINK(\"http://zqx.example/\",\"x\")", b"+zqx|'/C_calc'!A0", b"-2+3+zqx", b"@SUM(zqx)", b"=1+1",
    b"http://zqx.example/", b"mailto:zqx@example.com", b"file:///zqx", b"internal:Sheet1!A1", b"_x0041_zqx",
    "\u202ezqx\u202c".encode(), "\u200bzqx\ufeff".encode(), "\U000e0041zqx".encode(), "\u2028zqx\u2029".encode(),
    b"\x1b]0;zqx\x07", b"\x1b[2Jzqx", b"\xc2\x9b31mzqx", b"zqx\x08\x08\x08", b"\x00zqx", b"\x7fzqx", b"zqx\r",
    b"\xff\xfezqx", b"\xed\xa0\x80zqx", b"\xc0\xbczqx", b"\xef\xbf\xbezqx", b"zqx\xe3\x81", b"%s%n%x%zqx", b"${zqx}",
    b"';DROP TABLE zqx--", b"\\u003czqx", b"\\zqx\"", b"zqx" + b"\xcc\x81" * 300)


def spaceless(payload):
    return payload.replace(b" ", b"_")


def address_payload(payload):
    return spaceless(payload).replace(b"\r", b"").replace(b"\0", b"") + b"@example.com"


def hostile_multilog():
    parts, serial = [multilog(20)], 100
    for payload in PAYLOADS:
        for fields in ({"sender": payload + b"@example.net"}, {"recipient": address_payload(payload)},
                       {"recipient": b"u@" + address_payload(payload).replace(b"@", b".")},
                       {"outcome": "failure", "reply": spaceless(payload) + b"/"},
                       {"outcome": "deferral", "reply": b"450_" + spaceless(payload) + b"/"}):
            parts.append(message(serial, second=1795500000 + 7200 * serial, **fields))
            serial += 1
    parts.append(message(serial, second=1795500000 + 7200 * serial, recipient=b"r" * 40000 + b"@example.com"))
    return b"".join(parts)


def hostile_folder(stage):
    place = stage.place("hostile")
    write(place + "/multilog/current", hostile_multilog())
    stamp = b"[18/Nov/2026:10:%02d:%02d]"
    inlog, accept, out = [], [], []
    for i, payload in enumerate(PAYLOADS):
        when = stamp % (i // 60, i % 60)
        word = spaceless(payload).replace(b"\r", b"").replace(b"\t", b"_")
        ident = b"B%010d" % (97119 + i)
        inlog.append(b"<%s@mx.example.jp> %s 192.0.2.49 %s %s@example.net %s@example.jp\r\n" % (ident, when, word, word, word))
        accept.append(b"%s, (mx.example.jp), 192.0.2.49[192.0.2.49], AUTH-LOGIN:%s [success],<%s>,ok\r\n" % (when, word, ident))
        out.append(b"%s@mx.example.jp sent on %s to  %s from %s@example.net to %s@example.jp\r\n" % (ident, when, word, word, word))
    for kind, lines in (("inlog", inlog), ("acceptlog", accept), ("outlocallog", out), ("outlog", out[:1])):
        write(f"{place}/epost/{kind}/MAIL1/261118.log", b"".join(lines))
    serial, entries = 0, []
    for payload in PAYLOADS:
        name = payload.replace(b"/", b"|").replace(b"\0", b"")[:120]
        if not name.strip(b"."):
            continue
        serial += 1
        folder = os.fsencode(place) + b"/names/" + name
        os.makedirs(folder, exist_ok=True)
        with open(folder + b"/current", "wb") as f:
            f.write(multilog(2, 10 * serial))
        entries.append(zip_entry(payload.replace(b"\0", b"") + b"/current", multilog(2, 1000 + 10 * serial)))
        with open(os.fsencode(place) + b"/names/" + name + b".log.gz", "wb") as f:
            f.write(b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xff\xff\xff" + payload)
    write(place + "/entries.zip", zip_of(entries))
    return place


class Page(html.parser.HTMLParser):
    """Collects what a browser would act upon."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.tags, self.head, self.styles, self.scripts, self.inside, self.text = [], [], [], [], None, []

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, attributes))
        if tag in ("style", "script"):
            self.inside = tag
            (self.styles if tag == "style" else self.scripts).append("")
        self.head.append(tag)

    handle_startendtag = handle_starttag

    def handle_endtag(self, tag):
        if tag == self.inside:
            self.inside = None

    def handle_data(self, data):
        if self.inside:
            (self.styles if self.inside == "style" else self.scripts)[-1] += data
        else:
            self.text.append(data)

    def handle_comment(self, data):
        check(False, "a comment in the page:", data[:100])


def read_page(data):
    page = Page()
    page.feed(data.decode("utf-8"))
    page.close()
    return page


def hostile_run(stage):
    if not hasattr(stage, "hostile"):
        place = hostile_folder(stage)
        stage.hostile = stage.report(place, options=("--lang", "en", "--top", "500", "--title", PAYLOADS[2],
                                                     "--late-p95", "1", "--late-n", "1", "--impossible-dwell", "100000000"))
        stage.hostile_place = place
    return stage.hostile


@case
def hostile_evidence_is_read_and_every_line_accounted_for(stage):
    run = hostile_run(stage)
    check(run.code in (0, 1), run.said())
    run.reconciles()
    equal(run.source("multilog/current")["lines"]["unparsed"], 0, "lines not understood")
    check(run.report["messages"]["accepted"] >= 5 * len(PAYLOADS), "messages", run.report["messages"])


@case
def no_text_of_the_evidence_becomes_markup(stage):
    data = hostile_run(stage).file("report.html")
    page, calm = read_page(data), read_page(stage.report("samples/qmail", "samples/epost", "samples/damaged").file("report.html"))
    check(MARK in "".join(page.text), "the hostile text is not shown at all")
    known = {tag for tag, _ in calm.tags}
    check({tag for tag, _ in page.tags} <= known, "new tags:", sorted({t for t, _ in page.tags} - known))
    attributes = {name for _, a in calm.tags for name, _ in a}
    new = sorted({name for _, a in page.tags for name, _ in a} - attributes)
    check(not new, "new attributes:", new)
    for tag, given in page.tags:
        for name, value in given:
            check(not name.startswith("on"), "a handler:", tag, name)
            if name in ("href", "src", "action", "xlink:href", "style", "id", "class"):
                check(MARK not in (value or ""), tag, name, value)
            if name in ("href", "src", "xlink:href"):
                check((value or "").startswith(("#", "data:")), tag, name, value)
    check(not any(MARK in s for s in page.styles), "evidence in a style")
    for script, (_, given) in zip(page.scripts, [t for t in page.tags if t[0] == "script"]):
        check(MARK not in script or dict(given).get("type") == "application/json", "evidence in a script")


@case
def the_policy_comes_first_and_its_hashes_are_those_of_style_and_script(stage):
    page = read_page(hostile_run(stage).file("report.html"))
    names = [(tag, dict(a)) for tag, a in page.tags]
    start = names.index(("head", {})) + 1
    if "charset" in names[start][1]:  # says only how the bytes are to be read
        start += 1
    tag, given = names[start]
    equal((tag, (given.get("http-equiv") or "").lower()), ("meta", "content-security-policy"), "first in head")
    policy = dict((p.strip().split(" ", 1) + [""])[:2] for p in given["content"].split(";") if p.strip())
    equal(policy.get("default-src"), "'none'", "default-src")
    for name in ("base-uri", "form-action"):
        equal(policy.get(name), "'none'", name)
    check("unsafe" not in given["content"] and "http" not in given["content"].replace("http-equiv", ""), given["content"])
    runnable = [s for s, (_, a) in zip(page.scripts, [t for t in page.tags if t[0] == "script"])
                if dict(a).get("type", "") != "application/json"]
    for name, texts in (("style-src", page.styles), ("script-src", runnable)):
        have = {"'sha256-" + base64.b64encode(hashlib.sha256(t.encode()).digest()).decode() + "'" for t in texts}
        equal(set(policy.get(name, "").split()), have, name)
    check(not [1 for _, a in page.tags for n, _ in a if n == "style"], "a style attribute, which the policy forbids")


DECEPTIVE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff"
                       "\U000e0000-\U000e007f]")


@case
def bidi_zero_width_and_control_characters_are_made_visible(stage):
    text = hostile_run(stage).file("report.html").decode("utf-8")
    found = DECEPTIVE.search(text)
    check(not found, "U+%04X" % ord(found[0]) if found else "", text[found.start() - 80:found.start() + 20] if found else "")
    check("U+202E" in text, "U+202E is not shown")


@case
def the_json_is_valid_utf_8_and_parses(stage):
    data = hostile_run(stage).file("report.json")
    report = json.loads(data.decode("utf-8"))
    check(not re.search(rb"[\x00-\x09\x0b-\x1f]", data), "a raw control byte in report.json")
    check("\ufffd" not in data.decode("utf-8"), "bytes were lost in U+FFFD")
    texts = json.dumps(report, ensure_ascii=False)
    check(not re.search("[\ud800-\udfff]", texts), "a lone surrogate")
    check("r" * 200 in texts, "the long recipient is nowhere")


def workbook(data):
    with zipfile.ZipFile(io.BytesIO(data)) as z:
        equal(z.testzip(), None, "the workbook's zip")
        return {name: z.read(name) for name in z.namelist()}


@case
def every_part_of_the_workbook_is_well_formed_and_holds_no_formula_or_link_from_the_evidence(stage):
    parts = workbook(hostile_run(stage).file("report.xlsx"))
    check(any(MARK.encode() in d for d in parts.values()), "the hostile text is not in the workbook at all")
    for name, data in parts.items():
        check(not name.startswith("xl/externalLinks") and "vbaProject" not in name, "part", name)
        if not name.endswith((".xml", ".rels")):
            continue
        root = tree.fromstring(data)
        for node in root.iter():
            kind = node.tag.rsplit("}", 1)[-1]
            if kind == "f":
                check(re.fullmatch(r"[A-Z0-9(),:$ !'.+*/=<>\"&_\w\u3000-\u9fff()-]*", node.text or "") and
                      MARK not in (node.text or "") and "HYPERLINK" not in (node.text or ""), name, "formula", node.text)
            check(kind != "hyperlink", name, "holds a link")
            if kind == "v":
                check(node.text not in ("INF", "-INF", "NAN", "nan", "inf"), name, "value", node.text)
        if name.endswith(".rels"):
            check(b'TargetMode="External"' not in data, name, "leads outside")


@case
def a_cell_shows_the_very_text_of_the_log(stage):
    parts = workbook(hostile_run(stage).file("report.xlsx"))
    texts = b"".join(d for n, d in parts.items() if n.startswith("xl/"))
    check(b"_x0041_zqx" not in texts.replace(b"_x005F_x0041_", b""), "_x0041_ would be read as A")
    cells = [node.text or "" for n, d in parts.items() if n.startswith("xl/") and n.endswith(".xml")
             for node in tree.fromstring(d).iter() if node.tag.endswith("}t")]
    longest = max((len(c.encode("utf-16-le")) // 2 for c in cells), default=0)
    check(longest <= 32767, "a cell of", longest, "units")


@case
def the_workbook_survives_its_strictest_reader(stage):
    place = stage.place("xlsx")
    path = write(place + "/r.xlsx", hostile_run(stage).file("report.xlsx"))
    with zipfile.ZipFile(path) as z:
        sheets = [s.attrib["name"] for s in tree.fromstring(z.read("xl/workbook.xml")).iter() if s.tag.endswith("}sheet")]
    equal(len({s.lower() for s in sheets}), len(sheets), "sheet names are not unique:", sheets)
    for name in sheets:
        check(len(name) <= 31 and not re.search(r"[\[\]:*?/\\]", name) and name.lower() != "history", "sheet", name)


@case
def standard_error_holds_no_control_byte_and_one_line_for_each_problem(stage):
    run = hostile_run(stage)
    text = run.err.decode("utf-8")
    found = DECEPTIVE.search(text)
    check(not found, "U+%04X on stderr" % ord(found[0]) if found else "")
    for line in text.splitlines():
        check(line.startswith("postmortem: "), "a line of stderr:", line)
    check(run.err.count(b"\n") >= 10, "few lines:", run.said())


@case
def inspect_shows_hostile_names_inert(stage):
    hostile_run(stage)
    code, out, err = stage.child(["inspect", stage.hostile_place])
    check(code in (0, 1), "exit", code, err[-300:])
    check(not DECEPTIVE.search(out.decode("utf-8")) and not DECEPTIVE.search(err.decode("utf-8")), "a control character")
    check(b"\\x1B" in out, "the escape is not shown")


@case
def wrong_usage_with_hostile_words_is_said_inert(stage):
    for word in (b"--\x1b[2J", b"-\x1b", b"--since=\x1b]0;x\x07", b"--lang=\xff\xfe", b"--tz=../../\x1b", "--top=\u202e1".encode()):
        run = stage.report(word, "samples/qmail").exited(2)
        check(not DECEPTIVE.search(run.err.decode("utf-8")), "a control character for", word)
    code, _, err = stage.child([b"\x1b[31mreport"])
    check(code == 2 and b"\x1b" not in err, "exit", code, err[:200])


@case
def a_hostile_report_is_the_same_for_any_number_of_threads(stage):
    hostile_run(stage)
    first = stage.report(stage.hostile_place, options=("-j1",))
    for jobs in ("-j3", "-j16"):
        again = stage.report(stage.hostile_place, options=(jobs,))
        for name in ("report.html", "report.json", "report.xlsx"):
            check(first.file(name) == again.file(name), name, "differs at", jobs)


@case
def the_page_stays_below_five_megabytes(stage):
    run = stage.report(stage.hostile_place if hasattr(stage, "hostile_place") else hostile_folder(stage))
    check(len(run.file("report.html")) <= 5 << 20, "HTML of", len(run.file("report.html")), "bytes")
