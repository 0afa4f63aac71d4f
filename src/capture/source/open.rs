//! Opens what a path names and unpacks it, as many times as it is packed.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::super::error::CaptureError;
use super::super::read::{Cancelled, Progress, Stage};
use super::super::warning::{Warning, Warnings};
use super::packing::{self, Archive, HEAD, Kind};
use super::spool::{Bytes, End, Spool, TICK};
use super::view::{Counted, Packed, View};
use super::{Origin, Source, input, tar, zip};

/// What is unpacked on opening, enough for the format to be told from; the rest follows when it is read.
const BEGINNING: u64 = 512 * 1024;

/// How many packings one may lie in another: a packed log in a packed archive.
const DEEPEST: u8 = 3;

/// More files than a capture can have are not looked for in an archive.
const MOST_FILES: usize = u16::MAX as usize;

/// Opens what a path names: a file, a pipe, or `-` for standard input. An archive gives a source for each of its
/// files; what is packed is unpacked, by its first bytes and not its name, while it is read.
///
/// Files of an archive that are empty or are a system's own notes are passed over; ones that can't be read become
/// warnings. Warnings are about file 0: the order of files isn't known yet.
///
/// # Errors
/// What is wrong with the file, when nothing in it can be read.
pub(in super::super) fn open(
    path: &Path,
    cancelled: Cancelled<'_>,
    progress: &mut dyn FnMut(Progress),
    warnings: &mut Warnings,
) -> Result<Vec<Source>, CaptureError> {
    let (view, origin) = input::open(path)?;
    let mut opening = Opening {
        cancelled,
        progress,
        warnings,
        sources: Vec::new(),
    };
    opening.add(view, origin, 0)?;
    Ok(opening.sources)
}

/// The sources that a path has given so far.
pub(super) struct Opening<'a> {
    pub(super) cancelled: Cancelled<'a>,
    progress: &'a mut dyn FnMut(Progress),
    pub(super) warnings: &'a mut Warnings,
    sources: Vec<Source>,
}

impl Opening<'_> {
    /// Adds what is in `view`, which lies in so many packings.
    fn add(&mut self, view: View, mut origin: Origin, depth: u8) -> Result<(), CaptureError> {
        let kind = packing::kind(&self.head(&view, &origin.path)?);
        // What is packed yet more often stays as it is, and is refused for being no log.
        let kind = if depth < DEEPEST { kind } else { Kind::Plain };
        match kind {
            Kind::Plain => self.sources.push(Source::new(view, origin)),
            Kind::Packed(packing) => {
                let stop = Arc::new(AtomicBool::new(false));
                let packed = packed(&view);
                let reader = view.reader(Arc::clone(&stop));
                let counted = Counted::new(reader, Arc::clone(&packed.used));
                let decoder = packing::decoder(packing, counted)
                    .map_err(|error| unpack_failed(&origin.path, error))?;
                let view = unpacked(&origin.path, decoder, packed, stop)?;
                origin.opened = None;
                return self.add(view, origin, depth + 1);
            }
            Kind::Archive(archive) => return self.add_files(archive, &view, &origin, depth),
        }
        Ok(())
    }

    fn add_files(
        &mut self,
        archive: Archive,
        view: &View,
        origin: &Origin,
        depth: u8,
    ) -> Result<(), CaptureError> {
        let path = &origin.path;
        self.wait_for_all(view, path)?;
        let before = self.sources.len();
        let mut failed = Vec::new();
        if let Some(End::Damaged(_)) = view.end() {
            self.warn(damaged(view.len()));
        }
        let files = match archive {
            Archive::Tar => tar::files(view, path, self)?,
            Archive::Zip => zip::files(view, path, self)?,
        };
        for file in files {
            if self.sources.len() >= MOST_FILES {
                self.warn(format!(
                    "it holds more files than one capture can ({MOST_FILES}): the rest is left out"
                ));
                break;
            }
            let inside = Origin {
                path: inside(path, &file.name),
                opened: None,
                year: file.year.unwrap_or(origin.year),
            };
            let view = file.open.map_err(|why| CaptureError::Refused {
                path: inside.path.clone(),
                why,
            });
            let added = view
                .and_then(|open| open(&inside.path))
                .and_then(|view| self.add(view, inside, depth + 1));
            match added {
                // A log that nothing was written to has nothing to lose.
                Ok(()) | Err(CaptureError::Empty { .. }) => {}
                Err(CaptureError::Cancelled) => return Err(CaptureError::Cancelled),
                Err(error) => failed.push(error),
            }
        }
        if self.sources.len() > before {
            for error in failed {
                self.warn(format!("left out: {error}"));
            }
            return Ok(());
        }
        Err(failed
            .into_iter()
            .next()
            .unwrap_or(CaptureError::NothingInside {
                path: path.to_owned(),
            }))
    }

    pub(super) fn warn(&mut self, what: String) {
        self.warnings.push(Warning {
            file: 0,
            line: None,
            what,
        });
    }

    /// The first bytes of a view.
    fn head(&mut self, view: &View, path: &Path) -> Result<Vec<u8>, CaptureError> {
        while !view.wait_for(HEAD as u64, TICK) {
            self.tell(view)?;
        }
        ended_badly(view, path)?;
        let mut head = vec![0; HEAD];
        let never = AtomicBool::new(false);
        let got = view
            .read_at(0, &mut head, &never)
            .map_err(|source| CaptureError::Open {
                path: path.to_owned(),
                source,
            })?;
        head.truncate(got);
        if head.is_empty() {
            return Err(CaptureError::Empty {
                path: path.to_owned(),
            });
        }
        Ok(head)
    }

    /// Waits until all of a view is unpacked: only then an archive tells what is in it.
    fn wait_for_all(&mut self, view: &View, path: &Path) -> Result<(), CaptureError> {
        while !view.wait_for(u64::MAX, TICK) {
            self.tell(view)?;
        }
        ended_badly(view, path)
    }

    fn tell(&mut self, view: &View) -> Result<(), CaptureError> {
        if (self.cancelled)() {
            return Err(CaptureError::Cancelled);
        }
        let (bytes, total) = view.unpacked();
        (self.progress)(Progress {
            stage: Stage::Unpacking,
            bytes,
            total,
            executions: 0,
        });
        Ok(())
    }
}

