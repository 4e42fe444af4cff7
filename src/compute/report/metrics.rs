//! The report of durations and downtime, one incident after another.

use super::completeness::Completeness;
use super::list::{self, ListRow};
use super::{VERSION, values};
use crate::compute::downtime::AffectedInterval;
use crate::compute::downtime::{self, DowntimeTotal, DowntimeUnknown};
use crate::compute::metrics::{self, DurationAbsent, MeasuredDuration, StandIn};
use crate::compute::presets::Preset;
use crate::compute::timeline::{TimedEvent, Timeline};
use crate::model::diagnostic::Location;
use crate::model::incident::{Milestone, Name};
use crate::model::settings::Settings;
use crate::model::time::{Instant, SpanBounds, TimeBounds};
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};
use std::fmt;

pub use crate::compute::downtime::ImpactRecord;
pub use crate::compute::metrics::DurationDefinition;

/// The JSON of `metrics`.
#[derive(Clone, Debug, Serialize)]
pub struct MetricsReport {
    /// The version of this report's fields.
    pub version: u32,
    /// The vendor whose definitions were used; null for the record's own.
    pub preset: Option<Preset>,
    /// The commit that the record was read from; null for the files as they are.
    pub as_of: Option<String>,
    /// The incidents, in the order in which they were asked for.
    pub incidents: Vec<IncidentMetrics>,
    /// What it lacks because that could not be read, and what it has from outside of the record.
    #[serde(flatten)]
    pub completeness: Completeness,
}

impl MetricsReport {
    /// Returns the report of these incidents.
    pub fn of(incidents: Vec<IncidentMetrics>) -> Self {
        let completeness = Completeness::default();
        Self { version: VERSION, preset: None, as_of: None, incidents, completeness }
    }
}

/// The numbers of one incident.
#[derive(Clone, Debug, Serialize)]
pub struct IncidentMetrics {
    /// Whose numbers these are; as JSON its id.
    #[serde(rename = "incident", serialize_with = "id_alone")]
    pub head: ListRow,
    /// The milestones that stand, in the order of their events, by name.
    #[serde(serialize_with = "values::as_map")]
    pub milestones: Vec<(Milestone, MilestoneReport)>,
    /// The durations.
    pub durations: Vec<DurationReport>,
    /// Whether anything is known of the impact.
    pub impact: ImpactRecord,
    /// For renderers: what keeps it from being known, though events may tell of it.
    #[serde(skip)]
    pub unreadable: Option<Location>,
    /// What each service went through.
    pub downtime: Vec<DowntimeReport>,
}

/// When a milestone was.
#[derive(Clone, Debug, Serialize)]
pub struct MilestoneReport {
    /// When it was.
    #[serde(flatten)]
    pub moment: TimeBounds,
    /// The id of the event that marks it; null where the tool has not given it one.
    pub event: Option<Name>,
}

/// One duration.
#[derive(Clone, Debug, Serialize)]
pub struct DurationReport {
    /// What is measured.
    #[serde(flatten)]
    pub definition: DurationDefinition,
    /// The length; nulls where there is none.
    #[serde(flatten, serialize_with = "SpanBounds::serialize_optional")]
    pub length: Option<SpanBounds>,
    /// What stands in for milestones that were not marked.
    #[serde(rename = "stand_in")]
    pub stand_ins: StandIns,
    /// Whether its end is still to come, so that it runs to now.
    pub running: bool,
    /// Why there is none.
    pub absent: Option<LengthAbsent>,
    /// The id of the event at which it begins.
    pub from_event: Option<Name>,
    /// The id of the event at which it ends.
    pub to_event: Option<Name>,
}

/// What stands in for the two milestones of a duration, of which none, one or both were not marked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StandIns(pub Vec<StandIn>);

impl fmt::Display for StandIns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all: Vec<_> = self.0.iter().map(ToString::to_string).collect();
        f.pad(&all.join(", "))
    }
}

impl Serialize for StandIns {
    /// Writes them as they are shown; null where there is none.
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if self.0.is_empty() { to.serialize_none() } else { to.collect_str(self) }
    }
}

/// Why there is no length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LengthAbsent {
    /// Of a duration.
    Duration(DurationAbsent),
    /// Of a downtime.
    Downtime(DowntimeUnknown),
}

impl fmt::Display for LengthAbsent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Duration(absent) => absent.fmt(f),
            Self::Downtime(unknown) => unknown.fmt(f),
        }
    }
}

