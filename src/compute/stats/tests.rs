use super::*;
use crate::compute::downtime::IntervalSet;
use crate::model::incident::Incident;
use proptest::prelude::*;

fn facts(id: &str, text: &str) -> Incident {
    crate::io::yaml::incident::read(id.parse().unwrap(), text, &Settings::default())
        .unwrap()
        .incident
}

fn entry(id: &str, text: &str) -> IncidentEntry {
    let facts = facts(id, text);
    let settings = Settings::default();
    let timeline = Timeline::of(&facts, &settings);
    let now: chrono::DateTime<chrono::Utc> = "2019-12-01T00:00:00Z".parse().unwrap();
    IncidentEntry::of(&timeline, &DurationDefinition::built_in(), &settings, now.into())
}

/// Returns an incident of a day of 2019 that took so many minutes to recover.
fn of(day: &str, minutes: i64, more: &str) -> IncidentEntry {
    let start: chrono::DateTime<chrono::Utc> = format!("2019-{day}T10:00:00Z").parse().unwrap();
    let end = Instant::from(start).plus(Span::minutes(minutes)).rfc3339();
    let start = Instant::from(start).rfc3339();
    let text = format!(
        "title: x\n{more}\nevents:\n  - {{at: {start}, mark: started, impact: {{a: down}}, text: t}}\n  \
         - {{at: {end}, mark: recovered, text: t}}\n"
    );
    entry(&format!("2019-{day}-x"), &text)
}

/// Returns these incidents, all of which began in the time asked for, which is all time.
fn whole<'e>(entries: &[&'e IncidentEntry]) -> IncidentSelection<'e> {
    let begun = |entry| SelectedIncident { entry, began_within: true };
    let within = IntervalSet::union([(Instant::MIN, Instant::MAX)]);
    IncidentSelection {
        incidents: entries.iter().copied().map(begun).collect(),
        within,
        services: vec![],
    }
}

fn names() -> Vec<String> {
    vec!["time_to_recover".to_owned(), "time_to_detect".to_owned()]
}

fn minutes(span: Span) -> i64 {
    span.as_seconds() / 60
}

#[test]
fn the_figures_are_those_of_their_definitions() {
    let spans = |values: &[i64]| values.iter().copied().map(Span::seconds).collect::<Vec<_>>();
    let ten = summary(spans(&[10, 9, 8, 7, 6, 5, 4, 3, 2, 100])).unwrap();
    assert_eq!([ten.mean, ten.median, ten.p90].map(Span::as_seconds), [15, 7, 10]);
    let three = summary(spans(&[1, 2, 9])).unwrap();
    assert_eq!([three.mean, three.median, three.p90].map(Span::as_seconds), [4, 2, 9]);
    assert_eq!(summary(vec![]), None);
}

#[test]
fn months_severities_and_services_are_groups_in_order() {
    let entries =
        [of("03-01", 30, "severity: sev1"), of("01-05", 10, "severity: sev2"), of("01-20", 20, "")];
    let entries: Vec<_> = entries.iter().collect();
    let settings = Settings::default();
    let keys = |by| {
        let groups = groups(&whole(&entries), by, &names(), &settings);
        groups.iter().map(|g| (g.key.clone().unwrap_or_default(), g.incidents)).collect::<Vec<_>>()
    };
    let key = |key: &str, n| (key.to_owned(), n);
    assert_eq!(keys(&By::Month), [key("2019-01", 2), key("2019-03", 1)]);
    assert_eq!(keys(&By::Quarter), [key("2019-Q1", 3)]);
    assert_eq!(keys(&By::Severity), [key("sev1", 1), key("sev2", 1), key("", 1)]);
    assert_eq!(keys(&By::Service), [key("a", 3)]);
    assert_eq!(keys(&By::Cause), [key("", 3)]);
    let all = all(&whole(&entries), &names());
    let (_, recover) = &all.durations[0];
    assert_eq!((recover.n, minutes(recover.summary.unwrap().mean)), (3, 20));
    let (_, detect) = &all.durations[1];
    assert_eq!((detect.n, detect.missing, detect.summary), (0, 3, None));
    let down = all.downtime.total.unwrap().down.nominal.unwrap();
    assert_eq!((all.downtime.counts.n, minutes(down)), (3, 60));
}

