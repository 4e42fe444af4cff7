//! `recount credits --what-if`: what would have been owed, had a milestone been at another time or a policy another one.

use super::CreditsAnswer;
use super::inputs::LoadedInputs;
use super::stream::{EachLine, PeriodTable};
use super::suppositions::Suppositions;
use crate::cli::Format;
use crate::compute::report::credits::CreditLineReport;
use crate::compute::report::credits::what_if::LinesAsTheyAre;
use crate::io::render;
use crate::session::Failure;
use crate::session::output::Output;

/// Answers with the lines that would be others, and the totals as they are and would be.
pub(super) fn run(answer: &CreditsAnswer<'_>, is: &PeriodTable<'_>) -> Result<Output, Failure> {
    let (session, args) = (answer.session, answer.args);
    if !matches!(answer.format, Format::Table | Format::Json) {
        return Err(Failure::new("what would have been is told as a table or as JSON")
            .help("--format json has every line that would be another one"));
    }
    let supposed = Suppositions::read(session, &args.what_if)?;
    let mut lines = LinesAsTheyAre::default();
    is.write(EachLine(|line: &CreditLineReport| lines.add(line)))
        .map_err(|why| answer.loaded.not_written(why))?;
    let customers = args.customers.as_deref();
    let (loaded, table) = LoadedInputs::with_table(session, customers, is.chosen, &supposed)?;
    let mut would = lines.supposing();
    let supposed = PeriodTable { inputs: &loaded.inputs, table: &table, ..*is };
    supposed
        .write(EachLine(|line: &CreditLineReport| would.add(line)))
        .map_err(|why| loaded.not_written(why))?;
    let heading = &answer.heading;
    let report = would.report(heading.period, heading.record.clone(), args.what_if.clone());
    match answer.format {
        Format::Json => Output::json(&report),
        _ => Ok(Output::text(render::what_if::table(&report, session.style()))),
    }
}
