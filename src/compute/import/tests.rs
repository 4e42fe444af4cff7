use super::plan::IncidentChanges;
use super::resolve::{ResolvedIncident, resolve};
use super::select::ImportSelection;
use crate::model::imported::{ImportedEvent, ImportedIncident, ImportedIncidents};
use crate::model::incident::Incident;
use crate::model::settings::Settings;
use crate::model::time::{EventTime, Instant, OffsetTime, Span, Zone};

fn event(key: &str, at: i64, text: &str) -> ImportedEvent {
    let at = OffsetTime::in_zone(Instant::saturating(at), Zone::UTC);
    ImportedEvent::note(key, EventTime::exact(at), text)
}

fn incident(events: Vec<ImportedEvent>) -> ImportedIncidents {
    let incidents =
        vec![ImportedIncident { events, ..ImportedIncident::new("i", "Search is slow", "x") }];
    ImportedIncidents { incidents, ..ImportedIncidents::default() }
}

fn resolved(events: Vec<ImportedEvent>) -> ResolvedIncident {
    let imported = ImportSelection::default().apply(incident(events));
    resolve(imported, "slack", &Settings::default(), None).incidents.remove(0)
}

fn known(events: Vec<ImportedEvent>) -> Incident {
    let imported = resolved(events);
    imported.incident(imported.id(&Settings::default()).unwrap())
}

/// Returns how many are new, updated, unchanged, kept and gone.
fn counts(changes: &IncidentChanges) -> [usize; 5] {
    let c = changes;
    [c.new.len(), c.updated.len(), c.unchanged, c.kept.len(), c.gone.len()]
}

fn three() -> Vec<ImportedEvent> {
    vec![event("1", 1000, "a"), event("2", 2000, "b"), event("3", 3000, "c")]
}

#[test]
fn the_same_again_changes_nothing_in_whatever_order() {
    let mut again = three();
    again.reverse();
    again.extend(three());
    let changes = IncidentChanges::of(&known(three()), &resolved(again), Zone::UTC);
    assert_eq!(counts(&changes), [0, 0, 3, 0, 0]);
}

#[test]
fn what_changed_at_the_source_is_updated_unless_it_was_changed_here() {
    let mut record = known(three());
    record.events[1].text = "b, as we saw it".to_owned();
    let there = vec![event("1", 1000, "A"), event("2", 2000, "B"), event("3", 3000, "c")];
    let changes = IncidentChanges::of(&record, &resolved(there), Zone::UTC);
    assert_eq!(counts(&changes), [0, 1, 1, 1, 0]);
    assert_eq!(changes.updated[0].1.text, "A");
    assert_eq!(Some(&changes.kept[0]), record.events[1].id.as_ref());
}

#[test]
fn what_is_missing_is_gone_where_the_source_would_tell_of_it() {
    let without = vec![event("1", 1000, "a"), event("3", 3000, "c")];
    assert_eq!(
        counts(&IncidentChanges::of(&known(three()), &resolved(without), Zone::UTC)),
        [0, 0, 2, 0, 1]
    );
    // An export that ends before it tells nothing of it.
    let earlier = vec![event("1", 1000, "a")];
    assert_eq!(
        counts(&IncidentChanges::of(&known(three()), &resolved(earlier), Zone::UTC)),
        [0, 0, 1, 0, 0]
    );
    let selection = ImportSelection { pattern: Some("a".to_owned()), ..ImportSelection::default() };
    let some = resolve(selection.apply(incident(three())), "slack", &Settings::default(), None);
    assert_eq!(
        counts(&IncidentChanges::of(&known(three()), &some.incidents[0], Zone::UTC)),
        [0, 0, 1, 0, 0]
    );
}

#[test]
fn a_retracted_event_does_not_come_back_and_what_was_logged_by_hand_is_known() {
    let mut record = known(three());
    record.events[0].retracted = Some("wrong channel".to_owned());
    record.events[1].id = "p7kq2mza".parse().ok();
    if let Some(source) = &mut record.events[1].source {
        source.hash = None;
    }
    let there = vec![event("1", 1000, "a, edited"), event("2", 2000, "B"), event("3", 3000, "c")];
    assert_eq!(counts(&IncidentChanges::of(&record, &resolved(there), Zone::UTC)), [0, 0, 2, 1, 0]);
}

#[test]
fn a_clock_that_is_fast_is_put_back() {
    let selection = ImportSelection { offset: Span::seconds(90), ..ImportSelection::default() };
    let imported = selection.apply(incident(vec![event("1", 1000, "a")]));
    let resolved = resolve(imported, "slack", &Settings::default(), Some("+90s"));
    let event = &resolved.incidents[0].events[0];
    assert_eq!(event.at.order(Zone::UTC), Instant::saturating(910));
    assert_eq!(event.source.as_ref().unwrap().offset.as_deref(), Some("+90s"));
}

#[test]
fn two_that_would_have_one_id_have_two() {
    let events = (0..3000).map(|n| event(&n.to_string(), n, "x")).collect();
    let resolved = resolved(events);
    let ids: std::collections::BTreeSet<_> = resolved.events.iter().map(|e| e.id.clone()).collect();
    assert_eq!(ids.len(), 3000);
}

#[test]
fn a_word_that_the_record_does_not_have_is_told_once() {
    let settings = Settings {
        import_severities: vec![("Gold".to_owned(), "sev2".parse().unwrap())],
        ..Settings::default()
    };
    let with = |severity: &str| {
        let mut all = incident(three());
        all.incidents[0].severity = Some(severity.to_owned());
        let resolved = resolve(all, "x", &settings, None);
        let incident = resolved.incidents[0].incident("2026-06-10-x".parse().unwrap());
        (incident.severity.map(|s| s.value.to_string()), resolved.skipped.len())
    };
    assert_eq!(with("critical"), (Some("sev1".to_owned()), 0));
    assert_eq!(with("gold"), (Some("sev2".to_owned()), 0));
    assert_eq!(with("P3"), (Some("sev3".to_owned()), 0));
    assert_eq!(with("none"), (None, 0));
    assert_eq!(with("Mauve"), (None, 1));
}

#[test]
fn a_severity_goes_by_its_rank_where_the_source_has_an_order() {
    let with = |severity: &str| {
        let mut all = incident(three());
        all.incidents[0].severity = Some(severity.to_owned());
        all.severities =
            ["Major", "Moderate", "Minor", "Lead", "Tin", "Dust"].map(str::to_owned).to_vec();
        let resolved = resolve(all, "x", &Settings::default(), None);
        let incident = resolved.incidents[0].incident("2026-06-10-x".parse().unwrap());
        (incident.severity.map(|s| s.value.to_string()), resolved.notes.len())
    };
    assert_eq!(with("Major"), (Some("sev1".to_owned()), 1));
    assert_eq!(with("Minor"), (Some("sev3".to_owned()), 1));
    assert_eq!(with("Dust"), (Some("sev5".to_owned()), 1), "there are no more");
    assert_eq!(with("sev2"), (Some("sev2".to_owned()), 0), "a word of the record's own");
    let words = |words: &[&str]| {
        super::are_ordered(&words.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>())
    };
    assert!(words(&["Critical", "Major", "Minor"]) && words(&["Minor"]) && words(&[]));
    assert!(
        !words(&["Major", "Moderate", "Minor"]) && !words(&["Minor", "Major"]) && !words(&["Gold"])
    );
}
