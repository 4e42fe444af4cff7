//! Whatever the true times were, the credit lies between the least and the most that a line tells.

use super::{empty, filed, policy};
use crate::compute::credits::{CreditInputs, CreditLine, ReviewReason, Status, compute};
use crate::model::customer::{Customers, Maintenance, Subscription};
use crate::model::diagnostic::Location;
use crate::model::money::{Exact, whole};
use crate::model::sla::PlannedTime;
use crate::model::time::{Instant, Span};
use proptest::prelude::*;

const START: &str = "2026-05-31T20:00:00Z";

/// Tables of which the last three have holes, a dead band and steps; and schemes that ask when it was.
const SCHEMES: [&str; 9] = [
    "bands: [{at_least: 99.9, below: 100, percent: 10}, {below: 99.9, percent: 25}]",
    "lost_time: {times: 3}",
    "blocks: {percent: 5, per: 30m, mode: ceil, free: 20m}",
    "blocks: {percent: 5, per: 30m, mode: floor, count: incident}",
    "clock_hours: {over: 20m}",
    "per_day: {percent: 5, over: 45m}",
    "bands: [{at_least: 99.95, below: 99.99, percent: 10}, {below: 99.9, percent: 25}]",
    "bands: [{above: 99.95, below: 100, percent: 5}, {below: 99.95, percent: 20}]",
    "steps: {percent: 7, per: 0.05, mode: floor}",
];

/// Rules that change what counts.
const RULES: [&str; 5] = [
    "",
    "measure: {min_duration: \"> 15m\"}\n",
    "measure: {weights: {degraded: 0.5}}\n",
    "measure: {granularity: whole-clock-minutes, starts_at: detected}\n",
    "exclude: {maintenance: {}, attribution: [customer]}\n",
];

#[derive(Clone, Debug)]
struct Told {
    at: i64,
    within: i64,
    lasting: Option<i64>,
    what: usize,
}

const WHAT: [&str; 6] = [
    "impact: {svc: down}",
    "impact: {svc: up}",
    "impact: {svc: degraded}",
    "impact: {svc: down}",
    "mark: detected",
    "attribution: customer",
];

fn told() -> impl Strategy<Value = Told> {
    let within = prop_oneof![Just(0_i64), 0_i64..3_000];
    let lasting = prop::option::weighted(0.25, 60_i64..4_000);
    (0_i64..28_000, within, lasting, 0_usize..6).prop_map(|(at, within, lasting, what)| Told {
        at,
        within,
        lasting,
        what,
    })
}

fn start() -> Instant {
    START.parse::<chrono::DateTime<chrono::Utc>>().unwrap().into()
}

/// Returns the text of an incident whose events are at these seconds, each uncertain by so much.
fn text(told: &[Told], times: &[(i64, i64)]) -> String {
    let mut text = "title: x\nevents:\n".to_owned();
    for (told, (at, within)) in told.iter().zip(times) {
        let at = start().plus(Span::seconds(*at)).rfc3339();
        let lasting = match WHAT[told.what].starts_with("impact") {
            true => told.lasting.map_or(String::new(), |l| format!(", for: {l}s")),
            false => String::new(),
        };
        text += &format!(
            "  - {{at: {at}, within: {within}s{lasting}, {}, text: t}}\n",
            WHAT[told.what]
        );
    }
    text + "  - {at: 2026-06-01T23:00:00Z, mark: recovered, text: t}\n"
}

fn inputs(scheme: usize, rule: usize, incident: &str) -> CreditInputs {
    let mut inputs = empty();
    let text = format!(
        "window: month\ntimezone: UTC\ncommitment: {{at_least: 99.99}}\n{}credit:\n  {}\n",
        RULES[rule], SCHEMES[scheme]
    );
    inputs.policies = vec![policy("sla/premium.yaml", &text)];
    let read = crate::io::yaml::incident::read(
        "2026-06-01-x".parse().unwrap(),
        incident,
        &inputs.settings,
    );
    inputs.incidents = vec![filed("incident.yaml", read.unwrap().incident)];
    let row = Subscription {
        customer: "acme".to_owned(),
        service: Some("svc".parse().unwrap()),
        plan: None,
        fee: whole(10_000),
        currency: "USD".parse().unwrap(),
        from: None,
        to: None,
        region: None,
        resource: None,
        hourly_rate: Some(whole(10)),
        cells: vec![],
        place: Location { line: 2, column: 1 },
    };
    inputs.customers = filed("customers.csv", Customers { columns: vec![], rows: vec![row] });
    let works = Maintenance {
        title: "works".to_owned(),
        services: vec![],
        when: PlannedTime::Once {
            from: start().plus(Span::hours(5)),
            to: start().plus(Span::hours(6)),
        },
        announced: None,
        place: Location { line: 1, column: 1 },
    };
    inputs.maintenance = Some(filed("maintenance.yaml", vec![works]));
    inputs
}

