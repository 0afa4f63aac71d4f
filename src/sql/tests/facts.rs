//! What is read from the syntax tree. The facts of a statement are written in short:
//! `table.column` with the operator and value, `?` for a condition under OR, `^` for a nested one.

use crate::sql::{
    Bound, Column, Facts, Item, JoinKind, Kind, Strength, Value, Wait, facts, normalise,
};
use std::fmt::Write as _;

#[track_caller]
fn read(sql: &str) -> Facts {
    let normalised = normalise(sql.as_bytes());
    match facts(&normalised) {
        Some(facts) => facts,
        None => unreachable!("cannot be read: {normalised}"),
    }
}

#[track_caller]
fn check_tables(sql: &str, want: &str) {
    let mut got = Vec::new();
    for table in read(sql).tables {
        let schema = table
            .schema
            .map_or(String::new(), |schema| format!("{schema}."));
        let alias = table
            .alias
            .map_or(String::new(), |alias| format!(" {alias}"));
        got.push(schema + &table.name + &alias);
    }
    assert_eq!(got.join(", "), want, "{sql}");
}

#[track_caller]
fn check_predicates(sql: &str, want: &str) {
    let facts = read(sql);
    let mut got = Vec::new();
    for predicate in &facts.predicates {
        let mut text = String::new();
        if predicate.nested {
            text.push('^');
        }
        if !predicate.conjunct {
            text.push('?');
        }
        if predicate.negated {
            text.push('!');
        }
        let column = name(&facts, &predicate.column);
        match &predicate.function {
            Some(function) => write!(text, "{function}({column})").unwrap_or_default(),
            None => text.push_str(&column),
        }
        write!(text, " {:?} ", predicate.op).unwrap_or_default();
        match &predicate.value {
            Value::Parameter(number) => write!(text, "${number}").unwrap_or_default(),
            Value::Column(column) => text.push_str(&name(&facts, column)),
            other => write!(text, "{other:?}").unwrap_or_default(),
        }
        got.push(text);
    }
    assert_eq!(got.join(", "), want, "{sql}");
}

#[track_caller]
fn check_joins(sql: &str, want: &str) {
    let facts = read(sql);
    let joins = facts.joins.iter().map(|join| {
        let (left, right) = (name(&facts, &join.left), name(&facts, &join.right));
        let kind = match join.kind {
            JoinKind::Inner => "",
            JoinKind::Left => "left ",
            JoinKind::Right => "right ",
            JoinKind::Full => "full ",
        };
        format!("{kind}{left}={right}")
    });
    assert_eq!(joins.collect::<Vec<_>>().join(", "), want, "{sql}");
}

fn name(facts: &Facts, column: &Column) -> String {
    let table = facts.table_of(column);
    let table = table.map_or("_", |table| table.alias.as_ref().unwrap_or(&table.name));
    format!("{table}.{}", column.name)
}

#[test]
fn tables_are_those_of_the_main_statement_first() {
    check_tables(
        "SELECT * FROM a, Public.\"B\" x JOIN c ON 1 = 1",
        "a, public.B x, c",
    );
    check_tables(
        "SELECT (SELECT * FROM d) FROM (SELECT * FROM e) x, a WHERE b IN (SELECT c FROM f)",
        "a, e, d, f",
    );
    check_tables("WITH a AS (SELECT * FROM t) SELECT * FROM a, u", "u, t");
    check_tables("WITH a AS (SELECT * FROM a) SELECT * FROM s.a", "s.a");
    check_tables("SELECT * FROM generate_series(1, 2) g, unnest(x) u, t", "t");
    check_tables("SELECT * FROM a UNION SELECT * FROM b", "a, b");
    check_tables("INSERT INTO a SELECT * FROM b", "a, b");
    check_tables("UPDATE a SET x = 1 FROM b c WHERE a.id = c.id", "a, b c");
    check_tables("DELETE FROM ONLY a USING b", "a, b");
    check_tables(
        "MERGE INTO a USING b ON a.x = b.x WHEN MATCHED THEN DELETE",
        "a, b",
    );
    check_tables(
        "SELECT * FROM (a JOIN b ON 1 = 1) LEFT JOIN c ON 1 = 1",
        "a, b, c",
    );
    check_tables("TABLE a", "a");
    check_tables("WITH x AS (SELECT * FROM b) UPDATE a SET y = 1", "a, b");
}

