//! What a public document is made from: an allow-list, built from facts that are public and from nothing else.
//!
//! The type has no field that could hold anything internal, so that no template can reach it: the incident's
//! `public` key; of public events their time, text, services and states; the services' public names; lengths of
//! time. What is absent there is left out.

use super::VERSION;
use super::document::{Length, measured, total};
use super::show::Cause;
use crate::incident::{Action, Audience, Event, Public, State};
use crate::metrics::Definition;
use crate::settings::Settings;
use crate::time::{Zone, show as times};
use crate::timeline::{Timeline, Told};
use serde::Serialize;

/// The JSON that a template of the public audience gets.
#[derive(Clone, Debug, Serialize)]
pub struct Document {
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
    pub causes: Vec<Cause>,
    /// The actions that customers may read.
    pub actions: Vec<Promise>,
    /// The public events, in order.
    pub events: Vec<Line>,
    /// The built-in durations that are known.
    pub durations: Vec<Duration>,
    /// How long each service that has a public name was hurt.
    pub downtime: Vec<Downtime>,
    /// How long customers were hurt, united over all services.
    pub total: Option<Duration>,
}

/// A follow-up action as customers read it.
#[derive(Clone, Debug, Serialize)]
pub struct Promise {
    /// What is to be done.
    pub title: String,
    /// open, doing, done or dropped.
    pub status: &'static str,
}

/// A public event.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
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
    pub services: Vec<Service>,
}

/// What a service is from a moment on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Service {
    /// The service's public name.
    pub name: String,
    /// down, degraded, up or maintenance.
    pub state: &'static str,
}

/// A length of time.
#[derive(Clone, Debug, Serialize)]
pub struct Duration {
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

/// How long a service was hurt.
#[derive(Clone, Debug, Serialize)]
pub struct Downtime {
    /// The service's public name.
    pub name: String,
    /// How long it was down or degraded, for people.
    pub words: String,
    /// How long it was down.
    pub down: String,
    /// How long it was degraded but not down.
    pub degraded: String,
    /// How long it was down, in seconds.
    pub down_seconds: i64,
    /// How long it was degraded but not down, in seconds.
    pub degraded_seconds: i64,
}

/// Returns what a public document is made from.
pub fn document(timeline: &Timeline<'_>, settings: &Settings) -> Document {
    let said = timeline.incident.public.clone().unwrap_or_default();
    let is_public = |t: &&Told<'_>| t.event.audience == Audience::Public;
    let events: Vec<_> = timeline.events().iter().filter(is_public).collect();
    let zone = timeline.zone;
    let date = events.first().map(|t| t.order.local(zone).format("%Y-%m-%d").to_string());
    Document {
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
            .map(|c| Cause { kind: c.kind.as_str(), text: c.text })
            .collect(),
        events: events.iter().map(|t| line(t, settings, zone)).collect(),
        durations: durations(timeline, settings),
        downtime: downtime(timeline, settings),
        total: Duration::of(total(timeline)),
    }
}

/// Returns the actions that the public part names, in its order.
fn promises(said: &Public, actions: &[Action]) -> Vec<Promise> {
    let find = |id| actions.iter().find(|a| a.id.as_ref() == Some(id));
    let promise = |a: &Action| Promise { title: a.title.clone(), status: a.status.as_str() };
    said.actions.iter().filter_map(find).map(promise).collect()
}

fn line(told: &Told<'_>, settings: &Settings, zone: Zone) -> Line {
    Line {
        day: times::heading(told.event.at, zone),
        time: times::clock(told.event.at, zone),
        at: told.moment.nominal().rfc3339(),
        earliest: told.moment.earliest().rfc3339(),
        latest: told.moment.latest().rfc3339(),
        text: told.event.text.clone(),
        services: services(told.event, settings),
    }
}

/// Returns what an event says of the services that have a public name: the worst state for each, for its parts are
/// internal.
fn services(event: &Event, settings: &Settings) -> Vec<Service> {
    let mut worst: Vec<(String, State)> = vec![];
    for impact in event.impact.iter().map(|i| &i.value) {
        let Some(name) = public_name(settings, impact.service.as_str()) else { continue };
        match worst.iter_mut().find(|(n, _)| *n == name) {
            Some(known) => known.1 = known.1.max(impact.state),
            None => worst.push((name, impact.state)),
        }
    }
    worst.into_iter().map(|(name, state)| Service { name, state: state.as_str() }).collect()
}

fn public_name(settings: &Settings, service: &str) -> Option<String> {
    settings.service(service)?.public.clone()
}

/// Returns the durations whose names are the tool's own words: those of a record's own may tell of its inside.
fn durations(timeline: &Timeline<'_>, settings: &Settings) -> Vec<Duration> {
    let own_words = Definition::built_in();
    let measured = measured(timeline, settings).durations;
    let known =
        measured.iter().filter(|d| d.clock.is_none() && own_words.iter().any(|o| o.name == d.name));
    known.map(Length::of).filter_map(Duration::of).collect()
}

impl Duration {
    fn of(length: Length) -> Option<Self> {
        Some(Self {
            name: length.name,
            words: length.words,
            seconds: length.seconds?,
            min_seconds: length.min_seconds,
            max_seconds: length.max_seconds,
        })
    }
}

fn downtime(timeline: &Timeline<'_>, settings: &Settings) -> Vec<Downtime> {
    let found = measured(timeline, settings).downtime;
    let of = |found| super::document::Downtime::of(found, String::new(), timeline.zone);
    let public = found.iter().filter_map(|d| Some((public_name(settings, &d.service)?, of(d))));
    let hurt = public.filter_map(|(name, d)| {
        Some(Downtime {
            name,
            words: d.words,
            down: d.down,
            degraded: d.degraded,
            down_seconds: d.down_seconds?,
            degraded_seconds: d.degraded_seconds?,
        })
    });
    hurt.filter(|d| d.down_seconds.saturating_add(d.degraded_seconds) > 0).collect()
}
