//! A second computation, as simple as can be: it asks at every second what counts, and adds up.
//!
//! It shares nothing with the computation but the facts: states, attributions, runs and quotas are walked
//! second by second, money is whole cents, and comparisons are by cross-multiplication.

use super::{empty, filed, policy};
use crate::compute::credits::compute;
use crate::model::customer::{Customers, Maintenance, Subscription};
use crate::model::diagnostic::Location;
use crate::model::money::{Exact, whole};
use crate::model::sla::PlannedTime;
use crate::model::time::{Instant, Span, Zone};
use chrono::{Datelike, NaiveDate, Timelike};
use proptest::prelude::*;

/// How many seconds are walked; all impact lies within them.
const SECONDS: usize = 36_000;
/// Weights are counted in twelfths.
const UNIT: i64 = 12;
const FEE_CENTS: i64 = 1_234_567;

/// Where the walk begins, the month that begins within it, and the zone: one in which the clocks are put
/// back inside it, one in which they are not.
const SCENES: [(&str, &str, &str); 3] = [
    ("2026-03-31T20:00:00Z", "2026-04", "Europe/Paris"),
    ("2026-05-31T21:00:00Z", "2026-06", "UTC"),
    ("2026-11-01T00:00:00Z", "2026-11", "America/New_York"),
];

#[derive(Clone, Debug)]
struct Change {
    at: usize,
    state: usize,
    share: usize,
    region: usize,
    lasting: Option<usize>,
}

#[derive(Clone, Debug)]
struct Affair {
    kind: usize,
    theirs: bool,
    theirs_from: Option<usize>,
    detected: Option<usize>,
    changes: Vec<Change>,
}

#[derive(Clone, Debug)]
struct Works {
    from: usize,
    length: usize,
    late: bool,
}

#[derive(Clone, Debug)]
struct Rules {
    down: usize,
    degraded: usize,
    maintenance: usize,
    starts_at: bool,
    least: Option<(usize, bool)>,
    before: bool,
    granularity: usize,
    hours: bool,
    excuse: bool,
    quota: Option<usize>,
    exclude_customer: bool,
    minus: bool,
    partial_excluded: bool,
    bands: bool,
}

const STATES: [&str; 4] = ["down", "degraded", "maintenance", "up"];
const SHARES: [(&str, i64); 3] = [("1", 12), ("1/3", 4), ("0.25", 3)];
const REGIONS: [&str; 3] = ["", "eu", "us"];
const WEIGHTS: [&str; 4] = ["1", "0.5", "0", "share"];
const GRANULARITIES: [&str; 4] =
    ["exact", "whole-clock-minutes", "floor-minutes", "touched-minutes"];

fn change() -> impl Strategy<Value = Change> {
    let lasting = prop::option::weighted(0.2, 1_usize..4_000);
    (0..SECONDS / 2, 0_usize..4, 0_usize..3, 0_usize..3, lasting).prop_map(
        |(at, state, share, region, lasting)| Change { at, state, share, region, lasting },
    )
}

fn incident() -> impl Strategy<Value = Affair> {
    let time = || prop::option::weighted(0.4, 0..SECONDS / 2);
    let changes = prop::collection::vec(change(), 1..5);
    (0_usize..4, prop::bool::weighted(0.2), time(), time(), changes).prop_map(
        |(kind, theirs, theirs_from, detected, changes)| Affair {
            kind,
            theirs,
            theirs_from,
            detected,
            changes,
        },
    )
}

fn works() -> impl Strategy<Value = Works> {
    (0..SECONDS / 2, 1_usize..6_000, prop::bool::weighted(0.2))
        .prop_map(|(from, length, late)| Works { from, length, late })
}

fn rules() -> impl Strategy<Value = Rules> {
    let least = prop::option::of((1_usize..3_000, any::<bool>()));
    let quota = prop::option::of(0_usize..4_000);
    let words = (0_usize..4, 0_usize..4, 0_usize..4, 0_usize..4);
    let flags = prop::array::uniform8(any::<bool>());
    (words, least, quota, flags, any::<bool>()).prop_map(|(words, least, quota, f, bands)| Rules {
        down: words.0,
        degraded: words.1,
        maintenance: words.2,
        granularity: words.3,
        least,
        quota,
        starts_at: f[0] && f[1],
        before: f[2],
        hours: f[3] && f[4],
        excuse: f[5],
        exclude_customer: f[6],
        minus: f[7],
        partial_excluded: f[0] ^ f[3],
        bands,
    })
}

fn at(text: &str) -> Instant {
    text.parse::<chrono::DateTime<chrono::Utc>>().unwrap().into()
}

