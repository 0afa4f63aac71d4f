//! Sessions: limits, cancelling, ends, what they cost, and errors that help.

use crate::common::{Admin, database, open, server, try_open};
use crate::own::Own;
use pgloupe::live::explain::{Ask, Request, analyze, plain};
use pgloupe::live::{Canceller, LiveError, Secret, Session, Target, Tls, Trouble, resolve, url};
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Runs for minutes unless someone ends it.
const LONG: &str = "select count(*) from generate_series(1, 3000000000) g";

fn long(session: &mut Session, limit: Duration) -> LiveError {
    let ask = Ask {
        text: LONG.to_owned(),
        ..Ask::default()
    };
    let request = Request::new(session, ask, limit).unwrap();
    analyze(session, request.agree_as_superuser()).unwrap_err()
}

#[test]
fn settings_and_facts_are_those_of_the_server() {
    let Some(server) = server() else { return };
    let session = open(&server);
    let facts = session.facts();
    assert!(
        facts.superuser && facts.monitor && facts.version >= 100_000,
        "{facts:?}"
    );
    assert_eq!(facts.database, server.target.database);
    assert!(facts.system_identifier.is_some() && facts.started > 1_500_000_000_000_000);
    assert!(facts.search_path.contains("public"), "{facts:?}");
    assert!(session.load().statements >= 1 && session.load().rows >= 1);
}

#[test]
fn a_running_statement_is_cancelled_over_a_second_connection_at_most() {
    let Some(server) = database("pgloupe_cancel") else {
        return;
    };
    let mut session = open(&server);
    let admin = Admin::new(&server.target, server.password.as_ref());
    let canceller = session.canceller();
    let done = AtomicBool::new(false);
    let most = AtomicI64::new(0);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                most.fetch_max(admin.backends(), Ordering::Relaxed);
            }
        });
        scope.spawn(|| {
            thread::sleep(Duration::from_millis(400));
            canceller.cancel();
        });
        let began = Instant::now();
        let error = long(&mut session, Duration::from_mins(1));
        assert_eq!(error.trouble, Trouble::Cancelled, "{error}");
        assert!(
            began.elapsed() < Duration::from_secs(3),
            "{:?}",
            began.elapsed()
        );
        done.store(true, Ordering::Relaxed);
    });
    assert!((1..=2).contains(&most.load(Ordering::Relaxed)), "{most:?}");
    // What was cancelled is over, and the next unit of work is not touched.
    plain(
        &mut session,
        &Ask {
            text: "select 1".to_owned(),
            ..Ask::default()
        },
    )
    .unwrap();
    assert_eq!(admin.backends(), 1);
    drop(session);
    thread::sleep(Duration::from_millis(300));
    assert_eq!(admin.backends(), 0);
}

/// The part of the test below that is killed: run by itself it would end after a minute.
#[test]
#[ignore = "runs in a process of its own, see a_killed_program_leaves_no_backend_behind"]
fn works_until_it_is_killed() {
    let text = std::env::var("PGLOUPE_TEST_KILLED").unwrap();
    let resolved = resolve(url::parse(&text).unwrap(), &|_| None).unwrap();
    long(&mut open(&resolved), Duration::from_mins(1));
}

#[test]
fn a_killed_program_leaves_no_backend_behind() {
    let Some(server) = database("pgloupe_killed") else {
        return;
    };
    let admin = Admin::new(&server.target, server.password.as_ref());
    if open(&server).facts().major() < 14 {
        eprintln!(
            "left out: before 14 a server notices only when its limit on the statement is reached"
        );
        return;
    }
    let Target {
        host, port, user, ..
    } = &server.target;
    let password = server.password.as_ref().map_or("", Secret::expose);
    let text =
        format!("host={host} port={port} user={user} dbname=pgloupe_killed password='{password}'");
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "sessions::works_until_it_is_killed"])
        .env("PGLOUPE_TEST_KILLED", text)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let wait_for = |count: i64, limit: Duration| {
        let began = Instant::now();
        while admin.backends() != count && began.elapsed() < limit {
            thread::sleep(Duration::from_millis(50));
        }
        assert_eq!(admin.backends(), count);
    };
    wait_for(1, Duration::from_secs(10));
    thread::sleep(Duration::from_millis(500));
    child.kill().unwrap();
    child.wait().unwrap();
    wait_for(0, Duration::from_secs(6));
}

#[test]
fn a_statement_that_takes_too_long_is_ended_by_the_server() {
    let Some(server) = server() else { return };
    let mut session = open(&server);
    let began = Instant::now();
    let error = long(&mut session, Duration::from_secs(1));
    assert_eq!(error.trouble, Trouble::TooSlow, "{error}");
    assert!(began.elapsed() < Duration::from_secs(3));
}

#[test]
fn a_lock_of_another_is_not_waited_for() {
    let Some(server) = database("pgloupe_locked") else {
        return;
    };
    let mut session = open(&server);
    let admin = Admin::new(&server.target, server.password.as_ref());
    thread::scope(|scope| {
        scope.spawn(|| {
            admin.run("begin; lock table shop.orders in access exclusive mode; select pg_sleep(2)");
        });
        thread::sleep(Duration::from_millis(700));
        let began = Instant::now();
        let ask = Ask {
            text: "select * from shop.orders".to_owned(),
            ..Ask::default()
        };
        let error = plain(&mut session, &ask).unwrap_err();
        assert_eq!(error.trouble, Trouble::Locked, "{error}");
        assert!(began.elapsed() < Duration::from_secs(1));
    });
}