#[test]
fn drills_duplicates_and_other_times_are_left_out() {
    let query = StatsQuery::default();
    assert!(query.takes(&of("01-05", 10, "")));
    assert!(!query.takes(&of("01-05", 10, "kind: drill")));
    assert!(!query.takes(&of("01-05", 10, "duplicate_of: 2019-01-04-y")));
    let drills = StatsQuery { kinds: vec![Kind::Drill], ..StatsQuery::default() };
    assert!(drills.takes(&of("01-05", 10, "kind: drill")));
    let at = |text: &str| Instant::from(text.parse::<chrono::DateTime<chrono::Utc>>().unwrap());
    let bounded = StatsQuery {
        since: Some(at("2019-01-05T10:00:00Z")),
        until: Some(at("2019-01-06T10:00:00Z")),
        ..StatsQuery::default()
    };
    assert!(bounded.takes(&of("01-05", 10, "")) && !bounded.takes(&of("01-06", 10, "")));
    assert!(!bounded.takes(&of("01-04", 10, "")));
}

#[test]
fn a_duration_that_is_still_running_is_missing() {
    let text = "title: x\nevents:\n  - {at: 2019-11-30T00:00:00Z, mark: started, text: t}\n";
    let open = entry("2019-11-30-x", text);
    let figures = figures(&[&open], "time_to_recover");
    assert_eq!((figures.n, figures.missing), (0, 1));
}

#[test]
fn a_change_is_told_from_noise_only_where_it_can_be() {
    let period = |month: &str, minutes: &[i64]| -> Vec<IncidentEntry> {
        let day = |(i, m): (usize, &i64)| of(&format!("{month}-{:02}", i + 1), *m, "");
        minutes.iter().enumerate().map(day).collect()
    };
    let verdict = |before: &[i64], after: &[i64]| {
        let (before, after) = (period("01", before), period("02", after));
        let (before, after): (Vec<_>, Vec<_>) = (before.iter().collect(), after.iter().collect());
        changes(&before, &after, &names())[0].verdict
    };
    let slow = [300, 320, 280, 310, 290];
    assert_eq!(verdict(&slow, &[30, 20, 40, 35, 25]), ChangeVerdict::Shorter);
    assert_eq!(verdict(&[30, 20, 40, 35, 25], &slow), ChangeVerdict::Longer);
    assert_eq!(verdict(&slow, &[305, 100, 420, 300, 315]), ChangeVerdict::Noise);
    assert_eq!(verdict(&slow, &[30]), ChangeVerdict::TooFew);
}

#[test]
fn objectives_are_met_missed_or_unsure() {
    let text = "objectives: {region: {time_to_recover: 2h, downtime: 1h}}\n";
    let settings = crate::io::yaml::settings::read(text).unwrap().0;
    let open = "title: x\nclass: region\nevents:\n  - {at: 2019-11-30T23:00:00Z, mark: started, text: t}\n";
    let vague = "title: x\nclass: region\nevents:
  - {at: 2019-01-01T10:00:00Z, within: 20m, mark: started, impact: {a: down}, text: t}
  - {at: 2019-01-01T11:50:00Z, mark: recovered, text: t}\n";
    let entries = [
        of("01-05", 119, "class: region\nkind: drill"),
        of("01-06", 121, "class: region"),
        of("01-07", 600, "class: other"),
        entry("2019-11-30-x", open),
        entry("2019-01-01-x", vague),
    ];
    let entries: Vec<_> = entries.iter().collect();
    let outcomes: Vec<_> = judge(&entries, &settings)
        .into_iter()
        .map(|j| (j.incident.to_string(), j.measure.to_string(), j.outcome, j.uncertain))
        .collect();
    let expected = [
        ("2019-01-05-x", "time_to_recover", ObjectiveOutcome::Met, false),
        ("2019-01-05-x", "downtime", ObjectiveOutcome::Missed, false),
        ("2019-01-06-x", "time_to_recover", ObjectiveOutcome::Missed, false),
        ("2019-01-06-x", "downtime", ObjectiveOutcome::Missed, false),
        ("2019-11-30-x", "time_to_recover", ObjectiveOutcome::Running, false),
        ("2019-11-30-x", "downtime", ObjectiveOutcome::Unknown, false),
        ("2019-01-01-x", "time_to_recover", ObjectiveOutcome::Unsure, true),
        ("2019-01-01-x", "downtime", ObjectiveOutcome::Missed, false),
    ];
    let expected = expected.map(|(id, measure, outcome, uncertain)| {
        (id.to_owned(), measure.to_owned(), outcome, uncertain)
    });
    assert_eq!(outcomes, expected);
}

