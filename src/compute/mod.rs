//! Pure functions over facts: from an incident's events to timelines, durations, credits, reports and documents.

pub mod cadence;
pub mod calendar;
pub mod check;
pub mod credits;
pub mod document;
pub mod downtime;
pub mod event_diff;
pub mod metrics;
pub mod plausibility;
pub mod presets;
pub mod progress;
pub mod prose;
pub mod quantities;
pub mod report;
pub mod stats;
pub mod timeline;
