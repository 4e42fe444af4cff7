//! Events and milestones that cannot stand in the order in which they do.

use crate::compute::downtime;
use crate::compute::plausibility;
use crate::compute::timeline::{TimedEvent, Timeline, VoidedMilestone};
use crate::model::diagnostic::{Diagnostic, Location};
use crate::model::incident::{Event, Incident, Milestone, Name};
use crate::model::time::{Span, duration};
use std::collections::HashMap;

/// How long after the end of the last impact `recovered` may be marked before one of the two is doubted.
const LATE: Span = Span::hours(1);

/// Reports events that share an id.
pub(super) fn same_ids(incident: &Incident, found: &mut Vec<Diagnostic>) {
    let mut seen: HashMap<&Name, Location> = HashMap::new();
    for event in &incident.events {
        let Some(id) = &event.id else { continue };
        match seen.get(id) {
            Some(first) => found.push(
                Diagnostic::error(
                    "same-id",
                    event.place,
                    format!("the event on line {} has the id `{id}` too", first.line),
                )
                .help("remove the `id` of one; the next verb that writes gives it another"),
            ),
            None => {
                seen.insert(id, event.place);
            }
        }
    }
}

/// Reports events that stand in the file before an earlier one.
pub(super) fn out_of_order(timeline: &Timeline<'_>, found: &mut Vec<Diagnostic>) {
    let order = |event: &Event| event.at.order(timeline.zone);
    // An event that `amend` gave another time stays where it stands, with the comments around it.
    let standing: Vec<_> =
        timeline.incident.standing().filter(|e| e.edits.of("at").is_none()).collect();
    for pair in standing.windows(2) {
        if let [before, after] = pair
            && order(after) < order(before)
        {
            let message =
                format!("this event stands after a later one on line {}", before.place.line);
            found.push(
                Diagnostic::warning("order", after.place, message)
                    .help("move it up, or correct its time"),
            );
        }
    }
}

/// Reports milestones that cannot have come in the order in which they are marked.
pub(super) fn impossible_milestones(timeline: &Timeline<'_>, found: &mut Vec<Diagnostic>) {
    const NEVER_BEFORE: [(Milestone, Milestone); 8] = [
        (Milestone::Started, Milestone::Detected),
        (Milestone::Started, Milestone::Identified),
        (Milestone::Started, Milestone::Mitigated),
        (Milestone::Started, Milestone::Recovered),
        (Milestone::Detected, Milestone::Acknowledged),
        (Milestone::Mitigated, Milestone::Recovered),
        (Milestone::Mitigated, Milestone::Resolved),
        (Milestone::Resolved, Milestone::Closed),
    ];
    for (first, second) in &NEVER_BEFORE {
        let (Some(a), Some(b)) = (began(timeline, first), marked(timeline, second)) else {
            continue;
        };
        if b.moment.latest() < a.moment.earliest() {
            let early = a.moment.earliest().since(b.moment.latest());
            let message = format!("`{second}` is {} before `{first}`", duration::words(early));
            let problem =
                Diagnostic::error("milestone-order", b.event.place_of_mark(second), message);
            let problem = problem.help(format!(
                "correct one of the two times; `{first}` is on line {}",
                a.event.place_of_mark(first).line
            ));
            let swapped = plausibility::may_be_swapped(first, second);
            found.push(if swapped { problem.as_warning() } else { problem });
        }
    }
}

/// Returns the event that marks a milestone, or what stands in for `started`.
fn began<'a>(timeline: &Timeline<'a>, milestone: &Milestone) -> Option<TimedEvent<'a>> {
    let impact = || timeline.first_impact().filter(|_| *milestone == Milestone::Started);
    timeline.milestone(milestone).or_else(impact)
}

/// Returns the event that marks a milestone, whether it stands or not.
fn marked<'a>(timeline: &Timeline<'a>, milestone: &Milestone) -> Option<TimedEvent<'a>> {
    let voided = || timeline.voided().find(|v| v.milestone == milestone).map(|v| v.marked);
    timeline.milestone(milestone).or_else(voided)
}

/// Reports milestones that later impact took back, and that were not marked again.
pub(super) fn voided(timeline: &Timeline<'_>) -> Vec<Diagnostic> {
    let problem = |v: VoidedMilestone<'_, '_>| {
        let (milestone, line) = (v.milestone, v.by.event.place.line);
        let message = format!("`{milestone}` does not hold: things got worse on line {line}");
        Diagnostic::warning("voided-milestone", v.marked.event.place_of_mark(milestone), message)
            .help(format!("mark it again once it holds, or correct the event on line {line}"))
    };
    timeline.voided().map(problem).collect()
}

/// Reports that `recovered` is marked long after the last impact ended: one of the two is wrong, or impact is missing.
pub(super) fn late_recovery(timeline: &Timeline<'_>) -> Option<Diagnostic> {
    let recovered = timeline.milestone(&Milestone::Recovered)?;
    let end = downtime::last_hurt(timeline)?;
    let late = recovered.moment.earliest().since(end.moment().latest());
    if late <= LATE {
        return None;
    }
    let (late, line) = (duration::words(late), end.told.event.place.line);
    let place = recovered.event.place_of_mark(&Milestone::Recovered);
    let message = format!("`recovered` is {late} after the last impact ended, on line {line}");
    let help = "correct one of the two times, or record the impact that went on until then";
    Some(Diagnostic::warning("late-recovery", place, message).help(help))
}
