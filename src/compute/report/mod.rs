//! What is reported: serialisable values that renderers only write.
//!
//! The JSON is a promise to scripts: the same fields each time, absent is null or an empty
//! list, durations are whole seconds, times are RFC 3339 in UTC.

pub mod action;
mod allow_list;
pub mod chart;
pub mod check;
pub mod cliff;
pub mod compare;
pub mod completeness;
pub mod credits;
pub mod doctor;
pub mod document;
pub mod draft;
pub mod export;
pub mod heading;
pub mod history;
pub mod import;
pub mod incident_credits;
pub mod list;
pub mod metrics;
pub mod policies;
pub mod public;
pub mod redaction;
pub mod show;
pub mod statement;
pub mod stats;
pub mod status;
pub mod sync;
mod values;
pub mod watch;
pub mod why;
pub mod write_result;

pub use crate::compute::downtime::{AffectedInterval, IntervalEnd};

/// The version of every report's JSON.
pub const VERSION: u32 = 1;
