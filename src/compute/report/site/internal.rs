//! An incident as people inside read of it.

use super::{SiteGrade, SiteIncident, SiteMoment, SiteProgress, SiteSort, SiteUpdate};
use crate::compute::report::document::total;
use crate::compute::report::metrics::DowntimeReport;
use crate::compute::timeline::{TimedEvent, Timeline};
use crate::model::incident::{Incident, Kind, Milestone, Name, State};
use crate::model::settings::Settings;
use crate::model::time::{Instant, format as times};

pub(super) fn incident(timeline: &Timeline<'_>, settings: &Settings) -> SiteIncident {
    let incident = timeline.incident;
    let severity = timeline.severity().cloned();
    let services = timeline.services().into_iter();
    let total = total(timeline);
    let length = match total.length() {
        Some(length) => Some(length.about()),
        None => total.0.running.then(|| "still running".to_owned()),
    };
    SiteIncident {
        id: Some(incident.id.clone()),
        page: format!("{}.html", incident.id),
        title: incident.title.clone(),
        began: timeline.begin().map(|told| moment(&told, timeline)),
        grade: grade(severity.as_ref(), settings),
        severity,
        services: services.map(|service| settings.service_name(service).to_owned()).collect(),
        progress: progress(timeline),
        state: match (timeline.state(), timeline.is_open()) {
            (Some(state), _) => state.to_string(),
            (None, true) => "open".to_owned(),
            (None, false) => "over".to_owned(),
        },
        sort: sort(incident),
        length,
        summary: incident.summary.clone(),
        updates: updates(timeline, settings),
        now: now(timeline)
            .into_iter()
            .map(|(service, state)| (settings.service_name(&service).to_owned(), state))
            .collect(),
        words: words(incident),
    }
}

fn sort(incident: &Incident) -> SiteSort {
    match incident.kind {
        _ if incident.is_canceled() => SiteSort::Canceled,
        _ if incident.duplicate_of.is_some() => SiteSort::Duplicate,
        Kind::Incident => SiteSort::Incident,
        Kind::Maintenance => SiteSort::Maintenance,
        Kind::Drill => SiteSort::Drill,
    }
}

/// Returns how bad a severity is: the worst is critical, the next major, and what follows minor.
fn grade(severity: Option<&Name>, settings: &Settings) -> SiteGrade {
    let rank = severity.and_then(|s| settings.severities.iter().position(|known| known == s));
    match rank {
        Some(0) => SiteGrade::Critical,
        Some(1) => SiteGrade::Major,
        Some(_) => SiteGrade::Minor,
        None => SiteGrade::None,
    }
}

pub(super) fn progress(timeline: &Timeline<'_>) -> SiteProgress {
    let stands = |milestone: Milestone| timeline.milestone(&milestone).is_some();
    match () {
        () if !timeline.is_open() || stands(Milestone::Recovered) => SiteProgress::Resolved,
        () if stands(Milestone::Mitigated) => SiteProgress::Monitoring,
        () if stands(Milestone::Identified) => SiteProgress::Identified,
        () => SiteProgress::Investigating,
    }
}

pub(super) fn moment(told: &TimedEvent<'_>, timeline: &Timeline<'_>) -> SiteMoment {
    let at = told.moment.nominal();
    SiteMoment {
        at,
        day: at.local(timeline.zone).date_naive(),
        words: times::brief(told.event.at, timeline.zone),
    }
}

fn updates(timeline: &Timeline<'_>, settings: &Settings) -> Vec<SiteUpdate> {
    let mut progress = SiteProgress::Investigating;
    let update = |told: &TimedEvent<'_>| {
        for (milestone, marked) in timeline.milestones() {
            if std::ptr::eq(marked.event, told.event) {
                progress = after(milestone, progress);
            }
        }
        let state = |impact: &crate::model::incident::Impact| {
            (settings.service_name(&impact.service).to_owned(), impact.state)
        };
        SiteUpdate {
            key: told.event.id.as_ref().map(ToString::to_string).unwrap_or_default(),
            moment: moment(told, timeline),
            text: told.event.text.clone(),
            progress,
            services: told.event.impact.iter().map(|impact| state(&impact.value)).collect(),
        }
    };
    timeline.events().iter().map(update).collect()
}

/// Returns how far an incident is once a milestone is reached.
fn after(milestone: &Milestone, before: SiteProgress) -> SiteProgress {
    match milestone {
        Milestone::Identified => before.max(SiteProgress::Identified),
        Milestone::Mitigated => before.max(SiteProgress::Monitoring),
        Milestone::Recovered | Milestone::Resolved | Milestone::Closed => SiteProgress::Resolved,
        _ => before,
    }
}

/// Returns what the services of an incident that isn't over are now, where that isn't up.
pub(super) fn now(timeline: &Timeline<'_>) -> Vec<(Name, State)> {
    if !timeline.is_open() {
        return vec![];
    }
    let state = |downtime: DowntimeReport| {
        let open = downtime.intervals.iter().filter(|interval| interval.end.is_none());
        Some((downtime.service, open.map(|interval| interval.state).max()?))
    };
    DowntimeReport::all(timeline, Instant::MAX).into_iter().filter_map(state).collect()
}

fn words(incident: &Incident) -> Vec<String> {
    let causes = incident.causes.iter().map(|cause| cause.text.clone());
    let actions = incident.actions.iter().map(|action| action.title.clone());
    let class = incident.class.iter().map(|class| class.value.to_string());
    let choices = incident.choices().map(|(_, choice)| choice.to_owned());
    causes.chain(actions).chain(class).chain(choices).collect()
}
