//! Definitions, and what they say.

use std::fmt::Write as _;

use super::read;
use crate::catalog::{Catalog, Index, Key, KeyOf, Table};

/// What a catalog holds, a line each.
fn shown(catalog: &Catalog) -> Vec<String> {
    let mut lines = Vec::new();
    for table in &catalog.tables {
        lines.push(table_line(table));
        for i in catalog.indexes_of(&table.name) {
            lines.push(index_line(i));
        }
        for key in catalog.foreign_keys_of(&table.name) {
            let action = |a: &Option<String>, when: &str| {
                a.as_ref()
                    .map(|a| format!(" on {when} {a}"))
                    .unwrap_or_default()
            };
            lines.push(format!(
                "  {}: {} -> {} {}{}{}{}",
                key.name,
                key.columns.join(","),
                key.references,
                key.referenced.join(","),
                action(&key.on_delete, "delete"),
                action(&key.on_update, "update"),
                if key.validated { "" } else { " not valid" },
            ));
        }
    }
    for s in &catalog.sequences {
        let owner = s.owner.as_ref();
        lines.push(format!(
            "sequence {} {} {}..{} by {}{}{}{}",
            s.name,
            s.data_type,
            s.min,
            s.max,
            s.increment,
            owner
                .map(|o| format!(" of {}.{}", o.table, o.column))
                .unwrap_or_default(),
            s.last.map(|l| format!(" at {l}")).unwrap_or_default(),
            if s.cycle { " cycle" } else { "" },
        ));
    }
    lines
}

fn table_line(table: &Table) -> String {
    let mut line = format!("{} {:?}:", table.name, table.kind);
    if let Some(parent) = &table.partition_of {
        let bound = table.partition_bound.as_deref().unwrap_or_default();
        write!(line, " [{parent} {bound}]").unwrap();
    }
    if let Some(key) = &table.partition_key {
        write!(line, " [by {key}]").unwrap();
    }
    for column in &table.columns {
        write!(line, " {} {}", column.name, column.data_type).unwrap();
        for (word, said) in [
            ("default", &column.default),
            ("from", &column.generated),
            ("collate", &column.collation),
        ] {
            if let Some(said) = said {
                write!(line, " {word} {said}").unwrap();
            }
        }
        line.push_str(if column.identity.is_some() {
            " identity"
        } else {
            ""
        });
        line.push_str(if column.not_null { "!" } else { "" });
        line.push(';');
    }
    line
}

fn index_line(i: &Index) -> String {
    let keys: Vec<String> = i.keys.iter().map(key_text).collect();
    let mut line = format!("  {} {}({})", i.name, i.method, keys.join(", "));
    if !i.include.is_empty() {
        write!(line, " include {}", i.include.join(",")).unwrap();
    }
    for (is, word) in [
        (i.primary, "primary"),
        (i.unique && !i.primary, "unique"),
        (i.exclusion, "exclusion"),
        (i.constraint.is_some(), "constraint"),
        (i.nulls_not_distinct, "nulls-not-distinct"),
    ] {
        if is {
            write!(line, " {word}").unwrap();
        }
    }
    if let Some(p) = &i.predicate {
        write!(line, " where {p}").unwrap();
    }
    if let Some(p) = &i.partition_of {
        write!(line, " [{p}]").unwrap();
    }
    line
}

fn key_text(key: &Key) -> String {
    let mut text = match &key.of {
        KeyOf::Column(name) => name.clone(),
        KeyOf::Expression(expression) => format!("<{expression}>"),
    };
    for (word, name) in [("", &key.opclass), ("collate ", &key.collation)] {
        if let Some(name) = name {
            write!(text, " {word}{name}").unwrap();
        }
    }
    text.push_str(if key.descending { " desc" } else { "" });
    text.push_str(if key.nulls_first { " first" } else { "" });
    text
}

fn check(sql: &str, want: &[&str]) {
    let (catalog, warnings) = read(sql);
    assert_eq!(warnings, [], "{sql}");
    assert_eq!(shown(&catalog), want, "{sql}");
}

#[test]
fn tables_with_all_in_one_statement() {
    check(
        "create table a (id serial primary key, b varchar(9) default 'x, y' not null unique, c int null default null check (c > 0));
         CREATE TABLE IF NOT EXISTS d (a_id INT REFERENCES a ON DELETE CASCADE, n numeric(5,2) CONSTRAINT nn NOT NULL CONSTRAINT pos CHECK (n > 0),
            at timestamptz DEFAULT now(), e text COLLATE \"C\" GENERATED ALWAYS AS (upper(n::text)) STORED,
            CONSTRAINT d_key PRIMARY KEY (a_id, n) INCLUDE (at), FOREIGN KEY (n, a_id) REFERENCES d, UNIQUE NULLS NOT DISTINCT (at))",
        &[
            "a Table: id integer default nextval('a_id_seq'::regclass)!; b character varying(9) default 'x, y'!; c integer default null;",
            "  a_b_key btree(b) unique constraint",
            "  a_pkey btree(id) primary constraint",
            "d Table: a_id integer!; n numeric(5,2)!; at timestamp with time zone default now(); e text from upper(n::text) collate C;",
            "  d_at_key btree(at) unique constraint nulls-not-distinct",
            "  d_key btree(a_id, n) include at primary constraint",
            "  d_a_id_fkey: a_id -> a id on delete CASCADE",
            "  d_n_a_id_fkey: n,a_id -> d a_id,n",
            "sequence a_id_seq integer 1..2147483647 by 1 of a.id",
        ],
    );
}

