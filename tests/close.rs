//! Closing a period: what stands in the way, what is written, and how later changes come back as corrections.

use crate::support::sandbox::{Ran, Sandbox};
use serde_json::Value;

const POLICY: &str = "\
window: month
timezone: UTC
commitment: {at_least: 99.9}
credit: {bands: [{at_least: 99, below: 99.9, percent: 10}, {below: 99, percent: 25}]}
";

const CUSTOMERS: &str = "\
customer,service,plan,fee,currency
acme,apps,gold,1200.00,USD
globex,apps,gold,100.00,USD
";

/// Returns an outage of some hours on a day.
fn outage(day: &str, hours: u32) -> String {
    format!(
        "title: Outage\nservices: [apps]\nevents:\n\
         \x20 - {{id: a1, at: {day}T10:00:00Z, mark: started, impact: {{apps: down}}, text: Start}}\n\
         \x20 - {{id: a2, at: {day}T{}:00:00Z, mark: recovered, impact: {{apps: up}}, text: End}}\n",
        10 + hours
    )
}

fn commit(sandbox: &Sandbox) {
    sandbox.git(["add", "-A"]).done();
    sandbox.git(["commit", "-qm", "facts"]).done();
}

fn set_outage(sandbox: &Sandbox, day: &str, hours: u32) {
    let path = format!("incidents/{}/{day}-outage/incident.yaml", &day[..4]);
    sandbox.write(path, &outage(day, hours));
    commit(sandbox);
}

/// Makes a record with an outage of an hour in May 2026, read in July.
fn record() -> Sandbox {
    let mut sandbox = Sandbox::with_record();
    sandbox.at("2026-07-05T12:00:00Z");
    sandbox.write("sla/premium.yaml", POLICY);
    sandbox.write("customers.csv", CUSTOMERS);
    set_outage(&sandbox, "2026-05-10", 1);
    sandbox
}

fn close(sandbox: &Sandbox, period: &str, more: &[&str]) -> Ran {
    sandbox.recount([&["credits", "close", period, "--approved-by", "Bo"], more].concat())
}

/// Returns the columns of the lines of a closed period, a line of text each.
fn lines(sandbox: &Sandbox, period: &str, columns: &[&str]) -> Vec<String> {
    let text = sandbox.read(format!("credits/{period}.csv"));
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().unwrap().clone();
    let at = |name: &&str| header.iter().position(|column| column == *name).unwrap();
    let places: Vec<_> = columns.iter().map(at).collect();
    let row = |row: csv::StringRecord| {
        places.iter().map(|at| row[*at].to_owned()).collect::<Vec<_>>().join(" ")
    };
    reader.into_records().map(|read| row(read.unwrap())).collect()
}

#[test]
fn a_period_is_closed_in_one_commit_and_the_same_again_changes_nothing() {
    let sandbox = record();
    let head = sandbox.git(["rev-parse", "HEAD"]).ok();
    let csv = sandbox.recount(["credits", "--period", "2026-05", "--format", "csv"]).ok();
    let said = close(&sandbox, "2026-05", &[]).ok();
    assert!(
        said.contains("2026-05 is closed, approved by Bo") && said.contains("130.00 USD"),
        "{said}"
    );
    assert_eq!(sandbox.read("credits/2026-05.csv"), csv);
    let yaml = sandbox.read("credits/2026-05.yaml");
    let hash = sandbox.shell("sha256sum credits/2026-05.csv").ok();
    let tree = sandbox.git(["rev-parse", &format!("{}^{{tree}}", head.trim())]).ok();
    for part in [
        "period: 2026-05\n".to_owned(),
        "closed: 2026-07-05T12:00:00Z".to_owned(),
        "approved_by: Bo".to_owned(),
        head.trim().to_owned(),
        tree.trim().to_owned(),
        format!("lines_sha256: {}", &hash[..64]),
        "accepted: []".to_owned(),
        "path: customers.csv".to_owned(),
        "path: incidents/2026/2026-05-10-outage/incident.yaml".to_owned(),
    ] {
        let bare = yaml.replace('"', "");
        assert!(bare.contains(&part), "{part}\n{yaml}");
    }
    let log = sandbox.git(["log", "--format=%s", "--name-only", "-1"]).ok();
    assert_eq!(log, "credits: close 2026-05\n\ncredits/2026-05.csv\ncredits/2026-05.yaml\n");
    let closed = sandbox.git(["rev-parse", "HEAD"]).ok();
    let again = close(&sandbox, "2026-05", &[]).ok();
    assert!(again.contains("its lines are the same"), "{again}");
    assert_eq!(sandbox.git(["rev-parse", "HEAD"]).ok(), closed);
    assert_eq!(sandbox.git(["status", "--porcelain"]).ok(), "");
    let other = sandbox.recount(["credits", "close", "2026-05", "--approved-by", "Cy"]).refused();
    assert!(other.contains("`Bo` approved it"), "{other}");
    set_outage(&sandbox, "2026-05-10", 9);
    let other = close(&sandbox, "2026-05", &[]).refused();
    assert!(other.contains("its lines would be others now"), "{other}");
    assert_eq!(sandbox.read("credits/2026-05.csv"), csv);
}