impl Serialize for LengthAbsent {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

/// What one service went through.
#[derive(Clone, Debug, Serialize)]
pub struct DowntimeReport {
    /// The service.
    pub service: Name,
    /// How long it was down and degraded, or why that is not known.
    #[serde(flatten, serialize_with = "total")]
    pub total: Result<DowntimeTotal, DowntimeUnknown>,
    /// The intervals in which it was not `up`, united over regions and customers.
    pub intervals: Vec<AffectedInterval>,
}

impl IncidentMetrics {
    /// Returns the numbers of one incident by these definitions; what is still to come runs to `now`.
    pub fn of(
        timeline: &Timeline<'_>,
        definitions: &[DurationDefinition],
        settings: &Settings,
        now: Instant,
    ) -> Self {
        let measured = metrics::measure(timeline, definitions, settings, now);
        Self {
            head: list::row(timeline),
            milestones: milestones(timeline),
            durations: measured.iter().map(DurationReport::of).collect(),
            impact: downtime::impact_record(timeline.incident),
            unreadable: timeline.incident.first_unreadable(),
            downtime: DowntimeReport::all(timeline, now),
        }
    }
}

/// Returns the milestones that stand, in the order of their events.
fn milestones(timeline: &Timeline<'_>) -> Vec<(Milestone, MilestoneReport)> {
    let report = |(name, told): (&Milestone, _)| (name.clone(), MilestoneReport::of(told));
    timeline.milestones().map(report).collect()
}

impl MilestoneReport {
    /// Returns when an event was, and which.
    pub fn of(told: TimedEvent<'_>) -> Self {
        Self { moment: told.moment, event: id(told) }
    }
}

fn id(told: TimedEvent<'_>) -> Option<Name> {
    told.event.id.clone()
}

impl DurationReport {
    /// Returns the report of one duration.
    pub fn of(measured: &MeasuredDuration<'_, '_>) -> Self {
        let MeasuredDuration { definition, value } = measured;
        let found = value.as_ref().ok();
        let points = found.map(|v| [&v.from, &v.to]);
        let stand_ins = points.into_iter().flatten().filter_map(|p| p.stand_in);
        Self {
            definition: (*definition).clone(),
            length: found.map(|v| v.length),
            stand_ins: StandIns(stand_ins.collect()),
            running: found.is_some_and(|v| v.running),
            absent: value.as_ref().err().cloned().map(LengthAbsent::Duration),
            from_event: found.and_then(|v| id(v.from.told?)),
            to_event: found.and_then(|v| id(v.to.told?)),
        }
    }
}

impl DowntimeReport {
    /// Returns what each service of an incident went through; impact that goes on runs to `now`.
    pub fn all(timeline: &Timeline<'_>, now: Instant) -> Vec<Self> {
        let one = |service: &Name| {
            let found = downtime::of_service(timeline, service, now);
            let intervals = found.intervals.iter().map(AffectedInterval::detached).collect();
            Self { service: service.clone(), total: found.total, intervals }
        };
        timeline.services().into_iter().map(one).collect()
    }

    /// Returns the total, unless it is not known or still grows.
    pub fn ended(&self) -> Option<DowntimeTotal> {
        self.total.ok().filter(|t| !t.running)
    }
}

/// Writes an incident's id alone.
pub(super) fn id_alone<S: Serializer>(row: &ListRow, serializer: S) -> Result<S::Ok, S::Error> {
    row.heading.incident.serialize(serializer)
}

/// Writes a downtime in whole seconds, or why it is not known.
fn total<S: Serializer>(
    total: &Result<DowntimeTotal, DowntimeUnknown>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let found = total.ok();
    let mut fields = serializer.serialize_struct("DowntimeTotal", 11)?;
    for (key, seconds) in DowntimeTotal::seconds(found.as_ref()) {
        fields.serialize_field(key, &seconds)?;
    }
    fields.serialize_field("running", &found.is_some_and(|t| t.running))?;
    fields.serialize_field("absent", &total.err().map(|unknown| unknown.to_string()))?;
    fields.end()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::yaml::incident::read;

    const TEXT: &str = "
title: Unknown databases
services: [apps, databases]
events:
  - {id: a1, at: 2019-01-24T12:56:00Z, within: 5m, mark: started, impact: {apps: [{state: down, share: 1/3}]}, text: t}
  - {id: a2, at: 2019-01-24T18:40:00Z, mark: recovered, text: t}
";

    fn moment(at: &str, earliest: &str, latest: &str, event: &str) -> serde_json::Value {
        serde_json::json!({"at": at, "earliest": earliest, "latest": latest, "event": event})
    }

    #[test]
    fn the_json_has_the_fields_that_people_script_against() {
        let settings = Settings::default();
        let facts = read("2019-01-24-x".parse().unwrap(), TEXT, &settings).unwrap().incident;
        let definitions = [DurationDefinition::between(
            "time_to_recover",
            Milestone::Started,
            Milestone::Recovered,
        )];
        let timeline = Timeline::of(&facts, &settings);
        let report = MetricsReport::of(vec![IncidentMetrics::of(
            &timeline,
            &definitions,
            &settings,
            Instant::MAX,
        )]);
        let json = serde_json::to_value(&report).unwrap();
        let mut expected = serde_json::json!({
            "version": 1,
            "preset": null,
            "as_of": null,
            "incidents": [{
                "incident": "2019-01-24-x",
                "milestones": {
                    "started": moment("2019-01-24T12:56:00Z", "2019-01-24T12:51:00Z", "2019-01-24T13:01:00Z", "a1"),
                    "recovered": moment("2019-01-24T18:40:00Z", "2019-01-24T18:40:00Z", "2019-01-24T18:40:00Z", "a2"),
                },
                "durations": [{
                    "name": "time_to_recover", "from": "started", "to": "recovered", "clock": null,
                    "seconds": 20_640, "min_seconds": 20_340, "max_seconds": 20_940,
                    "stand_in": null, "running": false, "absent": null,
                    "from_event": "a1", "to_event": "a2",
                }],
                "impact": "told",
                "downtime": [{
                    "service": "apps",
                    "seconds": 20_640, "min_seconds": 20_340, "max_seconds": 20_940,
                    "down_seconds": 20_640, "down_min_seconds": 20_340, "down_max_seconds": 20_940,
                    "degraded_seconds": 0, "degraded_min_seconds": 0, "degraded_max_seconds": 0,
                    "running": false, "absent": null,
                    "intervals": [{
                        "start": "2019-01-24T12:56:00Z", "end": "2019-01-24T18:40:00Z",
                        "state": "down", "share": "1/3",
                    }],
                }, {
                    "service": "databases",
                    "running": false,
                    "absent": "no event tells of its impact", "intervals": [],
                }],
            }],
            "unreadable": [],
            "spooled": [],
        });
        let unknown = &mut expected["incidents"][0]["downtime"][1];
        for (key, _) in DowntimeTotal::seconds(None) {
            unknown[key] = serde_json::Value::Null;
        }
        assert_eq!(json, expected);
    }
}
