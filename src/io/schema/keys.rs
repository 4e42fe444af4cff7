//! The keys of a kind of file with what they mean, as its schema says it: for people who ask on the command line.

use super::{SchemaKind, text};
use serde_json::Value;

/// How deep keys within keys are told.
const DEEPEST: usize = 4;

/// A key of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SchemaKey {
    /// Its name, behind those of the keys that it stands in: `measure.weights`; `[]` follows a list's.
    pub(crate) path: String,
    /// What it means; empty where its schema says nothing.
    pub(crate) meaning: String,
}

/// Returns the keys of a kind of file, each before those that stand in it.
pub(crate) fn keys(of: SchemaKind) -> Vec<SchemaKey> {
    let Ok(schema) = serde_json::from_str::<Value>(text(of)) else { return vec![] };
    let mut walk = KeyWalk { schema: &schema, found: vec![] };
    walk.below(&schema, "", 0);
    walk.found
}

struct KeyWalk<'s> {
    schema: &'s Value,
    found: Vec<SchemaKey>,
}

impl<'s> KeyWalk<'s> {
    /// Notes the keys of what a node of the schema describes, whichever of its forms has them.
    fn below(&mut self, node: &'s Value, path: &str, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        for (name, inner) in node.get("properties").and_then(Value::as_object).into_iter().flatten()
        {
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            let meaning = self.meaning(inner);
            if !self.found.iter().any(|known| known.path == path) {
                self.found.push(SchemaKey { path: path.clone(), meaning });
            }
            self.below(inner, &path, depth + 1);
        }
        if let Some(named) = self.definition(node) {
            self.below(named, path, depth);
        }
        if let Some(items) = node.get("items") {
            self.below(items, &format!("{path}[]"), depth);
        }
        if let Some(any) = node.get("additionalProperties").filter(|any| any.is_object()) {
            self.below(any, &format!("{path}.NAME"), depth);
        }
        for form in ["anyOf", "oneOf", "allOf"] {
            for one in node.get(form).and_then(Value::as_array).into_iter().flatten() {
                self.below(one, path, depth);
            }
        }
    }

    /// Returns what a node says of itself, or else what the definition says that it names.
    fn meaning(&self, node: &'s Value) -> String {
        let said = |node: &'s Value| node.get("description").and_then(Value::as_str);
        let said = said(node).or_else(|| self.definition(node).and_then(said));
        said.unwrap_or_default().to_owned()
    }

    fn definition(&self, node: &'s Value) -> Option<&'s Value> {
        let name = node.get("$ref")?.as_str()?.strip_prefix("#/$defs/")?;
        self.schema.get("$defs")?.get(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_in_each_form_and_each_stands_once() {
        let found = keys(SchemaKind::Policy);
        let mut paths: Vec<_> = found.iter().map(|key| key.path.as_str()).collect();
        for path in [
            "commitment.at_least",
            "measure.weights",
            "exclude.maintenance.quota",
            "credit.bands[].percent",
            "claim",
        ] {
            assert!(paths.contains(&path), "{path} is not in {paths:#?}");
        }
        let count = paths.len();
        paths.sort_unstable();
        paths.dedup();
        assert_eq!(paths.len(), count);
        let found = keys(SchemaKind::Incident);
        assert!(found.iter().any(|key| key.path == "events[].impact" && !key.meaning.is_empty()));
    }

    #[test]
    fn every_key_says_what_it_means() {
        for kind in [SchemaKind::Policy, SchemaKind::Incident, SchemaKind::Recount] {
            let silent: Vec<_> =
                keys(kind).into_iter().filter(|key| key.meaning.is_empty()).collect();
            assert!(silent.is_empty(), "{kind:?}: {silent:?}");
        }
    }
}
