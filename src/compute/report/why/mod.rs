//! The derivation of a number: where it comes from, by which definition, and what is missing from it.

mod many;
mod one;

#[cfg(test)]
mod tests;

pub use many::{NumberTerms, change, many};
pub use one::{DerivationSource, one};

use super::completeness::Completeness;
use super::{VERSION, values};
use crate::compute::downtime::AffectedInterval;
use crate::compute::metrics::{Anchor, DurationDefinition, StandIn};
use crate::compute::quantities::Quantity;
use crate::compute::stats::ObjectiveOutcome;
use crate::compute::timeline::TimedEvent;
use crate::model::incident::{IncidentId, Name};
use crate::model::settings::Settings;
use crate::model::time::{EventTime, Span, SpanBounds, TimeBounds, Zone};
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

/// The JSON of `why`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct DerivationReport {
    /// The version of this report's fields.
    pub version: u32,
    /// The number that was asked for.
    pub number: String,
    /// The incident whose number it is; null for a number of many.
    pub incident: Option<IncidentId>,
    /// What the number is, in a sentence, with its source.
    pub meaning: String,
    /// The point at which the duration begins.
    pub from: Option<Anchor>,
    /// The point at which it ends.
    pub to: Option<Anchor>,
    /// The calendar whose hours count; null for the wall's clock.
    pub clock: Option<Name>,
    /// When a milestone was.
    pub at: Option<MilestoneTime>,
    /// The nominal value; of many, the statistic that was asked for.
    pub seconds: Option<Span>,
    /// The least that it can be.
    pub min_seconds: Option<Span>,
    /// The most that it can be.
    pub max_seconds: Option<Span>,
    /// Whether its end is still to come, so that it runs to now.
    pub running: bool,
    /// Why there is none.
    pub absent: Option<String>,
    /// What stands in for milestones that were not marked.
    pub stand_ins: Vec<StandInReport>,
    /// The events that it comes from.
    pub events: Vec<DerivationEvent>,
    /// The intervals that a downtime is the sum of.
    pub intervals: Vec<DerivationInterval>,
    /// What many incidents are grouped by.
    pub by: Option<String>,
    /// How many incidents it is computed from; null for a number of one.
    pub n: Option<usize>,
    /// How many have no value.
    pub missing: Option<usize>,
    /// How many have one without a nominal value.
    pub unsure: Option<usize>,
    /// Each group with its members; one without a key where there is no grouping.
    pub groups: Vec<DerivationGroup>,
    /// The commit that the files stand in; null where they stand in none.
    pub commit: Option<String>,
    /// Whether the files were read as that commit has them.
    pub as_of: bool,
    /// The files that differ from that commit.
    pub uncommitted: Vec<String>,
    /// What it lacks because that could not be read, and what it has from outside of the record.
    #[serde(flatten)]
    pub completeness: Completeness,
    /// For renderers: the zone of its times.
    #[serde(skip)]
    pub zone: Zone,
}

/// When a milestone was: as its writer meant it, and as JSON its nominal time.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(transparent)]
pub struct MilestoneTime {
    /// The time as it was written.
    #[serde(skip)]
    pub time: EventTime,
    /// The bounds.
    #[serde(serialize_with = "values::nominal")]
    pub moment: TimeBounds,
}

/// What stands in for a milestone that was not marked.
#[derive(Clone, Debug, Serialize)]
pub struct StandInReport {
    /// The milestone.
    pub milestone: Anchor,
    /// What stands in for it.
    #[serde(serialize_with = "values::shown")]
    pub by: StandIn,
}

/// An event that a number comes from.
#[derive(Clone, Debug, Serialize)]
pub struct DerivationEvent {
    /// What the number takes from it.
    pub role: String,
    /// Its id; null where the tool has not given it one.
    pub id: Option<Name>,
    /// Its file, relative to the record; null where it waits in the spool.
    pub file: Option<String>,
    /// Its line there, from 1.
    pub line: Option<u32>,
    /// When it was.
    #[serde(flatten)]
    pub moment: TimeBounds,
    /// What happened.
    pub text: String,
    /// For renderers: its time as it was written.
    #[serde(skip)]
    pub time: EventTime,
}

