"""The stage of the end-to-end cases: a temporary folder, the program as a child, and what it left behind.

A case is a function marked @case; its name, with spaces, is the sentence that is printed.  It fails by raising
(check() does).  Nothing of the program is imported: what is seen here is what an operator sees."""
import contextlib
import io
import json
import os
import re
import runpy
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CALM = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
OUTPUTS = ("report.html", "report.json", "report.xlsx")
DEADLY = {-signal.SIGSEGV, -signal.SIGABRT, -signal.SIGPIPE, -signal.SIGBUS, -signal.SIGFPE, -signal.SIGILL,
          -signal.SIGXFSZ}
cases = []


MEASURE = ("import os,resource,sys\n"
           "status=os.waitstatus_to_exitcode(os.waitpid(os.posix_spawn(sys.argv[1],sys.argv[1:],os.environ),0)[1])\n"
           "print(status,resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)")


class Failed(Exception):
    pass


def case(function):
    cases.append(function)
    return function


def slow(function):
    """Left out by --quick."""
    function.slow = True
    return function


def check(truth, *told):
    if not truth:
        raise Failed(" ".join(shown(t) for t in told))


def equal(have, want, *told):
    check(have == want, *told, "have", have, "want", want)


def shown(thing):
    text = thing if isinstance(thing, str) else repr(thing)
    return text.encode("ascii", "backslashreplace").decode()[:600]


class Run:
    """What one run of the program left."""

    def __init__(self, arguments, code, out, err, folder):
        self.arguments, self.code, self.out, self.err, self.folder = arguments, code, out, err, folder
        check(not re.search(rb"Sanitizer|runtime error:", err), self.said())
        check(code not in DEADLY and code != 70 and code is not None, "died:", code, self.said())

    def said(self):
        return "stderr: " + self.err.decode("utf-8", "backslashreplace")[-1200:]

    def exited(self, code):
        equal(self.code, code, "exit code of", [shown(os.fsdecode(a)) for a in self.arguments][-6:], self.said())
        return self

    def file(self, name):
        with open(os.path.join(os.fsencode(self.folder), os.fsencode(name)), "rb") as f:
            return f.read()

    def files(self):
        return sorted(os.listdir(self.folder)) if os.path.isdir(self.folder) else []

    @property
    def report(self):
        return json.loads(self.file("report.json").decode("utf-8"))

    def problems(self, notes=False):
        return [p for p in self.report["evidence"]["problems"] if notes or not p.get("note")]

    def kinds(self, notes=False):
        return sorted({p["kind"] for p in self.problems(notes)})

    def source(self, ending):
        found = [s for s in self.report["evidence"]["sources"] if s["path"].endswith(ending)]
        equal(len(found), 1, "sources ending in", ending)
        return found[0]

    def path_of(self, problem):
        evidence = self.report["evidence"]
        if problem.get("source") is not None:
            return evidence["sources"][problem["source"]]["path"]
        return evidence["inputs"][problem["input"]]["path"]

    def warned(self, kind, path):
        """In report.json and on standard error, by name; kind is a regular expression."""
        same = [p for p in self.problems() if re.fullmatch(kind, p["kind"]) and path in self.path_of(p)]
        check(same, "no problem", kind, "of", path, "in report.json:", self.kinds(), self.said())
        lines = [line for line in self.err.decode("utf-8").splitlines() if path in line and re.search(kind, line)]
        check(lines, "no", kind, "of", path, "on stderr:", self.said())
        return same[0]

    def reconciles(self):
        fault = tool("reconcile.py", os.path.join(self.folder, "report.json"))
        check(not fault, "reconcile:", fault)
        return self

    def recounts(self, *bases):
        fault = tool("recount.py", os.path.join(self.folder, "report.json"), *bases)
        check(not fault, "recount:", fault)
        return self

    def agrees(self, truth, *options):
        fault = tool("truth.py", *options, truth, os.path.join(self.folder, "report.json"))
        check(not fault, "truth:", fault)
        return self


def tool(name, *arguments):
    """A checker of tests/ inside this process; what it printed if it was not content."""
    path = os.path.join(ROOT, "tests", name)
    before, said = sys.argv, io.StringIO()
    sys.argv = [path, *map(os.fspath, arguments)]
    code = 0
    try:
        with contextlib.redirect_stdout(said):
            runpy.run_path(path, run_name="__main__")
    except SystemExit as stop:
        code = stop.code or 0
    finally:
        sys.argv = before
    return said.getvalue().strip()[:1500] if code else ""