/// One incident: when it began, in minutes of 2019, how long it took, how uncertain its ends are, what it did to which
/// service, and whether it ends.
type Drawn = (i64, i64, i64, bool, bool, bool);

fn drawn(number: usize, (begin, length, within, other, down, ends): Drawn) -> IncidentEntry {
    let at = |minute: i64| {
        let start: chrono::DateTime<chrono::Utc> = "2019-01-01T00:00:00Z".parse().unwrap();
        Instant::from(start).plus(Span::minutes(minute)).rfc3339()
    };
    let service = if other { "b" } else { "a" };
    let state = if down { "down" } else { "degraded" };
    let end = format!(
        "  - {{at: {}, within: {within}m, mark: recovered, text: u}}\n",
        at(begin + length)
    );
    let text = format!(
        "title: x\nclass: region\nevents:\n  - {{at: {}, within: {within}m, mark: started, impact: {{{service}: {state}}}, text: t}}\n{}",
        at(begin),
        if ends { end.as_str() } else { "" }
    );
    entry(&format!("2019-01-01-x{number}"), &text)
}

/// Returns how many minutes of the time asked for somebody was affected, service by service, counted one by one.
fn minute_by_minute(drawn: &[Drawn], asked: std::ops::Range<i64>) -> i64 {
    let until = |d: &Drawn| if d.5 { d.0 + d.1 } else { 334 * 1440 };
    let hit = |minute: i64, other: bool| {
        drawn.iter().any(|d| d.3 == other && d.0 <= minute && minute < until(d))
    };
    [false, true].map(|other| asked.clone().filter(|m| hit(*m, other)).count() as i64).iter().sum()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn downtime_is_counted_once_and_its_months_add_up(
        told in prop::collection::vec(
            (0_i64..130_000, 0_i64..60_000, Just(0_i64), any::<bool>(), any::<bool>(), prop::bool::weighted(0.9)), 1..6),
        since in 0_i64..100_000, asked in 1_i64..100_000,
    ) {
        let entries: Vec<_> = told.iter().enumerate().map(|(i, d)| drawn(i, *d)).collect();
        let start: chrono::DateTime<chrono::Utc> = "2019-01-01T00:00:00Z".parse().unwrap();
        let at = |minute| Some(Instant::from(start).plus(Span::minutes(minute)));
        let query =
            StatsQuery { since: at(since), until: at(since + asked), ..StatsQuery::default() };
        let (selection, _) = IncidentSelection::of(&entries, &query, None);
        let affected = |g: &StatsGroup| g.downtime.total.map(|t| t.affected.nominal.unwrap());
        let total = all(&selection, &names());
        let truth = Span::minutes(minute_by_minute(&told, since..since + asked));
        prop_assert_eq!(affected(&total).unwrap_or_default(), truth);
        let months = groups(&selection, &By::Month, &names(), &Settings::default());
        let sum = months.iter().filter_map(affected).fold(Span::ZERO, Span::plus);
        prop_assert_eq!(sum, truth, "the months add up");
    }

    #[test]
    fn the_counts_of_an_answer_add_up(
        told in prop::collection::vec(
            (0_i64..130_000, 0_i64..3_000, prop_oneof![Just(0_i64), 0_i64..3_000], any::<bool>(),
             any::<bool>(), prop::bool::weighted(0.8)), 1..7),
    ) {
        let entries: Vec<_> = told.iter().enumerate().map(|(i, d)| drawn(i, *d)).collect();
        let (selection, _) = IncidentSelection::of(&entries, &StatsQuery::default(), None);
        let settings = Settings::default();
        let months = groups(&selection, &By::Month, &names(), &settings);
        let whole = all(&selection, &names());
        prop_assert_eq!(months.iter().map(|g| g.incidents).sum::<usize>(), whole.incidents);
        let nominal = |t: DowntimeTotal| t.affected.nominal.unwrap_or_default();
        let sum = |groups: &[StatsGroup]| {
            groups.iter().filter_map(|g| g.downtime.total).map(nominal).fold(Span::ZERO, Span::plus)
        };
        prop_assert_eq!(sum(&months), sum(std::slice::from_ref(&whole)));
        for group in months.iter().chain([&whole]) {
            for (name, f) in &group.durations {
                prop_assert_eq!(f.n + f.missing + f.unsure, group.incidents, "{}", name);
            }
            let counts = group.downtime.counts;
            prop_assert_eq!(counts.n + counts.missing + counts.unsure, group.incidents);
            let Some(total) = group.downtime.total else { continue };
            for part in [total.down, total.degraded, total.affected] {
                let within = |n: Span| part.lowest <= n && n <= part.highest;
                prop_assert!(part.lowest <= part.highest && part.nominal.is_none_or(within), "{part:?}");
            }
        }
    }
}

