//! What git is in the middle of, which keeps verbs from changing files.

use super::desk::Desk;
use crate::cmd::Failure;
use crate::git::Underway;

/// Returns what git is in the middle of in the record's repository.
pub(super) fn of(desk: &Desk<'_>) -> Option<Underway> {
    desk.repo.as_ref()?.underway().ok()?
}

/// Refuses to change a file while git is in the middle of something.
///
/// The change would stand in the way of `git rebase --continue` and `git bisect`, and `git rebase --abort`
/// would throw it away.
pub(super) fn refuse(desk: &Desk<'_>) -> Result<(), Failure> {
    of(desk).map_or(Ok(()), |Underway { what, end }| {
        Err(Failure::new(format!("{what} is in progress, and a changed file could be in its way"))
            .help(end))
    })
}
