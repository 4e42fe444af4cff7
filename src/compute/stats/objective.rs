//! What a class of failure should not exceed, held against what happened.

use super::{DurationFigure, IncidentEntry};
use crate::model::incident::names::string_enum;
use crate::model::incident::{IncidentId, Kind, Name};
use crate::model::settings::Settings;
use crate::model::time::Span;

/// An objective held against one incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectiveResult {
    /// The incident.
    pub incident: IncidentId,
    /// Whether it is an incident, a drill or maintenance.
    pub kind: Kind,
    /// The class of failure.
    pub class: Name,
    /// The duration's name, or `downtime`.
    pub measure: Name,
    /// What it should not exceed.
    pub limit: Span,
    /// What it was; none where that is not known.
    pub found: Option<DurationFigure>,
    /// Whether it was met.
    pub outcome: ObjectiveOutcome,
    /// Whether other times within the bounds would change the outcome.
    pub uncertain: bool,
}

string_enum! {
    /// Whether an objective was met.
    ObjectiveOutcome, "outcome" {
        /// It was met.
        Met = "met",
        /// It was not.
        Missed = "missed",
        /// Some of the times within their bounds meet it, others don't.
        Unsure = "unsure",
        /// It is still within the limit, but not over.
        Running = "running",
        /// There is no value to hold against it.
        Unknown = "unknown",
    }
}

/// Holds the record's objectives against those of some incidents whose class has some.
pub fn judge(entries: &[&IncidentEntry], settings: &Settings) -> Vec<ObjectiveResult> {
    let each = |entry: &&IncidentEntry| {
        let class = entry.class.clone()?;
        let (_, limits) = settings.objectives.iter().find(|(name, _)| *name == class)?;
        let judged = limits.iter().map(|(measure, limit)| one(entry, &class, measure, *limit));
        Some(judged.collect::<Vec<_>>())
    };
    entries.iter().filter_map(each).flatten().collect()
}

fn one(entry: &IncidentEntry, class: &Name, measure: &Name, limit: Span) -> ObjectiveResult {
    let found = figure(entry, measure.as_str());
    let outcome = match found {
        None => ObjectiveOutcome::Unknown,
        Some(f) if f.length.lowest > limit => ObjectiveOutcome::Missed,
        Some(f) if f.length.highest > limit => ObjectiveOutcome::Unsure,
        Some(f) if f.running => ObjectiveOutcome::Running,
        Some(_) => ObjectiveOutcome::Met,
    };
    ObjectiveResult {
        incident: entry.incident.clone(),
        kind: entry.kind,
        class: class.clone(),
        measure: measure.clone(),
        limit,
        found,
        outcome,
        uncertain: outcome == ObjectiveOutcome::Unsure,
    }
}

fn figure(entry: &IncidentEntry, measure: &str) -> Option<DurationFigure> {
    let named = entry.durations.iter().find(|(name, _)| name == measure);
    if measure != "downtime" {
        return named?.1.as_ref().ok().copied();
    }
    let total = entry.downtime.ok()?;
    Some(total.into())
}
