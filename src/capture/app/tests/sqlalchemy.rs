//! SQLAlchemy's echo.

use super::*;

const LOG: AppLog = AppLog::SqlAlchemy;

/// Puts `2026-11-21 04:10:19,500 INFO sqlalchemy.engine.Engine ` where a line begins with `> `.
fn echo(lines: &str) -> String {
    format!("\n{lines}")
        .replace(
            "\n> ",
            "\n2026-11-21 04:10:19,500 INFO sqlalchemy.engine.Engine ",
        )
        .split_off(1)
}

#[test]
fn statements_with_their_parameters() {
    check_whole(
        LOG,
        &echo(
            "> BEGIN (implicit)\n\
             > SELECT a.x \nFROM a \nWHERE a.id = %(id_1)s::INTEGER AND a.y LIKE '50%%' AND a.z <> %(id_1)s\n\
             > [generated in 0.00014s] {'id_1': 11}\n\
             > SELECT a.x FROM a WHERE a.d = %(d)s AND a.e = %(e)s\n\
             > [cached since 0.02s ago] {'e': None, 'd': datetime.datetime(2026, 1, 2, 3, 4)}\n\
             > select 1\n\
             > [raw sql] {}\n\
             127.0.0.1 - - [21/Nov/2026 04:10:20] \"GET /a?b=1 HTTP/1.1\" 200 -\n\
             > SAVEPOINT sa_savepoint_1\n\
             > [no key 0.00013s] {}\n\
             > COMMIT\n\
             > COMMIT using DBAPI connection.commit(), has no effect due to autocommit mode\n\
             > Col ('id', 'name')\n\
             > ROLLBACK\n",
        ),
        &[
            "0.5 BEGIN",
            "0.5 SELECT a.x \nFROM a \nWHERE a.id = $1::INTEGER AND a.y LIKE '50%' AND a.z <> $1 [11]",
            "0.5 SELECT a.x FROM a WHERE a.d = $1 AND a.e = $2 [2026-01-02 03:04:00|NULL]",
            "0.5 select 1",
            "1 ENDS GET /a?b=1 200 None",
            "0.5 SAVEPOINT sa_savepoint_1",
            "0.5 COMMIT",
            "0.5 ROLLBACK",
        ],
    );
}

#[test]
fn values_of_all_kinds() {
    let list = "{'a': 'it\\'s \"q\" \\\\ \\n\\u20ac', 'b': \"don't\", 'c': Decimal('1.50'), 'd': True, \
                'e': UUID('00000000-0000-0000-0000-000000000005'), 'f': [1, 2, None], 'g': ['a b', 'c\"d', 'null', ''], \
                'h': b'\\x00a', 'i': 1.5e+16, 'j': {'k': [1, 'x']}, 'l': [[1, 2], [3, 4]], 'm': datetime.date(2026, 1, 2), \
                'n': <memory at 0x7f>, 'o': [], 'p': -5, 'q': [True, Decimal('2.0')]}";
    let names = "abcdefghijlmnopq"
        .chars()
        .map(|name| format!("%({name})s"))
        .collect::<Vec<_>>()
        .join(", ");
    let numbers: Vec<String> = (1..=16).map(|number| format!("${number}")).collect();
    check(
        LOG,
        &echo(&format!("> SELECT {names}\n> [raw sql] {list}\n")),
        &[&format!(
            "0.5 SELECT {} [it's \"q\" \\ \n\u{20ac}|don't|1.50|true|00000000-0000-0000-0000-000000000005|{{1,2,NULL}}|\
             {{\"a b\",\"c\\\"d\",\"null\",\"\"}}|b'\\x00a'|1.5e+16|{{'k': [1, 'x']}}|{{{{1,2}},{{3,4}}}}|2026-01-02|\
             <memory at 0x7f>|{{}}|-5|{{t,2.0}}]",
            numbers.join(", ")
        )],
    );
}

#[test]
fn lists_that_are_shortened() {
    check(
        LOG,
        &echo(
            "> UPDATE a SET x=%(x)s WHERE a.id = %(i)s\n\
             > [cached since 0.02s ago] [{'x': 1, 'i': 2}, {'x': 3, 'i': 4}  ... displaying 10 of 15 total bound parameter sets ...  {'x': 5, 'i': 6}, {'x': 7, 'i': 8}]\n\
             > UPDATE a SET x=? WHERE a.id = ?\n\
             > [raw sql] [(1, 2), (3, 4)]\n\
             > SELECT 1 FROM a WHERE a.i IN (%(i_1)s, %(i_2)s, %(i_3)s, %(i_4)s)\n\
             > [generated in 0.1s] {'i_1': 1, 'i_2': 'x' ... 1 parameters truncated ... 'i_4': 4}\n\
             > SELECT 1 FROM a WHERE a.i IN ($1, $2, $3, $4)\n\
             > [generated in 0.1s] (1, 2 ... 1 parameters truncated ... 4)\n\
             > INSERT INTO a (x) VALUES (%(x__0)s), (%(x__1)s), (%(x_ ... 1302 characters truncated ... ), (%(x__9)s) RETURNING a.id\n\
             > [generated in 0.00009s (insertmanyvalues) 1/1 (ordered)] {'x__0': 'a', 'x__1': 'b', 'x__2': 'c', 'x__9': 'd'}\n",
        ),
        &[
            "0.5 UPDATE a SET x=$1 WHERE a.id = $2 [1|2] x15",
            "0.5 UPDATE a SET x=$1 WHERE a.id = $2 [1|2] x2",
            "0.5 SELECT 1 FROM a WHERE a.i IN ($1, $2, $3, $4) [1|x|...|4]",
            "0.5 SELECT 1 FROM a WHERE a.i IN ($1, $2, $3, $4) [1|2|...|4]",
            "0.5 INSERT INTO a (x) VALUES ($1), ($2) RETURNING a.id [a|b]",
        ],
    );
}

