//! How values that several reports hold are written as JSON, where the model does not say it.

use crate::model::time::{SpanBounds, TimeBounds, Zone};
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};
use std::fmt::Display;

/// Writes a zone by its IANA name.
pub(super) fn zone<S: Serializer>(zone: &Zone, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(zone.name())
}

/// Writes what people are shown of a value.
pub(super) fn shown<S: Serializer, T: Display>(
    value: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

/// Writes pairs as a map in their order.
pub(super) fn as_map<S: Serializer, K: Serialize, V: Serialize>(
    pairs: &[(K, V)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(pairs.iter().map(|(key, value)| (key, value)))
}

/// Writes the nominal time alone.
pub(super) fn nominal<S: Serializer>(
    moment: &TimeBounds,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    moment.nominal().serialize(serializer)
}

/// Writes a length for people, and then in whole seconds with its bounds.
pub(super) fn words_and_seconds<S: Serializer>(
    length: &SpanBounds,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut fields = serializer.serialize_struct("SpanBounds", 4)?;
    fields.serialize_field("words", &length.to_string())?;
    fields.serialize_field("seconds", &length.nominal)?;
    fields.serialize_field("min_seconds", &length.lowest)?;
    fields.serialize_field("max_seconds", &length.highest)?;
    fields.end()
}