/// An interval that a downtime is the sum of.
#[derive(Clone, Debug)]
pub struct DerivationInterval {
    /// The interval.
    pub interval: AffectedInterval,
    /// How long it lasted, at nominal times; none where these have none, or no event ends it though the incident is over.
    pub length: Option<Span>,
}

impl Serialize for DerivationInterval {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let AffectedInterval { start, end, state, .. } = &self.interval;
        let mut fields = serializer.serialize_struct("DerivationInterval", 6)?;
        fields.serialize_field("state", state)?;
        fields.serialize_field("start", start)?;
        fields.serialize_field("end", end)?;
        fields.serialize_field("seconds", &self.length)?;
        fields.serialize_field("from_event", &start.event)?;
        fields.serialize_field("to_event", &end.as_ref().and_then(|end| end.event.as_ref()))?;
        fields.end()
    }
}

/// Incidents that a number of many is computed from.
#[derive(Clone, Debug, Serialize)]
pub struct DerivationGroup {
    /// What they have in common; null for those that do not say, or without a grouping.
    pub key: Option<String>,
    /// How many have a value.
    pub n: usize,
    /// How many have none.
    pub missing: usize,
    /// How many have one without a nominal value.
    pub unsure: usize,
    /// The sum of their values; what overlaps is in it as often as it is told.
    pub sum_seconds: Option<Span>,
    /// The statistic that was asked for, where it is a length.
    pub seconds: Option<Span>,
    /// The lower end of the interval that holds the mean with 95 % confidence.
    pub mean_min_seconds: Option<Span>,
    /// Its upper end.
    pub mean_max_seconds: Option<Span>,
    /// The incidents.
    pub members: Vec<DerivationMember>,
}

/// One incident of many.
#[derive(Clone, Debug, Serialize)]
pub struct DerivationMember {
    /// The incident.
    pub incident: IncidentId,
    /// Its value; nulls where it has none.
    #[serde(flatten, serialize_with = "SpanBounds::serialize_optional")]
    pub length: Option<SpanBounds>,
    /// Why it has none.
    pub absent: Option<String>,
    /// Whether it met the objective that was asked for; null where none was.
    pub outcome: Option<ObjectiveOutcome>,
}

/// Where the facts of one incident stand.
#[derive(Clone, Debug)]
pub struct IncidentLocations<'a> {
    /// The incident's file, relative to the record.
    pub file: String,
    /// The ids of its events that wait in the spool.
    pub waiting: &'a [String],
}

impl DerivationReport {
    /// Returns a derivation that says nothing yet but the number.
    fn of(number: &Quantity) -> Self {
        Self { version: VERSION, number: number.to_string(), ..Self::default() }
    }

    /// Says by which definition a duration is measured.
    fn defined(mut self, definition: &DurationDefinition, settings: &Settings) -> Self {
        let DurationDefinition { name, from, to, clock, .. } = definition;
        let own = settings.durations.iter().any(|d| d.name.as_str() == name);
        let known = DurationDefinition::built_in().iter().any(|d| d.name == *name);
        let source = match (own, known) {
            (true, true) => "recount.yaml defines it in place of the built-in one",
            (true, false) => "recount.yaml defines it",
            (false, true) => "built in",
            (false, false) => "another house's definition",
        };
        let clock_words = match clock {
            Some(name) => format!("the hours of the calendar `{name}`"),
            None => "the wall's clock".to_owned(),
        };
        self.meaning = format!("{from} → {to}, by {clock_words} ({source})");
        self.from = Some(from.clone());
        self.to = Some(to.clone());
        self.clock.clone_from(clock);
        self
    }

    /// Says in which commit the files stand, and which of them differ from it.
    #[must_use]
    pub fn read_from(mut self, commit: Option<String>, uncommitted: Vec<String>) -> Self {
        self.commit = commit;
        self.uncommitted = uncommitted;
        self
    }
}

impl DerivationEvent {
    fn of(role: impl Into<String>, told: TimedEvent<'_>, files: &IncidentLocations<'_>) -> Self {
        let event = told.event;
        let id = event.id.as_ref();
        let waits = id.is_some_and(|id| files.waiting.iter().any(|w| w == id.as_str()));
        Self {
            role: role.into(),
            id: id.cloned(),
            file: (!waits).then(|| files.file.clone()),
            line: (!waits).then_some(event.place.line),
            moment: told.moment,
            text: event.text.clone(),
            time: event.at,
        }
    }
}
