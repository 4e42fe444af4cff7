//! The YAML door: files as trees with places, and facts read from them.

pub mod fields;
pub mod node;
