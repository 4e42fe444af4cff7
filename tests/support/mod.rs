//! What the integration tests work with.

pub(crate) mod books;
pub(crate) mod browser;
pub(crate) mod mount;
pub(crate) mod place;
pub(crate) mod sandbox;
pub(crate) mod terminal;
pub(crate) mod transcript;
