//! `.pgpass`: lines of `host:port:database:user:password`, the first that fits counts.

use super::secret::Secret;
use super::target::Target;
use std::fs;
use std::path::Path;

/// The password of a target in a file; beside it what to tell a person of the file.
pub(super) fn password(path: &Path, target: &Target) -> (Option<Secret>, Option<String>) {
    let Ok(facts) = fs::metadata(path) else {
        // Most people have no such file.
        return (None, None);
    };
    let warning = |why: &str| {
        (
            None,
            Some(format!("{} was left out: {why}", path.display())),
        )
    };
    if !facts.is_file() {
        return warning("it is no plain file");
    }
    if readable_by_others(&facts) {
        return warning("others may read it; chmod 0600 makes it count");
    }
    match fs::read_to_string(path) {
        Ok(text) => (find(&text, target), None),
        Err(error) => warning(&error.to_string()),
    }
}

#[cfg(unix)]
fn readable_by_others(facts: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    facts.permissions().mode() & 0o077 != 0
}

#[cfg(not(unix))]
fn readable_by_others(_: &fs::Metadata) -> bool {
    false
}

fn find(text: &str, target: &Target) -> Option<Secret> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(fields)
        .find_map(|[host, port, database, user, password]| {
            let fits = |field: &str, value: &str| field == "*" || field == value;
            // A socket goes by the name localhost too.
            let host_fits = fits(&host, &target.host) || (target.socket() && host == "localhost");
            (host_fits
                && fits(&port, &target.port.to_string())
                && fits(&database, &target.database)
                && fits(&user, &target.user))
            .then(|| Secret::new(password))
        })
}

/// Colons part the fields; a backslash takes the next character as it is. The password may hold colons.
fn fields(line: &str) -> Option<[String; 5]> {
    let mut fields: [String; 5] = Default::default();
    let mut at = 0;
    let mut chars = line.chars();
    while let Some(char) = chars.next() {
        match char {
            ':' if at < 4 => at += 1,
            '\\' => fields.get_mut(at)?.extend(chars.next()),
            char => fields.get_mut(at)?.push(char),
        }
    }
    (at == 4).then_some(fields)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::Tls;

    fn target(host: &str) -> Target {
        Target {
            host: host.to_owned(),
            port: 5432,
            database: "shop".to_owned(),
            user: "reader".to_owned(),
            tls: Tls::default(),
        }
    }

    #[test]
    fn the_first_line_that_fits_counts() {
        let text = "# db:5432:shop:reader:comment\nbroken\nother:*:*:*:no\ndb:5433:*:*:no\n\
            db:*:shop:reader:a\\:b:c\\\\d\n*:*:*:*:last\nlocalhost:5432:shop:reader:socket";
        let found = |host| find(text, &target(host)).map(|secret| secret.expose().to_owned());
        assert_eq!(found("db").as_deref(), Some("a:b:c\\d"));
        assert_eq!(found("elsewhere").as_deref(), Some("last"));
        let socket = find("localhost:*:*:*:s", &target("/run/pg"));
        assert_eq!(socket.as_ref().map(Secret::expose), Some("s"));
        assert_eq!(find("localhost:*:*:*:s", &target("db")), None);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_may_read_does_not_count() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pgpass");
        fs::write(&path, "*:*:*:*:p").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let (found, warning) = password(&path, &target("db"));
        assert!(found.is_none() && warning.unwrap().contains("chmod 0600"));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        assert!(password(&path, &target("db")).0.is_some());
        assert_eq!(
            password(&folder.path().join("none"), &target("db")),
            (None, None)
        );
    }
}
