//! The report of follow-up actions, across incidents.

use super::VERSION;
use crate::model::incident::{self, ActionKind, ActionStatus, Handles, Incident, IncidentId, Name};
use chrono::NaiveDate;
use serde::Serialize;

/// The JSON of `action list`.
#[derive(Clone, Debug, Serialize)]
pub struct ActionsReport {
    /// The version of this report's fields.
    pub version: u32,
    /// The actions, those due first at the top.
    pub actions: Vec<ActionReport>,
    /// For renderers: short names of incidents, for where ids have no room.
    #[serde(skip)]
    pub handles: Handles,
}

/// One follow-up action.
#[derive(Clone, Debug, Serialize)]
pub struct ActionReport {
    /// Its id; null where a person wrote it and the tool has not touched the file since.
    pub id: Option<String>,
    /// What is to be done.
    pub title: String,
    /// What it is for.
    pub kind: Option<&'static str>,
    /// Who sees to it.
    pub owner: Option<String>,
    /// When it should be done.
    pub due: Option<NaiveDate>,
    /// open, doing, done or dropped.
    pub status: &'static str,
    /// When it was done.
    pub done_on: Option<NaiveDate>,
    /// Where it is tracked.
    pub ticket: Option<String>,
    /// The incident that it stands in.
    pub incident: String,
    /// Other incidents that it also answers.
    pub incidents: Vec<String>,
}

impl ActionReport {
    /// Returns the report of an action of that incident.
    pub fn of(action: &incident::Action, incident: &IncidentId) -> Self {
        Self {
            id: action.id.as_ref().map(Name::to_string),
            title: action.title.clone(),
            kind: action.kind.map(ActionKind::as_str),
            owner: action.owner.clone(),
            due: action.due,
            status: action.status.as_str(),
            done_on: action.done_on,
            ticket: action.ticket.clone(),
            incident: incident.to_string(),
            incidents: action.incidents.iter().map(ToString::to_string).collect(),
        }
    }

    /// Returns whether the action is neither done nor dropped, and was due before `today`.
    pub fn is_overdue(&self, today: NaiveDate) -> bool {
        let waits =
            [ActionStatus::Open, ActionStatus::Doing].iter().any(|s| s.as_str() == self.status);
        waits && self.due.is_some_and(|due| due < today)
    }
}

/// Returns the actions of some incidents, those due first at the top, those without a date last.
pub fn actions<'a>(
    incidents: impl Iterator<Item = &'a Incident>,
    handles: Handles,
) -> ActionsReport {
    let of_one = |i: &'a Incident| i.actions.iter().map(|a| ActionReport::of(a, &i.id));
    let mut actions: Vec<_> = incidents.flat_map(of_one).collect();
    actions.sort_by_key(|a| (a.due.is_none(), a.due));
    ActionsReport { version: VERSION, actions, handles }
}
