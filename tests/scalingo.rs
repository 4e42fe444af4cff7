//! Holds the worked record of `examples/scalingo` against what its sources say.

use chrono::NaiveDate;
use recount::compute::downtime::{self, ImpactScope};
use recount::compute::timeline::Timeline;
use recount::io::yaml;
use recount::model::incident::{Attribution, Incident, IncidentId, Milestone, State};
use recount::model::settings::Settings;
use recount::model::time::{Instant, Span, TimeBounds};
use std::collections::BTreeSet;

const SETTINGS: &str = include_str!("../examples/scalingo/recount.yaml");

/// The folder's name and the text of each incident.
const DOCKER: (&str, &str) = (
    "2015-07-29-cascade-of-full-docker-partitions",
    include_str!(
        "../examples/scalingo/incidents/2015/2015-07-29-cascade-of-full-docker-partitions/incident.yaml"
    ),
);
const POWER: (&str, &str) = (
    "2019-01-24-datacenter-power-loss",
    include_str!(
        "../examples/scalingo/incidents/2019/2019-01-24-datacenter-power-loss/incident.yaml"
    ),
);

fn settings() -> Settings {
    let (settings, problems) = yaml::settings::read(SETTINGS).unwrap();
    assert_eq!(problems, []);
    settings
}

fn incident((folder, text): (&str, &str)) -> Incident {
    let read = yaml::incident::read(folder.parse().unwrap(), text, &settings()).unwrap();
    assert_eq!(read.problems, [], "{folder}");
    read.incident
}

fn at(text: &str) -> Instant {
    chrono::DateTime::parse_from_rfc3339(text).unwrap().into()
}

/// Returns the nominal, shortest and longest time between two milestones.
fn between(timeline: &Timeline<'_>, from: &Milestone, to: &Milestone) -> [Span; 3] {
    let [from, to] = [from, to].map(|m| timeline.milestone(m).unwrap().moment);
    [
        to.nominal().since(from.nominal()),
        to.earliest().since(from.latest()),
        to.latest().since(from.earliest()),
    ]
}

#[test]
fn each_folder_is_named_by_its_day_and_title() {
    let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
    for (case, day) in [(DOCKER, day(2015, 7, 29)), (POWER, day(2019, 1, 24))] {
        assert_eq!(IncidentId::of(day, &incident(case).title).as_str(), case.0);
    }
}

#[test]
fn the_record_names_only_what_it_defines() {
    let settings = settings();
    for incident in [DOCKER, POWER].map(incident) {
        let timeline = Timeline::of(&incident, &settings);
        for service in timeline.services() {
            assert!(settings.service(service.as_str()).is_some(), "{service}");
        }
        let class = &incident.class.as_ref().unwrap().value;
        assert!(settings.objectives.iter().any(|(name, _)| name == class), "{class}");
        let severity = &incident.severity.as_ref().unwrap().value;
        assert!(settings.severities.contains(severity), "{severity}");
        let actions: Vec<_> = incident.actions.iter().flat_map(|a| &a.id).collect();
        for id in &incident.public.as_ref().unwrap().actions {
            assert!(actions.contains(&id), "{id}");
        }
    }
}

#[test]
fn ids_are_like_those_that_the_tool_makes_and_stand_once() {
    for incident in [DOCKER, POWER].map(incident) {
        let events = incident.events.iter().map(|e| e.id.as_ref().unwrap().as_str());
        let actions = incident.actions.iter().map(|a| a.id.as_ref().unwrap().as_str());
        let mut seen = BTreeSet::new();
        for id in events.chain(actions) {
            let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
            assert!(id.len() == 8 && id.bytes().all(plain), "{id}");
            assert!(id.starts_with(|c: char| c.is_ascii_lowercase()), "{id}");
            assert!(serde_yaml::from_str::<serde_yaml::Value>(id).unwrap().is_string(), "{id}");
            assert!(seen.insert(id), "{id} stands twice");
        }
    }
}

