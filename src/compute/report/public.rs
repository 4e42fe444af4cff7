//! What a public document is made from: an allow-list, built from facts that are public and from nothing else.
//!
//! The type has no field that could hold anything internal, so that no template can reach it: the incident's
//! `public` key; of public events their time, text, services and states; the services' public names; lengths of
//! time. What is absent there is left out.

use super::allow_list::{self, seen};
use super::document::{measured, total};
use super::{VERSION, values};
use crate::compute::metrics::DurationDefinition;
use crate::compute::timeline::{TimedEvent, Timeline};
use crate::model::incident::{Action, ActionStatus, Audience, Cause, Event, Name, Public, State};
use crate::model::settings::Settings;
use crate::model::time::{SpanBounds, TimeBounds, Zone, format as times};
use serde::Serialize;

/// The JSON that a template of the public audience gets.
#[derive(Clone, Debug, Serialize)]
pub struct PublicDocument {
    /// The version of this report's fields.
    pub version: u32,
    /// public
    pub audience: Audience,
    /// The title that customers read.
    pub title: Option<String>,
    /// The day of the first public event, such as `2019-01-24`.
    pub date: Option<chrono::NaiveDate>,
    /// The zone in which times are shown.
    #[serde(rename = "timezone", serialize_with = "values::zone")]
    pub zone: Zone,
    /// The summary that customers read, in Markdown.
    pub summary: Option<String>,
    /// The causes that customers read.
    pub causes: Vec<Cause>,
    /// The actions that customers may read.
    pub actions: Vec<PublicAction>,
    /// The public events, in order.
    pub events: Vec<PublicEvent>,
    /// The built-in durations that are known.
    pub durations: Vec<PublicDuration>,
    /// How long each service was affected, of those that have a public name and that a public event calls affected.
    pub downtime: Vec<PublicDowntime>,
    /// How long customers were affected, united over all services; null where some of these are not public.
    pub total: Option<PublicDuration>,
}

/// A follow-up action as customers read it.
#[derive(Clone, Debug, Serialize)]
pub struct PublicAction {
    /// What is to be done.
    pub title: String,
    /// How far it is.
    pub status: ActionStatus,
}

/// A public event.
#[derive(Clone, Debug, Serialize)]
pub struct PublicEvent {
    /// The day, such as `Thu 24 Jan 2019`.
    pub day: String,
    /// The time of day, such as `12:56` or `12:40..13:10`.
    pub time: String,
    /// When it was.
    #[serde(flatten)]
    pub moment: TimeBounds,
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
    /// What it is.
    pub state: State,
}

/// A length of time.
#[derive(Clone, Debug, Serialize)]
pub struct PublicDuration {
    /// The name of a built-in duration, or `downtime`.
    pub name: String,
    /// The length.
    #[serde(flatten, serialize_with = "values::words_and_seconds")]
    pub length: SpanBounds,
}

/// How long a service was affected that a public event tells of.
#[derive(Clone, Debug, Serialize)]
pub struct PublicDowntime {
    /// The service's public name.
    pub name: String,
    /// The worst that public events tell of it: down or degraded.
    pub worst: State,
    /// How long it was down or degraded.
    #[serde(flatten, serialize_with = "values::words_and_seconds")]
    pub length: SpanBounds,
}

/// Returns what a public document is made from.
pub fn document(timeline: &Timeline<'_>, settings: &Settings) -> PublicDocument {
    let said = timeline.incident.public.clone().unwrap_or_default();
    let seen = seen(timeline.incident);
    let seen = Timeline::of(&seen, settings);
    let zone = timeline.zone;
    PublicDocument {
        version: VERSION,
        audience: Audience::Public,
        actions: promises(&said, &timeline.incident.actions),
        title: said.title,
        date: seen.events().first().map(|t| t.order.local(zone).date_naive()),
        zone,
        summary: said.summary,
        causes: said.causes,
        events: in_shown_order(&seen).map(|t| line(t, settings, zone)).collect(),
        durations: durations(timeline, settings),
        downtime: downtime(timeline, &seen, settings),
        total: united(timeline, &seen, settings),
    }
}

/// Returns the names of the built-in durations, known or not.
pub fn duration_names() -> impl Iterator<Item = String> {
    DurationDefinition::built_in().into_iter().map(|d| d.name)
}

