use super::*;
use crate::compute::downtime::{DowntimePart, IntervalEnd};
use crate::compute::quantities::Statistic;
use crate::compute::stats::{By, IncidentEntry, IncidentSelection};
use crate::compute::timeline::Timeline;
use crate::model::incident::{Incident, Milestone, State};
use crate::model::time::Instant;

const FILE: &str = "incidents/2019/2019-01-24-x/incident.yaml";

const TEXT: &str = "title: x
class: region
services: [a, b]
events:
  - {id: e1, at: 2019-01-24T12:00:00Z, within: 5m, impact: {a: down, b: degraded}, text: t}
  - {id: e2, at: 2019-01-24T12:20:00Z, mark: detected, text: t}
  - {id: e3, at: 2019-01-24T12:30:00Z, mark: mitigated, text: t}
  - {id: e4, at: 2019-01-24T12:40:00Z, impact: {a: degraded, b: up}, text: t}
  - {id: e5, at: 2019-01-24T13:00:00Z, impact: {a: up}, text: t}
  - {id: e6, at: 2019-01-24T18:00:00Z, mark: resolved, text: t}
";

fn settings() -> Settings {
    crate::io::yaml::settings::read("objectives: {region: {time_to_recover: 58m}}\n").unwrap().0
}

fn facts(id: &str, text: &str) -> Incident {
    crate::io::yaml::incident::read(id.parse().unwrap(), text, &settings()).unwrap().incident
}

fn span(seconds: i64) -> Option<Span> {
    Some(Span::seconds(seconds))
}

fn id(end: Option<&IntervalEnd>) -> Option<&str> {
    end?.event.as_ref().map(Name::as_str)
}

fn of_one(number: &Quantity) -> DerivationReport {
    derive(TEXT, number)
}

fn derive(text: &str, number: &Quantity) -> DerivationReport {
    let (facts, settings) = (facts("2019-01-24-x", text), settings());
    let timeline = Timeline::of(&facts, &settings);
    let definitions = DurationDefinition::built_in();
    let waiting = ["e5".to_owned()];
    let files = IncidentLocations { file: FILE.to_owned(), waiting: &waiting };
    let now = timeline.events()[4].order.plus(Span::hours(1));
    let source = DerivationSource {
        timeline: &timeline,
        definitions: &definitions,
        settings: &settings,
        now,
        files: &files,
    };
    one(number, source).unwrap()
}

fn events(why: &DerivationReport) -> Vec<(&str, Option<&str>, Option<u32>)> {
    why.events.iter().map(|e| (e.role.as_str(), e.id.as_ref().map(Name::as_str), e.line)).collect()
}

#[test]
fn a_duration_names_its_events_with_their_lines_and_what_stands_in() {
    let why = of_one(&Quantity::Duration("time_to_recover".into()));
    assert_eq!(
        (why.seconds, why.min_seconds, why.max_seconds),
        (span(3600), span(3300), span(3900))
    );
    let ends = [why.from.as_ref(), why.to.as_ref()].map(|end| end.unwrap().to_string());
    assert_eq!(ends, ["started", "recovered"]);
    let told = [("from started", Some("e1"), Some(5)), ("to recovered", Some("e5"), None)];
    assert_eq!(events(&why), told, "an event in the spool has no line");
    assert_eq!(why.events[0].file.as_deref(), Some(FILE));
    let stand_ins: Vec<_> =
        why.stand_ins.iter().map(|s| format!("{} {}", s.milestone, s.by)).collect();
    let expected = ["started first impact", "recovered end of the last impact"];
    assert_eq!(stand_ins, expected);
}

#[test]
fn a_duration_that_is_absent_says_why_and_shows_the_mark_that_does_not_count() {
    let text = TEXT.replace("b: up", "b: down");
    let why = derive(&text, &Quantity::Duration("time_to_mitigate".into()));
    assert_eq!(why.absent.as_deref(), Some("mitigated was voided by later impact"));
    let void = ("mitigated, which does not count", Some("e3"), Some(7));
    let by = ("voids mitigated", Some("e4"), Some(8));
    assert_eq!(events(&why), [void, by]);
    let open = text.replace("mark: resolved", "kind: note");
    let why = derive(&open, &Quantity::Duration("time_to_mitigate".into()));
    assert_eq!(events(&why), [("from started", Some("e1"), Some(5)), void, by]);
    assert!(why.running);
    let why = derive(&text, &Quantity::Milestone(Milestone::Mitigated));
    assert_eq!((why.at.is_none(), events(&why)[0].0), (true, "does not count"));
}

