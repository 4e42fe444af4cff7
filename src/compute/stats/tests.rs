use super::*;
use crate::model::incident::Incident;

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
        let groups = groups(&entries, by, &names(), &settings);
        groups.iter().map(|g| (g.key.clone().unwrap_or_default(), g.incidents)).collect::<Vec<_>>()
    };
    let key = |key: &str, n| (key.to_owned(), n);
    assert_eq!(keys(By::Month), [key("2019-01", 2), key("2019-03", 1)]);
    assert_eq!(keys(By::Quarter), [key("2019-Q1", 3)]);
    assert_eq!(keys(By::Severity), [key("sev1", 1), key("sev2", 1), key("", 1)]);
    assert_eq!(keys(By::Service), [key("a", 3)]);
    assert_eq!(keys(By::Cause), [key("", 3)]);
    let all = all(&entries, &names());
    let (_, recover) = &all.durations[0];
    assert_eq!((recover.n, minutes(recover.summary.unwrap().mean)), (3, 20));
    let (_, detect) = &all.durations[1];
    assert_eq!((detect.n, detect.missing, detect.summary), (0, 3, None));
    assert_eq!((all.downtime.n, minutes(all.downtime.down)), (3, 60));
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
fn objectives_are_met_or_missed_by_incidents_and_drills() {
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
        ("2019-01-01-x", "time_to_recover", ObjectiveOutcome::Met, true),
        ("2019-01-01-x", "downtime", ObjectiveOutcome::Missed, false),
    ];
    let expected = expected.map(|(id, measure, outcome, uncertain)| {
        (id.to_owned(), measure.to_owned(), outcome, uncertain)
    });
    assert_eq!(outcomes, expected);
}
