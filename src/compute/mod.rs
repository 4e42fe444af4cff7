//! Pure functions over facts: from an incident's events to timelines, durations, credits, reports and documents.

pub(crate) mod cadence;
pub(crate) mod calendar;
pub mod check;
pub mod credits;
pub(crate) mod document;
pub mod downtime;
pub(crate) mod event_diff;
pub mod hypotheses;
pub mod import;
pub mod merge;
pub mod metrics;
pub(crate) mod plausibility;
pub mod presets;
pub(crate) mod progress;
pub(crate) mod prose;
pub(crate) mod quantities;
pub(crate) mod redaction;
pub mod report;
pub(crate) mod secrets;
pub mod stats;
pub mod timeline;
