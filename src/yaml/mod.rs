//! The YAML door: files as trees with places, and facts read from them.

pub mod edit;
pub mod emit;
pub mod event;
pub mod fields;
pub mod incident;
pub mod node;
pub mod settings;
pub mod write;