class Stage:
    def __init__(self, program, simulate):
        self.simulate_program = os.path.abspath(simulate)
        self.folder = tempfile.mkdtemp(prefix="postmortem-e2e.")
        # a copy, so that a build meanwhile does no harm and another user can run it
        self.program = shutil.copy(program, os.path.join(self.folder, "postmortem"))
        os.chmod(self.program, 0o755)
        with open(self.program, "rb") as f:
            image = f.read()
            self.counting = b"__gcov_exit" in image  # allocates once more at its end
            self.sanitized = b"__asan_init" in image or b"__tsan_init" in image  # then memory tells nothing
        self.corpora, self.serial = {}, 0

    def faults(self):
        """The library that makes the world fail (faults.c); a sanitizer's build cannot have it before its own."""
        if not hasattr(self, "faults_library"):
            self.faults_library = os.path.join(self.folder, "faults.so")
            subprocess.run(["gcc", "-shared", "-fPIC", "-O1", "-D_GNU_SOURCE", "-o", self.faults_library,
                            os.path.join(ROOT, "tests/end_to_end/faults.c"), "-ldl", "-pthread"], check=True)
        return self.faults_library

    def struck(self, *paths, options=(), folder=None, command="report", **fault):
        """One run under the faults given (at=3, act="kill" for FAULT_AT, FAULT_ACT): the run, and what the library told."""
        folder = folder or os.path.join(self.place("report"), "out")
        told = os.path.join(self.place("told"), "told")
        arguments = [command, *(["-o", folder] if command == "report" else []), *options, *paths]
        env = {"FAULT_" + name.upper().rstrip("_"): str(value) for name, value in fault.items()}
        code, out, err = self.child(arguments, env={**env, "LD_PRELOAD": self.faults(), "FAULT_TOLD": told})
        with open(told, encoding="utf-8") as f:
            return Run(arguments, code, out, err, folder), f.read()

    def struck_killed(self, path, folder, n, act, kinds):
        """The same where the program may die of it."""
        told = os.path.join(self.place("told"), "told")
        env = {"LD_PRELOAD": self.faults(), "FAULT_TOLD": told, "FAULT_FOLDER": folder, "FAULT_AT": str(n), "FAULT_ACT": act,
               "FAULT_CALLS": kinds}
        code, out, err = self.child(["report", "-f", "-j1", "-o", folder, path], env=env)
        with open(told, encoding="utf-8") as f:
            run = Run.__new__(Run)  # without the check that it did not die
            run.arguments, run.code, run.out, run.err, run.folder = [path], code, out, err, folder
            return run, f.read()

    def close(self):
        for path, folders, _ in os.walk(self.folder):
            for name in folders:
                if not os.path.islink(os.path.join(path, name)):  # chmod follows links, and one of ours leads to /etc
                    os.chmod(os.path.join(path, name), 0o700)
        shutil.rmtree(self.folder, ignore_errors=True)

    def place(self, name="place"):
        """A fresh folder."""
        self.serial += 1
        path = os.path.join(self.folder, f"{self.serial:03}-{name}")
        os.makedirs(path)
        return path

    def sample(self, name):
        return os.path.join("samples", name)

    def child(self, arguments, cwd=ROOT, env=None, stdin=b"", before=None, limit=120):
        done = subprocess.run([self.program, *arguments], cwd=cwd, env={**CALM, **(env or {})}, input=stdin,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=limit, check=False,
                              preexec_fn=before)
        return done.returncode, done.stdout, done.stderr

    def report(self, *paths, options=(), folder=None, **how):
        folder = folder or os.path.join(self.place("report"), "out")
        arguments = ["report", "-o", folder, *options, *paths]
        code, out, err = self.child(arguments, **how)
        check(not re.search(rb"[\x00-\x09\x0b-\x1f\x7f]", err), "control byte on stderr:", err[-400:])
        return Run(arguments, code, out, err, folder)

    def simulate(self, kind, *options):
        """A corpus; the same options give the same folder."""
        key = (kind, *options)
        if key not in self.corpora:
            place = self.place(kind)
            subprocess.run([self.simulate_program, "--kind", kind, "--out", os.path.join(place, kind), "--truth",
                            os.path.join(place, "truth.json"), *options], check=True, env=CALM)
            self.corpora[key] = place
        return os.path.join(self.corpora[key], kind), os.path.join(self.corpora[key], "truth.json")

    def peak(self, *paths, options=()):
        """Peak resident bytes of one run, and the run.  A small process stands between: on Linux a child starts with
        the peak of what it was forked from, and this one is large."""
        folder = os.path.join(self.place("report"), "out")
        arguments = ["report", "-o", folder, *options, *paths]
        done = subprocess.run(["/usr/bin/python3", "-I", "-S", "-c", MEASURE, self.program, *arguments], cwd=ROOT,
                              env=CALM, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=120, check=True)
        code, peak = done.stdout.split()[-2:]
        return 0 if self.sanitized else int(peak) * 1024, Run(arguments, int(code), b"", done.stderr, folder)


def write(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f:
        f.write(data)
    return path


def run_all(program, simulate, quick, only):
    stage, failed, done = Stage(program, simulate), 0, 0
    try:
        for function in cases:
            name = function.__name__.replace("_", " ")
            if (quick and getattr(function, "slow", False)) or (only and only not in name):
                continue
            done += 1
            start = time.monotonic()
            try:
                function(stage)
                print(f"ok {done} - {name} ({time.monotonic() - start:.1f} s)", flush=True)
            except Exception as fault:
                failed += 1
                print(f"not ok {done} - {name}", flush=True)
                text = str(fault) if isinstance(fault, Failed) else traceback.format_exc()
                print("    " + shown_lines(text), flush=True)
    finally:
        stage.close()
    print(f"{done} cases, {failed} failed")
    return 1 if failed or not done else 0


def shown_lines(text):
    return text.encode("ascii", "backslashreplace").decode()[-2500:].replace("\n", "\n    ")
