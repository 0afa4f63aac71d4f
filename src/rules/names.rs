//! What a statement's text names, for rules that would else parse hundreds of thousands of statements to know.

/// Whether a statement names something, in any case: unquoted names are folded.
pub(super) fn contains(sql: &str, name: &str) -> bool {
    sql.as_bytes()
        .windows(name.len().max(1))
        .any(|part| part.eq_ignore_ascii_case(name.as_bytes()))
}
