//! Bytes of git's files, read from the front and written at the end.

/// How long the name of an object is, in a SHA-1 repository.
pub(super) const OID: usize = 20;

/// Bytes that are read from the front.
#[derive(Clone, Copy)]
pub(super) struct ByteCursor<'a>(pub(super) &'a [u8]);

impl<'a> ByteCursor<'a> {
    pub(super) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(head)
    }

    pub(super) fn number(&mut self) -> Option<u32> {
        Some(u32::from_be_bytes(self.take(4)?.try_into().ok()?))
    }

    pub(super) fn short(&mut self) -> Option<u16> {
        Some(u16::from_be_bytes(self.take(2)?.try_into().ok()?))
    }

    /// Takes what stands before the next such byte, and that byte.
    pub(super) fn until(&mut self, end: u8) -> Option<&'a [u8]> {
        let head = self.take(self.0.iter().position(|byte| *byte == end)?)?;
        self.take(1)?;
        Some(head)
    }
}

/// Writes a number as git does: four bytes, the highest first.
pub(super) fn put(into: &mut Vec<u8>, number: u32) {
    into.extend_from_slice(&number.to_be_bytes());
}
