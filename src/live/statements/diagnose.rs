//! Why statements can't be read, or not all of them, and the exact lines that mend it.

use super::probe::{Extension, Probe};

/// Something that keeps statements from being seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obstacle {
    /// Which it is.
    pub case: Case,
    /// What is wrong, a sentence.
    pub what: String,
    /// Lines to run, in this order; those that begin with `--` or `#` say where.
    pub fix: Vec<String>,
}

/// What keeps statements from being seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Case {
    /// The server has no files of the extension.
    NotInstalled,
    /// The library was not loaded when the server started.
    NotPreloaded,
    /// `CREATE EXTENSION` was not run in this database.
    NotCreated,
    /// The role may not look into the extension's schema, or not read the view.
    Hidden,
    /// The role sees its own statements only.
    NoRole,
    /// The extension's objects are of an older version than its library.
    OldVersion,
    /// The server computes no identifiers, or tracks no statements.
    TurnedOff,
    /// What is called `pg_stat_statements` has not its columns.
    Unknown,
}

impl Case {
    /// Whether nothing can be read. Otherwise something can, if not all.
    #[must_use]
    pub fn blocks(self) -> bool {
        matches!(
            self,
            Self::NotInstalled
                | Self::NotPreloaded
                | Self::NotCreated
                | Self::Hidden
                | Self::Unknown
        )
    }
}

/// What is in the way, the first thing to mend first; empty when all is well.
#[must_use]
pub fn diagnose(probe: &Probe) -> Vec<Obstacle> {
    let mut found = Vec::new();
    if !probe.preloaded {
        if probe.available.is_none() && probe.extension.is_none() {
            found.push(not_installed(probe));
        }
        found.push(not_preloaded(probe));
    }
    match &probe.extension {
        None => found.push(not_created(probe)),
        Some(extension) => found.extend(with_extension(probe, extension)),
    }
    if probe.preloaded {
        found.extend(turned_off(probe));
    }
    found
}

fn not_installed(probe: &Probe) -> Obstacle {
    let major = probe.version / 10_000;
    Obstacle {
        case: Case::NotInstalled,
        what: "The server has no files of pg_stat_statements; they come with PostgreSQL's contrib package.".to_owned(),
        fix: vec![
            "# on the server, for Debian and Ubuntu (the package is part of postgresql from 10 on):".to_owned(),
            format!("apt install postgresql-{major}"),
            "# for Fedora and Red Hat:".to_owned(),
            "dnf install postgresql-contrib".to_owned(),
        ],
    }
}

fn not_preloaded(probe: &Probe) -> Obstacle {
    let others = probe.preload.as_deref().map(str::trim);
    let list = match others {
        None | Some("") => "pg_stat_statements".to_owned(),
        Some(others) => format!("{others},pg_stat_statements"),
    };
    let mut fix = Vec::new();
    if others.is_none() {
        fix.push(format!(
            "-- {} may not see shared_preload_libraries: keep what it has, and add to it",
            probe.role
        ));
    }
    // The list is one of several names: in quotes as a whole it would be taken for one.
    let quoted: Vec<String> = list
        .split(',')
        .map(|name| format!("'{}'", name.trim().trim_matches('"').replace('\'', "''")))
        .collect();
    fix.extend([
        "-- as a superuser; managed services have it in their parameter group instead".to_owned(),
        format!(
            "ALTER SYSTEM SET shared_preload_libraries = {};",
            quoted.join(", ")
        ),
        "-- then restart the server; a reload is not enough".to_owned(),
    ]);
    Obstacle {
        case: Case::NotPreloaded,
        what: "The server did not load pg_stat_statements when it started, so it counts nothing."
            .to_owned(),
        fix,
    }
}

fn not_created(probe: &Probe) -> Obstacle {
    Obstacle {
        case: Case::NotCreated,
        what: format!(
            "The extension pg_stat_statements was not created in the database {}; that it exists in another database is \
             not enough.",
            probe.database
        ),
        fix: vec![
            format!(
                "-- in the database {}, as its owner or a superuser",
                probe.database
            ),
            "CREATE EXTENSION pg_stat_statements;".to_owned(),
        ],
    }
}

fn with_extension(probe: &Probe, extension: &Extension) -> Vec<Obstacle> {
    let mut found = Vec::new();
    let (schema, role) = (&extension.quoted, quote(&probe.role));
    if !extension.usage {
        found.push(Obstacle {
            case: Case::Hidden,
            what: format!(
                "pg_stat_statements is in the schema {}, which {} may not look into.",
                extension.schema, probe.role
            ),
            fix: vec![format!("GRANT USAGE ON SCHEMA {schema} TO {role};")],
        });
    }
    if !extension.execute {
        found.push(Obstacle {
            case: Case::Hidden,
            what: format!(
                "{} may not call the function behind pg_stat_statements.",
                probe.role
            ),
            fix: vec![format!(
                "GRANT EXECUTE ON FUNCTION {schema}.pg_stat_statements(boolean) TO {role};"
            )],
        });
    }
    if let Err(missing) = probe.columns() {
        found.push(Obstacle {
            case: Case::Unknown,
            what: format!(
                "What is called {}.pg_stat_statements has no column {}: it is another view, or of a version that is \
                 older than 1.2.",
                extension.schema,
                missing.join(", ")
            ),
            fix: vec!["ALTER EXTENSION pg_stat_statements UPDATE;".to_owned()],
        });
    } else if let Some(available) = probe
        .available
        .as_ref()
        .filter(|a| **a != extension.version)
    {
        found.push(Obstacle {
            case: Case::OldVersion,
            what: format!(
                "The extension is version {} in this database, and the server has {available}: some numbers are missing, \
                 and resets may go unseen.",
                extension.version
            ),
            fix: vec![
                format!("-- in the database {}, as its owner or a superuser", probe.database),
                "ALTER EXTENSION pg_stat_statements UPDATE;".to_owned(),
            ],
        });
    }
    if !probe.reads_all_stats {
        found.push(Obstacle {
            case: Case::NoRole,
            what: format!(
                "{} sees its own statements only; those of other roles are counted, without text.",
                probe.role
            ),
            fix: vec![format!("GRANT pg_read_all_stats TO {role};")],
        });
    }
    found
}

