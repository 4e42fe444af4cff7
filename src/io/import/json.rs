//! JSON of a stranger, read with the place of what is wrong in it.

use super::file::ImportFile;
use crate::compute::import::exact_with_rank;
use crate::model::imported::SkippedPart;
use crate::model::time::{EventTime, Instant, Zone};
use chrono::{DateTime, FixedOffset};
use serde_json::Value;

/// A value of a file, and where it stands.
#[derive(Clone)]
pub(super) struct JsonNode<'v> {
    pub(super) file: &'v ImportFile,
    pub(super) value: &'v Value,
    /// The JSON pointer to it.
    pointer: String,
}

/// A time of a file as an event has it, and the rank of its part of a second.
#[derive(Clone, Copy)]
pub(super) struct RankedTime {
    pub(super) at: EventTime,
    pub(super) rank: u32,
}

impl RankedTime {
    /// Returns the moment that it is.
    pub(super) fn instant(&self) -> Instant {
        self.at.order(Zone::UTC)
    }
}

/// Reads a file as JSON.
///
/// # Errors
/// Where it stops being JSON, or is nested deeper than anybody would.
pub(super) fn parse(file: &ImportFile) -> Result<Value, SkippedPart> {
    serde_json::from_str(file.text()?).map_err(|error| {
        let place = format!(":{}:{}", error.line(), error.column());
        let text = error.to_string();
        let why = text.rsplit_once(" at line ").map_or(text.as_str(), |(why, _)| why);
        file.skip(&place, format!("this is not JSON: {why}"))
    })
}

impl<'v> JsonNode<'v> {
    /// Returns all of a file.
    pub(super) fn root(file: &'v ImportFile, value: &'v Value) -> Self {
        Self { file, value, pointer: String::new() }
    }

    /// Returns where it stands.
    pub(super) fn place(&self) -> String {
        format!("{}#{}", self.file.name, self.pointer)
    }

    /// Returns that it was left out.
    pub(super) fn skip(&self, reason: impl Into<String>) -> SkippedPart {
        self.file.skip(&format!("#{}", self.pointer), reason)
    }

    /// Returns the value of a key; none where it is absent or null.
    pub(super) fn get(&self, key: &str) -> Option<Self> {
        let value = self.value.get(key).filter(|value| !value.is_null())?;
        let key = key.replace('~', "~0").replace('/', "~1");
        Some(Self { file: self.file, value, pointer: format!("{}/{key}", self.pointer) })
    }

    /// Returns the value behind several keys.
    pub(super) fn at(&self, keys: &[&str]) -> Option<Self> {
        keys.iter().try_fold(self.clone(), |node, key| node.get(key))
    }

    /// Returns the items of a list; none where it is anything else.
    pub(super) fn items(&self) -> Option<impl Iterator<Item = Self> + use<'v>> {
        let items = self.value.as_array()?;
        let (file, pointer) = (self.file, self.pointer.clone());
        let item =
            move |(index, value)| Self { file, value, pointer: format!("{pointer}/{index}") };
        Some(items.iter().enumerate().map(item))
    }

    /// Returns the items of the list behind a key; nothing where it is absent.
    pub(super) fn list(&self, key: &str, skipped: &mut Vec<SkippedPart>) -> Vec<Self> {
        let Some(node) = self.get(key) else { return vec![] };
        match node.items() {
            Some(items) => items.collect(),
            None => {
                skipped.push(node.skip("this should be a list"));
                vec![]
            }
        }
    }

    /// Returns a text, or a number as one.
    pub(super) fn text(&self) -> Option<String> {
        match self.value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// Returns the text behind a key that says something.
    pub(super) fn said(&self, key: &str) -> Option<String> {
        self.get(key)?.text().filter(|text| !text.trim().is_empty())
    }

    /// Returns the time behind a key.
    ///
    /// # Errors
    /// What stands there and is no time.
    pub(super) fn time(&self, key: &str) -> Result<Option<RankedTime>, SkippedPart> {
        let Some(node) = self.get(key) else { return Ok(None) };
        let text = node.text().unwrap_or_default();
        match rfc3339(&text) {
            Some(at) => {
                let (at, rank) = exact_with_rank(at);
                Ok(Some(RankedTime { at, rank }))
            }
            None => Err(node.skip(match node.text() {
                Some(_) => format!("`{}` is not a time", short(&text)),
                None => "this is not a time".to_owned(),
            })),
        }
    }
}

/// Reads RFC 3339 with a year from 1 to 9999.
pub(super) fn rfc3339(text: &str) -> Option<DateTime<FixedOffset>> {
    let text = text.trim();
    // Parts of a second beyond the ninth digit say nothing.
    DateTime::parse_from_rfc3339(text).ok()
}

/// Returns the beginning of a text for a message.
pub(super) fn short(text: &str) -> String {
    text.chars().take(60).flat_map(char::escape_debug).collect()
}
