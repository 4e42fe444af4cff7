//! The rendering door: reports become text for eyes, documents and spreadsheets.
//!
//! It sees reports alone, and every piece of text passes through the escape of where it goes.

pub mod check;
pub mod csv;
pub mod history;
pub mod markdown;
pub mod metrics;
pub mod problem;
pub mod sarif;
pub mod stats;
mod status;
pub mod table;
pub mod text;
pub mod why;