fn line(inputs: &CreditInputs) -> CreditLine<'_> {
    compute(inputs, "2026-06".parse().unwrap()).unwrap().lines.remove(0)
}

/// Returns times within the bounds that keep the order.
fn choose(told: &[Told], picks: &[i64]) -> Vec<(i64, i64)> {
    let mut floor = i64::MIN;
    let mut chosen = vec![];
    for (n, (told_at, pick)) in told.iter().zip(picks).enumerate() {
        let ceiling = told[n..].iter().map(|t| t.at + t.within).min().unwrap();
        floor = floor.max(told_at.at - told_at.within);
        floor += (ceiling - floor) * pick / 100;
        chosen.push((floor, 0));
    }
    chosen
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_times_the_credit_lies_between_its_bounds(
        mut told in prop::collection::vec(told(), 1..5),
        picks in prop::collection::vec(
            prop::collection::vec(prop_oneof![Just(0_i64), Just(100), 0_i64..=100], 5), 12),
        scheme in 0_usize..SCHEMES.len(),
        rule in 0_usize..RULES.len(),
    ) {
        told.sort_by_key(|t| t.at);
        let nominal: Vec<_> = told.iter().map(|t| (t.at, t.within)).collect();
        let uncertain = inputs(scheme, rule, &text(&told, &nominal));
        let known = line(&uncertain);
        let range = known.uncertain.clone();
        let (least, most): (Exact, Exact) = range.as_ref().map_or_else(
            || (known.verdict.credit.clone(), known.verdict.credit.clone()),
            |r| (r.least.clone(), r.most.clone()),
        );
        let mut statuses: Vec<Status> = range.map_or_else(Vec::new, |r| r.statuses);
        statuses.push(known.verdict.status);
        for picks in &picks {
            let times = choose(&told, picks);
            let inputs = inputs(scheme, rule, &text(&told, &times));
            let truth = line(&inputs).verdict;
            if truth.status != Status::Review {
                prop_assert!(least <= truth.credit && truth.credit <= most,
                    "{} is not in {least}..{most}: {}", truth.credit, text(&told, &times));
            } else if known.verdict.status != Status::Review {
                prop_assert!(known.uncertain.as_ref().is_some_and(|r| r.review));
            }
            prop_assert!(statuses.contains(&truth.status), "{} {statuses:?}", truth.status);
        }
    }
}

/// Returns incidents that overlap, each of so many uncertain seconds.
fn overlapping(scheme: usize, count: usize, within: i64) -> CreditInputs {
    let mut inputs = inputs(scheme, 0, "title: x\n");
    inputs.incidents.clear();
    for n in 0..count {
        let begin = START.parse::<chrono::DateTime<chrono::Utc>>().unwrap();
        let at = Instant::from(begin)
            .plus(Span::hours(30))
            .plus(Span::seconds(i64::try_from(n).unwrap() * 60));
        let text = format!(
            "title: x\nevents:\n  - {{at: {}, within: {within}s, impact: {{svc: down}}, text: t}}\n  - {{at: {}, mark: recovered, text: t}}\n",
            at.rfc3339(),
            at.plus(Span::hours(3)).rfc3339()
        );
        let id = format!("2026-06-01-x{n}");
        let read = crate::io::yaml::incident::read(id.parse().unwrap(), &text, &inputs.settings);
        inputs.incidents.push(filed("incident.yaml", read.unwrap().incident));
    }
    inputs
}

#[test]
fn more_uncertain_times_than_can_be_tried_are_for_a_person_and_not_for_an_hour() {
    let few = overlapping(3, 8, 1_800);
    assert!(line(&few).verdict.status != Status::Review);
    let many = overlapping(3, 60, 1_800);
    let line = line(&many);
    assert_eq!(line.verdict.status, Status::Review);
    assert_eq!(line.tally.review, Some(ReviewReason::TooManyTimes));
    assert!(line.uncertain.is_none());
}
