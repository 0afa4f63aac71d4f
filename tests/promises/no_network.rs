//! The only address that a process talks to is the server's, and without a server there is none.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::admin::{Place, variable};
use crate::visitor::{self, Then};

/// Wraps a command so that what it asks of the network is written to `trace`; `None` where strace is missing.
fn traced(command: &Command, trace: &Path) -> Option<Command> {
    let known = Command::new("strace")
        .arg("-V")
        .stdout(Stdio::null())
        .status();
    if known.is_err() {
        assert!(
            std::env::var_os("PGLOUPE_TEST_PG_REQUIRED").is_none(),
            "strace is missing"
        );
        eprintln!("left out: strace is missing");
        return None;
    }
    let mut wrapped = Command::new("strace");
    wrapped.args([
        "-f",
        "-qq",
        "-e",
        "trace=connect,sendto,sendmsg,sendmmsg",
        "-o",
    ]);
    wrapped
        .arg(trace)
        .arg(command.get_program())
        .args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => wrapped.env(name, value),
            None => wrapped.env_remove(name),
        };
    }
    wrapped
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    Some(wrapped)
}

/// Addresses of the internet protocols in a trace, as strace writes them.
fn addresses(trace: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in trace.match_indices("{sa_family=AF_INET") {
        let rest = &trace[at..];
        let end = rest.find('}').map_or(rest.len(), |end| end + 1);
        found.push(rest[..end].to_owned());
    }
    found.sort();
    found.dedup();
    found
}

#[test]
fn but_the_server() {
    let Some(place) = Place::new("network") else {
        return;
    };
    if variable("PGLOUPE_TEST_PG_TCP").is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let trace = folder.path().join("trace");
    let url = place.url("PGLOUPE_TEST_PG_TCP");
    let (target, _) = visitor::target(&url);
    let mut missing = false;
    let child = visitor::process(&url, Then::Print, |command| {
        traced(&command, &trace).unwrap_or_else(|| {
            missing = true;
            command
        })
    });
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("ServerFacts"), "{said}");
    if missing {
        return;
    }
    let found = addresses(&std::fs::read_to_string(trace).unwrap());
    let server = format!(
        "{{sa_family=AF_INET, sin_port=htons({}), sin_addr=inet_addr(\"{}\")}}",
        target.port, target.host
    );
    assert_eq!(found, [server]);
}

#[test]
fn at_all_for_a_capture() {
    let folder = tempfile::tempdir().unwrap();
    let trace = folder.path().join("trace");
    let mut command = Command::new(env!("CARGO_BIN_EXE_pgloupe"));
    command.arg("report");
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/shop.log"));
    let Some(mut command) = traced(&command, &trace) else {
        return;
    };
    let output = command.output().unwrap();
    assert!(output.status.success());
    assert!(output.stdout.len() > 1000);
    let found = addresses(&std::fs::read_to_string(trace).unwrap());
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn the_check_sees_an_address() {
    let trace = "1 connect(3, {sa_family=AF_UNIX, sun_path=\"/run/x\"}, 110) = 0\n\
        1 connect(3, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr(\"192.0.2.1\")}, 16) = 0\n\
        1 sendto(4, \"x\", 1, 0, {sa_family=AF_INET6, sin6_port=htons(53), sin6_flowinfo=htonl(0)}, 28) = 1\n";
    assert_eq!(addresses(trace).len(), 2);
}