#[test]
fn indexes_of_all_kinds() {
    check(
        "create table t (a int, b text, j jsonb);
         create index on t (a, b desc nulls last) include (j) where b <> 'x;)' and a > 1;
         create unique index concurrently if not exists u on only t using btree (lower(b) text_pattern_ops, (a + 1) desc, b collate \"de-x\" nulls first) with (fillfactor=70);
         create index g on public.t using gin (j jsonb_path_ops);
         create index s on t using gist (b public.gist_trgm_ops (siglen='32'));
         create index on t (a, (b || ')'));
         create index if not exists g on t (a);
         create index e on t (((j ->> 'a'::text)), public.f(a, 2));",
        &[
            "t Table: a integer; b text; j jsonb;",
            "  e btree(<j ->> 'a'::text>, <public.f(a, 2)>)",
            "  g gin(j jsonb_path_ops)",
            "  s gist(b gist_trgm_ops(siglen='32'))",
            "  t_a_b_j_idx btree(a, b desc) include j where b <> 'x;)' and a > 1",
            "  t_a_expr_idx btree(a, <b || ')'>)",
            "  u btree(<lower(b)> text_pattern_ops, <a + 1> desc first, b collate de-x first) unique",
        ],
    );
}

#[test]
fn alterations() {
    check(
        "create table a (id bigint generated always as identity (start with 5 maxvalue 99), x int, gone int, old text);
         create table b (a_id bigint, code text);
         create unique index b_code on b (code);
         create index lost on a (gone);
         alter table a add primary key (id), add column if not exists y smallint not null default 1, drop column gone, rename column old to new;
         alter table a alter column x type bigint using x::bigint, alter x set default 5, alter y drop not null;
         alter table only b add constraint fk foreign key (a_id) references a(id) on update set null (a_id) not valid deferrable initially deferred;
         alter table b add constraint b_pk primary key using index b_code;
         alter table b validate constraint fk;
         alter table b rename constraint fk to fk2;
         alter index b_pk rename to b_key;
         alter table b rename to c;
         alter table c set schema s;
         alter table if exists nothing add x int;
         alter table s.c replica identity full, set (fillfactor = 50), enable row level security;
         alter table s.c owner to me",
        &[
            "a Table: id bigint identity!; x bigint default 5; new text; y smallint default 1;",
            "  a_pkey btree(id) primary constraint",
            "s.c Table: a_id bigint; code text;",
            "  b_key btree(code) primary constraint",
            "  fk2: a_id -> a id on update SET NULL",
            "sequence a_id_seq bigint 1..99 by 1 of a.id",
        ],
    );
}

/// What `pg_dump` of PostgreSQL 18 writes.
#[test]
fn not_null_as_a_constraint_of_its_own() {
    check(
        "CREATE TABLE public.t (a integer CONSTRAINT a_set NOT NULL, b integer, c integer, d integer GENERATED ALWAYS AS (a), CONSTRAINT b_set NOT NULL b);
         ALTER TABLE public.t ADD CONSTRAINT c_set NOT NULL c NOT VALID;",
        &["t Table: a integer!; b integer!; c integer!; d integer from a;"],
    );
}

#[test]
fn partitions_and_parents() {
    check(
        "create table e (id int, at date not null, primary key (id, at)) partition by range (at);
         create index on e (at);
         create table e1 partition of e for values from ('2024-01-01') to ('2025-01-01');
         create table e2 (id int, at date not null);
         create index e2_at on e2 (at);
         alter table e attach partition e2 default;
         create table f (a int) partition by list (lower(a::text));
         create index fa on only f (a);
         create table f1 partition of f for values in ('a', 'b');
         create index f1a on f1 (a);
         alter index fa attach partition f1a;
         create table p (a int not null, b text);
         create table c (z int) inherits (p);
         create table l (like p including all, y int)",
        &[
            "c Table: a integer!; b text; z integer;",
            "e Partitioned: [by RANGE (at)] id integer!; at date!;",
            "  e_at_idx btree(at)",
            "  e_pkey btree(id, at) primary constraint",
            "e1 Table: [e for values from ('2024-01-01') to ('2025-01-01')] id integer!; at date!;",
            "  e1_at_idx btree(at) [e_at_idx]",
            "  e1_pkey btree(id, at) primary constraint [e_pkey]",
            "e2 Table: [e default] id integer; at date!;",
            "  e2_at btree(at)",
            "  e2_pkey btree(id, at) primary constraint [e_pkey]",
            "f Partitioned: [by LIST (lower(a::text))] a integer;",
            "  fa btree(a)",
            "f1 Table: [f for values in ('a', 'b')] a integer;",
            "  f1a btree(a) [fa]",
            "l Table: a integer!; b text; y integer;",
            "p Table: a integer!; b text;",
        ],
    );
}

#[test]
fn sequences_and_how_far_they_are() {
    check(
        "create sequence s as smallint increment by -5 minvalue -100 cycle;
         create sequence if not exists \"S q\" start 10;
         create table t (id int not null);
         alter sequence \"S q\" owned by public.t.id;
         select pg_catalog.setval('public.\"S q\"', 2000, true);
         select setval('s', -7, false);",
        &[
            "t Table: id integer!;",
            "sequence S q bigint 1..9223372036854775807 by 1 of t.id at 2000",
            "sequence s smallint -100..-1 by -5 cycle",
        ],
    );
}

#[test]
fn names_are_looked_for_along_the_path() {
    check(
        "create schema s; set search_path to s, \"$user\", public;
         create table t (a int); create index on t (a);
         set local search_path = '';
         create table public.t (b int); create table \"S.\"\"x\".\"T;--\" (\"A b\" int, \"select\" text);
         create index \"I\"\"x\" on \"S.\"\"x\".\"T;--\" (\"A b\", \"select\");
         select pg_catalog.set_config('search_path', 'public', false);
         alter table t add c int;
         create temp table t (z int);
         drop table if exists nothing, s.t cascade;",
        &[
            "S.\"x.T;-- Table: A b integer; select text;",
            "  I\"x btree(A b, select)",
            "t Table: b integer; c integer;",
        ],
    );
}

#[test]
fn what_has_nothing_to_do_with_a_catalog_is_passed_over() {
    check(
        "\\restrict abc'
         \\unrestrict abc'
         begin; create function f() returns int language sql as $$ create table no (a int) $$;
         create type e as enum ('a;b'); comment on table x is 'create table y (a int)';
         create trigger g after insert on t execute function f(); grant select on t to me;
         insert into t values (1, 'a;'';'); create policy p on t; commit;
         create rule r as on insert to t do (select 1; select 2); with a as (select 1) select * from a;",
        &[],
    );
}

#[test]
fn views_keep_their_queries() {
    let sql = "create or replace view v (a, b) with (security_barrier) as\n select 1,\n 2;
        CREATE MATERIALIZED VIEW m AS SELECT 1 AS x WITH NO DATA; create unique index mu on m (x)";
    let (catalog, warnings) = read(sql);
    assert_eq!(warnings, []);
    let of = |name| catalog.find(None, name).unwrap();
    assert_eq!(of("v").definition.as_deref(), Some("select 1,\n 2"));
    assert_eq!(of("v").columns.len(), 2);
    assert_eq!(of("m").definition.as_deref(), Some("SELECT 1 AS x"));
    assert_eq!(catalog.indexes_of(&of("m").name).len(), 1);
}

#[test]
fn what_cannot_be_read_is_named_by_its_line() {
    let sql = "create table a (x int);\n\ncreate table `b` (x int);\ncreate table c as select 1;\nalter table nothing add y int;\n\
        nonsense here;\ncreate index i on a;\ndo $$ begin end $$;\ncreate table d (x int, y";
    let (catalog, warnings) = read(sql);
    assert_eq!(shown(&catalog), ["a Table: x integer;"]);
    let said: Vec<String> = warnings.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "line 3: 'create table `b` (x int)' is left out: its name can't be read",
            "line 4: 'create table c as select' is left out: its columns come from a query",
            "line 5: 'alter table nothing add y' is left out: there is no table nothing before it",
            "line 6: 'nonsense here' is left out: it is no statement that is known here",
            "line 7: 'create index i on a' is left out: its columns can't be read",
            "line 8: 'do $$ begin end $$' is left out: what a DO block does is known only when it runs",
            "line 9: 'create table d (x int,' is left out: '(' is not expected there",
        ]
    );
}

#[test]
fn any_text_gives_a_catalog() {
    for text in [
        "",
        "(",
        ")))",
        "create",
        "create table",
        "create table t (",
        "create table t ((((",
        "alter table \"",
        "\u{0}\u{fffd}é;é",
        "copy x from stdin;\n",
        "create index on t ((",
        "set search_path",
        "select setval(",
        "\\",
        "alter table t add constraint",
    ] {
        let (catalog, _) = read(text);
        assert!(catalog.tables.is_empty(), "{text}");
    }
}
