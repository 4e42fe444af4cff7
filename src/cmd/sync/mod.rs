//! The verbs that bring the records of several machines together.

mod at_work;
mod behind;
mod exchange;
mod joining;
pub(super) mod merge_driver;
mod noticed;
mod repair;
pub(super) mod start;
mod target;
mod words;