#[test]
fn each_wrong_part_of_a_connection_is_named() {
    let Some(server) = server() else { return };
    let check = |change: &dyn Fn(&mut Target), trouble: Trouble| {
        let mut target = server.target.clone();
        change(&mut target);
        let error = try_open(&target, None).unwrap_err();
        assert_eq!(error.trouble, trouble, "{error}");
        assert!(error.to_string().contains(&target.host), "{error}");
    };
    check(
        &|target| target.database = "no_such_database".to_owned(),
        Trouble::NoSuchDatabase,
    );
    check(
        &|target| target.user = "no_such_role".to_owned(),
        Trouble::NotLetIn,
    );
    check(
        &|target| target.host = "no-such-host.invalid".to_owned(),
        Trouble::UnknownHost,
    );
    check(
        &|target| target.host = "/no/such/directory".to_owned(),
        Trouble::Refused,
    );
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    check(
        &|target| {
            target.host = "127.0.0.1".to_owned();
            target.port = closed;
        },
        Trouble::Refused,
    );
}

/// A listener that never says a word.
fn silent() -> (TcpListener, Target) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let target = Target {
        host: "127.0.0.1".to_owned(),
        port: listener.local_addr().unwrap().port(),
        database: "d".to_owned(),
        user: "u".to_owned(),
        tls: Tls::default(),
    };
    (listener, target)
}

#[test]
fn connecting_to_a_host_that_does_not_answer_is_cancelled_at_once() {
    let (_listener, target) = silent();
    let canceller = Canceller::new();
    let began = Instant::now();
    thread::scope(|scope| {
        scope.spawn(|| {
            thread::sleep(Duration::from_millis(200));
            canceller.cancel();
        });
        let secret = Secret::default();
        let error =
            Session::open(&target, &secret, &canceller, Duration::from_mins(1)).unwrap_err();
        assert_eq!(error.trouble, Trouble::Cancelled, "{error}");
    });
    assert!(
        began.elapsed() < Duration::from_secs(1),
        "{:?}",
        began.elapsed()
    );
    let began = Instant::now();
    let deadline = Duration::from_millis(300);
    let error =
        Session::open(&target, &Secret::default(), &Canceller::new(), deadline).unwrap_err();
    assert_eq!(error.trouble, Trouble::NoAnswer, "{error}");
    assert!(began.elapsed() < Duration::from_secs(1));
}

#[test]
fn what_is_no_postgres_is_said_to_be_none() {
    use std::io::Write;
    let (listener, target) = silent();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream
            .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            .unwrap();
    });
    let error = try_open(&target, None).unwrap_err();
    assert_eq!(error.trouble, Trouble::Tls, "{error}");
    assert!(error.to_string().contains("PostgreSQL"), "{error}");
}

#[test]
fn a_server_that_dies_while_reading_is_told_and_met_again() {
    let Some(mut own) = Own::start(
        "dies",
        "",
        "local all all trust\nhost all all 127.0.0.1/32 trust",
    ) else {
        return;
    };
    let target = own.target();
    let mut session = try_open(&target, None).unwrap();
    thread::scope(|scope| {
        let own = &mut own;
        scope.spawn(move || {
            thread::sleep(Duration::from_millis(500));
            own.stop("immediate");
        });
        let error = long(&mut session, Duration::from_mins(1));
        assert_eq!(error.trouble, Trouble::Gone, "{error}");
    });
    let ask = Ask {
        text: "select 1".to_owned(),
        ..Ask::default()
    };
    let error = plain(&mut session, &ask).unwrap_err();
    assert_eq!(error.trouble, Trouble::Refused, "{error}");
    own.run();
    plain(&mut session, &ask).unwrap();
}

#[test]
fn a_wrong_password_is_named_and_no_password_is_shown() {
    let hba = "local all postgres trust\nhost all all 127.0.0.1/32 scram-sha-256";
    let Some(own) = Own::start("scram", "password_encryption = 'scram-sha-256'", hba) else {
        return;
    };
    let local = own.socket();
    let admin = Admin::new(&local, None);
    admin.run("create role reader login password 'CANARY-right-1'; create role plain login");
    let mut target = own.target();
    target.user = "reader".to_owned();
    let wrong = Secret::new("CANARY-wrong-2");
    let error = try_open(&target, Some(&wrong)).unwrap_err();
    assert_eq!(error.trouble, Trouble::WrongPassword, "{error}");
    let missing = try_open(&target, None).unwrap_err();
    assert_eq!(missing.trouble, Trouble::WrongPassword, "{missing}");
    let right = Secret::new("CANARY-right-1");
    let session = try_open(&target, Some(&right)).unwrap();
    assert!(!session.facts().superuser && !session.facts().monitor);
    let shown = format!("{error} {error:?} {missing:?} {session:?} {right:?}");
    assert!(!shown.contains("CANARY"), "{shown}");
    let error = analyze_as(session, "select count(*) from pg_authid");
    assert_eq!(error.trouble, Trouble::Forbidden, "{error}");

    // What a policy calls, no text names; the plan does.
    admin.run(include_str!("../../fixtures/live/schema.sql"));
    admin.run("grant usage on schema shop to reader; grant select on shop.guarded to reader");
    let session = try_open(&target, Some(&right)).unwrap();
    let error = analyze_as(session, "select id from shop.guarded");
    assert_eq!(error.trouble, Trouble::Unsafe, "{error}");
    assert!(
        error.to_string().contains("shop.visible(integer)"),
        "{error}"
    );
}

/// A plain role agrees without further ado; what it may not read is the server's to say.
fn analyze_as(mut session: Session, sql: &str) -> LiveError {
    let ask = Ask {
        text: sql.to_owned(),
        ..Ask::default()
    };
    let request = Request::new(&session, ask, Duration::from_secs(5)).unwrap();
    analyze(&mut session, request.agree().unwrap()).unwrap_err()
}
