use super::*;
use crate::io::yaml;
use crate::model::settings::Settings;

const BASE: &str = "\
# yaml-language-server: $schema=x
title: Search is slow # as customers say

severity: sev2
services: [search]
events:
  # how it began
  - id: aaaaaaa1
    at: 2026-06-10T12:00:00Z
    logged: 2026-06-10T12:00:05Z
    mark: started
    text: Search fails
  - id: bbbbbbb2
    at: 2026-06-10T12:10:00Z
    logged: 2026-06-10T12:10:00Z
    text: |
      We look
      into it
# the end
";

/// Merges both ways round, holds what must hold for every merge, and returns the outcome.
#[track_caller]
fn merged(base: &str, ours: &str, theirs: &str) -> String {
    let there = incident(Some(base), ours, theirs).unwrap();
    let back = incident(Some(base), theirs, ours).unwrap();
    assert_eq!(there, back, "which side is ours makes no difference");
    for side in [ours, theirs] {
        assert_eq!(incident(Some(base), &there, side).unwrap(), there, "again changes nothing");
    }
    assert_eq!(incident(Some(base), &there, base).unwrap(), there);
    let read = yaml::incident::read("2026-06-10-x".parse().unwrap(), &there, &Settings::default());
    let read = read.unwrap_or_else(|problem| panic!("{problem:?}\n{there}"));
    assert!(read.problems.iter().all(|p| p.code != "key-twice"), "{there}");
    there
}

/// Returns the base with one text in place of another.
#[track_caller]
fn with(old: &str, new: &str) -> String {
    assert!(BASE.contains(old), "{old}");
    BASE.replacen(old, new, 1)
}

fn event(id: &str, clock: &str, text: &str) -> String {
    let time = format!("2026-06-10T{clock}Z");
    format!("  - id: {id}\n    at: {time}\n    logged: {time}\n    text: {text}\n")
}

fn with_event(id: &str, clock: &str, text: &str) -> String {
    with("# the end\n", &format!("{}# the end\n", event(id, clock, text)))
}

#[test]
fn a_file_is_taken_apart_and_put_together_again_byte_for_byte() {
    let texts = [
        BASE,
        "",
        "# only\n",
        "title: x\n",
        "# a\n\n# b\ntitle: x\nactions:\n- title: y # c\n  # d\n  due: 2026-01-01\n-\n  title: z\n# e\n",
        "title: x\nevents:\n    -   at: 2026\n        text: >-\n          a\n\n          b\n\n\n    # c\n    - {at: 2026, text: d} # e\nfields: {a: 1, # f\n  b: 2}\n",
        "title: x\ncauses:\n  - - a\n    - b\n  - text: |+\n      a\n\n  - c\nlast:\n",
        "title: \"a\n  b\" # c\nsummary:\n  folded\n  here\nlist: []\nmap: {}\n'a b': c\n",
    ];
    for text in texts {
        let tree = yaml::tree(text).unwrap();
        let read = read::document(text, &tree).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(write::document(&read), text);
    }
}

#[test]
fn events_that_both_added_are_all_there_in_the_order_of_their_times() {
    let ours = with_event("ours0001", "12:20:00", "ours");
    let theirs = with_event("theirs01", "12:15:00", "theirs");
    let both = format!(
        "{}{}# the end\n",
        event("theirs01", "12:15:00", "theirs"),
        event("ours0001", "12:20:00", "ours")
    );
    assert_eq!(merged(BASE, &ours, &theirs), with("# the end\n", &both));
}

#[test]
fn fields_of_one_event_that_each_changed_are_both_changed() {
    let ours = with(
        "text: Search fails",
        "edited: {text: 2026-06-10T13:00:00Z}\n    text: Search is down",
    );
    let theirs = with(
        "    mark: started",
        "    mark: [started, detected]\n    edited: {mark: 2026-06-09T13:00:00Z}",
    );
    let expected = with(
        "    mark: started\n    text: Search fails",
        "    mark: [started, detected]\n    edited: {mark: 2026-06-09T13:00:00Z, text: 2026-06-10T13:00:00Z}\n    text: Search is down",
    );
    assert_eq!(merged(BASE, &ours, &theirs), expected);
}

