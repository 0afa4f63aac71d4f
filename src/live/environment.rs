//! From what was written down, the environment and the defaults to a target.

use super::error::LiveError;
use super::passfile;
use super::secret::Secret;
use super::service;
use super::target::{Target, Tls, TlsMode};
use super::written::{Written, bad};
use std::path::{Path, PathBuf};

/// A target, the password that was found for it, and what to tell a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// Where to.
    pub target: Target,
    /// The password, where one was found.
    pub password: Option<Secret>,
    /// What was left out or read in another way than it was meant.
    pub warnings: Vec<String>,
}

/// Variables and the keys that they stand for.
const VARIABLES: &[(&str, &str)] = &[
    ("PGHOST", "host"),
    ("PGHOSTADDR", "hostaddr"),
    ("PGPORT", "port"),
    ("PGDATABASE", "dbname"),
    ("PGUSER", "user"),
    ("PGPASSWORD", "password"),
    ("PGSSLMODE", "sslmode"),
    ("PGSSLROOTCERT", "sslrootcert"),
    ("PGSSLCERT", "sslcert"),
    ("PGSSLKEY", "sslkey"),
    ("PGPASSFILE", "passfile"),
    ("PGSERVICE", "service"),
    ("PGCHANNELBINDING", "channel_binding"),
    ("PGREQUIREAUTH", "require_auth"),
    ("PGREQUIREPEER", "requirepeer"),
    ("PGSSLCRL", "sslcrl"),
];

/// Where servers put their sockets when nothing else is said.
const SOCKETS: &[&str] = &["/run/postgresql", "/var/run/postgresql", "/tmp"];

