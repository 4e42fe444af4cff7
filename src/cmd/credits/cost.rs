//! `recount credits --cost`: what each incident cost, over its phases.

use super::CreditsAnswer;
use super::stream::PeriodTable;
use crate::cli::Format;
use crate::compute::report::credits::cost::{CostShares, CostSums};
use crate::compute::report::credits::{CreditLineReport, CreditsTail, LineAtFee};
use crate::io::render;
use crate::io::render::credits::stream::LineWriter;
use crate::session::Failure;
use crate::session::output::Output;
use std::io;

/// Answers with what each incident cost.
pub(super) fn run(answer: &CreditsAnswer<'_>, lines: &PeriodTable<'_>) -> Result<Output, Failure> {
    if !matches!(answer.format, Format::Table | Format::Json) {
        return Err(Failure::new("what incidents cost is told as a table or as JSON")
            .help("`recount export --to csv` has the lines of credits with their incidents"));
    }
    let inputs = lines.inputs;
    let mut sums = CostSums::of(inputs.incidents.iter().map(|it| &it.fact), &inputs.settings);
    lines.write(CostWriter(&mut sums)).map_err(|why| answer.loaded.not_written(why))?;
    let report = sums.report(answer.heading.period, answer.heading.record.clone());
    match answer.format {
        Format::Json => Output::json(&report),
        _ => Ok(Output::text(render::cost::table(&report, answer.session.style()))),
    }
}

/// Sums lines as they are computed.
struct CostWriter<'s>(&'s mut CostSums);

impl LineWriter for CostWriter<'_> {
    type Shared = CostShares;

    fn shared(&self, like: &CreditLineReport) -> io::Result<CostShares> {
        Ok(self.0.shares(like))
    }

    fn line_like(&mut self, shares: &CostShares, line: LineAtFee<'_>) -> io::Result<()> {
        self.0.add_like(shares, &line);
        Ok(())
    }

    fn line(&mut self, line: &CreditLineReport) -> io::Result<()> {
        self.0.add(line);
        Ok(())
    }

    fn end(self, _: &CreditsTail) -> io::Result<()> {
        Ok(())
    }
}
