use super::*;

/// The parts of a record that a case looks at: time, process, socket, database, user, and the rest.
type Parts = (bool, String, String, String, String, Level, String);

fn read(block: &[u8]) -> (Vec<Parts>, usize) {
    let (mut found, mut strays) = (Vec::new(), 0);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    records(
        block,
        0,
        &mut |r| {
            let what = match r.what {
                PoolEvent::ClientClosed { reason, age_s } => {
                    format!("ClientClosed {} {age_s:?}", text(reason))
                }
                PoolEvent::ServerClosed { reason, age_s } => {
                    format!("ServerClosed {} {age_s:?}", text(reason))
                }
                PoolEvent::Error(message) => format!("Error {}", text(message)),
                PoolEvent::Stats(s) => format!(
                    "Stats {:?} {} {:?} {} {:?}",
                    s.transactions_per_s, s.queries_per_s, s.transaction_us, s.query_us, s.wait_us
                ),
                PoolEvent::Started(version) => format!("Started {}", text(version)),
                other => format!("{other:?}"),
            };
            let time = r.time == Some(1_795_234_219_773_000);
            found.push((
                time,
                text(r.process),
                text(r.socket),
                text(r.database),
                text(r.user),
                r.level,
                what,
            ));
        },
        &mut |_| strays += 1,
    );
    (found, strays)
}

/// A message behind `UTC [7] LEVEL ` as `socket database user what`.
fn check(rest: &str, level: Level, expected: &str) {
    let line = format!("2026-11-21 04:10:19.773 UTC [7] {rest}");
    assert!(is_record(line.as_bytes()) || level != Level::Log, "{line}");
    let (found, strays) = read(line.as_bytes());
    assert_eq!((found.len(), strays), (1, 0), "{line}");
    let (time, process, socket, database, user, got, what) = found.first().unwrap();
    assert_eq!(
        (*time, process.as_str(), *got),
        (true, "7", level),
        "{line}"
    );
    assert_eq!(
        format!("{socket} {database} {user} {what}"),
        expected,
        "{line}"
    );
}

#[test]
fn connections_of_all_versions() {
    for (message, expected) in [
        // Up to 1.6, to 1.22, later
        ("login attempt: db=shop user=app", "ClientLogin"),
        ("login attempt: db=shop user=app tls=no", "ClientLogin"),
        (
            "login attempt: db=shop user=app tls=TLSv1.3 replication=no",
            "ClientLogin",
        ),
        (
            "closing because: client close request (age=12)",
            "ClientClosed client close request Some(12)",
        ),
        (
            "closing because: client close request (age=12s)",
            "ClientClosed client close request Some(12)",
        ),
        (
            "closing because: client unexpected eof (age=0s)",
            "ClientClosed client unexpected eof Some(0)",
        ),
        (
            "closing because: x (age=1s) (age=23s)",
            "ClientClosed x (age=1s) Some(23)",
        ),
        (
            "closing because: client clo",
            "ClientClosed client clo None",
        ),
        (
            "closing because: query_wait_timeout (age=4s)",
            "WaitTimeout { age_s: Some(4) }",
        ),
        (
            "closing because: no more connections allowed (max_client_conn) (age=0s)",
            "TooManyClients",
        ),
        (
            "closing because: client connections exceeded (max_db_client_connections) (age=0s)",
            "TooManyClients",
        ),
        ("login failed: db=shop user=app", "Other"),
        ("", "Other"),
    ] {
        let line = format!("LOG C-0x55d0c8: shop/app@127.0.0.1:51874 {message}");
        check(
            &line,
            Level::Log,
            &format!("C-0x55d0c8 shop app {expected}"),
        );
    }
    for (message, expected) in [
        ("new connection to server", "ServerConnected"),
        (
            "new connection to server (from 127.0.0.1:50518)",
            "ServerConnected",
        ),
        (
            "closing because: server idle timeout (age=600s)",
            "ServerClosed server idle timeout Some(600)",
        ),
        (
            "closing because: query_wait_timeout (age=1s)",
            "ServerClosed query_wait_timeout Some(1)",
        ),
    ] {
        let line = format!("LOG S-0x55d0c8: shop/app@127.0.0.1:5432 {message}");
        check(
            &line,
            Level::Log,
            &format!("S-0x55d0c8 shop app {expected}"),
        );
    }
}