fn policy_text(rules: &Rules, zone: Zone) -> String {
    let (down, degraded) = (WEIGHTS[rules.down], WEIGHTS[rules.degraded]);
    let maintenance = WEIGHTS[rules.maintenance];
    let mut text = format!(
        "window: month\ntimezone: {zone}\ncommitment: {{at_least: 100}}\nmeasure:\n  weights: {{down: {down}, \
         degraded: {degraded}, maintenance: {maintenance}}}\n  granularity: {}\n",
        GRANULARITIES[rules.granularity]
    );
    let mut add = |wanted: bool, line: String| {
        if wanted {
            text += &line;
        }
    };
    add(rules.starts_at, "  starts_at: detected\n".to_owned());
    if let Some((least, strict)) = rules.least {
        add(true, format!("  min_duration: \"{} {least}s\"\n", if strict { ">" } else { ">=" }));
        add(rules.before, "  min_duration_applies: before-exclusions\n".to_owned());
    }
    add(rules.hours, "  service_hours: {from: \"00:30\", to: \"03:00\"}\n".to_owned());
    add(rules.minus, "  denominator: minus-maintenance\n".to_owned());
    add(rules.partial_excluded, "  partial: excluded\n".to_owned());
    add(rules.excuse || rules.exclude_customer, "exclude:\n".to_owned());
    add(rules.exclude_customer, "  attribution: [customer]\n".to_owned());
    let quota = rules.quota.map_or(String::new(), |quota| format!(", quota: {quota}s"));
    add(rules.excuse, format!("  maintenance: {{notice: 48h{quota}}}\n"));
    let scheme = "bands: [{at_least: 99.5, below: 100, percent: 10}, {at_least: 99, below: 99.5, percent: 25}, {below: 99, percent: 50}]";
    let scheme = if rules.bands { scheme } else { "lost_time: {}" };
    text + "credit:\n  " + scheme + "\n"
}

fn incident_text(incident: &Affair, start: Instant) -> String {
    let at = |second: usize| start.plus(Span::seconds(second as i64)).rfc3339();
    let kind = ["incident", "incident", "maintenance", "drill"][incident.kind];
    let mut text = format!("title: x\nkind: {kind}\nservices: [svc]\n");
    if incident.theirs {
        text += "attribution: customer\n";
    }
    text += "events:\n";
    for change in &incident.changes {
        let region = REGIONS[change.region];
        let region =
            if region.is_empty() { String::new() } else { format!(", regions: [{region}]") };
        let lasting = change.lasting.map_or(String::new(), |l| format!(", for: {l}s"));
        let (state, share) = (STATES[change.state], SHARES[change.share].0);
        text += &format!(
            "  - {{at: {}{lasting}, impact: {{svc: [{{state: {state}, share: {share}{region}}}]}}, text: t}}\n",
            at(change.at)
        );
    }
    if let Some(from) = incident.theirs_from {
        text += &format!("  - {{at: {}, attribution: customer, text: t}}\n", at(from));
    }
    if let Some(detected) = incident.detected {
        text += &format!("  - {{at: {}, mark: detected, text: t}}\n", at(detected));
    }
    text + &format!("  - {{at: {}, mark: recovered, text: t}}\n", at(SECONDS / 2))
}

/// Returns how much one second of an incident counts, in twelfths, before exclusions by the clock.
fn weight(incident: &Affair, rules: &Rules, region: &str, second: usize) -> i64 {
    if incident.kind == 3 || second >= SECONDS / 2 {
        return 0;
    }
    let mut order: Vec<&Change> = incident.changes.iter().collect();
    order.sort_by_key(|c| c.at);
    let holds = |c: &&&Change| {
        let seen = REGIONS[c.region].is_empty() || REGIONS[c.region] == region;
        seen && c.at <= second && c.lasting.is_none_or(|l| second < c.at + l)
    };
    let Some(now) = order.iter().rev().find(holds) else { return 0 };
    let word = match STATES[now.state] {
        "down" => WEIGHTS[rules.down],
        "degraded" => WEIGHTS[rules.degraded],
        "maintenance" => WEIGHTS[rules.maintenance],
        _ => "0",
    };
    let theirs = incident.theirs || incident.theirs_from.is_some_and(|from| from <= second);
    let early = rules.starts_at && incident.detected.is_none_or(|detected| second < detected);
    if early || (theirs && rules.exclude_customer) {
        return 0;
    }
    match word {
        "1" => UNIT,
        "0.5" => UNIT / 2,
        "share" => SHARES[now.share].1,
        _ => 0,
    }
}

