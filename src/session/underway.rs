//! What git is in the middle of, which keeps verbs from changing files.

use crate::io::git::InProgress;
use crate::session::Failure;

/// Refuses to change a file that would be in the way of what git is in the middle of.
///
/// `git rebase --continue` and `git bisect` stop at it, and `git rebase --abort` would throw it away.
pub(crate) fn refuse(underway: &Option<InProgress>) -> Result<(), Failure> {
    match underway {
        Some(InProgress { what, end, needs_clean_files: true }) => {
            let why = format!("{what} is in progress, and a changed file could be in its way");
            Err(Failure::new(why).help(end))
        }
        _ => Ok(()),
    }
}
