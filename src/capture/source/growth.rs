//! Whether a log was written on, or another took its place.

use std::fs::{File, Metadata};
use std::io;
use std::path::Path;

/// What has become of a log since it was last looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Growth {
    /// Nothing.
    Same,
    /// It was written on, and has so many bytes now.
    Longer(u64),
    /// Another file stands at its path (rotation), or it was truncated. All of the old one has been told before.
    Replaced,
}

/// Compares an opened log, of which `known` bytes were told, with itself and with what stands at its path now.
pub(super) fn grown(file: &File, path: &Path, known: u64) -> io::Result<Growth> {
    let open = file.metadata()?;
    // A server may still write to a log after it was renamed: its rest comes before its successor.
    if open.len() > known {
        return Ok(Growth::Longer(open.len()));
    }
    if open.len() < known {
        return Ok(Growth::Replaced);
    }
    match std::fs::metadata(path) {
        Ok(there) if same(&open, &there) => Ok(Growth::Same),
        Ok(_) => Ok(Growth::Replaced),
        // Between a rename and the first line of the next log there is nothing.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Growth::Same),
        Err(error) => Err(error),
    }
}

#[cfg(unix)]
fn same(open: &Metadata, there: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    open.dev() == there.dev() && open.ino() == there.ino()
}

#[cfg(not(unix))]
fn same(open: &Metadata, there: &Metadata) -> bool {
    // A log that was written on in between looks like another here only where its file system keeps no creation time.
    match (open.created(), there.created()) {
        (Ok(one), Ok(other)) => one == other,
        _ => there.len() >= open.len(),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write as _;

    use super::*;

    #[test]
    fn growth_rotation_and_truncation_are_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.log");
        fs::write(&path, b"one\n").unwrap();
        let file = File::open(&path).unwrap();
        let check = |known: u64, expected: Growth| {
            assert_eq!(grown(&file, &path, known).unwrap(), expected);
        };
        check(4, Growth::Same);
        let mut log = fs::OpenOptions::new().append(true).open(&path).unwrap();
        log.write_all(b"two\n").unwrap();
        check(4, Growth::Longer(8));
        check(8, Growth::Same);

        fs::rename(&path, folder.path().join("a.log.1")).unwrap();
        check(8, Growth::Same);
        log.write_all(b"three\n").unwrap();
        fs::write(&path, b"new\n").unwrap();
        check(8, Growth::Longer(14));
        check(14, Growth::Replaced);

        log.set_len(2).unwrap();
        check(14, Growth::Replaced);
    }
}
