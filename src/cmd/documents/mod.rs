//! Verbs that write and show documents.

pub(crate) mod cross_references;
pub(crate) mod draft;
pub(crate) mod html_page;
pub(crate) mod interview;
pub(crate) mod render;
pub(crate) mod template_set;
pub(crate) mod templates;
