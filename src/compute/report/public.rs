//! What a public document is made from: an allow-list, built from facts that are public and from nothing else.
//!
//! The type has no field that could hold anything internal, so that no template can reach it: the incident's
//! `public` key; of public events their time, text, services and states; the services' public names; lengths of
//! time. What is absent there is left out.

mod allow_list;

pub(super) use allow_list::seen;

use super::VERSION;
use super::document::{DocumentLength, measured, total};
use super::show::CauseReport;
use crate::compute::metrics::DurationDefinition;
use crate::compute::timeline::{TimedEvent, Timeline};
use crate::model::incident::{Action, Event, Name, Public, State};
use crate::model::settings::Settings;
use crate::model::time::{Zone, format as times};
use serde::Serialize;

/// The JSON that a template of the public audience gets.
#[derive(Clone, Debug, Serialize)]
pub struct PublicDocument {
    /// The version of this report's fields.
    pub version: u32,
    /// public
    pub audience: &'static str,
    /// The title that customers read.
    pub title: Option<String>,
    /// The day of the first public event, such as `2019-01-24`.
    pub date: Option<String>,
    /// The zone in which times are shown.
    pub timezone: &'static str,
    /// The summary that customers read, in Markdown.
    pub summary: Option<String>,
    /// The causes that customers read.
    pub causes: Vec<CauseReport>,
    /// The actions that customers may read.
    pub actions: Vec<PublicAction>,
    /// The public events, in order.
    pub events: Vec<PublicEvent>,
    /// The built-in durations that are known.
    pub durations: Vec<PublicDuration>,
    /// How long each service was hurt, of those that have a public name and that a public event calls hurt.
    pub downtime: Vec<PublicDowntime>,
    /// How long customers were hurt, united over all services; null where some of these are not public.
    pub total: Option<PublicDuration>,
    /// For renderers: the names of the built-in durations, known or not.
    #[serde(skip)]
    pub lengths: Vec<String>,
}

/// A follow-up action as customers read it.
#[derive(Clone, Debug, Serialize)]
pub struct PublicAction {
    /// What is to be done.
    pub title: String,
    /// open, doing, done or dropped.
    pub status: &'static str,
}

/// A public event.
#[derive(Clone, Debug, Serialize)]
pub struct PublicEvent {
    /// The day, such as `Thu 24 Jan 2019`.
    pub day: String,
    /// The time of day, such as `12:56` or `12:40..13:10`.
    pub time: String,
    /// The nominal time.
    pub at: String,
    /// The earliest time that it can have been.
    pub earliest: String,
    /// The latest time that it can have been.
    pub latest: String,
    /// What happened.
    pub text: String,
    /// What services are from then on.
    pub services: Vec<PublicService>,
}

/// What a service is from a moment on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PublicService {
    /// The service's public name.
    pub name: String,
    /// down, degraded, up or maintenance.
    pub state: &'static str,
}

/// A length of time.
#[derive(Clone, Debug, Serialize)]
pub struct PublicDuration {
    /// The name of a built-in duration, or `downtime`.
    pub name: String,
    /// The length for people.
    pub words: String,
    /// The nominal length.
    pub seconds: i64,
    /// The least that it can be.
    pub min_seconds: Option<i64>,
    /// The most that it can be.
    pub max_seconds: Option<i64>,
}

/// How long a service was hurt that a public event tells of.
#[derive(Clone, Debug, Serialize)]
pub struct PublicDowntime {
    /// The service's public name.
    pub name: String,
    /// The worst that public events tell of it: down or degraded.
    pub worst: &'static str,
    /// How long it was down or degraded, for people.
    pub words: String,
    /// How long it was down or degraded.
    pub seconds: i64,
    /// The least that it can be.
    pub min_seconds: Option<i64>,
    /// The most that it can be.
    pub max_seconds: Option<i64>,
}

/// Returns what a public document is made from.
pub fn document(timeline: &Timeline<'_>, settings: &Settings) -> PublicDocument {
    let said = timeline.incident.public.clone().unwrap_or_default();
    let seen = seen(timeline.incident);
    let seen = Timeline::of(&seen, settings);
    let zone = timeline.zone;
    let date = seen.events().first().map(|t| t.order.local(zone).format("%Y-%m-%d").to_string());
    PublicDocument {
        version: VERSION,
        audience: "public",
        actions: promises(&said, &timeline.incident.actions),
        title: said.title,
        date,
        timezone: zone.name(),
        summary: said.summary,
        causes: said
            .causes
            .into_iter()
            .map(|c| CauseReport { kind: c.kind.as_str(), text: c.text })
            .collect(),
        events: seen.events().iter().map(|t| line(t, settings, zone)).collect(),
        durations: durations(timeline, settings),
        downtime: downtime(timeline, &seen, settings),
        total: united(timeline, &seen, settings),
        lengths: DurationDefinition::built_in().into_iter().map(|d| d.name).collect(),
    }
}

