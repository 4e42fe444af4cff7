//! Facts: plain data, valid by construction, in the order in which it builds on what came before.

pub mod customer;
pub mod diagnostic;
pub mod digest;
pub mod imported;
pub mod incident;
pub mod line_name;
pub mod money;
pub mod places;
pub mod settings;
pub mod sla;
pub mod time;
pub mod typed_line;
pub mod vocabulary;