/// Returns whether an incident leaves untold since when the service was affected, at a second that the subscription is for.
fn is_untold(
    incident: &Affair,
    rules: &Rules,
    (start, month, zone): (Instant, NaiveDate, Zone),
    held_from: Option<NaiveDate>,
) -> bool {
    let mut order: Vec<&Change> = incident.changes.iter().collect();
    order.sort_by_key(|c| c.at);
    let common = |a: &Change, b: &Change| a.region == 0 || b.region == 0 || a.region == b.region;
    let ends_nothing = |n: usize, c: &Change| {
        STATES[c.state] == "up" && !order[..n].iter().any(|earlier| common(earlier, c))
    };
    let only = |states: &[&str]| order.iter().all(|c| states.contains(&STATES[c.state]));
    let works = only(&["maintenance", "up"]);
    let untold = works || order.iter().enumerate().any(|(n, c)| ends_nothing(n, c));
    let excluded = incident.theirs && rules.exclude_customer;
    let matters = |second: usize| {
        let day = start.plus(Span::seconds(second as i64)).local(zone).date_naive();
        let within = (day.year(), day.month()) == (month.year(), month.month());
        within && held_from.is_none_or(|from| from <= day)
    };
    let first = order.first().map_or(0, |c| c.at);
    let first = incident.detected.map_or(first, |detected| first.min(detected));
    let first = incident.theirs_from.map_or(first, |theirs| first.min(theirs));
    incident.kind < 2 && untold && !excluded && (first..=SECONDS / 2).any(matters)
}

/// Sets to nothing the runs of seconds that are too short.
fn drop_short(seconds: &mut [i64], rules: &Rules) {
    let Some((least, strict)) = rules.least else { return };
    let mut from = 0;
    while from < seconds.len() {
        let to = (from..seconds.len()).find(|t| seconds[*t] == 0).unwrap_or(seconds.len());
        let length = to - from;
        if length < least || (strict && length == least) {
            seconds[from..to].fill(0);
        }
        from = to.max(from + 1);
    }
}

/// Returns the sum in twelfths of seconds, by the granularity.
fn sum(seconds: &[i64], rules: &Rules) -> i64 {
    let exact: i64 = seconds.iter().sum();
    let whole = |minute: &[i64]| minute.iter().all(|w| *w == UNIT);
    let parts = |minute: &[i64]| minute.iter().filter(|w| **w < UNIT).sum::<i64>();
    match GRANULARITIES[rules.granularity] {
        "exact" => exact,
        "whole-clock-minutes" => {
            seconds.chunks(60).map(|m| if whole(m) { 60 * UNIT } else { parts(m) }).sum()
        }
        "touched-minutes" => {
            let touched = |m: &[i64]| m.contains(&UNIT);
            seconds.chunks(60).map(|m| if touched(m) { 60 * UNIT } else { parts(m) }).sum()
        }
        _ => {
            let runs = seconds.split(|w| *w != UNIT);
            let minutes: usize = runs.map(|run| run.len() / 60).sum();
            minutes as i64 * 60 * UNIT + parts(seconds)
        }
    }
}

/// Returns the twelfths of seconds that count, and the seconds of the denominator.
fn brute(
    (start, month, zone): (Instant, NaiveDate, Zone),
    rules: &Rules,
    incidents: &[Affair],
    works: &[Works],
    held_from: Option<NaiveDate>,
) -> (i64, i64) {
    let local = |second: usize| start.plus(Span::seconds(second as i64)).local(zone);
    let mut counts: Vec<i64> = (0..SECONDS)
        .map(|t| incidents.iter().map(|a| weight(a, rules, "eu", t)).max().unwrap_or(0))
        .collect();
    if rules.before {
        drop_short(&mut counts, rules);
    }
    let mut used = [0; 13];
    let mut excused = vec![false; SECONDS];
    let open = |clock: chrono::NaiveTime| {
        !rules.hours || (30 * 60..180 * 60).contains(&clock.num_seconds_from_midnight())
    };
    for t in 0..SECONDS {
        let planned = works.iter().any(|w| !w.late && w.from <= t && t < w.from + w.length);
        let month = local(t).month() as usize;
        if rules.excuse && planned && rules.quota.is_none_or(|quota| used[month] < quota) {
            used[month] += 1;
            excused[t] = true;
        }
        if excused[t] || !open(local(t).time()) {
            counts[t] = 0;
        }
    }
    if !rules.before {
        drop_short(&mut counts, rules);
    }
    let held = |day: NaiveDate| held_from.is_none_or(|from| from <= day);
    let within = |day: NaiveDate| (day.year(), day.month()) == (month.year(), month.month());
    for (t, count) in counts.iter_mut().enumerate() {
        let day = local(t).date_naive();
        if !within(day) || !held(day) {
            *count = 0;
        }
    }
    // The whole month by the minute: no zone's clocks change inside one.
    let mut minutes = 0;
    let mut at = start;
    while at.local(zone).date_naive() < month + chrono::Days::new(31) {
        let clock = at.local(zone);
        let day = clock.date_naive();
        let counts_below =
            within(day) && (held(day) || !rules.partial_excluded) && open(clock.time());
        minutes += i64::from(counts_below);
        at = at.plus(Span::minutes(1));
    }
    let away = (0..SECONDS).filter(|t| {
        let day = local(*t).date_naive();
        let below = within(day) && (held(day) || !rules.partial_excluded) && open(local(*t).time());
        rules.minus && excused[*t] && below
    });
    (sum(&counts, rules), minutes * 60 - away.count() as i64)
}

