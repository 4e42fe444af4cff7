//! The world outside: each room speaks one foreign language, and knows no other room.

pub(crate) mod clock;
pub(crate) mod git;
pub mod import;
pub mod process;
pub mod prompt;
pub mod render;
pub(crate) mod schema;
pub mod screen;
pub mod spool;
pub mod store;
pub mod tables;
pub(crate) mod user;
pub mod yaml;
