//! recount tells the story of an incident and counts it again.
//!
//! `model` and `compute` are pure; each room of `io` speaks one foreign language; a verb in `cmd` reads
//! like a paragraph. Who may name whom is held by `tests/layers.rs`.

pub mod cli;
pub mod cmd;
pub mod compute;
pub mod io;
pub mod model;
mod session;
