//! One moment in an incident.

use super::attachment::Attachment;
use super::edits::Edits;
use super::impact::{Impact, Progress, by_service};
use super::milestone::Milestone;
use super::names::{Attribution, Audience, EventKind, IncidentId, Name};
use crate::model::diagnostic::{Location, Spanned};
use crate::model::time::{EventTime, Instant, Span};
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;
use std::fmt;

/// One moment in an incident: a time, a text and what it changed.
///
/// As JSON it has neither its id nor its time, which needs a zone: a report puts both before it.
#[derive(Clone, Debug, Serialize)]
pub struct Event {
    /// Its id; absent until the tool writes the file for the first time.
    #[serde(skip)]
    pub id: Option<Name>,
    /// When it happened, as far as its writer knew.
    #[serde(skip)]
    pub at: EventTime,
    /// A length known better than its ends: the impact that it sets reverts after it.
    #[serde(rename = "for_seconds")]
    pub lasting: Option<Span>,
    /// When it was written down.
    pub logged: Option<Instant>,
    /// When its fields were last changed.
    #[serde(rename = "edited")]
    pub edits: Edits,
    /// What happened.
    pub text: String,
    /// What sort of moment it is; a word of a newer version is kept as it is.
    #[serde(serialize_with = "kind_word")]
    pub kind: Result<EventKind, Name>,
    /// The milestones that it marks.
    #[serde(flatten)]
    pub marks: Marks,
    /// Who wrote it down.
    pub by: Option<String>,
    /// The states that services change to.
    #[serde(serialize_with = "by_service")]
    pub impact: Vec<Spanned<Impact>>,
    /// The severity from this moment on.
    pub severity: Option<Spanned<Name>>,
    /// The attribution from this moment on.
    pub attribution: Option<Attribution>,
    /// Who takes which role from this moment on.
    #[serde(serialize_with = "as_map")]
    pub roles: Vec<(Name, String)>,
    /// How much of each service is back.
    #[serde(serialize_with = "as_map")]
    pub progress: Vec<(Spanned<Name>, Progress)>,
    /// Who may read it.
    pub audience: Audience,
    /// Where to read on.
    pub links: Vec<Link>,
    /// What was attached to it.
    pub attachments: Vec<Attachment>,
    /// The hypothesis that it settles as wrong.
    pub refutes: Option<Spanned<Name>>,
    /// The hypothesis that it settles as right.
    pub confirms: Option<Spanned<Name>>,
    /// Where it was imported from.
    pub source: Option<EventSource>,
    /// The incident that it is in now; here it is in no number and no timeline.
    pub moved: Option<Spanned<IncidentId>>,
    /// Why its words were taken out; its time and what it changed still count.
    pub redacted: Option<String>,
    /// Why it no longer counts, where it was retracted.
    pub retracted: Option<String>,
    /// The fields of which a merge left other values under `was:`, for a person to settle.
    #[serde(skip)]
    pub unsettled: Vec<Spanned<String>>,
    /// Where the file says it.
    #[serde(skip)]
    pub place: Location,
}

impl Event {
    /// Returns an event of a time that says nothing yet.
    pub fn blank(at: EventTime) -> Self {
        Self {
            id: None,
            at,
            lasting: None,
            logged: None,
            edits: Edits::default(),
            text: String::new(),
            kind: Ok(EventKind::Note),
            marks: Marks::default(),
            by: None,
            impact: vec![],
            severity: None,
            attribution: None,
            roles: vec![],
            progress: vec![],
            audience: Audience::Internal,
            links: vec![],
            attachments: vec![],
            refutes: None,
            confirms: None,
            source: None,
            moved: None,
            redacted: None,
            retracted: None,
            unsettled: vec![],
            place: Location::default(),
        }
    }

    /// Returns whether it counts: it was not retracted, and is in no other incident now.
    pub fn stands(&self) -> bool {
        self.retracted.is_none() && self.moved.is_none()
    }

