//! The rendering door: reports become text for eyes, documents and spreadsheets.
//!
//! It sees reports alone, and every piece of text passes through the escape of where it goes.

pub mod actions;
pub mod blocks;
pub mod chart;
pub mod check;
mod cliff;
pub mod completeness;
pub mod cost;
pub mod credits;
pub mod csv;
pub mod diagnostic;
pub mod doctor;
pub mod export;
pub mod history;
pub mod html;
pub mod import;
pub mod list;
pub mod markdown;
pub mod metrics;
pub mod policies;
pub mod public;
pub mod redaction;
pub mod sanitize;
pub mod sarif;
pub mod show;
pub mod statement;
pub mod stats;
pub mod status;
pub mod sync;
pub mod table;
pub mod template;
mod template_budget;
pub mod templates;
pub mod text;
pub mod topics;
pub mod watch;
pub mod what_if;
pub mod why;
pub mod workbook;
