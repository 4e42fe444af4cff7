//! `recount status`: the open incidents, as they are now.

use crate::cli::{self, Format, Global};
use crate::compute::report::status;
use crate::io::render::table;
use crate::io::store::INBOX_ID;
use crate::model::diagnostic::Level;
use crate::session::Failure;
use crate::session::Session;
use crate::session::output::{Output, format};

/// Shows the open incidents.
pub(crate) fn run(args: &cli::StatusArgs, global: &Global) -> Result<Output, Failure> {
    let format = format(global, &[Format::Table, Format::Json])?;
    let desk = Session::open(global)?;
    let ids = match &global.incident {
        Some(name) => vec![desk.find(name)?],
        None => desk.all_open_ids(),
    };
    let mut remarks = String::new();
    let mut all = vec![];
    for id in &ids {
        match desk.load(id) {
            Ok(loaded) => {
                remarks.push_str(&desk.problems(&loaded, Level::Error));
                all.push(loaded);
            }
            Err(failure) => remarks.push_str(&failure.render(desk.terminal.color_err)),
        }
    }
    let timelines: Vec<_> = all.iter().map(|l| desk.timeline(&l.read.incident)).collect();
    let waiting = desk.load(&INBOX_ID.parse()?).map_or(0, |l| l.read.incident.standing().count());
    let report = status::status(&timelines, desk.store.settings(), desk.now, waiting);
    let answer = match format {
        Format::Json => Output::json(&report)?,
        _ => Output::text(table::status(&report, desk.now, args.handoff, desk.style())),
    };
    Ok(answer.remark(remarks))
}
