//! `recount show`: a whole incident.

use crate::cli::{self, Format, Global};
use crate::compute::report::show::{self, ShowReport};
use crate::io::render::{self, csv, markdown};
use crate::model::diagnostic::Level;
use crate::session::Failure;
use crate::session::Session;
use crate::session::output::{Output, format};

/// Shows one incident.
pub(crate) fn run(args: &cli::ShowArgs, global: &Global) -> Result<Output, Failure> {
    let format = format(global, &[Format::Table, Format::Markdown, Format::Json, Format::Csv])?;
    let session = Session::open_at(global, &args.as_of)?;
    let id = session.named_or_current(args.incident.name.as_deref())?;
    let loaded = session.load(&id)?;
    let report = show::show(&session.timeline(&loaded.read.incident), session.store.settings());
    let report = ShowReport { completeness: session.completeness_of(&loaded), ..report };
    let answer = match format {
        Format::Json => Output::json(&report)?,
        Format::Csv => Output::exact(csv::show(&report)),
        Format::Markdown => Output::markdown(markdown::show(&report)),
        _ => Output::text(render::show::show(&report, session.style())),
    };
    let remarks = session.problems(&loaded, Level::Warning);
    Ok(answer.remark(remarks).remark(&session.uncounted))
}
