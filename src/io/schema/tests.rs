//! Holds the schemas against the readers. Each schema grows a document that has every key it knows;
//! the reader must take that document, and must know no other key in any part of it.

mod policy;
mod slips;

use super::{SchemaKind, text};
use crate::io::yaml;
use crate::model::diagnostic::Diagnostic;
use crate::model::incident::{
    ActionKind, ActionStatus, Attribution, Audience, CauseKind, EventKind, Kind, Milestone, State,
};
use crate::model::settings::Settings;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

const ALL: [SchemaKind; 2] = [SchemaKind::Incident, SchemaKind::Recount];

fn schema(of: SchemaKind) -> Value {
    serde_json::from_str(text(of)).unwrap()
}

/// Returns the settings of a record that has the fields of the schema's examples.
fn settings() -> Settings {
    let fields = "fields: {team: [payments, search], affected_users: number, reviewers: people}";
    yaml::settings::read(fields).unwrap().0
}

/// Reads a document; JSON is YAML.
fn problems(of: SchemaKind, document: &Value) -> Vec<Diagnostic> {
    let text = serde_json::to_string_pretty(document).unwrap();
    match of {
        SchemaKind::Incident => {
            let id = "2019-01-24-power".parse().unwrap();
            yaml::incident::read(id, &text, &settings()).unwrap().problems
        }
        SchemaKind::Recount => yaml::settings::read(&text).unwrap().1,
        SchemaKind::Policy => {
            yaml::policy::read("policy".parse().unwrap(), &text).unwrap().problems
        }
    }
}

/// A document grown from a schema, and what was met on the way.
struct Grown {
    document: Value,
    /// Where each map of known keys stands in the document, and its schema.
    maps: Vec<(String, Value)>,
    /// Where else each example and each word of an enum may stand.
    values: Vec<(String, Value)>,
}

impl Grown {
    fn of(of: SchemaKind) -> Self {
        let schema = schema(of);
        let mut grown = Self { document: Value::Null, maps: vec![], values: vec![] };
        grown.document = grown.grow(&schema, &schema, "");
        if let Some(event) = grown.document.pointer_mut("/events/0") {
            // It has one time; `between` has its turn among the values.
            event.as_object_mut().unwrap().remove("between");
        }
        grown
    }

    fn grow(&mut self, root: &Value, node: &Value, at: &str) -> Value {
        let mut own = values(node);
        let target = target(root, node);
        own.extend(values(target));
        self.values.extend(own.iter().map(|v| (at.to_owned(), v.clone())));
        if let Some(properties) = target["properties"].as_object() {
            self.maps.push((at.to_owned(), target.clone()));
            let grow = |(key, node): (&String, &Value)| {
                (key.clone(), self.grow(root, node, &format!("{at}/{key}")))
            };
            return Value::Object(properties.iter().map(grow).collect());
        }
        let inner = ["items", "additionalProperties"].map(|key| &target[key]);
        let [items, named] = inner;
        if has_map(root, items) || (own.is_empty() && items.is_object()) {
            return json!([self.grow(root, items, &format!("{at}/0"))]);
        }
        if has_map(root, named) {
            return json!({"apps": self.grow(root, named, &format!("{at}/apps"))});
        }
        let variants = target["anyOf"].as_array().map_or(&[][..], Vec::as_slice);
        match variants.iter().find(|v| has_map(root, v)) {
            Some(variant) => self.grow(root, variant, at),
            None => own.first().unwrap_or_else(|| panic!("no example for {at}")).clone(),
        }
    }

    /// Returns the document with the map at that place changed.
    fn with(&self, at: &str, change: impl FnOnce(&mut Map<String, Value>)) -> Value {
        let mut document = self.document.clone();
        change(document.pointer_mut(at).unwrap().as_object_mut().unwrap());
        document
    }
}

/// Returns the schema that a node refers to, or the node.
fn target<'s>(root: &'s Value, node: &'s Value) -> &'s Value {
    match node["$ref"].as_str() {
        Some(to) => root.pointer(to.strip_prefix('#').unwrap()).unwrap(),
        None => node,
    }
}

/// Returns the values that a node itself names: its examples and the words of its enums.
fn values(node: &Value) -> Vec<Value> {
    let lists = [&node["examples"], &node["enum"]].into_iter().filter_map(Value::as_array);
    let variants = node["anyOf"].as_array().into_iter().flatten().flat_map(values);
    lists.flatten().cloned().chain(node.get("const").cloned()).chain(variants).collect()
}

/// Returns whether a map of known keys can stand somewhere in a node.
fn has_map(root: &Value, node: &Value) -> bool {
    let target = target(root, node);
    let inner = ["items", "additionalProperties"].map(|key| &target[key]);
    target["properties"].is_object()
        || inner.into_iter().any(|n| n.is_object() && has_map(root, n))
        || target["anyOf"].as_array().is_some_and(|all| all.iter().any(|n| has_map(root, n)))
}

/// Returns every key that a schema knows somewhere, and every one that the readers' code asks for.
fn all_keys() -> BTreeSet<String> {
    let maps = ALL.into_iter().flat_map(|of| Grown::of(of).maps);
    let mut keys: BTreeSet<_> = maps.flat_map(|(_, map)| keys(&map["properties"])).collect();
    let code = concat!(
        include_str!("../yaml/incident.rs"),
        include_str!("../yaml/event.rs"),
        include_str!("../yaml/settings.rs"),
    );
    for call in ["take(\"", "need(\""] {
        let asked = code.split(call).skip(1).filter_map(|rest| rest.split('"').next());
        keys.extend(asked.map(str::to_owned));
    }
    keys
}

