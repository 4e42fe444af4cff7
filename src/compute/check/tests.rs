//! Incidents with one thing wrong each.

use super::*;
use crate::io::yaml;
use crate::model::diagnostic::Level;

fn codes(text: &str, settings: &str) -> Vec<(&'static str, u32)> {
    let (settings, _) = yaml::settings::read(settings).unwrap();
    let read = yaml::incident::read("2019-01-24-x".parse().unwrap(), text, &settings).unwrap();
    assert!(read.problems.is_empty(), "{:?}", read.problems);
    let timeline = Timeline::of(&read.incident, &settings);
    let case =
        CheckedIncident { timeline: &timeline, settings: &settings, text, now: Instant::MAX };
    incident(&case).into_iter().map(|p| (p.code, p.place.line)).collect()
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

/// Returns each finding with how much it weighs.
fn weighed(text: &str) -> Vec<(&'static str, Level)> {
    let settings = Settings::default();
    let read = yaml::incident::read("2019-01-24-x".parse().unwrap(), text, &settings).unwrap();
    let timeline = Timeline::of(&read.incident, &settings);
    let case =
        CheckedIncident { timeline: &timeline, settings: &settings, text, now: Instant::MAX };
    incident(&case).into_iter().map(|p| (p.code, p.level)).collect()
}

#[test]
fn a_recovery_before_the_mitigation_is_odd_and_not_impossible() {
    let text = "title: x\nimpact: none\nevents:\n  - {at: 2019-01-24T12:00:00Z, mark: recovered, text: a}\n  - {at: 2019-01-24T12:56:00Z, mark: mitigated, text: b}\n";
    assert_eq!(weighed(text), [("milestone-order", Level::Warning)]);
    let both = text
        .replace("events:\n", "events:\n  - {at: 2019-01-24T12:30:00Z, mark: started, text: c}\n");
    assert!(weighed(&both).contains(&("milestone-order", Level::Error)));
}

#[test]
fn a_recovery_long_after_the_last_impact_is_found() {
    let marked = |clock: &str, up: &str| {
        let text = format!(
            "title: x\nevents:\n  - {{at: 2019-01-24T12:00:00Z, impact: {{a: down, b: down}}, text: a}}\n  - {{at: 2019-01-24T12:30:00Z, impact: {{{up}}}, text: b}}\n  - {{at: 2019-01-24T{clock}:00Z, mark: recovered, text: c}}\n"
        );
        codes(&text, "")
    };
    assert_eq!(marked("15:00", "a: up, b: up"), [("late-recovery", 5)]);
    assert_eq!(marked("13:30", "a: up, b: up"), [], "an hour later is soon enough");
    assert_eq!(marked("15:00", "a: up"), [], "it ends what is left");
}

#[test]
fn a_summary_without_a_word_is_found() {
    let head = "impact: none\ncauses: [{text: c}]\nevents:\n  - {at: 2019-01-24T12:00:00Z, mark: MARK, text: a}\n";
    let with = |summary: &str, mark: &str| {
        codes(&format!("title: x\n{summary}{}", head.replace("MARK", mark)), "")
    };
    assert_eq!(with("summary: \" \"\n", "started"), [("missing-summary", 2)]);
    assert_eq!(with("", "closed"), [("missing-summary", 1)]);
    assert_eq!(with("", "resolved"), []);
    assert_eq!(with("kind: drill\n", "closed"), []);
    assert_eq!(with("summary: x\n", "closed"), []);
}

#[test]
fn order_ids_and_impact_are_looked_at() {
    let text = "title: x\nevents:\n  - {id: a1, at: 2019-01-24T12:56:00Z, text: a}\n  - {id: a1, at: 2019-01-24T12:00:00Z, text: b}\n";
    assert_eq!(codes(text, ""), [("missing-impact", 1), ("same-id", 4), ("order", 4)]);
}
