//! The world outside: each room speaks one foreign language, and knows no other room.

pub mod clock;
pub mod git;
pub mod prompt;
pub mod render;
pub mod schema;
pub mod spool;
pub mod store;
pub mod tables;
pub mod yaml;
