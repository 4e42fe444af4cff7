//! Holds schemas and readers to each other over slips: what one takes, the other takes.

use super::super::{SchemaKind, text};
use super::problems;
use crate::model::diagnostic::Level;
use serde_json::{Value, json};

/// Returns whether a value fits a schema, as far as the keywords go that our schemas use.
fn fits(root: &Value, schema: &Value, value: &Value) -> bool {
    let Some(rules) = schema.as_object() else { return schema != &json!(false) };
    rules.iter().all(|(keyword, rule)| match keyword.as_str() {
        "$ref" => {
            let at = rule.as_str().unwrap().strip_prefix('#').unwrap();
            fits(root, root.pointer(at).unwrap(), value)
        }
        "type" => match rule.as_array() {
            Some(types) => types.iter().any(|t| is_of(t, value)),
            None => is_of(rule, value),
        },
        "enum" => rule.as_array().unwrap().contains(value),
        "const" => rule == value,
        "not" => !fits(root, rule, value),
        "anyOf" => rule.as_array().unwrap().iter().any(|s| fits(root, s, value)),
        "oneOf" => rule.as_array().unwrap().iter().filter(|s| fits(root, s, value)).count() == 1,
        "pattern" => value.as_str().is_none_or(|text| matches(rule.as_str().unwrap(), text)),
        "minimum" => value.as_f64().is_none_or(|n| n >= rule.as_f64().unwrap()),
        "maximum" => value.as_f64().is_none_or(|n| n <= rule.as_f64().unwrap()),
        "minItems" => value.as_array().is_none_or(|a| a.len() as u64 >= rule.as_u64().unwrap()),
        "maxItems" => value.as_array().is_none_or(|a| a.len() as u64 <= rule.as_u64().unwrap()),
        "items" => value.as_array().is_none_or(|all| all.iter().all(|v| fits(root, rule, v))),
        "required" => value.as_object().is_none_or(|map| {
            rule.as_array().unwrap().iter().all(|k| map.contains_key(k.as_str().unwrap()))
        }),
        "dependentRequired" => value.as_object().is_none_or(|map| {
            let held = |(key, needs): (&String, &Value)| {
                !map.contains_key(key)
                    || needs
                        .as_array()
                        .unwrap()
                        .iter()
                        .all(|k| map.contains_key(k.as_str().unwrap()))
            };
            rule.as_object().unwrap().iter().all(held)
        }),
        "properties" => value.as_object().is_none_or(|map| {
            rule.as_object()
                .unwrap()
                .iter()
                .all(|(k, s)| map.get(k).is_none_or(|v| fits(root, s, v)))
        }),
        "propertyNames" => {
            value.as_object().is_none_or(|map| map.keys().all(|k| fits(root, rule, &json!(k))))
        }
        "additionalProperties" => value.as_object().is_none_or(|map| {
            let known =
                |key: &String| rules.get("properties").is_some_and(|p| p.get(key).is_some());
            map.iter().all(|(k, v)| known(k) || k.starts_with("x-") || fits(root, rule, v))
        }),
        "patternProperties" | "$schema" | "title" | "description" | "examples" | "default"
        | "$defs" => true,
        other => panic!("a keyword that is not held here: {other}"),
    })
}

fn is_of(kind: &Value, value: &Value) -> bool {
    match kind.as_str().unwrap() {
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("a type that is not held here: {other}"),
    }
}

fn matches(pattern: &str, text: &str) -> bool {
    regex_lite::Regex::new(pattern).unwrap().is_match(text)
}

/// Returns whether the schema takes a document, and whether the program does.
fn verdicts(of: SchemaKind, document: &Value) -> (bool, bool) {
    let schema: Value = serde_json::from_str(text(of)).unwrap();
    let errors = problems(of, document).into_iter().filter(|p| p.level == Level::Error);
    (fits(&schema, &schema, document), errors.count() == 0)
}