/// Returns the actions that the public part names, in its order.
fn promises(said: &Public, actions: &[Action]) -> Vec<PublicAction> {
    let find = |id| actions.iter().find(|a| a.id.as_ref() == Some(id));
    let promise = |a: &Action| PublicAction { title: a.title.clone(), status: a.status.as_str() };
    said.actions.iter().filter_map(find).map(promise).collect()
}

fn line(told: &TimedEvent<'_>, settings: &Settings, zone: Zone) -> PublicEvent {
    let (day, time) = times::days_and_clock(told.event.at, zone);
    PublicEvent {
        day,
        time,
        at: told.moment.nominal().rfc3339(),
        earliest: told.moment.earliest().rfc3339(),
        latest: told.moment.latest().rfc3339(),
        text: told.event.text.clone(),
        services: services(told.event, settings),
    }
}

/// Returns what an event says of the services that have a public name: the worst state for each, for its parts are
/// internal.
fn services(event: &Event, settings: &Settings) -> Vec<PublicService> {
    let mut worst: Vec<(String, State)> = vec![];
    for impact in event.impact.iter().map(|i| &i.value) {
        let Some(name) = public_name(settings, impact.service.as_str()) else { continue };
        match worst.iter_mut().find(|(n, _)| *n == name) {
            Some(known) => known.1 = known.1.max(impact.state),
            None => worst.push((name, impact.state)),
        }
    }
    worst.into_iter().map(|(name, state)| PublicService { name, state: state.as_str() }).collect()
}

fn public_name(settings: &Settings, service: &str) -> Option<String> {
    settings.service(service)?.public.clone()
}

/// Returns the durations whose names are the tool's own words: those of a record's own may tell of its inside.
fn durations(timeline: &Timeline<'_>, settings: &Settings) -> Vec<PublicDuration> {
    let own_words = DurationDefinition::built_in();
    let measured = measured(timeline, settings).durations;
    let known =
        measured.iter().filter(|d| d.clock.is_none() && own_words.iter().any(|o| o.name == d.name));
    known.map(DocumentLength::of).filter_map(PublicDuration::of).collect()
}

impl PublicDuration {
    fn of(length: DocumentLength) -> Option<Self> {
        Some(Self {
            name: length.name,
            words: length.words,
            seconds: length.seconds?,
            min_seconds: length.min_seconds,
            max_seconds: length.max_seconds,
        })
    }
}

/// Returns the services that public events call hurt, with the worst that they say.
fn told_hurt<'t>(seen: &Timeline<'t>) -> Vec<(&'t Name, State)> {
    let told = seen.events().iter().flat_map(|t| &t.event.impact).map(|i| &i.value);
    let mut worst: Vec<(&Name, State)> = vec![];
    for impact in told.filter(|i| i.state.hurts()) {
        match worst.iter_mut().find(|(service, _)| **service == impact.service) {
            Some(known) => known.1 = known.1.max(impact.state),
            None => worst.push((&impact.service, impact.state)),
        }
    }
    worst
}

fn downtime(
    timeline: &Timeline<'_>,
    seen: &Timeline<'_>,
    settings: &Settings,
) -> Vec<PublicDowntime> {
    let found = measured(timeline, settings).downtime;
    let one = |(service, worst): (&Name, State)| {
        let measured = found.iter().find(|d| d.service == service.as_str())?;
        let length = super::document::DocumentDowntime::of(measured, String::new(), timeline.zone);
        Some(PublicDowntime {
            name: public_name(settings, service.as_str())?,
            worst: worst.as_str(),
            seconds: length.down_seconds?.saturating_add(length.degraded_seconds?),
            min_seconds: length.min_seconds,
            max_seconds: length.max_seconds,
            words: length.words,
        })
    };
    told_hurt(seen).into_iter().filter_map(one).collect()
}

/// Returns how long customers were hurt, where public events tell of every service that was.
fn united(
    timeline: &Timeline<'_>,
    seen: &Timeline<'_>,
    settings: &Settings,
) -> Option<PublicDuration> {
    let told = told_hurt(seen);
    let is_told = |service: &str| {
        public_name(settings, service).is_some() && told.iter().any(|(s, _)| s.as_str() == service)
    };
    let hurt = measured(timeline, settings).downtime;
    let mut hurt = hurt.iter().filter(|d| !d.intervals.is_empty());
    hurt.all(|d| is_told(&d.service)).then(|| PublicDuration::of(total(timeline)))?
}
