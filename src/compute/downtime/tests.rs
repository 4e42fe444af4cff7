use super::*;
use crate::io::yaml::incident::read;
use crate::model::incident::Incident;
use crate::model::settings::Settings;
use crate::model::time::SpanBounds;
use proptest::prelude::*;

fn at(text: &str) -> Instant {
    text.parse::<chrono::DateTime<chrono::Utc>>().unwrap().into()
}

fn facts(text: &str) -> Incident {
    let read = read("2019-01-01-x".parse().unwrap(), text, &Settings::default()).unwrap();
    assert!(read.problems.is_empty(), "{:?}\n{text}", read.problems);
    read.incident
}

/// Returns "down degraded lowest..highest" of service `a`, in minutes.
fn minutes(events: &str) -> String {
    let facts = facts(&format!("title: x\nevents:\n{events}"));
    let timeline = Timeline::of(&facts, &Settings::default());
    match of_service(&timeline, &"a".parse().unwrap(), at("2019-01-02T00:00:00Z")).total {
        Ok(t) => {
            let m = |s: Span| s.as_seconds() / 60;
            let running = if t.running { " running" } else { "" };
            let nominal = |l: SpanBounds| l.nominal.map_or("-".to_owned(), |s| m(s).to_string());
            let bounds = (m(t.affected.lowest), m(t.affected.highest));
            let parts = [nominal(t.down), nominal(t.degraded)].join(" ");
            format!("{parts} {}..{}{running}", bounds.0, bounds.1)
        }
        Err(missing) => format!("{missing:?}"),
    }
}

#[test]
fn overlapping_impact_is_united_and_the_heaviest_state_counts() {
    let events = "
  - {at: 2019-01-01T10:00:00Z, impact: {a: [{state: down, regions: [eu]}]}, text: t}
  - {at: 2019-01-01T10:30:00Z, impact: {a: [{state: degraded, regions: [us]}]}, text: t}
  - {at: 2019-01-01T11:00:00Z, impact: {a: [{state: up, regions: [eu]}]}, text: t}
  - {at: 2019-01-01T12:00:00Z, impact: {a: up}, text: t}
";
    assert_eq!(minutes(events), "60 60 120..120");
}

#[test]
fn the_lighter_of_two_states_shows_again_when_the_heavier_ends() {
    let text = "
title: x
events:
  - {at: 2019-01-01T10:00:00Z, impact: {a: [{state: degraded, share: 0.2, regions: [us]}]}, text: t}
  - {at: 2019-01-01T10:10:00Z, for: 5m, impact: {a: [{state: down, regions: [eu]}]}, text: t}
  - {at: 2019-01-01T10:30:00Z, impact: {a: up}, text: t}
";
    let facts = facts(text);
    let timeline = Timeline::of(&facts, &Settings::default());
    let found = of_service(&timeline, &"a".parse().unwrap(), Instant::MAX);
    let shown: Vec<_> =
        found.intervals.iter().map(|i| (i.state, i.share.as_ref().map(Share::as_str))).collect();
    let degraded = (State::Degraded, Some("0.2"));
    assert_eq!(shown, [degraded, (State::Down, None), degraded]);
    assert_eq!(found.total.unwrap().affected.nominal.unwrap(), Span::minutes(30));
}

#[test]
fn uncertain_ends_widen_the_total_and_a_known_length_does_not() {
    let ends = "
  - {at: 2019-01-01T10:00:00Z, within: 10m, impact: {a: down}, text: t}
  - {at: 2019-01-01T11:00:00Z, within: 5m, impact: {a: up}, text: t}
";
    assert_eq!(minutes(ends), "60 0 45..75");
    let flash =
        "  - {at: 2019-01-01T10:00:00Z, within: 30m, for: 1m, impact: {a: down}, text: t}\n";
    assert_eq!(minutes(flash), "1 0 1..1");
    let two = "
  - {at: 2019-01-01T10:00:00Z, within: 1m, for: 5m, impact: {a: down}, text: t}
  - {at: 2019-01-01T10:06:00Z, within: 1m, for: 5m, impact: {a: down}, text: t}
";
    assert_eq!(minutes(two), "10 0 9..10");
}

