use super::*;
use crate::model::sla::{BandYield, Denominator, Free, MeasureKind, Weights, Window};

fn read_text(text: &str) -> PolicyRead {
    read("premium".parse().unwrap(), text).unwrap()
}

/// Returns what is wrong, as `line:column message`.
fn wrong(text: &str) -> Vec<String> {
    let shown = |p: Diagnostic| {
        assert_eq!(p.level, Level::Error, "{}", p.message);
        format!("{} {}", p.place, p.message)
    };
    let read = read_text(text);
    assert!(read.policy.is_none());
    read.problems.into_iter().map(shown).collect()
}

const LEAST: &str = "\
timezone: Europe/Paris
window: month
commitment: {at_least: 99.9}
credit: {bands: [{below: 99.9, percent: 10}]}
";

#[test]
fn the_shortest_policy_has_the_defaults_of_the_language() {
    let policy = read_text(LEAST).policy.unwrap();
    assert_eq!((policy.id.as_str(), policy.title.as_str()), ("premium", "premium"));
    assert_eq!((policy.kind, policy.stacking), (PolicyKind::Sla, Stacking::Best));
    assert_eq!((policy.window, policy.rounding), (Window::Month, Rounding::HalfUp));
    assert_eq!(policy.measure.weights, Weights::default());
    assert!(matches!(policy.claim, ClaimRule::Automatic));
    assert!(policy.exclude.maintenance.is_none() && policy.caps.is_empty());
}

