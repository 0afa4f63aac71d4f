//! The files of a zip archive.

use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use flate2::Crc;
use rawzip::{CompressionMethod, RECOMMENDED_BUFFER_SIZE, ReaderAt, ZipArchive, ZipLocator};

use super::super::error::CaptureError;
use super::open::{Inside, OpenInside, Opening, packed, unpack_failed, unpacked};
use super::packing::{self, Packing};
use super::spool::Bytes;
use super::view::{Counted, View};

/// Lists the files of an archive, in the order of its directory.
pub(super) fn files(
    view: &View,
    path: &Path,
    opening: &mut Opening<'_>,
) -> Result<Vec<Inside>, CaptureError> {
    let failed = |error: rawzip::Error| unpack_failed(path, io::Error::other(error.to_string()));
    let mut buffer = vec![0; RECOMMENDED_BUFFER_SIZE];
    let archive = ZipLocator::new()
        .locate_in_reader(Whole(view.clone()), &mut buffer, view.len())
        .map_err(|(_, error)| failed(error))?;
    let mut entries = archive.entries(&mut buffer);
    let mut files: Vec<Inside> = Vec::new();
    loop {
        if (opening.cancelled)() {
            return Err(CaptureError::Cancelled);
        }
        let entry = match entries.next_entry() {
            Ok(Some(entry)) => entry,
            Ok(None) => break,
            Err(error) if files.is_empty() => return Err(failed(error)),
            Err(error) => {
                opening.warn(format!(
                    "the archive's directory is damaged after {} files ({error}): what follows is missing",
                    files.len()
                ));
                break;
            }
        };
        let name = String::from_utf8_lossy(entry.file_path().as_ref()).into_owned();
        if entry.is_dir() || is_note(&name) || entry.uncompressed_size_hint() == 0 {
            continue;
        }
        let method = entry.compression_method();
        let open = if entry.flags().is_encrypted() {
            Err("it is encrypted".to_owned())
        } else if let Some(packing) = Stored::of(method) {
            part(view, &archive, entry.wayfinder())
                .map(|part| open_part(part, packing, entry.crc32()))
                .map_err(|error| error.to_string())
        } else {
            Err(format!("it is packed with method {}", method.as_u16()))
        };
        // Older files can't be told in a zip archive: its first year is that of an unknown time.
        let year = i64::from(entry.last_modified_dos().year());
        files.push(Inside {
            name,
            year: Some(year).filter(|year| *year > 1980),
            open,
        });
    }
    Ok(files)
}

/// Whether a file is a system's note beside the files that somebody packed.
pub(super) fn is_note(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    name.starts_with("__MACOSX/") || file.starts_with("._") || file == ".DS_Store"
}

/// How an entry is stored.
#[derive(Clone, Copy)]
enum Stored {
    Plain,
    Deflated,
    Packed(Packing),
}

impl Stored {
    fn of(method: CompressionMethod) -> Option<Self> {
        match method {
            CompressionMethod::STORE => Some(Self::Plain),
            CompressionMethod::DEFLATE => Some(Self::Deflated),
            CompressionMethod::BZIP2 => Some(Self::Packed(Packing::Bzip2)),
            CompressionMethod::ZSTD => Some(Self::Packed(Packing::Zstd)),
            CompressionMethod::XZ => Some(Self::Packed(Packing::Xz)),
            _ => None,
        }
    }
}

fn part(
    view: &View,
    archive: &ZipArchive<Whole>,
    way: rawzip::ZipArchiveEntryWayfinder,
) -> Result<View, rawzip::Error> {
    let (from, to) = archive.get_entry(way)?.compressed_data_range();
    Ok(view.part(from, to.saturating_sub(from)))
}

fn open_part(part: View, stored: Stored, sum: u32) -> OpenInside {
    Box::new(move |path| {
        let packed = packed(&part);
        let stop = Arc::new(AtomicBool::new(false));
        let counted = Counted::new(part.reader(Arc::clone(&stop)), Arc::clone(&packed.used));
        let decoder = match stored {
            Stored::Plain => return Ok(part),
            Stored::Deflated => {
                Ok(Box::new(flate2::bufread::DeflateDecoder::new(counted)) as Bytes)
            }
            Stored::Packed(packing) => packing::decoder(packing, counted),
        };
        let bytes = decoder.map_err(|error| unpack_failed(path, error))?;
        let checked = Checked {
            bytes,
            expected: sum,
            sum: Crc::new(),
        };
        unpacked(path, Box::new(checked), packed, stop)
    })
}

/// Compares the checksum at the end: deflate has none of its own.
struct Checked {
    bytes: Bytes,
    expected: u32,
    sum: Crc,
}

impl Read for Checked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let got = self.bytes.read(buffer)?;
        self.sum.update(buffer.get(..got).unwrap_or_default());
        if got == 0 && !buffer.is_empty() && self.sum.sum() != self.expected {
            let kind = io::ErrorKind::InvalidData;
            return Err(io::Error::new(kind, "its checksum is wrong"));
        }
        Ok(got)
    }
}

/// All of an archive, which doesn't change any more.
struct Whole(View);

impl ReaderAt for Whole {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.0.read_at(offset, buffer, &AtomicBool::new(false))
    }
}