/// Completes what was written down, in the order of libpq: then the service that it names, then the variables, then
/// what is usual. `variable` looks up a variable of the environment.
///
/// # Errors
///
/// When a value can't be used, or the service is not known.
pub fn resolve(
    written: Written,
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<Resolved, LiveError> {
    let home = variable("HOME")
        .or_else(|| variable("USERPROFILE"))
        .map(PathBuf::from);
    let mut environment = Written::default();
    for (name, key) in VARIABLES {
        if let Some(value) = variable(name) {
            environment.set(key, &value, name)?;
        }
    }
    let name = written
        .service
        .clone()
        .or_else(|| environment.service.clone());
    let service = match name {
        Some(name) => service::find(&name, &service_files(variable, home.as_deref()))?,
        None => Written::default(),
    };
    let written = written.or(service).or(environment);
    let user = variable("USER")
        .or_else(|| variable("LOGNAME"))
        .or_else(|| variable("USERNAME"));
    complete(written, user, home.as_deref())
}

/// The files of services in the order in which they count.
fn service_files(variable: &dyn Fn(&str) -> Option<String>, home: Option<&Path>) -> Vec<PathBuf> {
    let own = variable("PGSERVICEFILE").map(PathBuf::from);
    let own = own.or_else(|| home.map(|home| home.join(".pg_service.conf")));
    let common = variable("PGSYSCONFDIR").unwrap_or_else(|| "/etc/postgresql-common".to_owned());
    own.into_iter()
        .chain([PathBuf::from(common).join("pg_service.conf")])
        .collect()
}

fn complete(
    mut written: Written,
    user: Option<String>,
    home: Option<&Path>,
) -> Result<Resolved, LiveError> {
    let port = written.port.unwrap_or(5432);
    let no_user = || bad("user", "connection", "nothing says who to connect as");
    let user = written.user.clone().or(user).ok_or_else(no_user)?;
    if written.host.is_some() && written.hostaddr.is_some() {
        // The certificate is checked against the name, so the name is what is connected to.
        written.warn("hostaddr is not used where host is given");
    }
    let host = written.host.clone().or_else(|| written.hostaddr.clone());
    let mut target = Target {
        host: host.unwrap_or_else(|| usual_host(port)),
        port,
        database: written.database.clone().unwrap_or_else(|| user.clone()),
        user,
        tls: Tls {
            mode: written.mode,
            root_certificate: written.root_certificate.clone(),
            client_certificate: written.client_certificate.clone(),
            client_key: written.client_key.clone(),
        },
    };
    certificates(&mut target.tls, home)?;
    let mut password = written.password.clone();
    if password.is_none() {
        let usual = || home.map(|home| home.join(".pgpass"));
        if let Some(file) = written.passfile.clone().or_else(usual) {
            let (found, warning) = passfile::password(&file, &target);
            password = found;
            written.warnings.extend(warning);
        }
    }
    Ok(Resolved {
        target,
        password,
        warnings: written.warnings,
    })
}

/// `sslrootcert=system`, and the files that libpq looks for when none is named.
fn certificates(tls: &mut Tls, home: Option<&Path>) -> Result<(), LiveError> {
    if tls.root_certificate.as_deref() == Some(Path::new("system")) {
        tls.root_certificate = None;
        match tls.mode {
            None | Some(TlsMode::VerifyFull) => tls.mode = Some(TlsMode::VerifyFull),
            Some(_) => {
                let why = "with sslrootcert=system, anything but verify-full would trust strangers";
                return Err(bad("sslmode", "connection", why));
            }
        }
        return Ok(());
    }
    let usual = |name: &str| {
        let path = home?.join(".postgresql").join(name);
        path.is_file().then_some(path)
    };
    if tls.root_certificate.is_none() {
        tls.root_certificate = usual("root.crt");
    }
    if tls.client_certificate.is_none() && tls.client_key.is_none() {
        let pair = usual("postgresql.crt").zip(usual("postgresql.key"));
        (tls.client_certificate, tls.client_key) = pair.unzip();
    }
    match (&tls.client_certificate, &tls.client_key) {
        (Some(_), None) => Err(bad(
            "sslkey",
            "connection",
            "a client certificate needs its key",
        )),
        (None, Some(_)) => Err(bad(
            "sslcert",
            "connection",
            "a client key needs its certificate",
        )),
        _ => Ok(()),
    }
}

/// The directory in which a socket of this port is, else this machine by name.
fn usual_host(port: u16) -> String {
    let name = format!(".s.PGSQL.{port}");
    let found = SOCKETS
        .iter()
        .find(|folder| Path::new(folder).join(&name).exists());
    found.copied().unwrap_or("localhost").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::url;
    use std::fs;

    /// Variables as `NAME=value`, and a folder that is the home.
    fn check(text: &str, variables: &[&str], home: &Path) -> Result<Resolved, LiveError> {
        let variable = |name: &str| {
            let found = variables
                .iter()
                .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
            let home = (name == "HOME").then(|| home.display().to_string());
            found.map(str::to_owned).or(home)
        };
        let written = match text {
            "" => Written::default(),
            text => url::parse(text)?,
        };
        resolve(written, &variable)
    }

    #[test]
    fn what_is_nearer_counts_more() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join(".pg_service.conf");
        fs::write(file, "[shop]\nhost=service\ndbname=service\nuser=service\n").unwrap();
        let variables = [
            "PGHOST=env",
            "PGPORT=7",
            "PGDATABASE=env",
            "PGUSER=env",
            "USER=os",
        ];
        let target = |text, more: &[&str]| {
            let variables = [&variables[..], more].concat();
            check(text, &variables, home.path())
                .unwrap()
                .target
                .to_string()
        };
        assert_eq!(target("", &[]), "env@env:7/env");
        assert_eq!(target("", &["PGSERVICE=shop"]), "service@service:7/service");
        assert_eq!(target("postgres://u@h/d?service=shop", &[]), "u@h:7/d");
        assert_eq!(
            target("postgres://h?service=shop", &[]),
            "service@h:7/service"
        );
        let alone = check("host=h", &["USER=os"], home.path()).unwrap();
        assert_eq!(alone.target.to_string(), "os@h:5432/os");
    }

    #[test]
    fn a_mistyped_mode_is_an_error_wherever_it_stands() {
        let home = tempfile::tempdir().unwrap();
        let error = check("", &["USER=u", "PGSSLMODE=verify_full"], home.path()).unwrap_err();
        assert!(
            error.to_string().contains("PGSSLMODE") && !error.to_string().contains("verify_full")
        );
        let error = check("", &["USER=u", "PGSERVICE=none"], home.path()).unwrap_err();
        assert!(error.to_string().contains("no service none"), "{error}");
        let weak = check(
            "host=h sslrootcert=system sslmode=require",
            &["USER=u"],
            home.path(),
        );
        assert!(weak.unwrap_err().to_string().contains("verify-full"));
        let half = check("host=h sslcert=c", &["USER=u"], home.path());
        assert!(half.unwrap_err().to_string().contains("sslkey"));
    }

    #[test]
    fn passwords_come_from_the_text_then_the_variable_then_the_file() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join(".pgpass");
        fs::write(&file, "h:*:*:*:file").unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        }
        let password = |text, variables: &[&str]| {
            let found = check(text, variables, home.path()).unwrap().password;
            found.map(|secret| secret.expose().to_owned())
        };
        assert_eq!(
            password("postgres://u:p@h", &["PGPASSWORD=env"]).as_deref(),
            Some("p")
        );
        assert_eq!(
            password("postgres://u@h", &["PGPASSWORD=env"]).as_deref(),
            Some("env")
        );
        assert_eq!(password("postgres://u@h", &[]).as_deref(), Some("file"));
        assert_eq!(password("postgres://u@elsewhere", &[]), None);
    }

    #[test]
    fn nothing_that_prints_holds_the_password() {
        let home = tempfile::tempdir().unwrap();
        let resolved = check("postgres://u:CANARY@h/d?x=CANARY", &[], home.path()).unwrap();
        let shown = format!("{resolved:?} {}", resolved.target);
        let kept = serde_json::to_string(&resolved.target).unwrap();
        assert!(
            !shown.contains("CANARY") && !kept.contains("CANARY"),
            "{shown}"
        );
    }
}