#[test]
fn ends_that_may_meet_are_told_apart_from_ends_that_cannot() {
    let flapping = "
  - {at: 2019-01-01T10:00:00Z, impact: {a: down}, text: t}
  - {at: 2019-01-01T10:10:00Z, within: 30m, impact: {a: up}, text: t}
  - {at: 2019-01-01T10:20:00Z, within: 30m, impact: {a: down}, text: t}
  - {at: 2019-01-01T11:00:00Z, impact: {a: up}, text: t}
";
    assert_eq!(minutes(flapping), "50 0 10..60");
    let handed_over = "
  - {at: 2019-01-01T10:00:00Z, impact: {a: [{state: down, regions: [eu]}]}, text: t}
  - {at: 2019-01-01T10:30:00Z, within: 10m, impact: {a: [{state: up, regions: [eu]}, {state: down, regions: [us]}]}, text: t}
  - {at: 2019-01-01T11:00:00Z, impact: {a: up}, text: t}
";
    assert_eq!(minutes(handed_over), "60 0 60..60");
}

#[test]
fn maintenance_of_a_known_length_takes_its_time_from_the_impact() {
    let events = "
  - {at: 2019-01-01T10:00:00Z, within: 15m, impact: {a: down}, text: t}
  - {at: 2019-01-01T12:00:00Z, for: 1h, impact: {a: maintenance}, text: t}
  - {at: 2019-01-01T15:00:00Z, impact: {a: up}, text: t}
";
    assert_eq!(minutes(events), "240 0 225..255");
    let before = "
  - {at: 2019-01-01T08:00:00Z, for: 1h, impact: {a: maintenance}, text: t}
  - {at: 2019-01-01T10:00:00Z, within: 15m, impact: {a: down}, text: t}
  - {at: 2019-01-01T11:00:00Z, impact: {a: up}, text: t}
";
    assert_eq!(minutes(before), "60 0 45..75");
}

#[test]
fn impact_that_goes_on_runs_to_now_and_says_so() {
    let open = "  - {at: 2019-01-01T22:00:00Z, impact: {a: down}, text: t}\n";
    assert_eq!(minutes(open), "120 0 120..120 running");
    let over = format!("{open}  - {{at: 2019-01-01T23:00:00Z, mark: resolved, text: t}}\n");
    assert_eq!(minutes(&over), "NeverEnds");
    let other = "  - {at: 2019-01-01T22:00:00Z, impact: {b: down}, text: t}\n";
    assert_eq!(minutes(other), "NotTold");
}

#[test]
fn a_day_that_began_before_the_minute_of_the_recovery_ends_with_it() {
    let facts = facts(
        "
title: Begun on some hour of that day
events:
  - {at: 2019-06-01, mark: started, impact: {a: down}, text: t}
  - {at: 2019-06-01T09:00:00Z, mark: recovered, text: t}
  - {at: 2019-06-01T10:00:00Z, mark: resolved, text: t}
",
    );
    let timeline = Timeline::of(&facts, &Settings::default());
    let found = of_service(&timeline, &"a".parse().unwrap(), at("2019-07-01T00:00:00Z"));
    let total = found.total.unwrap();
    assert!(!total.running);
    let at_most = SpanBounds { nominal: None, lowest: Span::ZERO, highest: Span::hours(9) };
    assert_eq!(total.affected, at_most, "the order alone keeps it from lying below zero");
}

/// One event of service `a`: when, how uncertain, for how long, where, and which state.
type Drawn = (i64, i64, Option<i64>, usize, usize);

fn told(drawn: &[Drawn]) -> Incident {
    let base = at("2019-01-01T00:00:00Z");
    // An exercise, for what an incident leaves untold makes its downtime unknown.
    let mut text = String::from("title: x\nkind: drill\nevents:\n");
    for (i, (at, within, lasting, scope, state)) in drawn.iter().enumerate() {
        let at = base.plus(Span::seconds(*at)).rfc3339();
        let state = ["down", "degraded", "up", "maintenance", "down", "up"][*state];
        let scope = [
            "",
            ", regions: [eu]",
            ", regions: [us]",
            ", resources: [r]",
            ", regions: [eu], resources: [r]",
            ", customers: [x]",
            ", regions: [eu], customers: [x]",
        ][*scope];
        let lasting = lasting.map_or(String::new(), |l| format!(", for: {l}s"));
        let state = format!("[{{state: {state}{scope}}}]");
        text += &format!(
            "  - {{id: e{i}, at: {at}, within: {within}s{lasting}, impact: {{a: {state}}}, text: t}}\n"
        );
    }
    facts(&text)
}

/// Returns times within the events' bounds that keep their order.
fn choose(timeline: &Timeline<'_>, picks: &[i64]) -> Vec<Instant> {
    let moments: Vec<_> = timeline.events().iter().map(|t| t.moment).collect();
    let mut floor = Instant::MIN;
    let mut chosen = vec![];
    for (i, (moment, pick)) in moments.iter().zip(picks).enumerate() {
        let ceiling = moments[i..].iter().map(|m| m.latest()).min().unwrap();
        floor = floor.max(moment.earliest());
        let room = ceiling.since(floor).as_seconds();
        floor = floor.plus(Span::seconds(room * pick / 100));
        chosen.push(floor);
    }
    chosen
}