#[test]
fn of_a_field_that_both_changed_the_later_stands_and_the_other_is_kept() {
    let ours = with("text: Search fails", "edited: {text: 2026-06-10T13:00:00Z}\n    text: Ours");
    // The clock of the other machine is a day behind.
    let theirs =
        with("text: Search fails", "edited: {text: 2026-06-09T13:05:00Z}\n    text: Theirs");
    let expected = with(
        "text: Search fails",
        "edited: {text: 2026-06-10T13:00:00Z}\n    was: {text: [{value: Theirs, edited: 2026-06-09T13:05:00Z}]}\n    text: Ours",
    );
    assert_eq!(merged(BASE, &ours, &theirs), expected);
    // Without times the greater bytes win, and nothing is lost either.
    let (ours, theirs) =
        (with("severity: sev2", "severity: sev1"), with("severity: sev2", "severity: sev3"));
    let both = merged(BASE, &ours, &theirs);
    assert!(both.contains("severity: sev3\n"), "{both}");
    assert!(both.contains("was: {severity: [{value: sev1}]}\n"), "{both}");
}

#[test]
fn a_time_is_one_field_whatever_keys_tell_it() {
    let ours = with(
        "at: 2026-06-10T12:10:00Z",
        "between: [2026-06-10T12:08:00Z, 2026-06-10T12:12:00Z]\n    edited: {at: 2026-06-10T14:00:00Z}",
    );
    let theirs = with(
        "at: 2026-06-10T12:10:00Z",
        "at: 2026-06-10T12:11:00Z\n    within: 2m\n    edited: {at: 2026-06-10T13:00:00Z}",
    );
    let both = merged(BASE, &ours, &theirs);
    assert!(both.contains("between: [2026-06-10T12:08:00Z, 2026-06-10T12:12:00Z]\n"), "{both}");
    assert!(!both.contains("    at: 2026-06-10T12:11") && !both.contains("    within:"), "{both}");
    let was = "was: {at: [{value: {at: 2026-06-10T12:11:00Z, within: 2m}, edited: 2026-06-10T13:00:00Z}]}";
    assert!(both.contains(was), "{both}");
}

#[test]
fn an_event_deleted_here_and_changed_there_stays_and_an_unchanged_one_stays_deleted() {
    let gone = BASE.split_once("  - id: bbbbbbb2").unwrap().0.to_owned() + "# the end\n";
    let changed = with("      We look", "      They look");
    assert_eq!(merged(BASE, &gone, &changed), changed);
    let other = with("title: Search is slow", "title: Search is down");
    let both = merged(BASE, &gone, &other);
    assert!(!both.contains("bbbbbbb2") && both.contains("Search is down"), "{both}");
}

#[test]
fn lists_and_maps_merge_member_by_member() {
    let base = with("services: [search]", "services: [search, mail]\nfields: {team: a, users: 3}");
    let ours =
        base.replace("[search, mail]", "[search, mail, api]").replace("users: 3", "users: 4");
    let theirs = base.replace("[search, mail]", "[search, web]").replace("team: a", "team: b");
    let both = merged(&base, &ours, &theirs);
    assert!(both.contains("services: [search, api, web]\n"), "{both}");
    assert!(both.contains("fields: {team: b, users: 4}\n"), "{both}");
    let ours = base.replace("team: a", "team: c");
    let both = merged(&base, &ours, &theirs);
    assert!(both.contains("fields: {team: c, users: 3}\n"), "{both}");
    assert!(both.contains("was: {fields.team: [{value: b}]}\n"), "{both}");
}

