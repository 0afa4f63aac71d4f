//! Every attack is refused and leaves nothing; every healthy statement runs.

use crate::common::{Admin, database, open};
use crate::lists::{By, Plain, allowed, attacks};
use pgloupe::live::explain::{Ask, Request, analyze, plain};
use pgloupe::live::{LiveError, Session, Trouble};
use std::time::Duration;

/// All that an attack might change: rows, the catalog, sequences, large objects, settings, locks, statistics.
const STATE: &str = "select concat_ws(' ', \
    (select md5(string_agg(o::text, ',' order by id)) from shop.orders o), \
    (select md5(string_agg(c::text, ',' order by id)) from shop.customers c), \
    (select count(*) from shop.traces), \
    (select md5(string_agg(oid::text || relname, ',' order by oid)) from pg_class where relnamespace::regnamespace::text !~ '^pg_toast|^pg_temp'), \
    (select md5(string_agg(p::text, ',' order by oid)) from pg_proc p), \
    (select md5(string_agg(r::text, ',' order by oid)) from pg_roles r), \
    (select last_value from shop.numbers), \
    (select count(*) from pg_largeobject_metadata), \
    (select coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) from pg_stat_user_tables), \
    (select count(*) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())), \
    (select count(*) from pg_db_role_setting))";

fn state(admin: &Admin) -> String {
    let reset = "select coalesce(to_regclass('pg_stat_statements_info')::text, '')";
    let reset = match admin.text(reset).as_str() {
        // Before 14 nothing tells of a reset.
        "" => String::new(),
        _ => admin.text("select coalesce(stats_reset::text, '') from pg_stat_statements_info"),
    };
    format!("{} {reset}", admin.text(STATE))
}

fn ask(sql: &str) -> Ask {
    Ask {
        text: sql.to_owned(),
        ..Ask::default()
    }
}

/// Runs it as far as it gets, as a superuser who agrees to all.
fn run(session: &mut Session, sql: &str) -> Result<String, (By, LiveError)> {
    let request = Request::new(session, ask(sql), Duration::from_secs(5));
    let request = request.map_err(|error| (By::Text, error))?;
    match analyze(session, request.agree_as_superuser()) {
        Ok(explained) => Ok(explained.json),
        Err(error) => Err((By::Functions, error)),
    }
}