#[test]
fn downtime_is_the_sum_of_its_stretches() {
    let why = of_one(&Quantity::Downtime(DowntimePart::Affected, Some("a".parse().unwrap())));
    let intervals: Vec<_> = why
        .intervals
        .iter()
        .map(|DerivationInterval { interval: i, length }| {
            (i.state, *length, id(Some(&i.start)), id(i.end.as_ref()))
        })
        .collect();
    let expected = [
        (State::Down, span(2400), Some("e1"), Some("e4")),
        (State::Degraded, span(1200), Some("e4"), Some("e5")),
    ];
    assert_eq!((intervals.as_slice(), why.seconds), (&expected[..], span(3600)));
    let all = of_one(&Quantity::Downtime(DowntimePart::Affected, None));
    assert_eq!(all.seconds, span(3600), "what overlaps is counted once");
}

#[test]
fn an_objective_says_what_was_missed_and_by_which_limit() {
    let why = of_one(&Quantity::Objective("time_to_recover".into()));
    assert!(why.meaning.starts_with("unsure: `objectives`"), "{}", why.meaning);
    assert!(why.meaning.contains("58m"), "{}", why.meaning);
    let why = of_one(&Quantity::Objective("downtime".into()));
    assert!(why.absent.unwrap().contains("no objective"));
}

#[test]
fn a_statistic_lists_its_members_and_what_is_missing() {
    let later = TEXT.replace("2019-01-24T", "2019-02-24T").replace("13:00", "14:00");
    let open = "title: y\nevents:\n  - {at: 2019-02-25T12:00:00Z, mark: started, text: t}\n";
    let (settings, definitions) = (settings(), DurationDefinition::built_in());
    let now = Instant::from(chrono::DateTime::parse_from_rfc3339("2019-03-01T00:00:00Z").unwrap());
    let entry = |(id, text): (&str, &str)| {
        let facts = facts(id, text);
        IncidentEntry::of(&Timeline::of(&facts, &settings), &definitions, &settings, now)
    };
    let texts = [("2019-01-24-x", TEXT), ("2019-02-24-x", &later), ("2019-02-25-y", open)];
    let entries = texts.map(entry);
    let query = crate::compute::stats::StatsQuery::default();
    let (entries, _) = IncidentSelection::of(&entries, &query, None);
    let mean = Quantity::Statistic(Statistic::Mean, "time_to_recover".into());
    let why = many(
        &mean,
        &entries,
        Some(&By::Month),
        NumberTerms { definitions: &definitions, settings: &settings },
    )
    .unwrap();
    assert_eq!((why.n, why.missing, why.seconds), (Some(2), Some(1), span(5400)));
    let groups: Vec<_> =
        why.groups.iter().map(|g| (g.key.as_deref().unwrap(), g.n, g.missing, g.seconds)).collect();
    assert_eq!(groups, [("2019-01", 1, 0, span(3600)), ("2019-02", 1, 1, span(7200))]);
    let running = &why.groups[1].members[1];
    assert_eq!(running.absent.as_deref(), Some("its end is still to come"));
    let count = many(
        &Quantity::Incidents,
        &entries,
        None,
        NumberTerms { definitions: &definitions, settings: &settings },
    )
    .unwrap();
    assert_eq!((count.n, count.groups[0].members.len()), (Some(3), 3));
    let affected = many(
        &Quantity::Downtime(DowntimePart::Affected, None),
        &entries,
        None,
        NumberTerms { definitions: &definitions, settings: &settings },
    )
    .unwrap();
    assert_eq!(
        (affected.seconds, affected.missing),
        (span(3600 + 7200 + 2 * 2400), Some(1)),
        "a and b"
    );
}

#[test]
fn a_change_shows_both_sides_and_how_rare_it_is() {
    let (settings, definitions) = (settings(), DurationDefinition::built_in());
    let entry = |minutes: i64| {
        let end = format!("13:{minutes:02}");
        let facts = facts("2019-01-24-x", &TEXT.replace("13:00", &end));
        IncidentEntry::of(&Timeline::of(&facts, &settings), &definitions, &settings, Instant::MAX)
    };
    let (slow, fast) = ([50, 51, 52, 53].map(entry), [1, 2, 3, 4].map(entry));
    let (slow, fast): (Vec<_>, Vec<_>) = (slow.iter().collect(), fast.iter().collect());
    let why = change(
        "time_to_recover",
        &slow,
        &fast,
        NumberTerms { definitions: &definitions, settings: &settings },
    )
    .unwrap();
    assert!(
        why.meaning.starts_with("shorter, more than chance explains; of 10000 splits"),
        "{}",
        why.meaning
    );
    assert_eq!((why.seconds, why.groups.len()), (span(-49 * 60), 2));
}
