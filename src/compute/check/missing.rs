//! What an incident does not say, and should.

use crate::compute::downtime::{self, DowntimeUnknown, ImpactRecord};
use crate::compute::timeline::Timeline;
use crate::model::diagnostic::{Diagnostic, Location};
use crate::model::incident::{Action, ActionStatus, Incident, Kind, Milestone, Name};

/// Reports what an incident does not say: its impact, its causes once it is over, and who does what by when.
pub(super) fn facts(timeline: &Timeline<'_>) -> Vec<Diagnostic> {
    let incident = timeline.incident;
    let open = |a: &&Action| matches!(a.status, ActionStatus::Open | ActionStatus::Doing);
    let actions = incident.actions.iter().filter(open);
    let actions = actions.flat_map(|a| [owner(a), due(a)]);
    let missing = actions.chain([summary(timeline), causes(timeline)]).flatten();
    missing.chain(impact(timeline)).collect()
}

fn impact(timeline: &Timeline<'_>) -> Vec<Diagnostic> {
    let incident = timeline.incident;
    // What can't be read is a finding of its own, and may tell of it.
    if !incident.counts() || !incident.unreadable.is_empty() {
        return vec![];
    }
    if downtime::impact_record(incident) == ImpactRecord::Unknown {
        let message = "nothing says what this incident did to customers";
        let help =
            "record it with `recount impact SERVICE=STATE --at ...`, or `recount set impact=none`";
        let place = Location { line: 1, column: 1 };
        return vec![Diagnostic::warning("missing-impact", place, message).help(help)];
    }
    timeline.services().into_iter().filter_map(|s| impact_on(timeline, s)).collect()
}

fn impact_on(timeline: &Timeline<'_>, service: &Name) -> Option<Diagnostic> {
    let listed = timeline.incident.services.iter().find(|s| s.value == *service);
    let listed = listed.map_or(Location { line: 1, column: 1 }, |s| s.place);
    match downtime::untold(timeline, service)? {
        DowntimeUnknown::NotTold => {
            let message = format!("nothing says what this incident did to `{service}`");
            let help = format!(
                "`recount impact {service}=STATE --at ...`, or `recount set unaffected={service}`"
            );
            Some(Diagnostic::warning("missing-impact", listed, message).help(help))
        }
        _ => {
            let end = downtime::end_without_beginning(timeline, service);
            let (place, message) = match end {
                Some((told, _)) => (
                    told.event.place,
                    format!("this ends impact on `{service}` that no event begins"),
                ),
                None => (
                    listed,
                    format!("nothing but planned work on `{service}` is told: was it affected?"),
                ),
            };
            let help = format!("record since when: `recount impact {service}=STATE --at ...`");
            Some(Diagnostic::warning("impact-without-beginning", place, message).help(help))
        }
    }
}

/// Reports a summary without a word, and none at all once the review is closed.
fn summary(timeline: &Timeline<'_>) -> Option<Diagnostic> {
    let incident = timeline.incident;
    let message = match &incident.summary {
        Some(said) if said.trim().is_empty() => "the summary says nothing",
        None if is_told(incident) && timeline.milestone(&Milestone::Closed).is_some() => {
            "the incident is closed, and has no summary"
        }
        _ => return None,
    };
    let help = "write it with `recount set summary=TEXT`";
    Some(Diagnostic::warning("missing-summary", incident.summary_place, message).help(help))
}

/// Returns whether an incident tells a story of its own.
fn is_told(incident: &Incident) -> bool {
    incident.kind == Kind::Incident && incident.counts()
}

fn causes(timeline: &Timeline<'_>) -> Option<Diagnostic> {
    let incident = timeline.incident;
    if !is_told(incident) || !incident.causes.is_empty() {
        return None;
    }
    let over = [Milestone::Closed, Milestone::Resolved];
    let (milestone, told) = over.iter().find_map(|m| Some((m, timeline.milestone(m)?)))?;
    let place = told.event.place_of_mark(milestone);
    let message = format!("the incident is {milestone}, and no cause is written down");
    let help =
        "add `causes` with `recount set --edit`: a kind (root, trigger, contributing) and a text";
    Some(Diagnostic::warning("missing-causes", place, message).help(help))
}

fn owner(action: &Action) -> Option<Diagnostic> {
    let message = format!("nobody owns the action \"{}\"", action.title);
    let problem = Diagnostic::warning("action-without-owner", action.place, message);
    action.owner.is_none().then(|| problem.help(mend(action, "--owner NAME")))
}

fn due(action: &Action) -> Option<Diagnostic> {
    let message = format!("the action \"{}\" has no date", action.title);
    let problem = Diagnostic::warning("action-without-due", action.place, message);
    action.due.is_none().then(|| problem.help(mend(action, "--due DATE")))
}

fn mend(action: &Action, flag: &str) -> String {
    let id = action.id.as_ref().map_or("ID", |id| id.as_str());
    format!("`recount action set {id} {flag}`")
}
