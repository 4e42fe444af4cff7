//! The JSON Schemas of the files that people edit, for their editors.

#[cfg(test)]
mod tests;

use crate::compute::check::codes::{CODES, Code};
use crate::model::diagnostic::Level;
use crate::model::time;
use std::sync::OnceLock;

/// A kind of file that has a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SchemaKind {
    /// `incident.yaml`
    Incident,
    /// `recount.yaml`
    Recount,
    /// `sla/<policy>.yaml`
    Policy,
}

/// Returns the JSON Schema (draft 2020-12) of a kind of file, with the words that the program knows: the zones, and the
/// codes that can be silenced.
pub(crate) fn text(of: SchemaKind) -> &'static str {
    static INCIDENT: OnceLock<String> = OnceLock::new();
    static RECOUNT: OnceLock<String> = OnceLock::new();
    static POLICY: OnceLock<String> = OnceLock::new();
    let (text, bare) = match of {
        SchemaKind::Incident => (&INCIDENT, include_str!("schema/incident.json")),
        SchemaKind::Recount => (&RECOUNT, include_str!("schema/recount.json")),
        SchemaKind::Policy => (&POLICY, include_str!("schema/policy.json")),
    };
    text.get_or_init(|| with_words(bare))
}

fn with_words(bare: &str) -> String {
    let list = |words: &[&str]| {
        words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", ")
    };
    let can_be_silenced = |c: &&Code| c.weight == Level::Warning || c.warning_where.is_some();
    let codes: Vec<_> = CODES.iter().filter(can_be_silenced).map(|c| c.code).collect();
    let put = |text: &str, name: &str, words: &[&str]| {
        let definition = format!("\"{name}\": {{\"type\": \"string\"");
        text.replace(&definition, &format!("{definition}, \"enum\": [{}]", list(words)))
    };
    put(&put(bare, "timezone", &time::zone_names()), "silencedCode", &codes)
}
