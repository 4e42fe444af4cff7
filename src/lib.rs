//! recount tells the story of an incident and counts it again.
//!
//! Facts are plain data, valid by construction; reckoning is pure functions over
//! them; each door speaks one foreign language; verbs read like a paragraph.

// Facts.
pub mod customer;
pub mod incident;
pub mod money;
pub mod place;
pub mod settings;
pub mod sla;
pub mod time;

// Reckoning.
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

// Doors.
pub mod clock;
pub mod git;
pub mod ledger;
pub mod prompt;
pub mod render;
pub mod schema;
pub mod spool;
pub mod store;
pub mod yaml;

// Verbs.
pub mod cli;
pub mod cmd;