fn turned_off(probe: &Probe) -> Vec<Obstacle> {
    let mut found = Vec::new();
    if probe.compute_query_id.as_deref() == Some("off") {
        found.push(Obstacle {
            case: Case::TurnedOff,
            what: "compute_query_id is off, so the server counts no statements.".to_owned(),
            fix: vec![
                "ALTER SYSTEM SET compute_query_id = auto;".to_owned(),
                "SELECT pg_reload_conf();".to_owned(),
            ],
        });
    }
    if probe.track.as_deref() == Some("none") {
        found.push(Obstacle {
            case: Case::TurnedOff,
            what: "pg_stat_statements.track is none, so the server counts no statements."
                .to_owned(),
            fix: vec![
                "ALTER SYSTEM SET pg_stat_statements.track = top;".to_owned(),
                "SELECT pg_reload_conf();".to_owned(),
            ],
        });
    }
    found
}

/// A name in quotes, always: whether it needs them depends on the version's key words.
fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::statements::columns::tests::names;

    fn well() -> Probe {
        Probe {
            database: "shop".to_owned(),
            role: "app \"x".to_owned(),
            version: 150_004,
            reads_all_stats: true,
            preloaded: true,
            preload: None,
            available: Some("1.10".to_owned()),
            extension: Some(Extension {
                schema: "My Tools".to_owned(),
                quoted: "\"My Tools\"".to_owned(),
                version: "1.10".to_owned(),
                usage: true,
                execute: true,
                columns: names("1.10"),
                info: true,
            }),
            compute_query_id: Some("auto".to_owned()),
            track: Some("top".to_owned()),
        }
    }

    /// The cases, and a line of the fixes, after a change to a server where all is well.
    fn check(change: impl Fn(&mut Probe), cases: &[Case], line: &str) {
        let mut probe = well();
        change(&mut probe);
        let found = diagnose(&probe);
        let got: Vec<Case> = found.iter().map(|o| o.case).collect();
        assert_eq!(got, cases);
        let lines: Vec<&String> = found.iter().flat_map(|o| &o.fix).collect();
        assert!(
            line.is_empty() || lines.iter().any(|l| *l == line),
            "{line}: {lines:#?}"
        );
    }

    fn extension(change: impl Fn(&mut Extension)) -> impl Fn(&mut Probe) {
        move |probe| change(probe.extension.as_mut().unwrap())
    }

    #[test]
    fn every_case_has_its_lines() {
        check(|_| {}, &[], "");
        // In a schema off the search path, that alone is no obstacle: names are qualified.
        check(
            |p| {
                p.preloaded = false;
                p.preload = Some("auto_explain, \"pg_cron\"".to_owned());
            },
            &[Case::NotPreloaded],
            "ALTER SYSTEM SET shared_preload_libraries = 'auto_explain', 'pg_cron', 'pg_stat_statements';",
        );
        check(
            |p| p.preloaded = false,
            &[Case::NotPreloaded],
            "ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements';",
        );
        check(
            |p| p.extension = None,
            &[Case::NotCreated],
            "CREATE EXTENSION pg_stat_statements;",
        );
        check(
            |p| {
                p.extension = None;
                p.preloaded = false;
                p.available = None;
            },
            &[Case::NotInstalled, Case::NotPreloaded, Case::NotCreated],
            "apt install postgresql-15",
        );
        check(
            extension(|e| e.usage = false),
            &[Case::Hidden],
            "GRANT USAGE ON SCHEMA \"My Tools\" TO \"app \"\"x\";",
        );
        check(
            extension(|e| e.execute = false),
            &[Case::Hidden],
            "GRANT EXECUTE ON FUNCTION \"My Tools\".pg_stat_statements(boolean) TO \"app \"\"x\";",
        );
        check(
            |p| p.reads_all_stats = false,
            &[Case::NoRole],
            "GRANT pg_read_all_stats TO \"app \"\"x\";",
        );
        check(
            extension(|e| {
                e.version = "1.8".to_owned();
                e.columns = names("1.8");
            }),
            &[Case::OldVersion],
            "ALTER EXTENSION pg_stat_statements UPDATE;",
        );
        check(
            extension(|e| e.columns = vec!["a".to_owned()]),
            &[Case::Unknown],
            "",
        );
        check(
            |p| p.compute_query_id = Some("off".to_owned()),
            &[Case::TurnedOff],
            "ALTER SYSTEM SET compute_query_id = auto;",
        );
        check(
            |p| p.track = Some("none".to_owned()),
            &[Case::TurnedOff],
            "ALTER SYSTEM SET pg_stat_statements.track = top;",
        );
    }
}
