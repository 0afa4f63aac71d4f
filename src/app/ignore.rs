//! What to write somewhere so that a finding is not told of again. Nothing is written here: people paste it.

use crate::analysis::Analysis;
use crate::rules::Finding;

/// One way to be silent about a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Way {
    /// What it silences, for people.
    pub(crate) name: String,
    /// The text to paste.
    pub(crate) text: String,
    /// Where it is to be pasted.
    pub(crate) place: &'static str,
    /// What the text is, as a message names it.
    pub(crate) what: &'static str,
}

/// The ways to be silent about a finding, the narrowest first.
pub(crate) fn ways(analysis: &Analysis, finding: &Finding) -> Vec<Way> {
    let w = &analysis.workload;
    let block = |name: String, line: Option<(&str, String)>| Way {
        name,
        text: block(finding.rule, line),
        place: ".pgloupe.toml beside the capture",
        what: "Block for .pgloupe.toml",
    };
    let main = finding.queries.first().and_then(|q| w.query(*q));
    let route = finding
        .sightings
        .first()
        .and_then(|s| w.label(w.request(s.request)?));
    let query = main.map(|q| {
        let line = ("fingerprint", q.fingerprint.to_string());
        block("This query, everywhere".to_owned(), Some(line))
    });
    let route = route.map(|route| {
        let line = ("route", route.to_owned());
        block(format!("All of {route}"), Some(line))
    });
    let rule = block("The whole rule".to_owned(), None);
    let comment = Way {
        name: "A comment".to_owned(),
        text: format!("/* pgloupe:ignore {} */", finding.rule),
        place: "the statement itself",
        what: "Comment for the statement",
    };
    query
        .into_iter()
        .chain(route)
        .chain([rule, comment])
        .collect()
}

fn block(rule: &str, line: Option<(&str, String)>) -> String {
    let line = line.map_or_else(String::new, |(name, value)| {
        format!("{name} = {}\n", quoted(&value))
    });
    format!("[[ignore]]\nrule = \"{rule}\"\n{line}reason = \"\"\n")
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            c if c.is_control() => out.extend(format!("\\u{:04X}", u32::from(c)).chars()),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;
    use crate::rules::Settings;

    #[test]
    fn the_file_is_read_as_it_was_meant() {
        for route in ["GET /a", "GET /\"b\"\\c\u{1}", "GET /人/本"] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join(config::NAME);
            let text = block("n-plus-one", Some(("route", route.to_owned())));
            std::fs::write(&path, text).unwrap();
            let settings = config::read(&path, &Settings::default()).unwrap();
            let ignored = settings.ignore.first().unwrap();
            assert_eq!(ignored.route.as_deref(), Some(route));
            assert_eq!(ignored.rule.as_deref(), Some("n-plus-one"));
        }
    }
}
