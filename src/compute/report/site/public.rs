//! An incident as customers read of it: of its public document, and of nothing else that the record has.

use super::internal;
use super::{SiteGrade, SiteIncident, SiteMoment, SiteProgress, SiteSort, SiteUpdate};
use crate::compute::report::public::{self, PublicDocument, PublicEvent, PublicService};
use crate::compute::timeline::Timeline;
use crate::model::digest;
use crate::model::incident::{Audience, Event, Incident, State};
use crate::model::settings::Settings;
use std::collections::BTreeMap;

/// How many hexadecimal digits of a hash name a page.
const DIGITS: usize = 16;

pub(super) fn incident(
    timeline: &Timeline<'_>,
    settings: &Settings,
) -> Option<(SiteIncident, PublicDocument)> {
    // Whose story another tells, customers read there.
    if !timeline.incident.counts() {
        return None;
    }
    let document = public::document(timeline, settings);
    if document.events.is_empty() && document.title.is_none() && document.summary.is_none() {
        return None;
    }
    let page = page(timeline.incident);
    // Its durations say as much: one of them ends where it does.
    let progress = internal::progress(timeline);
    Some((told(&document, page, progress), document))
}

fn told(document: &PublicDocument, page: String, progress: SiteProgress) -> SiteIncident {
    let states = || document.events.iter().flat_map(|event| &event.services);
    let mut services: Vec<String> = vec![];
    for service in states() {
        if !services.contains(&service.name) {
            services.push(service.name.clone());
        }
    }
    let worst = states().map(|service| service.state).max();
    SiteIncident {
        id: None,
        page,
        title: document.title.clone().unwrap_or_else(|| "Incident report".to_owned()),
        began: document.events.first().map(|event| moment(event, document)),
        severity: None,
        grade: match worst {
            Some(State::Down) => SiteGrade::Major,
            Some(State::Degraded) => SiteGrade::Minor,
            Some(State::Up | State::Maintenance) | None => SiteGrade::None,
        },
        services,
        progress,
        state: progress.to_string(),
        sort: match worst {
            Some(State::Maintenance) => SiteSort::Maintenance,
            _ => SiteSort::Incident,
        },
        length: document.total.as_ref().map(|total| total.length.about()),
        summary: document.summary.clone(),
        updates: updates(document, progress),
        now: now(document, progress),
        words: words(document),
    }
}

/// Returns the name of a page: one that stays, and that tells nothing of the incident's id, which has words of its title.
fn page(incident: &Incident) -> String {
    let is_public = |event: &&Event| event.audience == Audience::Public && event.id.is_some();
    let event = incident.standing().find(is_public);
    let of_event = |event: &Event| {
        let id = event.id.as_ref().map(ToString::to_string).unwrap_or_default();
        format!("event {id} {:?}", event.at)
    };
    let said = || incident.public.as_ref().map(|p| format!("said {:?} {:?}", p.title, p.summary));
    let source = event.map(of_event).or_else(said).unwrap_or_default();
    let hash = digest::sha256(source);
    format!("{}.html", hash.get(..DIGITS).unwrap_or(&hash))
}

fn moment(event: &PublicEvent, document: &PublicDocument) -> SiteMoment {
    let at = event.moment.nominal();
    SiteMoment {
        at,
        day: at.local(document.zone).date_naive(),
        words: format!("{} {}", event.day, event.time),
    }
}

fn updates(document: &PublicDocument, progress: SiteProgress) -> Vec<SiteUpdate> {
    let last = document.events.len().saturating_sub(1);
    let update = |(index, event): (usize, &PublicEvent)| SiteUpdate {
        key: key(event),
        moment: moment(event, document),
        text: event.text.clone(),
        // How far it was at each moment only internal events may tell.
        progress: if index == last { progress } else { SiteProgress::Investigating },
        services: event.services.iter().map(pair).collect(),
    };
    document.events.iter().enumerate().map(update).collect()
}

/// Returns what an update is known by: an event's own id is for people inside.
fn key(event: &PublicEvent) -> String {
    let hash = digest::sha256(format!("{} {}", event.moment.nominal().rfc3339(), event.text));
    hash.get(..DIGITS).unwrap_or(&hash).to_owned()
}

/// Returns what services are now by the last that was told of each, where that isn't up.
fn now(document: &PublicDocument, progress: SiteProgress) -> Vec<(String, State)> {
    let mut now: BTreeMap<String, State> = BTreeMap::new();
    if progress != SiteProgress::Resolved {
        now.extend(document.events.iter().flat_map(|event| &event.services).map(pair));
    }
    now.into_iter().filter(|(_, state)| *state != State::Up).collect()
}

fn pair(service: &PublicService) -> (String, State) {
    (service.name.clone(), service.state)
}

fn words(document: &PublicDocument) -> Vec<String> {
    let causes = document.causes.iter().map(|cause| cause.text.clone());
    causes.chain(document.actions.iter().map(|action| action.title.clone())).collect()
}
