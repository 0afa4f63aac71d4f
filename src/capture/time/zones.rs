//! Zones as Postgres writes them behind a time.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::number;

/// ` UTC`, ` +0545`, ` GMT+3` as seconds east of UTC, the bytes it takes, and whether it is known.
pub(super) fn zone(text: &[u8]) -> Option<(i32, usize, bool)> {
    if let [b' ', b'U', b'T', b'C', b' ', ..] = text {
        return Some((0, 4, true));
    }
    let (b' ', rest) = text.split_first()? else {
        return None;
    };
    let Some((offset, taken, known)) = named_zone(rest) else {
        return numeric_zone(rest, true).map(|(offset, taken, known)| (offset, taken + 1, known));
    };
    // `GMT+3` is POSIX notation, which counts west of Greenwich; a bare `+03` is ISO, which counts east.
    match rest.get(taken..).and_then(|text| numeric_zone(text, true)) {
        Some((west, more, _)) => Some((offset - west, 1 + taken + more, known)),
        None => Some((offset, 1 + taken, known)),
    }
}

/// ` UTC` or ` +0545`, not ` GMT+3` or ` +05:45`.
pub(super) fn plain_zone(text: &[u8]) -> Option<(i32, usize, bool)> {
    let (b' ', rest) = text.split_first()? else {
        return None;
    };
    let (offset, taken, known) = named_zone(rest).or_else(|| numeric_zone(rest, false))?;
    Some((offset, taken + 1, known))
}

/// `+3`, `-03`, `+0545`, `+05:45` with `colon`, or `-003020`, counted as ISO does.
pub(super) fn numeric_zone(text: &[u8], colon: bool) -> Option<(i32, usize, bool)> {
    let (sign @ (b'+' | b'-'), rest) = text.split_first()? else {
        return None;
    };
    let digits = rest
        .iter()
        .take(6)
        .take_while(|b| b.is_ascii_digit())
        .count();
    let pair = |at: usize, len: usize| rest.get(at..at + len).and_then(number);
    let after_colon = || match rest.get(digits..)?.split_first()? {
        (b':', minutes) if minutes.iter().take_while(|b| b.is_ascii_digit()).count() == 2 => {
            number(minutes.get(..2)?)
        }
        _ => None,
    };
    let (seconds, taken) = match digits {
        0 => return None,
        1 | 2 => {
            let hours = pair(0, digits)? * 3_600;
            match colon.then(after_colon).flatten() {
                Some(minutes) => (hours + minutes * 60, digits + 3),
                None => (hours, digits),
            }
        }
        3 | 4 => (
            pair(0, digits - 2)? * 3_600 + pair(digits - 2, 2)? * 60,
            digits,
        ),
        5 => (pair(0, 2)? * 3_600 + pair(2, 2)? * 60, 4),
        _ => (pair(0, 2)? * 3_600 + pair(2, 2)? * 60 + pair(4, 2)?, 6),
    };
    let east = i32::try_from(seconds).ok()?;
    Some((if *sign == b'-' { -east } else { east }, taken + 1, true))
}

/// The name of a zone: seconds east of UTC, the bytes it takes, and whether it is known.
fn named_zone(text: &[u8]) -> Option<(i32, usize, bool)> {
    let letters = text
        .iter()
        .take(LONGEST_NAME + 1)
        .take_while(|b| b.is_ascii_alphabetic())
        .count();
    let offset_of = |len: usize| offset(text.get(..len)?);
    if let Some(offset) = offset_of(letters) {
        return Some((offset, letters, true));
    }
    // What a prefix writes right after the time looks like a part of the name: `UTCpostgres`.
    for len in (SHORTEST_NAME..letters).rev() {
        if let Some(offset) = offset_of(len) {
            return Some((offset, len, true));
        }
    }
    (SHORTEST_NAME..=LONGEST_NAME)
        .contains(&letters)
        .then_some((0, letters, false))
}

const SHORTEST_NAME: usize = 3;
const LONGEST_NAME: usize = 6;

/// Seconds east of UTC of an abbreviation in capitals or small letters, `None` for one that isn't known.
fn offset(name: &[u8]) -> Option<i32> {
    let key = key(name)?;
    ZONES.get(&key).copied()
}