#[test]
fn what_stands_in_the_way_is_told_at_once_and_a_dry_run_shows_it() {
    let mut sandbox = record();
    sandbox.at("2026-05-31T23:59:59Z");
    sandbox.write("customers.csv", &CUSTOMERS.replace("1200", "1300"));
    let dry = sandbox.recount(["credits", "close", "2026-05", "--dry-run", "--format", "json"]);
    assert_eq!(dry.code, 1, "{dry:?}");
    let report: Value = serde_json::from_str(&dry.stdout).unwrap();
    assert_eq!(report["state"], "would-refuse");
    let told: Vec<_> = report["obstacles"]
        .as_array()
        .unwrap()
        .iter()
        .map(|o| o["says"].as_str().unwrap())
        .collect();
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(
        told[0].contains("2026-06-01T00:00:00") && told[1].contains("in no commit"),
        "{told:?}"
    );
    assert!(told[2].contains("nobody approves"), "{told:?}");
    let said = close(&sandbox, "2026-05", &[]).refused();
    assert!(said.contains("2 things are in the way") && said.contains("git status"), "{said}");
    assert!(!sandbox.path().join("credits").exists());
    sandbox.git(["checkout", "-q", "customers.csv"]).done();
    sandbox.at("2026-06-01T00:00:00Z");
    let dry =
        sandbox.recount(["credits", "close", "2026-05", "--dry-run", "--approved-by", "Bo"]).ok();
    assert!(dry.contains("2026-05 can be closed") && dry.contains("130.00"), "{dry}");
    assert!(!sandbox.path().join("credits").exists());
    let none = close(&sandbox, "2025", &[]).refused();
    assert!(none.contains("it has no line") && none.contains("month"), "{none}");
    sandbox.recount(["credits", "close", "2026-05"]).refused();
    close(&sandbox, "2026-05", &[]).ok();
}

#[test]
fn a_commit_that_no_remote_has_is_closed_by_word_alone() {
    let sandbox = record();
    sandbox.shell("git init -q --bare ../hub && git remote add origin ../hub").done();
    let said = close(&sandbox, "2026-05", &[]).refused();
    assert!(said.contains("at no remote") && said.contains("--local"), "{said}");
    sandbox.git(["push", "-q", "origin", "HEAD:main"]).done();
    close(&sandbox, "2026-05", &[]).ok();
    let next = close(&sandbox, "2026-06", &[]).refused();
    assert!(next.contains("at no remote"), "{next}");
    close(&sandbox, "2026-06", &["--local"]).ok();
}

#[test]
fn a_shallow_clone_closes_nothing() {
    let sandbox = record();
    sandbox.shell("git clone -q --depth 1 \"file://$PWD\" shallow").done();
    let said = sandbox
        .recount(["-C", "shallow", "credits", "close", "2026-05", "--approved-by", "Bo"])
        .refused();
    assert!(said.contains("shallow") && said.contains("--unshallow"), "{said}");
}