fn event(fields: Value) -> Value {
    let mut event = json!({"at": "2019-01-24T12:56:00Z", "text": "t"});
    for (key, value) in fields.as_object().unwrap() {
        event[key] = value.clone();
    }
    json!({"title": "x", "events": [event]})
}

fn policy(fields: Value) -> Value {
    let mut policy = json!({
        "window": "month", "timezone": "Europe/Paris", "commitment": {"at_least": 99.9},
        "credit": {"bands": [{"below": 99.9, "percent": 10}]}
    });
    for (key, value) in fields.as_object().unwrap() {
        policy[key] = value.clone();
    }
    policy
}

/// What schema and program take alike of policies, and what both refuse.
fn policies() -> Vec<(bool, SchemaKind, Value)> {
    use SchemaKind::Policy;
    let weights = |weight: Value| policy(json!({"measure": {"weights": {"degraded": weight}}}));
    vec![
        (true, Policy, policy(json!({}))),
        (true, Policy, weights(json!(0.5))),
        (true, Policy, weights(json!("0.5"))),
        (true, Policy, weights(json!("1/3"))),
        (true, Policy, weights(json!("share"))),
        (true, Policy, weights(json!(1))),
        (false, Policy, weights(json!(1.5))),
        (false, Policy, weights(json!("1.5"))),
        (false, Policy, weights(json!(-1))),
        (false, Policy, weights(json!("half"))),
        (false, Policy, policy(json!({"credit": {"bands": [], "shortfall": {}}}))),
        (false, Policy, policy(json!({"credit": {}}))),
        (true, Policy, policy(json!({"credit": {"shortfall": {}}}))),
        (false, Policy, policy(json!({"commitment": {}}))),
        (false, Policy, policy(json!({"commitment": {"at_least": 99, "above": 98}}))),
        (false, Policy, policy(json!({"commitment": {"at_least": 101}}))),
        (true, Policy, policy(json!({"commitment": {"above": "99.95"}}))),
        (false, Policy, policy(json!({"timezone": "Europe/Pariss"}))),
        (true, Policy, policy(json!({"timezone": "UTC"}))),
        (false, Policy, policy(json!({"effective": {"from": "2026-02-30"}}))),
        (false, Policy, policy(json!({"effective": {"from": "2026-13-01"}}))),
        (false, Policy, policy(json!({"effective": {"from": "next week"}}))),
        (true, Policy, policy(json!({"effective": {"from": "2024-02-29"}}))),
        (false, Policy, policy(json!({"effective": {"from": "2026-02-29"}}))),
        (false, Policy, policy(json!({"window": "week"}))),
    ]
}

/// The same of settings.
fn settings() -> Vec<(bool, SchemaKind, Value)> {
    use SchemaKind::Recount;
    let silence = |code: &str| json!({"check": {"silence": [{"code": code, "reason": "r"}]}});
    vec![
        (true, Recount, json!({})),
        (true, Recount, json!({"commit": "false"})),
        (true, Recount, json!({"commit": false})),
        (true, Recount, json!({"commit": "no"})),
        (false, Recount, json!({"commit": "maybe"})),
        (true, Recount, json!({"timezone": "America/Los_Angeles"})),
        (false, Recount, json!({"timezone": "Mars/Base"})),
        (true, Recount, silence("hole")),
        (true, Recount, silence("milestone-order")),
        (false, Recount, json!({"check": {"silence": [{"code": "hole"}]}})),
        (
            true,
            Recount,
            json!({"check": {"silence": [{"code": "hole", "policy": "p", "reason": "r"}]}}),
        ),
        (false, Recount, json!({"cadence": {"sev1": "soon"}})),
        (true, Recount, json!({"cadence": {"sev1": "30m"}})),
        (false, Recount, json!({"calendars": {"c": {"days": ["monday"]}}})),
        (true, Recount, json!({"calendars": {"c": {"holidays": ["2026-12-25"]}}})),
        (false, Recount, json!({"calendars": {"c": {"holidays": ["2026-06-31"]}}})),
    ]
}

