use super::*;
use crate::io::yaml;

/// Returns the milestones that stand, and those that are voided with the texts of what took them back.
fn found(events: &str) -> (Vec<String>, Vec<(String, String)>) {
    let settings = Settings::default();
    let id = "2019-01-24-x".parse().unwrap();
    let text = format!("title: x\nevents:\n{events}");
    let facts = yaml::incident::read(id, &text, &settings).unwrap().incident;
    let timeline = Timeline::of(&facts, &settings);
    let standing = timeline.milestones().map(|(m, _)| m.to_string()).collect();
    let voided = timeline.voided().map(|v| (v.milestone.to_string(), v.by.event.text.clone()));
    (standing, voided.collect())
}

/// Returns lines of events, one a minute from noon.
fn lines(events: &[&str]) -> String {
    let line = |(n, e): (usize, &&str)| format!("  - {{at: 2019-01-24T12:{n:02}:00Z, {e}}}\n");
    events.iter().enumerate().map(line).collect()
}

/// Asserts that after `mitigated`, with what stands before it, an event voids it or doesn't.
fn assert_voids(before: &str, after: &str, voids: bool) {
    let after = format!("{after}, text: after");
    let events = [before, "mark: mitigated, text: m", &after];
    let (standing, voided) = found(&lines(&events));
    let expected: &[(String, String)] = &[("mitigated".to_owned(), "after".to_owned())];
    let expected = if voids { expected } else { &[] };
    assert_eq!(voided, expected, "{before} | {after}");
    assert_eq!(standing.is_empty(), voids, "{before} | {after}");
}

#[test]
fn only_impact_that_is_worse_than_at_the_mark_voids_a_milestone() {
    let down = "impact: {api: down}, text: t";
    let degraded = "impact: {api: degraded}, text: t";
    assert_voids(down, "impact: {api: degraded}", false);
    assert_voids(down, "impact: {api: down}", false);
    assert_voids(down, "impact: {api: up}", false);
    assert_voids(degraded, "impact: {api: down}", true);
    assert_voids("text: t", "impact: {api: degraded}", true);
    assert_voids(down, "impact: {web: degraded}", true);
    assert_voids(
        "impact: {api: {state: degraded, share: 0.1}}, text: t",
        "impact: {api: {state: degraded, share: 0.9}}",
        false,
    );
    assert_voids("impact: {api: maintenance}, text: t", "impact: {api: degraded}", true);
    assert_voids(degraded, "impact: {api: maintenance}", false);
}

#[test]
fn planned_work_and_what_responders_do_void_nothing_of_a_service_that_was_up() {
    let degraded = "impact: {api: degraded}, text: t";
    assert_voids(degraded, "impact: {web: maintenance}", false);
    assert_voids(degraded, "kind: action, impact: {web: down}", false);
    assert_voids(degraded, "kind: action, impact: {api: down}", true);
}

#[test]
fn a_part_of_a_service_that_gets_worse_voids() {
    let eu = "impact: {api: {state: down, regions: [eu]}}, text: t";
    assert_voids(eu, "impact: {api: {state: degraded, regions: [us]}}", true);
    assert_voids(eu, "impact: {api: {state: degraded, regions: [eu]}}", false);
    assert_voids(eu, "impact: {api: degraded}", true);
    assert_voids(eu, "impact: {api: {state: down, regions: [eu], customers: [acme]}}", false);
    let disk = "impact: {api: {state: down, resources: [vm-1]}}, text: t";
    assert_voids(disk, "impact: {api: {state: degraded, resources: [vm-2]}}", true);
    assert_voids(disk, "impact: {api: {state: down, regions: [eu], resources: [vm-1]}}", false);
    assert_voids(
        "impact: {api: down}, text: t",
        "impact: {api: {state: degraded, regions: [eu]}}",
        false,
    );
    let mixed = "impact: {api: [{state: down}, {state: up, regions: [eu]}]}, text: t";
    assert_voids(mixed, "impact: {api: degraded}", true);
}

#[test]
fn impact_of_a_known_length_gives_way_by_itself_and_stands_at_no_mark() {
    assert_voids("for: 30s, impact: {api: down}, text: t", "impact: {api: degraded}", true);
    assert_voids("text: t", "for: 30s, impact: {api: degraded}", true);
}

#[test]
fn recovered_sets_all_up_unless_it_says_otherwise() {
    let events = |mark: &str| {
        lines(&["impact: {api: down}, text: t", mark, "impact: {api: degraded}, text: after"])
    };
    let (standing, voided) = found(&events("mark: recovered, text: r"));
    assert_eq!((standing.len(), voided.len()), (0, 1));
    let (standing, voided) = found(&events("mark: recovered, impact: {api: degraded}, text: r"));
    assert_eq!((standing.len(), voided.len()), (1, 0));
}

#[test]
fn a_milestone_that_is_marked_again_stands_again() {
    let (standing, voided) = found(&lines(&[
        "mark: recovered, text: r",
        "mark: resolved, text: r",
        "impact: {api: down}, text: after",
        "mark: recovered, text: r",
    ]));
    assert_eq!(standing, ["recovered"]);
    assert_eq!(voided, [("resolved".to_owned(), "after".to_owned())]);
}
