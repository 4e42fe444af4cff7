//! The verbs that bring the records of several machines together.

pub(super) mod merge_driver;
