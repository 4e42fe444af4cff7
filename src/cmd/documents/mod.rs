//! Verbs that write and show documents.

pub(crate) mod draft;
pub(crate) mod elsewhere;
pub(crate) mod interview;
pub(crate) mod page;
pub(crate) mod press;
pub(crate) mod render;
pub(crate) mod templates;