#[test]
fn every_attack_is_refused_and_leaves_nothing() {
    let Some(server) = database("pgloupe_attacks") else {
        return;
    };
    let admin = Admin::new(&server.target, server.password.as_ref());
    let mut session = open(&server);
    if session.facts().major() < 15 {
        // Before 15 a process of its own collects the statistics, and what the schema's rows add comes late.
        std::thread::sleep(Duration::from_millis(1500));
    }
    let mut before = state(&admin);
    let mut failures = Vec::new();
    for attack in attacks() {
        let mut fail =
            |what: String| failures.push(format!("{}: {what}: {}", attack.name, attack.sql));
        match (run(&mut session, &attack.sql), attack.refused_by) {
            (Ok(_), _) => fail("it ran".to_owned()),
            (Err((_, error)), _) if error.trouble != Trouble::Unsafe => fail(error.to_string()),
            (Err((By::Text, _)), By::Text)
            | (Err((By::Functions, _)), By::Functions | By::Plan) => {}
            (Err((by, error)), _) => fail(format!("refused by {by:?}: {error}")),
        }
        let planned = plain(&mut session, &ask(&attack.sql));
        match (&planned, attack.plain) {
            (Ok(_), Plain::Refused) => fail("it was planned".to_owned()),
            (Err(error), Plain::Allowed) => fail(format!("it was not planned: {error}")),
            _ => {}
        }
        let after = state(&admin);
        if after != before {
            fail(format!("it left something: {before} became {after}"));
            before = after;
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(!std::path::Path::new("/tmp/pgloupe-attack").exists());
    drop(session);
    assert_eq!(
        admin.text("select count(*)::text from pg_prepared_statements"),
        "0"
    );
}

/// The check above can fail: a change shows in what it compares.
#[test]
fn what_an_attack_would_leave_is_seen() {
    let Some(server) = database("pgloupe_state") else {
        return;
    };
    let admin = Admin::new(&server.target, server.password.as_ref());
    for change in [
        "insert into shop.traces values ('x')",
        "update shop.orders set total = 0 where id = 1",
        "create function shop.f() returns int language sql as 'select 1'",
        "select setval('shop.numbers', 7)",
        "select lo_create(0)",
    ] {
        let before = state(&admin);
        admin.run(change);
        assert_ne!(state(&admin), before, "{change}");
    }
}

#[test]
fn healthy_statements_are_planned_and_run() {
    let Some(server) = database("pgloupe_allowed") else {
        return;
    };
    let mut session = open(&server);
    let mut failures = Vec::new();
    for sql in allowed() {
        if let Err(error) = plain(&mut session, &ask(&sql)) {
            failures.push(format!("not planned: {sql}: {error}"));
        }
        match run(&mut session, &sql) {
            Ok(json) if json.contains("Actual Rows") => {}
            Ok(_) => failures.push(format!("not run: {sql}")),
            Err((_, error)) => failures.push(format!("not run: {sql}: {error}")),
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn a_superuser_confirms_and_a_person_vouches_for_functions() {
    let Some(server) = database("pgloupe_consent") else {
        return;
    };
    let mut session = open(&server);
    let request = |session: &Session, ask: Ask| Request::new(session, ask, Duration::from_secs(5));
    let refused = request(&session, ask("select 1"))
        .unwrap()
        .agree()
        .unwrap_err();
    assert!(refused.to_string().contains("superuser"), "{refused}");

    let mut taxed = ask("select shop.tax(total) from shop.orders where id < 3");
    let agreed = request(&session, taxed.clone())
        .unwrap()
        .agree_as_superuser();
    let refusal = analyze(&mut session, agreed).unwrap_err().refusal.unwrap();
    assert_eq!(refusal.functions, ["shop.tax(numeric)"]);
    taxed.known = refusal.functions;
    let agreed = request(&session, taxed.clone())
        .unwrap()
        .agree_as_superuser();
    analyze(&mut session, agreed).unwrap();
    // What was agreed to for one server is not for another.
    let mut elsewhere = server.target.clone();
    elsewhere.database = "postgres".to_owned();
    let other = crate::common::try_open(&elsewhere, server.password.as_ref()).unwrap();
    let agreed = request(&other, taxed).unwrap().agree_as_superuser();
    assert!(
        analyze(&mut session, agreed)
            .unwrap_err()
            .to_string()
            .contains("elsewhere")
    );
}

#[test]
fn normalised_texts_are_planned_for_any_values_and_for_given_ones() {
    let Some(server) = database("pgloupe_generic") else {
        return;
    };
    let mut session = open(&server);
    if session.facts().major() < 12 {
        let error = plain(&mut session, &ask("select $1::int")).unwrap_err();
        assert!(error.to_string().contains("values"), "{error}");
        return;
    }
    let mut generic = ask("select * from orders where id = $1 and placed > now() - interval $2");
    assert!(
        plain(&mut session, &generic)
            .unwrap_err()
            .to_string()
            .contains("orders")
    );
    generic.search_path = Some("nowhere, shop".to_owned());
    let explained = plain(&mut session, &generic).unwrap();
    assert!(
        explained.generic && explained.json.contains("$1"),
        "{}",
        explained.json
    );
    assert_eq!(explained.parameters, ["integer", "interval"]);
    assert!(explained.mended.is_some());
    generic.values = vec![
        Some("7".to_owned()),
        Some("1 day'; drop table shop.orders; --".to_owned()),
    ];
    assert_eq!(
        plain(&mut session, &generic).unwrap_err().trouble,
        Trouble::Other
    );
    generic.values = vec![Some("7".to_owned()), None];
    let explained = plain(&mut session, &generic).unwrap();
    assert!(
        !explained.generic && !explained.json.contains("$1"),
        "{}",
        explained.json
    );
}
