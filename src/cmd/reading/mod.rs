//! Verbs that tell what the record says.

pub(crate) mod export;
pub(crate) mod history;
pub(crate) mod list;
pub(crate) mod show;
pub(crate) mod status;
