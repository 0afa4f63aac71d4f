//! A password, right or wrong, is nowhere but in the memory of the process and on the way to the server.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output};

use crate::admin::{Place, variable};
use crate::visitor::{self, Then};

/// Files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            match entry.path() {
                path if path.is_dir() => open.push(path),
                path => found.push(path),
            }
        }
    }
    found
}

/// Runs a visit in a home folder of its own.
fn visit(url: &str, then: Then, home: &Path) -> Child {
    visitor::process(url, then, |mut command| {
        command.env_remove("DBUS_SESSION_BUS_ADDRESS");
        command
            .env("HOME", home)
            .env("TMPDIR", home)
            .current_dir(home);
        for name in [
            "XDG_CONFIG_HOME",
            "XDG_DATA_HOME",
            "XDG_STATE_HOME",
            "XDG_CACHE_HOME",
            "XDG_RUNTIME_DIR",
        ] {
            command.env(name, home.join(name));
        }
        command
    })
}

/// Where `canary` is: what the process wrote to its streams, and the files that it left.
fn finds(canary: &str, output: &Output, home: &Path) -> Vec<String> {
    let holds = |bytes: &[u8]| memchr::memmem::find(bytes, canary.as_bytes()).is_some();
    let mut found = Vec::new();
    if holds(&output.stdout) {
        found.push("stdout".to_owned());
    }
    if holds(&output.stderr) {
        found.push("stderr".to_owned());
    }
    let named = files(home).into_iter();
    let named = named.filter(|file| holds(&fs::read(file).unwrap()));
    found.extend(named.map(|file| file.display().to_string()));
    found
}

/// Visits with the password of the place or with a wrong one, and looks for it.
fn check(test: &str, by: &str, right: bool, then: Then, expected: &str) {
    let Some(mut place) = Place::new(test) else {
        return;
    };
    if variable(by).is_none() {
        return;
    }
    if !right {
        place.password.push_str("-wrong");
    }
    let home = tempfile::tempdir().unwrap();
    let output = visit(&place.url(by), then, home.path())
        .wait_with_output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(said.contains(expected), "{said}");
    assert_eq!(output.status.success(), then != Then::Panic, "{said}");
    let found = finds(&place.password, &output, home.path());
    assert!(found.is_empty(), "{found:?}\n{said}");
}

#[test]
fn when_all_goes_well() {
    check(
        "well",
        "PGLOUPE_TEST_PG_TCP",
        true,
        Then::Print,
        "ServerFacts",
    );
}

#[test]
fn when_the_password_is_wrong() {
    check(
        "wrong",
        "PGLOUPE_TEST_PG_TCP",
        false,
        Then::Print,
        "WrongPassword",
    );
}

#[test]
fn when_a_pooler_refuses_it() {
    check(
        "refused",
        "PGLOUPE_TEST_PGBOUNCER",
        false,
        Then::Print,
        "WrongPassword",
    );
}

#[test]
fn when_it_panics() {
    check(
        "panics",
        "PGLOUPE_TEST_PG_TCP",
        true,
        Then::Panic,
        "panicked",
    );
}

#[test]
fn when_it_panics_with_a_wrong_one() {
    check(
        "wrongly",
        "PGLOUPE_TEST_PG_TCP",
        false,
        Then::Panic,
        "panicked",
    );
}

/// The command line is handed the password in the URL, and writes a file that people pass on.
#[test]
fn when_the_catalog_is_written() {
    let Some(mut place) = Place::new("written") else {
        return;
    };
    if variable("PGLOUPE_TEST_PG_TCP").is_none() {
        return;
    }
    for (right, expected) in [(true, "\"tables\""), (false, "refused the password")] {
        if !right {
            place.password.push_str("-wrong");
        }
        let home = tempfile::tempdir().unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_pgloupe"))
            .args(["catalog", &place.url("PGLOUPE_TEST_PG_TCP")])
            .env("HOME", home.path())
            .env("RUST_LOG", "trace")
            .current_dir(home.path())
            .output()
            .unwrap();
        let said =
            String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.success(), right, "{said}");
        assert!(said.contains(expected), "{said}");
        let found = finds(&place.password, &output, home.path());
        assert!(found.is_empty(), "{found:?}\n{said}");
    }
}

/// The server itself keeps the texts of statements that set passwords, and shows them to those who may look.
#[test]
fn when_the_server_knows_it() {
    let Some(mut place) = Place::new("known") else {
        return;
    };
    if variable("PGLOUPE_TEST_PG_TCP").is_none() {
        return;
    }
    let Place {
        name,
        password,
        admin,
    } = &mut place;
    admin.run("CREATE EXTENSION pg_stat_statements");
    admin.run(&format!("GRANT pg_monitor TO {name}"));
    admin.run(&format!("ALTER ROLE {name} PASSWORD '{password}'"));
    let shown = "SELECT count(*) FROM pg_stat_statements WHERE query LIKE 'ALTER ROLE%PASSWORD%'";
    assert_ne!(place.admin.value(shown), "0");
    let home = tempfile::tempdir().unwrap();
    let child = visit(&place.url("PGLOUPE_TEST_PG_TCP"), Then::Print, home.path());
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("ALTER ROLE"), "{said}");
    let found = finds(&place.password, &output, home.path());
    assert!(found.is_empty(), "{found:?}\n{said}");
}

#[test]
fn the_check_sees_a_secret() {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir(home.path().join("folder")).unwrap();
    fs::write(home.path().join("folder/file"), "a canary-1 b").unwrap();
    let output = Output {
        status: std::process::ExitStatus::default(),
        stdout: b"canary-1".to_vec(),
        stderr: b"nothing".to_vec(),
    };
    assert_eq!(finds("canary-1", &output, home.path()).len(), 2);
    assert_eq!(finds("canary-2", &output, home.path()).len(), 0);
}