#[test]
fn a_doubtful_line_is_closed_once_somebody_says_why_it_is_right() {
    let sandbox = record();
    let open = outage("2026-05-20", 1).replace("id: a1", "id: b1");
    let open: String = open.lines().take(4).map(|line| format!("{line}\n")).collect();
    sandbox.write("incidents/2026/2026-05-20-open/incident.yaml", &open);
    commit(&sandbox);
    let said = close(&sandbox, "2026-05", &[]).refused();
    let names = ["acme/apps/premium/plan:gold", "globex/apps/premium/plan:gold"];
    assert!(names.iter().all(|name| said.contains(&format!("{name} (review)"))), "{said}");
    let one =
        close(&sandbox, "2026-05", &["--accept", names[0], "--reason", "It is known"]).refused();
    assert!(one.contains("a line is doubtful") && !one.contains(names[0]), "{one}");
    let idle =
        close(&sandbox, "2026-05", &["--accept", "acme/apps/premum", "--reason", "x"]).refused();
    assert!(idle.contains("no doubtful line has the name"), "{idle}");
    sandbox.recount(["credits", "close", "2026-05", "--accept", names[0]]).refused();
    for accept in ["policy:premium", "incident:2026-05-20-open", "@accepted.txt"] {
        sandbox.write("accepted.txt", &names.join("\n"));
        let dry = close(&sandbox, "2026-05", &["--accept", accept, "--reason", "x", "--dry-run"]);
        assert_eq!(dry.code, 0, "{accept}: {dry:?}");
    }
    close(&sandbox, "2026-05", &["--accept", "incident:open", "--reason", "Settled: by mail"]).ok();
    let yaml = sandbox.read("credits/2026-05.yaml");
    assert_eq!(yaml.matches("status: review").count(), 2, "{yaml}");
    assert_eq!(yaml.matches("Settled: by mail").count(), 2, "{yaml}");
    assert!(close(&sandbox, "2026-05", &[]).ok().contains("the same"));
}

#[test]
fn a_later_change_comes_as_a_correction_with_the_period_that_is_closed_next() {
    let sandbox = record();
    close(&sandbox, "2026-05", &[]).ok();
    let first = sandbox.git(["rev-parse", "--short=10", "HEAD~1"]).ok();
    let before = sandbox.read("credits/2026-05.csv");
    // 25 percent of the fees in place of 10; Globex is gone, and Initech was there all the time.
    set_outage(&sandbox, "2026-05-10", 9);
    sandbox.write("customers.csv", "customer,service,plan,fee,currency\nacme,apps,gold,1200.00,USD\ninitech,apps,gold,10,EUR\n");
    commit(&sandbox);
    let second = sandbox.git(["rev-parse", "--short=10", "HEAD"]).ok();
    close(&sandbox, "2026-06", &[]).ok();
    assert_eq!(sandbox.read("credits/2026-05.csv"), before, "a closed period stays as it is");
    let found = lines(
        &sandbox,
        "2026-06",
        &["kind", "customer", "corrects", "corrected_status", "credit", "currency"],
    );
    assert_eq!(
        found,
        [
            "policy acme   0.00 USD",
            "policy initech   0.00 EUR",
            "correction acme 2026-05 credit 180.00 USD",
            "correction initech 2026-05 credit 2.50 EUR",
            "correction globex 2026-05 ineligible -10.00 USD",
        ]
    );
    let reason = lines(&sandbox, "2026-06", &["reason"]).remove(2);
    for part in [
        first.trim(),
        second.trim(),
        "120.00 USD (credit)",
        "300.00 USD (credit)",
        "2026-05-10-outage/incident.yaml",
        "customers.csv",
    ] {
        assert!(reason.contains(part), "{part}: {reason}");
    }
    // All of it was posted; taken back, it comes back.
    set_outage(&sandbox, "2026-05-10", 1);
    sandbox.git(["checkout", "-q", &format!("{}", first.trim()), "--", "customers.csv"]).done();
    commit(&sandbox);
    let dry = close(&sandbox, "2026-04", &["--dry-run", "--format", "json"]).done();
    let report: Value = serde_json::from_str(&dry).unwrap();
    let credits: Vec<_> = report["lines"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|line| line["kind"] == "correction")
        .map(|line| (line["customer"].as_str().unwrap(), line["credit"].as_str().unwrap()))
        .collect();
    assert_eq!(credits, [("acme", "-180.00"), ("globex", "10.00"), ("initech", "-2.50")]);
}