/// Returns the actions that the public part names, in its order.
fn promises(said: &Public, actions: &[Action]) -> Vec<PublicAction> {
    let find = |id| actions.iter().find(|a| a.id.as_ref() == Some(id));
    let promise = |a: &Action| PublicAction { title: a.title.clone(), status: a.status };
    said.actions.iter().filter_map(find).map(promise).collect()
}

/// Returns the events in the order in which a reader expects them, a range at its beginning.
fn in_shown_order<'e>(seen: &'e Timeline<'_>) -> impl Iterator<Item = &'e TimedEvent<'e>> {
    let mut events: Vec<_> = seen.events().iter().collect();
    events.sort_by_key(|told| told.event.at.shown_from(seen.zone));
    events.into_iter()
}

fn line(told: &TimedEvent<'_>, settings: &Settings, zone: Zone) -> PublicEvent {
    let (day, time) = times::days_and_clock(told.event.at, zone);
    let services = services(told.event, settings);
    PublicEvent { day, time, moment: told.moment, text: told.event.text.clone(), services }
}

/// Returns what an event says of the services that have a public name: the worst state for each, for its parts are
/// internal.
fn services(event: &Event, settings: &Settings) -> Vec<PublicService> {
    let told = event.impact.iter().map(|i| &i.value);
    let told = told.filter_map(|i| Some((public_name(settings, &i.service)?, i.state)));
    worst(told).into_iter().map(|(name, state)| PublicService { name, state }).collect()
}

/// Returns the worst state for each of those that have some, in the order in which they are first told of.
fn worst<K: PartialEq>(told: impl Iterator<Item = (K, State)>) -> Vec<(K, State)> {
    let mut worst: Vec<(K, State)> = vec![];
    for (key, state) in told {
        match worst.iter_mut().find(|(known, _)| *known == key) {
            Some(known) => known.1 = known.1.max(state),
            None => worst.push((key, state)),
        }
    }
    worst
}

fn public_name(settings: &Settings, service: &Name) -> Option<String> {
    allow_list::service_name(settings, service.as_str()).map(str::to_owned)
}

/// Returns the durations whose names are the tool's own words: those of a record's own may tell of its inside.
fn durations(timeline: &Timeline<'_>, settings: &Settings) -> Vec<PublicDuration> {
    let own_words = DurationDefinition::built_in();
    let known = measured(timeline, settings).durations.into_iter().filter(|d| {
        !d.running
            && d.definition.clock.is_none()
            && own_words.iter().any(|o| o.name == d.definition.name)
    });
    known
        .filter_map(|d| Some(PublicDuration { length: d.length?, name: d.definition.name }))
        .collect()
}

/// Returns the services that public events call affected, with the worst that they say.
fn told_affected<'t>(seen: &Timeline<'t>) -> Vec<(&'t Name, State)> {
    let told = seen.events().iter().flat_map(|t| &t.event.impact).map(|i| &i.value);
    worst(told.filter(|i| i.state.hurts()).map(|i| (&i.service, i.state)))
}

fn downtime(
    timeline: &Timeline<'_>,
    seen: &Timeline<'_>,
    settings: &Settings,
) -> Vec<PublicDowntime> {
    let found = measured(timeline, settings).downtime;
    let one = |(service, worst): (&Name, State)| {
        let total = found.iter().find(|d| d.service == *service)?.ended()?;
        Some(PublicDowntime {
            name: public_name(settings, service)?,
            worst,
            length: total.affected,
        })
    };
    told_affected(seen).into_iter().filter_map(one).collect()
}

/// Returns how long customers were affected, where public events tell of every service that was.
fn united(
    timeline: &Timeline<'_>,
    seen: &Timeline<'_>,
    settings: &Settings,
) -> Option<PublicDuration> {
    let told = told_affected(seen);
    let is_told = |service: &Name| {
        public_name(settings, service).is_some() && told.iter().any(|(s, _)| *s == service)
    };
    let affected = measured(timeline, settings).downtime;
    let mut affected = affected.iter().filter(|d| !d.intervals.is_empty());
    let length = total(timeline).length().filter(|_| affected.all(|d| is_told(&d.service)))?;
    Some(PublicDuration { name: "downtime".to_owned(), length })
}
