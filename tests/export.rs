//! `export`: the tables that it writes, read back by a database.

use crate::support::sandbox::{Ran, Sandbox};
use std::fs;
use std::path::Path;
use std::process::Command;

/// Runs each query over the tables in the working folder; prints its rows, a JSON list of lists.
const QUERIES: &str = "
import duckdb, json, sys
told = [duckdb.sql(query).fetchall() for query in json.load(sys.stdin)]
print(json.dumps(told, default=str))
";

/// Makes the record of the demonstration.
fn demo() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.recount(["-q", "demo", "d"]).ok();
    sandbox
}

/// Runs the program in it.
fn recount(sandbox: &Sandbox, line: &str) -> Ran {
    sandbox.recount(["-C", "d"].into_iter().chain(line.split_whitespace()))
}

#[test]
fn a_second_export_and_one_of_the_commit_have_the_same_bytes() {
    let sandbox = demo();
    for (folder, more) in [("one", ""), ("two", ""), ("then", "--as-of HEAD")] {
        let line = format!("export --to csv -o ../out/{folder} --period 2019-01 {more}");
        recount(&sandbox, &line).ok();
    }
    for table in
        ["incidents", "events", "milestones", "durations", "downtime", "actions", "credits"]
    {
        let first = sandbox.read(format!("out/one/{table}.csv"));
        assert!(first.lines().count() > 1, "{table}");
        assert_eq!(first, sandbox.read(format!("out/two/{table}.csv")), "{table}");
        assert_eq!(first, sandbox.read(format!("out/then/{table}.csv")), "{table}");
    }
}

#[test]
fn the_credits_are_those_that_the_verb_prints() {
    let sandbox = demo();
    recount(&sandbox, "export --to csv -o ../out --period 2019-01").ok();
    let printed = recount(&sandbox, "credits --period 2019-01 --format csv").ok();
    assert_eq!(sandbox.read("out/credits.csv"), printed);
}

#[test]
fn a_row_of_json_holds_what_the_schema_tells() {
    let sandbox = demo();
    recount(&sandbox, "export --to jsonl -o ../out --period 2019-01").ok();
    let schema = sandbox.recount(["schema", "export"]).ok();
    let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
    for (table, of_row) in schema["$defs"].as_object().unwrap() {
        let names = of_row["required"].as_array().unwrap();
        for line in sandbox.read(format!("out/{table}.jsonl")).lines() {
            let row: serde_json::Map<String, serde_json::Value> =
                serde_json::from_str(line).unwrap();
            assert_eq!(row.len(), names.len(), "{table}: {line}");
            for (name, value) in row {
                let types = &of_row["properties"][&name]["type"];
                let found = match value {
                    serde_json::Value::Null => "null",
                    serde_json::Value::Bool(_) => "boolean",
                    serde_json::Value::Number(_) => "integer",
                    serde_json::Value::String(_) => "string",
                    serde_json::Value::Object(_) => "object",
                    serde_json::Value::Array(_) => "array",
                };
                let known =
                    types == found || types.as_array().is_some_and(|t| t.contains(&found.into()));
                assert!(known, "{table}.{name}: {found} is none of {types}");
            }
        }
    }
}

#[test]
fn it_writes_onto_nothing_that_the_record_reads() {
    let sandbox = demo();
    for folder in [".git/out", "measurements"] {
        let refused = recount(&sandbox, &format!("export --to csv -o {folder}")).refused();
        assert!(refused.contains("nothing was written"), "{refused}");
    }
}

#[test]
fn an_incident_is_not_chosen_in_silence() {
    let sandbox = demo();
    for line in
        ["export --to csv -o ../out -i power", "list -i power", "credits --period 2019-01 -i power"]
    {
        let refused = recount(&sandbox, line).refused();
        assert!(refused.contains("`-i` would change nothing"), "{line}: {refused}");
    }
    assert!(!sandbox.path().join("out").exists());
}

#[test]
fn what_can_not_be_read_is_named() {
    let sandbox = demo();
    sandbox.write("d/incidents/2020/2020-01-01-torn/incident.yaml", "title: \"torn\n");
    let json = recount(&sandbox, "export --to csv -o ../out --format json");
    let report: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    let path = &report["unreadable"][0]["path"];
    assert_eq!(path, "incidents/2020/2020-01-01-torn/incident.yaml");
    assert!(json.stderr.contains("torn"), "{}", json.stderr);
}

#[test]
fn the_queries_of_the_readme_answer() {
    if !Command::new("python3")
        .args(["-c", "import duckdb"])
        .output()
        .is_ok_and(|o| o.status.success())
    {
        eprintln!("skipped: DuckDB isn't there; `pip install duckdb` brings it");
        return;
    }
    let readme =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let block = readme.split("```sql\n").nth(1).unwrap().split("```").next().unwrap();
    let queries: Vec<_> = block.split(';').map(str::trim).filter(|q| !q.is_empty()).collect();
    let sandbox = demo();
    sandbox.write("queries.py", QUERIES);
    sandbox.write("queries.json", &serde_json::to_string(&queries).unwrap());
    let told = ["csv", "jsonl"].map(|form| {
        recount(&sandbox, &format!("export --to {form} -o ../facts --period 2019-01")).ok();
        let queries = sandbox.read("queries.json");
        let queries = if form == "csv" { queries } else { queries.replace(".csv'", ".jsonl'") };
        sandbox.write("now.json", &queries);
        sandbox.shell("python3 queries.py < now.json").ok()
    });
    let rows: Vec<Vec<serde_json::Value>> = serde_json::from_str(&told[0]).unwrap();
    assert_eq!(rows.len(), queries.len());
    for (query, rows) in queries.iter().zip(&rows) {
        assert!(!rows.is_empty(), "{query}");
    }
    assert_eq!(told[0], told[1], "both forms say the same");
}
