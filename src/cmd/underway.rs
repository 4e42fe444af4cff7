//! What git is in the middle of, which keeps verbs from changing files.

use crate::cmd::Failure;
use crate::git::Underway;

/// Refuses to change a file that would be in the way of what git is in the middle of.
///
/// `git rebase --continue` and `git bisect` stop at it, and `git rebase --abort` would throw it away.
pub(super) fn refuse(underway: &Option<Underway>) -> Result<(), Failure> {
    match underway {
        Some(Underway { what, end, needs_clean_files: true }) => {
            let why = format!("{what} is in progress, and a changed file could be in its way");
            Err(Failure::new(why).help(end))
        }
        _ => Ok(()),
    }
}