/// Returns a credit in cents, by integers alone.
fn cents(counted: i64, denominator: i64, rules: &Rules) -> i64 {
    let (counted, all) = (i128::from(counted), i128::from(denominator) * i128::from(UNIT));
    let fee = i128::from(FEE_CENTS);
    let (part, of) = match rules.bands {
        false => (counted, all),
        true if counted == 0 => (0, 1),
        true if (all - counted) * 1000 >= 995 * all => (10, 100),
        true if (all - counted) * 100 >= 99 * all => (25, 100),
        true => (50, 100),
    };
    ((2 * fee * part + of) / (2 * of)).try_into().unwrap()
}

fn subscription(from: Option<NaiveDate>) -> Subscription {
    Subscription {
        customer: "acme".to_owned(),
        service: Some("svc".parse().unwrap()),
        plan: None,
        fee: whole(FEE_CENTS) / whole(100),
        currency: "USD".parse().unwrap(),
        from,
        to: None,
        region: Some("eu".to_owned()),
        resource: None,
        hourly_rate: None,
        cells: vec![],
        place: Location { line: 2, column: 1 },
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn counting_every_second_finds_the_same(
        scene in 0_usize..3,
        rules in rules(),
        incidents in prop::collection::vec(incident(), 0..4),
        works in prop::collection::vec(works(), 0..4),
        from in prop::option::weighted(0.3, 0_u64..3),
    ) {
        let (start, period, zone) = SCENES[scene];
        let zone = Zone::of(zone);
        let start = at(start);
        let month = NaiveDate::parse_from_str(&format!("{period}-01"), "%Y-%m-%d").unwrap();
        let from = from.map(|days| month + chrono::Days::new(days));
        let mut inputs = empty();
        let id = |n: usize| format!("2026-01-01-{n}").parse().unwrap();
        inputs.incidents = incidents.iter().enumerate().map(|(n, incident)| {
            let text = incident_text(incident, start);
            let read = crate::io::yaml::incident::read(id(n), &text, &inputs.settings).unwrap();
            assert!(read.problems.is_empty(), "{:?}\n{text}", read.problems);
            filed("incident.yaml", read.incident)
        }).collect();
        inputs.policies = vec![policy("sla/premium.yaml", &policy_text(&rules, zone))];
        inputs.customers = filed("customers.csv", Customers { columns: vec![], rows: vec![subscription(from)] });
        let second = |t: usize| start.plus(Span::seconds(t as i64));
        inputs.maintenance = Some(filed("maintenance.yaml", works.iter().map(|w| Maintenance {
            title: "works".to_owned(),
            services: vec![],
            when: PlannedTime::Once { from: second(w.from), to: second(w.from + w.length) },
            announced: Some(second(w.from).minus(Span::hours(if w.late { 47 } else { 48 }))),
            place: Location { line: 1, column: 1 },
        }).collect()));
        let computed = compute(&inputs, period.parse().unwrap()).unwrap();
        let line = &computed.lines[0];
        let (counted, denominator) = brute((start, month, zone), &rules, &incidents, &works, from);
        prop_assert_eq!(&line.tally.counted, &Exact::new(counted.into(), UNIT.into()));
        prop_assert_eq!(&line.tally.denominator, &whole(denominator));
        let untold = incidents.iter().any(|i| is_untold(i, &rules, (start, month, zone), from));
        prop_assert_eq!(line.verdict.review.is_some(), untold);
        let credit = &line.verdict.credit * whole(100);
        prop_assert_eq!(credit, whole(if untold { 0 } else { cents(counted, denominator, &rules) }));
    }
}