#[test]
fn what_goes_wrong() {
    for (message, expected) in [
        (
            "pooler error: query_wait_timeout",
            "WaitTimeout { age_s: None }",
        ),
        (
            "Pooler Error: query_wait_timeout",
            "WaitTimeout { age_s: None }",
        ),
        (
            "pooler error: no more connections allowed (max_client_conn)",
            "TooManyClients",
        ),
        (
            "pooler error: server conn crashed?",
            "Error server conn crashed?",
        ),
        ("Taking connection from reserve_pool", "ReservePool"),
        ("taking connection from reserve_pool", "ReservePool"),
        (
            "unsupported startup parameter: x=y",
            "Error unsupported startup parameter: x=y",
        ),
    ] {
        let line = format!("WARNING C-0x1: shop/app@127.0.0.1:1 {message}");
        check(&line, Level::Warning, &format!("C-0x1 shop app {expected}"));
    }
    check(
        "WARNING server login failed: FATAL x",
        Level::Warning,
        "   Error server login failed: FATAL x",
    );
    check(
        "ERROR C-0x1: a/b@unix:1 password authentication failed",
        Level::Error,
        "C-0x1 a b Error password authentication failed",
    );
    check(
        "FATAL @src/main.c:1 in function main(): no",
        Level::Fatal,
        "   Error @src/main.c:1 in function main(): no",
    );
    check(
        "DEBUG C-0x1: a/b@unix:1 P: got connection",
        Level::Debug,
        "C-0x1 a b Other",
    );
    check(
        "LOG process up: PgBouncer 1.18.0, libevent 2.1.12-stable (epoll)",
        Level::Log,
        "   Started 1.18.0",
    );
    check("LOG got SIGINT, shutting down", Level::Log, "   Other");
}

#[test]
fn names_and_addresses() {
    for (name, database, user) in [
        ("shop/app@10.0.0.7:51874", "shop", "app"),
        ("(nodb)/(nouser)@10.0.0.7:51874", "(nodb)", "(nouser)"),
        ("shop/app@[fe80::1%eth0]:5432", "shop", "app"),
        ("shop/app@::ffff:10.188.10.20:35816", "shop", "app"),
        ("shop/app@unix:6432", "shop", "app"),
        ("shop/app@unix(29594):6432", "shop", "app"),
        ("my db/app@server.x@10.0.0.7:1", "my db", "app@server.x"),
        ("peer-3@10.0.0.7:1", "peer-3", ""),
    ] {
        let line = format!("LOG C-0x1: {name} login attempt: db=x user=a@b:1");
        check(
            &line,
            Level::Log,
            &format!("C-0x1 {database} {user} ClientLogin"),
        );
    }
}

#[test]
fn averages_of_all_versions() {
    for (message, expected) in [
        // 1.5, 1.8, 1.9 to 1.20, 1.21 to 1.25, later
        (
            "Stats: 5 req/s, in 10 b/s, out 20 b/s,query 30 us",
            "None 5 None 30 None",
        ),
        (
            "Stats: 1 xacts/s, 5 queries/s, in 10 B/s, out 20 B/s, xact 40 us, query 30 us wait time 50 us",
            "Some(1) 5 Some(40) 30 Some(50)",
        ),
        (
            "stats: 1 xacts/s, 5 queries/s, in 10 B/s, out 20 B/s, xact 40 us, query 30 us, wait 50 us",
            "Some(1) 5 Some(40) 30 Some(50)",
        ),
        (
            "stats: 1 xacts/s, 5 queries/s, 6 client parses/s, 7 server parses/s, 8 binds/s, in 10 B/s, out 20 B/s, \
          xact 40 us, query 30 us, wait 50 us",
            "Some(1) 5 Some(40) 30 Some(50)",
        ),
        (
            "stats: 1 xacts/s, 5 queries/s, 6 client parses/s, 7 server parses/s, 8 binds/s, 9 client logins/s, \
          in 10 B/s, out 20 B/s, xact 40 us, query 30 us, wait 50 us",
            "Some(1) 5 Some(40) 30 Some(50)",
        ),
    ] {
        check(
            &format!("LOG {message}"),
            Level::Log,
            &format!("   Stats {expected}"),
        );
    }
    check("LOG stats: 1 xacts/s, 5 que", Level::Log, "   Other");
}

#[test]
fn heads_of_all_kinds() {
    let tail = "C-0x1: shop/app@unix:1 login attempt: db=shop user=app";
    for (head, process) in [
        ("2026-11-21 04:10:19.773 UTC [7] LOG ", "7"),
        ("2026-11-21 05:10:19.773 +01 [7] LOG ", "7"),
        ("2026-11-21 04:10:19.773 7 LOG ", "7"),
        ("Nov 21 04:10:19 db1 pgbouncer[7]: ", "7"),
        ("2026-11-21T04:10:19.773+00:00 db1 pooler[7]: ", "7"),
        (
            "Nov 21 04:10:19 db1 pgbouncer[8]: 2026-11-21 04:10:19.773 UTC [7] LOG ",
            "7",
        ),
        ("", ""),
    ] {
        let line = format!("{head}{tail}");
        assert!(is_record(line.as_bytes()), "{line}");
        let (found, strays) = read(line.as_bytes());
        assert_eq!((found.len(), strays), (1, 0), "{line}");
        let (_, got, socket, database, user, _, what) = found.first().unwrap();
        assert_eq!(
            [got, socket, database, user, what],
            [process, "C-0x1", "shop", "app", "ClientLogin"],
            "{line}"
        );
    }
    assert!(is_record(
        b"Nov 21 04:10:19 db1 pgbouncer[7]: stats: 1 xacts/s, 5 queries/s, query 30 us"
    ));
}

