//! Verbs that measure: durations, statistics, and where a number comes from.

pub(crate) mod metrics;
pub(crate) mod selection;
pub(crate) mod stats;
pub(crate) mod why;
