"""What each fuzz target is for: the longest input, the files whose lines it should reach, its seeds, its dictionary.

Seeds are cut out of samples/ and tests/format/ here, so that a new framing, dialect or test case has them by itself.
"""
import bz2
import gzip
import io
import lzma
import pathlib
import re
import struct
import subprocess
import tarfile
import zipfile

SAMPLES = pathlib.Path("samples")
FORMAT = pathlib.Path("src/format")
HEAD = 1200  # bytes of a sample that seeds are cut from
PIECE = 300  # bytes of a seed of lines
SMALL_XZ = [{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 14}]  # what is asked for is set up at each execution
LONGEST = {"framing": 400, "detect": 500, "codec": 600, "container": 3000, "escape": 80, "stamp": 500, "load": 300,
           "plan": 200, "partial": 200}


def kind_of(name):
    return name.split("-")[0]


def longest(name):
    return LONGEST[kind_of(name)]


# What it is for: functions, found from those named here by whom they call in the same files.

def rows(path, macro):
    return [[cell.strip().strip('"') for cell in row.split(",")]
            for row in re.findall(rf"^{macro}\((.*)\)$", pathlib.Path(path).read_text(encoding="utf-8"), flags=re.M)]


def framing_rows():
    return {r[0]: r for r in rows(FORMAT / "framings.def", "FRAMING")}


def wraps(line):
    return any(re.search(rf"^enum line_class {line}\(", (FORMAT / f).read_text(encoding="utf-8"), flags=re.M) for f in WRAPPERS)


def framing_roots(framing):
    """Its line function, and the readers of the dialects that may come in it: its own, or in syslog all but E-Post's."""
    _, line, _, _, _, reader, dialect = framing_rows()[framing]
    if wraps(line):
        return [line]
    dialects = rows("include/postmortem/format/dialects.def", "DIALECT")
    own = [r[3] for r in dialects if f"DIALECT_{r[0]}" == dialect or (line == "syslog_line" and r[2] != "epost")]
    return [f for f in (line, reader, *own) if f != "NULL"]


# Target: its files, the functions to begin with (none: all of them), those that are not its business.
FILES = {
    "codec-gzip": (["src/input/gzip.c"], [], ""),
    "codec-bzip2": (["src/input/codec.c", "src/input/feed.c"], [], "feed_(skip|seek)|xz_.*|zstd_.*"),
    "codec-xz": (["src/input/codec.c", "src/input/feed.c"], [], "feed_(skip|seek)|bzip2_.*|zstd_.*"),
    "codec-zstd": (["src/input/codec.c", "src/input/feed.c"], [], "feed_(skip|seek)|xz_.*|bzip2_.*"),
    "codec-utf16": (["src/input/wide.c"], [], ""),
    "detect": (["src/format/detect.c", "src/format/encoding.c", "src/format/programs.c"], [], ""),
    "container": ([f"src/input/{f}.c" for f in ("archive", "containers", "survey", "way", "lines", "meter", "damage", "feed")],
                  [], "lines_open(_part)?|damage_token"),
    "escape": (["src/report/escape.c"], [], ""),
    "stamp": ([f"src/clock/{f}.c" for f in ("stamp", "civil", "posix_rule", "zone")], [], ""),
    "load": (["src/base/hist.c", "src/base/sketch.c", "src/mail/saved_event.c"],
             ["hist_load", "hist_save", "hist_quantile", "sketch_load", "sketch_save", "sketch_estimate", "event_load", "event_save"], ""),
    "plan": (["src/run/plan.c", "src/run/sealed.c", "src/input/saved.c"], ["run_from_plan", "run_plan"], ""),
    "partial": ([*(f"src/run/{f}.c" for f in ("partial", "sealed")), "src/trace/saved.c", "src/format/saved_counts.c"],
                ["run_take", "run_taken", "trace_load", "reader_counts_load"], ""),
}
# What E-Post's line function calls for one kind of log only.
OF_KIND = {"entry_clock": ["epost-inlog"], "accept_events": ["epost-acceptlog"]}
# Framings that unwrap lines of others: what is in them is the others' business.
WRAPPERS = ["framing_wrapped.c", "framing_journal.c", "framing_export.c", "json_line.c"]


