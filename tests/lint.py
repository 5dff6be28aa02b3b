"""What the compiler does not check: floors, banned functions, headers that stand alone, tests named in tests/faults.tsv.

Run by `make lint` from the root of the repository; prints every violation and exits 1 if there is one.
"""
import pathlib
import re
import subprocess
import sys

# From the bottom up: a file may include its own floor and lower ones.
FLOORS = ["base", "confine", "clock", "mail", "bounce", "input", "format", "trace", "doc", "analysis", "report", "run", "cmd"]
# input and format never meet; report sees documents only.
NEVER = {("format", "input"), ("input", "format"), ("input", "mail"), ("report", "trace"), ("report", "analysis"),
         ("report", "format"), ("report", "input"), ("trace", "format"), ("trace", "input"), ("doc", "trace"),
         ("doc", "format"), ("doc", "input")}
OWNERS = {"archive.h": "input", "archive_entry.h": "input", "zlib.h": "input", "xlsxwriter.h": "report",
          "openssl/evp.h": "base", "openssl/crypto.h": "base"}
BANNED = ["strtok", "atoi", "atol", "atoll", "strptime", "mktime", "localtime", "localtime_r", "gmtime", "ctime",
          "sprintf", "vsprintf", "strcpy", "strcat", "gets", "system", "popen", "setlocale", "tmpnam", "scanf",
          "sscanf", "alloca"]
ALLOWED_THREADS = {"run", "input", "confine"}


def strip_comments_and_strings(text):
    text = re.sub(r"/\*.*?\*/", lambda m: "\n" * m.group().count("\n"), text, flags=re.S)
    return re.sub(r'"(?:\\.|[^"\\])*"', '""', text)


def module_of(path):
    parts = path.parts
    return "cmd" if parts[0] == "cmd" else parts[2] if parts[0] == "include" else parts[1]


def included_module(name):
    match = re.match(r"postmortem/(\w+)/", name)
    return match.group(1) if match else None


def check_includes(path, text, module):
    for line, name in ((text[:m.start()].count("\n") + 1, m.group(1))
                       for m in re.finditer(r'^#include [<"]([^">]+)[">]', text, flags=re.M)):
        target = included_module(name)
        if target and FLOORS.index(target) > FLOORS.index(module):
            yield f"{path}:{line}: {module} must not look up to {target}"
        if target and (module, target) in NEVER:
            yield f"{path}:{line}: {module} must not know {target}"
        if name in OWNERS and OWNERS[name] != module:
            yield f"{path}:{line}: {name} belongs to {OWNERS[name]} alone"


def check_calls(path, text, module):
    bare = strip_comments_and_strings(text)
    for name in BANNED:
        for match in re.finditer(rf"(?<![\w.>]){name}\s*\(", bare):
            yield f"{path}:{bare[:match.start()].count(chr(10)) + 1}: {name} is banned"
    if module not in ALLOWED_THREADS and re.search(r"\bpthread_create\b", bare):
        yield f"{path}: threads are made in run, input and confine alone"


def check_alone(path):
    done = subprocess.run(["gcc", "-std=c17", "-D_GNU_SOURCE", "-Iinclude", "-Wall", "-Wextra", "-Werror",
                           "-fsyntax-only", str(path)], capture_output=True, text=True, check=False)
    if done.returncode:
        yield f"{path}: does not stand alone: {done.stderr.splitlines()[0]}"


def check_faults():
    """Every test that tests/faults.tsv names is there and is run."""
    seen = set()
    for number, row in enumerate(pathlib.Path("tests/faults.tsv").read_text(encoding="utf-8").splitlines()[1:], 2):
        _, _, path, name = row.split("\t")
        text = pathlib.Path(path).read_text(encoding="utf-8") if pathlib.Path(path).exists() else ""
        run = rf"(cmocka_unit_test|CASE)\({name}\)" if path.endswith(".c") else rf"^@case\n(@\w+\n)*def {name}\("
        if not re.search(run, text, flags=re.M):
            yield f"tests/faults.tsv:{number}: {path} runs no test {name}"
        if row in seen:
            yield f"tests/faults.tsv:{number}: told twice"
        seen.add(row)


def main():
    faults = list(check_faults())
    for path in sorted([*pathlib.Path("src").rglob("*.[ch]"), *pathlib.Path("include").rglob("*.h"),
                        *pathlib.Path("cmd").glob("*.[ch]")]):
        text = path.read_text(encoding="utf-8")
        module = module_of(path)
        faults += check_includes(path, text, module)
        faults += check_calls(path, text, module)
        for number, line in enumerate(text.splitlines(), 1):
            if len(line) > 130:
                faults.append(f"{path}:{number}: {len(line)} columns")
    for path in sorted(pathlib.Path("include").rglob("*.h")):
        faults += check_alone(path)
    print("\n".join(faults) if faults else "lint: floors, banned functions, headers, faults.tsv: clean")
    return 1 if faults else 0


sys.exit(main())
