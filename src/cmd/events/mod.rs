//! Verbs that record what happened, and correct it.

pub(crate) mod action;
pub(crate) mod amend;
pub(crate) mod declare;
pub(crate) mod log;
pub(crate) mod retract;
pub(crate) mod set;
pub(crate) mod typed;
pub(crate) mod undo;
pub(crate) mod wrote;
