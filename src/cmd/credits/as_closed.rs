//! `recount credits --closed`: a period as it was closed, whatever the record says now.

use super::input_reader::InputReader;
use crate::cli::{CreditsArgs, Format};
use crate::compute::report::credits::closing::lines_file;
use crate::io::render::closed_period::{self as render, ClosedTable};
use crate::io::tables::PlainTable;
use crate::model::sla::Period;
use crate::session::output::Output;
use crate::session::output_file::{AnswerBytes, OutputFile};
use crate::session::{Failure, Session};

/// Prints a period as it was closed; the CSV is the file's own bytes.
pub(super) fn run(
    session: &Session<'_>,
    args: &CreditsArgs,
    period: Period,
    format: Format,
) -> Result<Output, Failure> {
    if !matches!(format, Format::Table | Format::Csv | Format::Json) {
        return Err(Failure::new("what was closed is told as a table, as CSV or as JSON")
            .help("the workbook and Markdown are of what is reckoned now: leave out --closed"));
    }
    let mut reader = InputReader::unchecked(session);
    let files = reader.closed_period(period)?;
    reader.sound()?;
    let Some(files) = files else {
        return Err(Failure::new(format!("{period} is not closed")).help(format!(
            "`recount credits --period {period}` reckons it; `recount credits close {period} --approved-by NAME` closes it"
        )));
    };
    let text = session.text(&session.store.root().join(lines_file(period)))?.unwrap_or_default();
    let rows = PlainTable::read(text.as_bytes()).rows.into_iter().map(|row| row.cells);
    let table = ClosedTable::of(&files.closing, rows);
    let answer = match format {
        Format::Csv => Output::exact(text),
        Format::Json => Output::json(&table)?,
        _ => Output::text(render::table(&table, session.style())),
    };
    let Some(file) = args.output.as_deref() else { return Ok(answer) };
    let endings: &[&str] = match format {
        Format::Csv => &["csv"],
        Format::Json => &["json"],
        _ => &[],
    };
    let others = "`--format csv` makes a .csv, `json` a .json, `table` a .txt";
    OutputFile { file, input: None, endings, others }
        .write(session, AnswerBytes::Memory(answer.text.as_bytes()))
}
