//! The YAML door: files as trees with places, and facts read from them.

mod event;
pub mod fields;
pub mod incident;
pub mod node;
pub mod settings;
