//! What finance does with the program: the files that it reads, the formats that it writes, and its exit codes.

use crate::support::sandbox::Sandbox;

const POLICY: &str = "\
window: month
timezone: UTC
commitment: {at_least: 99.9}
credit: {bands: [{at_least: 99, below: 99.9, percent: 10}, {below: 99, percent: 25}]}
";

const OUTAGE: &str = "\
title: Secret title
services: [apps]
events:
  - {id: a1, at: 2026-05-10T10:00:00Z, mark: started, impact: {apps: down}, text: Secret start}
  - {id: a2, at: 2026-05-10T11:00:00Z, mark: recovered, impact: {apps: up}, text: Secret end}
";

/// Makes a record with one policy and one outage of an hour in May 2026.
fn record(customers: &str) -> Sandbox {
    let sandbox = Sandbox::with_record();
    sandbox.write("sla/premium.yaml", POLICY);
    sandbox.write("incidents/2026/2026-05-10-secret/incident.yaml", OUTAGE);
    sandbox.write("customers.csv", customers);
    sandbox.git(["add", "-A"]).done();
    sandbox.git(["commit", "-qm", "books"]).done();
    sandbox
}

const ACME: &str = "customer,service,plan,fee,currency\nacme,apps,gold,1200.00,USD\n";

#[test]
fn the_json_has_the_fields_that_scripts_rely_on() {
    let sandbox = record(ACME);
    let json = sandbox.recount(["credits", "--period", "2026-05", "--format", "json"]).ok();
    let report: serde_json::Value = serde_json::from_str(&json).unwrap();
    let line = &report["lines"][0];
    let expected = serde_json::json!({
        "kind": "policy", "customer": "acme", "service": "apps", "policy": "premium",
        "uptime_percent": "99.865591", "uptime_exact": "2674800/2678400", "counted_seconds": "3600",
        "excluded_seconds": "0", "status": "credit", "band": "at_least 99, below 99.9",
        "percent": "10.000000", "fee": "1200.00", "currency": "USD", "credit": "120.00",
        "uncertain": false, "credit_min": "120.00", "credit_max": "120.00", "extend_days": 0,
        "claim_by": null, "plan": "gold", "region": null, "resource": null,
        "incidents": ["2026-05-10-secret"],
        "window": {"start": "2026-05-01T00:00:00Z", "end": "2026-06-01T00:00:00Z"},
    });
    for (key, value) in expected.as_object().unwrap() {
        assert_eq!(&line[key], value, "{key}");
    }
    assert_eq!(
        report["totals"],
        serde_json::json!([{"currency": "USD", "credit": "120.00", "pending": "0.00"}])
    );
    assert_eq!(report["record"]["dirty"], false);
    assert_eq!(report["record"]["commit"], sandbox.git(["rev-parse", "HEAD"]).ok().trim());
    let hash = sandbox.shell("sha256sum customers.csv").ok();
    let input = report["inputs"].as_array().unwrap().iter().find(|i| i["path"] == "customers.csv");
    assert_eq!(input.unwrap()["sha256"], hash.split(' ').next().unwrap());
    assert_eq!(line["policy_sha256"].as_str().unwrap().len(), 64);
}

#[test]
fn the_same_revision_gives_the_same_bytes_whatever_lies_in_the_folder() {
    let sandbox = record(ACME);
    let ask = |format: &str| {
        sandbox
            .recount(["credits", "--period", "2026-05", "--as-of", "HEAD", "--format", format])
            .ok()
    };
    let before: Vec<_> = ["table", "json", "csv", "markdown"].map(ask).into();
    let book = |to: &str| {
        sandbox.recount(["credits", "--period", "2026-05", "--as-of", "HEAD", "-o", to]).done();
        std::fs::read(sandbox.path().join(to)).unwrap()
    };
    let first = book("one.xlsx");
    sandbox.write("customers.csv", "customer\n\"broken");
    sandbox.write("sla/premium.yaml", "not: a policy\n");
    sandbox.write("incidents/2026/2026-05-10-secret/incident.yaml", "- no incident\n");
    let after: Vec<_> = ["table", "json", "csv", "markdown"].map(ask).into();
    assert_eq!(before, after);
    assert_eq!(first, book("two.xlsx"));
}

#[test]
fn a_breach_fails_a_script_that_asks_for_it() {
    let sandbox = record(ACME);
    let code =
        |period: &str| sandbox.recount(["credits", "--period", period, "--fail-on-breach"]).code;
    assert_eq!((code("2026-05"), code("2026-04"), code("2026-5")), (1, 0, 2));
    assert_eq!(sandbox.recount(["credits", "--period", "2026-05"]).code, 0);
}

