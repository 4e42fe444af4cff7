//! Findings as SARIF 2.1.0, the format of code scanners (OASIS, 27 March 2020).

use super::text::line;
use crate::compute::report::check::{CheckReport, Code, Finding, Silenced};
use crate::model::diagnostic::{Diagnostic, Location};
use serde_json::{Value, json};

/// Returns the log of one run: the findings, the silenced ones as suppressed, and the rules that they name.
pub fn log(found: &CheckReport, rules: &[Code], version: &str) -> Value {
    let all = found.findings.iter().chain(found.silenced.iter().map(|s| &s.finding));
    let named: Vec<_> =
        rules.iter().filter(|r| all.clone().any(|f| f.problem.code == r.code)).collect();
    let suppresses = !found.silenced.is_empty();
    let findings = found.findings.iter().map(|f| {
        let mut result = result(f, &named);
        if suppresses {
            // Section 3.27.23: where one result has suppressions, all have.
            add(&mut result, "suppressions", json!([]));
        }
        result
    });
    let silenced = found.silenced.iter().map(|s| suppressed(s, &named));
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": driver(&named, version)},
            "columnKind": "unicodeCodePoints",
            "results": findings.chain(silenced).collect::<Vec<_>>(),
        }],
    })
}

fn driver(rules: &[&Code], version: &str) -> Value {
    let rules: Vec<_> = rules.iter().map(|r| rule(r)).collect();
    json!({"name": "recount", "version": version, "rules": rules})
}

fn rule(rule: &Code) -> Value {
    json!({
        "id": rule.code,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.why},
        "help": {"text": rule.mend},
        "defaultConfiguration": {"level": rule.weight},
    })
}

fn result(finding: &Finding, rules: &[&Code]) -> Value {
    let Diagnostic { code, level, place, message, help, also } = &finding.problem;
    let help = help.as_ref().map(|help| format!(": {}", line(help))).unwrap_or_default();
    let message = line(message) + &help;
    let mut result = json!({
        "ruleId": code,
        "level": level,
        "message": {"text": message},
        "locations": [location(&finding.file, *place)],
    });
    if !also.is_empty() {
        let others: Vec<_> = also.iter().map(|p| location(&finding.file, *p)).collect();
        add(&mut result, "relatedLocations", json!(others));
    }
    if let Some(index) = rules.iter().position(|r| r.code == *code) {
        add(&mut result, "ruleIndex", json!(index));
    }
    result
}

fn location(file: &str, place: Location) -> Value {
    let mut physical = json!({"artifactLocation": {"uri": uri(file), "uriBaseId": "%SRCROOT%"}});
    if place.line > 0 {
        let region = json!({"startLine": place.line, "startColumn": place.column.max(1)});
        add(&mut physical, "region", region);
    }
    json!({"physicalLocation": physical})
}

fn suppressed(silenced: &Silenced, rules: &[&Code]) -> Value {
    let mut result = result(&silenced.finding, rules);
    let why = json!([{"kind": "external", "status": "accepted", "justification": line(&silenced.reason)}]);
    add(&mut result, "suppressions", why);
    result
}

fn add(map: &mut Value, key: &str, value: Value) {
    if let Some(map) = map.as_object_mut() {
        map.insert(key.to_owned(), value);
    }
}

/// Returns a path as a relative reference (RFC 3986): every byte that has another meaning there, or none, as `%XX`.
fn uri(path: &str) -> String {
    let keep = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~' | b'/');
    let escaped =
        path.bytes().map(|b| if keep(b) { char::from(b).to_string() } else { format!("%{b:02X}") });
    escaped.collect()
}
