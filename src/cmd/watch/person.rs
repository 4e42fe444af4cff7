//! What holds for each person who types: the incident that they look at, and what they wrote.

use crate::model::incident::IncidentId;

/// An event that a line wrote.
#[derive(Clone, Debug)]
pub(super) struct WrittenLine {
    pub(super) incident: Option<IncidentId>,
    pub(super) event: String,
    /// The line as it was typed.
    pub(super) line: String,
}

/// What holds for one person.
#[derive(Clone, Debug, Default)]
pub(super) struct Person {
    /// The name that a bridge gives; none for the one at the keyboard.
    pub(super) name: Option<String>,
    /// The incident that `/to` chose.
    pub(super) chosen: Option<IncidentId>,
    /// What was written, the latest last.
    pub(super) written: Vec<WrittenLine>,
}