#[test]
fn every_broken_file_is_told_at_once_with_its_place() {
    let sandbox = record("customer,service,fee,currency\nacme,apps,12.5.0,EUR\n");
    sandbox.write("claims.csv", "customer,service,period,received\nacme,apps,2026-05,soon\n");
    sandbox
        .write("measurements/apps.csv", "service,start,total,bad\napps,2026-05-01T00:00:00Z,1,2\n");
    sandbox.write(
        "maintenance.yaml",
        "- {title: x, from: 2026-05-02T00:00:00Z, to: 2026-05-01T00:00:00Z}\n",
    );
    sandbox.write(
        "credits/adjustments.csv",
        "period,customer,amount,currency,reason,approved_by\n2026-05,acme,1.005,EUR,x,Ada\n",
    );
    sandbox.write("sla/other.yaml", "window: month\n");
    sandbox.write("incidents/2026/2026-05-11-torn/incident.yaml", "title: [\n");
    let said = sandbox.recount(["credits", "--period", "2026-05"]).refused();
    for place in [
        "customers.csv:2:11",
        "claims.csv:2:19",
        "measurements/apps.csv:2:29",
        "maintenance.yaml:1:",
        "credits/adjustments.csv:2:14",
        "sla/other.yaml:1:1",
        "incidents/2026/2026-05-11-torn/incident.yaml:",
    ] {
        assert!(said.contains(place), "{place}\n{said}");
    }
}

#[test]
fn bytes_that_are_no_text_are_an_error_with_a_place() {
    let sandbox = record(ACME);
    std::fs::write(sandbox.path().join("customers.csv"), b"customer,service\nacm\xff,apps\n")
        .unwrap();
    let said = sandbox.recount(["credits", "--period", "2026-05"]).refused();
    assert!(said.contains("customers.csv:2:1") && said.contains("UTF-8"), "{said}");
}

/// Returns a table in which many customers share their terms, some have rows of their own, and some cells need care.
fn shared_table(customers: u32) -> String {
    let mut table = "customer,service,plan,fee,currency,from,to,note\r\n".to_owned();
    for n in 0..customers {
        let (plan, fee) = (["gold", "basic", ""][n as usize % 3], n * 37 % 5000);
        table += &match n % 7 {
            0 => format!("\"c, {n}\",apps,{plan},{fee}.5,EUR,,,{n}\r\n"),
            1 => format!(
                "c{n}, apps ,{plan},{fee}.00,EUR,,2026-05-20,x\r\nc{n},apps,{plan},7.25,EUR,2026-05-20,,\r\n"
            ),
            2 => format!("c{n},apps,{plan},{fee}.1250,JPY,,,\"two\r\nlines\"\r\n\r\n"),
            3 => format!("=c{n},apps,{plan},{fee},KWD,,,\r\nc{n}b,search,{plan},{fee},EUR,,,\r\n"),
            _ => format!("c{n},apps,{plan},{fee}.{:02},EUR,,,\r\n", n % 100),
        };
    }
    table
}

#[test]
fn what_customers_share_is_what_each_has_alone() {
    let sandbox = record(&shared_table(60));
    sandbox.write("claims.csv", "customer,service,period,received\nc4,apps,2026-05,2026-06-02\n");
    sandbox.write(
        "credits/adjustments.csv",
        "period,customer,service,amount,currency,reason,incident,approved_by\n\
         2026-05,c5,apps,1.50,EUR,sorry,,Ada\n2026-05,nobody,,2.50,EUR,sorry,,Ada\n",
    );
    let all = sandbox.recount(["credits", "--period", "2026-05", "--format", "csv"]).done();
    let rows = |csv: &str| -> Vec<Vec<String>> {
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
    };
    let customer = |row: &[String]| row[1].trim_start_matches('\'').to_owned();
    let rows_of_all = rows(&all);
    let mut names: Vec<_> = rows_of_all.iter().map(|row| customer(row)).collect();
    names.dedup();
    assert!(names.len() > 60, "{all}");
    for name in &names {
        let alone = sandbox
            .recount(["credits", "--period", "2026-05", "--format", "csv", "--customer", name])
            .done();
        let own: Vec<_> = rows_of_all.iter().filter(|r| customer(r) == *name).cloned().collect();
        assert_eq!(rows(&alone), own, "{name}");
    }
    let json = sandbox.recount(["credits", "--period", "2026-05", "--format", "json"]).done();
    let report: serde_json::Value = serde_json::from_str(&json).unwrap();
    let lines = report["lines"].as_array().unwrap();
    let named = |line: &serde_json::Value| line["customer"].as_str().unwrap().to_owned();
    let told: Vec<_> = rows_of_all.iter().map(|row| (customer(row), row[19].clone())).collect();
    let credit = |line: &serde_json::Value| line["credit"].as_str().unwrap().to_owned();
    assert_eq!(lines.iter().map(|l| (named(l), credit(l))).collect::<Vec<_>>(), told);
}