#[test]
fn an_impact_merges_service_by_service_and_scope_by_scope() {
    let base = with("mark: started", "impact: {search: down}");
    let ours = base.replace("{search: down}", "{search: down, api: degraded}");
    let theirs = base.replace("{search: down}", "{search: down, web: down}");
    let both = merged(&base, &ours, &theirs);
    assert!(both.contains("impact: {search: down, api: degraded, web: down}\n"), "{both}");
    let ours = base.replace("{search: down}", "{search: [{state: down, regions: [eu]}]}");
    let theirs = base.replace("{search: down}", "{search: [{state: down, regions: [us]}]}");
    let both = merged(&base, &ours, &theirs);
    let scopes = "{search: [{state: down, regions: [eu]}, {state: down, regions: [us]}]}";
    assert!(both.contains(scopes) && !both.contains("was:"), "{both}");
    let theirs = base.replace("{search: down}", "{search: [{state: degraded, regions: [eu]}]}");
    let both = merged(&base, &ours, &theirs);
    assert!(both.contains("was: {impact.search: [{value: "), "{both}");
}

#[test]
fn a_redaction_wins_whatever_the_clocks_say() {
    let clean = with(
        "text: Search fails",
        "edited: {text: 2026-06-09T09:00:00Z}\n    redacted: a name\n    text: (redacted)",
    );
    let amended = with(
        "mark: started\n    text: Search fails",
        "mark: started # Ada's secret\n    links: [https://secret]\n    impact: {search: down}\n    edited: {text: 2026-06-11T09:00:00Z}\n    retracted: the secret of Ada is out\n    was: {text: [{value: old secret}]}\n    text: the secret of Ada",
    );
    let both = merged(BASE, &clean, &amended);
    assert!(both.contains("text: (redacted)\n") && both.contains("redacted: a name"), "{both}");
    assert!(!both.contains("secret"), "{both}");
    assert!(both.contains("impact: {search: down}") && both.contains("retracted: "), "{both}");
    let gone = BASE.replace("  - id: aaaaaaa1\n    at: 2026-06-10T12:00:00Z\n    logged: 2026-06-10T12:00:05Z\n    mark: started\n    text: Search fails\n", "");
    assert!(merged(BASE, &clean, &gone).contains("text: (redacted)\n"));
}

#[test]
fn a_retraction_keeps_the_edits_under_it_and_a_move_stays() {
    let retracted = with("text: Search fails", "retracted: a slip\n    text: Search fails");
    let amended = with("text: Search fails", "text: Search is down");
    let both = merged(BASE, &retracted, &amended);
    assert!(both.contains("retracted: a slip\n    text: Search is down\n"), "{both}");
    let moved = with("text: Search fails", "moved: 2026-06-10-other\n    text: Search fails");
    let both = merged(BASE, &moved, &amended);
    assert!(both.contains("moved: 2026-06-10-other\n    text: Search is down\n"), "{both}");
    let gone = BASE.replace("  - id: aaaaaaa1\n    at: 2026-06-10T12:00:00Z\n    logged: 2026-06-10T12:00:05Z\n    mark: started\n    text: Search fails\n", "");
    assert!(merged(BASE, &moved, &gone).contains("moved: 2026-06-10-other"));
}

#[test]
fn a_cancellation_holds_for_the_events_that_its_writer_had_seen() {
    let canceled =
        with("services:", "canceled: {reason: a slip, at: 2026-06-12T00:00:00Z}\nservices:");
    let titled = with("title: Search is slow", "title: Search is down");
    assert!(merged(BASE, &canceled, &titled).contains("\ncanceled: {reason: a slip"));
    let logged = with_event("ours0001", "12:20:00", "It is none");
    let both = merged(BASE, &canceled, &logged);
    assert!(!both.contains("\ncanceled:"), "{both}");
    assert!(
        both.contains("was: {canceled: [{value: {reason: a slip, at: 2026-06-12T00:00:00Z}}]}"),
        "{both}"
    );
    let after = canceled
        .replace("# the end\n", &format!("{}# the end\n", event("ours0002", "12:21:00", "x")));
    assert!(merged(BASE, &canceled, &after).contains("\ncanceled: {reason: a slip"));
}