def spec(name):
    if not name.startswith("framing-"):
        files, roots, others = FILES[name]
        return [pathlib.Path(f) for f in files], roots, others
    framing = name.removeprefix("framing-")
    if wraps(framing_rows()[framing][1]):
        return [FORMAT / f for f in WRAPPERS], framing_roots(framing), ""
    shared = [] if framing == "rfc3164" else ["local.c", "reader.c", "programs.c"]  # one target tells what is reached of them
    others = "|".join(f for f, kinds in OF_KIND.items() if framing not in kinds)
    return [p for p in sorted(FORMAT.glob("*.c")) if p.name not in shared], framing_roots(framing), others


def function_bodies(paths):
    """(file, name) -> text of the functions that files define, and name -> (file, name) of those that are not static."""
    bodies, known = {}, {}
    for path in paths:
        text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S)
        for m in re.finditer(r"^([a-z_][^;{}#=()]*?)\b(\w+)\([^;{]*\)\n\{\n(.*?)^\}", text, flags=re.M | re.S):
            bodies[path, m[2]] = m[3]
            if not m[1].startswith("static"):
                known[m[2]] = (path, m[2])
    return bodies, known


def functions(name):
    """(file, name) of the functions that the target is for."""
    paths, roots, others = spec(name)
    bodies, known = function_bodies(paths)
    missing = [r for r in roots if r not in known]
    if missing:
        raise LookupError(f"{name}: no such function: {' '.join(missing)}")
    waiting, found = [known[r] for r in roots] or list(bodies), set()
    while waiting:
        f = waiting.pop()
        if f in found or re.fullmatch(others or "(?!)", f[1]):
            continue
        found.add(f)
        for called in set(re.findall(r"\b([a-z_]\w+)\(", bodies[f])):
            there = (f[0], called)
            waiting += [there] if there in bodies else [known[called]] if called in known else []
    return found


def files(name):
    return sorted({f[0] for f in functions(name)})


# Dictionary: what the files compare with.

def literal_bytes(text):
    def plain(m):
        c = m[1]
        simple = {"n": b"\n", "t": b"\t", "r": b"\r", "f": b"\f", "b": b"\b", '"': b'"', "\\": b"\\", "'": b"'"}
        if c in simple:
            return simple[c].decode("latin-1")
        return chr(int(c[1:], 16) & 255) if c[0] == "x" else chr(int(c, 8) & 255)
    return re.sub(r'\\(x[0-9a-fA-F]{1,2}|[0-7]{1,3}|.)', plain, text).encode("utf-8" if text.isascii() is False else "latin-1")


