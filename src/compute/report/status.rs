//! The report of the open incidents, as they are now.

use super::action::ActionReport;
use super::cliff::CreditCliff;
use super::completeness::Completeness;
use super::heading::IncidentHeading;
use super::show::{self, EventReport, HypothesisReport, VoidedMark};
use super::{VERSION, values};
use crate::compute::cadence;
use crate::compute::downtime::{self, AffectedInterval, Boundary, ImpactScope};
use crate::compute::metrics::{DurationDefinition, MeasuredDuration, measure};
use crate::compute::progress;
use crate::compute::timeline::{TimedEvent, Timeline};
use crate::model::diagnostic::Location;
use crate::model::incident::{EventKind, Milestone, Name, Progress, Share, State};
use crate::model::settings::Settings;
use crate::model::time::{EventTime, Instant, Span, SpanBounds, TimeBounds, Zone};
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;

pub(crate) use crate::compute::progress::Forecast;

/// The JSON of `status`.
#[derive(Clone, Debug, Serialize)]
pub struct StatusReport {
    /// The version of this report's fields.
    pub version: u32,
    /// The time now.
    pub now: Instant,
    /// The open incidents, the worst first.
    pub incidents: Vec<OpenIncident>,
    /// How many events wait in the inbox for their incident.
    pub inbox: usize,
    /// How many files wait for a commit.
    pub uncommitted: usize,
    /// What the open incidents cost by each policy, and when they cost more, the soonest first.
    pub credit_cliffs: Vec<CreditCliff>,
    /// The last sync with others; null where there was none.
    pub last_sync: Option<SyncedReport>,
    /// What kept the sync that a verb started behind itself; null where nothing did.
    pub sync_trouble: Option<SyncTroubleReport>,
    /// What it lacks because that could not be read, and what it has from outside of the record.
    #[serde(flatten)]
    pub completeness: Completeness,
}

/// The last sync, and whom of the others the open incidents tell of.
#[derive(Clone, Debug, Serialize)]
pub struct SyncedReport {
    /// When it was.
    pub at: Instant,
    /// The remote.
    pub remote: String,
    /// The branch there.
    pub branch: String,
    /// When each other person was last heard, the latest first.
    pub heard: Vec<HeardPerson>,
}

/// What kept a sync.
#[derive(Clone, Debug, Serialize)]
pub struct SyncTroubleReport {
    /// When it was tried.
    pub at: Instant,
    /// What kept it.
    pub why: String,
}

/// Another person who logged something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HeardPerson {
    /// Who it is.
    pub person: String,
    /// When that person last logged something, by the clock of the machine there.
    pub at: Instant,
}

