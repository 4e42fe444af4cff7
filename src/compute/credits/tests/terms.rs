//! What is found in terms without any incident, and in inputs that contradict themselves.

use super::{empty, filed, policy};
use crate::compute::credits::{InputFault, compute, validate};
use crate::model::customer::{Customers, Subscription};
use crate::model::diagnostic::Location;
use crate::model::money::whole;

const HEAD: &str = "window: month\ntimezone: UTC\ncommitment: {at_least: 99.9}\n";

/// Returns what is found, as `line code message`.
fn found(faults: Vec<InputFault>) -> Vec<String> {
    let shown = |f: InputFault| {
        format!("{} {} {}", f.problem.place.line, f.problem.code, f.problem.message)
    };
    faults.into_iter().map(shown).collect()
}

fn in_terms(credit: &str) -> Vec<String> {
    let policies = [policy("sla/premium.yaml", &format!("{HEAD}credit:\n{credit}\n"))];
    found(validate(&policies, &empty().settings, &[]))
}

fn bands(bands: &[&str]) -> Vec<String> {
    let lines: Vec<_> = bands.iter().map(|b| format!("    - {{{b}}}")).collect();
    in_terms(&format!("  bands:\n{}", lines.join("\n")))
}

#[test]
fn a_sound_table_has_nothing_to_look_at() {
    assert_eq!(
        bands(&["at_least: 99, below: 99.9, percent: 10", "below: 99, percent: 25"]),
        [""; 0]
    );
    let stated = [
        "at_least: 99.9, percent: 0",
        "at_least: 99, below: 99.9, percent: 10",
        "below: 99, percent: 25",
    ];
    assert_eq!(bands(&stated), [""; 0]);
    let times =
        "  duration_bands: [{above: 0m, at_most: 10m, percent: 0}, {above: 10m, percent: 5}]";
    assert_eq!(in_terms(times), [""; 0]);
}

#[test]
fn holes_overlaps_and_bands_out_of_reach_are_found() {
    let cases: &[(&[&str], &str)] = &[
        (
            &["above: 99, below: 99.9, percent: 10", "below: 99, percent: 25"],
            "6 hole no band is for exactly 99 %",
        ),
        (
            &["at_least: 99.5, below: 99.9, percent: 10", "below: 99, percent: 25"],
            "6 hole no band is for 99 % to 99.5 %",
        ),
        (
            &["at_least: 99, below: 99.9, percent: 10", "at_most: 99, percent: 25"],
            "6 overlap this band overlaps `at_most 99` on line 7",
        ),
        (
            &["below: 99.9, percent: 10", "below: 99, percent: 25"],
            "7 overlap this band overlaps `below 99.9` on line 6",
        ),
        (&["at_least: 99, below: 99.9, percent: 10"], "6 hole no band is for uptime below 99 %"),
        (
            &["below: 99.5, percent: 10"],
            "6 dead-band uptime from 99.5 % to 99.9 % is in breach and yields nothing",
        ),
        (
            &["at_least: 99.95, percent: 5", "below: 99.95, percent: 10"],
            "6 unreachable `at_least 99.95` is never reached",
        ),
    ];
    for (table, expected) in cases {
        let found = bands(table);
        assert!(found.len() == 1 && found[0].starts_with(expected), "{expected}: {found:?}");
    }
    assert_eq!(
        in_terms("  bands: []"),
        ["5 dead-band the table is empty: a breach yields nothing"]
    );
    let times = "  duration_bands: [{above: 0m, below: 9m, hours: 12}, {at_least: 10m, below: 1h, hours: 24}]";
    let expected = [
        "5 hole no band is for 9 min to 10 min",
        "5 hole no band is for downtime past the last band",
    ];
    assert_eq!(in_terms(times), expected);
}

/// Returns what is found in a table whose uptimes are rounded to one place.
fn in_tenths(bands: &[&str]) -> Vec<String> {
    let bands: String = bands.iter().map(|b| format!("    - {{{b}}}\n")).collect();
    let text = format!("{HEAD}compare: {{places: 1, mode: half-up}}\ncredit:\n  bands:\n{bands}");
    found(validate(&[policy("sla/premium.yaml", &text)], &empty().settings, &[]))
}

#[test]
fn each_band_is_held_against_all_others() {
    let table = [
        "below: 99.9, percent: 10",
        "at_least: 95, below: 99, percent: 25",
        "at_least: 99.2, below: 99.5, percent: 15",
    ];
    let expected = [
        "7 overlap this band overlaps `below 99.9` on line 6",
        "8 overlap this band overlaps `below 99.9` on line 6",
    ];
    assert_eq!(bands(&table), expected, "and none between the two that do not meet");
    let covered = [
        "below: 95, percent: 50",
        "at_least: 95, below: 99.9, percent: 10",
        "at_least: 99.9, percent: 0",
        "at_least: 99.95, percent: 0",
    ];
    assert_eq!(bands(&covered), [""; 0], "where the promise is kept no band counts");
    let times = "  duration_bands: [{above: 0m, below: 1h, hours: 1}, {above: 5m, below: 9m, hours: 2}, {at_least: 1h, hours: 3}]";
    assert_eq!(in_terms(times), ["5 overlap this band overlaps `above 0m, below 1h` on line 5"]);
    let minutes = "  duration_bands: [{at_most: 59m, hours: 1}, {at_least: 1h, hours: 2}]";
    assert_eq!(in_terms(minutes), ["5 hole no band is for 59 min to 1 h 00 min"]);
    let text = format!("{HEAD}measure: {{granularity: floor-minutes}}\ncredit:\n{minutes}\n");
    let policies = [policy("sla/premium.yaml", &text)];
    assert_eq!(found(validate(&policies, &empty().settings, &[])), [""; 0], "whole minutes alone");
}