#[test]
fn predicates_name_column_operator_and_value() {
    check_predicates(
        "SELECT * FROM t WHERE a = 1 AND 2 < b AND c <> 3 AND d BETWEEN 4 AND 5 AND e IN (6, 7)",
        "t.a Eq $1, t.b Range $2, t.c NotEq $3, t.d Between $4, t.e In $6",
    );
    check_predicates(
        "SELECT * FROM t WHERE a = ANY($1) AND b LIKE 'x%' AND c NOT ILIKE 'y' AND d ~ 'z'",
        "t.a Any $1, t.b Like $2, !t.c ILike $3, t.d Regex $4",
    );
    check_predicates(
        "SELECT * FROM t WHERE a IS NULL AND b IS NOT NULL AND c AND NOT d AND e IS NOT TRUE",
        "t.a IsNull Constant, !t.b IsNull Constant, t.c Eq Constant, !t.d Eq Constant, \
         !t.e Eq Constant",
    );
    check_predicates(
        "SELECT * FROM t WHERE a @> '{}' AND b ? 'x' AND c && ARRAY[1] AND d <-> 'x' < 1",
        "t.a Contains $1, t.b Contains $2, t.c Contains $3, <->(t.d) Range $5",
    );
    check_predicates(
        "SELECT * FROM t WHERE (a, b) = (1, 2) AND (c, d) IN ((3, 4)) AND e = '5'::int",
        "t.a Eq $1, t.b Eq $2, t.c In $3, t.d In $3, t.e Eq $5",
    );
    check_predicates(
        "SELECT * FROM t WHERE a = b + 1 AND c = d",
        "t.a Eq Expression, t.c Eq t.d",
    );
}

#[test]
fn conditions_under_or_and_in_sub_selects_are_told() {
    check_predicates(
        "SELECT * FROM t WHERE a = 1 AND (b = 2 OR c = 3) AND NOT (d = 4 AND e = 5)",
        "t.a Eq $1, ?t.b Eq $2, ?t.c Eq $3, ?!t.d Eq $4, ?!t.e Eq $5",
    );
    check_predicates(
        "SELECT * FROM t WHERE a IN (SELECT b FROM u WHERE c = 1) AND EXISTS (SELECT * FROM v \
         WHERE d = 2 OR v.e = t.e)",
        "t.a In Subquery, ^u.c Eq $1, ^?v.d Eq $2, ^?v.e Eq t.e",
    );
    check_predicates(
        "SELECT * FROM t JOIN u ON u.t_id = t.id AND u.a = 1 WHERE b = 2 HAVING count(c) > 3",
        "u.a Eq $1, _.b Eq $2, count(_.c) Range $3",
    );
}

#[test]
fn functions_and_casts_around_a_column_are_told() {
    check_predicates(
        "SELECT * FROM t WHERE lower(a) = 'x' AND b::date = '2026-01-01' AND c + 1 > 2 AND \
         coalesce(d, 0) = 3 AND extract(year FROM e) = 4 AND f ->> 'k' = 'v'",
        "lower(t.a) Eq $1, ::date(t.b) Eq $2, +(t.c) Range $4, coalesce(t.d) Eq $6, \
         extract(t.e) Eq $8, ->>(t.f) Eq $10",
    );
    check_predicates("SELECT * FROM t WHERE a COLLATE \"C\" = 'x'", "t.a Eq $1");
}