#[test]
fn overlapping_incidents_are_united_and_lie_in_the_months_in_which_they_were() {
    let minute = |day: i64, hour: i64| (day * 24 + hour) * 60;
    // a is down from 30 January 12:00 to 2 February 12:00, and by another incident until 3 February.
    let long = drawn(1, (minute(29, 12), minute(3, 0), 0, false, true, true));
    let again = drawn(2, (minute(31, 0), minute(2, 0), 0, false, true, true));
    let entries = [long, again];
    let (selection, _) = IncidentSelection::of(&entries, &StatsQuery::default(), None);
    let months = groups(&selection, &By::Month, &names(), &Settings::default());
    let found: Vec<_> = months
        .iter()
        .map(|g| {
            let down = g.downtime.total.unwrap().down.nominal.unwrap();
            (
                g.key.as_deref().unwrap(),
                g.incidents,
                g.downtime.counts.began_outside,
                minutes(down) / 60,
            )
        })
        .collect();
    assert_eq!(found, [("2019-01", 1, 0, 36), ("2019-02", 1, 1, 48)]);
    assert_eq!(minutes(all(&selection, &names()).downtime.total.unwrap().down.highest) / 60, 84);
}

#[test]
fn what_has_no_nominal_value_is_unsure_and_in_no_mean() {
    let vague = "title: x\nclass: region\nevents:
  - {at: 2019-03, mark: started, impact: {a: down}, text: t}
  - {at: 2019-03, mark: recovered, text: t}\n";
    let entries = [of("03-01", 30, "class: region"), entry("2019-03-01-x", vague)];
    let (selection, _) = IncidentSelection::of(&entries, &StatsQuery::default(), None);
    let whole = all(&selection, &names());
    let (_, recover) = &whole.durations[0];
    assert_eq!((recover.n, recover.missing, recover.unsure), (1, 0, 1));
    assert_eq!(minutes(recover.summary.unwrap().mean), 30);
    let total = whole.downtime.total.unwrap();
    assert_eq!((whole.downtime.counts.n, whole.downtime.counts.unsure), (1, 1));
    assert_eq!(minutes(total.down.nominal.unwrap()), 30);
    assert_eq!(minutes(total.down.highest), 30);
    let unsure = whole.downtime.counts.unsure_highest;
    assert_eq!(minutes(unsure), 31 * 24 * 60 - 1, "the month holds the other whole");
    let text = "objectives: {region: {time_to_recover: 2h}}\n";
    let settings = crate::io::yaml::settings::read(text).unwrap().0;
    let judged = judge(&selection.begun(), &settings);
    let outcomes: Vec<_> = judged.iter().map(|j| j.outcome).collect();
    assert_eq!(outcomes, [ObjectiveOutcome::Met, ObjectiveOutcome::Unsure]);
}

#[test]
fn every_choice_of_a_query_counts() {
    let one = of("01-05", 10, "severity: sev1\nclass: region");
    let takes = |query: StatsQuery| query.takes(&one);
    let names = |name: &str| vec![name.parse().unwrap()];
    let none = StatsQuery::default;
    assert!(takes(StatsQuery { severities: names("sev1"), ..none() }));
    assert!(!takes(StatsQuery { severities: names("sev2"), ..none() }));
    assert!(!takes(StatsQuery { services: names("b"), ..none() }));
    assert!(!takes(StatsQuery { classes: names("zone"), ..none() }));
    assert!(takes(StatsQuery { open: Some(true), ..none() }), "it was never resolved");
    assert!(!takes(StatsQuery { open: Some(false), ..none() }));
    let other = Some("2019-01-06-y".parse().unwrap());
    assert!(!takes(StatsQuery { incident: other, ..none() }));
}
