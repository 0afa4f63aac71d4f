//! The words by which a statement, and the line in the middle of one, are recognised.

/// What a statement may begin with.
const STATEMENTS: &str = "SELECT INSERT UPDATE DELETE WITH BEGIN COMMIT ROLLBACK SAVEPOINT RELEASE START SET SHOW MERGE CREATE \
    ALTER DROP TRUNCATE EXPLAIN ANALYZE VACUUM COPY LOCK CALL DO DECLARE FETCH CLOSE MOVE LISTEN NOTIFY \
    UNLISTEN PREPARE EXECUTE DEALLOCATE DISCARD RESET VALUES TABLE COMMENT GRANT REVOKE REFRESH REINDEX \
    CLUSTER CHECKPOINT END ABORT IMPORT SECURITY LOAD REASSIGN";

/// What a line in the middle of a statement may begin with, besides another statement's words.
const CLAUSES: &str = "FROM WHERE AND OR NOT ON USING JOIN INNER LEFT RIGHT FULL OUTER CROSS NATURAL LATERAL GROUP HAVING \
    ORDER LIMIT OFFSET RETURNING UNION INTERSECT EXCEPT WINDOW FOR AS CASE WHEN THEN ELSE IN IS LIKE \
    ILIKE BETWEEN EXISTS DISTINCT BY ASC DESC NULLS CONFLICT ADD OWNER RENAME CASCADE RESTRICT \
    REFERENCES PRIMARY FOREIGN UNIQUE CONSTRAINT CHECK DEFAULT TO INTO COLUMN PARTITION OVER FILTER \
    COLLATE CAST";

/// Whether a text begins as statements do, behind blanks, comments and brackets.
pub(super) fn is_statement(text: &[u8]) -> bool {
    let mut rest = text.trim_ascii_start();
    for _ in 0..MOST_BEFORE {
        rest = if let Some(inner) = rest.strip_prefix(b"(") {
            inner
        } else if let Some(comment) = rest.strip_prefix(b"/*") {
            // A comment may go on in the next line, where nothing can be said of what follows it.
            let Some(length) = memchr::memmem::find(comment, b"*/") else {
                return true;
            };
            comment.get(length + 2..).unwrap_or_default()
        } else if rest.starts_with(b"--") {
            let Some(length) = memchr::memchr(b'\n', rest) else {
                return true;
            };
            rest.get(length..).unwrap_or_default()
        } else {
            break;
        }
        .trim_ascii_start();
    }
    let (word, behind) = word(rest);
    // `update: done` and `set-up` are prose.
    let plain = !matches!(behind.first(), Some(b':' | b'.' | b',' | b'-' | b'\''));
    plain && is_one_of(word, STATEMENTS)
}

/// Brackets and comments that are looked behind.
const MOST_BEFORE: usize = 16;

/// Whether a line begins as one in the middle of a statement may.
pub(super) fn is_clause(line: &[u8]) -> bool {
    if matches!(line.first(), Some(b')' | b'(' | b'"' | b',' | b'|' | b'=')) {
        return true;
    }
    let (word, behind) = word(line);
    let alone = matches!(
        behind.first(),
        None | Some(b' ' | b'\t' | b'(' | b'\r' | b'\n')
    );
    alone && (is_one_of(word, CLAUSES) || is_one_of(word, STATEMENTS))
}

/// Letters at the start of a text, and what follows them.
fn word(text: &[u8]) -> (&[u8], &[u8]) {
    let length = text
        .iter()
        .take(LONGEST_WORD)
        .take_while(|byte| byte.is_ascii_alphabetic())
        .count();
    text.split_at_checked(length).unwrap_or((text, b""))
}

const LONGEST_WORD: usize = 16;

/// `words` have blanks in between.
fn is_one_of(word: &[u8], words: &str) -> bool {
    !word.is_empty()
        && words
            .split(' ')
            .any(|known| known.as_bytes().eq_ignore_ascii_case(word))
}

/// A statement without the blanks around it and the `;` behind it.
pub(super) fn trimmed(text: &[u8]) -> &[u8] {
    let mut text = text.trim_ascii();
    while let Some(rest) = text.strip_suffix(b";") {
        text = rest.trim_ascii_end();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_recognised() {
        for text in [
            "SELECT 1",
            "  ((select 1) union (select 2))",
            "/* x */ -- y\nWITH a AS (SELECT 1) SELECT 2",
            "/*a:b*/ COMMIT",
            "START TRANSACTION;",
        ] {
            assert!(is_statement(text.as_bytes()), "{text}");
        }
        for text in [
            "",
            "hello",
            "Selected 5 rows",
            "update: done",
            "Col ('id',)",
            "[1]",
        ] {
            assert!(!is_statement(text.as_bytes()), "{text}");
        }
        assert!(is_clause(b"FROM books"));
        assert!(is_clause(b") AS x"));
        assert!(!is_clause(b"Server listening"));
        assert!(!is_clause(b"from: me"));
        assert_eq!(trimmed(b" SELECT 1 ; ;\n"), b"SELECT 1");
    }
}
