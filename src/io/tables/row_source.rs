//! The rows of a table one after another, in memory that doesn't grow with them.

use crate::model::diagnostic::{Diagnostic, Location};
use std::io::{self, Read};

/// How much is read at once.
const CHUNK: usize = 1 << 18;
/// How many bytes a row may have.
pub(super) const MOST_ROW_BYTES: usize = 1 << 20;

/// A text of which a part is in memory: at least the next line.
pub(super) struct RowSource<R> {
    input: R,
    buffer: Vec<u8>,
    /// How much of the buffer is passed already.
    passed: usize,
    is_whole: bool,
}

impl<R: Read> RowSource<R> {
    /// Returns a text from its beginning.
    pub(super) fn new(input: R) -> Self {
        Self { input, buffer: vec![], passed: 0, is_whole: false }
    }

    /// Returns what is in memory and not passed.
    pub(super) fn rest(&self) -> &[u8] {
        self.buffer.get(self.passed..).unwrap_or_default()
    }

    /// Returns whether nothing comes after what is in memory.
    pub(super) fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Goes on by so many bytes.
    pub(super) fn pass(&mut self, bytes: usize) {
        self.passed = self.passed.saturating_add(bytes).min(self.buffer.len());
    }

    /// Returns the length of the next line, its end included; zero at the text's end.
    ///
    /// # Errors
    /// A line that is too long, and whatever reading says.
    pub(super) fn line(&mut self) -> io::Result<usize> {
        let mut looked = 0;
        loop {
            let rest = self.rest().get(looked..).unwrap_or_default();
            if let Some(at) = memchr::memchr(b'\n', rest) {
                return Ok(looked.saturating_add(at).saturating_add(1));
            }
            looked = self.rest().len();
            if self.is_whole {
                return Ok(looked);
            }
            if looked > MOST_ROW_BYTES {
                return Err(io::Error::other("a row is longer than 1 MB"));
            }
            self.more()?;
        }
    }

    /// Passes all that is left, unread.
    pub(super) fn end(&mut self) {
        self.buffer.clear();
        self.passed = 0;
        self.is_whole = true;
    }

    /// Brings at least so many bytes into memory, as far as there are any.
    pub(super) fn hold(&mut self, bytes: usize) -> io::Result<()> {
        while !self.is_whole && self.rest().len() < bytes {
            self.more()?;
        }
        Ok(())
    }

    fn more(&mut self) -> io::Result<()> {
        self.buffer.drain(..self.passed.min(self.buffer.len()));
        self.passed = 0;
        let held = self.buffer.len();
        self.buffer.resize(held.saturating_add(CHUNK), 0);
        let free = self.buffer.get_mut(held..).unwrap_or_default();
        let read = loop {
            match self.input.read(free) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read,
            }
        };
        self.buffer.truncate(held.saturating_add(*read.as_ref().unwrap_or(&0)));
        self.is_whole = read? == 0;
        Ok(())
    }
}

/// Returns what is wrong with a line that is no UTF-8 text.
pub(super) fn no_text(place: Location) -> Diagnostic {
    Diagnostic::error("encoding", place, "this line is not UTF-8 text")
        .help("save the file as UTF-8")
}