#[test]
fn customers_come_from_a_pipe_and_stand_together() {
    let sandbox = record(ACME);
    let table = shared_table(20);
    sandbox.write("other.csv", &table);
    let named = sandbox.recount([
        "credits",
        "--period",
        "2026-05",
        "--format",
        "csv",
        "--customers",
        "other.csv",
    ]);
    let piped =
        sandbox.shell("recount credits --period 2026-05 --format csv --customers - < other.csv");
    assert_eq!(named.done(), piped.done());
    sandbox.write("other.csv", &format!("{table}c4,apps,,1,EUR,2030-01-01,,\n"));
    let refused =
        sandbox.shell("recount credits --period 2026-05 --customers - < other.csv").refused();
    assert!(refused.contains("customer-again") && refused.contains("begin on line"), "{refused}");
}

#[test]
fn hostile_names_do_no_harm_in_any_format() {
    let name = "=HYPERLINK(1)\u{1b}[2J\u{202e}<b>|x";
    let sandbox = record(&format!(
        "customer,service,plan,fee,currency\n\"{name}\",apps,\"@SUM(A1)\",1200.00,USD\n"
    ));
    for format in ["table", "json", "csv", "markdown"] {
        let told = sandbox.recount(["credits", "--period", "2026-05", "--format", format]).ok();
        assert!(!told.contains(['\u{1b}', '\u{202e}']), "{told:?}");
        let page = sandbox.recount([
            "credits",
            "--period",
            "2026-05",
            "--explain",
            name,
            "--format",
            "markdown",
        ]);
        assert!(!page.ok().contains("<b>"));
    }
    let csv = sandbox.recount(["credits", "--period", "2026-05", "--format", "csv"]).ok();
    assert!(csv.contains(",'=HYPERLINK(1)") && csv.contains(",'@SUM(A1),"), "{csv}");
}

#[test]
fn another_table_takes_the_place_of_the_customers() {
    let sandbox = record(ACME);
    let other =
        sandbox.write("../other.csv", "customer,service,fee,currency\nglobex,apps,10,JPY\n");
    let args = ["credits", "--period", "2026-05", "--customers", other.to_str().unwrap()];
    let told = sandbox.recount(args).ok();
    assert!(told.contains("globex") && !told.contains("acme"), "{told}");
    let total = told.lines().last().unwrap().split_whitespace().collect::<Vec<_>>();
    assert_eq!(total, ["Total", "1", "JPY"]);
}

#[test]
fn what_git_does_not_hold_makes_the_record_dirty() {
    let sandbox = record(ACME);
    let dirty = || {
        let json = sandbox.recount(["credits", "--period", "2026-05", "--format", "json"]).done();
        serde_json::from_str::<serde_json::Value>(&json).unwrap()["record"]["dirty"] == true
    };
    assert!(!dirty());
    // No credit hangs on a document.
    sandbox.write("incidents/2026/2026-05-10-secret/postmortem.md", "# x\n");
    assert!(!dirty());
    sandbox.write(".gitignore", "claims.csv\n");
    assert!(!dirty());
    sandbox.write("claims.csv", "customer,service,period,received\n");
    assert!(dirty(), "an ignored file is in no commit");
    std::fs::remove_file(sandbox.path().join("claims.csv")).unwrap();
    std::fs::remove_file(sandbox.path().join("sla/premium.yaml")).unwrap();
    let said = sandbox.recount(["credits", "--period", "2026-05"]).refused();
    assert!(said.contains("missing here: sla/premium.yaml"), "{said}");
    sandbox.git(["rm", "-q", "--cached", "sla/premium.yaml"]).ok();
    sandbox.write("sla/other.yaml", POLICY);
    assert!(dirty(), "a policy is gone");
}

