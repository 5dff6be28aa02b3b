"""The README tells the truth: its console blocks are run and their output compared.

A line "..." in a block stands for any lines.  Run from the root of the repository, after a build.
"""
import argparse
import re
import subprocess
import sys


def blocks(text):
    return re.findall(r"```console\n(.*?)```", text, flags=re.S)


def steps(block):
    """(command, expected lines) pairs of one block."""
    command, expected = None, []
    for line in block.splitlines():
        if line.startswith("$ "):
            if command:
                yield command, expected
            command, expected = line[2:], []
        else:
            expected.append(line)
    if command:
        yield command, expected


def agrees(expected, told):
    pattern = "".join(r"(?:.*\n)*?" if line == "..." else re.escape(line) + r"\n" for line in expected)
    return re.fullmatch(pattern, told if not told or told.endswith("\n") else told + "\n") is not None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", default="build/postmortem")
    program = parser.parse_args().program
    failed = ran = 0
    with open("README.md", encoding="utf-8") as f:
        text = f.read()
    for block in blocks(text):
        for command, expected in steps(block):
            done = subprocess.run(["bash", "-c", command.replace("build/postmortem", program)],
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                                  env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"})
            ran += 1
            if not agrees(expected, done.stdout):
                failed += 1
                print(f"README: $ {command}\nexpected:\n" + "\n".join(expected) + f"\ntold:\n{done.stdout}")
    print(f"README: {ran} commands, {failed} failed")
    return 1 if failed or not ran else 0


sys.exit(main())