    /// Returns the word of its kind, also of one that only a newer version knows.
    pub fn kind_word(&self) -> &str {
        self.kind.as_ref().map_or_else(Name::as_str, |kind| kind.as_str())
    }

    /// Returns the milestones that it marks, with commas between; else its kind unless that is a note.
    pub fn marks_or_kind(&self) -> Option<String> {
        let kind = (self.kind != Ok(EventKind::Note)).then(|| self.kind_word().to_owned());
        if self.marks.is_empty() { kind } else { Some(self.marks.to_string()) }
    }

    /// Returns where the file says that it marks a milestone; where it says the event, if it doesn't.
    pub fn place_of_mark(&self, milestone: &Milestone) -> Location {
        self.marks.iter().find(|m| m.value == *milestone).map_or(self.place, |m| m.place)
    }
}

/// The milestones that an event marks, each once, in the order in which the file says them.
///
/// As JSON `mark` is the first, and `marks` are all.
#[derive(Clone, Debug, Default)]
pub struct Marks(Vec<Spanned<Milestone>>);

impl Marks {
    /// Returns the first.
    pub fn first(&self) -> Option<&Milestone> {
        self.iter().next().map(|mark| &mark.value)
    }

    /// Returns whether a milestone is among them.
    pub fn has(&self, milestone: &Milestone) -> bool {
        self.iter().any(|mark| mark.value == *milestone)
    }

    /// Returns whether it marks none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns each with the place where the file says it.
    pub fn iter(&self) -> std::slice::Iter<'_, Spanned<Milestone>> {
        self.0.iter()
    }

    /// Returns each.
    pub fn milestones(&self) -> impl Iterator<Item = &Milestone> {
        self.iter().map(|mark| &mark.value)
    }
}

impl FromIterator<Spanned<Milestone>> for Marks {
    fn from_iter<T: IntoIterator<Item = Spanned<Milestone>>>(marks: T) -> Self {
        let mut all: Vec<Spanned<Milestone>> = vec![];
        for mark in marks {
            if !all.iter().any(|known| known.value == mark.value) {
                all.push(mark);
            }
        }
        Self(all)
    }
}

impl PartialEq for Marks {
    fn eq(&self, other: &Self) -> bool {
        self.milestones().eq(other.milestones())
    }
}

impl fmt::Display for Marks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all: Vec<_> = self.milestones().map(Milestone::as_str).collect();
        f.write_str(&all.join(", "))
    }
}

impl Serialize for Marks {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut marks = serializer.serialize_struct("Marks", 2)?;
        marks.serialize_field("mark", &self.first())?;
        marks.serialize_field("marks", &self.milestones().collect::<Vec<_>>())?;
        marks.end()
    }
}

/// Writes the word of a kind, also of one that only a newer version knows.
///
/// # Errors
/// Those of the serializer.
pub fn kind_word<S: Serializer>(
    kind: &Result<EventKind, Name>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match kind {
        Ok(kind) => kind.serialize(serializer),
        Err(newer) => newer.serialize(serializer),
    }
}

/// Writes pairs as a map, in the order of their keys.
fn as_map<S: Serializer, K: Serialize + Ord, V: Serialize>(
    pairs: &[(K, V)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(pairs.iter().map(|(k, v)| (k, v)).collect::<BTreeMap<_, _>>())
}

/// Where an event was imported from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EventSource {
    /// The system, such as `slack`.
    pub from: String,
    /// The thing's id there.
    pub id: Option<String>,
    /// The thing's address there.
    pub url: Option<String>,
    /// The hash of what was imported: what differs from it was changed here.
    pub hash: Option<String>,
    /// By how much its clock was fast, where that was corrected.
    pub offset: Option<String>,
}

/// A place to read on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Link {
    /// What is there.
    pub title: Option<String>,
    /// Where it is.
    pub url: String,
}
