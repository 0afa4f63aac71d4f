//! The files of a tar archive. Their bytes stand in it as they are: nothing is copied.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::super::error::CaptureError;
use super::open::{Inside, OpenInside, Opening, unpack_failed};
use super::view::View;
use super::year;
use super::zip::is_note;

/// Lists the files of an archive, in its order; links and folders are none.
pub(super) fn files(
    view: &View,
    path: &Path,
    opening: &mut Opening<'_>,
) -> Result<Vec<Inside>, CaptureError> {
    let mut archive = tar::Archive::new(view.reader(Arc::new(AtomicBool::new(false))));
    let entries = archive
        .entries_with_seek()
        .map_err(|error| unpack_failed(path, error))?;
    let mut files: Vec<Inside> = Vec::new();
    for entry in entries {
        if (opening.cancelled)() {
            return Err(CaptureError::Cancelled);
        }
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) if files.is_empty() => return Err(unpack_failed(path, error)),
            Err(error) => {
                opening.warn(format!(
                    "the archive is damaged or cut off after {} files ({error}): what follows is missing",
                    files.len()
                ));
                break;
            }
        };
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let kind = entry.header().entry_type();
        if is_note(&name) || name.ends_with('/') || entry.size() == 0 {
            continue;
        }
        let open = if kind.is_gnu_sparse() {
            Err("it is stored without its empty parts (sparse)".to_owned())
        } else if kind.is_file() || kind.is_contiguous() {
            let part = view.part(entry.raw_file_position(), entry.size());
            Ok(Box::new(move |_: &Path| Ok(part)) as OpenInside)
        } else {
            continue;
        };
        let year = entry.header().mtime().ok().and_then(year::of_seconds);
        files.push(Inside { name, year, open });
    }
    Ok(files)
}