/// A name as a number to look up by, whichever case it is in.
const fn key(name: &[u8]) -> Option<u64> {
    let mut key = 0;
    let mut rest = name;
    while let [first, more @ ..] = rest {
        key = key << 8 | first.to_ascii_uppercase() as u64;
        rest = more;
    }
    if name.len() > LONGEST_NAME {
        return None;
    }
    Some(key)
}

/// The keys of the names in [`OFFSETS`], with seconds east of UTC.
static ZONES: LazyLock<FxHashMap<u64, i32>> = LazyLock::new(|| {
    OFFSETS
        .iter()
        .flat_map(|(minutes, names)| names.split(' ').map(move |name| (minutes, name)))
        .filter_map(|(minutes, name)| Some((key(name.as_bytes())?, minutes * 60)))
        .collect()
});

/// Abbreviations by their minutes east of UTC.
///
/// Where several zones share one (IST, CST, BST, AST …), it is the one that Postgres takes it for when it reads a
/// time (`timezone_abbreviations` = `Default`). Those that the time zone database has dropped since are there for
/// the logs of old servers; those that `Default` lacks (CAT, WIB …) are as that database has them.
const OFFSETS: &[(i32, &str)] = &[
    (-660, "SST"),
    (-600, "HST TAHT CKT"),
    (-570, "MART"),
    (-540, "AKST GAMT HDT"),
    (-480, "AKDT PST"),
    (-420, "MST PDT"),
    (-360, "CST GALT MDT EAST"),
    (-300, "ACT CDT COT EST PET EASST ECT"),
    (-240, "AMT AST BOT EDT CLT GYT PYT VET"),
    (-210, "NFT NST"),
    (-180, "ADT ART BRA BRT CLST FKST GFT PMST PYST UYT WGT SRT"),
    (-150, "NDT"),
    (-120, "ARST BRST FNT PMDT UYST WGST"),
    (-60, "AZOT EGT FNST CVT"),
    (0, "AZOST EGST GMT UCT UT UTC WET Z ZULU"),
    (60, "BST CET MET MEZ WAT WEST WETDST"),
    (120, "BDST CAT CEST CETDST EET IST MEST MESZ METDST SAST"),
    (180, "EAT EEST EETDST FET IDT MSK SYOT TRT VOLT"),
    (210, "IRT IRST"),
    (240, "AZT GET GST MSD MUT RET SAMT SCT"),
    (270, "AFT IRDT"),
    (300, "AMST AZST MAWT MUST MVT ORAT PKT TFT TJT TMT UZT YEKT"),
    (330, "LKT"),
    (345, "NPT"),
    (
        360,
        "ALMT BDT BTT IOT KGST KGT NOVT OMST PKST UZST XJT YEKST",
    ),
    (390, "MMT"),
    (420, "ALMST CXT DAVT HOVT ICT KRAT NOVST OMSST WAST WIB"),
    (
        480,
        "AWST BNT BORT CCT HKT IRKT KRAST MYT PHT SGT ULAT WADT WITA",
    ),
    (525, "ACWST"),
    (540, "AWSST IRKST JAYT JST KST PWT TLT ULAST WDT WIT YAKT"),
    (570, "ACST CAST"),
    (
        600,
        "AEST CHUT CHST DDUT KDT LIGT MPT PGT TRUT VLAT YAKST YAPT",
    ),
    (630, "ACDT ACSST CADT LHST SADT"),
    (
        660,
        "AEDT AESST KOST LHDT MAGT NCT PONT SAKT SBT SRET VLAST VUT",
    ),
    (
        720,
        "ANAT FJT GILT MAGST MHT NRT NZST NZT PETT TVT WAKT WFT",
    ),
    (765, "CHAST"),
    (780, "ANAST FJST NZDT PETST PHOT TKT TOT WSST"),
    (825, "CHADT"),
    (840, "LINT WSDT"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_abbreviation_twice() {
        let names: usize = OFFSETS
            .iter()
            .map(|(_, names)| names.split(' ').count())
            .sum();
        assert_eq!(ZONES.len(), names);
    }
}