#[test]
fn other_styles_of_placeholders() {
    check(
        LOG,
        &echo(
            "> SELECT %s, '%s', 5 %% 3, %s\n> (1, 'x')\n\
             > SELECT ?, '?'\n> [raw sql] (5,)\n\
             > SELECT a.b ? 'x' FROM a\n> [raw sql] {}\n\
             > SELECT a.b ? 'x', $1::INTEGER FROM a\n> [raw sql] (7,)\n\
             > SELECT %(a)s\n> [raw sql] [SQL parameters hidden due to hide_parameters=True]\n\
             > SELECT %(a)s\n> [raw sql] {'b': 1}\n\
             > (SELECT 1) UNION (SELECT 2)\n> ()\n",
        ),
        &[
            "0.5 SELECT $1, '%s', 5 % 3, $2 [1|x]",
            "0.5 SELECT $1, '?' [5]",
            "0.5 SELECT a.b ? 'x' FROM a",
            "0.5 SELECT a.b ? 'x', $1::INTEGER FROM a [7]",
            "0.5 SELECT $1 hidden",
            "0.5 SELECT $1 hidden",
            "0.5 (SELECT 1) UNION (SELECT 2)",
        ],
    );
}

#[test]
fn threads_that_write_in_between() {
    // Without names, what fits; with names, what is the same thread's.
    check(
        LOG,
        &echo(
            "> SELECT %(a)s\n> SELECT %(b)s, %(c)s\n> SELECT %(a)s + 1\n\
             > [raw sql] {'c': 2, 'b': 1}\n> [raw sql] {'a': 3}\n> BEGIN (implicit)\n> [raw sql] {'a': 4}\n",
        ),
        &[
            "0.5 SELECT $1 [3]",
            "0.5 SELECT $1, $2 [1|2]",
            "0.5 SELECT $1 + 1 [4]",
            "0.5 BEGIN",
        ],
    );
    let named = |lines: &str| {
        lines
            .replace(
                "1> ",
                "2026-11-21 04:10:19,500 INFO [w1] sqlalchemy.engine.Engine: ",
            )
            .replace(
                "2> ",
                "2026-11-21 04:10:19,500 INFO [w2] sqlalchemy.engine.Engine: ",
            )
    };
    check_whole(
        LOG,
        &named("1> SELECT %(a)s\n2> SELECT %(a)s\n2> [raw sql] {'a': 2}\n1> [raw sql] {'a': 1}\n"),
        &["0.5 w1: SELECT $1 [1]", "0.5 w2: SELECT $1 [2]"],
    );
}

#[test]
fn loggers_of_ones_own() {
    check_whole(
        LOG,
        "INFO:sqlalchemy.engine.Engine:SELECT %(a)s\nINFO:sqlalchemy.engine.Engine:[raw sql] {'a': 1}\n\
         INFO:werkzeug:127.0.0.1 - - [21/Nov/2026 04:10:20] \"POST /a HTTP/1.1\" 302 -\n\
         INFO:app:done\n",
        &["SELECT $1 [1]", "1 ENDS POST /a 302 None"],
    );
    check_whole(
        LOG,
        &echo(
            "> [track 7] SELECT %(a)s\n> [track 7] [raw sql] {'a': 1}\n> \n CREATE TABLE a (\n\tid INTEGER\n)\n\n\n> [no key 0.1s] {}\n",
        ),
        &[
            "0.5 track 7: SELECT $1 [1]",
            "0.5 CREATE TABLE a (\n\tid INTEGER\n)",
        ],
    );
    check_whole(
        LOG,
        "\u{1b}[32mINFO \u{1b}[0m [sqlalchemy.engine.Engine] SELECT %(a)s \n\
         FROM b\n\u{1b}[32mINFO \u{1b}[0m [sqlalchemy.engine.Engine] [raw sql] {'a': 1}\n",
        &["SELECT $1 \nFROM b [1]"],
    );
    // Each record twice, by `echo=True` and by a logger of one's own.
    check_whole(
        LOG,
        &echo(
            "> SELECT %(a)s\nINFO:sqlalchemy.engine.Engine:SELECT %(a)s\n\
             > [raw sql] {'a': 1}\nINFO:sqlalchemy.engine.Engine:[raw sql] {'a': 1}\n\
             > COMMIT\nINFO:sqlalchemy.engine.Engine:COMMIT\n",
        ),
        &["0.5 SELECT $1 [1]", "0.5 COMMIT"],
    );
}

#[test]
fn what_is_cut_off() {
    check_broken(
        LOG,
        &echo("WHERE a.id = %(id_1)s\n> [raw sql] {'id_1': 11}\n> SELECT %(a)s\n"),
        &["0.5 SELECT $1 hidden"],
        &["the parameters of a statement that is missing"],
    );
    // Nobody waits for parameters for ever.
    let many = echo(&format!(
        "> SELECT %(a)s\n{}> [raw sql] {{'a': 1}}\n",
        "> COMMIT\n".repeat(70)
    ));
    let (found, broken) = read(many.as_bytes(), 0, LOG);
    assert_eq!(found[0].1, "0.5 SELECT $1 hidden");
    assert_eq!((found.len(), broken.len()), (71, 1));
    let border = last_start(many.as_bytes(), LOG);
    assert!(
        many[border..].starts_with("2026-11-21 04:10:19,500 INFO sqlalchemy.engine.Engine [raw")
    );
}
