//! What is wrong or missing in an incident, beyond what its reader found.

use crate::downtime::{self, Known};
use crate::incident::{Incident, Milestone, Name, names};
use crate::place::{Place, Placed, Problem};
use crate::settings::Settings;
use crate::time::length;
use crate::timeline::{Timeline, Told};

/// Returns the findings of one incident, in the order of the file.
pub fn incident(incident: &Incident, settings: &Settings) -> Vec<Problem> {
    let timeline = Timeline::of(incident, settings);
    let mut found = vec![];
    unknown_words(incident, settings, &mut found);
    same_ids(incident, &mut found);
    out_of_order(incident, &timeline, &mut found);
    impossible_milestones(&timeline, &mut found);
    missing_impact(incident, &mut found);
    found.extend(incident.events.iter().filter(|e| e.unsettled).map(|e| {
        Problem::warning("unsettled", e.place, "a merge left two values for this event")
            .help("keep the right one, and remove `was:`")
    }));
    found.sort_by_key(|p| p.place);
    found
}

fn unknown_words(incident: &Incident, settings: &Settings, found: &mut Vec<Problem>) {
    let listed = incident.services.iter().map(|s| (&s.value, s.place));
    let hurt = incident.standing().flat_map(|e| &e.impact).map(|i| (&i.value.service, i.place));
    let back = incident.standing().flat_map(|e| &e.progress).map(|(s, _)| (&s.value, s.place));
    for (service, place) in listed.chain(hurt).chain(back) {
        report(
            settings.known_service(service.as_str()),
            "unknown-service",
            place,
            "services",
            found,
        );
    }
    let severities =
        incident.severity.iter().chain(incident.standing().filter_map(|e| e.severity.as_ref()));
    for Placed { value, place } in severities {
        report(
            settings.known_severity(value.as_str()),
            "unknown-severity",
            *place,
            "severities",
            found,
        );
    }
    for mark in incident.standing().filter_map(|e| e.mark.as_ref()) {
        report(
            settings.known_milestone(mark.value.as_str()),
            "unknown-milestone",
            mark.place,
            "milestones",
            found,
        );
    }
}

fn report<T>(
    known: Result<T, names::WrongWord>,
    code: &'static str,
    place: Place,
    key: &str,
    found: &mut Vec<Problem>,
) {
    if let Err(word) = known {
        let help = format!("correct it, or add it to `{key}` in recount.yaml");
        found.push(Problem::error(code, place, word.to_string()).help(help));
    }
}

fn same_ids(incident: &Incident, found: &mut Vec<Problem>) {
    let mut seen: Vec<(&Name, Place)> = vec![];
    for event in &incident.events {
        let Some(id) = &event.id else { continue };
        match seen.iter().find(|(known, _)| *known == id) {
            Some((_, first)) => found.push(
                Problem::error(
                    "same-id",
                    event.place,
                    format!("the event on line {} has the id `{id}` too", first.line),
                )
                .help("remove the `id` of one; the next verb that writes gives it another"),
            ),
            None => seen.push((id, event.place)),
        }
    }
}

/// Reports events that stand in the file before an earlier one.
fn out_of_order(incident: &Incident, timeline: &Timeline<'_>, found: &mut Vec<Problem>) {
    let order = |event: &crate::incident::Event| event.at.order(timeline.zone);
    // An event that `amend` gave another time stays where it stands, with the comments around it.
    let standing: Vec<_> = incident.standing().filter(|e| e.edited.is_none()).collect();
    for pair in standing.windows(2) {
        if let [before, after] = pair
            && order(after) < order(before)
        {
            let message =
                format!("this event stands after a later one on line {}", before.place.line);
            found.push(
                Problem::warning("order", after.place, message)
                    .help("move it up, or correct its time"),
            );
        }
    }
}

/// Reports milestones that cannot have come in the order in which they are marked.
fn impossible_milestones(timeline: &Timeline<'_>, found: &mut Vec<Problem>) {
    const NEVER_BEFORE: [(Milestone, Milestone); 7] = [
        (Milestone::Started, Milestone::Detected),
        (Milestone::Started, Milestone::Identified),
        (Milestone::Started, Milestone::Mitigated),
        (Milestone::Started, Milestone::Recovered),
        (Milestone::Detected, Milestone::Acknowledged),
        (Milestone::Mitigated, Milestone::Resolved),
        (Milestone::Resolved, Milestone::Closed),
    ];
    for (first, second) in &NEVER_BEFORE {
        let (Some(a), Some(b)) = (timeline.milestone(first), timeline.milestone(second)) else {
            continue;
        };
        if b.moment.latest() < a.moment.earliest() {
            let early = a.moment.earliest().since(b.moment.latest());
            let message = format!("`{second}` is {} before `{first}`", length::words(early));
            found.push(Problem::error("milestone-order", place(&b), message).help(format!(
                "correct one of the two times; `{first}` is on line {}",
                place(&a).line
            )));
        }
    }
}

fn place(told: &Told<'_>) -> Place {
    told.event.mark.as_ref().map_or(told.event.place, |m| m.place)
}

fn missing_impact(incident: &Incident, found: &mut Vec<Problem>) {
    if downtime::known(incident) == Known::Unknown && incident.duplicate_of.is_none() {
        let place = Place { line: 1, column: 1 };
        found.push(Problem::warning("missing-impact", place, "nothing says what this incident did to customers")
            .help("record it with `recount impact SERVICE=STATE --at ...`, or `recount set impact=none`"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml;

    fn codes(text: &str, settings: &str) -> Vec<(&'static str, u32)> {
        let (settings, _) = yaml::settings::read(settings).unwrap();
        let read = yaml::incident::read("2019-01-24-x".parse().unwrap(), text, &settings).unwrap();
        assert!(read.problems.is_empty(), "{:?}", read.problems);
        incident(&read.incident, &settings).into_iter().map(|p| (p.code, p.place.line)).collect()
    }

    #[test]
    fn a_sound_incident_has_no_findings() {
        let text = "title: x\nevents:\n  - {id: a1, at: 2019-01-24T12:56:00Z, mark: started, impact: {apps: down}, text: a}\n  - {id: b1, at: 2019-01-24T18:40:00Z, mark: recovered, text: b}\n";
        assert_eq!(codes(text, ""), []);
    }

    #[test]
    fn unknown_words_are_found_where_they_stand() {
        let text = "title: x\nseverity: sev9\nservices: [aps]\nevents:\n  - at: 2019-01-24T12:56:00Z\n    mark: strted\n    impact: {apps: down}\n    text: a\n";
        let settings = "services: {apps: {}}\n";
        assert_eq!(
            codes(text, settings),
            [("unknown-severity", 2), ("unknown-service", 3), ("unknown-milestone", 6)]
        );
    }

    #[test]
    fn a_recovery_before_the_start_is_impossible() {
        let text = "title: x\nimpact: none\nevents:\n  - {at: 2019-01-24T12:00:00Z, mark: recovered, text: a}\n  - {at: 2019-01-24T12:56:00Z, mark: started, text: b}\n";
        assert_eq!(codes(text, ""), [("milestone-order", 4)]);
    }

    #[test]
    fn order_ids_and_impact_are_looked_at() {
        let text = "title: x\nevents:\n  - {id: a1, at: 2019-01-24T12:56:00Z, text: a}\n  - {id: a1, at: 2019-01-24T12:00:00Z, text: b}\n";
        assert_eq!(codes(text, ""), [("missing-impact", 1), ("same-id", 4), ("order", 4)]);
    }
}
