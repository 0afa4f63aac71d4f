"""Runs a program and says what it cost. Used by tests/peers/run and tests/bench/curve."""

import json
import os
import re
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
GROW = ROOT / "tests" / "bench" / "grow.py"


class Cost(NamedTuple):
    seconds: float  # wall time
    processor: float  # seconds of all processors, of the same run
    peak_bytes: int  # of the largest process among those that the program waited for


def floor_bytes():
    """The kernel counts the measuring process's own memory as the child's, as it is its parent: less can't be seen."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def run(command, out, environment=None):
    """Runs `command` once, with its standard output in the file `out`. A failing program ends everything."""
    with open(out, "wb") as stdout, tempfile.TemporaryFile() as stderr:
        begin = time.perf_counter()
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr, env=environment)
        try:
            _, status, usage = os.wait4(child.pid, 0)
        except BaseException:
            child.kill()
            raise
        seconds = time.perf_counter() - begin
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            stderr.seek(0)
            said = stderr.read()[-500:].decode(errors="replace").strip()
            sys.exit(f"{command[0]} failed with status {child.returncode}: {said}")
    return Cost(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


def several(command, out, runs, choose=statistics.median_low, environment=None):
    """As `run`, with the run whose wall time `choose` takes, and the highest peak of all."""
    costs = [run(command, out, environment) for _ in range(runs)]
    chosen = choose(costs)
    return chosen._replace(peak_bytes=max(cost.peak_bytes for cost in costs))


def grow(capture, out, megabytes):
    """Builds the file and returns how often the capture is in it."""
    command = [sys.executable, GROW, capture, out, "--mb", str(megabytes)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    settle(out)
    return int(re.search(r"(\d+) copies", said)[1])


def settle(file):
    """Waits until the file is on the disk, and reads it once, so that all programs find it in the page cache."""
    os.sync()
    with open(file, "rb", buffering=0) as content:
        buffer = bytearray(1 << 20)
        while content.readinto(buffer):
            pass


def counts(report):
    """The numbers under "capture" of pgloupe's JSON, without reading the lists that come after it."""
    with open(report, "rb") as content:
        head = content.read(100_000).decode(errors="replace")
    found = re.findall(r'"(\w+)": ([0-9.]+)', head.partition('"queries"')[0])
    return {key: json.loads(number) for key, number in found}


def distinct_queries(report):
    """The number of entries in pgloupe's list of queries. Read by another process, which keeps the floor low."""
    script = "import json, sys; print(len(json.load(open(sys.argv[1], encoding='utf-8'))['queries']))"
    return int(subprocess.run([sys.executable, "-c", script, report], check=True, capture_output=True).stdout)


def build(skip):
    """Builds pgloupe and returns the path of the program."""
    if not skip:
        subprocess.run(["cargo", "build", "--release", "--locked"], cwd=ROOT, check=True)
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    program = target / "release" / "pgloupe"
    if not program.exists():
        sys.exit(f"{program} is missing: leave out --no-build")
    return program


def installed(package, program, ask):
    """Whether the program is there; when not and `ask`, it is installed by apt."""
    if shutil.which(program):
        return True
    if not ask or not shutil.which("apt-get"):
        return False
    print(f"{program} is missing: installing Debian's package {package}", file=sys.stderr)
    sudo = [] if os.geteuid() == 0 else ["sudo"]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", package]
    for command in (["apt-get", "update", "-qq"], install):
        done = subprocess.run([*sudo, *command], env=environment, stdout=subprocess.DEVNULL)
    return done.returncode == 0 and shutil.which(program) is not None


def stop_cleanly():
    """Lets a polite kill end the program like Ctrl-C, so that temporary folders go away."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))


def warn_of_load():
    """Says so when other programs are running: times are then too long, and CPU seconds the better measure."""
    load, processors = os.getloadavg()[0], os.cpu_count() or 1
    if load > processors / 4:
        print(f"other programs are running: load average {load:.1f} on {processors} processors", file=sys.stderr)


def table(rows, words=0, markdown=False):
    """Rows of texts, the first of them the head, as lines; all columns but the first `words` are numbers."""
    if markdown:
        rule = ["---"] * words + ["---:"] * (len(rows[0]) - words)
        return "\n".join("| " + " | ".join(row) + " |" for row in [rows[0], rule, *rows[1:]])
    widths = [max(map(len, column)) for column in zip(*rows)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if place < words else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths))
        ).rstrip()
        for row in rows
    )


def seconds(value):
    return f"{value:.2f}" if value >= 0.1 else f"{value:.3f}"


def megabytes(size, floor):
    """A peak, in MB of 1,000,000 bytes; what is below the floor is only known to be below."""
    return f"< {floor / 1e6:.0f}" if size <= floor * 1.05 else f"{size / 1e6:,.0f}"