#[test]
fn the_events_stand_in_the_order_that_the_tool_gives_them() {
    for incident in [DOCKER, POWER].map(incident) {
        let timeline = Timeline::of(&incident, &settings());
        let told: Vec<_> = timeline.events().iter().map(|t| &t.event.id).collect();
        let written: Vec<_> = incident.events.iter().map(|e| &e.id).collect();
        assert_eq!(told, written);
        assert!(!timeline.is_open());
    }
}

#[test]
fn the_cascade_was_seen_after_three_hours_and_over_after_four_and_a_half() {
    let incident = incident(DOCKER);
    let timeline = Timeline::of(&incident, &settings());
    let minutes = |all: [i64; 3]| all.map(Span::minutes);
    let detect = between(&timeline, &Milestone::Started, &Milestone::Detected);
    assert_eq!(detect, minutes([180, 165, 195]));
    let recover = between(&timeline, &Milestone::Started, &Milestone::Recovered);
    assert_eq!(recover, minutes([270, 255, 285]));
    let [claim] = &incident.claims[..] else { panic!("one claim") };
    assert!(claim.at_least && claim.stated == Span::minutes(270));
}

#[test]
fn the_platform_was_dark_for_five_hours_and_44_minutes() {
    let incident = incident(POWER);
    let timeline = Timeline::of(&incident, &settings());
    let dark = between(&timeline, &Milestone::Started, &Milestone::Recovered);
    assert_eq!(dark, [Span::minutes(5 * 60 + 44); 3]);
    let moment = |m| timeline.milestone(&m).unwrap().moment;
    assert_eq!(moment(Milestone::Started), TimeBounds::exact(at("2019-01-24T12:56:00Z")));
}

#[test]
fn the_databases_were_back_before_the_applications_whatever_the_true_times() {
    let incident = incident(POWER);
    let timeline = Timeline::of(&incident, &settings());
    for time_of in [TimeBounds::earliest, TimeBounds::nominal, TimeBounds::latest] {
        let ends = ["databases", "apps"].map(|service| {
            let service = service.parse().unwrap();
            let time_of = |t: &recount::compute::timeline::TimedEvent<'_>| time_of(t.moment);
            let all = downtime::intervals(&timeline, &service, ImpactScope::default(), time_of);
            let [only] = &all[..] else { panic!("one stretch of {service}, not {}", all.len()) };
            assert_eq!((only.state, only.start.at), (State::Down, at("2019-01-24T12:56:00Z")));
            only.end.unwrap().at
        });
        assert!(ends[0] <= ends[1]);
        assert_eq!(ends[1], at("2019-01-24T18:40:00Z"));
    }
    let nominal = |id: &str| {
        let found = |t: &&recount::compute::timeline::TimedEvent<'_>| {
            t.event.id.as_ref().unwrap().as_str() == id
        };
        timeline.events().iter().find(found).unwrap().moment.nominal()
    };
    assert!(nominal("n2alldbs") < nominal("s1backup"));
}

#[test]
fn the_time_is_the_providers_until_half_past_three_in_paris() {
    let incident = incident(POWER);
    let timeline = Timeline::of(&incident, &settings());
    let from = downtime::attributions(&timeline, |t| t.moment.nominal());
    let from: Vec<_> = from.into_iter().map(|(at, whose, _)| (at, whose)).collect();
    let own = (at("2019-01-24T14:30:00Z"), Attribution::Own);
    assert_eq!(from, [(Instant::MIN, Attribution::Provider), own]);
}

#[test]
fn follow_ups_stand_as_the_posts_left_them() {
    let states = |case| {
        let count = |status: &str| {
            incident(case).actions.iter().filter(|a| a.status.as_str() == status).count()
        };
        ["done", "doing", "open"].map(count)
    };
    assert_eq!(states(DOCKER), [2, 1, 8]);
    assert_eq!(states(POWER), [1, 1, 6]);
}
