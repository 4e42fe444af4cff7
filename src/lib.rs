//! recount tells the story of an incident and counts it again.
//!
//! Facts are plain data, valid by construction; reckoning is pure functions over
//! them; each door speaks one foreign language; verbs read like a paragraph.

// Facts.
pub mod place;
pub mod time;

// Doors.
pub mod git;
