//! Eight bytes at a time: the ends of words and the folding of case without a branch per byte.

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x80 * ONES;

/// The eight bytes from `at` on, in the order of the text; `None` nearer than that to the end.
#[inline]
pub(in crate::sql) fn load(text: &[u8], at: usize) -> Option<u64> {
    let chunk = text.get(at..)?.first_chunk::<8>()?;
    Some(u64::from_le_bytes(*chunk))
}

/// Up to eight bytes from `at` on, the rest zero.
#[inline]
pub(in crate::sql) fn load_tail(text: &[u8], at: usize) -> u64 {
    match load(text, at) {
        Some(eight) => eight,
        None => load_end(text, at),
    }
}

fn load_end(text: &[u8], at: usize) -> u64 {
    let left = text.len().saturating_sub(at);
    if left == 0 {
        return 0;
    }
    if let Some(before) = text.len().checked_sub(8) {
        // The last eight bytes of the text hold the ones that are asked for at their end.
        return load(text, before).unwrap_or_default() >> (64 - left * 8);
    }
    let mut bytes = [0_u8; 8];
    for (to, from) in bytes.iter_mut().zip(text.get(at..).unwrap_or_default()) {
        *to = *from;
    }
    u64::from_le_bytes(bytes)
}

/// `A` to `Z` as the server folds them in an unquoted name: ASCII only, other bytes stay.
#[inline]
pub(in crate::sql) const fn lower(eight: u64) -> u64 {
    let low = eight & !HIGH;
    let from_a = low + (0x80 - b'A' as u64) * ONES;
    let past_z = low + (0x80 - b'Z' as u64 - 1) * ONES;
    let upper = from_a & !past_z & !eight & HIGH;
    eight | (upper >> 2)
}

/// The high bit of every byte that cannot stand within an unquoted name.
#[inline]
pub(in crate::sql) const fn not_name(eight: u64) -> u64 {
    let low = eight & !HIGH;
    let folded = low | (0x20 * ONES);
    let letter = between(folded, b'a', b'z');
    let digit = between(low, b'0', b'9');
    // Zero exactly where the byte is `_` or `$`; adding 0x7f then leaves the high bit clear.
    let underscore = (low ^ (b'_' as u64 * ONES)) + (0x7f * ONES);
    let dollar = (low ^ (b'$' as u64 * ONES)) + (0x7f * ONES);
    underscore & dollar & !(letter | digit | eight) & HIGH
}

/// The high bit of the first byte that equals `byte`; those behind it may be marked in error.
#[inline]
pub(in crate::sql) const fn equal(eight: u64, byte: u8) -> u64 {
    let zero = eight ^ (byte as u64 * ONES);
    zero.wrapping_sub(ONES) & !zero & HIGH
}

/// The high bit of every byte of `low` (each below 0x80) from `first` to `last`.
#[inline]
const fn between(low: u64, first: u8, last: u8) -> u64 {
    let from = low + (0x80 - first as u64) * ONES;
    let past = low + (0x80 - last as u64 - 1) * ONES;
    from & !past & HIGH
}

/// Whether any of the eight bytes lies outside ASCII.
#[inline]
pub(in crate::sql) const fn any_high(eight: u64) -> bool {
    eight & HIGH != 0
}

/// How many bytes precede the lowest marked one in a mask of high bits (8 when none is marked).
#[inline]
pub(in crate::sql) const fn first_marked(mask: u64) -> usize {
    (mask.trailing_zeros() / 8) as usize
}

/// Keeps the first `count` bytes (0 to 8) and zeroes the others.
#[inline]
pub(in crate::sql) const fn keep(eight: u64, count: usize) -> u64 {
    if count >= 8 {
        eight
    } else {
        eight & ((1 << (count * 8)) - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_folded_and_classed_as_one_by_one() {
        for byte in 0..=255_u8 {
            let eight = u64::from(byte) * ONES;
            let folded = u64::from(byte.to_ascii_lowercase()) * ONES;
            assert_eq!(lower(eight), folded, "lower {byte:#x}");
            let name = byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | 0x80..);
            assert_eq!(not_name(eight), if name { 0 } else { HIGH }, "{byte:#x}");
        }
    }

    #[test]
    fn tails_are_padded_with_zero() {
        assert_eq!(load(b"abcdefg", 0), None);
        assert_eq!(load_tail(b"abc", 1), u64::from_le_bytes(*b"bc\0\0\0\0\0\0"));
        assert_eq!(load_tail(b"abc", 9), 0);
        assert_eq!(
            load_tail(b"abcdefghij", 7),
            u64::from_le_bytes(*b"hij\0\0\0\0\0")
        );
        assert_eq!(load_tail(b"abcdefghij", 10), 0);
        assert_eq!(
            load_tail(b"abcdefghij", 1),
            u64::from_le_bytes(*b"bcdefghi")
        );
        assert_eq!(keep(u64::MAX, 1), 0xff);
        assert_eq!(first_marked(0), 8);
    }
}