#[test]
fn what_would_have_been_owed_stands_beside_what_is() {
    let sandbox =
        record("customer,service,fee,currency\nacme,apps,1200.00,USD\nbeta,mail,10.00,USD\n");
    let ask = |args: &[&str]| {
        let fixed = ["credits", "--period", "2026-05", "--format", "json"];
        let said = sandbox.recount(fixed.iter().chain(args)).ok();
        serde_json::from_str::<serde_json::Value>(&said).unwrap()
    };
    // An hour down is 99.866 %: 10 % of 1200.00. Back half an hour earlier is 99.933 %: nothing.
    for change in ["recovered=10:30", "recovered-30m", "resolved=10:30", "started+30m"] {
        let report = ask(&["-i", "secret", "--what-if", change]);
        let line = &report["lines"][0];
        assert_eq!((&line["customer"], &line["credit"]), (&"acme".into(), &"120.00".into()));
        assert_eq!(
            (&line["status"], &line["what_if_status"]),
            (&"credit".into(), &"no-breach".into()),
            "{change}"
        );
        assert_eq!(report["totals"][0]["difference"], "-120.00", "{change}: {report}");
        assert_eq!(report["unchanged"], 1);
    }
    // Nine hours down are 98.79 %: 25 %.
    assert_eq!(
        ask(&["-i", "secret", "--what-if", "recovered+8h"])["totals"][0]["what_if_credit"],
        "300.00"
    );
    // Two changes at once: from 10:30 to 10:20 is never down.
    let both = ask(&["-i", "secret", "--what-if", "started=10:15", "--what-if", "recovered=10:20"]);
    assert_eq!(both["totals"][0]["what_if_credit"], "0.00");
    sandbox.write("../premium.yaml", &POLICY.replace("percent: 10", "percent: 50"));
    let report = ask(&["--what-if", "policy=../premium.yaml"]);
    assert_eq!(report["totals"][0]["what_if_credit"], "600.00");
    let shown = sandbox
        .recount(["credits", "--period", "2026-05", "-i", "secret", "--what-if", "recovered-30m"])
        .done();
    assert!(shown.contains("Total USD: 120.00 is owed, 0.00 would be: -120.00"), "{shown}");

    let refused = |args: &[&str]| {
        sandbox
            .recount(["credits", "--period", "2026-05", "--what-if"].iter().chain(args))
            .refused()
    };
    assert!(refused(&["recovered-30m"]).contains("-i INCIDENT"));
    assert!(refused(&["identified-30m", "-i", "secret"]).contains("no `identified`"));
    assert!(refused(&["recoverd-30m", "-i", "secret"]).contains("`recoverd` is no milestone"));
    assert!(refused(&["soon"]).contains("says no change"));
    assert!(refused(&["policy=nowhere.yaml"]).contains("nowhere.yaml"));
    assert!(refused(&["recovered=nonsense", "-i", "secret"]).contains("nonsense"));
    sandbox.recount(["credits", "--period", "2026-05", "-i", "secret"]).refused();
}

#[test]
fn the_next_credit_band_is_told_with_what_it_costs() {
    let mut sandbox = Sandbox::with_record();
    sandbox.write("sla/premium.yaml", POLICY);
    sandbox.write("customers.csv", "customer,service,fee,currency\nacme,apps,1200.00,USD\nbeta,apps,800.00,USD\ncara,mail,10.00,USD\n");
    sandbox
        .recount([
            "-q",
            "declare",
            "Fire",
            "--service",
            "apps",
            "--at",
            "11:30",
            "--impact",
            "apps=down",
        ])
        .done();
    let cliffs = |sandbox: &Sandbox| {
        let said = sandbox.recount(["status", "--format", "json"]).ok();
        serde_json::from_str::<serde_json::Value>(&said).unwrap()["credit_cliffs"].clone()
    };
    // Of June's 43,200 minutes 43.2 are within 99.9 %: the 44th whole one is too many.
    let told = cliffs(&sandbox);
    assert_eq!(told[0]["at"], "2026-06-10T12:14:00Z", "{told}");
    assert_eq!((&told[0]["left_seconds"], &told[0]["policy"]), (&840.into(), &"premium".into()));
    let sum = &told[0]["sums"][0];
    assert_eq!((&sum["owed"], &sum["at_stake"]), (&"0.00".into(), &"200.00".into()), "{told}");
    assert_eq!(
        (&told[0]["customers"], &told[0]["customer_count"]),
        (&serde_json::json!(["acme", "beta"]), &2.into())
    );
    // 432 minutes are 99 %: from the 433rd on it is a quarter.
    sandbox.at("2026-06-10T12:20:00Z");
    let told = cliffs(&sandbox);
    assert_eq!(told[0]["at"], "2026-06-10T18:43:00Z", "{told}");
    assert_eq!(
        (&told[0]["sums"][0]["owed"], &told[0]["sums"][0]["at_stake"]),
        (&"200.00".into(), &"300.00".into())
    );
    let shown = sandbox.recount(["status"]).done();
    assert!(shown.contains("Credits by premium for 2026-06: 200.00 USD by now, 300.00 more in 6 h 23 min (18:43), for acme, beta."), "{shown}");
    assert!(sandbox.recount(["status", "--handoff"]).done().contains("300.00 more"));

    // What grows from minute to minute is told for an hour.
    let linear = "window: month\ntimezone: UTC\ncommitment: {at_least: 100}\ncredit: {lost_time: {times: 10}}\n";
    sandbox.write("sla/premium.yaml", linear);
    let shown = sandbox.recount(["status"]).done();
    // 50 of 43,200 minutes, ten times, of 2000.00; 60 more.
    assert!(shown.contains("23.15 USD by now, 27.78 more growing each minute, in 1 h"), "{shown}");
    // What is wrong with the policies stands in nobody's way, and is said.
    sandbox.write("sla/premium.yaml", "not: a policy\n");
    let ran = sandbox.recount(["status"]);
    assert!(ran.code == 0 && ran.stdout.contains("Fire"), "{ran:?}");
    assert!(ran.stderr.contains("recount sla check"), "{ran:?}");
    sandbox.write("sla/premium.yaml", linear);
    sandbox.recount(["-q", "recovered"]).done();
    assert_eq!(cliffs(&sandbox), serde_json::json!([]));
}