fn keys(map: &Value) -> BTreeSet<String> {
    map.as_object().unwrap().keys().cloned().collect()
}

fn has_unknown_key(problems: &[Diagnostic], key: &str) -> bool {
    let named = format!("unknown key `{key}`");
    problems.iter().any(|p| p.code == "unknown-key" && p.message.starts_with(&named))
}

#[test]
fn a_document_with_every_key_of_a_schema_is_read_without_a_problem() {
    for of in ALL {
        assert_eq!(problems(of, &Grown::of(of).document), [], "{of:?}");
    }
}

#[test]
fn a_key_that_a_schema_lacks_is_unknown_to_the_reader_too() {
    let all = all_keys();
    for of in ALL {
        let grown = Grown::of(of);
        for (at, map) in &grown.maps {
            let known = keys(&map["properties"]);
            let slips = known.iter().map(|key| format!("{key}q"));
            for key in all.difference(&known).cloned().chain(slips) {
                let document = grown.with(at, |m| drop(m.insert(key.clone(), json!("x"))));
                assert!(has_unknown_key(&problems(of, &document), &key), "{of:?} {at}: {key}");
            }
        }
    }
}

#[test]
fn keys_of_peoples_own_pass_everywhere_and_no_others() {
    for of in ALL {
        let grown = Grown::of(of);
        for (at, map) in &grown.maps {
            let document = grown.with(at, |m| drop(m.insert("x-mine".into(), json!([1]))));
            assert_eq!(problems(of, &document), [], "{of:?} {at}");
            assert_eq!(map["additionalProperties"], json!(false), "{of:?} {at}");
            assert_eq!(map["patternProperties"], json!({"^x-": {}}), "{of:?} {at}");
        }
    }
}

#[test]
fn the_keys_that_a_schema_requires_are_those_that_the_reader_needs() {
    for of in ALL {
        let grown = Grown::of(of);
        for (at, map) in &grown.maps {
            let required = map["required"].as_array().cloned().unwrap_or_default();
            for key in keys(&map["properties"]) {
                let found = problems(of, &grown.with(at, |m| drop(m.remove(&key))));
                let missing = found.iter().any(|p| p.code == "missing-key");
                // Either of two keys tells an event's time; the schema says so with `anyOf`.
                let needed = required.contains(&json!(key)) || key == "at" && at == "/events/0";
                assert_eq!(missing, needed, "{of:?} {at}: {key}");
            }
        }
    }
}

#[test]
fn every_example_and_every_word_of_a_schema_is_read() {
    for of in ALL {
        let grown = Grown::of(of);
        assert!(grown.values.len() > 20, "{of:?}");
        for (at, value) in &grown.values {
            let (map, key) = at.rsplit_once('/').unwrap();
            let mut document = grown.document.clone();
            let around = document.pointer_mut(map).unwrap();
            match around.as_object_mut() {
                Some(around) => {
                    around.insert(key.to_owned(), value.clone());
                    // An event has one time, and a day or a range has no `within`.
                    let rivals: &[&str] = match key {
                        "at" => &["within"],
                        "between" => &["at", "within"],
                        _ => &[],
                    };
                    rivals.iter().for_each(|rival| drop(around.remove(*rival)));
                }
                None => *document.pointer_mut(at).unwrap() = value.clone(),
            }
            assert_eq!(problems(of, &document), [], "{of:?} {at}: {value}");
        }
    }
}

#[test]
fn the_words_of_a_schema_are_all_that_there_are() {
    macro_rules! words {
        ($all:expr) => {
            $all.iter().map(|word| word.as_str()).collect::<Vec<_>>()
        };
    }
    let milestones = words!(Milestone::BUILT_IN);
    let incident = schema(SchemaKind::Incident);
    let cases = [
        ("/properties/kind", words!(Kind::ALL)),
        ("/$defs/event/properties/kind", words!(EventKind::ALL)),
        ("/$defs/event/properties/audience", words!(Audience::ALL)),
        ("/$defs/action/properties/kind", words!(ActionKind::ALL)),
        ("/$defs/action/properties/status", words!(ActionStatus::ALL)),
        ("/$defs/causeKind", words!(CauseKind::ALL)),
        ("/$defs/attribution", words!(Attribution::ALL)),
        ("/$defs/state", words!(State::ALL)),
        ("/$defs/milestone/anyOf/0", milestones.clone()),
    ];
    for (at, words) in cases {
        assert_eq!(incident.pointer(at).unwrap()["enum"], json!(words), "{at}");
    }
    let recount = schema(SchemaKind::Recount);
    assert_eq!(recount.pointer("/$defs/milestone/anyOf/0/enum"), Some(&json!(milestones)));
}

#[test]
fn the_defaults_that_a_schema_states_are_those_of_the_settings() {
    let recount = schema(SchemaKind::Recount);
    let stated = |key: &str| recount["properties"][key]["default"].clone();
    let settings = Settings::default();
    let severities: Vec<_> = settings.severities.iter().map(|s| s.as_str()).collect();
    assert_eq!(stated("severities"), json!(severities));
    assert_eq!(stated("timezone"), json!(settings.zone.name()));
    assert_eq!(
        stated("approximate"),
        json!(crate::model::time::duration::compact(settings.approximate))
    );
    assert_eq!(stated("commit"), json!(settings.commit));
    let blaming = recount.pointer("/$defs/check/properties/blaming/default");
    assert_eq!(blaming, Some(&json!(settings.check.blaming)));
}
