//! The sync that a writing verb started behind itself: it asks nothing, leaves alone what somebody is at, and notes why it
//! could not go on.

use super::exchange::{self, SyncedRecord};
use crate::cli::Global;
use crate::io::store::sync_state::{self, SyncTrouble};
use crate::session::output::Output;
use crate::session::{Failure, Session};

/// Syncs until no verb has written meanwhile; leaves it to another that is under way.
pub(super) fn run(global: &Global) -> Result<Output, Failure> {
    let session = Session::open(global)?;
    let failed = |error| Failure::new(format!("cannot begin a sync: {error}"));
    sync_state::ask_again(&session.state).map_err(failed)?;
    // Whoever holds the lock looks whether it was asked again before it lets go, and once more after that.
    while sync_state::is_asked_again(&session.state) {
        let Some(lock) = sync_state::lock_for_sync(&session.state).map_err(failed)? else { break };
        while sync_state::is_asked_again(&session.state) {
            sync_state::take_ask(&session.state).map_err(failed)?;
            note(&session, exchange::synced(global, false, true))?;
        }
        drop(lock);
    }
    Ok(Output::default())
}

/// Notes why a sync could not do all that there was to do; one that could has noted itself.
fn note(session: &Session<'_>, synced: Result<SyncedRecord, Failure>) -> Result<(), Failure> {
    let why = match synced {
        Ok(synced) if synced.report.is_done() => return Ok(()),
        Ok(synced) => synced.report.notes.join(" "),
        Err(failure) => failure.summary(),
    };
    if why.is_empty() {
        return Ok(());
    }
    let trouble = SyncTrouble { epoch: session.now.epoch(), why };
    sync_state::note_trouble(&session.state, &trouble)
        .map_err(|error| Failure::new(format!("what kept the sync can't be noted: {error}")))
}
