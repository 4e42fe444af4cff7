//! Verbs that make a record, and that describe the tool itself.

pub(crate) mod completions;
pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod help;
pub(crate) mod init;
pub(crate) mod man;
pub(crate) mod schema;
pub(crate) mod spool;
