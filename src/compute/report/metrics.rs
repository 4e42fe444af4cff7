//! The report of durations and downtime, one incident after another.

use super::VERSION;
use crate::compute::downtime::{self, DowntimeUnknown, ImpactInterval, ImpactRecord};
use crate::compute::metrics::{self, DurationDefinition, MeasuredDuration};
use crate::compute::timeline::{TimedEvent, Timeline};
use crate::model::incident::Kind;
use crate::model::settings::Settings;
use crate::model::time::{Instant, Span, TimeBounds, Zone};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

/// The JSON of `metrics`.
#[derive(Clone, Debug, Serialize)]
pub struct MetricsReport {
    /// The version of this report's fields.
    pub version: u32,
    /// The house whose definitions were used; null for the record's own.
    pub preset: Option<&'static str>,
    /// The commit that the record was read from; null for the files as they are.
    pub as_of: Option<String>,
    /// The incidents, in the order in which they were asked for.
    pub incidents: Vec<IncidentMetrics>,
}

impl MetricsReport {
    /// Returns the report of these incidents.
    pub fn of(incidents: Vec<IncidentMetrics>) -> Self {
        Self { version: VERSION, preset: None, as_of: None, incidents }
    }
}

/// The numbers of one incident.
#[derive(Clone, Debug, Serialize)]
pub struct IncidentMetrics {
    /// The incident's id.
    pub incident: String,
    /// The milestones that stand, in the order of their events, by name.
    #[serde(serialize_with = "as_map")]
    pub milestones: Vec<(String, MilestoneReport)>,
    /// The durations.
    pub durations: Vec<DurationReport>,
    /// told, none or unknown: whether anything is known of the impact.
    pub impact: &'static str,
    /// What each service went through.
    pub downtime: Vec<DowntimeReport>,
    /// For renderers: whose numbers these are.
    #[serde(skip)]
    pub head: IncidentHeading,
}

/// What a table says of an incident above its numbers.
#[derive(Clone, Debug)]
pub struct IncidentHeading {
    /// What it is called.
    pub title: String,
    /// Its severity, its kind where it is no incident, and its state.
    pub facts: Vec<String>,
    /// The incident that tells the same story, so that this one counts nowhere.
    pub duplicate_of: Option<String>,
    /// The zone of its times.
    pub zone: Zone,
}

impl IncidentHeading {
    /// Returns what a table says of an incident.
    pub fn of(timeline: &Timeline<'_>) -> Self {
        let incident = timeline.incident;
        let kind = incident.kind;
        let state = timeline.state().map_or("no milestone yet".to_owned(), ToString::to_string);
        let facts = [
            timeline.severity().map(ToString::to_string),
            (kind != Kind::Incident).then(|| kind.to_string()),
            Some(state),
            timeline.is_open().then(|| "open".to_owned()),
        ];
        Self {
            title: incident.title.clone(),
            facts: facts.into_iter().flatten().collect(),
            duplicate_of: incident.duplicate_of.as_ref().map(|d| d.value.to_string()),
            zone: timeline.zone,
        }
    }
}

/// When a milestone was.
#[derive(Clone, Debug, Serialize)]
pub struct MilestoneReport {
    /// The nominal time.
    pub at: String,
    /// The earliest time that it can have been.
    pub earliest: String,
    /// The latest time that it can have been.
    pub latest: String,
    /// The id of the event that marks it; null where the tool has not given it one.
    pub event: Option<String>,
}

/// One duration.
#[derive(Clone, Debug, Serialize)]
pub struct DurationReport {
    /// Its name.
    pub name: String,
    /// The milestone at which it begins.
    pub from: String,
    /// The milestone at which it ends.
    pub to: String,
    /// The calendar whose hours count; null for the wall's clock.
    pub clock: Option<String>,
    /// The nominal length; null where there is none.
    pub seconds: Option<i64>,
    /// The least that it can be.
    pub min_seconds: Option<i64>,
    /// The most that it can be.
    pub max_seconds: Option<i64>,
    /// What stands in for milestones that were not marked.
    pub stand_in: Option<String>,
    /// Whether its end is still to come, so that it runs to now.
    pub running: bool,
    /// Why there is none.
    pub absent: Option<String>,
    /// The id of the event at which it begins.
    pub from_event: Option<String>,
    /// The id of the event at which it ends.
    pub to_event: Option<String>,
    /// For renderers: whether it is one of the phases.
    #[serde(skip)]
    pub phase: bool,
}

