//! Holds the schema of policies against the reader: every key that the reader asks for is in the schema,
//! and every key of the schema is one that the reader knows there.

use super::super::{SchemaKind, text};
use crate::io::yaml::policy;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

fn schema() -> Value {
    serde_json::from_str(text(SchemaKind::Policy)).unwrap()
}

/// Returns the messages of the reader about unknown keys in a document; JSON is YAML.
fn unknown(document: &Value) -> Vec<String> {
    let read = policy::read("policy".parse().unwrap(), &document.to_string()).unwrap();
    let unknown = read.problems.into_iter().filter(|p| p.code == "unknown-key");
    unknown.map(|p| p.message).collect()
}

/// Returns the schema that a node refers to, or the node.
fn target<'s>(root: &'s Value, node: &'s Value) -> &'s Value {
    match node["$ref"].as_str() {
        Some(to) => root.pointer(to.strip_prefix('#').unwrap()).unwrap(),
        None => node,
    }
}

/// Returns a document with every key that a node knows; what stands in a key may be nonsense.
fn grown(root: &Value, node: &Value, depth: u32) -> Value {
    let node = target(root, node);
    if let Some(properties) = node["properties"].as_object() {
        // A scheme holds a scheme that holds a scheme.
        let all = properties.iter().filter(|(key, _)| depth < 6 || *key != "then");
        return Value::Object(all.map(|(k, n)| (k.clone(), grown(root, n, depth + 1))).collect());
    }
    if node["items"].is_object() {
        return json!([grown(root, &node["items"], depth + 1)]);
    }
    let variants = node["anyOf"].as_array().map_or(&[][..], Vec::as_slice);
    let map = variants.iter().find(|v| target(root, v)["properties"].is_object());
    map.map_or(json!("1"), |map| grown(root, map, depth + 1))
}

/// Returns every scheme in a document of its own, for only one may stand in a policy.
fn documents(root: &Value) -> Vec<Value> {
    let whole = grown(root, root, 0);
    let schemes: Map<String, Value> = whole["credit"].as_object().unwrap().clone();
    let one = |(name, scheme): (String, Value)| {
        let mut document = whole.clone();
        document["credit"] = json!({ name: scheme });
        document
    };
    schemes.into_iter().map(one).collect()
}

#[test]
fn the_reader_knows_every_key_of_the_schema() {
    let root = schema();
    let documents = documents(&root);
    assert!(documents.len() > 10);
    for document in documents {
        assert_eq!(unknown(&document), Vec::<String>::new(), "{document:#}");
    }
}

#[test]
fn the_schema_has_every_key_that_the_reader_asks_for() {
    let code = concat!(
        include_str!("../../yaml/policy/mod.rs"),
        include_str!("../../yaml/policy/duration_promise.rs"),
        include_str!("../../yaml/policy/measure.rs"),
        include_str!("../../yaml/policy/scheme.rs"),
    );
    let mut asked = BTreeSet::new();
    for call in ["take(\"", "need(\""] {
        asked.extend(code.split(call).skip(1).filter_map(|rest| rest.split('"').next()));
    }
    let known = text(SchemaKind::Policy);
    let missing: Vec<_> =
        asked.into_iter().filter(|key| !known.contains(&format!("\"{key}\":"))).collect();
    assert_eq!(missing, Vec::<&str>::new());
}

#[test]
fn the_example_is_a_policy_and_what_it_needs_is_required() {
    let root = schema();
    let example = &root["examples"][0];
    let read =
        |document: &Value| policy::read("p".parse().unwrap(), &document.to_string()).unwrap();
    assert_eq!(read(example).problems, []);
    for key in root["required"].as_array().unwrap() {
        let mut without = example.clone();
        without.as_object_mut().unwrap().remove(key.as_str().unwrap());
        let problems = read(&without).problems;
        assert!(problems.iter().any(|p| p.code == "missing-key"), "{key}");
    }
}
