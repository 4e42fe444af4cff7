use super::*;
use crate::io::yaml::incident::read;
use crate::model::incident::{Milestone, State};
use proptest::prelude::*;

const POWER: &str = include_str!(
    "../../../../examples/scalingo/incidents/2019/2019-01-24-datacenter-power-loss/incident.yaml"
);
const SETTINGS: &str = include_str!("../../../../examples/scalingo/recount.yaml");

fn settings(text: &str) -> Settings {
    crate::io::yaml::settings::read(text).unwrap().0
}

fn chart_of(text: &str, settings: &Settings, audience: Audience) -> Option<Chart> {
    let read = read("2019-01-24-x".parse().unwrap(), text, settings).unwrap();
    Chart::of(&read.incident, settings, audience)
}

fn chart(text: &str) -> Chart {
    chart_of(text, &settings("cadence: {sev1: 30m}"), Audience::Internal).unwrap()
}

fn power(audience: Audience) -> Chart {
    chart_of(POWER, &settings(SETTINGS), audience).unwrap()
}

#[test]
fn a_review_a_week_later_does_not_make_a_dot_of_the_outage() {
    let chart = power(Audience::Internal);
    assert_eq!(
        (chart.start.rfc3339().as_str(), chart.end.rfc3339().as_str()),
        ("2019-01-24T12:49:08Z", "2019-01-24T18:46:52Z")
    );
    let last = chart.events.last().unwrap();
    assert_eq!((&*last.marks, last.side), (&[Milestone::Closed][..], ChartSide::After));
    assert!(chart.events.iter().rev().skip(1).all(|e| e.side == ChartSide::Inside));
}

#[test]
fn phases_follow_on_one_another() {
    let names = |text: &str| {
        let all = chart(text).phases;
        all.into_iter().map(|p| p.name).collect::<Vec<_>>().join(", ")
    };
    let event = |clock: &str, mark: &str| {
        format!("  - {{at: 2019-01-24T{clock}:00Z, mark: {mark}, text: t}}\n")
    };
    let incident = |marks: &[(&str, &str)]| {
        let events: String = marks.iter().map(|(c, m)| event(c, m)).collect();
        names(&format!("title: t\nevents:\n{events}"))
    };
    let all = [("10:00", "started"), ("10:05", "detected"), ("10:30", "identified")];
    let rest = [("11:00", "mitigated"), ("12:00", "recovered")];
    let life = incident(&[all.as_slice(), &rest].concat());
    assert_eq!(life, "detection, diagnosis, repair, recovery");
    let cause_last = [all[0], all[1], rest[0], rest[1], ("13:00", "identified")];
    assert_eq!(incident(&cause_last), "detection, until mitigated, recovery");
    assert_eq!(incident(&[all[0], rest[1]]), "until recovered");
    assert_eq!(incident(&[all[0]]), "");
}

#[test]
fn a_service_has_its_stretches_with_their_bounds() {
    let chart = power(Audience::Internal);
    let lanes: Vec<_> = chart.services.iter().map(|l| l.service.as_str()).collect();
    assert_eq!(lanes, ["Applications", "Databases"]);
    let databases = &chart.services[1].intervals[0];
    let end = databases.to.as_ref().unwrap();
    assert_eq!(databases.interval.state, State::Down);
    assert_eq!(end.max_seconds - end.min_seconds, 3 * 3600);
}

#[test]
fn the_public_waits_too_long_where_the_cadence_is_missed() {
    let text = "
title: t
severity: sev1
events:
  - {at: 2019-01-24T10:00:00Z, mark: started, text: t}
  - {at: 2019-01-24T10:20:00Z, mark: detected, text: t}
  - {at: 2019-01-24T10:40:00Z, kind: communication, text: t}
  - {at: 2019-01-24T11:20:00Z, audience: public, text: t}
  - {at: 2019-01-24T11:40:00Z, mark: recovered, text: t}
";
    let chart = chart(text);
    let updates = chart.updates.unwrap();
    assert_eq!(updates.heard.len(), 1);
    let [gap] = updates.gaps.as_slice() else { panic!("{:?}", updates.gaps) };
    assert_eq!((gap.to_seconds - gap.due_seconds, gap.every_seconds), (1800, 1800));
}

#[test]
fn severity_changes_with_its_events() {
    let text = "
title: t
severity: sev3
events:
  - {at: 2019-01-24T10:00:00Z, mark: started, text: t}
  - {at: 2019-01-24T10:30:00Z, severity: sev1, text: t}
  - {at: 2019-01-24T11:00:00Z, mark: recovered, text: t}
";
    let bands = chart(text).severities;
    let bands: Vec<_> = bands
        .iter()
        .map(|s| (s.severity.as_str(), s.rank, s.to_seconds - s.from_seconds))
        .collect();
    assert_eq!(bands, [("sev3", Some(2), 1800), ("sev1", Some(0), 1800)]);
}

