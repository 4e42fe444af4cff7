//! The report of follow-up actions, across incidents.

use super::VERSION;
use super::completeness::Completeness;
use crate::model::incident::{Action, ActionStatus, Handles, Incident, IncidentId};
use chrono::NaiveDate;
use serde::Serialize;

/// The JSON of `action list`.
#[derive(Clone, Debug, Serialize)]
pub struct ActionsReport {
    /// The version of this report's fields.
    pub version: u32,
    /// The actions, those due first at the top.
    pub actions: Vec<ActionReport>,
    /// What it lacks because that could not be read, and what it has from outside of the record.
    #[serde(flatten)]
    pub completeness: Completeness,
    /// For renderers: short names of incidents, for where ids have no room.
    #[serde(skip)]
    pub handles: Handles,
}

/// One follow-up action, and the incidents that it answers.
#[derive(Clone, Debug, Serialize)]
pub struct ActionReport {
    /// The action.
    #[serde(flatten)]
    pub action: Action,
    /// The incident that it stands in.
    pub incident: IncidentId,
    /// Other incidents that it also answers.
    pub incidents: Vec<IncidentId>,
}

impl ActionReport {
    /// Returns the report of an action of that incident.
    pub fn of(action: &Action, incident: &IncidentId) -> Self {
        let incidents = action.incidents.clone();
        Self { action: action.clone(), incident: incident.clone(), incidents }
    }

    /// Returns the reports of an incident's own actions.
    pub fn all(incident: &Incident) -> Vec<Self> {
        incident.actions.iter().map(|a| Self::of(a, &incident.id)).collect()
    }

    /// Returns whether the action is neither done nor dropped.
    pub fn waits(&self) -> bool {
        matches!(self.action.status, ActionStatus::Open | ActionStatus::Doing)
    }

    /// Returns whether the action is neither done nor dropped, and was due before `today`.
    pub fn is_overdue(&self, today: NaiveDate) -> bool {
        self.waits() && self.action.due.is_some_and(|due| due < today)
    }
}

/// Returns the actions of some incidents, those due first at the top, those without a date last.
pub fn actions<'a>(
    incidents: impl Iterator<Item = &'a Incident>,
    handles: Handles,
    completeness: Completeness,
) -> ActionsReport {
    let mut actions: Vec<_> = incidents.flat_map(ActionReport::all).collect();
    actions.sort_by_key(|a| (a.action.due.is_none(), a.action.due));
    ActionsReport { version: VERSION, actions, completeness, handles }
}
