//! An incident: what people recorded of it, as facts.

pub mod attachment;
pub mod custom_field;
pub mod edits;
pub mod event;
pub mod handle;
pub mod impact;
mod milestone;
pub mod names;

pub use attachment::{Attachment, AttachmentPath};
pub use custom_field::{CustomFieldKind, CustomFieldValue};
pub use edits::Edits;
pub use event::{Event, EventSource, Link, Marks};
pub use handle::Handles;
pub use impact::{Impact, Progress, Share};
pub use milestone::Milestone;
pub use names::{
    ActionKind, ActionStatus, Attribution, Audience, CauseKind, EventKind, IncidentId, Kind, Name,
    State, UnknownValue,
};

use crate::model::diagnostic::{Location, Spanned};
use crate::model::time::{Instant, Span, Zone};
use chrono::NaiveDate;
use serde::Serialize;

/// Why an incident was none after all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cancellation {
    /// Why.
    pub reason: String,
    /// When that was said.
    pub at: Option<Instant>,
}

impl Incident {
    /// Returns whether it counts in numbers at all: it tells no story that another tells, and wasn't canceled.
    pub fn counts(&self) -> bool {
        self.duplicate_of.is_none() && !self.is_canceled()
    }

    /// Returns whether it was canceled. That holds for the events that its writer had seen: one that was logged later
    /// opens it again.
    pub fn is_canceled(&self) -> bool {
        let is_since = |at: Instant| self.standing().any(|e| e.logged.is_some_and(|l| l > at));
        self.canceled.as_ref().is_some_and(|canceled| !canceled.at.is_some_and(is_since))
    }
}

/// One incident, as its file tells it.
#[derive(Clone, Debug)]
pub struct Incident {
    /// Its id, and its folder's name.
    pub id: IncidentId,
    /// What it is called.
    pub title: String,
    /// How bad it is, before any event changes that.
    pub severity: Option<Spanned<Name>>,
    /// Whether it is an incident, a drill or maintenance.
    pub kind: Kind,
    /// The class of failure, which names an objective.
    pub class: Option<Spanned<Name>>,
    /// The zone of its bare times; the record's where absent.
    pub zone: Option<Zone>,
    /// The services concerned.
    pub services: Vec<Spanned<Name>>,
    /// Those of them that had no impact.
    pub unaffected: Vec<Spanned<Name>>,
    /// Whose doing it was, before any event changes that.
    pub attribution: Attribution,
    /// The incident that tells the same story; such an incident counts in no number.
    pub duplicate_of: Option<Spanned<IncidentId>>,
    /// That it was none after all; such an incident counts in no number, and is not open.
    pub canceled: Option<Cancellation>,
    /// Incidents that have to do with it; no number hangs on them.
    pub related: Vec<Spanned<IncidentId>>,
    /// Facts of the record's own.
    pub fields: Vec<CustomField>,
    /// One paragraph in Markdown.
    pub summary: Option<String>,
    /// Where the file says the summary; the beginning where it has none.
    pub summary_place: Location,
    /// Whether `impact: none` says that there was no impact.
    pub no_impact: bool,
    /// Why it happened.
    pub causes: Vec<Cause>,
    /// What is to be done about it.
    pub actions: Vec<Action>,
    /// Durations that people stated.
    pub claims: Vec<StatedDuration>,
    /// All that a public document may say beside public events.
    pub public: Option<Public>,
    /// Where to read on.
    pub links: Vec<Link>,
    /// The events, in the order of the file.
    pub events: Vec<Event>,
    /// When what is known of the whole was last changed.
    pub edits: Edits,
    /// The fields of its own of which a merge left other values under `was:`, for a person to settle.
    pub unsettled: Vec<Spanned<String>>,
    /// What its numbers hang on and could not be read, with why: they are unknown then.
    pub unreadable: Vec<Spanned<String>>,
}