#[test]
fn one_id_declared_on_both_sides_is_one_incident() {
    let declared = |id: &str, clock: &str| {
        format!("# schema\n\ntitle: Search is slow\nevents:\n{}", event(id, clock, "declared"))
    };
    let (ours, theirs) = (declared("ours0001", "12:01:00"), declared("theirs01", "12:00:00"));
    let there = incident(None, &ours, &theirs).unwrap();
    assert_eq!(there, incident(None, &theirs, &ours).unwrap());
    let expected = declared("theirs01", "12:00:00") + &event("ours0001", "12:01:00", "declared");
    assert_eq!(there, expected);
}

#[test]
fn comments_keep_their_bytes_wherever_one_side_put_them() {
    let ours = with("severity: sev2", "# perhaps\nseverity: sev2   # or worse");
    let theirs =
        with("severity: sev2", "severity: sev1").replace("# how it began", "# how all began");
    let both = merged(BASE, &ours, &theirs);
    assert!(both.contains("\n# perhaps\nseverity: sev1   # or worse\n"), "{both}");
    assert!(both.contains("\n  # how all began\n  - id: aaaaaaa1\n"), "{both}");
    let theirs = with("severity: sev2", "# no\nseverity: sev2 # really");
    let both = merged(BASE, &ours, &theirs);
    assert!(both.contains("# no\n# perhaps\nseverity: sev2 # or worse # really\n"), "{both}");
}

#[test]
fn an_event_without_an_id_that_got_one_on_each_side_is_one_event() {
    let base = "title: x\nevents:\n  - at: 2026-06-10\n    text: by hand\n";
    let ours = "title: x\nevents:\n  - at: 2026-06-10\n    text: by hand\n    id: ours0001\n";
    let theirs =
        "title: x\nevents:\n  - at: 2026-06-10\n    text: by hand, amended\n    id: theirs01\n";
    let both = merged(base, ours, theirs);
    assert_eq!(both.matches("by hand").count(), 1, "{both}");
    assert!(both.contains("by hand, amended") && both.contains("id: theirs01"), "{both}");
}

#[test]
fn files_of_other_indentation_line_ends_and_anchors_merge_too() {
    let wide = "title: x\nevents:\n    - id: a1\n      at: 2026-06-10T10:00:00Z\n      text: a\n    - id: o1\n      at: 2026-06-10T11:00:00Z\n      text: |\n        many\n        lines\n";
    let base = "title: x\nevents:\n- id: a1\n  at: 2026-06-10T10:00:00Z\n  text: a\n";
    let theirs = "title: x\nevents:\n- id: a1\n  at: 2026-06-10T10:00:00Z\n  text: a\n- id: t1\n  at: 2026-06-10T10:30:00Z\n  text: t\n";
    let both = merged(base, wide, theirs);
    assert!(
        both.contains("    - id: t1\n      at: ") && both.contains("      text: |\n        many\n"),
        "{both}"
    );
    let crlf = |text: &str| text.replace('\n', "\r\n");
    assert!(merged(base, &crlf(wide), theirs).contains("\r\n    - id: t1\r\n"));
    let anchored = base.replace("text: a", "text: &t a");
    let ours = anchored.clone() + "- id: o1\n  at: 2026-06-10T11:00:00Z\n  text: *t\n";
    let both = merged(&anchored, &ours, &theirs.replace("text: a", "text: &t a"));
    assert!(both.contains("id: o1") && both.contains("id: t1"), "{both}");
}

#[test]
fn what_a_person_settled_stays_settled() {
    let unsettled = with(
        "text: Search fails",
        "edited: {text: 2026-06-10T13:00:00Z}\n    was: {text: [{value: Theirs, edited: 2026-06-09T13:05:00Z}]}\n    text: Ours",
    );
    let settled =
        with("text: Search fails", "edited: {text: 2026-06-10T15:00:00Z}\n    text: Both");
    let other = unsettled.replace("severity: sev2", "severity: sev1");
    let both = merged(&unsettled, &settled, &other);
    assert!(both.contains("text: Both") && !both.contains("was:"), "{both}");
}
