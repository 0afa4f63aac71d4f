//! A server of one's own, for what the shared one must not suffer.

use pgloupe::live::{Target, Tls};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

pub(crate) struct Own {
    programs: PathBuf,
    folder: TempDir,
    port: u16,
}

impl Own {
    /// Starts one, or returns `None` after saying that there are no programs for it.
    pub(crate) fn start(name: &str, settings: &str, hba: &str) -> Option<Self> {
        crate::common::server()?;
        let Some(programs) = programs() else {
            assert!(!crate::common::required(), "initdb was not found");
            eprintln!("left out: initdb was not found");
            return None;
        };
        let folder = tempfile::Builder::new()
            .prefix(&format!("pgloupe-{name}-"))
            .tempdir()
            .unwrap();
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let mut own = Self {
            programs,
            folder,
            port,
        };
        own.give_away();
        let data = own.data();
        own.call(
            "initdb",
            &[
                "-D",
                &data,
                "-U",
                "postgres",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C",
            ],
        );
        let basics = format!(
            "listen_addresses = '127.0.0.1'\nport = {port}\nunix_socket_directories = '{}'\nfsync = off\n{settings}\n",
            own.folder.path().display()
        );
        std::fs::write(format!("{data}/postgresql.auto.conf"), basics).unwrap();
        std::fs::write(format!("{data}/pg_hba.conf"), hba).unwrap();
        own.give_away();
        own.run();
        Some(own)
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn data(&self) -> String {
        self.path().join("data").display().to_string()
    }

    pub(crate) fn target(&self) -> Target {
        Target {
            host: "127.0.0.1".to_owned(),
            port: self.port,
            database: "postgres".to_owned(),
            user: "postgres".to_owned(),
            tls: Tls::default(),
        }
    }

    pub(crate) fn socket(&self) -> Target {
        Target {
            host: self.path().display().to_string(),
            ..self.target()
        }
    }

    pub(crate) fn run(&mut self) {
        let (data, log) = (self.data(), self.path().join("log").display().to_string());
        self.call("pg_ctl", &["-D", &data, "-l", &log, "-w", "start"]);
    }

    pub(crate) fn reload(&self) {
        self.call("pg_ctl", &["-D", &self.data(), "reload"]);
        std::thread::sleep(std::time::Duration::from_millis(300));
    }

    pub(crate) fn stop(&mut self, how: &str) {
        self.call("pg_ctl", &["-D", &self.data(), "-m", how, "-w", "stop"]);
    }

    /// A program of PostgreSQL, as a user who is not root: root's are refused.
    fn call(&self, program: &str, arguments: &[&str]) {
        let path = self.programs.join(program);
        let output = if is_root() {
            as_postgres(&path, arguments)
        } else {
            Command::new(path).args(arguments).output()
        };
        // pg_ctl's own output would be held open by the server that it starts.
        let output: Output = output.unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{program}: {said}");
    }

    /// The folder belongs to whoever runs the server.
    pub(crate) fn give_away(&self) {
        if is_root() {
            let status = Command::new("chown")
                .args(["-R", "postgres"])
                .arg(self.path())
                .status();
            assert!(status.unwrap().success());
        }
    }
}

fn as_postgres(path: &Path, arguments: &[&str]) -> std::io::Result<Output> {
    Command::new("setpriv")
        .args(["--reuid=postgres", "--regid=postgres", "--clear-groups"])
        .arg(path)
        .args(arguments)
        .output()
}

pub(crate) fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output().unwrap();
    output.stdout.starts_with(b"0\n")
}

/// Where initdb and pg_ctl are: where `tests/server` says, on the path, or where Debian puts them.
fn programs() -> Option<PathBuf> {
    let named = std::env::var_os("PGLOUPE_TEST_PG_PROGRAMS").map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let debian = glob::glob("/usr/lib/postgresql/*/bin").unwrap().flatten();
    let mut folders = named
        .into_iter()
        .chain(std::env::split_paths(&path))
        .chain(debian);
    folders.find(|folder| folder.join("initdb").exists())
}

impl Drop for Own {
    fn drop(&mut self) {
        let data = self.data();
        let arguments = ["-D", &data, "-m", "immediate", "stop"];
        let path = self.programs.join("pg_ctl");
        // It may have been stopped already.
        let stopped = if is_root() {
            as_postgres(&path, &arguments)
        } else {
            Command::new(path).args(arguments).output()
        };
        drop(stopped);
    }
}
