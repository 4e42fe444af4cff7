//! Holds `credits` over a million rows of customers against DuckDB's SQL over the same table, in one run:
//! `cargo bench --bench credits`.
//!
//! 40 incidents over 50 services and 5 policies leave 250 distinct reckonings, which DuckDB is given as a table; what
//! each of them writes must be the same, to the cent. DuckDB comes with `pip install duckdb`; without it, our own
//! times are all there is.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::exit,
    reason = "a bench fails by panicking, prints what it measured, and writes its own record"
)]

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

const ROWS: u64 = 1_000_000;
const SERVICES: u64 = 50;
const INCIDENTS: u64 = 40;
const PLANS: [&str; 5] = ["basic", "bronze", "silver", "gold", "premium"];
const ROUNDS: usize = 3;
const CHOSEN: &str = "customer,service,plan,fee,credit";

/// What DuckDB does: the fee in cents, times the percentage, rounded half-up.
const QUERY: &str = "
import duckdb, sys
c = duckdb.connect()
c.execute('SET threads = 2')
c.execute(\"\"\"COPY (SELECT customer, service, plan, fee,
  CAST((CAST(round(fee * 100) AS BIGINT) * percent + 50) // 100 AS DECIMAL(18, 0)) / 100 AS credit
  FROM read_csv('customers.csv', header = true, types = {'fee': 'DECIMAL(18, 2)'}) AS customers
  JOIN read_csv('percent.csv') AS percents USING (service, plan))
  TO 'duck.csv' (HEADER)\"\"\")
";

fn main() -> ExitCode {
    let home = tempfile::tempdir().expect("a folder for the record");
    write_record(home.path());
    let (chosen, all) = (["--columns", CHOSEN].as_slice(), [].as_slice());
    let mut best = [Duration::MAX; 3];
    credits(home.path(), all, "ours.csv");
    write_percents(home.path());
    let has_duck = Command::new("python3").args(["-c", "import duckdb"]).output();
    let has_duck = has_duck.is_ok_and(|ran| ran.status.success());
    for _ in 0..ROUNDS {
        best[0] = best[0].min(timed(|| credits(home.path(), chosen, "chosen.csv")));
        best[1] = best[1].min(timed(|| credits(home.path(), all, "ours.csv")));
        if has_duck {
            best[2] = best[2].min(timed(|| duck(home.path())));
        }
    }
    println!("recount, 5 columns:   {:>5} ms", best[0].as_millis());
    println!("recount, all columns: {:>5} ms", best[1].as_millis());
    if !has_duck {
        println!("DuckDB isn't there: `pip install duckdb` brings it");
        return ExitCode::SUCCESS;
    }
    println!("DuckDB, 5 columns:    {:>5} ms", best[2].as_millis());
    assert!(rows(home.path(), "chosen.csv") == rows(home.path(), "duck.csv"), "they differ");
    let percent = |ours: Duration| ours.as_millis() * 100 / best[2].as_millis().max(1);
    println!("{} % of DuckDB's time, {} % with all columns", percent(best[0]), percent(best[1]));
    if percent(best[1]) <= 200 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

fn credits(record: &Path, more: &[&str], file: &str) {
    let out = File::create(record.join(file)).expect("a file");
    let mut command = Command::new(env!("CARGO_BIN_EXE_recount"));
    command.args(["credits", "--period", "2026-06", "--format", "csv"]).args(more);
    let ran = command.current_dir(record).stdout(out).output().expect("recount runs");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
}

fn duck(record: &Path) {
    let ran = Command::new("python3").args(["-c", QUERY]).current_dir(record).output();
    let ran = ran.expect("python runs");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
}

/// Returns each customer's row, with the credit in cents.
fn rows(record: &Path, file: &str) -> BTreeSet<(String, i64)> {
    let mut reader = csv::Reader::from_path(record.join(file)).expect("a table");
    let row = |row: csv::Result<csv::StringRecord>| {
        let row = row.expect("a row");
        let (units, places) = row[4].split_once('.').unwrap_or((&row[4], ""));
        (row[0].to_owned(), format!("{units}{places:0<2.2}").parse().expect("cents"))
    };
    reader.records().map(row).collect()
}

/// Writes the percentage that each service and plan gives, from what was reckoned.
fn write_percents(record: &Path) {
    let mut reader = csv::Reader::from_path(record.join("ours.csv")).expect("a table");
    let row = |row: csv::StringRecord| {
        let whole = row[16].split('.').next().unwrap_or_default().to_owned();
        format!("{},{},{whole}\n", &row[2], &row[3])
    };
    let known: BTreeSet<_> = reader.records().map(|r| row(r.expect("a row"))).collect();
    assert_eq!(known.len() as u64, SERVICES * PLANS.len() as u64);
    let text = known.into_iter().fold("service,plan,percent\n".to_owned(), |all, row| all + &row);
    fs::write(record.join("percent.csv"), text).expect("the percentages");
}

fn write_record(root: &Path) {
    for folder in ["sla", "incidents/2026"] {
        fs::create_dir_all(root.join(folder)).expect("a folder");
    }
    let services: String = (0..SERVICES).map(|n| format!("  svc{n:02}: {{}}\n")).collect();
    fs::write(root.join("recount.yaml"), format!("services:\n{services}")).expect("the settings");
    for number in 0..INCIDENTS {
        let folder = root.join(format!("incidents/2026/2026-06-{:02}-i{number}", 1 + number % 28));
        fs::create_dir_all(&folder).expect("a folder");
        fs::write(folder.join("incident.yaml"), incident(number)).expect("an incident");
    }
    for (number, plan) in PLANS.iter().enumerate() {
        let policy = format!(
            "plans: [{plan}]\nwindow: month\ntimezone: UTC\ncommitment: {{at_least: 99.9}}\ncredit:\n  bands: \
             [{{at_least: 99.5, below: 99.9, percent: {}}}, {{below: 99.5, percent: {}}}]\n",
            5 + number,
            20 + 7 * number
        );
        fs::write(root.join(format!("sla/{plan}.yaml")), policy).expect("a policy");
    }
    let mut table = "customer,service,plan,fee,currency\n".to_owned();
    for number in 0..ROWS {
        let mixed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
        let (service, plan) = (mixed % SERVICES, PLANS[(mixed / 64 % 5) as usize]);
        let cents = 1_000 + mixed / 512 % 500_000;
        let (units, places) = (cents / 100, cents % 100);
        let _ =
            writeln!(table, "customer-{number:07},svc{service:02},{plan},{units}.{places:02},EUR");
    }
    fs::write(root.join("customers.csv"), table).expect("the customers");
}

fn incident(number: u64) -> String {
    let (day, hour, minutes) = (1 + number % 28, number * 5 % 20, 2 + number * 37 % 55);
    let hit = |n: u64| format!("svc{:02}: down", (number * 3 + n * 17) % SERVICES);
    let impact = [hit(0), hit(1), hit(2)].join(", ");
    format!(
        "title: Outage {number}\nevents:\n  \
         - {{id: a{number:07}, at: 2026-06-{day:02}T{hour:02}:00:00Z, mark: started, impact: {{{impact}}}, text: down}}\n  \
         - {{id: b{number:07}, at: 2026-06-{day:02}T{hour:02}:{minutes:02}:00Z, mark: [recovered, resolved], text: up}}\n"
    )
}
