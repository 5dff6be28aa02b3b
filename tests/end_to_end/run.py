#!/usr/bin/python3
"""run.py [--quick] [--program build/postmortem] [--simulate build/simulate] [--only WORDS]: the program from outside.

Many small cases, one line each; the last line tells how many there were and how many failed; exit status 1 if any did.
Needs the Debian python3 with jsonschema, gzip, bzip2, xz, zstd and 7z; no network; all files in one temporary folder.
--quick leaves out the large corpora; --only runs the cases whose sentence holds these words."""
import argparse
import os
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE)]

import stage  # noqa: E402
import samples_and_corpora  # noqa: E402,F401
import sameness  # noqa: E402,F401
import overlaps  # noqa: E402,F401
import backups  # noqa: E402,F401
import gaps  # noqa: E402,F401
import services  # noqa: E402,F401
import clocks  # noqa: E402,F401
import learnt  # noqa: E402,F401
import transports  # noqa: E402,F401
import damage_in_streams  # noqa: E402,F401
import damage_in_archives  # noqa: E402,F401
import damage_in_lines  # noqa: E402,F401
import hostile_text  # noqa: E402,F401
import interface  # noqa: E402,F401
import output_faults  # noqa: E402,F401
import shards  # noqa: E402,F401
import queue_ids  # noqa: E402,F401
import a_failing_world  # noqa: E402,F401
import confinement  # noqa: E402,F401
import passwords  # noqa: E402,F401
import sendmail_and_exim  # noqa: E402,F401
import answers  # noqa: E402,F401
import submissions  # noqa: E402,F401


def main():
    os.chdir(stage.ROOT)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--program", default="build/postmortem")
    parser.add_argument("--simulate", default="build/simulate")
    parser.add_argument("--only", default="")
    given = parser.parse_args()
    for path in (given.program, given.simulate):
        if not os.access(path, os.X_OK):
            parser.error(path + ": not there: make all build/simulate")
    return stage.run_all(given.program, given.simulate, given.quick, given.only)


sys.exit(main())