#[test]
fn the_public_sees_public_events_and_states_alone() {
    let text = "
title: secret-title
severity: sev1
services: [secret-service, apps]
causes: [{kind: root, text: secret-cause}]
events:
  - {id: e1, at: 2019-01-24T10:00:00Z, mark: started, audience: public, by: secret-by, kind: alert,
     roles: {commander: secret-role}, severity: sev2, attribution: provider, progress: {apps: 1/4321},
     links: [{url: 'https://secret-link.example'}], source: {from: secret-source, id: s},
     impact: {secret-service: down, apps: [{state: degraded, share: 0.4321, customers: [secret-customer]}]}, text: Seen by all}
  - {id: e2, at: 2019-01-24T10:10:00Z, mark: detected, impact: {apps: down}, text: secret-event}
  - {id: e3, at: 2019-01-24T10:20:00Z, audience: public, retracted: secret-reason, text: secret-retracted}
  - {id: e4, at: 2019-01-24T11:00:00Z, mark: recovered, audience: public, text: Over}
";
    let settings = settings(
        "services: {secret-service: {name: secret-name}, apps: {name: secret-apps, public: Your apps}}\ncadence: {sev1: 30m}",
    );
    let chart = chart_of(text, &settings, Audience::Public).unwrap();
    let json = serde_json::to_string(&chart).unwrap();
    for secret in
        ["secret", "4321", "sev1", "sev2", "provider", "alert", "commander", "detected", "started"]
    {
        assert!(!json.contains(secret), "{secret} in {json}");
    }
    assert_eq!(chart.services.len(), 1);
    let interval = &chart.services[0].intervals[0];
    assert_eq!(
        (chart.services[0].service.as_str(), interval.interval.state),
        ("Your apps", State::Degraded)
    );
    assert_eq!(interval.to.as_ref().unwrap().moment.nominal().rfc3339(), "2019-01-24T11:00:00Z");
    assert_eq!(chart.events.len(), 2);
}

#[test]
fn nothing_is_drawn_of_nothing() {
    assert!(chart_of("title: t\n", &settings(""), Audience::Internal).is_none());
    assert!(
        chart_of(POWER.split("events:").next().unwrap(), &settings(SETTINGS), Audience::Public)
            .is_none()
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn any_times_make_a_chart_with_a_few_ticks_on_it(
        times in prop::collection::vec((0_i64..253_402_300_799, 0_i64..1_000_000, 0..6_usize), 1..8),
    ) {
        let marks = ["", "mark: started,", "mark: detected,", "mark: recovered,", "impact: {a: down},", "mark: closed,"];
        let line = |(at, within, mark): &(i64, i64, usize)| {
            let at = Instant::saturating(*at).rfc3339();
            format!("  - {{at: {at}, within: {within}s, {} text: t}}\n", marks[*mark])
        };
        let events: String = times.iter().map(line).collect();
        let chart = chart(&format!("title: t\ntimezone: Europe/Paris\nevents:\n{events}"));
        prop_assert!(chart.length_seconds > 0);
        prop_assert!(chart.ticks.len() <= 18);
        prop_assert!(chart.ticks.iter().all(|t| (0..=chart.length_seconds).contains(&t.seconds)));
        prop_assert!(chart.phases.iter().all(|p| p.from.seconds <= p.to.seconds));
    }
}

#[test]
fn a_mark_that_does_not_count_says_so() {
    let told = "title: t\nevents:\n  \
        - {id: a, at: 2019-01-24T10:00:00Z, mark: started, impact: {api: down}, text: t}\n  \
        - {id: b, at: 2019-01-24T11:00:00Z, mark: mitigated, text: t}\n  \
        - {id: c, at: 2019-01-24T12:00:00Z, impact: {dns: down}, text: t}\n";
    let voided = chart(told);
    let stand: Vec<_> = voided.events.iter().map(|e| e.stands).collect();
    assert_eq!(stand, [true, false, false]);
    assert_eq!(voided.events[1].voided_at.as_ref(), Some(&voided.events[2].at));
    let again = "  - {id: d, at: 2019-01-24T13:00:00Z, mark: mitigated, text: t}\n";
    let marked = chart(&format!("{told}{again}"));
    let stand: Vec<_> = marked.events.iter().map(|e| e.stands).collect();
    assert_eq!(stand, [true, false, false, true]);
    assert_eq!(marked.events[1].voided_at, None);
    let public = told.replace("text: t", "text: t, audience: public");
    let public = chart_of(&public, &settings(""), Audience::Public).unwrap();
    assert!(public.events.iter().all(|e| !e.stands && e.voided_at.is_none()));
}