#[test]
fn every_key_of_the_language_is_read() {
    let text = r#"
title: Premium availability
kind: goodwill
incidents: [2019-01-24-datacenter]
source: {url: https://example.com/sla, read_on: 2026-11-01}
id: gold
effective: {from: 2018-01-01}
services: [apps, databases]
plans: [premium]
requires: ["web_containers >= 2"]
group: availability
stacking: sum
window: quarter
timezone: Europe/Paris
measure:
  kind: downtime
  weights: {down: share, degraded: 0.5, maintenance: 1}
  starts_at: detected
  min_duration: "> 5m"
  min_duration_applies: before-exclusions
  granularity: touched-minutes
  service_hours: {days: [mon, fri], from: "22:00", to: 06:00, holidays: [2026-12-25]}
  denominator: {minutes: 43200}
  partial: excluded
exclude:
  maintenance: {notice: 5 business days, calendar: office, quota: 300m, per: quarter, max_each: 4h, emergency: {quota: 60m, per: year}}
  attribution: [customer, force-majeure]
commitment: {above: 99.9}
compare: {places: 1, mode: half-even}
credit:
  blocks: {fraction: 1/30, per: 30m, mode: ceil, count: incident, round_to: 30m, free: "0.01%", first: true}
caps: [{percent: 100}, {percent: 50, windows: 12}, {amount: {USD: 500.00, JPY: 75000}}]
minimum: {USD: "> 1.00", JPY: ">= 150"}
rounding: up
claim: {within: 10 business days, calendar: office, from: incident-end}
rights: [{right: terminate, breaches: 3, within: 6 months}]
x-note: ours
"#;
    let read = read_text(text);
    assert_eq!(read.problems, []);
    let policy = read.policy.unwrap();
    assert_eq!(policy.id.as_str(), "gold");
    assert_eq!(policy.measure.denominator, Denominator::Fixed(Span::minutes(43200)));
    let Scheme::Blocks(blocks) = &policy.scheme.value else { panic!("not blocks") };
    assert_eq!(blocks.free, Some(Free::Percent(money::ratio(1, 100))));
    assert_eq!(policy.caps.len(), 3);
    assert_eq!(policy.exclude.attribution.len(), 2);
    let usd = "USD".parse().unwrap();
    let minimum = &policy.minimum.as_ref().unwrap().value;
    assert!(policy.commitment.value.above && minimum.get(usd).unwrap().strict);
    assert!(minimum.get("EUR".parse().unwrap()).is_none());
    let calendars = policy.calendars();
    assert_eq!(calendars.len(), 2, "{calendars:?}");
    assert_eq!(policy.rights[0].value.breaches, 3);
}

#[test]
fn every_scheme_and_outcome_is_read() {
    let schemes = [
        "duration_bands: [{above: 0m, at_most: 10m, amount: 25.00}, {above: 10m, hours: 48, month_hours: 672}]",
        "bands: [{at_least: 99, below: 99.9, days: 3, month_days: 30}, {below: 99, fraction: 1/30}]",
        "bands: [{at_least: 99, extend_days: 7}, {below: 99, percent: 30, plus: {percent: 5, per: 0.1, mode: floor}}]",
        "bands: []",
        "bands: [{below: 99, amount: {EUR: 25.00, JPY: 4000}}]",
        "duration_bands: {count: incident, bands: [{above: 10m, percent: 5}]}",
        "blocks: {days: 1, month_days: 30, per: 1h, mode: ceil}",
        "blocks: {hours: 2, per: 1h, mode: floor}",
        "per_day: {percent: 5, over: 60m}",
        "lost_time: {}",
        "lost_time: {times: 25, beyond: 99.95, round_up_to: 1h, month_hours: 730, round_factor: 2}",
        "lost_time: {times: 50, rate: hourly}",
        "steps: {percent: 10, per: 0.1, mode: linear}",
        "shortfall: {}",
        "greater_of: {percent: 10}",
        "clock_hours: {over: 6m}",
        "ladder: {percents: [0, 10, 20], within: 6 months}",
        "consecutive: {windows: 2, then: lost_time}",
        "consecutive: {windows: 3, then: {lost_time: {times: 2}}}",
    ];
    for scheme in schemes {
        let text = LEAST.replace("bands: [{below: 99.9, percent: 10}]", scheme);
        let read = read_text(&text);
        assert_eq!(read.problems, [], "{scheme}");
        let policy = read.policy.unwrap();
        assert!(scheme.starts_with(policy.scheme.value.as_str()), "{scheme}");
    }
    let text = LEAST.replace("percent: 10", "extend_days: 7");
    let policy = read_text(&text).policy.unwrap();
    let Scheme::Bands(bands) = policy.scheme.value else { panic!("not bands") };
    assert_eq!(
        (bands[0].label.as_str(), &bands[0].outcome),
        ("below 99.9", &BandYield::ExtendDays(7))
    );
    let hours =
        format!("{LEAST}measure: {{starts_at: claim, service_hours: {{calendar: office}}}}\n");
    assert_eq!(read_text(&hours).policy.unwrap().calendars().len(), 1);
    let measured = format!("{LEAST}measure: {{kind: error-rate, interval: 5m}}\n");
    let kind = read_text(&measured).policy.unwrap().measure.kind;
    assert_eq!(kind, MeasureKind::ErrorRate { interval: Span::minutes(5) });
}

#[test]
fn a_promise_about_durations_has_its_own_keys() {
    let promise = |measure: &str, commitment: &str, credit: &str| {
        format!(
            "timezone: UTC\nwindow: month\nmeasure: {{{measure}}}\ncommitment: {{{commitment}}}\ncredit: {{{credit}}}\n"
        )
    };
    let own = "kind: duration, name: time_to_recover, severities: [sev1], clock: office";
    let text = promise(own, "share: 95, at_most: 4h", "steps: {percent: 2, per: 5, mode: floor}");
    let policy = read_text(&text).policy.unwrap();
    let MeasureKind::Duration(promised) = &policy.measure.kind else { panic!("{policy:?}") };
    assert_eq!((promised.at_most, promised.severities.len()), (Span::hours(4), 1));
    assert_eq!(policy.commitment.value.percent, money::whole(95));
    assert_eq!(policy.calendars().len(), 1);
    let breach = "per_breach: {percent: 5}";
    let slips = [
        (promise("kind: duration", "at_most: 4h", breach), "`measure` needs `name`"),
        (promise(own, "at_least: 99", breach), "needs `at_most`"),
        (
            promise(&format!("{own}, partial: excluded"), "at_most: 4h", breach),
            "`partial` is about",
        ),
        (promise(&format!("{own}, interval: 5m"), "at_most: 4h", breach), "`interval` goes with"),
        (promise(own, "at_most: 4h", "shortfall: {}"), "takes `per_breach`, `steps`"),
        (
            promise(own, "at_most: 4h", "duration_bands: [{above: 4h, percent: 5}]"),
            "`count: incident`",
        ),
        (promise("clock: office", "at_least: 99", "shortfall: {}"), "goes with `kind: duration`"),
        (promise("kind: downtime", "at_most: 4h", "shortfall: {}"), "promise a duration"),
        (promise("kind: downtime", "at_least: 99", breach), "is for promises about durations"),
        (
            promise(own, "at_most: 4h", breach) + "exclude: {maintenance: {}}\n",
            "stops for no maintenance",
        ),
        (
            promise(own, "at_most: 4h", breach) + "claim: {within: 5d, from: incident-end}\n",
            "no impact whose end",
        ),
    ];
    for (text, message) in slips {
        let found = wrong(&text);
        assert!(found.iter().any(|f| f.contains(message)), "{text}: {found:?}");
    }
}

#[test]
fn all_that_is_wrong_is_said_at_once_with_its_place() {
    let text = "\
title: x
windwo: month
measure: {granularity: seconds, weights: {down: 2}}
commitment: {at_least: 100.1}
caps: [{percent: 10, amount: 5}]
credit: {bands: [{at_least: 99, above: 98, percent: 1}, {below: 99, percent: 1, amount: 2}, {percent: 3}]}
minimum: 1.00
claim: {automatic: false}
";
    let found = wrong(text);
    let expected = [
        "1:1 a policy needs `timezone`",
        "1:1 a policy needs `window`",
        "2:1 unknown key `windwo` in a policy",
        "3:24 unknown granularity `seconds`",
        "3:49 `2` is not a weight",
        "4:24 `100.1` is more than 100 percent",
        "5:8 a cap is one of",
        "6:18 a band has one lower and one upper bound",
        "6:57 a band yields one of",
        "6:93 a band needs a bound",
        "7:10 `1.00` needs a sign before it",
        "8:8 a claim is either",
    ];
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.starts_with(expected), "{found}\n{expected}");
    }
}

