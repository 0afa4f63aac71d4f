//! Fixes as the rules about plans write them: SQL to copy.

use crate::advice::{Suggestion, SuggestionKind, Target};

/// A fix in SQL.
pub(super) fn sql(
    kind: SuggestionKind,
    title: impl Into<String>,
    code: impl Into<String>,
) -> Suggestion {
    Suggestion {
        kind,
        target: Target::Sql,
        title: title.into(),
        code: code.into(),
        note: None,
        guessed: Vec::new(),
    }
}

/// The fix with a word about when to use it, or what it changes beside.
pub(super) fn noted(suggestion: Suggestion, note: impl Into<String>) -> Suggestion {
    Suggestion {
        note: Some(note.into()),
        ..suggestion
    }
}

/// Renews the statistics of tables.
pub(super) fn analyze(tables: &[String]) -> Option<Suggestion> {
    let names = tables.join(", ");
    (!tables.is_empty()).then(|| {
        sql(
            SuggestionKind::Maintenance,
            format!("Renew the statistics of {names}"),
            format!("ANALYZE {names};"),
        )
    })
}

/// Gives the statement `kb` kilobytes for each sort or hash, rounded up to a power of two of megabytes. `None` from a
/// gigabyte on: no setting is a fix for that.
pub(super) fn work_mem(kb: f64) -> Option<Suggestion> {
    let mut mb = 4_u32;
    while f64::from(mb) * 1_024.0 < kb {
        mb *= 2;
        if mb > 1_024 {
            return None;
        }
    }
    let value = if mb == 1_024 {
        "1GB".to_owned()
    } else {
        format!("{mb}MB")
    };
    Some(noted(
        sql(
            SuggestionKind::Settings,
            format!(
                "Give this statement {} of memory",
                value.replace("MB", " MB").replace("GB", " GB")
            ),
            format!("SET LOCAL work_mem = '{value}';"),
        ),
        "It holds until the end of the transaction. Each sort and hash of each process may take as much, so a whole server is better left alone.",
    ))
}

#[cfg(test)]
mod tests {
    use super::work_mem;

    #[test]
    fn memory_is_rounded_up() {
        let code = |kb| work_mem(kb).map(|s| s.code);
        let set = |value: &str| Some(format!("SET LOCAL work_mem = '{value}';"));
        assert_eq!(code(10.0), set("4MB"));
        assert_eq!(code(35_200.0), set("64MB"));
        assert_eq!(code(1_048_576.0), set("1GB"));
        assert_eq!(code(1_048_577.0), None);
        assert_eq!(code(f64::INFINITY), None);
    }
}