#[test]
fn a_table_is_held_against_the_uptimes_that_are_looked_up() {
    let sound = [
        &["at_least: 99.0, at_most: 99.8, percent: 10", "at_most: 98.9, percent: 25"][..],
        &["at_least: 98.95, at_most: 99.85, percent: 10", "at_most: 98.95, percent: 25"],
        &["above: 98.95, at_most: 99.8, percent: 10", "below: 98.95, percent: 25"],
    ];
    for table in sound {
        assert_eq!(in_tenths(table), [""; 0], "{table:?}");
    }
    let found =
        in_tenths(&["at_least: 99.1, at_most: 99.8, percent: 10", "at_most: 98.9, percent: 25"]);
    assert_eq!(found, ["7 hole no band is for 98.9 % to 99.1 %"]);
    let found = in_tenths(&["above: 99.81, below: 99.89, percent: 5", "below: 99.9, percent: 25"]);
    assert_eq!(
        found,
        ["7 unreachable `above 99.81, below 99.89` is never reached: no uptime in it is in breach"]
    );
}

#[test]
fn keys_without_effect_are_found() {
    let cases = [
        ("measure: {denominator: minus-maintenance}", "takes nothing away"),
        ("measure: {min_duration_applies: before-exclusions}", "has no `min_duration`"),
        ("services: [svcc]", "did you mean `svc`"),
        ("incidents: [2026-01-01-none]", "there is no incident"),
    ];
    let settings = crate::io::yaml::settings::read("services: [svc]").unwrap().0;
    for (line, message) in cases {
        let text = format!("{HEAD}credit: {{shortfall: {{}}}}\n{line}\n");
        let found = found(validate(&[policy("sla/premium.yaml", &text)], &settings, &[]));
        assert!(found.len() == 1 && found[0].contains(message), "{line}: {found:?}");
    }
    let quarter = HEAD.replace("month", "quarter") + "credit: {lost_time: {month_hours: 730}}\n";
    let ladder = format!("{HEAD}credit: {{ladder: {{percents: [0, 10, 20], within: 2 months}}}}\n");
    for (text, message) in
        [(quarter, "divided by the time of one month"), (ladder, "3 steps, and 2 months have 2")]
    {
        let found = found(validate(&[policy("sla/premium.yaml", &text)], &empty().settings, &[]));
        assert!(found.len() == 1 && found[0].contains(message), "{found:?}");
    }
}

fn subscription(
    customer: &str,
    (from, to): (Option<&str>, Option<&str>),
    line: u32,
) -> Subscription {
    Subscription {
        customer: customer.to_owned(),
        service: Some("svc".parse().unwrap()),
        plan: None,
        fee: whole(100),
        currency: "USD".parse().unwrap(),
        from: from.map(|day| day.parse().unwrap()),
        to: to.map(|day| day.parse().unwrap()),
        region: None,
        resource: None,
        hourly_rate: None,
        cells: vec![("customer".to_owned(), customer.to_owned())],
        place: Location { line, column: 1 },
    }
}

#[test]
fn books_that_contradict_themselves_are_refused_with_all_that_is_wrong() {
    let mut inputs = empty();
    let credit = "credit: {shortfall: {}}\n";
    inputs.policies = vec![
        policy("sla/a.yaml", &format!("{HEAD}{credit}requires: [\"seats >= 2\"]\n")),
        policy("sla/b.yaml", &format!("{HEAD}{credit}")),
    ];
    let rows = vec![
        subscription("acme", (None, Some("2026-06-15")), 2),
        subscription("acme", (Some("2026-06-14"), None), 3),
        subscription("beta", (None, Some("2026-06-15")), 4),
        subscription("beta", (Some("2026-06-15"), None), 5),
    ];
    inputs.customers =
        filed("customers.csv", Customers { columns: vec!["customer".to_owned()], rows });
    let faults = compute(&inputs, "2026-06".parse().unwrap()).unwrap_err();
    let expected = [
        "3 subscription-twice `acme` has `svc` twice at one moment: the other row is on line 2",
        "5 no-column customers.csv has no column `seats` for `seats >= 2`",
        "1 policy-twice `premium` is also in sla/a.yaml, in force from the same day",
    ];
    assert_eq!(found(faults), expected);
}

#[test]
fn binary_fractions_would_owe_a_step_too_many_where_exact_ones_do_not() {
    // 99.9 − 99.7 is two steps of 0.1 to a person, and a little more than two in binary.
    let binary = ((99.9_f64 - 99.7) / 0.1).ceil();
    assert_eq!(binary.to_string(), "3");
    let mut inputs = empty();
    let credit = "credit: {steps: {percent: 10, per: 0.1, mode: ceil}}\n";
    inputs.policies = vec![policy("sla/premium.yaml", &format!("{HEAD}{credit}"))];
    let rows = vec![subscription("acme", (None, None), 2)];
    inputs.customers = filed("customers.csv", Customers { columns: vec![], rows });
    let text = "title: x\nevents:\n\
                - {at: 2026-06-10T00:00:00Z, impact: {svc: down}, text: t}\n\
                - {at: 2026-06-10T02:09:36Z, impact: {svc: up}, text: t}\n";
    let id = "2026-06-10-x".parse().unwrap();
    let read = crate::io::yaml::incident::read(id, text, &inputs.settings).unwrap();
    inputs.incidents = vec![filed("incident.yaml", read.incident)];
    let line = &compute(&inputs, "2026-06".parse().unwrap()).unwrap().lines[0];
    assert_eq!(crate::model::money::exactly(&line.verdict.credit), "20");
}
