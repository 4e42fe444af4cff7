//! `recount show`: a whole incident.

use super::answer::{Answer, format};
use super::desk::Desk;
use crate::cli::{self, Format, Global};
use crate::cmd::Failure;
use crate::place::Weight;
use crate::render::{csv, markdown, table};
use crate::report::show;

/// Shows one incident.
pub(super) fn run(args: &cli::Show, global: &Global) -> Result<Answer, Failure> {
    let format = format(global, &[Format::Table, Format::Markdown, Format::Json, Format::Csv])?;
    let desk = Desk::open(global)?.at_revision(&args.as_of)?;
    let id = desk.named_or_current(args.incident.name.as_deref())?;
    let loaded = desk.load(&id)?;
    let report = show::show(&desk.timeline(&loaded.read.incident), desk.store.settings());
    let answer = match format {
        Format::Json => Answer::json(&report)?,
        Format::Csv => Answer::text(csv::show(&report)),
        Format::Markdown => Answer::text(markdown::show(&report)),
        _ => Answer::text(table::show(&report, desk.style())),
    };
    Ok(answer.remark(desk.problems(&loaded, Weight::Warning)))
}
