//! The verbs that bring the records of several machines together.

pub(super) mod exchange;
mod joining;
pub(super) mod merge_driver;
mod noticed;
mod repair;
mod target;
mod words;
