//! Imports: what another system tells becomes events, each once.
//!
//! An event's id is made from its source's name and id, and its source has a hash of what was imported. So whoever
//! imports the same makes the same events; what is no longer as its hash says was changed here, and stays.

mod identity;
pub(crate) mod plan;
pub(crate) mod resolve;
pub(crate) mod select;
#[cfg(test)]
mod tests;
pub(crate) mod undo;

pub use identity::rank_of_micros;
pub use resolve::are_ordered;
pub use select::exact_with_rank;