/// What one service went through.
#[derive(Clone, Debug, Serialize)]
pub struct DowntimeReport {
    /// The service.
    pub service: String,
    /// How long it was down; null where that is not known.
    pub down_seconds: Option<i64>,
    /// How long it was degraded but not down.
    pub degraded_seconds: Option<i64>,
    /// The least that both can be together.
    pub min_seconds: Option<i64>,
    /// The most that both can be together.
    pub max_seconds: Option<i64>,
    /// Whether the impact goes on, so that it runs to now.
    pub running: bool,
    /// Why it is not known.
    pub absent: Option<&'static str>,
    /// The intervals in which it was not `up`, united over regions and customers.
    pub intervals: Vec<IntervalReport>,
}

/// A interval in which a service was not `up`.
#[derive(Clone, Debug, Serialize)]
pub struct IntervalReport {
    /// Where it begins.
    pub start: String,
    /// Where it ends; null where the record has no end for it.
    pub end: Option<String>,
    /// down, degraded or maintenance.
    pub state: &'static str,
    /// The part of requests or customers hit, as it was written.
    pub share: Option<String>,
    /// For renderers: its two ends.
    #[serde(skip)]
    pub ends: (Instant, Option<Instant>),
    /// For renderers: the bounds of its two ends.
    #[serde(skip)]
    pub moments: (TimeBounds, Option<TimeBounds>),
}

impl IncidentMetrics {
    /// Returns the numbers of one incident by these definitions; what is still to come runs to `now`.
    pub fn of(
        timeline: &Timeline<'_>,
        definitions: &[DurationDefinition],
        settings: &Settings,
        now: Instant,
    ) -> Self {
        let milestones = timeline.milestones().map(|(m, told)| (m.to_string(), milestone(told)));
        let measured = metrics::measure(timeline, definitions, settings, now);
        let service =
            |service| DowntimeReport::of(service, downtime::of_service(timeline, service, now));
        Self {
            incident: timeline.incident.id.to_string(),
            milestones: milestones.collect(),
            durations: measured.iter().map(DurationReport::of).collect(),
            impact: match downtime::impact_record(timeline.incident) {
                ImpactRecord::Told => "told",
                ImpactRecord::None => "none",
                ImpactRecord::Unknown => "unknown",
            },
            downtime: timeline.services().into_iter().map(service).collect(),
            head: IncidentHeading::of(timeline),
        }
    }
}

fn milestone(told: TimedEvent<'_>) -> MilestoneReport {
    MilestoneReport {
        at: told.moment.nominal().rfc3339(),
        earliest: told.moment.earliest().rfc3339(),
        latest: told.moment.latest().rfc3339(),
        event: id(Some(told)),
    }
}

fn id(told: Option<TimedEvent<'_>>) -> Option<String> {
    told?.event.id.as_ref().map(ToString::to_string)
}

