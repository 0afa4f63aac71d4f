//! A pooler in transaction mode: units of work come through, and leave nothing on connections of others.

use crate::common::{Admin, database, open, try_open};
use pgloupe::live::Trouble;
use pgloupe::live::explain::{Ask, plain};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

struct Bouncer(Child);

impl Drop for Bouncer {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn bouncer(folder: &Path, port: u16, server: &str) -> Option<Bouncer> {
    let settings = format!(
        "[databases]\n* = {server}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n\
        unix_socket_dir =\nauth_type = any\npool_mode = transaction\ndefault_pool_size = 3\n"
    );
    let path = folder.join("pgbouncer.ini");
    std::fs::write(&path, settings).unwrap();
    let mut command = Command::new(
        ["/usr/sbin/pgbouncer", "pgbouncer"]
            .into_iter()
            .find(|p| Path::new(p).exists())
            .unwrap_or("pgbouncer"),
    );
    if crate::own::is_root() {
        command.args(["-u", "postgres"]);
        Command::new("chown")
            .args(["-R", "postgres"])
            .arg(folder)
            .status()
            .unwrap();
    }
    let child = command
        .arg(&path)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    for _ in 0..50 {
        if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return Some(Bouncer(child));
        }
        thread::sleep(Duration::from_millis(100));
    }
    drop(Bouncer(child));
    None
}

#[test]
fn thirty_of_thirty_units_of_work_come_through_a_pooler() {
    let Some(server) = database("pgloupe_pooler") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let Some(_bouncer) = bouncer(
        folder.path(),
        port,
        &format!(
            "host={} port={} user={}",
            server.target.host, server.target.port, server.target.user
        ),
    ) else {
        assert!(!crate::common::required(), "pgbouncer did not start");
        eprintln!("left out: pgbouncer did not start");
        return;
    };
    let mut pooled = server.clone();
    pooled.target.host = "127.0.0.1".to_owned();
    pooled.target.port = port;
    let admin = Admin::new(&pooled.target, None);
    admin.run("select 1");
    thread::sleep(Duration::from_millis(1200));
    let came_through = (0..30)
        .filter(|_| {
            let mut session = open(&pooled);
            let ask = Ask {
                text: "select * from shop.orders where id = $1".to_owned(),
                ..Ask::default()
            };
            plain(&mut session, &ask).unwrap().generic
        })
        .count();
    assert_eq!(came_through, 30);
    // The connections that the application gets next are as they were.
    let left = "select count(*)::text from pg_prepared_statements";
    let settings = "select concat_ws(' ', current_setting('default_transaction_read_only'), \
        current_setting('statement_timeout'), current_setting('lock_timeout'), current_setting('search_path'))";
    for _ in 0..6 {
        assert_eq!(admin.text(left), "0");
        assert_eq!(admin.text(settings), "off 0 0 \"$user\", public");
    }
    let session = open(&pooled);
    assert_ne!(session.facts().pooler, pgloupe::live::Pooler::NotSeen);
    let mut missing = pooled.target.clone();
    missing.database = "no_such_database".to_owned();
    let error = try_open(&missing, None).unwrap_err();
    assert!(
        matches!(error.trouble, Trouble::Pooler | Trouble::NoSuchDatabase),
        "{error}"
    );
}