/// Returns when each person but one was last heard in some incidents, the latest first.
pub fn heard(timelines: &[Timeline<'_>], but: Option<&str>) -> Vec<HeardPerson> {
    let mut last: BTreeMap<&str, Instant> = BTreeMap::new();
    for event in timelines.iter().flat_map(|t| t.events()).map(|told| told.event) {
        let other = event.by.as_deref().filter(|by| Some(*by) != but);
        if let (Some(by), Some(logged)) = (other, event.logged) {
            let known = last.entry(by).or_insert(logged);
            *known = logged.max(*known);
        }
    }
    let heard = |(person, at): (&str, Instant)| HeardPerson { person: person.to_owned(), at };
    let mut all: Vec<_> = last.into_iter().map(heard).collect();
    all.sort_by_key(|it| std::cmp::Reverse(it.at));
    all
}

/// One open incident.
#[derive(Clone, Debug, Serialize)]
pub struct OpenIncident {
    /// What it is, and how far.
    #[serde(flatten)]
    pub heading: IncidentHeading,
    /// Since it began.
    #[serde(rename = "elapsed_seconds")]
    pub elapsed: Option<Span>,
    /// For renderers: the same with its bounds.
    #[serde(skip)]
    pub elapsed_bounds: Option<SpanBounds>,
    /// Why it has no numbers: something that they may hang on could not be read.
    pub absent: Option<String>,
    /// The milestones that stand, in order.
    pub milestones: Vec<ReachedMilestone>,
    /// The phases that are over, and the one that goes on.
    pub phases: Vec<PhaseReport>,
    /// What each service is now.
    pub services: Vec<ServiceStatus>,
    /// Who has which role now.
    pub roles: BTreeMap<Name, String>,
    /// When the public should hear something, by the record's cadence.
    pub next_update_due: Option<Instant>,
    /// How late that is; negative while there is time.
    #[serde(rename = "update_overdue_seconds")]
    pub update_overdue: Option<Span>,
    /// The milestones that later impact took back.
    pub voided: Vec<VoidedMark>,
    /// What people supposed, and what came of it.
    pub hypotheses: Vec<HypothesisReport>,
    /// The last events.
    pub last_events: Vec<EventReport>,
    /// How many came before them.
    pub earlier_events: usize,
    /// What was done and decided.
    pub tried: Vec<EventReport>,
    /// What the public heard last.
    pub last_public: Option<EventReport>,
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
    pub milestone: Milestone,
    /// For renderers: when it was, as its writer knew it.
    #[serde(skip)]
    pub time: EventTime,
    /// When it was; as JSON its nominal time.
    #[serde(rename = "at", serialize_with = "values::nominal")]
    pub moment: TimeBounds,
}

/// What a service is now.
#[derive(Clone, Debug, Serialize)]
pub struct ServiceStatus {
    /// Its id.
    pub service: Name,
    /// What responders call it.
    pub name: String,
    /// The worst of its parts; null where no event tells.
    pub state: Option<State>,
    /// The part of requests or customers hit.
    pub share: Option<Share>,
    /// For how long it has been so.
    #[serde(rename = "for_seconds")]
    pub lasted: Option<Span>,
    /// For renderers: the same with its bounds.
    #[serde(skip)]
    pub lasted_bounds: Option<SpanBounds>,
    /// How much is back, such as `340/1200`.
    pub progress: Option<Progress>,
    /// What the reports of progress say about the rest; null where there are none.
    pub outlook: Option<ForecastReport>,
}

/// What reports of progress say about the rest.
#[derive(Clone, Debug)]
pub struct ForecastReport {
    /// When the last report was.
    pub at: Instant,
    /// How much was back then.
    pub progress: Progress,
    /// How much was back at the earliest recent report, and how long before the last one that was.
    pub since: Option<(Progress, Span)>,
    /// When the rest is to be expected.
    pub(crate) rest: Forecast,
    /// How long nothing has moved, where that is longer than between recent reports.
    pub stalled: Option<Span>,
    /// The time now.
    pub now: Instant,
}

/// A phase of the incident.
#[derive(Clone, Debug, Serialize)]
pub struct PhaseReport {
    /// detection, diagnosis, repair or recovery.
    pub name: String,
    /// How long it took, or has taken so far.
    #[serde(flatten)]
    pub length: SpanBounds,
    /// Whether it goes on.
    pub running: bool,
}

/// How many of the last events are told.
const LATEST: usize = 5;

/// Returns whether an event tells of something that people did or decided.
fn is_tried(told: &TimedEvent<'_>) -> bool {
    matches!(told.event.kind, Ok(EventKind::Action | EventKind::Decision | EventKind::Deploy))
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
    let completeness = Completeness::default();
    StatusReport {
        version: VERSION,
        now,
        incidents,
        inbox,
        uncommitted: 0,
        credit_cliffs: vec![],
        last_sync: None,
        sync_trouble: None,
        completeness,
    }
}

pub(super) fn one(timeline: &Timeline<'_>, settings: &Settings, now: Instant) -> OpenIncident {
    let incident = timeline.incident;
    let due = next_update(timeline, settings);
    let events = timeline.events();
    let elapsed = timeline.begin().map(|t| SpanBounds::between(t.moment, TimeBounds::exact(now)));
    let report = OpenIncident {
        heading: IncidentHeading::of(timeline),
        absent: None,
        // Another machine's clock may be ahead of this one's.
        elapsed: elapsed.and_then(|e| e.nominal),
        elapsed_bounds: elapsed,
        milestones: timeline.milestones().map(reached).collect(),
        phases: phases(timeline, settings, now),
        services: services(timeline, settings, now),
        roles: show::roles(timeline),
        next_update_due: due,
        update_overdue: due.map(|due| now.since(due)),
        voided: VoidedMark::all(timeline),
        hypotheses: HypothesisReport::all(timeline),
        last_events: events
            .iter()
            .skip(events.len().saturating_sub(LATEST))
            .map(show::event)
            .collect(),
        earlier_events: events.len().saturating_sub(LATEST),
        tried: events.iter().filter(|t| is_tried(t)).map(show::event).collect(),
        last_public: cadence::heard(timeline).next_back().map(|told| show::event(&told)),
        actions: ActionReport::all(incident),
        summary: incident.summary.clone(),
        zone: timeline.zone,
    };
    match incident.first_unreadable() {
        Some(place) => report.without_numbers(place),
        None => report,
    }
}

impl OpenIncident {
    /// Takes every number away, for something that they may hang on could not be read.
    fn without_numbers(self, place: Location) -> Self {
        let services = self.services.into_iter();
        let services = services.map(|service| ServiceStatus {
            lasted: None,
            lasted_bounds: None,
            outlook: None,
            ..service
        });
        Self {
            elapsed: None,
            elapsed_bounds: None,
            absent: Some(format!("incident.yaml:{place} can't be read")),
            phases: vec![],
            services: services.collect(),
            next_update_due: None,
            update_overdue: None,
            ..self
        }
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
            length: value.length,
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

fn reached((milestone, told): (&Milestone, TimedEvent<'_>)) -> ReachedMilestone {
    ReachedMilestone { milestone: milestone.clone(), time: told.event.at, moment: told.moment }
}

/// Returns when the public should hear something next: so long after it last did, or after the beginning.
fn next_update(timeline: &Timeline<'_>, settings: &Settings) -> Option<Instant> {
    let severity = timeline.severity()?;
    let (_, every) = settings.cadence.iter().find(|(s, _)| s == severity)?;
    let from = cadence::heard(timeline).next_back().or_else(|| cadence::known(timeline))?;
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
        let running = |s: &AffectedInterval<Boundary<'_>>| {
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
    let since = worst.as_ref().map(|s| now.since(s.start.at)).filter(|s| *s >= Span::ZERO);
    ServiceStatus {
        service: service.clone(),
        name: settings.service_name(service).to_owned(),
        state: worst.as_ref().map(|s| s.state).or(told.then_some(State::Up)),
        lasted: since,
        lasted_bounds: worst
            .as_ref()
            .filter(|_| since.is_some())
            .map(|s| SpanBounds::between(s.start.moment(), TimeBounds::exact(now))),
        share: worst.and_then(|s| s.share),
        progress: outlook.as_ref().map(|o| o.last.clone()),
        outlook: outlook.as_ref().map(|o| outlook_of(o, now)),
    }
}

fn outlook_of(found: &progress::ProgressForecast<'_>, now: Instant) -> ForecastReport {
    ForecastReport {
        at: found.told.moment.nominal(),
        progress: found.last.clone(),
        since: found.since.map(|(progress, span)| (progress.clone(), span)),
        rest: found.rest,
        stalled: found.stalled,
        now,
    }
}

impl ForecastReport {
    /// Returns the time left until then; none where it should be over.
    pub fn left(&self, at: Instant) -> Span {
        at.since(self.now).max(Span::ZERO)
    }

    /// Returns the part that is back in per cent, rounded down to a tenth.
    pub fn percent(&self) -> String {
        let (done, total) = (u128::from(self.progress.done()), u128::from(self.progress.total()));
        let tenths = done * 1000 / total.max(1);
        match tenths % 10 {
            0 => (tenths / 10).to_string(),
            tenth => format!("{}.{tenth}", tenths / 10),
        }
    }
}

impl Serialize for ForecastReport {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (rest, earliest, latest) = match self.rest {
            Forecast::Done => ("done", None, None),
            Forecast::Unknown => ("unknown", None, None),
            Forecast::Between { earliest, latest } => ("expected", Some(earliest), latest),
        };
        let (since, span) = self.since.as_ref().map(|(since, span)| (since, span)).unzip();
        let mut fields = serializer.serialize_struct("ForecastReport", 10)?;
        fields.serialize_field("at", &self.at)?;
        fields.serialize_field("percent", &self.percent())?;
        fields.serialize_field("since", &since)?;
        fields.serialize_field("since_seconds", &span)?;
        fields.serialize_field("rest", rest)?;
        fields.serialize_field("left_min_seconds", &earliest.map(|at| self.left(at)))?;
        fields.serialize_field("left_max_seconds", &latest.map(|at| self.left(at)))?;
        fields.serialize_field("back_earliest", &earliest)?;
        fields.serialize_field("back_latest", &latest)?;
        fields.serialize_field("stalled_seconds", &self.stalled)?;
        fields.end()
    }
}
