//! Verbs that record what happened, and correct it.

pub(crate) mod action;
pub(crate) mod amend;
pub(crate) mod attachment;
pub(crate) mod declare;
pub(crate) mod echo;
pub(crate) mod event_args;
pub(crate) mod log;
pub(crate) mod milestone_verb;
pub(crate) mod redact;
pub(crate) mod retract;
pub(crate) mod run;
pub(crate) mod set;
pub(crate) mod undo;
