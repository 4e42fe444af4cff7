use super::*;
use crate::incident::Incident as Facts;
use crate::yaml::incident::read;
use proptest::prelude::*;

const NOW: &str = "2026-11-20T12:00:00Z";

fn at(text: &str) -> Instant {
    text.parse::<chrono::DateTime<chrono::Utc>>().unwrap().into()
}

fn facts(text: &str) -> Facts {
    let read = read("2019-01-01-x".parse().unwrap(), text, &Settings::default()).unwrap();
    assert!(read.problems.is_empty(), "{:?}", read.problems);
    read.incident
}

fn with(text: &str, settings: &Settings, now: &str) -> Vec<(String, String)> {
    let facts = facts(text);
    let definitions = Definition::all(settings);
    let timeline = Timeline::of(&facts, settings);
    let shown = |m: Measured<'_, '_>| {
        let value = match m.value {
            Ok(v) => {
                let (low, high) = (v.lowest.as_seconds(), v.highest.as_seconds());
                let stand_ins = [v.from.stand_in, v.to.stand_in].into_iter().flatten();
                let stand_ins: String = stand_ins.map(|s| format!(" by {s}")).collect();
                let running = if v.running { " running" } else { "" };
                format!("{} {low}..{high}{stand_ins}{running}", v.nominal.as_seconds())
            }
            Err(absent) => absent.to_string(),
        };
        (m.definition.name.clone(), value)
    };
    measure(&timeline, &definitions, settings, at(now)).into_iter().map(shown).collect()
}

fn one(text: &str, name: &str) -> String {
    let all = with(text, &Settings::default(), NOW);
    all.into_iter().find(|(n, _)| n == name).unwrap().1
}

const JULY_2015: &str = "
title: Applications could not start
events:
  - {at: 2015-07-29T03:00:00Z, within: 15m, mark: started, text: Containers stop answering}
  - {at: 2015-07-29T06:00:00Z, mark: detected, text: The first person at work sees it}
  - {at: 2015-07-29T07:30:00Z, mark: recovered, text: All is back}
";

#[test]
fn the_outage_of_july_2015_is_known_to_a_quarter_of_an_hour() {
    assert_eq!(one(JULY_2015, "time_to_detect"), "10800 9900..11700");
    assert_eq!(one(JULY_2015, "time_to_recover"), "16200 15300..17100");
}

#[test]
fn the_outage_of_january_2019_took_5_h_44_min() {
    let text = "
title: Power lost
events:
  - {at: 2019-01-24T12:56:00Z, mark: started, text: Power fails}
  - {at: 2019-01-24T18:40:00Z, mark: recovered, text: All is back}
";
    assert_eq!(one(text, "time_to_recover"), format!("{0} {0}..{0}", 5 * 3600 + 44 * 60));
    assert_eq!(one(text, "time_to_detect"), "detected was not marked");
}

#[test]
fn what_is_still_to_come_runs_to_now() {
    let text = "
title: Open
events:
  - {at: 2026-11-20T10:00:00Z, within: 5m, mark: started, text: a}
  - {at: 2026-11-20T10:30:00Z, mark: mitigated, text: b}
";
    assert_eq!(one(text, "time_to_recover"), "7200 6900..7500 running");
    assert_eq!(one(text, "time_to_identify"), "7200 6900..7500 running");
    assert_eq!(one(text, "time_to_detect"), "detected was not marked");
    assert_eq!(one(text, "diagnosis"), "mitigated before the cause was known");
    assert_eq!(one(text, "recovery"), "5400 5400..5400 running");
}

#[test]
fn stand_ins_are_named_and_the_last_end_of_impact_counts() {
    let text = "
title: Unmarked
events:
  - {at: 2019-01-01T10:00:00Z, impact: {a: down, b: degraded}, text: a}
  - {at: 2019-01-01T11:00:00Z, impact: {a: up}, text: b}
  - {at: 2019-01-01T12:00:00Z, within: 10m, impact: {b: up}, text: c}
  - {at: 2019-01-01T14:00:00Z, mark: resolved, text: d}
";
    let recovered = "7200 6600..7800 by first impact by end of the last impact";
    assert_eq!(one(text, "time_to_recover"), recovered);
    let unending = "
title: Unending
events:
  - {at: 2019-01-01T10:00:00Z, impact: {a: down}, text: a}
  - {at: 2019-01-01T14:00:00Z, mark: resolved, text: d}
";
    assert_eq!(one(unending, "time_to_recover"), "14400 14400..14400 by first impact by resolved");
}

