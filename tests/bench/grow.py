#!/usr/bin/env python3
"""Makes a long capture out of a short one.

    python3 tests/bench/grow.py fixtures/shop.log OUT --mb 1000

Writes the capture again and again until OUT has at least so many megabytes
(of 1,000,000 bytes). Each copy comes after the one before it in time (moved by
the capture's span and a small gap) and has processes of its own, so the result
reads like one long capture. Texts, parameters and durations stay as they are.

Works for the three formats of Postgres, told apart by the ending: .log (text
with the prefix '%m [%p] ', times in UTC), .csv and .json. In the last two the
session id, the start of the session and the virtual and real transaction ids
move along with the time and the process id. Equal copies of the three twins
get equal times and process ids.
"""

import argparse
import re
from datetime import datetime, timedelta, timezone
from pathlib import Path

GAP_MS = 50
FIRST_PID = 10_000
PIDS = 4_000_000  # Linux has 4194304 at most, then they start anew

TIME = rb"(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}) UTC"
START = rb"(?P<start>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) UTC"
SESSION = rb"(?P<session>[0-9a-f]+\.[0-9a-f]+)"
TEXT = rb'"(?:[^"\\]|\\.)*"'  # in JSON
FIELD = rb'(?:"(?:[^"]|"")*"|[^",\n]*)'  # in CSV

# The head of one record; only its named groups are replaced, so that a time or
# number inside a statement stays what it is. JSON leaves out empty keys.
HEADS = {
    ".log": rb"^" + TIME + rb" \[(?P<pid>\d+)\]",
    ".csv": rb"^" + TIME + rb",(?:" + FIELD + rb",){2}(?P<pid>\d+)," + FIELD + rb"," + SESSION
            + rb",\d+," + FIELD + rb"," + START + rb",(?P<vxid>\d+/\d+)?,(?P<xid>\d+),",
    ".json": rb'^\{"timestamp":"' + TIME + rb'"(?:,"(?:user|dbname)":' + TEXT
             + rb')*,"pid":(?P<pid>\d+)(?:,"remote_host":' + TEXT
             + rb'|,"remote_port":\d+)*,"session_id":"' + SESSION
             + rb'","line_num":\d+(?:,"ps":' + TEXT + rb')?,"session_start":"' + START
             + rb'"(?:,"vxid":"(?P<vxid>\d+/\d+)")?,"txid":(?P<xid>\d+)',
}


def split(content, head):
    """Cuts the content into constant pieces and (kind, value) in turns.

    There is one piece more than there are values.
    """
    pieces, values, end = [], [], 0
    for match in re.finditer(head, content, re.M):
        for kind in head_groups(match):
            start, stop = match.span(kind)
            pieces.append(content[end:start])
            values.append((kind, match[kind]))
            end = stop
    pieces.append(content[end:])
    return pieces, values


def head_groups(match):
    named = match.re.groupindex
    return [kind for kind in sorted(named, key=named.get) if match[kind]]


def when(value):
    return datetime.fromisoformat(value.decode()).replace(tzinfo=timezone.utc)


def mover(values):
    """Returns a function: (number of the copy) -> {(kind, value): new value}."""
    distinct = set(values)
    moments = {value: when(value) for kind, value in distinct if kind in ("time", "start")}
    times = [moments[value] for kind, value in distinct if kind == "time"]
    step = max(times) - min(times) + timedelta(milliseconds=GAP_MS)
    pids = {pid: place for place, pid in enumerate(
        sorted({int(value) for kind, value in distinct if kind == "pid"}))}
    local = [int(value.split(b"/")[1]) for kind, value in distinct if kind == "vxid"]
    real = [int(value) for kind, value in distinct if kind == "xid" and value != b"0"]
    local_step = max(local, default=0) + 1
    real_step = max(real, default=0) - min(real, default=0) + 1

    def move(copy):
        by = step * copy

        def pid(old):
            return FIRST_PID + (copy * len(pids) + pids[old]) % PIDS

        def new(kind, value):
            if kind == "time":
                return (moments[value] + by).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3].encode()
            if kind == "start":
                return (moments[value] + by).strftime("%Y-%m-%d %H:%M:%S").encode()
            if kind == "pid":
                return b"%d" % pid(int(value))
            if kind == "session":
                # Seconds since 1970 and the process id.
                start, old = (int(part, 16) for part in value.split(b"."))
                return b"%x.%x" % (int(start + by.total_seconds()), pid(old))
            if kind == "vxid":
                backend, number = value.split(b"/")
                # 2/0 is no transaction.
                return b"%s/%d" % (backend, int(number) and int(number) + local_step * copy)
            return b"%d" % (int(value) and int(value) + real_step * copy)
        return {key: new(*key) for key in distinct}
    return move


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("capture", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--mb", type=int, default=100)
    options = parser.parse_args()
    if options.capture.suffix not in HEADS:
        parser.error("the capture must end in .log, .csv or .json")

    content = options.capture.read_bytes()
    if not content.endswith(b"\n"):
        content += b"\n"
    pieces, values = split(content, HEADS[options.capture.suffix])
    if not values or pieces[0] not in (b"", b'{"timestamp":"'):
        parser.error("this does not begin like a Postgres log of that kind")
    move = mover(values)

    parts = [None] * (2 * len(values) + 1)
    parts[0::2] = pieces
    written = copy = 0
    with open(options.out, "wb") as out:
        while written < options.mb * 1_000_000:
            parts[1::2] = map(move(copy).__getitem__, values)
            written += out.write(b"".join(parts))
            copy += 1
    print(f"{options.out}: {written} bytes, {copy} copies")


if __name__ == "__main__":
    main()