/// Returns how long somebody saw the service down, degraded but not down, and either, at these times.
fn hurt_at(timeline: &Timeline<'_>, times: &[Instant], now: Instant) -> [Span; 3] {
    let service = "a".parse().unwrap();
    let index = |told: &TimedEvent<'_>| {
        timeline.events().iter().position(|t| std::ptr::eq(t.event, told.event)).unwrap()
    };
    // Everybody who can look: each region with each resource and each customer.
    let seen = [None, Some("eu"), Some("us")].into_iter().flat_map(|region| {
        let resources = [None, Some("r")].into_iter();
        resources.flat_map(move |resource| {
            [None, Some("x")].map(|customer| ImpactScope { region, resource, customer })
        })
    });
    let seen = seen.flat_map(|v| intervals(timeline, &service, v, |t| times[index(t)]));
    let seen: Vec<_> = seen.collect();
    let length = |counted: fn(State) -> bool| {
        let counted = seen.iter().filter(|s| counted(s.state));
        IntervalSet::union(counted.map(|s| (s.start.at, s.end.map_or(now, |e| e.at)))).length()
    };
    let (down, affected) = (length(|s| s == State::Down), length(State::hurts));
    [down, affected.minus(down), affected]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn whatever_the_times_downtime_lies_between_its_bounds(
        drawn in prop::collection::vec(
            (0_i64..3000, prop_oneof![Just(0_i64), 0_i64..900],
             prop::option::of(0_i64..900), 0_usize..7, 0_usize..6), 1..7),
        picks in prop::collection::vec(
            prop::collection::vec(prop_oneof![Just(0_i64), Just(100), 0_i64..=100], 7), 8),
    ) {
        let facts = told(&drawn);
        let timeline = Timeline::of(&facts, &Settings::default());
        let now = at("2019-01-01T02:00:00Z");
        let total = of_service(&timeline, &"a".parse().unwrap(), now).total.unwrap();
        for picks in &picks {
            let truths = hurt_at(&timeline, &choose(&timeline, picks), now);
            for (part, truth) in [total.down, total.degraded, total.affected].into_iter().zip(truths) {
                prop_assert!(part.lowest <= truth && truth <= part.highest, "{truth:?} {total:?}");
            }
        }
        for part in [total.down, total.degraded, total.affected] {
            prop_assert!(part.nominal.is_none_or(|n| part.lowest <= n && n <= part.highest), "{part:?}");
            prop_assert!(part.nominal.is_some() || part.lowest == Span::ZERO, "{part:?}");
            if drawn.iter().all(|d| d.1 == 0) {
                prop_assert_eq!((part.nominal, part.lowest), (Some(part.highest), part.highest));
            }
        }
    }

    /// Without known lengths the bounds are not only sound but reached.
    #[test]
    fn the_bounds_of_runs_are_reached(
        drawn in prop::collection::vec((0_i64..3000, 0_i64..900, 0_usize..6), 1..6),
    ) {
        let drawn: Vec<_> = drawn.into_iter().map(|(at, within, s)| (at, within, None, 0, s)).collect();
        let facts = told(&drawn);
        let timeline = Timeline::of(&facts, &Settings::default());
        let now = at("2019-01-01T02:00:00Z");
        let total = of_service(&timeline, &"a".parse().unwrap(), now).total.unwrap();
        // The extremes of a piecewise linear total lie where events meet their bounds or each other.
        let n = timeline.events().len();
        let mut corners: Vec<_> = timeline.events().iter()
            .flat_map(|t| [t.moment.earliest(), t.moment.latest()]).collect();
        corners.sort_unstable();
        corners.dedup();
        let mut choices: Vec<Vec<Instant>> = vec![vec![]];
        for told in timeline.events() {
            choices = choices.iter().flat_map(|c| {
                let fits = corners.iter().filter(|t| {
                    c.last().is_none_or(|l| l <= *t)
                        && told.moment.earliest() <= **t && **t <= told.moment.latest()
                });
                fits.map(|t| [c.as_slice(), &[*t]].concat()).collect::<Vec<_>>()
            }).collect();
        }
        let totals: Vec<_> = choices.iter().filter(|c| c.len() == n)
            .map(|c| hurt_at(&timeline, c, now)).collect();
        for (index, part) in [total.down, total.degraded, total.affected].into_iter().enumerate() {
            prop_assert_eq!(part.lowest, totals.iter().map(|t| t[index]).min().unwrap());
            prop_assert_eq!(part.highest, totals.iter().map(|t| t[index]).max().unwrap());
        }
    }
}