#[test]
fn a_claim_and_a_booking_that_come_late_are_corrections_too() {
    let sandbox = record();
    sandbox
        .write("sla/premium.yaml", &format!("{POLICY}claim: {{within: 60d, from: period-end}}\n"));
    commit(&sandbox);
    close(&sandbox, "2026-05", &[]).ok();
    assert!(sandbox.read("credits/2026-05.yaml").contains("pending: \"130.00\""));
    sandbox.write("claims.csv", "customer,service,period,received\nacme,apps,2026-05,2026-06-20\n");
    sandbox.write(
        "credits/adjustments.csv",
        "period,customer,service,amount,currency,reason,incident,approved_by\n2026-05,globex,,-3.50,USD,Typed late,,Ada\n",
    );
    commit(&sandbox);
    close(&sandbox, "2026-06", &[]).ok();
    let found = lines(&sandbox, "2026-06", &["kind", "line", "credit", "pending"]);
    assert_eq!(
        found[2..],
        ["correction acme/apps/premium/plan:gold 120.00 -120.00", "correction globex/ -3.50 0.00",]
    );
}

#[test]
fn lines_that_somebody_changed_are_no_ground_for_corrections() {
    let sandbox = record();
    close(&sandbox, "2026-05", &[]).ok();
    let csv = sandbox.read("credits/2026-05.csv");
    sandbox.write("credits/2026-05.csv", &csv.replace("120.00", "12.00"));
    commit(&sandbox);
    let said = close(&sandbox, "2026-06", &[]).refused();
    assert!(
        said.contains("credits/2026-05.csv") && said.contains("not the lines that were closed"),
        "{said}"
    );
    sandbox.git(["rm", "-q", "credits/2026-05.csv"]).done();
    commit(&sandbox);
    let said = close(&sandbox, "2026-06", &[]).refused();
    assert!(said.contains("are gone: credits/2026-05.csv"), "{said}");
}

#[test]
fn what_was_closed_is_printed_whatever_the_record_says_now() {
    let sandbox = record();
    let closed = |more: &[&str]| {
        sandbox.recount([&["credits", "--period", "2026-05", "--closed"], more].concat())
    };
    let none = closed(&[]).refused();
    assert!(none.contains("2026-05 is not closed") && none.contains("credits close"), "{none}");
    close(&sandbox, "2026-05", &[]).ok();
    let file = sandbox.read("credits/2026-05.csv");
    set_outage(&sandbox, "2026-05-10", 9);
    assert_eq!(closed(&["--format", "csv"]).ok(), file);
    let now = sandbox.recount(["credits", "--period", "2026-05"]).ok();
    assert!(now.contains("300.00") && !now.contains("120.00"), "{now}");
    let table = closed(&[]).ok();
    let parts =
        ["as closed on 2026-07-05T12:00:00Z, approved by Bo", "120.00", "Total  130.00 USD"];
    assert!(parts.iter().all(|part| table.contains(part)), "{table}");
    let json: Value = serde_json::from_str(&closed(&["--format", "json"]).ok()).unwrap();
    assert_eq!(json["closing"]["approved_by"], "Bo");
    assert_eq!(json["lines"][0]["credit"], "120.00");
    assert_eq!(json["lines"][0]["region"], Value::Null);
    closed(&["-o", "may.csv"]).done();
    assert_eq!(sandbox.read("may.csv"), file);
    // At a revision before, nothing was closed.
    closed(&["--as-of", "HEAD~2"]).refused();
    sandbox.write("credits/2026-05.csv", &file.replace("120.00", "12.00"));
    let said = closed(&[]).refused();
    assert!(said.contains("not the lines that were closed"), "{said}");
    assert_eq!(closed(&["--as-of", "HEAD", "--format", "csv"]).ok(), file);
}
