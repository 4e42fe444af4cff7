//! The YAML door: files as trees with places, facts read from them, and edits that touch only
//! the lines they mean to.

pub mod edit;
pub mod emit;
pub mod event;
pub mod fields;
pub mod front;
pub mod incident;
pub mod maintenance;
pub mod node;
mod plain;
pub mod policy;
pub mod settings;
pub mod write;
