//! `recount reopen`: an incident is not over after all.

use crate::cli::{self, Format, Global};
use crate::cmd::events::event_args::TypedEvent;
use crate::cmd::events::record;
use crate::io::store::Incidents;
use crate::model::incident::IncidentId;
use crate::session::output::{Output, format};
use crate::session::{Failure, Session, listed};

/// Takes back that an incident is over; one that is open stays as it is, and that is said.
pub(crate) fn run(args: &cli::ReopenArgs, global: &Global) -> Result<Output, Failure> {
    format(global, &[Format::Table, Format::Json])?;
    let session = Session::open(global)?;
    let id = over(&session)?;
    let loaded = session.load(&id)?;
    if session.timeline(&loaded.read.incident).is_active() {
        let told = format!("{id} is open: nothing was written\n  → recount log TEXT -i {id}\n");
        return Ok(Output::default().remark(told).remark(&session.remarks));
    }
    let typed = TypedEvent {
        text: args.text.clone(),
        when: args.when.clone(),
        marks: vec!["reopened".to_owned()],
        impact: args.impact.clone(),
        facets: args.facets.clone(),
        delivery: args.delivery.clone(),
        ..TypedEvent::default()
    };
    let named = Global { incident: Some(id.to_string()), ..global.clone() };
    record::record("reopen", &Session::open(&named)?, &typed, &[])
}

/// Finds the incident that is named, or else the one that was over last within a day, or that is open.
fn over(session: &Session<'_>) -> Result<IncidentId, Failure> {
    if let Some(id) = session.named_incident()? {
        return Ok(id);
    }
    let Incidents { mut ids, .. } = session.incidents()?;
    let open = session.all_open_incidents().ids;
    ids.retain(|id| {
        let loaded = session.load(id);
        loaded.is_ok_and(|it| it.read.incident.counts() && session.is_recent(&it.read.incident))
    });
    let (open, over): (Vec<_>, Vec<_>) = ids.into_iter().rev().partition(|id| open.contains(id));
    let found: Vec<_> = if over.is_empty() { &open } else { &over }.iter().collect();
    match found.as_slice() {
        [one] => Ok((*one).clone()),
        [] => session.closed_ones(),
        several if session.terminal.can_ask => session.ask(several),
        several => Err(listed("several were over within a day: name one with `-i`", several)),
    }
}
