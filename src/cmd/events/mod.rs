//! Verbs that record what happened, and correct it.

pub(crate) mod action;
pub(crate) mod amend;
pub(crate) mod attachment;
pub(crate) mod cancel;
pub(crate) mod declare;
pub(crate) mod echo;
pub(crate) mod event_args;
pub(crate) mod join;
pub(crate) mod log;
pub(crate) mod new_service;
pub(crate) mod record;
pub(crate) mod redact;
pub(crate) mod refused;
pub(crate) mod reopen;
pub(crate) mod retract;
pub(crate) mod run;
pub(crate) mod set;
pub(crate) mod undo;
