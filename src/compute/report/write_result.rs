//! The report of what a writing verb wrote.

use super::VERSION;
use super::action::ActionReport;
use super::show::EventReport;
use crate::model::incident::IncidentId;
use crate::model::incident::names::string_enum;
use serde::Serialize;

/// The JSON of a writing verb.
#[derive(Clone, Debug, Serialize)]
pub struct WriteReport {
    /// The version of this report's fields.
    pub version: u32,
    /// The verb that wrote.
    pub verb: &'static str,
    /// The incident that was written to; null for the inbox.
    pub incident: Option<IncidentId>,
    /// The file that holds it now, relative to the record.
    pub file: String,
    /// Where it was put.
    #[serde(rename = "where")]
    pub place: WrittenTo,
    /// The event as it is now.
    pub event: Option<EventReport>,
    /// The follow-up action as it is now.
    pub action: Option<ActionReport>,
    /// The commit that holds it; null where it waits for the next one.
    pub commit: Option<String>,
}

string_enum! {
    /// Where what was written is.
    WrittenTo, "place" {
        /// In the incident's file.
        Incident = "incident",
        /// In the inbox, for the incident can't be known.
        Inbox = "inbox",
        /// Outside of the record, until it can be written to.
        Spool = "spool",
    }
}

impl WriteReport {
    /// Returns the report of a write to `file` that is about no event or action in particular.
    pub fn to(verb: &'static str, incident: Option<IncidentId>, file: String) -> Self {
        let place = match incident {
            Some(_) => WrittenTo::Incident,
            None => WrittenTo::Inbox,
        };
        Self {
            version: VERSION,
            verb,
            incident,
            file,
            place,
            event: None,
            action: None,
            commit: None,
        }
    }
}

/// The JSON of `spool take`.
#[derive(Clone, Debug, Serialize)]
pub struct TakenIn {
    /// The version of this report's fields.
    pub version: u32,
    /// The verb that wrote.
    pub verb: &'static str,
    /// The events that are in the record now.
    pub taken: Vec<Taken>,
    /// The commit that holds them; null where they wait for the next one.
    pub commit: Option<String>,
}

/// An event that waited outside of the record.
#[derive(Clone, Debug, Serialize)]
pub struct Taken {
    /// Its id.
    pub event: String,
    /// The incident that it is in; null for the inbox.
    pub incident: Option<String>,
    /// The user of the machine that its file belongs to.
    pub owner: String,
}