#[test]
fn other_logs_are_none() {
    for line in [
        "",
        "2026-11-21 04:10:19.773 UTC [7] LOG:  duration: 1 ms",
        "2026-11-21 04:10:19.773 UTC [7] app@shop LOG:  duration: 1 ms",
        "2026-11-21 04:10:19.773 UTC [7] ERROR something",
        "2026-11-21 04:10:19.773  INFO 7 --- [main] x",
        "Nov 21 04:10:19 db1 postgres[7]: [5-1] LOG:  duration: 1 ms",
        "Nov 21 04:10:19 db1 sshd[7]: closing because: x",
        "C-0xyz: a/b@unix:1 x",
        "stats: 5 rows",
    ] {
        assert!(!is_record(line.as_bytes()), "{line}");
    }
}

#[test]
fn an_end_and_its_error_are_one() {
    let line =
        |level: &str, rest: &str| format!("2026-11-21 04:10:19.773 UTC [7] {level} {rest}\n");
    let end = line(
        "LOG",
        "C-0x1: a/b@unix:1 closing because: query_wait_timeout (age=4s)",
    );
    let error = line(
        "WARNING",
        "C-0x1: a/b@unix:1 pooler error: query_wait_timeout",
    );
    let server = line("LOG", "S-0x2: a/b@unix:1 closing because: x (age=4s)");
    let other = line(
        "WARNING",
        "C-0x3: a/b@unix:1 pooler error: query_wait_timeout",
    );
    let kinds = |block: &str| {
        let (found, strays) = read(block.as_bytes());
        assert_eq!(strays, 0);
        let kinds = found
            .iter()
            .map(|f| f.6.split(' ').next().unwrap().to_owned());
        kinds.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(kinds(&format!("{end}{error}")), "WaitTimeout Repeated");
    assert_eq!(
        kinds(&format!("{end}{server}{error}")),
        "WaitTimeout ServerClosed Repeated"
    );
    assert_eq!(kinds(&format!("{end}{other}")), "WaitTimeout WaitTimeout");
    assert_eq!(
        kinds(&format!("{end}{error}{error}")),
        "WaitTimeout Repeated WaitTimeout"
    );
    assert_eq!(kinds(&error), "WaitTimeout");

    // Blocks are cut where neither a record nor such a pair is torn.
    let login = line("LOG", "C-0x9: a/b@unix:1 login attempt: db=a user=b");
    let cut = |lines: &[&str]| last_start(lines.concat().as_bytes());
    assert_eq!(cut(&[&login, &login]), login.len());
    assert_eq!(
        cut(&[&login, "\tmore\n", &login, "\tmore\n"]),
        login.len() + 6
    );
    assert_eq!(cut(&[&login, &login, &end, &error]), login.len() * 2);
    assert_eq!(
        cut(&[&login, &login, &end, &server, &error]),
        login.len() * 2
    );
    assert_eq!(cut(&[&login]), 0);
    assert_eq!(cut(&[]), 0);
    let many = end.repeat(100);
    assert_eq!(cut(&[&many]), end.len() * 99);
}

#[test]
fn lines_that_are_no_records() {
    let block = b"\n\tnot yet\n2026-11-21 04:10:19.773 UTC [7] ERROR a\n\tb\n\n\tc\nnothing\n\tnothing\r\n\xff\xfe\n";
    let (found, strays) = read(block);
    assert_eq!((found.len(), strays), (1, 4));
}

#[test]
fn a_real_log() {
    let (found, strays) = read(include_bytes!("../../../fixtures/pgbouncer.log"));
    let count = |kind: &str| found.iter().filter(|f| f.6.starts_with(kind)).count();
    assert_eq!((found.len(), strays), (79, 0));
    let expected = [
        ("Started 1.18.0", 1),
        ("ClientLogin", 25),
        ("ClientClosed", 19),
        ("WaitTimeout", 6),
        ("TooManyClients", 2),
        ("ReservePool", 1),
        ("Repeated", 11),
        ("ServerConnected", 3),
        ("ServerClosed", 3),
        ("Stats", 2),
        ("Error", 0),
    ];
    for (kind, number) in expected {
        assert_eq!(count(kind), number, "{kind}");
    }
}

#[test]
fn logs_cut_anywhere() {
    let text = include_bytes!("../../../fixtures/pgbouncer.log");
    let twenty = memchr::memchr_iter(b'\n', text).nth(20).unwrap();
    for end in 0..twenty {
        let (found, strays) = read(text.get(..end).unwrap());
        let lines = text
            .get(..end)
            .unwrap()
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty());
        assert_eq!(found.len() + strays, lines.count(), "{end}");
        assert!(strays <= 1);
    }
}