#[test]
fn joins_equate_columns() {
    check_joins(
        "SELECT * FROM a JOIN b x ON x.a_id = a.id LEFT JOIN c USING (b_id) WHERE a.d = x.d",
        "x.a_id=a.id, left x.b_id=c.b_id, a.d=x.d",
    );
    check_joins(
        "SELECT * FROM a WHERE EXISTS (SELECT * FROM b WHERE b.a_id = a.id) OR a.x = a.y",
        "b.a_id=a.id",
    );
    check_joins(
        "SELECT * FROM a FULL JOIN b ON a.x = b.x AND a.y > b.y",
        "full a.x=b.x",
    );
    check_joins(
        "UPDATE a SET x = 1 FROM b WHERE b.id = a.b_id",
        "b.id=a.b_id",
    );
}

#[test]
fn what_a_query_returns() {
    let facts = read(
        "SELECT DISTINCT t.*, a, b::text AS c, lower(d) e, count(*), 1 FROM t GROUP BY 2, b \
         ORDER BY c DESC NULLS LAST, 2, e, lower(f) LIMIT 10 OFFSET 20",
    );
    let short = |column: Option<&Column>| {
        column.map_or_else(|| "-".to_owned(), |column| name(&facts, column))
    };
    let selected: Vec<_> = facts.selected.iter().map(|it| short(it.column())).collect();
    assert_eq!(selected, ["-", "t.a", "t.b", "-", "-", "-"]);
    let functions: Vec<_> = facts
        .selected
        .iter()
        .map(|it| match &it.item {
            Item::Function(name) => Some(name.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(
        functions,
        [None, None, None, Some("lower"), Some("count"), None]
    );
    assert!(
        facts
            .selected
            .first()
            .is_some_and(|it| it.is_all() && it.item == Item::All(Some(0)))
    );
    assert!(facts.aggregates && facts.distinct && !facts.subqueries);
    let groups: Vec<_> = facts.group_by.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(groups, ["a", "b"]);
    let order: Vec<_> = facts
        .order_by
        .iter()
        .map(|key| (short(key.column.as_ref()), key.descending, key.nulls_first))
        .collect();
    let want = [
        ("t.b".to_owned(), true, Some(false)),
        ("t.a".to_owned(), false, None),
        ("-".to_owned(), false, None),
        ("-".to_owned(), false, None),
    ];
    assert_eq!(order, want);
    assert_eq!(facts.limit, Some(Bound::Parameter(2)));
    assert_eq!(facts.offset, Some(Bound::Parameter(3)));
}

#[test]
fn limits_of_every_form() {
    let limit = |sql: &str| facts(sql).map(|facts| (facts.limit, facts.offset));
    assert_eq!(limit("SELECT 1"), Some((None, None)));
    assert_eq!(limit("SELECT 1 LIMIT ALL"), Some((None, None)));
    let one = Some(Bound::Constant(1));
    assert_eq!(limit("SELECT 1 FETCH FIRST ROW ONLY"), Some((one, None)));
    let (five, nine) = (Some(Bound::Constant(5)), Some(Bound::Parameter(9)));
    assert_eq!(
        limit("SELECT 1 OFFSET 5 ROWS FETCH NEXT $9 ROWS ONLY"),
        Some((nine, five))
    );
    assert_eq!(
        limit("SELECT 1 LIMIT 1 + $1"),
        Some((Some(Bound::Expression), None))
    );
}

#[test]
fn what_a_write_sets() {
    let facts = read(
        "INSERT INTO t (a, \"B\") VALUES (1, 2), (3, 4) ON CONFLICT (a) WHERE c > 5 DO UPDATE SET \
         b = excluded.b WHERE t.d = 6 RETURNING id",
    );
    let insert = facts.insert.as_ref();
    assert!(insert.is_some_and(|it| *it.columns == ["a", "B"] && it.rows == Some(1)));
    assert!(insert.is_some_and(|it| it.on_conflict));
    assert_eq!(
        facts
            .assigned
            .iter()
            .map(|it| &*it.name)
            .collect::<Vec<_>>(),
        ["b"]
    );
    assert_eq!(facts.selected.len(), 1);
    assert_eq!(facts.kind, Kind::Insert);

    let facts = read("UPDATE t x SET a[1] = 2, (b, c) = (3, 4) WHERE x.id = 5");
    let assigned: Vec<_> = facts.assigned.iter().map(|it| name(&facts, it)).collect();
    assert_eq!(assigned, ["x.a", "x.b", "x.c"]);

    let facts = read("INSERT INTO t SELECT a FROM u");
    assert!(facts.insert.is_some_and(|it| it.rows.is_none()));
}

#[test]
fn locks_of_every_strength() {
    let locking = |sql: &str| facts(sql).and_then(|facts| facts.locking);
    let check = |sql: &str, strength: Strength, wait: Wait| {
        let found = locking(sql).map(|it| (it.strength, it.wait));
        assert_eq!(found, Some((strength, wait)), "{sql}");
    };
    check("SELECT * FROM t FOR UPDATE", Strength::Update, Wait::Block);
    check(
        "SELECT * FROM t, u FOR NO KEY UPDATE OF t, u NOWAIT",
        Strength::NoKeyUpdate,
        Wait::NoWait,
    );
    check(
        "SELECT * FROM t FOR SHARE FOR KEY SHARE",
        Strength::Share,
        Wait::Block,
    );
    check(
        "SELECT * FROM t FOR UPDATE SKIP LOCKED",
        Strength::Update,
        Wait::SkipLocked,
    );
    assert_eq!(
        locking("SELECT * FROM (SELECT * FROM t FOR UPDATE) x"),
        None
    );
}

#[test]
fn what_the_parser_lacks_is_mended() {
    for sql in [
        "SELECT extract($1 FROM a), interval $1, interval $2 day to second, date $3 FROM t",
        "SELECT timestamp with time zone $1, mytype $2",
        "SELECT f(VARIADIC a), (f(x)).*, (g(x)).b FROM t",
        "SELECT * FROM f(1) AS (a int, b text), g(2) AS x (c numeric($1, $2))",
        "SELECT * FROM ROWS FROM (f(1), g(2)) WITH ORDINALITY",
        "SELECT * FROM t * WHERE a COLLATE \"C\" ISNULL AND b NOTNULL",
        "SELECT a OPERATOR(pg_catalog.=) b, a ~>=~ b, a !~~* b, @#@ a FROM t",
        "SELECT sum(a) OVER (ORDER BY b ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE TIES)",
        "SELECT U&\"d\\0061t\" FROM t WHERE a BETWEEN SYMMETRIC $1 AND $2",
        "SELECT a FROM t JOIN u USING (b) AS x GROUP BY ALL a",
        "INSERT INTO t (a[1], b.c) OVERRIDING USER VALUE VALUES ($1, $2)",
        "INSERT INTO t VALUES ($1) ON CONFLICT (lower(a)) DO NOTHING",
        "UPDATE t SET a = $1 WHERE CURRENT OF c",
        "DELETE FROM t * WHERE a = %s AND b = :b AND c = %(c)s",
        "WITH RECURSIVE r AS (SELECT 1) SEARCH DEPTH FIRST BY a SET b CYCLE a SET c USING d TABLE r",
        "(TABLE t) UNION ALL TABLE u",
    ] {
        assert!(facts(sql).is_some(), "{sql}");
    }
    // Placeholders without numbers are numbered.
    let facts = facts("SELECT * FROM t WHERE a = ? AND b = %s");
    let values = facts.map(|it| {
        it.predicates
            .into_iter()
            .map(|it| it.value)
            .collect::<Vec<_>>()
    });
    assert_eq!(values, Some(vec![Value::Parameter(1), Value::Parameter(2)]));
}

#[test]
fn other_statements_have_no_facts() {
    for sql in [
        "",
        "COMMIT",
        "SELECT a +",
        "SELECT 1; SELECT 2",
        "CREATE TABLE t (a int)",
        "x y z",
    ] {
        assert_eq!(facts(sql), None, "{sql}");
    }
}

/// The parser, the walk and the dropping of the tree recurse.
#[test]
fn deep_and_large_statements_do_not_overflow_the_stack() {
    for count in [60, 600, 1_900, 50_000] {
        for text in [
            format!("SELECT {}1", "a + ".repeat(count)),
            format!("SELECT {}1", "NOT ".repeat(count)),
            format!("SELECT {}1", "- ".repeat(count)),
            format!("SELECT a{}", "::int".repeat(count)),
            format!("SELECT a{}", "[1]".repeat(count)),
            format!("SELECT a{}", " DIV a".repeat(count)),
            format!("SELECT {}1", "(".repeat(count)),
            format!("SELECT {}1", "CASE WHEN ".repeat(count)),
            format!("SELECT 1{}", " UNION SELECT 1".repeat(count)),
            format!("SELECT 1 WHERE a{}", " OR a = 1".repeat(count)),
            format!("SELECT * FROM t{}", " JOIN t ON a".repeat(count)),
            format!("SELECT * FROM t{}", ", t".repeat(count)),
        ] {
            let _facts = facts(&text);
        }
    }
    // Chains in a list stand beside each other.
    let list = "a + b AS c, ".repeat(5_000);
    assert!(facts(&format!("SELECT {list} 1")).is_some());
}

#[test]
fn grammar_that_only_the_server_knows() {
    for (sql, tables) in [
        ("SELECT * FROM a ORDER BY b USING <", "a"),
        (
            "SELECT * FROM a WHERE b @@ ANY ('{x}') AND 3 * ANY (c)",
            "a",
        ),
        ("SELECT p.x FROM a* p WHERE p.x = 1", "a p"),
        ("SELECT substring(x FROM y * z) FROM a", "a"),
        ("SELECT", ""),
        ("SELECT FROM a WHERE EXISTS (SELECT)", "a"),
        ("SELECT UNION SELECT", ""),
        (
            "SELECT b FROM a GROUP BY GROUPING SETS ((b, (c)), ROLLUP (d))",
            "a",
        ),
        ("SELECT (a.*)::text, a.*::text, (f(a)).b.c FROM a", "a"),
        ("UPDATE a SET b[1].c = 2, d[3] = 4", "a"),
        (
            "MERGE INTO a USING b JOIN c ON b.x = c.x ON a.x = b.x WHEN MATCHED THEN DELETE",
            "a, b, c",
        ),
        (
            "MERGE INTO a USING ONLY b ON a.x = b.x WHEN MATCHED THEN DELETE",
            "a, b",
        ),
        (
            "SELECT * FROM a TABLESAMPLE system (1) REPEATABLE (1 + 2)",
            "a",
        ),
        (
            "SELECT trim(BOTH FROM b), substring(b SIMILAR 'c' ESCAPE '#') FROM a",
            "a",
        ),
        (
            "SELECT collation for (b), interval '1' minute to second(2) FROM a",
            "a",
        ),
        (
            "SELECT json_object('x' VALUE b, c: d ABSENT ON NULL WITH UNIQUE KEYS RETURNING text \
             FORMAT JSON ENCODING UTF8) FROM a",
            "a",
        ),
        ("SELECT json_array(SELECT b FROM a RETURNING jsonb)", "a"),
        (
            "SELECT xmlelement(NAME x, xmlattributes(b AS c), xmlforest(d, e AS f)) FROM a",
            "a",
        ),
        (
            "SELECT xmlserialize(CONTENT xmlparse(DOCUMENT b) AS varchar(9) INDENT), \
             xmlpi(NAME x, 'y'), xmlroot(b, version no value, standalone yes) FROM a \
             WHERE xmlexists('/x' PASSING BY REF b) AND c IS NOT DOCUMENT",
            "a",
        ),
        (
            "SELECT x.* FROM a, xmltable('/x' PASSING b COLUMNS c int PATH '@c') x",
            "a",
        ),
    ] {
        check_tables(sql, tables);
    }
    check_predicates(
        "SELECT * FROM t WHERE a = ANY ('{}') AND b @@ ANY ('{}')",
        "t.a Any $1, t.b Other $2",
    );
    check_joins(
        "MERGE INTO a USING b JOIN c ON b.x = c.x ON a.y = b.y WHEN MATCHED THEN DELETE",
        "b.x=c.x, a.y=b.y",
    );
}
