//! A file of an import, and its text.

use crate::model::imported::SkippedPart;

/// A file of an import.
#[derive(Clone, Debug)]
pub struct ImportFile {
    /// Its path as people name it.
    pub name: String,
    /// Its path in the folder or archive that was named; its own name where it was named itself.
    pub inner: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

impl ImportFile {
    /// Returns its text.
    ///
    /// # Errors
    /// Where it stops being UTF-8.
    pub(super) fn text(&self) -> Result<&str, SkippedPart> {
        let text = str::from_utf8(&self.bytes);
        let text = text.map(|text| text.strip_prefix('\u{feff}').unwrap_or(text));
        text.map_err(|error| {
            let before = self.bytes.iter().take(error.valid_up_to());
            let line = before.filter(|byte| **byte == b'\n').count() + 1;
            self.skip(&format!(":{line}"), "this line is not UTF-8 text")
        })
    }

    /// Returns that a part of it was left out.
    pub(super) fn skip(&self, place: &str, reason: impl Into<String>) -> SkippedPart {
        SkippedPart { place: format!("{}{place}", self.name), reason: reason.into() }
    }
}
