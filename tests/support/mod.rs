//! What the integration tests work with.

pub(crate) mod sandbox;
pub(crate) mod transcript;
