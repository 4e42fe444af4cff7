//! What an internal document is made from: one incident, whole, and nothing of the clock or the commit.

mod history;

pub use history::Correction;

use super::VERSION;
use super::action::ActionReport;
use super::incident_credits::IncidentCredits;
use super::metrics;
use super::show::{self, CauseReport, EventReport, LinkReport, StatedDurationReport};
use crate::compute::downtime;
use crate::compute::metrics::DurationDefinition;
use crate::compute::timeline::Timeline;
use crate::model::settings::Settings;
use crate::model::time::{Instant, Span, Zone, duration, format as times};
use serde::Serialize;
use std::collections::BTreeMap;

/// The JSON that a template of the internal audience gets.
#[derive(Clone, Debug, Serialize)]
pub struct IncidentDocument {
    /// The version of this report's fields.
    pub version: u32,
    /// internal
    pub audience: &'static str,
    /// The incident's id.
    pub incident: String,
    /// What it is called.
    pub title: String,
    /// The day on which it began, such as `2019-01-24`.
    pub date: Option<String>,
    /// How bad it is after the last event.
    pub severity: Option<String>,
    /// incident, drill or maintenance.
    pub kind: &'static str,
    /// The class of failure.
    pub class: Option<String>,
    /// The last milestone that stands.
    pub state: Option<String>,
    /// Whether responders are still at it.
    pub open: bool,
    /// The zone in which times are shown.
    pub timezone: &'static str,
    /// Whose doing it was before any event changed that.
    pub attribution: &'static str,
    /// The services concerned.
    pub services: Vec<DocumentService>,
    /// Who has which role after the last event.
    pub roles: BTreeMap<String, String>,
    /// One paragraph in Markdown.
    pub summary: Option<String>,
    /// Why it happened.
    pub causes: Vec<CauseReport>,
    /// Durations that people stated.
    pub claims: Vec<StatedDurationReport>,
    /// Where to read on.
    pub links: Vec<LinkReport>,
    /// The events that stand, in order.
    pub events: Vec<DocumentEvent>,
    /// The milestones that stand, in order.
    pub milestones: Vec<DocumentMilestone>,
    /// The durations; those still running have no length.
    pub durations: Vec<DocumentLength>,
    /// told, none or unknown: whether anything is known of the impact.
    pub impact: &'static str,
    /// What each service went through.
    pub downtime: Vec<DocumentDowntime>,
    /// What customers went through, united over all services.
    pub total: DocumentLength,
    /// The follow-up actions: its own, then those of other incidents that answer it too.
    pub actions: Vec<ActionReport>,
    /// What customers are owed for it.
    pub credits: IncidentCredits,
    /// Events that were corrected or retracted.
    pub history: Vec<Correction>,
    /// For renderers: the zone.
    #[serde(skip)]
    pub zone: Zone,
}

/// A service concerned.
#[derive(Clone, Debug, Serialize)]
pub struct DocumentService {
    /// Its id.
    pub service: String,
    /// What responders call it.
    pub name: String,
}

/// An event, with its time as a document shows it.
#[derive(Clone, Debug, Serialize)]
pub struct DocumentEvent {
    /// The day, such as `Thu 24 Jan 2019`.
    pub day: String,
    /// The time of day in the incident's zone, such as `12:56` or `12:40..13:10`.
    pub time: String,
    /// The event.
    #[serde(flatten)]
    pub event: EventReport,
}

/// When a milestone was.
#[derive(Clone, Debug, Serialize)]
pub struct DocumentMilestone {
    /// Its name.
    pub name: String,
    /// The time as a document shows it, such as `12:56 CET Thu 24 Jan 2019`.
    pub time: String,
    /// The nominal time.
    pub at: String,
    /// The earliest time that it can have been.
    pub earliest: String,
    /// The latest time that it can have been.
    pub latest: String,
    /// The id of the event that marks it.
    pub event: Option<String>,
    /// For renderers: the nominal time.
    #[serde(skip)]
    pub moment: Instant,
}

/// A length of time in numbers and words.
#[derive(Clone, Debug, Serialize)]
pub struct DocumentLength {
    /// What it is the length of.
    pub name: String,
    /// The length for people, or why there is none.
    pub words: String,
    /// The nominal length; null where there is none, or it still runs.
    pub seconds: Option<i64>,
    /// The least that it can be.
    pub min_seconds: Option<i64>,
    /// The most that it can be.
    pub max_seconds: Option<i64>,
    /// Where it begins.
    pub from: String,
    /// Where it ends.
    pub to: String,
    /// What stands in for milestones that were not marked.
    pub stand_in: Option<String>,
    /// Whether its end is still to come.
    pub running: bool,
}

