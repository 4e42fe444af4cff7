//! Pure functions over facts: from an incident's events to timelines, durations, credits, reports and documents.

pub mod cadence;
pub mod calendar;
pub mod changes;
pub mod check;
pub mod credits;
pub mod document;
pub mod doubts;
pub mod downtime;
pub mod metrics;
pub mod numbers;
pub mod presets;
pub mod progress;
pub mod prose;
pub mod report;
pub mod stats;
pub mod timeline;
