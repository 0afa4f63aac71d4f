//! Words and code that several of the rules need.

use super::LiveRule;
use crate::advice::{Suggestion, SuggestionKind, Target, quoted};
use crate::catalog::{Catalog, Key, KeyOf, Name, Table};
use crate::rules::{Cost, Finding, KnownBy, Saving, Severity, Subject};
use crate::workload::Confidence;

/// A finding that says what is the matter with something, sure and without a cost; rules change what differs.
pub(super) fn finding(
    rule: &LiveRule,
    severity: Severity,
    subject: Subject,
    title: String,
    detail: String,
) -> Finding {
    Finding {
        rule: rule.name,
        severity,
        title,
        detail,
        subject: Some(subject),
        queries: Vec::new(),
        parent: None,
        confidence: Confidence::High,
        reasons: Vec::new(),
        cost: Cost::default(),
        saving: Saving {
            db_time: None,
            executions: None,
            known_by: KnownBy::Advice,
        },
        sightings: Vec::new(),
        suggestions: Vec::new(),
    }
}

/// SQL to copy.
pub(super) fn sql(
    kind: SuggestionKind,
    title: impl Into<String>,
    code: impl Into<String>,
    note: impl Into<String>,
) -> Suggestion {
    let note: String = note.into();
    Suggestion {
        kind,
        target: Target::Sql,
        title: title.into(),
        code: code.into(),
        note: (!note.is_empty()).then_some(note),
        guessed: Vec::new(),
    }
}

/// A name for code: quoted where it must be, always with its schema.
pub(super) fn code(name: &Name) -> String {
    if name.schema.is_empty() {
        return quoted(&name.name);
    }
    format!("{}.{}", quoted(&name.schema), quoted(&name.name))
}

/// A comment in SQL. Names can have several lines, of which none may become code.
pub(super) fn comment(text: &str) -> String {
    format!("-- {}", text.replace(['\n', '\r'], "\n-- "))
}

/// Columns for code.
pub(super) fn list(columns: &[String]) -> String {
    let quoted: Vec<String> = columns.iter().map(|c| quoted(c)).collect();
    quoted.join(", ")
}

/// The keys of an index for people: `customer_id, lower(email)`.
pub(super) fn keys(keys: &[Key]) -> String {
    let texts: Vec<&str> = keys
        .iter()
        .map(|key| match &key.of {
            KeyOf::Column(text) | KeyOf::Expression(text) => text.as_str(),
        })
        .collect();
    texts.join(", ")
}

/// Bytes for people: `3.4 GB`, by steps of 1,024 as PostgreSQL counts.
pub(super) fn bytes(n: u64) -> String {
    let mut value = n as f64;
    for unit in ["bytes", "kB", "MB", "GB"] {
        if value < 1024.0 {
            let digits = usize::from(value < 10.0 && unit != "bytes");
            return format!("{value:.digits$} {unit}");
        }
        value /= 1024.0;
    }
    format!("{value:.1} TB")
}

/// A part for people: `0.4 %`, `37 %`.
pub(super) fn percent(part: f64) -> String {
    let value = part * 100.0;
    let digits = usize::from(value < 10.0);
    format!("{value:.digits$} %")
}

/// A large number for people: `1.2 million`.
pub(super) fn rows(n: u64) -> String {
    match n {
        0..1_000_000 => crate::rules::finding::count(n),
        1_000_000..1_000_000_000 => format!("{:.1} million", n as f64 / 1e6),
        _ => format!("{:.1} billion", n as f64 / 1e9),
    }
}

/// Seconds for people: `45 seconds`, `12 minutes`, `3 hours`.
pub(super) fn duration(seconds: f64) -> String {
    let (value, unit) = match seconds {
        s if s < 120.0 => (s, "seconds"),
        s if s < 7_200.0 => (s / 60.0, "minutes"),
        s if s < 172_800.0 => (s / 3_600.0, "hours"),
        s => (s / 86_400.0, "days"),
    };
    format!("{value:.0} {unit}")
}

/// A number setting of a table: its own storage parameter, else the server's, else the default.
pub(super) fn number(catalog: &Catalog, table: &Table, name: &str, default: f64) -> f64 {
    let own = table.options.get(name).and_then(|v| v.parse().ok());
    let server = || catalog.setting(name).and_then(|s| s.value.parse().ok());
    own.or_else(server).unwrap_or(default)
}

/// Whether autovacuum takes care of a table.
pub(super) fn autovacuums(catalog: &Catalog, table: &Table) -> bool {
    let off = |value: &str| matches!(value, "off" | "false" | "no" | "0");
    let own = table.options.get("autovacuum_enabled");
    let server = catalog.setting("autovacuum").map(|s| s.value.as_str());
    !own.is_some_and(|v| off(v)) && !server.is_some_and(off)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_for_people() {
        let texts = [0, 999, 1024, 1_500_000, 3_650_722_202, u64::MAX].map(bytes);
        assert_eq!(
            texts,
            [
                "0 bytes",
                "999 bytes",
                "1.0 kB",
                "1.4 MB",
                "3.4 GB",
                "16777216.0 TB"
            ]
        );
        assert_eq!([0.004, 0.37, 1.0].map(percent), ["0.4 %", "37 %", "100 %"]);
        assert_eq!([999, 1_200_000].map(rows), ["999", "1.2 million"]);
        assert_eq!(
            [59.0, 300.0, 10_800.0, 864_000.0].map(duration),
            ["59 seconds", "5 minutes", "3 hours", "10 days"]
        );
    }

    #[test]
    fn names_in_code_are_quoted() {
        assert_eq!(code(&Name::new("public", "order")), "public.\"order\"");
        assert_eq!(code(&Name::new("S\"x", "t")), "\"S\"\"x\".t");
    }
}