impl DurationReport {
    /// Returns the report of one duration.
    pub fn of(measured: &MeasuredDuration<'_, '_>) -> Self {
        let MeasuredDuration { definition, value } = measured;
        let found = value.as_ref().ok();
        let seconds =
            |of: fn(&metrics::DurationValue<'_>) -> Span| found.map(|v| of(v).as_seconds());
        let points = found.map(|v| [&v.from, &v.to]);
        let stand_ins = points.into_iter().flatten().filter_map(|p| p.stand_in);
        let stand_ins: Vec<_> = stand_ins.map(|s| s.to_string()).collect();
        Self {
            name: definition.name.clone(),
            from: definition.from.to_string(),
            to: definition.to.to_string(),
            clock: definition.clock.as_ref().map(ToString::to_string),
            seconds: seconds(|v| v.nominal),
            min_seconds: seconds(|v| v.lowest),
            max_seconds: seconds(|v| v.highest),
            stand_in: (!stand_ins.is_empty()).then(|| stand_ins.join(", ")),
            running: found.is_some_and(|v| v.running),
            absent: value.as_ref().err().map(ToString::to_string),
            from_event: id(found.and_then(|v| v.from.told)),
            to_event: id(found.and_then(|v| v.to.told)),
            phase: definition.phase,
        }
    }
}

impl DowntimeReport {
    fn of(service: &crate::model::incident::Name, found: downtime::ServiceDowntime<'_>) -> Self {
        let total = found.total.ok();
        let seconds = |of: fn(downtime::DowntimeTotal) -> Span| total.map(|t| of(t).as_seconds());
        Self {
            service: service.to_string(),
            down_seconds: seconds(|t| t.down),
            degraded_seconds: seconds(|t| t.degraded),
            min_seconds: seconds(|t| t.lowest),
            max_seconds: seconds(|t| t.highest),
            running: total.is_some_and(|t| t.running),
            absent: found.total.err().map(DowntimeUnknown::as_str),
            intervals: found.intervals.iter().map(interval).collect(),
        }
    }
}

fn interval(interval: &ImpactInterval<'_>) -> IntervalReport {
    IntervalReport {
        start: interval.start.at.rfc3339(),
        end: interval.end.map(|end| end.at.rfc3339()),
        state: interval.state.as_str(),
        share: interval.share.map(ToString::to_string),
        ends: (interval.start.at, interval.end.map(|end| end.at)),
        moments: (interval.start.moment(), interval.end.map(|end| end.moment())),
    }
}

/// Writes pairs as a map in their order.
fn as_map<S: Serializer>(
    pairs: &[(String, MilestoneReport)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(pairs.len()))?;
    for (name, value) in pairs {
        map.serialize_entry(name, value)?;
    }
    map.end()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::yaml::incident::read;

    #[test]
    fn the_json_has_the_fields_that_people_script_against() {
        let text = "
title: Unknown databases
services: [apps, databases]
events:
  - {id: a1, at: 2019-01-24T12:56:00Z, within: 5m, mark: started, impact: {apps: [{state: down, share: 1/3}]}, text: t}
  - {id: a2, at: 2019-01-24T18:40:00Z, mark: recovered, text: t}
";
        let settings = Settings::default();
        let facts = read("2019-01-24-x".parse().unwrap(), text, &settings).unwrap().incident;
        let definitions = [DurationDefinition::between(
            "time_to_recover",
            crate::model::incident::Milestone::Started,
            crate::model::incident::Milestone::Recovered,
        )];
        let timeline = Timeline::of(&facts, &settings);
        let report = MetricsReport::of(vec![IncidentMetrics::of(
            &timeline,
            &definitions,
            &settings,
            Instant::MAX,
        )]);
        let json = serde_json::to_value(&report).unwrap();
        let expected = serde_json::json!({
            "version": 1,
            "preset": null,
            "as_of": null,
            "incidents": [{
                "incident": "2019-01-24-x",
                "milestones": {
                    "started": {
                        "at": "2019-01-24T12:56:00Z", "earliest": "2019-01-24T12:51:00Z",
                        "latest": "2019-01-24T13:01:00Z", "event": "a1",
                    },
                    "recovered": {
                        "at": "2019-01-24T18:40:00Z", "earliest": "2019-01-24T18:40:00Z",
                        "latest": "2019-01-24T18:40:00Z", "event": "a2",
                    },
                },
                "durations": [{
                    "name": "time_to_recover", "from": "started", "to": "recovered", "clock": null,
                    "seconds": 20_640, "min_seconds": 20_340, "max_seconds": 20_940,
                    "stand_in": null, "running": false, "absent": null,
                    "from_event": "a1", "to_event": "a2",
                }],
                "impact": "told",
                "downtime": [{
                    "service": "apps", "down_seconds": 20_640, "degraded_seconds": 0,
                    "min_seconds": 20_340, "max_seconds": 20_940, "running": false, "absent": null,
                    "intervals": [{
                        "start": "2019-01-24T12:56:00Z", "end": "2019-01-24T18:40:00Z",
                        "state": "down", "share": "1/3",
                    }],
                }, {
                    "service": "databases", "down_seconds": null, "degraded_seconds": null,
                    "min_seconds": null, "max_seconds": null, "running": false,
                    "absent": "no event tells of its impact", "intervals": [],
                }],
            }],
        });
        assert_eq!(json, expected);
    }
}
