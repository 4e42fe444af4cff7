use super::*;
use crate::io::yaml::incident::read;
use crate::model::incident::Incident;
use proptest::prelude::*;

const NOW: &str = "2026-11-20T12:00:00Z";

fn at(text: &str) -> Instant {
    text.parse::<chrono::DateTime<chrono::Utc>>().unwrap().into()
}

fn facts(text: &str) -> Incident {
    let read = read("2019-01-01-x".parse().unwrap(), text, &Settings::default()).unwrap();
    assert!(read.problems.is_empty(), "{:?}", read.problems);
    read.incident
}

fn with(text: &str, settings: &Settings, now: &str) -> Vec<(String, String)> {
    let facts = facts(text);
    let definitions = DurationDefinition::all(settings);
    let timeline = Timeline::of(&facts, settings);
    let shown = |m: MeasuredDuration<'_, '_>| {
        let value = match m.value {
            Ok(v) => {
                let (low, high) = (v.length.lowest.as_seconds(), v.length.highest.as_seconds());
                let stand_ins = [v.from.stand_in, v.to.stand_in].into_iter().flatten();
                let stand_ins: String = stand_ins.map(|s| format!(" by {s}")).collect();
                let running = if v.running { " running" } else { "" };
                let nominal =
                    v.length.nominal.map_or("-".to_owned(), |n| n.as_seconds().to_string());
                format!("{nominal} {low}..{high}{stand_ins}{running}")
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
    assert_eq!(one(text, "time_to_detect"), "- 0..180");
    assert_eq!(one(text, "time_to_identify"), "its end lies before its beginning");
}

#[test]
fn a_records_own_duration_replaces_its_namesake_and_keeps_its_clock() {
    let settings = crate::io::yaml::settings::read(
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
        for m in measure(&timeline, &DurationDefinition::built_in(), &settings, at(NOW)) {
            let index = |a: &Anchor| marks.iter().position(|m| *m == a.to_string());
            let (Some(from), Some(to)) = (index(&m.definition.from), index(&m.definition.to)) else {
                continue;
            };
            let truth = Span::seconds(times[to] - times[from]);
            match m.value {
                _ if truth < Span::ZERO => {}
                Ok(v) => prop_assert!(v.length.lowest <= truth && truth <= v.length.highest, "{truth:?} {v:?}"),
                Err(absent) => prop_assert!(false, "{absent} though {truth:?} is possible"),
            }
        }
    }
}

/// One event: when, how uncertain, for how long, of which service, its state and its milestone.
type Drawn = (i64, i64, Option<i64>, bool, usize, usize);

const STATES: [&str; 5] = ["", "down", "degraded", "up", "down"];
const MARKS: [&str; 7] =
    ["", "started", "detected", "identified", "mitigated", "recovered", "resolved"];

/// Writes an incident of these events at these times.
fn written(drawn: &[Drawn], times: &[(Instant, i64)]) -> String {
    let mut text = String::from("title: x\nevents:\n");
    for (rank, ((_, _, lasting, other, state, mark), (at, within))) in
        drawn.iter().zip(times).enumerate()
    {
        text +=
            &format!("  - {{id: e{rank}, at: {}, within: {within}s, text: t{rank}", at.rfc3339());
        let service = if *other { "b" } else { "a" };
        match STATES[*state] {
            "" => {}
            state => text += &format!(", impact: {{{service}: {state}}}"),
        }
        match MARKS[*mark] {
            "" => {}
            mark => text += &format!(", mark: {mark}"),
        }
        text += &lasting.map_or(String::new(), |l| format!(", for: {l}s"));
        text += "}\n";
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    /// The truth is the same incident, told again with times that are exact: what stands in for milestones,
    /// what `for` cuts short and what later impact voids are all in it.
    #[test]
    fn whatever_the_times_an_incident_told_exactly_lies_between_the_bounds(
        mut drawn in prop::collection::vec(
            (0_i64..3000, prop_oneof![Just(0_i64), 0_i64..900], prop::option::weighted(0.3, 1_i64..900),
             any::<bool>(), 0_usize..5, 0_usize..7), 1..8),
        picks in prop::collection::vec(
            prop::collection::vec(prop_oneof![Just(0_i64), Just(100), 0_i64..=100], 8), 6),
    ) {
        drawn.sort_by_key(|d| d.0);
        let base = at("2019-01-01T00:00:00Z");
        let times: Vec<_> = drawn.iter().map(|d| (base.plus(Span::seconds(d.0)), d.1)).collect();
        let (settings, now) = (Settings::default(), at("2019-01-01T03:00:00Z"));
        let facts = facts(&written(&drawn, &times));
        let timeline = Timeline::of(&facts, &settings);
        let definitions = DurationDefinition::built_in();
        let bounds = measure(&timeline, &definitions, &settings, now);
        let whole = crate::compute::downtime::of_incident(&timeline, now).total;
        for picks in &picks {
            let exact: Vec<_> = choose(&times, picks).into_iter().map(|t| (t, 0)).collect();
            let told = self::facts(&written(&drawn, &exact));
            let told = Timeline::of(&told, &settings);
            for (bound, truth) in bounds.iter().zip(measure(&told, &definitions, &settings, now)) {
                let Some(truth) = truth.value.ok().and_then(|v| v.length.nominal) else { continue };
                match &bound.value {
                    Ok(v) => prop_assert!(
                        v.length.lowest <= truth && truth <= v.length.highest,
                        "{}: {:?} in {:?}..{:?}", bound.definition.name, truth, v.length.lowest, v.length.highest
                    ),
                    Err(DurationAbsent::MitigatedFirst) => {}
                    Err(absent) => prop_assert!(false, "{}: {absent}", bound.definition.name),
                }
            }
            let truth = crate::compute::downtime::of_incident(&told, now).total;
            if let (Ok(bound), Ok(truth)) = (whole, truth) {
                let (bound, truth) = (bound.affected, truth.affected.lowest);
                prop_assert!(bound.lowest <= truth && truth <= bound.highest, "{truth:?} {bound:?}");
            }
        }
    }
}

/// Returns times within the bounds that keep the order.
fn choose(times: &[(Instant, i64)], picks: &[i64]) -> Vec<Instant> {
    let latest = |(at, within): &(Instant, i64)| at.plus(Span::seconds(*within));
    let mut floor = Instant::MIN;
    let mut chosen = vec![];
    for (rank, ((at, within), pick)) in times.iter().zip(picks).enumerate() {
        let ceiling = times[rank..].iter().map(latest).min().unwrap();
        floor = floor.max(at.minus(Span::seconds(*within)));
        floor = floor.plus(Span::seconds(ceiling.since(floor).as_seconds() * pick / 100));
        chosen.push(floor);
    }
    chosen
}
