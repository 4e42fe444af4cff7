//! One moment in an incident.

use super::impact::{Impact, Progress};
use super::names::{Attribution, Audience, EventKind, Milestone, Name};
use crate::model::diagnostic::{Location, Spanned};
use crate::model::time::{EventTime, Instant, Span};

/// One moment in an incident: a time, a text and what it changed.
#[derive(Clone, Debug)]
pub struct Event {
    /// Its id; absent until the tool writes the file for the first time.
    pub id: Option<Name>,
    /// When it happened, as far as its writer knew.
    pub at: EventTime,
    /// A length known better than its ends: the impact that it sets reverts after it.
    pub lasting: Option<Span>,
    /// When it was written down.
    pub logged: Option<Instant>,
    /// When it was last corrected.
    pub edited: Option<Instant>,
    /// Who wrote it down.
    pub by: Option<String>,
    /// What sort of moment it is; a word of a newer version is kept as it is.
    pub kind: Result<EventKind, Name>,
    /// The milestone that it marks.
    pub mark: Option<Spanned<Milestone>>,
    /// The states that services change to.
    pub impact: Vec<Spanned<Impact>>,
    /// The severity from this moment on.
    pub severity: Option<Spanned<Name>>,
    /// The attribution from this moment on.
    pub attribution: Option<Attribution>,
    /// Who takes which role from this moment on.
    pub roles: Vec<(Name, String)>,
    /// How much of each service is back.
    pub progress: Vec<(Spanned<Name>, Progress)>,
    /// Who may read it.
    pub audience: Audience,
    /// Where to read on.
    pub links: Vec<Link>,
    /// Where it was imported from.
    pub source: Option<EventSource>,
    /// Why it no longer counts, where it was retracted.
    pub retracted: Option<String>,
    /// Whether a merge left another value under `was:`, for a person to settle.
    pub unsettled: bool,
    /// What happened.
    pub text: String,
    /// Where the file says it.
    pub place: Location,
}

/// Where an event was imported from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventSource {
    /// The system, such as `slack`.
    pub from: String,
    /// The thing's id there.
    pub id: Option<String>,
    /// The thing's address there.
    pub url: Option<String>,
}

/// A place to read on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// What is there.
    pub title: Option<String>,
    /// Where it is.
    pub url: String,
}
