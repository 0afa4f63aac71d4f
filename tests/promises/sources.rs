//! Ways around the promises that the compiler can't close, so the sources are read.

use std::fs;
use std::path::{Path, PathBuf};

/// Lines of code of the library, comments and tests left out, as `file:line: text`.
fn code() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<PathBuf> = Vec::new();
    let mut open = vec![root.join("src")];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    let mut lines = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let name = file.strip_prefix(root).unwrap().display().to_string();
        let tests = text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len());
        for (at, line) in text[..tests].lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default().trim();
            if !code.is_empty() {
                lines.push((format!("{name}:{}", at + 1), code.to_owned()));
            }
        }
    }
    lines
}

/// Lines with `word`, those that import it left out.
fn uses(word: &str) -> Vec<String> {
    let code = code().into_iter();
    let found = code.filter(|(_, line)| line.contains(word) && !line.starts_with("use "));
    found
        .map(|(place, line)| format!("{place}: {line}"))
        .collect()
}

/// The driver takes constants only, but for what is wrapped by its `AssertSqlSafe`; and it sends several statements
/// at once when it is handed a plain text. So text that is no constant passes one file.
#[test]
fn text_that_is_no_constant_passes_one_file() {
    for word in ["AssertSqlSafe", "raw_sql"] {
        let found = uses(word);
        let outside = found.iter().filter(|line| {
            // The latter goes to the local file of snapshots.
            !line.starts_with("src/live/reader.rs:") && !line.starts_with("src/live/history/")
        });
        assert_eq!(outside.count(), 0, "{word}: {found:#?}");
    }
    assert!(!uses("AssertSqlSafe").is_empty());
}

/// Who puts statements together. A file that is new here must quote what it puts in, as the server does.
const COMPOSERS: &[&str] = &[
    "src/live/activity/read.rs",
    "src/live/catalog/mod.rs",
    "src/live/explain/send.rs",
    "src/live/hypothetical/unit.rs",
    "src/live/statements/read.rs",
];

#[test]
fn those_who_put_statements_together_are_known() {
    let mut found: Vec<String> = uses("composed(")
        .into_iter()
        .filter_map(|line| line.split_once(':').map(|(file, _)| file.to_owned()))
        .filter(|file| file != "src/live/reader.rs")
        .collect();
    found.dedup();
    assert_eq!(found, COMPOSERS);
}

/// A statement with a name stays on the connection, which behind a pooler is somebody else's next.
#[test]
fn no_statement_has_a_name() {
    let found = uses(".persistent(true)");
    assert!(found.is_empty(), "{found:#?}");
    let found = uses("query_as");
    assert!(
        found.is_empty(),
        "these go past the one that sends: {found:#?}"
    );
}

/// Texts of others go to the server by `PREPARE`, which takes no statement that begins, ends or defines anything.
#[test]
fn texts_of_others_have_one_way() {
    let found = uses("PREPARE {");
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(
        found[0].starts_with("src/live/explain/send.rs"),
        "{found:#?}"
    );
}
