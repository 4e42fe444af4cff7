//! `recount status`: the open incidents, as they are now.

use super::answer::{Answer, format};
use super::desk::Desk;
use crate::cli::{self, Format, Global};
use crate::cmd::Failure;
use crate::place::Weight;
use crate::render::table;
use crate::report::status;
use crate::store::INBOX_ID;

/// Shows the open incidents.
pub(super) fn run(args: &cli::Status, global: &Global) -> Result<Answer, Failure> {
    let format = format(global, &[Format::Table, Format::Json])?;
    let desk = Desk::open(global)?;
    let ids = match &global.incident {
        Some(name) => vec![desk.find(name)?],
        None => desk.all_open_ids(),
    };
    let mut remarks = String::new();
    let mut all = vec![];
    for id in &ids {
        match desk.load(id) {
            Ok(loaded) => {
                remarks.push_str(&desk.problems(&loaded, Weight::Error));
                all.push(loaded);
            }
            Err(failure) => remarks.push_str(&failure.render(desk.terminal.color_err)),
        }
    }
    let timelines: Vec<_> = all.iter().map(|l| desk.timeline(&l.read.incident)).collect();
    let waiting = desk.load(&INBOX_ID.parse()?).map_or(0, |l| l.read.incident.standing().count());
    let report = status::status(&timelines, desk.store.settings(), desk.now, waiting);
    let answer = match format {
        Format::Json => Answer::json(&report)?,
        _ => Answer::text(table::status(&report, desk.now, args.handoff, desk.style())),
    };
    Ok(answer.remark(remarks))
}
