//! `recount status`: the open incidents, as they are now.

use crate::cli::{self, Format, Global};
use crate::compute::report::status;
use crate::io::render;
use crate::io::store::INBOX_ID;
use crate::model::diagnostic::Level;
use crate::session::Failure;
use crate::session::Session;
use crate::session::output::{Output, format};

/// Shows the open incidents.
pub(crate) fn run(args: &cli::StatusArgs, global: &Global) -> Result<Output, Failure> {
    let format = format(global, &[Format::Table, Format::Json])?;
    let session = Session::open(global)?;
    let ids = match &global.incident {
        Some(name) => vec![session.find(name)?],
        None => session.all_open_ids(),
    };
    let mut remarks = String::new();
    let mut all = vec![];
    for id in &ids {
        match session.load(id) {
            Ok(loaded) => {
                remarks.push_str(&session.problems(&loaded, Level::Error));
                all.push(loaded);
            }
            Err(failure) => remarks.push_str(&failure.render(session.terminal.color_err)),
        }
    }
    let timelines: Vec<_> = all.iter().map(|l| session.timeline(&l.read.incident)).collect();
    let waiting =
        session.load(&INBOX_ID.parse()?).map_or(0, |l| l.read.incident.standing().count());
    let report = status::status(&timelines, session.store.settings(), session.now, waiting);
    let answer = match format {
        Format::Json => Output::json(&report)?,
        _ => Output::text(render::status::status(
            &report,
            session.now,
            args.handoff,
            session.style(),
        )),
    };
    Ok(answer.remark(remarks))
}
