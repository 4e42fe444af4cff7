//! Where this program lies.

use std::env;
use std::path::PathBuf;

/// Returns the absolute path of the program that runs; none where it has been moved or replaced since.
pub fn own_program() -> Option<PathBuf> {
    env::current_exe().ok().filter(|program| program.is_file())
}