#[test]
fn what_cannot_go_together_is_refused() {
    let cases = [
        ("kind: goodwill", "a goodwill policy needs `incidents`"),
        ("measure: {kind: requests, interval: 5m}", "`interval` goes with `kind: error-rate`"),
        ("measure: {kind: scores, granularity: exact}", "`granularity` is about downtime"),
        ("measure: {kind: error-rate}", "`measure` needs `interval`"),
        (
            "measure: {kind: requests}\nexclude: {attribution: [customer]}",
            "`exclude` is for downtime",
        ),
        ("measure: {service_hours: {from: 08:00, to: 08:00}}", "end when they begin"),
        ("measure: {service_hours: {calendar: office, days: [mon]}}", "`days` has no place"),
        ("measure: {service_hours: {from: 8}}", "is not a time of day"),
        ("measure: {service_hours: {holidays: [soon]}}", "is not a date"),
        ("exclude: {maintenance: {per: month}}", "`per` goes with a `quota`"),
        ("exclude: {maintenance: {quota: 1h, per: week}}", "unknown window `week`"),
        ("exclude: {maintenance: {notice: 5 business days}}", "need `calendar`"),
        (
            "exclude: {maintenance: {notice: 48h, calendar: office}}",
            "goes with `notice: 5 business",
        ),
        ("exclude: {maintenance: {emergency: {quota: 1h}}}", "and there is none"),
        ("exclude: {maintenance: {notice: 1h, emergency: {per: month}}}", "goes with a `quota`"),
        ("exclude: {maintenance: {notice: 1h, emergency: {}}}", "`emergency` needs `quota`"),
        ("caps: [{amount: 5, windows: 2}]", "a cap is one of"),
        ("caps: [{amount: {}}]", "name a currency"),
        ("caps: [{amount: {USD: 5, DOLLAR: 6}}]", "`DOLLAR` is not a currency"),
        ("claim: {within: 10 business days}", "need `calendar`"),
        ("claim: {within: 10d, calendar: office}", "goes with `within: 10 business days`"),
        ("claim: {calendar: office}", "a claim is either"),
        ("rights: [{right: terminate, breaches: 0, within: 6 months}]", "from 1 to 1000"),
        ("compare: {places: 13, mode: down}", "`13` is not a whole number from 0 to 12"),
    ];
    for (lines, message) in cases {
        let found = wrong(&format!("{LEAST}{lines}\n"));
        assert!(found.iter().any(|f| f.contains(message)), "{lines}: {found:?}");
    }
}

#[test]
fn schemes_that_say_nothing_or_too_much_are_refused() {
    let schemes = [
        ("bands: [], shortfall: {}", "takes exactly one scheme"),
        ("band: []", "takes exactly one scheme"),
        (
            "duration_bands: [{below: 1h, percent: 5, plus: {percent: 1, per: 1, mode: floor}}]",
            "these bands are of downtime",
        ),
        (
            "bands: [{at_least: 99, percent: 5, plus: {percent: 1, per: 1, mode: floor}}]",
            "this one has none",
        ),
        ("bands: [{at_least: 99, below: 99, percent: 5}]", "nothing lies in this band"),
        ("blocks: {percent: 5, days: 1, per: 1h, mode: floor}", "a block yields one of"),
        ("blocks: {percent: 5, month_days: 30, per: 1h, mode: floor}", "a block yields one of"),
        ("blocks: {percent: 5, per: 0m, mode: floor}", "must be more than nothing"),
        ("steps: {percent: 5, per: 0.0, mode: floor}", "must be more than nothing"),
        ("lost_time: {rate: hourly, month_hours: 730}", "divides by nothing"),
        ("ladder: {percents: [], within: 6 months}", "at least one percentage"),
        ("consecutive: {windows: 1, then: lost_time}", "from 2 to 120"),
        ("consecutive: {windows: 2, then: blocks}", "cannot stand by its name alone"),
        (
            "consecutive: {windows: 2, then: {ladder: {percents: [1], within: 60d}}}",
            "looks at one window alone",
        ),
    ];
    for (scheme, message) in schemes {
        let found = wrong(&LEAST.replace("bands: [{below: 99.9, percent: 10}]", scheme));
        assert!(found.iter().any(|f| f.contains(message)), "{scheme}: {found:?}");
    }
}

proptest::proptest! {
    #[test]
    fn no_text_breaks_it(cut in 0_usize..400, junk in "[-:{}\\[\\], a-z0-9%/>=\n]{0,20}") {
        let text = "title: x\nwindow: month\ntimezone: UTC\nmeasure: {kind: downtime, denominator: {minutes: 3}}\n\
                    commitment: {at_least: 99.9}\ncredit: {bands: [{below: 99, percent: 3, plus: {percent: 1, per: 1, mode: ceil}}]}\n";
        let (head, tail) = text.split_at(cut.min(text.len()));
        let _ = read("p".parse().unwrap(), &[head, &junk, tail].concat());
    }
}