/// What one service went through.
#[derive(Clone, Debug, Serialize)]
pub struct DocumentDowntime {
    /// The service.
    pub service: String,
    /// What responders call it.
    pub name: String,
    /// How long it was down.
    pub down: String,
    /// How long it was degraded but not down.
    pub degraded: String,
    /// Both together, with bounds, or why that is not known.
    pub words: String,
    /// How long it was down, in seconds.
    pub down_seconds: Option<i64>,
    /// How long it was degraded but not down, in seconds.
    pub degraded_seconds: Option<i64>,
    /// The least that both can be together.
    pub min_seconds: Option<i64>,
    /// The most that both can be together.
    pub max_seconds: Option<i64>,
    /// The intervals in which it was not `up`.
    pub intervals: Vec<DocumentInterval>,
}

/// A interval in which a service was not `up`.
#[derive(Clone, Debug, Serialize)]
pub struct DocumentInterval {
    /// down, degraded or maintenance.
    pub state: &'static str,
    /// The part of requests or customers hit, as it was written.
    pub share: Option<String>,
    /// Where it begins, as a document shows it.
    pub from: String,
    /// Where it ends, as a document shows it; null where the record has no end for it.
    pub to: Option<String>,
    /// Its length in words.
    pub words: Option<String>,
    /// Where it begins.
    pub start: String,
    /// Where it ends.
    pub end: Option<String>,
    /// For renderers: both ends.
    #[serde(skip)]
    pub bounds: (Instant, Option<Instant>),
}

/// Returns what an internal document is made from; `elsewhere` are the actions of other incidents that
/// answer this one too.
pub fn document(
    timeline: &Timeline<'_>,
    settings: &Settings,
    elsewhere: Vec<ActionReport>,
    credits: IncidentCredits,
) -> IncidentDocument {
    let incident = timeline.incident;
    let whole = show::show(timeline, settings);
    let measured = measured(timeline, settings);
    let name = |service: &str| display_name(settings, service);
    IncidentDocument {
        version: VERSION,
        audience: "internal",
        incident: whole.incident,
        title: whole.title,
        date: date(timeline),
        severity: whole.severity,
        kind: whole.kind,
        class: incident.class.as_ref().map(|c| c.value.to_string()),
        state: whole.state,
        open: timeline.is_open(),
        timezone: whole.timezone,
        attribution: whole.attribution,
        services: whole
            .services
            .into_iter()
            .map(|s| DocumentService { name: name(&s), service: s })
            .collect(),
        roles: whole.roles,
        summary: whole.summary,
        causes: whole.causes,
        claims: whole.claims,
        links: whole.links,
        events: lines(whole.events.into_iter().filter(|e| e.retracted.is_none()), timeline.zone),
        milestones: milestones(timeline),
        durations: measured.durations.iter().map(DocumentLength::of).collect(),
        impact: measured.impact,
        downtime: measured
            .downtime
            .iter()
            .map(|d| DocumentDowntime::of(d, name(&d.service), timeline.zone))
            .collect(),
        total: total(timeline),
        actions: whole.actions.into_iter().chain(elsewhere).collect(),
        credits,
        history: history::corrections(incident, settings),
        zone: timeline.zone,
    }
}

/// Returns the incident's numbers as they are by the record alone: what still runs is computed to the last
/// moment that the record tells of, and then said to be running.
pub(super) fn measured(timeline: &Timeline<'_>, settings: &Settings) -> metrics::IncidentMetrics {
    metrics::IncidentMetrics::of(
        timeline,
        &DurationDefinition::all(settings),
        settings,
        end(timeline),
    )
}

fn end(timeline: &Timeline<'_>) -> Instant {
    timeline.events().iter().map(|t| t.moment.latest()).max().unwrap_or(Instant::MIN)
}

/// Returns the day on which the incident began.
fn date(timeline: &Timeline<'_>) -> Option<String> {
    let begin = timeline.begin()?.order.local(timeline.zone);
    Some(begin.format("%Y-%m-%d").to_string())
}

fn display_name(settings: &Settings, service: &str) -> String {
    let found = settings.service(service).and_then(|s| s.name.as_deref());
    found.unwrap_or(service).to_owned()
}

fn lines(events: impl Iterator<Item = EventReport>, zone: Zone) -> Vec<DocumentEvent> {
    let line = |event: EventReport| {
        let (day, time) = times::days_and_clock(event.stamp, zone);
        DocumentEvent { day, time, event }
    };
    events.map(line).collect()
}

