//! What a path names: a file, or a stream such as a pipe or standard input.

use std::fs::File;
use std::io::{self, IsTerminal as _, Read, Seek as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::super::error::CaptureError;
use super::open::no_room;
use super::spool::Spool;
use super::view::{Packed, View};
use super::{Origin, year};

/// The path that means standard input.
pub(super) const STANDARD_INPUT: &str = "-";

/// Opens what a path names. Returns its bytes as they are.
pub(super) fn open(path: &Path) -> Result<(View, Origin), CaptureError> {
    let stream_at = |path: &Path| Origin {
        path: path.to_owned(),
        opened: None,
        year: year::now(),
    };
    if path.as_os_str() == STANDARD_INPUT {
        let name = Path::new("standard input");
        return Ok((standard_input(name)?, stream_at(name)));
    }
    let failed = |source| CaptureError::Open {
        path: path.to_owned(),
        source,
    };
    let meta = std::fs::metadata(path).map_err(failed)?;
    let kind = meta.file_type();
    if kind.is_dir() {
        return Err(CaptureError::Folder {
            path: path.to_owned(),
        });
    }
    if is_pipe(kind) {
        // To open one waits for its writer: that is for the thread that reads it.
        let stop = Arc::new(AtomicBool::new(false));
        let pipe = Pipe::Named(path.to_owned(), Arc::clone(&stop));
        return Ok((stream(pipe, path, stop)?, stream_at(path)));
    }
    let file = File::open(path).map_err(failed)?;
    if kind.is_file() {
        let view = View::file(file, 0).map_err(failed)?;
        let origin = Origin {
            path: path.to_owned(),
            opened: Some(path.to_owned()),
            year: year::of_file(&meta),
        };
        return Ok((view, origin));
    }
    Ok((not_typed(file, path)?, stream_at(path)))
}

fn standard_input(name: &Path) -> Result<View, CaptureError> {
    let failed = |source| CaptureError::Open {
        path: name.to_owned(),
        source,
    };
    let mut file = own_standard_input().map_err(failed)?;
    // A file that the shell opened (`pgloupe - < a.log`) needs no copy.
    if file.metadata().is_ok_and(|meta| meta.is_file()) {
        let from = file.stream_position().map_err(failed)?;
        return View::file(file, from).map_err(failed);
    }
    not_typed(file, name)
}

/// A stream, unless somebody would have to type it.
fn not_typed(file: File, path: &Path) -> Result<View, CaptureError> {
    if file.is_terminal() {
        return Err(CaptureError::Terminal);
    }
    stream(Pipe::Open(file), path, Arc::default())
}

fn stream(pipe: Pipe, path: &Path, stop: Arc<AtomicBool>) -> Result<View, CaptureError> {
    let spool = Spool::new(Box::new(pipe), u64::MAX, stop).map_err(|error| no_room(path, error))?;
    Ok(View::stream(spool, Packed::default()))
}

enum Pipe {
    /// One to be opened, unless to stop was asked for until then: another may want its bytes.
    Named(PathBuf, Arc<AtomicBool>),
    Open(File),
}

impl Read for Pipe {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Open(file) => file.read(buffer),
            Self::Named(path, stop) => {
                let mut file = File::open(path)?;
                if stop.load(Ordering::Relaxed) {
                    return Ok(0);
                }
                let got = file.read(buffer)?;
                *self = Self::Open(file);
                Ok(got)
            }
        }
    }
}

#[cfg(unix)]
fn is_pipe(kind: std::fs::FileType) -> bool {
    std::os::unix::fs::FileTypeExt::is_fifo(&kind)
}

#[cfg(not(unix))]
fn is_pipe(_: std::fs::FileType) -> bool {
    false
}

#[cfg(unix)]
fn own_standard_input() -> io::Result<File> {
    use std::os::fd::AsFd as _;
    Ok(io::stdin().as_fd().try_clone_to_owned()?.into())
}

#[cfg(windows)]
fn own_standard_input() -> io::Result<File> {
    use std::os::windows::io::AsHandle as _;
    Ok(io::stdin().as_handle().try_clone_to_owned()?.into())
}
