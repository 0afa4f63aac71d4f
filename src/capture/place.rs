//! Where in a capture a record stands.

/// The first byte of a record: which file of the capture, and how far into what it unpacks to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file, counted in the capture's own order.
    pub file: u16,
    /// Bytes from the start of the unpacked file; 48 bits of it are kept.
    pub offset: u64,
}

const OFFSET_BITS: u32 = 48;

impl Place {
    /// Both in one number, for columns.
    #[must_use]
    pub fn to_bits(self) -> u64 {
        u64::from(self.file) << OFFSET_BITS | (self.offset & ((1 << OFFSET_BITS) - 1))
    }

    /// The reverse of [`Place::to_bits`].
    #[must_use]
    pub fn from_bits(bits: u64) -> Self {
        Self {
            file: (bits >> OFFSET_BITS) as u16,
            offset: bits & ((1 << OFFSET_BITS) - 1),
        }
    }
}
