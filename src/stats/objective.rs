//! What a class of failure should not exceed, held against what happened.

use super::{Entry, Figure};
use crate::incident::{IncidentId, Kind, Name};
use crate::settings::Settings;
use crate::time::Span;

/// An objective held against one incident or drill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// The incident or drill.
    pub incident: IncidentId,
    /// Which of the two it is, or maintenance.
    pub kind: Kind,
    /// The class of failure.
    pub class: Name,
    /// The duration's name, or `downtime`.
    pub measure: Name,
    /// What it should not exceed.
    pub limit: Span,
    /// What it was; none where that is not known.
    pub found: Option<Figure>,
    /// Whether it was met, at nominal times.
    pub outcome: Outcome,
    /// Whether other times within the bounds would change the outcome.
    pub uncertain: bool,
}

/// Whether an objective was met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was met.
    Met,
    /// It was not.
    Missed,
    /// It is still within the limit, but not over.
    Running,
    /// There is no value to hold against it.
    Unknown,
}

impl Outcome {
    /// Returns the word for people.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Missed => "missed",
            Self::Running => "running",
            Self::Unknown => "unknown",
        }
    }
}

/// Holds the record's objectives against every incident and drill of a class that has some.
pub fn judge(entries: &[&Entry], settings: &Settings) -> Vec<Judged> {
    let each = |entry: &&Entry| {
        let class = entry.class.clone()?;
        let (_, limits) = settings.objectives.iter().find(|(name, _)| *name == class)?;
        let judged = limits.iter().map(|(measure, limit)| one(entry, &class, measure, *limit));
        Some(judged.collect::<Vec<_>>())
    };
    entries.iter().filter_map(each).flatten().collect()
}

fn one(entry: &Entry, class: &Name, measure: &Name, limit: Span) -> Judged {
    let found = figure(entry, measure.as_str());
    let outcome = match found {
        None => Outcome::Unknown,
        Some(f) if f.nominal > limit => Outcome::Missed,
        Some(f) if f.running => Outcome::Running,
        Some(_) => Outcome::Met,
    };
    Judged {
        incident: entry.incident.clone(),
        kind: entry.kind,
        class: class.clone(),
        measure: measure.clone(),
        limit,
        found,
        outcome,
        uncertain: found.is_some_and(|f| f.lowest <= limit && limit < f.highest),
    }
}

fn figure(entry: &Entry, measure: &str) -> Option<Figure> {
    let named = entry.durations.iter().find(|(name, _)| name == measure);
    if measure != "downtime" {
        return named?.1.as_ref().ok().copied();
    }
    let total = entry.downtime.ok()?;
    let (nominal, running) = (total.hurt(), total.running);
    Some(Figure { nominal, lowest: total.lowest, highest: total.highest, running })
}
