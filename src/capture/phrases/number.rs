//! Numbers at the start of a text.

/// A whole number and what follows it.
pub(super) fn whole(text: &[u8]) -> Option<(u64, &[u8])> {
    let mut number = 0_u64;
    let mut rest = text;
    while let Some((digit, tail)) = rest.split_first()
        && digit.is_ascii_digit()
    {
        number = number
            .checked_mul(10)?
            .checked_add(u64::from(digit - b'0'))?;
        rest = tail;
    }
    (rest.len() < text.len()).then_some((number, rest))
}

/// `0.461` in thousandths and what follows it: the server prints exactly three decimals. Some translations have a comma.
pub(super) fn thousandths(text: &[u8]) -> Option<(u64, &[u8])> {
    let (number, rest) = whole(text)?;
    let ([b'.' | b',', a, b, c], rest) = rest.split_first_chunk()? else {
        return None;
    };
    let digit = |d: &u8| d.is_ascii_digit().then(|| u64::from(d - b'0'));
    let decimals = digit(a)? * 100 + digit(b)? * 10 + digit(c)?;
    if rest.first().is_some_and(u8::is_ascii_digit) {
        return None;
    }
    Some((number.checked_mul(1_000)?.checked_add(decimals)?, rest))
}

/// The `n`th number with two decimals of a text, counted from 1, in hundredths.
pub(super) fn nth_hundredths(text: &[u8], mut n: usize) -> Option<u64> {
    let mut rest = text;
    loop {
        let start = rest.iter().position(u8::is_ascii_digit)?;
        let (number, tail) = whole(rest.get(start..)?)?;
        rest = tail;
        if let Some(([b'.' | b',', a @ b'0'..=b'9', b @ b'0'..=b'9'], tail)) =
            tail.split_first_chunk()
        {
            rest = tail;
            n = n.checked_sub(1)?;
            if n == 0 {
                let decimals = u64::from(a - b'0') * 10 + u64::from(b - b'0');
                return number.checked_mul(100)?.checked_add(decimals);
            }
        }
    }
}

/// The first whole number of a text.
pub(super) fn first_whole(text: &[u8]) -> Option<u64> {
    let start = text.iter().position(u8::is_ascii_digit)?;
    whole(text.get(start..)?).map(|(number, _)| number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        let check = |text: &str, expected: Option<u64>| {
            let number = thousandths(text.as_bytes()).map(|(n, _)| n);
            assert_eq!(number, expected, "{text}");
        };
        check("0.461 ms", Some(461));
        check("1000,123 ms", Some(1_000_123));
        check("18446744073709551615.000", None);
        check("0.46", None);
        check("5.0 ms", None);
        check("1.2345", None);
        check(".461", None);
        check("", None);
    }

    #[test]
    fn numbers_within_a_text() {
        let usage = b"CPU: Benutzer: 0,01 s, System: 0,02 s, verstrichen: 12,34 s";
        assert_eq!(nth_hundredths(usage, 3), Some(1_234));
        assert_eq!(nth_hundredths(usage, 4), None);
        assert_eq!(nth_hundredths(b"99999999999999999999.00 s", 1), None);
        assert_eq!(nth_hundredths(b"no number 7", 1), None);
        assert_eq!(first_whole(b"tuples: 12 removed, 3 remain"), Some(12));
    }
}
