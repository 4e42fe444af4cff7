//! The report of the open incidents, as they are now.

use super::VERSION;
use super::action::ActionReport;
use super::show::{self, EventReport};
use crate::compute::downtime::{self, ImpactScope};
use crate::compute::metrics::{DurationDefinition, MeasuredDuration, measure};
use crate::compute::progress::{self, Forecast};
use crate::compute::timeline::{TimedEvent, Timeline};
use crate::model::incident::{Audience, Name, Progress, State};
use crate::model::settings::Settings;
use crate::model::time::{Instant, Span, TimeBounds, Zone};
use serde::Serialize;
use std::collections::BTreeMap;

/// The JSON of `status`.
#[derive(Clone, Debug, Serialize)]
pub struct StatusReport {
    /// The version of this report's fields.
    pub version: u32,
    /// The time now.
    pub now: String,
    /// The open incidents, the worst first.
    pub incidents: Vec<OpenIncident>,
    /// How many events wait in the inbox for their incident.
    pub inbox: usize,
}

/// One open incident.
#[derive(Clone, Debug, Serialize)]
pub struct OpenIncident {
    /// Its id.
    pub incident: String,
    /// What it is called.
    pub title: String,
    /// How bad it is now.
    pub severity: Option<String>,
    /// incident, drill or maintenance.
    pub kind: &'static str,
    /// The last milestone that stands.
    pub state: Option<String>,
    /// Since it began.
    pub elapsed_seconds: Option<i64>,
    /// The milestones that stand, in order.
    pub milestones: Vec<ReachedMilestone>,
    /// The phases that are over, and the one that goes on.
    pub phases: Vec<PhaseReport>,
    /// What each service is now.
    pub services: Vec<ServiceStatus>,
    /// Who has which role now.
    pub roles: BTreeMap<String, String>,
    /// When the public should hear something, by the record's cadence.
    pub next_update_due: Option<String>,
    /// How late that is; negative while there is time.
    pub update_overdue_seconds: Option<i64>,
    /// The last events.
    pub last_events: Vec<EventReport>,
    /// The follow-up actions so far.
    pub actions: Vec<ActionReport>,
    /// One paragraph in Markdown.
    pub summary: Option<String>,
    /// For renderers: the incident's zone.
    #[serde(skip)]
    pub zone: Zone,
}

/// A milestone that stands.
#[derive(Clone, Debug, Serialize)]
pub struct ReachedMilestone {
    /// Its name.
    pub milestone: String,
    /// Its nominal time.
    pub at: String,
    /// For renderers: its bounds.
    #[serde(skip)]
    pub moment: TimeBounds,
}

/// What a service is now.
#[derive(Clone, Debug, Serialize)]
pub struct ServiceStatus {
    /// Its id.
    pub service: String,
    /// What responders call it.
    pub name: String,
    /// up, degraded, down or maintenance: the worst of its parts; null where no event tells.
    pub state: Option<&'static str>,
    /// The part of requests or customers hit.
    pub share: Option<String>,
    /// For how long it has been so.
    pub for_seconds: Option<i64>,
    /// How much is back, such as `340/1200`.
    pub progress: Option<String>,
    /// What the reports of progress say about the rest; null where there are none.
    pub outlook: Option<ForecastReport>,
}

/// What reports of progress say about the rest.
#[derive(Clone, Debug, Serialize)]
pub struct ForecastReport {
    /// When the last report was.
    pub at: String,
    /// The part that is back, in per cent, as a decimal string, rounded down to a tenth.
    pub percent: String,
    /// How much was back at the earliest recent report.
    pub since: Option<String>,
    /// How long before the last one that was.
    pub since_seconds: Option<i64>,
    /// done, unknown (there is no pace to compute with) or expected.
    pub rest: &'static str,
    /// The time left from now at the fastest recent pace; zero where it should be over.
    pub left_min_seconds: Option<i64>,
    /// The time left at the slowest recent pace; null where by that it never ends.
    pub left_max_seconds: Option<i64>,
    /// When all is back at the fastest recent pace.
    pub back_earliest: Option<String>,
    /// When all is back at the slowest.
    pub back_latest: Option<String>,
    /// How long nothing has moved, where that is longer than between recent reports.
    pub stalled_seconds: Option<i64>,
}

/// A phase of the incident.
#[derive(Clone, Debug, Serialize)]
pub struct PhaseReport {
    /// detection, diagnosis, repair or recovery.
    pub name: String,
    /// How long it took, or has taken so far.
    pub seconds: i64,
    /// The least that it can be.
    pub min_seconds: i64,
    /// The most that it can be.
    pub max_seconds: i64,
    /// Whether it goes on.
    pub running: bool,
}

/// Returns the report of the open ones among some incidents.
pub fn status(
    timelines: &[Timeline<'_>],
    settings: &Settings,
    now: Instant,
    inbox: usize,
) -> StatusReport {
    let mut open: Vec<_> = timelines.iter().filter(|t| t.is_open()).collect();
    let rank = |t: &Timeline<'_>| {
        let severity = t.severity()?;
        settings.severities.iter().position(|s| s == severity)
    };
    open.sort_by_key(|t| (rank(t).is_none(), rank(t), t.begin().map(|b| b.order)));
    let incidents = open.into_iter().map(|t| one(t, settings, now)).collect();
    StatusReport { version: VERSION, now: now.rfc3339(), incidents, inbox }
}

