//! What an answer lacks because it could not be read, and what it has from outside of the record.

use crate::model::diagnostic::Location;
use crate::model::incident::{IncidentId, Name};
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

/// What an answer lacks because it could not be read, and what it has from outside of the record.
///
/// Every answer has these fields, so that a part is never taken for the whole.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Completeness {
    /// What could not be read.
    pub unreadable: Vec<UnreadablePart>,
    /// The events that wait in the spool.
    pub spooled: Vec<WaitingEvent>,
}

/// A file, a folder or a part of a file that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadablePart {
    /// The file or folder, relative to the record.
    pub path: String,
    /// Where in the file; none where it could not be opened.
    pub place: Option<Location>,
    /// Why.
    pub reason: String,
    /// Whether nothing of the file is in the answer; else all but what hangs on the part.
    pub whole: bool,
}

/// An event that waits in the spool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WaitingEvent {
    /// The incident that it is for.
    pub incident: IncidentId,
    /// Its id.
    pub event: Name,
    /// Whether it is in the answer: not where its incident can't be read, or another user left it.
    pub counted: bool,
}

impl Completeness {
    /// Returns how many files and folders are in the answer with nothing.
    pub fn unread(&self) -> usize {
        self.unreadable.iter().filter(|part| part.whole).count()
    }
}

impl Serialize for UnreadablePart {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("UnreadablePart", 5)?;
        fields.serialize_field("path", &self.path)?;
        fields.serialize_field("line", &self.place.map(|place| place.line))?;
        fields.serialize_field("column", &self.place.map(|place| place.column))?;
        fields.serialize_field("reason", &self.reason)?;
        fields.serialize_field("whole", &self.whole)?;
        fields.end()
    }
}