/// The same of incidents.
fn incidents() -> Vec<(bool, SchemaKind, Value)> {
    use SchemaKind::Incident;
    vec![
        (true, Incident, event(json!({}))),
        (true, Incident, event(json!({"at": "2019-01-24"}))),
        (true, Incident, event(json!({"at": "2019-01-24 13:56"}))),
        (true, Incident, event(json!({"at": 2019}))),
        (false, Incident, event(json!({"at": "2019-02-30"}))),
        (false, Incident, event(json!({"at": "2019-13-01T10:00:00Z"}))),
        (false, Incident, event(json!({"at": "2019-02-29 10:00"}))),
        (true, Incident, event(json!({"at": "2020-02-29 10:00"}))),
        (false, Incident, event(json!({"at": "2019-04-31"}))),
        (false, Incident, event(json!({"between": ["2019-01-24 10:00", "2019-01-24 11:00"]}))),
        (false, Incident, event(json!({"impact": {"apps": "broken"}}))),
        (true, Incident, event(json!({"impact": {"apps": {"state": "down", "share": "2/5"}}}))),
        (false, Incident, event(json!({"impact": {"apps": {"state": "down", "share": 1.5}}}))),
        (true, Incident, event(json!({"within": "5m"}))),
        (false, Incident, event(json!({"within": "five"}))),
        (false, Incident, event(json!({"mark": "two words"}))),
        (true, Incident, event(json!({"mark": ["recovered", "resolved"]}))),
        (false, Incident, json!({"title": "x", "kind": "outage"})),
        (false, Incident, json!({"title": "x", "timezone": "Europe/Pariss"})),
        (false, Incident, json!({"title": "x", "actions": [{"title": "t", "due": "2026-11-31"}]})),
        (true, Incident, json!({"title": "x", "actions": [{"title": "t", "due": "2026-11-30"}]})),
        (false, Incident, json!({"title": "x", "impact": "some"})),
        (false, Incident, json!({"events": []})),
    ]
}

#[test]
fn schema_and_program_take_and_refuse_the_same() {
    for (taken, of, document) in [policies(), settings(), incidents()].concat() {
        let (schema, program) = verdicts(of, &document);
        assert_eq!(program, taken, "the program on {document}: {:?}", problems(of, &document));
        assert_eq!(schema, taken, "the schema on {document}");
    }
}

#[test]
fn what_a_schema_cannot_know_is_the_programs_alone() {
    let reversed = json!({"title": "x", "events": [
        {"between": ["2019-01-24 11:00", "2019-01-24 10:00"], "text": "t"}
    ]});
    assert_eq!(verdicts(SchemaKind::Incident, &reversed), (true, false), "which of two is later");
}

#[test]
fn a_misspelt_code_is_known_to_the_schema() {
    let silence = |code: &str| json!({"check": {"silence": [{"code": code, "reason": "r"}]}});
    let schema: Value = serde_json::from_str(text(SchemaKind::Recount)).unwrap();
    for (code, taken) in [("overlap", true), ("overlaps", false), ("shape", false)] {
        assert_eq!(fits(&schema, &schema, &silence(code)), taken, "{code}");
    }
}

#[test]
fn a_milestone_with_a_letter_amiss_is_known_to_the_schema() {
    // Which names the record has of its own is the program's to know, and what it holds against them is said by `check`.
    let schema: Value = serde_json::from_str(text(SchemaKind::Incident)).unwrap();
    let settings = crate::model::settings::Settings::default();
    for slip in ["strated", "starte", "startedd", "resoved", "identfied", "mitigatedx", "xclosed"] {
        assert!(settings.known_milestone(slip).is_err(), "{slip}");
        assert!(!fits(&schema, &schema, &event(json!({"mark": slip}))), "{slip}");
        assert!(!fits(&schema, &schema, &event(json!({"mark": ["recovered", slip]}))), "{slip}");
    }
    for sound in ["started", "closed", "reported", "rolled-back"] {
        assert!(fits(&schema, &schema, &event(json!({"mark": sound}))), "{sound}");
    }
}
