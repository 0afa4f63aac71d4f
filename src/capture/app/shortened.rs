//! The long INSERTs that SQLAlchemy prints only the ends of.

use super::scan::outside;

/// What stands where the middle is left out, behind a number.
const MARK: &[u8] = b" characters truncated ... ";

/// Makes a statement again of `INSERT … VALUES (…), (… 1302 characters truncated ...  …`: the rows that are there
/// whole, and the end that is. `None` when nothing was left out, or no row is whole.
pub(super) fn mended(text: &[u8]) -> Option<Vec<u8>> {
    let mark = memchr::memmem::find(text, MARK)?;
    let left = text.get(..mark)?;
    let left = left.get(..memchr::memmem::rfind(left, b" ... ")?)?;
    let right = text.get(mark + MARK.len()..)?;
    let (mut depth, mut rows, mut whole) = (0_usize, None, None);
    for (at, byte) in outside(left) {
        match byte {
            b'(' => depth += 1,
            b')' => {
                depth = depth.saturating_sub(1);
                if rows == Some(depth) {
                    whole = Some(at + 1);
                }
            }
            b'V' | b'v' if is_values(left, at) => rows = Some(depth),
            _ => {}
        }
    }
    let mut mended = left.get(..whole?)?.to_vec();
    let from = |word: &[u8]| memchr::memmem::find(right, word).and_then(|at| right.get(at..));
    if rows == Some(0) {
        let end = from(b" ON CONFLICT").or_else(|| from(b" RETURNING "));
        mended.extend_from_slice(end.unwrap_or_default());
    } else {
        // The name that SQLAlchemy gives to rows that must keep their order.
        mended.extend_from_slice(b") AS ");
        let end = from(b"imp_sen(");
        if end.is_none() {
            mended.extend_from_slice(b"imp_sen");
        }
        let end = end
            .or_else(|| from(b" ORDER BY "))
            .or_else(|| from(b" RETURNING "));
        mended.extend_from_slice(end.unwrap_or_default());
    }
    Some(mended)
}

fn is_values(text: &[u8], at: usize) -> bool {
    let word = text.get(at..at + 7).unwrap_or_default();
    let before = at.checked_sub(1).and_then(|before| text.get(before));
    word.eq_ignore_ascii_case(b"VALUES ") && matches!(before, Some(b' ' | b'(' | b'\n'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        let found = mended(text.as_bytes()).map(|text| String::from_utf8(text).unwrap());
        assert_eq!(found.as_deref(), expected, "{text}");
        for cut in 0..text.len() {
            let _ = mended(&text.as_bytes()[..cut]);
        }
    }

    #[test]
    fn rows_that_are_whole_are_kept() {
        check(
            "INSERT INTO t (a) VALUES (%(a__0)s), (%(a__1)s), (%(a_ ... 700 characters truncated ... s), (%(a__9)s) RETURNING t.id",
            Some("INSERT INTO t (a) VALUES (%(a__0)s), (%(a__1)s) RETURNING t.id"),
        );
        check(
            "INSERT INTO t (a) SELECT p0::VARCHAR FROM (VALUES (%(a__0)s::VARCHAR, 0), (%( ... 700 characters truncated ... ) AS imp_sen(p0, sen_counter) ORDER BY sen_counter RETURNING t.id",
            Some(
                "INSERT INTO t (a) SELECT p0::VARCHAR FROM (VALUES (%(a__0)s::VARCHAR, 0)) AS imp_sen(p0, sen_counter) ORDER BY sen_counter RETURNING t.id",
            ),
        );
        check(
            "INSERT INTO t (a) VALUES (%(a_ ... 700 characters truncated ... s)",
            None,
        );
        check("SELECT 1", None);
    }
}
