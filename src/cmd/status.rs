//! `recount status`: the open incidents, as they are now.

use super::answer::{Answer, format};
use super::desk::Desk;
use crate::cli::{self, Format, Global};
use crate::cmd::Failure;
use crate::render::table;
use crate::report::status;
use crate::store::INBOX_ID;

/// Shows the open incidents.
pub(super) fn run(args: &cli::Status, global: &Global) -> Result<Answer, Failure> {
    let format = format(global, &[Format::Table, Format::Json])?;
    let desk = Desk::open(global)?;
    let (all, remarks) = desk.load_all();
    let named = global.incident.as_deref().map(|name| desk.find(name)).transpose()?;
    let wanted = all.iter().filter(|l| named.as_ref().is_none_or(|id| l.read.incident.id == *id));
    let timelines: Vec<_> = wanted.map(|l| desk.timeline(&l.read.incident)).collect();
    let waiting = desk.load(&INBOX_ID.parse()?).map_or(0, |l| l.read.incident.standing().count());
    let report = status::status(&timelines, desk.store.settings(), desk.now, waiting);
    let answer = match format {
        Format::Json => Answer::json(&report)?,
        _ => Answer::text(table::status(&report, desk.now, args.handoff, desk.style())),
    };
    Ok(answer.remark(remarks))
}
