#!/usr/bin/env python3
"""A made-up workload of 500 queries on 60 tables, to see how long the index advisor takes over it.

    tests/bench/indexes/load.py schema | psql DATABASE       makes and fills the tables (about 10 s)
    tests/bench/indexes/load.py queries >load.jsonl          the queries
    time pgloupe indexes --url URL --sql load.jsonl --format json

The same numbers every time: nothing is drawn by chance that isn't seeded.
"""

import json
import random
import sys

TABLES = 60
QUERIES = 500
ROWS = 20_000
STATES = ["new", "open", "waiting", "done", "failed"]


def schema():
    print("CREATE EXTENSION IF NOT EXISTS hypopg;")
    for t in range(TABLES):
        parent = f" REFERENCES t{t // 3}(id)" if t else ""
        print(
            f"CREATE TABLE t{t}(id int PRIMARY KEY, parent_id int NOT NULL{parent}, owner_id int NOT NULL, "
            "state text NOT NULL, code text NOT NULL, made_at timestamptz NOT NULL, gone_at timestamptz, "
            "amount numeric(10,2) NOT NULL, flagged boolean NOT NULL, note text);"
        )
        print(
            f"INSERT INTO t{t} SELECT i, 1 + (i::bigint * 7919 % {ROWS})::int, (i::bigint * 104729 % 500)::int, "
            "(ARRAY['done','done','done','done','done','done','open','open','waiting','new'])[1 + i % 10], "
            "md5(i::text), timestamptz '2024-01-01' + i * interval '7 minutes', "
            "CASE WHEN i % 40 = 0 THEN timestamptz '2025-01-01' END, (i % 9973) / 10.0, i % 300 = 0, repeat('x', 60) "
            f"FROM generate_series(1, {ROWS}) i;"
        )
    print("VACUUM ANALYZE;")


def queries():
    draw = random.Random(4711)
    for _ in range(QUERIES):
        t = draw.randrange(TABLES)
        child = draw.choice([c for c in range(3 * t, 3 * t + 3) if 0 < c < TABLES] or [t])
        n = draw.randrange(1, ROWS)
        forms = [
            f"SELECT * FROM t{t} WHERE owner_id = {n % 500}",
            f"SELECT * FROM t{t} WHERE parent_id = $1",
            f"SELECT * FROM t{t} WHERE owner_id = {n % 500} AND made_at > '2024-06-01' ORDER BY made_at DESC LIMIT 20",
            f"SELECT * FROM t{t} WHERE state = '{draw.choice(STATES)}' AND owner_id = $1",
            f"SELECT * FROM t{t} WHERE code = 'c{n}'",
            f"SELECT * FROM t{t} WHERE flagged ORDER BY made_at LIMIT 50",
            f"SELECT count(*) FROM t{t} WHERE gone_at IS NOT NULL",
            f"SELECT * FROM t{t} WHERE made_at BETWEEN '2024-02-01' AND '2024-02-02'",
            f"SELECT a.*, b.state FROM t{t} a JOIN t{child} b ON b.parent_id = a.id WHERE a.owner_id = {n % 500}",
            f"SELECT a.id, (SELECT count(*) FROM t{child} b WHERE b.parent_id = a.id) FROM t{t} a WHERE a.code = 'c{n}'",
            f"SELECT * FROM t{t} a WHERE EXISTS (SELECT 1 FROM t{child} b WHERE b.parent_id = a.id AND b.flagged)",
            f"UPDATE t{t} SET state = 'done' WHERE code = 'c{n}'",
            f"DELETE FROM t{t} WHERE gone_at < '2024-01-01'",
            f"SELECT state, count(*) FROM t{t} GROUP BY state",
            f"SELECT * FROM t{t} WHERE id = {n}",
            f"SELECT * FROM t{t} WHERE state <> 'done' AND amount > {n % 900}",
        ]
        print(json.dumps({"sql": draw.choice(forms), "calls": draw.choice([1, 5, 50, 400, 3000])}))


if __name__ == "__main__":
    {"schema": schema, "queries": queries}[sys.argv[1]]()