def dictionary(name):
    words = set()
    extra = [FORMAT / "programs.def"] if name == "detect" or name.startswith("framing-") else []
    for path in [*files(name), *extra]:
        text = re.sub(r"^#include[^\n]*|/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.M | re.S)
        words |= {literal_bytes(w) for w in re.findall(r'"((?:\\.|[^"\\\n])+)"', text)}
    for w in sorted(words):
        if 2 <= len(w) <= 40 and b"%" not in w:
            yield '"' + "".join(chr(b) if 32 <= b < 127 and b not in b'"\\' else f"\\x{b:02X}" for b in w) + '"'


# Seeds.

def sample_files():
    return sorted(p for p in SAMPLES.rglob("*") if p.is_file() and p.suffix not in (".py", ".sh", ".md", ".png", ".json"))


def texts():
    for path in sample_files():
        data = path.read_bytes()
        if path.suffix == ".gz" and data[:2] == b"\x1f\x8b":
            try:
                data = gzip.decompress(data)
            except (OSError, EOFError):
                continue
        if path.suffix not in (".zip", ".7z", ".gz") or data[:2] not in (b"PK", b"7z"):
            yield path, data


def pieces(data):
    """Whole lines, about PIECE bytes of them at a time."""
    piece = b""
    for line in data.splitlines(keepends=True):
        if piece and len(piece) + len(line) > PIECE:
            yield piece
            piece = b""
        piece += line
    if piece:
        yield piece


# Lines that neither samples nor test cases hold.
ODD_LINES = {
    "epost-imap4log": [b"- from 192.0.2.77 AUTHENTICATE PLAIN x Success", b"- from 192.0.2.77 AUTHENTICATE x Failed",
                       b"- from 192.0.2.77 LOGIN bob **** Failed", b"a from 192.0.2.77 LOGIN odd", b" from b c", b"a from b",
                       b"a to b c", b"a from b AUTH CRAM-MD5 Success"],
    "epost-receivelog": [b"354 Start mail input;id <B0000097586@mx1> end", b"354 Start mail input;id <B0000097586-2@mx1> end",
                         b"354 Start mail input;id <b0000097586> end", b"354 Start mail input;id <B00> end",
                         b"550 5.1.1 no such user", b"451 4.x", b"250 2.1.0 ok"],
}


def line_seeds(framing):
    stamp = b"[20/Nov/2026:08:20:46], 01a2b3c0, " if framing == "epost-receivelog" else b"[20/Nov/2026:08:20:46] "
    for line in ODD_LINES.get(framing, []):
        yield b"\5" + stamp + line + b"\n"
        yield b"\5" + b"[30/Feb/2026:08:20:46" + stamp[21:] + line + b"\n" + stamp + line + b" " * 140 + b"x\n"
    kind = framing.removeprefix("epost-")
    told = b"\x05\x1d\x26\x10"  # what is known of the source, in turn
    number = 0
    for path, data in texts():
        if framing.startswith("epost-") == (kind in path.parts):
            for piece in pieces(data[:HEAD]):
                number += 1
                yield told[number % 4:number % 4 + 1] + piece
    for case in sorted(pathlib.Path("tests/format").glob("*/*.log")):
        for piece in pieces(case.read_bytes()):
            number += 1
            yield told[number % 4:number % 4 + 1] + piece
            if number % 7 == 0:
                yield b"\x05\f" + piece


def detect_seeds():
    names = ["outlog/MX1/261120.log", "outlocallog-MX1/261120_08.log", "maillog-20261101", "mail.log-20261101-1793487600", "x"]
    number = 0
    for path, data in texts():
        for piece in list(pieces(data[:HEAD]))[:2]:
            number += 1
            yield bytes([number % 2]) + str(path.relative_to(SAMPLES)).encode() + b"\n" + piece
    for case in sorted(pathlib.Path("tests/format").glob("*/*.log")):
        for piece in pieces(case.read_bytes()):
            number += 1
            yield bytes([number % 2]) + names[number % len(names)].encode() + b"\n" + piece
    for text in ("あいう\n".encode("cp932"), "あいう\n".encode(), "あ\n".encode("utf-16-le"), b"\xff\xfea\0", b"\xfe\xff\0a",
                 b"\xef\xbb\xbfa\n", bytes(range(256)), b"\xe9t\xe9\n"):
        yield b"\1x\n" + text * 3


def gzip_header(flags, rest):
    """A member with the optional fields that the flags name."""
    form = gzip.compress(b"x" * 40, mtime=5)
    return form[:3] + bytes([flags]) + form[4:10] + rest + form[10:]


def codec_seeds(name):
    text = b"".join(b"@400000006af2272c17b3bbd8 new msg %d\n" % i for i in range(12))
    zstd = subprocess.run(["zstd", "-qc", "--zstd=wlog=10"], input=text, stdout=subprocess.PIPE, check=True).stdout
    form = {"gzip": gzip.compress(text, mtime=0), "bzip2": bz2.compress(text, 1), "xz": lzma.compress(text, filters=SMALL_XZ), "zstd": zstd,
            "utf16": b"\xff\xfe" + text[:200].decode().encode("utf-16-le")}[name]
    yield b"\x07" + form
    yield b"\x07" + form + form
    yield b"\x07" + form[:-9]
    yield b"\x07" + form + bytes(30)
    yield b"\x07" + form + b"trailing text"
    yield b"\x07" + form[:len(form) // 2] + b"\xff" * 8 + form[len(form) // 2 + 8:] + form
    if name == "gzip":
        yield b"\x01" + gzip_header(31, b"\5\0extra" + b"name\0" + b"comment\0" + b"\0\0")
        yield b"\x01" + gzip_header(4, b"\x2c\1" + b"e" * 300)
        yield b"\x01" + gzip_header(0xe0, b"")
        for flags in (0, 2, 4, 8, 16):
            yield b"\x01" + gzip_header(flags, b"")[:12]
        yield b"\x01" + form[:-4] + b"\0\0\0\1"
        yield b"\x01" + form + b"\0" * 4 + form[:20] + b"\xff" * 9 + form
    if name == "xz":
        yield b"\x01" + lzma.compress(b"", check=lzma.CHECK_NONE)
        filters = [{"id": lzma.FILTER_DELTA, "dist": 1}, {"id": lzma.FILTER_LZMA2, "dict_size": 1 << 16}]
        yield b"\x01" + lzma.compress(text, filters=filters)
        yield b"\x01" + lzma.compress(text, filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 3 << 20}])
        yield b"\x01" + form[:13] + b"\xc0\x80\1\x80\1\x21\1\x28" + form[21:]
        yield b"\x01" + form[:16] + b"\x28" + form[17:]
        yield b"\x01" + form[:13] + b"\3" + b"\3\1\0" * 3 + form[23:]
    if name == "zstd":
        yield b"\x01" + b"\x28\xb5\x2f\xfd\x00\xf8" + b"\1\0\0"
        yield b"\x01" + b"\x28\xb5\x2f\xfd\x00\x58" + b"\1\0\0"
        yield b"\x01" + subprocess.run(["zstd", "-qc", "--no-content-size", "--zstd=wlog=12"], input=text,
                                       stdout=subprocess.PIPE, check=True).stdout
    if name == "utf16":
        for bom, code in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"", "utf-16-le"), (b"", "utf-16-be")):
            yield b"\x07" + bom + "plain text, a line\n".encode(code)
            yield b"\x07" + bom + "plain é あ 😀\n".encode(code) + b"\xd8\x00\x00\xd8\x00\xdc\x00\x41\xdc\x00\x41"


