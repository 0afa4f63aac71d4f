//! Names, instants and figures as the report writes them.

use crate::analysis::Analysis;

/// A file by its own name; by its path where two files of the capture have the same name.
pub(super) fn file_name(analysis: &Analysis, number: usize) -> String {
    let files = &analysis.workload.capture.files;
    let Some(file) = files.get(number) else {
        return String::new();
    };
    let name = file.path.file_name();
    let alone = files.iter().filter(|f| f.path.file_name() == name).count() == 1;
    match name {
        Some(name) if alone => name.to_string_lossy().into_owned(),
        _ => file.path.to_string_lossy().into_owned(),
    }
}

/// Microseconds since 1970-01-01 as RFC 3339.
pub(super) fn instant(micros: i64) -> String {
    jiff::Timestamp::from_microsecond(micros)
        .map(|t| t.to_string())
        .unwrap_or_default()
}

/// Whole microseconds as milliseconds.
pub(super) fn ms(micros: u64) -> f64 {
    micros as f64 / 1_000.0
}

/// Fractional microseconds as milliseconds, rounded to the microsecond.
pub(super) fn rounded_ms(micros: f64) -> f64 {
    micros.round() / 1_000.0
}

pub(super) fn share(share: f64) -> f64 {
    (share * 1e6).round() / 1e6
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
pub(super) fn is_zero(n: &usize) -> bool {
    *n == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
pub(super) fn is_none_of_them(n: &u64) -> bool {
    *n == 0
}
