//! Tables at every width: they stay within it, and what is for copying stays whole.

use crate::support::sandbox::Sandbox;
use unicode_width::UnicodeWidthStr;

/// One id is the beginning of the other.
const IDS: [&str; 3] = [
    "2026-05-10-payments-fail-for-everybody-in-the-east",
    "2026-05-10-payments-fail-for-everybody-in-the-east-again",
    "2026-05-12-決済が失敗する",
];
const TITLES: [&str; 3] = [
    "Payments fail for everybody in the east because the load balancers lost their configuration",
    "Payments fail for everybody in the east again because the configuration was not comprehensible",
    "決済がすべての地域で失敗しロードバランサーの設定が失われたため顧客は何も購入できなくなりました",
];
const SERVICES: [&str; 2] = ["checkout-and-payments-in-the-east", "api"];
const POLICIES: [&str; 2] =
    ["premium-support-agreement-2026", "premium-support-agreement-2026-east"];
const CUSTOMERS: [&str; 2] = ["acme-international-holdings", "acme-international-holdings-east"];
const ACTIONS: [&str; 2] = ["a1b2c3d4", "b2c3d4e5"];

fn record() -> Sandbox {
    let sandbox = Sandbox::with_record();
    sandbox.write("recount.yaml", "services: {checkout-and-payments-in-the-east: {}, api: {}}\n");
    let day = |index: usize| &IDS[index][..10];
    for (index, (id, title)) in IDS.iter().zip(TITLES).enumerate() {
        let day = day(index);
        let end = match index {
            1 => String::new(),
            _ => format!(
                "  - {{id: e{index}c, at: {day}T13:34:56Z, within: 15m, mark: resolved, by: Ada Diallo, impact: {{{}: up, api: up}}, text: All is back}}\n",
                SERVICES[0]
            ),
        };
        sandbox.write(
            format!("incidents/2026/{id}/incident.yaml"),
            &format!(
                "title: {title}\nseverity: sev1\nservices: [{0}, api]\nevents:\n  \
                 - {{id: e{index}a, at: {day}T10:00:00Z, mark: started, impact: {{{0}: down, api: degraded}}, text: {title}}}\n  \
                 - {{id: e{index}b, between: [{day}T10:05:00Z, {day}T10:25:30Z], mark: detected, by: Ada Diallo, text: Customers call}}\n{end}\
                 actions:\n  - {{id: {1}{index}, title: {title}, owner: Ada Diallo of the Payments Team, due: 2026-05-20, incidents: [{2}]}}\n",
                SERVICES[0], ACTIONS[0], IDS[(index + 1) % 3],
            ),
        );
    }
    let policy = "window: month\ntimezone: UTC\ncommitment: {at_least: 99.9}\n\
                  credit: {bands: [{at_least: 99, below: 99.9, percent: 10}, {below: 99, percent: 25}]}\n";
    for (policy_id, service) in POLICIES.iter().zip(SERVICES) {
        let text = format!("{policy}services: [{service}]\n");
        sandbox.write(format!("sla/{policy_id}.yaml"), &text);
    }
    let mut rows = "customer,service,plan,fee,currency\n".to_owned();
    for customer in CUSTOMERS {
        for service in SERVICES {
            rows += &format!("{customer},{service},gold,1234567.89,USD\n");
        }
    }
    sandbox.write("customers.csv", &rows);
    sandbox.git(["add", "-A"]).done();
    sandbox.git(["commit", "-qm", "A record with long names"]).done();
    sandbox
}

/// What a line asks, and what its answer must hold whole.
fn questions() -> Vec<(String, Vec<&'static str>)> {
    let titles: Vec<_> = TITLES[..2].iter().flat_map(|t| t.split(' ')).collect();
    let both = |more: &[&'static str]| [more, titles.as_slice()].concat();
    vec![
        ("list".into(), titles.clone()),
        ("action list".into(), both(&["a1b2c3d40", "a1b2c3d41", "a1b2c3d42"])),
        ("stats".into(), vec!["time_to_recover"]),
        ("stats --by month".into(), vec!["2026-05"]),
        ("stats --by service".into(), SERVICES.to_vec()),
        ("stats --by severity --against 2026-04".into(), vec!["sev1"]),
        (
            format!("metrics {} {} {}", IDS[0], IDS[1], IDS[2]),
            [&SERVICES[..], &["time_to_recover"]].concat(),
        ),
        ("metrics --compare".into(), vec![]),
        ("status".into(), [&SERVICES[..], &["e1a", "e1b"]].concat()),
        (
            "credits --period 2026-05".into(),
            [&SERVICES[..], &POLICIES, &CUSTOMERS, &["1234567.89"]].concat(),
        ),
        (format!("credits --period 2026-05 --explain {}", CUSTOMERS[1]), vec![CUSTOMERS[1]]),
        ("sla list".into(), POLICIES.to_vec()),
        ("templates".into(), vec!["google-sre", "customer.md"]),
        (format!("history -i {}", IDS[0]), titles[..12].to_vec()),
        (format!("show {}", IDS[0]), vec!["e0a", "e0b", "e0c"]),
        (format!("why downtime {} -i {}", SERVICES[0], IDS[0]), vec!["e0a", "e0c"]),
        ("why incidents".into(), IDS.to_vec()),
    ]
}

#[test]
fn every_table_reads_at_every_width() {
    let sandbox = record();
    for (question, whole) in questions() {
        for width in [60, 80, 100, 120, 200] {
            let ran = sandbox.shell(&format!("COLUMNS={width} recount {question}"));
            assert_eq!(ran.code, 0, "{question}: {}", ran.stderr);
            let told = ran.stdout;
            let said = format!("{question} at {width}:\n{told}");
            // `why` has its events as prose, so that they can be copied.
            let prose = if question.starts_with("why") { "  " } else { "\n" };
            let wide = |l: &&str| {
                l.starts_with(' ')
                    && !l.starts_with(prose)
                    && !l.contains("incident.yaml")
                    && l.width() > width
            };
            assert_eq!(told.lines().find(wide), None, "{said}");
            let words: Vec<_> = told.split_whitespace().collect();
            for word in &whole {
                assert!(
                    words.iter().any(|w| w.trim_end_matches(['.', ',']) == *word),
                    "{word}: {said}"
                );
            }
            if ["list", "action list"].contains(&question.as_str()) {
                for name in words.iter().filter(|w| w.starts_with("2026-05-1") && w.len() > 10) {
                    let answers = IDS.iter().filter(|id| id.starts_with(name)).count();
                    assert!(answers == 1 || IDS.contains(name), "{name} is cut: {said}");
                }
            }
        }
    }
}
