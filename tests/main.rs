//! The integration tests: one binary, so that it is linked once.
//!
//! Logic is tested below the program; here stand what only the whole can show, and the law of the layers.

#![allow(clippy::disallowed_methods, reason = "tests write files as people do")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stderr,
    reason = "a test fails by panicking, and says why it was skipped"
)]

mod support;

mod cases;
mod check;
mod close;
mod completions;
mod credits;
mod documents;
mod durability;
mod durations;
mod elsewhere;
mod export;
mod faults;
mod finance;
mod full_disk;
mod hands;
mod help;
mod hostile;
mod import;
mod keys;
mod layers;
mod merged;
mod output;
mod page;
mod process;
mod races;
mod readme;
mod record;
mod redact;
mod repositories;
mod scalingo;
mod sync;
mod tables;
mod terminal;
mod unreadable;
mod waiting;
mod watch;