impl Incident {
    /// Returns an incident of which nothing but its title is known.
    pub fn titled(id: IncidentId, title: impl Into<String>) -> Self {
        Self {
            id,
            title: title.into(),
            severity: None,
            kind: Kind::Incident,
            class: None,
            zone: None,
            services: vec![],
            unaffected: vec![],
            attribution: Attribution::Own,
            duplicate_of: None,
            canceled: None,
            related: vec![],
            fields: vec![],
            summary: None,
            summary_place: Location::default(),
            no_impact: false,
            causes: vec![],
            actions: vec![],
            claims: vec![],
            public: None,
            links: vec![],
            events: vec![],
            edits: Edits::default(),
            unsettled: vec![],
            unreadable: vec![],
        }
    }

    /// Returns where the file first says something that its numbers hang on and that could not be read.
    pub fn first_unreadable(&self) -> Option<Location> {
        self.unreadable.iter().map(|it| it.place).min()
    }

    /// Returns the events that count, in the order of the file: neither retracted nor in another incident now.
    pub fn standing(&self) -> impl Iterator<Item = &Event> {
        self.events.iter().filter(|e| e.stands())
    }

    /// Returns the value of a field of the record's own.
    pub fn field(&self, name: &str) -> Option<&CustomFieldValue> {
        self.fields.iter().find(|f| f.name.as_str() == name).map(|f| &f.value)
    }

    /// Returns the choices that it has in fields of the record's own.
    pub fn choices(&self) -> impl Iterator<Item = (&Name, &str)> {
        self.fields.iter().filter_map(|field| match &field.value {
            CustomFieldValue::Choice(word) => Some((&field.name, word.as_str())),
            _ => None,
        })
    }

    /// Returns the action of that id.
    pub fn action(&self, id: &str) -> Option<&Action> {
        self.actions.iter().find(|a| a.id.as_ref().is_some_and(|known| known.as_str() == id))
    }

    /// Returns the event of that id.
    pub fn event(&self, id: &str) -> Option<&Event> {
        self.events.iter().find(|e| e.id.as_ref().is_some_and(|known| known.as_str() == id))
    }
}

/// A fact of the record's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomField {
    /// The field's name.
    pub name: Name,
    /// What it says.
    pub value: CustomFieldValue,
    /// Where the file says it.
    pub place: Location,
}

/// Why an incident happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cause {
    /// The part that it played.
    pub kind: CauseKind,
    /// What it was.
    pub text: String,
    /// Where the file says it.
    #[serde(skip)]
    pub place: Location,
}

/// A follow-up action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Action {
    /// Its id; absent until the tool writes the file for the first time.
    pub id: Option<Name>,
    /// What is to be done.
    pub title: String,
    /// What it is for.
    pub kind: Option<ActionKind>,
    /// Who sees to it.
    pub owner: Option<String>,
    /// When it should be done.
    pub due: Option<NaiveDate>,
    /// How far it is.
    pub status: ActionStatus,
    /// When it was done.
    pub done_on: Option<NaiveDate>,
    /// Where it is tracked.
    pub ticket: Option<String>,
    /// Other incidents that it also answers.
    #[serde(skip)]
    pub incidents: Vec<IncidentId>,
    /// When its fields were last changed.
    #[serde(skip)]
    pub edits: Edits,
    /// The fields of which a merge left other values under `was:`, for a person to settle.
    #[serde(skip)]
    pub unsettled: Vec<Spanned<String>>,
    /// Where the file says it.
    #[serde(skip)]
    pub place: Location,
}

/// A duration that people stated, to be held against ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StatedDuration {
    /// The duration's name.
    pub name: Name,
    /// What was stated.
    #[serde(rename = "stated_seconds")]
    pub stated: Span,
    /// Whether it was stated as a lower bound.
    pub at_least: bool,
    /// Where the file says it.
    #[serde(skip)]
    pub place: Location,
}

/// All that a public document may say beside public events.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Public {
    /// The title that customers read.
    pub title: Option<String>,
    /// The summary that customers read.
    pub summary: Option<String>,
    /// The causes that customers read.
    pub causes: Vec<Cause>,
    /// The ids of the actions that customers may read.
    pub actions: Vec<Name>,
    /// Where the file says it.
    pub place: Location,
}