fn one(timeline: &Timeline<'_>, settings: &Settings, now: Instant) -> OpenIncident {
    let incident = timeline.incident;
    let due = next_update(timeline, settings);
    let events = timeline.events();
    OpenIncident {
        incident: incident.id.to_string(),
        title: incident.title.clone(),
        severity: timeline.severity().map(Name::to_string),
        kind: incident.kind.as_str(),
        state: timeline.state().map(ToString::to_string),
        // Another machine's clock may be ahead of this one's.
        elapsed_seconds: timeline
            .begin()
            .map(|t| now.since(t.moment.nominal()).as_seconds().max(0)),
        milestones: timeline.milestones().map(|(m, t)| reached(m.as_str(), t)).collect(),
        phases: phases(timeline, settings, now),
        services: services(timeline, settings, now),
        roles: timeline.roles().into_iter().map(|(r, p)| (r.to_string(), p.to_owned())).collect(),
        next_update_due: due.map(Instant::rfc3339),
        update_overdue_seconds: due.map(|due| now.since(due).as_seconds()),
        last_events: events.iter().skip(events.len().saturating_sub(5)).map(show::event).collect(),
        actions: incident.actions.iter().map(|a| ActionReport::of(a, &incident.id)).collect(),
        summary: incident.summary.clone(),
        zone: timeline.zone,
    }
}

/// Returns the phases that can be told; of those that have not ended, the first alone goes on.
fn phases(timeline: &Timeline<'_>, settings: &Settings, now: Instant) -> Vec<PhaseReport> {
    let definitions: Vec<_> =
        DurationDefinition::all(settings).into_iter().filter(|d| d.phase).collect();
    let measured = measure(timeline, &definitions, settings, now);
    let phase = |m: MeasuredDuration<'_, '_>| {
        let value = m.value.ok()?;
        Some(PhaseReport {
            name: m.definition.name.clone(),
            seconds: value.nominal.as_seconds(),
            min_seconds: value.lowest.as_seconds(),
            max_seconds: value.highest.as_seconds(),
            running: value.running,
        })
    };
    measured.into_iter().filter_map(phase).collect()
}

/// Returns what each service is now, those that only reports of progress name included.
fn services(timeline: &Timeline<'_>, settings: &Settings, now: Instant) -> Vec<ServiceStatus> {
    let mut names = timeline.services();
    for (name, _) in progress::outlooks(timeline, now) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.into_iter().map(|s| service(timeline, s, settings, now)).collect()
}

fn reached(milestone: &str, told: TimedEvent<'_>) -> ReachedMilestone {
    let at = told.moment.nominal().rfc3339();
    ReachedMilestone { milestone: milestone.to_owned(), at, moment: told.moment }
}

/// Returns when the public should hear something next: so long after it last did, or after the beginning.
fn next_update(timeline: &Timeline<'_>, settings: &Settings) -> Option<Instant> {
    let severity = timeline.severity()?;
    let (_, every) = settings.cadence.iter().find(|(s, _)| s == severity)?;
    let heard = timeline.events().iter().rev().find(|t| t.event.audience == Audience::Public);
    let from = heard.copied().or_else(|| timeline.begin())?;
    Some(from.moment.nominal().plus(*every))
}

fn service(
    timeline: &Timeline<'_>,
    service: &Name,
    settings: &Settings,
    now: Instant,
) -> ServiceStatus {
    let nominal = |t: &TimedEvent<'_>| t.moment.nominal();
    let views = downtime::views(timeline, service);
    let current = |view: &ImpactScope<'_>| {
        let all = downtime::intervals(timeline, service, *view, nominal);
        let running = |s: &downtime::ImpactInterval<'_>| {
            s.start.at <= now && s.end.is_none_or(|end| end.at > now)
        };
        all.into_iter().rev().find(running)
    };
    let worst = views.iter().filter_map(current).max_by_key(|s| s.state);
    let told = timeline
        .events()
        .iter()
        .any(|t| t.event.impact.iter().any(|i| i.value.service == *service));
    let outlook = progress::outlook(timeline, service, now);
    let since = worst.map(|s| now.since(s.start.at)).filter(|s| *s >= Span::ZERO);
    ServiceStatus {
        service: service.to_string(),
        name: settings.service_name(service).to_owned(),
        state: worst.map(|s| s.state).or(told.then_some(State::Up)).map(State::as_str),
        share: worst.and_then(|s| s.share).map(ToString::to_string),
        for_seconds: since.map(Span::as_seconds),
        progress: outlook.as_ref().map(|o| o.last.to_string()),
        outlook: outlook.as_ref().map(|o| outlook_of(o, now)),
    }
}

fn outlook_of(found: &progress::ProgressForecast<'_>, now: Instant) -> ForecastReport {
    let (rest, earliest, latest) = match found.rest {
        Forecast::Done => ("done", None, None),
        Forecast::Unknown => ("unknown", None, None),
        Forecast::Between { earliest, latest } => ("expected", Some(earliest), latest),
    };
    let left = |at: Instant| at.since(now).max(Span::ZERO).as_seconds();
    ForecastReport {
        at: found.told.moment.nominal().rfc3339(),
        percent: percent(found.last),
        since: found.since.map(|(progress, _)| progress.to_string()),
        since_seconds: found.since.map(|(_, span)| span.as_seconds()),
        rest,
        left_min_seconds: earliest.map(left),
        left_max_seconds: latest.map(left),
        back_earliest: earliest.map(Instant::rfc3339),
        back_latest: latest.map(Instant::rfc3339),
        stalled_seconds: found.stalled.map(Span::as_seconds),
    }
}

/// Returns the part that is back in per cent, rounded down to a tenth.
fn percent(progress: &Progress) -> String {
    let tenths = u128::from(progress.done()) * 1000 / u128::from(progress.total()).max(1);
    match tenths % 10 {
        0 => (tenths / 10).to_string(),
        tenth => format!("{}.{tenth}", tenths / 10),
    }
}