#[test]
fn impact_of_a_known_length_moves_as_one() {
    let text = "
title: Flash
events:
  - {at: 2019-01-01T10:00:00Z, within: 20m, for: 1m, mark: started, impact: {a: down}, text: a}
  - {at: 2019-01-01T14:00:00Z, mark: resolved, text: d}
";
    assert_eq!(one(text, "time_to_recover"), "60 60..60 by end of the last impact");
}

#[test]
fn a_milestone_that_later_impact_voids_has_no_duration() {
    let text = "
title: Again
events:
  - {at: 2019-01-01T10:00:00Z, mark: started, impact: {a: down}, text: a}
  - {at: 2019-01-01T11:00:00Z, mark: mitigated, impact: {a: up}, text: b}
  - {at: 2019-01-01T12:00:00Z, impact: {a: down}, text: c}
  - {at: 2019-01-01T13:00:00Z, mark: recovered, text: d}
  - {at: 2019-01-01T14:00:00Z, mark: resolved, text: e}
";
    assert_eq!(one(text, "time_to_mitigate"), "mitigated was voided by later impact");
    assert_eq!(one(text, "time_to_recover"), "10800 10800..10800");
}

#[test]
fn a_duration_that_runs_backwards_is_not_a_number() {
    let text = "
title: Backwards
events:
  - {at: 2019-01-01T10:00:00Z, within: 5m, mark: started, text: a}
  - {at: 2019-01-01T09:58:00Z, mark: detected, text: b}
  - {at: 2019-01-01T09:50:00Z, mark: identified, text: c}
";
    assert_eq!(one(text, "time_to_detect"), "0 0..180");
    assert_eq!(one(text, "time_to_identify"), "its end lies before its beginning");
}

#[test]
fn a_records_own_duration_replaces_its_namesake_and_keeps_its_clock() {
    let settings = crate::yaml::settings::read(
        "milestones: [reported]
durations:
  - {name: time_to_answer, from: reported, to: acknowledged, clock: support}
  - {name: time_to_detect, from: reported, to: detected}
calendars: {support: {days: [mon, tue, wed, thu, fri], from: \"10:00\", to: \"17:00\", timezone: Europe/London}}
",
    );
    let settings = settings.unwrap().0;
    let text = "
title: Support
events:
  - {at: 2026-11-20T16:30:00Z, within: 15m, mark: reported, text: a}
  - {at: 2026-11-20T18:00:00Z, mark: detected, text: b}
  - {at: 2026-11-23T10:20:00Z, mark: acknowledged, text: c}
";
    let all = with(text, &settings, "2026-11-24T00:00:00Z");
    let get = |name: &str| all.iter().find(|(n, _)| n == name).unwrap().1.clone();
    assert_eq!(get("time_to_answer"), "3000 2100..3900");
    assert_eq!(get("time_to_detect"), "5400 4500..6300");
    assert_eq!(all.iter().filter(|(n, _)| n == "time_to_detect").count(), 1);
}

proptest! {
    #[test]
    fn whatever_the_times_a_duration_lies_between_its_bounds(
        spread in prop::collection::vec((0_i64..7200, 0_i64..1800), 4),
        chosen in prop::collection::vec(0_i64..=1000, 4),
    ) {
        let base = at("2019-01-01T00:00:00Z");
        let marks = ["started", "detected", "mitigated", "recovered"];
        let mut text = String::from("title: x\nevents:\n");
        for ((mark, (at, within)), i) in marks.iter().zip(&spread).zip(0..) {
            let at = base.plus(Span::seconds(*at)).rfc3339();
            text += &format!("  - {{id: e{i}, at: {at}, within: {within}s, mark: {mark}, text: t}}\n");
        }
        let facts = facts(&text);
        let settings = Settings::default();
        let timeline = Timeline::of(&facts, &settings);
        let times: Vec<_> = spread.iter().zip(&chosen)
            .map(|((at, within), chosen)| at - within + 2 * within * chosen / 1000).collect();
        for m in measure(&timeline, &Definition::built_in(), &settings, at(NOW)) {
            let index = |a: &Anchor| marks.iter().position(|m| *m == a.to_string());
            let (Some(from), Some(to)) = (index(&m.definition.from), index(&m.definition.to)) else {
                continue;
            };
            let truth = Span::seconds(times[to] - times[from]);
            match m.value {
                _ if truth < Span::ZERO => {}
                Ok(v) => prop_assert!(v.lowest <= truth && truth <= v.highest, "{truth:?} {v:?}"),
                Err(absent) => prop_assert!(false, "{absent} though {truth:?} is possible"),
            }
        }
    }
}
