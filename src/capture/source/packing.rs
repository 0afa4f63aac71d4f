//! What a file is packed with, by its first bytes and never by its name.

use std::io::{self, BufRead};

use super::spool::Bytes;

/// How many first bytes tell what a file is packed with: a tar archive's first header.
pub(super) const HEAD: usize = 512;

/// zstd's longest window, 1 GiB: `zstd --long` writes windows that its decoder refuses unless told.
const ZSTD_WINDOW_LOG: u32 = 30;

/// The memory that an xz file may ask for; its own tool never asks for a tenth of it unless told.
const XZ_MEMORY: u64 = 2 << 30;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// One stream.
    Packed(Packing),
    /// Several files.
    Archive(Archive),
    /// Nothing that would have to be unpacked.
    Plain,
}

/// A way to pack one stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    /// gzip, one or more members.
    Gzip,
    /// Zstandard, one or more frames.
    Zstd,
    /// bzip2, one or more streams.
    Bzip2,
    /// xz, one or more streams.
    Xz,
}

/// A way to put several files into one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Archive {
    /// zip.
    Zip,
    /// tar, of any age.
    Tar,
}

/// What a file that begins with `head` is.
pub(super) fn kind(head: &[u8]) -> Kind {
    match head {
        [0x1f, 0x8b, 8, ..] => Kind::Packed(Packing::Gzip),
        // The second is a frame to be skipped; tools that pack in parallel begin with one.
        [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => {
            Kind::Packed(Packing::Zstd)
        }
        // A block's mark, or that of the end where there is no block.
        [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, ..]
        | [b'B', b'Z', b'h', b'1'..=b'9', 0x17, 0x72, 0x45, 0x38, ..] => {
            Kind::Packed(Packing::Bzip2)
        }
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Kind::Packed(Packing::Xz),
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Kind::Archive(Archive::Zip),
        _ if is_tar(head) => Kind::Archive(Archive::Tar),
        _ => Kind::Plain,
    }
}

/// Unpacks all of a stream, to the end of its last part.
pub(super) fn decoder(packing: Packing, bytes: impl BufRead + Send + 'static) -> io::Result<Bytes> {
    Ok(match packing {
        Packing::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(bytes)),
        Packing::Zstd => {
            let mut decoder = zstd::stream::read::Decoder::with_buffer(bytes)?;
            decoder.window_log_max(ZSTD_WINDOW_LOG)?;
            Box::new(decoder)
        }
        Packing::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(bytes)),
        Packing::Xz => {
            let stream = liblzma::stream::Stream::new_stream_decoder(
                XZ_MEMORY,
                liblzma::stream::CONCATENATED,
            )?;
            Box::new(liblzma::bufread::XzDecoder::new_stream(bytes, stream))
        }
    })
}

/// Whether the first header's checksum holds: the oldest archives have no other mark.
fn is_tar(head: &[u8]) -> bool {
    let Some((name_to_time, rest)) = head.get(..HEAD).and_then(|h| h.split_at_checked(148)) else {
        return false;
    };
    let Some((written, kind_to_end)) = rest.split_first_chunk::<8>() else {
        return false;
    };
    let text = String::from_utf8_lossy(written);
    let written = u32::from_str_radix(text.trim_matches([' ', '\0']), 8);
    let sum = |bytes: &[u8]| bytes.iter().copied().map(u32::from).sum::<u32>();
    // The checksum itself counts as eight spaces.
    written == Ok(sum(name_to_time) + 8 * u32::from(b' ') + sum(kind_to_end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_bytes_tell() {
        let check = |head: &[u8], expected: Kind| assert_eq!(kind(head), expected, "{head:?}");
        check(b"", Kind::Plain);
        check(b"\x1f\x8b", Kind::Plain);
        check(b"\x1f\x8b\x08\0", Kind::Packed(Packing::Gzip));
        check(b"\x28\xb5\x2f\xfd\0", Kind::Packed(Packing::Zstd));
        check(b"\x5a\x2a\x4d\x18\x04\0", Kind::Packed(Packing::Zstd));
        check(b"BZh91AY&SY", Kind::Packed(Packing::Bzip2));
        check(
            b"BZh9\x17\x72\x45\x38\x50\x90",
            Kind::Packed(Packing::Bzip2),
        );
        check(b"BZh9 is how it begins", Kind::Plain);
        check(b"\xfd7zXZ\0\0\x04", Kind::Packed(Packing::Xz));
        check(b"PK\x03\x04", Kind::Archive(Archive::Zip));
        check(b"PK\x05\x06", Kind::Archive(Archive::Zip));
        check(b"2026-11-21 08:47:12.439 UTC [1] LOG:  x\n", Kind::Plain);
        check(&[0; 1024], Kind::Plain);
        check(&[b'0'; 1024], Kind::Plain);
    }

    #[test]
    fn a_tar_header_has_its_sum() {
        let mut header = [0_u8; 512];
        header[..5].copy_from_slice(b"a.log");
        let sum: u32 = header.iter().copied().map(u32::from).sum::<u32>() + 8 * 32;
        for written in [
            format!("{sum:06o}\0 "),
            format!("{sum:07o}\0"),
            format!("{sum:6o}\0 "),
        ] {
            header[148..156].copy_from_slice(written.as_bytes());
            assert_eq!(kind(&header), Kind::Archive(Archive::Tar), "{written:?}");
        }
        header[0] = b'b';
        assert_eq!(kind(&header), Kind::Plain);
    }
}