def cpio(entries):
    """The portable ASCII form (newc)."""
    out = b""
    for name, mode, data in [*entries, ("TRAILER!!!", 0, b"")]:
        head = "070701" + "".join(f"{v:08x}" for v in (1, mode, 0, 0, 1, 0x6af2272c, len(data), 0, 0, 0, 0, len(name) + 1, 0))
        out += head.encode() + name.encode() + b"\0"
        out += b"\0" * (-len(out) % 4) + data
        out += b"\0" * (-len(out) % 4)
    return out


def tar(entries, mode="w", form=tarfile.USTAR_FORMAT):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode, format=form) as t:
        for name, kind, data in entries:
            info = tarfile.TarInfo(name)
            info.type = kind
            info.mtime = 0x6af2272c
            info.linkname = "elsewhere" if kind in (tarfile.SYMTYPE, tarfile.LNKTYPE) else ""
            info.size = len(data)
            t.addfile(info, io.BytesIO(data))
    whole = out.getvalue()
    return whole.rstrip(b"\0") + b"\0" * 1024 if mode == "w" else whole


def zipped(entries, how=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as z:
        for name, data in entries:
            z.writestr(zipfile.ZipInfo(name, (2026, 11, 20, 8, 20, 44)), data, how)
    return out.getvalue()


def seven(data):
    """A 7z archive, by the program of that name (it writes from standard input)."""
    room = pathlib.Path("build-fuzz/seed.7z")
    room.parent.mkdir(exist_ok=True)
    room.unlink(missing_ok=True)
    subprocess.run(["7z", "a", "-bd", "-y", "-sia/current", str(room)], input=data, stdout=subprocess.DEVNULL, check=True)
    form = room.read_bytes()
    room.unlink()
    return form


def container_seeds():
    text = b"".join(b"@400000006af2272c17b3bbd8 new msg %d\n" % i for i in range(4))
    gz, regular = gzip.compress(text, mtime=7), tarfile.REGTYPE
    plain = [("a/current", regular, text), ("c.gz", regular, gz)]
    kinds = [("f", tarfile.DIRTYPE, b""), ("l", tarfile.SYMTYPE, b""), ("h", tarfile.LNKTYPE, b""), ("p", tarfile.FIFOTYPE, b"")]
    small = tar(plain)
    yield from (small, small[:-1024], small[:700], small[:1200], tar(kinds + plain), b"x" + small[1:])
    yield tar([("b" * 120, regular, text), ("配信.log", regular, text)], form=tarfile.PAX_FORMAT)
    yield tar([("b" * 120, regular, text)], form=tarfile.GNU_FORMAT)
    yield small[:148] + b"9999999\0" + small[156:]
    yield small + small
    yield from (gzip.compress(small), bz2.compress(small, 1), lzma.compress(small, filters=SMALL_XZ), gzip.compress(gz), gz, gz[:-5], gz + gz)
    for name in ("bzip2", "xz", "zstd", "utf16", "gzip"):
        yield from (seed[1:] for seed in codec_seeds(name))
    nested = zipped([("in.tar", small), ("in.tgz", gzip.compress(small)), ("x.log", b"\xff\xfe" + "a line\n".encode("utf-16-le"))])
    yield from (nested, tar([("in.zip", regular, zipped([("a", text)])), ("in.7z", regular, seven(text))]))
    yield tar([(f"n{i}", regular, b"") for i in range(6)] + plain)
    stored = zipped([("a/current", text), ("b.gz", gz)], zipfile.ZIP_STORED)
    deflated = zipped([("a/current", text), ("b.gz", gz), ("f/", b"")])
    yield from (stored, deflated, deflated[:-30], deflated[:60], b"PK\5\6" + bytes(18))
    yield deflated[:6] + b"\1" + deflated[7:]  # says encrypted
    yield stored[:14] + b"\0\0\0\0" + stored[18:]  # another CRC
    yield deflated.replace(b"PK\1\2", b"PK\1\3", 1)
    yield deflated[:-12] + b"\x63\0" + deflated[-10:]  # more entries than there are
    whole = seven(text)
    yield from (whole, whole[:-20], whole[:40])
    entries = [("a/current", 0o100644, text), ("f", 0o40755, b""), ("l", 0o120777, b"x"), ("p", 0o10644, b""), ("b.gz", 0o100644, gz)]
    yield from (cpio(entries), cpio(entries)[:200], cpio(entries)[:-60])
    yield b"0707070000010000011006440000000000000000010000000000000000000000600000000004a.log\0text"
    inner = small
    for _ in range(7):
        inner = gzip.compress(inner, mtime=0)
    yield inner
    yield gzip.compress(b"0" * 20000)
    yield tar([("sp", regular, b"")])[:156] + b"S" + tar([("sp", regular, b"")])[157:]
    yield from (b"", b"\n", b"line\n" * 3, b"l" * 300 + b"\n" + text, b"\xef\xbb\xbfa\nb", b"a\0b\n", b"one\r\ntwo")
    for magic in (b"Rar!\x1a\x07\0", b"\x04\x22\x4d\x18", b"\x1f\x9d\x90", b"LZIP\1\0", b"\x89LZO\0\r\n\x1a\n", b"MSCF\0\0\0\0",
                  b"!<arch>\n", b"xar!\0\x1c", b"\x20\x20-lh5-" + bytes(13) + b"\1", b"LPKSHHRH", b"ElfFile\0",
                  b"SQLite format 3\0", b"\x37\xa4\x30\xec", b"\x50\x2a\x4d\x18"):
        yield magic + b"\0" * 20
        yield tar([("m", regular, magic + b"\0" * 20)])
    for path in sample_files():
        if path.stat().st_size <= LONGEST["container"]:
            yield path.read_bytes()


def escape_seeds():
    yield "<a href=\"javascript:x\">'&\u202e\u200b\U000e0041_x0041_ _x005F_ \ufffe\U0001f600配信 a\u0301\u0301".encode()
    yield b"\xff\xed\xa0\x80\xc0\xaf\x1b[31m\0\x7f\xc2\x9b=HYPERLINK(1)"
    for text in ("\ud7ff\ue000\uffff", "é" * 40, "\u2066a\u2069\u200f\ufeff", "_xD83D_", "\t\r\n", "=1+1", "+1", "-1", "@x", "'x", "a" * 190):
        yield text.encode("utf-8", "surrogatepass")


def stamp_seeds():
    for text in ("@400000006af2272c17b3bbd8", "1504688557.399386", "2026-11-20 08:20:45.123456789", "Nov  3 09:00:01",
                 "2026-11-23T08:05:11.5+09:00", "20/Nov/2026:08:20:45", "@400000006af2272c", "@400000006af2272c17b3bbd800000000",
                 "2026-11-23T08:05:11Z", "2026-11-23T08:05:60.123456-03:30", "2026-11-23 08:05:11,123 x", "1504688557",
                 "11/20 08:20:45", "2026/11/20 08:20:45", "[2026/11/20 08:20:45:123]", "Feb 29 00:00:00 2024"):
        yield b"\0" + text.encode()
    for case in sorted(pathlib.Path("tests/format").glob("*/*.log")):
        for line in case.read_bytes().splitlines()[:3]:
            yield b"\0" + line[:60]
    for text in ("EST5EDT,M3.2.0,M11.1.0", "JST-9", "<+0330>-3:30", "IST-2IDT,M3.4.4/26,M10.5.0", "X1Y,J60/-1,300/24"):
        yield b"\1" + text.encode()
    for name in ("UTC", "Z", "+09:00", "-0530", "Asia/Tokyo", "America/New_York", "../x", "/etc/passwd", "Nowhere/Else", ""):
        yield b"\2" + name.encode()
    for signed in (0, 1, 1 << 40, (1 << 63) - 1):
        yield b"\3" + b"\1" + struct.pack("<q", signed)
        yield b"\3" + bytes([signed & 255, 128 | signed >> 7 & 127, 3])
    for version in (b"\0", b"2", b"4"):
        for footer in (b"EST5EDT,M3.2.0,M11.1.0", b"JST-9", b"", b"<+0330>-3:30"):
            yield b"\4" + tzif(version, footer)


def tzif(version, footer):
    """A zone with two changes, in one block (version 1) or in both forms."""
    def block(width):
        head = b"TZif" + version + bytes(15) + struct.pack(">6I", 2, 2, 1, 2, 2, 8)
        times = struct.pack(">ii" if width == 4 else ">qq", 1000000000, 1500000000)
        leap = struct.pack(">ii" if width == 4 else ">qi", 78796800, 1)
        return head + times + bytes((1, 0)) + struct.pack(">iBBiBB", -18000, 0, 0, -14400, 1, 4) + b"EST\0EDT\0" + leap + bytes(4)
    return block(4) + (block(8) + b"\n" + footer + b"\n" if version != b"\0" else b"")


def edit_seeds():
    """These targets seal small plans and partial files by themselves; their bytes are edits of them."""
    for shard in range(16):
        for mode in (0, 1, 3, 0x80):
            yield bytes((4 * shard + mode, 0, 9, 1, 200, 3))
    yield b"\0"
    yield b"\x80"
    for at in range(0, 256, 5):
        yield bytes((0, at, 80, 0, 1, 0))
    yield b"\1" + bytes(40)
    yield b"\3" + struct.pack("<IQ", 1, 40) + bytes(90)
    yield b"\3" + struct.pack("<IQ", 9, 40) + bytes(90)


def load_seeds():
    yield b"\0" + struct.pack("<QQQQI", 2, 5, 9, 14, 2) + struct.pack("<IQIQ", 5, 1, 9, 1)
    yield b"\1" + struct.pack("<BI", 0, 2) + struct.pack("<QQ", 3, 9)
    yield b"\2" + bytes(64)
    for field in range(40):
        yield b"\2" + bytes((2, field, 2, 1, 2))
    for field in range(40, 63):
        yield b"\2" + bytes((2, 0, 2, field, 3)) + b"abc"


def seeds(name):
    kind = kind_of(name)
    if kind == "framing":
        return line_seeds(name.removeprefix("framing-"))
    if kind == "codec":
        return codec_seeds(name.removeprefix("codec-"))
    return {"detect": detect_seeds, "container": container_seeds, "escape": escape_seeds, "stamp": stamp_seeds,
            "load": load_seeds, "plan": edit_seeds, "partial": edit_seeds}[kind]()
