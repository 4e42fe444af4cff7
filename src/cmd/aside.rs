//! An event that is kept aside, in the spool, because the record can't take it now.

use super::desk::Desk;
use crate::cmd::Failure;
use crate::git::Underway;
use crate::incident::{Event, IncidentId, Name};
use crate::spool::{self, Waiting};
use crate::store::revise;

/// Returns what git is in the middle of in the record's repository.
pub(super) fn underway(desk: &Desk<'_>) -> Option<Underway> {
    desk.repo.as_ref()?.underway().ok()?
}

/// Refuses to change a file while git is in the middle of something.
///
/// The change would stand in the way of `git rebase --continue` and `git bisect`, and `git rebase --abort`
/// would throw it away.
pub(super) fn refuse_underway(desk: &Desk<'_>) -> Result<(), Failure> {
    underway(desk).map_or(Ok(()), |Underway { what, end }| {
        Err(Failure::new(format!("{what} is in progress, and a changed file could be in its way"))
            .help(end))
    })
}

/// Keeps an event in the spool because the record could not take it.
pub(super) fn keep_in_spool(
    desk: &Desk<'_>,
    id: &IncidentId,
    event: &Event,
    why: &Failure,
) -> Result<String, Failure> {
    let event_id = event.id.as_ref().map(Name::to_string).unwrap_or_default();
    let waiting = Waiting {
        record: desk.store.root().to_owned(),
        incident: id.to_string(),
        id: event_id,
        typed: std::env::args().skip(1).collect::<Vec<_>>().join(" "),
        event: revise::event_text(event),
    };
    let why = why.render(desk.terminal.color_err);
    let folder = spool::keep(&desk.state, &waiting).map_err(|error| {
        Failure::new(format!("the event could not be kept anywhere: {error}")).help(
            "write it down elsewhere; then free the disk, or name another folder with `-C DIR`",
        )
    })?;
    Ok(format!(
        "{why}The event is safe in {}; the next verb that writes puts it into the record.\n",
        folder.display()
    ))
}