/// A file of an archive.
pub(super) struct Inside {
    /// As the archive has it, with its folders.
    pub name: String,
    /// The year of its last change, where the archive has one.
    pub year: Option<i64>,
    /// Its bytes, or why it can't be unpacked.
    pub open: Result<OpenInside, String>,
}

/// Gives the bytes of a file of an archive; called once, with its path.
pub(super) type OpenInside = Box<dyn FnOnce(&Path) -> Result<View, CaptureError>>;

/// A stream that is unpacked as it is read.
pub(super) fn unpacked(
    path: &Path,
    decoder: Bytes,
    packed: Packed,
    stop: Arc<AtomicBool>,
) -> Result<View, CaptureError> {
    let spool = Spool::new(decoder, BEGINNING, stop).map_err(|error| no_room(path, error))?;
    Ok(View::stream(spool, packed))
}

/// The counter for a decoder of `view`.
pub(super) fn packed(view: &View) -> Packed {
    Packed {
        used: Arc::default(),
        total: view.finished().then(|| view.len()),
    }
}

/// The warning about a packed file whose end is missing.
pub(super) fn damaged(len: u64) -> String {
    format!("the packed file is damaged or cut off: only its first {len} bytes could be unpacked")
}

pub(super) fn no_room(path: &Path, source: std::io::Error) -> CaptureError {
    CaptureError::NoRoom {
        path: path.to_owned(),
        folder: tempfile::env::temp_dir(),
        source,
    }
}

pub(super) fn unpack_failed(path: &Path, source: std::io::Error) -> CaptureError {
    CaptureError::Unpack {
        path: path.to_owned(),
        source,
    }
}

/// Whether a stream ended in a way that leaves nothing to read.
fn ended_badly(view: &View, path: &Path) -> Result<(), CaptureError> {
    match view.end() {
        Some(End::NoRoom(failure)) => Err(no_room(path, failure.error())),
        Some(End::Damaged(failure)) if view.len() == 0 => Err(unpack_failed(path, failure.error())),
        Some(End::Stopped) => Err(CaptureError::Cancelled),
        _ => Ok(()),
    }
}

/// The path of a file of an archive, for people: names such as `/a` or `C:\a` must not replace the archive's.
fn inside(archive: &Path, name: &str) -> PathBuf {
    let mut path = OsString::from(archive);
    path.push("/");
    path.push(name.trim_start_matches('/').trim_start_matches("./"));
    PathBuf::from(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_an_archive_follow_its_own() {
        let check = |name: &str, expected: &str| {
            assert_eq!(inside(Path::new("d/a.zip"), name), Path::new(expected));
        };
        check("x.log", "d/a.zip/x.log");
        check("./x.log", "d/a.zip/x.log");
        check("/var/log/x.log", "d/a.zip/var/log/x.log");
        check("C:\\x.log", "d/a.zip/C:\\x.log");
    }
}