#[test]
fn what_an_incident_cost_is_split_over_its_phases_to_the_cent() {
    let sandbox = Sandbox::with_record();
    sandbox.write("sla/premium.yaml", POLICY);
    // An hour: 10 min until it was seen, 20 until the cause was known, 15 of repair, 15 of recovery; and one that nobody
    // timed, of half an hour.
    sandbox.write(
        "incidents/2026/2026-05-10-one/incident.yaml",
        "title: One\nservices: [apps]\nevents:\n\
         - {id: a1, at: 2026-05-10T10:00:00Z, mark: started, impact: {apps: down}, text: A}\n\
         - {id: a2, at: 2026-05-10T10:10:00Z, mark: detected, text: B}\n\
         - {id: a3, at: 2026-05-10T10:30:00Z, mark: identified, text: C}\n\
         - {id: a4, at: 2026-05-10T10:45:00Z, mark: mitigated, text: D}\n\
         - {id: a5, at: 2026-05-10T11:00:00Z, mark: recovered, text: E}\n",
    );
    sandbox.write(
        "incidents/2026/2026-05-20-two/incident.yaml",
        "title: Two\nservices: [apps]\nevents:\n\
         - {id: b1, at: 2026-05-20T10:00:00Z, mark: started, impact: {apps: down}, text: A}\n\
         - {id: b2, at: 2026-05-20T10:30:00Z, mark: recovered, text: E}\n",
    );
    sandbox.write(
        "customers.csv",
        "customer,service,fee,currency\nacme,apps,1000.01,USD\nbeta,apps,1000.01,USD\n",
    );
    sandbox.git(["add", "-A"]).done();
    sandbox.git(["commit", "-qm", "books"]).done();
    let said =
        sandbox.recount(["credits", "--period", "2026-05", "--cost", "--format", "json"]).ok();
    let report: serde_json::Value = serde_json::from_str(&said).unwrap();
    // 99.80 %: 10 % of 1000.01 is 100.00 each. By 600, 1200, 900, 900 and 1800 seconds of 5400: 11.11, 22.22, 16.67, 16.67
    // and 33.33, which add up to 100.00.
    let one = &report["incidents"][0];
    assert_eq!(one["incident"], "2026-05-10-one");
    for (phase, money) in [
        ("detection", "22.22"),
        ("diagnosis", "44.44"),
        ("repair", "33.34"),
        ("recovery", "33.34"),
        ("unknown", "0.00"),
        ("credit", "133.34"),
    ] {
        assert_eq!(one[phase], money, "{phase}: {report}");
    }
    assert_eq!(
        (&report["incidents"][1]["unknown"], &report["totals"][0]["credit"]),
        (&"66.66".into(), &"200.00".into())
    );
    let shown = sandbox.recount(["credits", "--period", "2026-05", "--cost"]).done();
    assert!(
        shown.contains("Diagnosis") && shown.contains("2026-05-20-two") && shown.contains("Total"),
        "{shown}"
    );
    sandbox.recount(["credits", "--period", "2026-05", "--cost", "--format", "csv"]).refused();
}