fn milestones(timeline: &Timeline<'_>) -> Vec<DocumentMilestone> {
    let milestone = |(name, told): (
        &crate::model::incident::Milestone,
        crate::compute::timeline::TimedEvent<'_>,
    )| {
        DocumentMilestone {
            name: name.to_string(),
            time: times::told(told.event.at, timeline.zone),
            at: told.moment.nominal().rfc3339(),
            earliest: told.moment.earliest().rfc3339(),
            latest: told.moment.latest().rfc3339(),
            event: told.event.id.as_ref().map(ToString::to_string),
            moment: told.moment.nominal(),
        }
    };
    timeline.milestones().map(milestone).collect()
}

impl DocumentLength {
    /// Returns a duration in words, without a length as long as it runs.
    pub(super) fn of(duration: &metrics::DurationReport) -> Self {
        let seconds = |s: Option<i64>| s.filter(|_| !duration.running);
        let bounds = (seconds(duration.seconds), duration.min_seconds, duration.max_seconds);
        let words = match bounds {
            (Some(nominal), Some(low), Some(high)) => words(nominal, low, high),
            _ if duration.running => "still running".to_owned(),
            _ => format!("not known: {}", duration.absent.as_deref().unwrap_or("nothing tells")),
        };
        let words = match &duration.clock {
            Some(clock) if bounds.0.is_some() => format!("{words} by the hours of {clock}"),
            _ => words,
        };
        Self {
            name: duration.name.clone(),
            words,
            seconds: seconds(duration.seconds),
            min_seconds: seconds(duration.min_seconds),
            max_seconds: seconds(duration.max_seconds),
            from: duration.from.clone(),
            to: duration.to.clone(),
            stand_in: duration.stand_in.clone(),
            running: duration.running,
        }
    }
}

fn words(nominal: i64, low: i64, high: i64) -> String {
    duration::uncertain(Span::seconds(nominal), Span::seconds(low), Span::seconds(high))
}

/// Returns what customers went through in words and numbers, united over all services.
pub(super) fn total(timeline: &Timeline<'_>) -> DocumentLength {
    let found = downtime::of_incident(timeline, end(timeline)).total;
    let known = found.ok().filter(|t| !t.running);
    let words = match (found, known) {
        (_, Some(t)) => duration::uncertain(t.hurt(), t.lowest, t.highest),
        (Ok(_), None) => "still running".to_owned(),
        (Err(why), _) => format!("not known: {}", why.as_str()),
    };
    DocumentLength {
        name: "downtime".to_owned(),
        words,
        seconds: known.map(|t| t.hurt().as_seconds()),
        min_seconds: known.map(|t| t.lowest.as_seconds()),
        max_seconds: known.map(|t| t.highest.as_seconds()),
        from: "first impact".to_owned(),
        to: "end of the last impact".to_owned(),
        stand_in: None,
        running: found.is_ok_and(|t| t.running),
    }
}

impl DocumentDowntime {
    /// Returns what one service went through, without lengths as long as the impact goes on.
    pub(super) fn of(found: &metrics::DowntimeReport, name: String, zone: Zone) -> Self {
        let known = |s: Option<i64>| s.filter(|_| !found.running);
        let one = |s| known(s).map_or("-".to_owned(), |s| duration::words(Span::seconds(s)));
        let down = known(found.down_seconds);
        let both = down.zip(found.degraded_seconds).map(|(a, b)| a.saturating_add(b));
        let words = match both.zip(found.min_seconds.zip(found.max_seconds)) {
            Some((both, (low, high))) => words(both, low, high),
            None if found.running => "still running".to_owned(),
            None => format!("not known: {}", found.absent.unwrap_or("nothing tells")),
        };
        Self {
            service: found.service.clone(),
            name,
            down: one(found.down_seconds),
            degraded: one(found.degraded_seconds),
            words,
            down_seconds: down,
            degraded_seconds: known(found.degraded_seconds),
            min_seconds: known(found.min_seconds),
            max_seconds: known(found.max_seconds),
            intervals: found.intervals.iter().map(|i| DocumentInterval::of(i, zone)).collect(),
        }
    }
}

impl DocumentInterval {
    fn of(found: &metrics::IntervalReport, zone: Zone) -> Self {
        let shown = |moment| times::bounds(moment, zone);
        let (from, to) = found.moments;
        let (start, end) = found.ends;
        Self {
            state: found.state,
            share: found.share.clone(),
            from: shown(from),
            to: to.map(shown),
            words: end.map(|end| duration::words(end.since(start))),
            start: found.start.clone(),
            end: found.end.clone(),
            bounds: found.ends,
        }
    }
}
