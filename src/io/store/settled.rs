//! What a merge left for a person to settle, and what of it a change settles.

use crate::io::yaml::edit::{Edit, PathStep};
use crate::io::yaml::emit::Keys;
use crate::io::yaml::write::YamlValue;
use crate::model::diagnostic::Spanned;

/// The keys that tell one time together.
const TIME: [&str; 3] = ["at", "within", "between"];

/// The fields of which a merge left other values, before a change and after it.
pub(super) struct UnsettledFields<'a> {
    pub(super) before: &'a [Spanned<String>],
    pub(super) after: &'a [Spanned<String>],
}

impl UnsettledFields<'_> {
    /// Returns the edits that take away what was left of the fields that a change settles below `path`: those that it
    /// no longer names, and those that say something else after it.
    pub(super) fn settled(&self, path: &[PathStep], old: &Keys, new: &Keys) -> Vec<Edit> {
        let goes = |field: &&Spanned<String>| {
            let is_named = self.after.iter().any(|left| left.value == field.value);
            !is_named || is_changed(&field.value, old, new)
        };
        let gone: Vec<_> = self.before.iter().filter(goes).collect();
        let below = |steps: &[&str]| {
            path.iter().cloned().chain(steps.iter().map(|step| (*step).into())).collect::<Vec<_>>()
        };
        if gone.is_empty() {
            return vec![];
        }
        if gone.len() == self.before.len() {
            return vec![Edit::Remove { path: below(&["was"]) }];
        }
        gone.iter().map(|field| Edit::Remove { path: below(&["was", &field.value]) }).collect()
    }
}

/// Returns whether a field, or the member of one, says something else in one of two facts.
fn is_changed(field: &str, old: &Keys, new: &Keys) -> bool {
    if field == "at" {
        return TIME.iter().any(|key| value(old, key) != value(new, key));
    }
    let Some((key, name)) = field.split_once('.') else {
        return value(old, field) != value(new, field);
    };
    let (old, new) = (value(old, key), value(new, key));
    match (member(old, name), member(new, name)) {
        // It lies deeper, or in nothing that has names.
        (None, None) => old != new,
        (old, new) => old != new,
    }
}

fn value<'k>(keys: &'k Keys, key: &str) -> Option<&'k YamlValue> {
    keys.iter().find(|(known, _)| *known == key).map(|(_, value)| value)
}

fn member<'k>(value: Option<&'k YamlValue>, name: &str) -> Option<&'k YamlValue> {
    match value? {
        YamlValue::Map(entries) | YamlValue::FlowMap(entries) => {
            entries.iter().find(|(key, _)| key == name).map(|(_, value)| value)
        }
        _ => None,
    }
}
