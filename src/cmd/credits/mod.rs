//! `recount credits`: what is owed for a period, line by line.

mod chosen;
pub(crate) mod cliff;
mod cost;
pub(crate) mod input_reader;
pub(crate) mod inputs;
pub(crate) mod sla;
mod stream;
mod suppositions;
mod table;
mod what_if;

use crate::cli::{self, Format, Global};
use crate::cmd::credits::chosen::Chosen;
use crate::cmd::credits::inputs::LoadedInputs;
use crate::cmd::credits::stream::{CollectedLines, LinesWritten, NotWritten, PeriodTable};
use crate::cmd::credits::suppositions::Suppositions;
use crate::compute::credits::{self, CreditInputs};
use crate::compute::report::completeness::{Completeness, WaitingEvent};
use crate::compute::report::credits::{CreditsHeading, CreditsReport, RecordState};
use crate::compute::report::statement::{self, Statement};
use crate::io::render::completeness::notes;
use crate::io::render::credits::stream::{ChosenColumns, CsvLines, JsonLines};
use crate::io::render::export::{CreditRows, ExportWriter};
use crate::io::render::{credits as render, statement as page, text, workbook};
use crate::model::sla::Period;
use crate::session::Failure;
use crate::session::Session;
use crate::session::output::{self, Output};
use crate::session::output_file::{AnswerBytes, OutputFile};
use serde::Serialize;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufWriter, Seek, Write};

const FORMATS: [Format; 5] =
    [Format::Table, Format::Csv, Format::Json, Format::Xlsx, Format::Markdown];

/// Computes the credits of a period; with `--fail-on-breach` the answer is no where a line is in breach.
pub(crate) fn run(args: &cli::CreditsArgs, global: &Global) -> Result<Output, Failure> {
    let session = Session::open_at(global, &args.as_of)?;
    session.may_count()?;
    let period = match args.period {
        Some(period) => period,
        None => {
            session.or_ask(None, "For which period", "--period PERIOD, such as 2026-06")?.parse()?
        }
    };
    let format = format(args, global)?;
    let chosen = Chosen::of(args);
    let columns = columns(args, format)?;
    let (loaded, table) = LoadedInputs::with_table(
        &session,
        args.customers.as_deref(),
        &chosen,
        &Suppositions::default(),
    )?;
    has_policies(&loaded.inputs)?;
    chosen.check(&loaded.inputs, || {
        table.names().map_err(|error| Failure::new(format!("the customers can't be read: {error}")))
    })?;
    let spooled = session.waiting_events(None);
    let heading =
        CreditsHeading::of(period, record(&session, &loaded, &spooled)?, loaded.files.clone());
    let answer = CreditsAnswer { session: &session, args, format, loaded: &loaded, heading };
    let (inputs, table, chosen) = (&loaded.inputs, &table, &chosen);
    if args.cost || !args.what_if.is_empty() {
        let is = PeriodTable { inputs, period, table, chosen, spooled: &spooled };
        let told = if args.cost { cost::run(&answer, &is)? } else { what_if::run(&answer, &is)? };
        return Ok(told.remark(&session.remarks).remark(&loaded.remarks));
    }
    let credits = PeriodTable { inputs, period, table, chosen, spooled: &spooled };
    let (mut output, told) = match (format, &args.explain) {
        (Format::Csv, None) => {
            answer.streamed(|out| credits.write(CsvLines::begin(out, &answer.heading, columns)?))?
        }
        (Format::Json, None) => {
            answer.streamed(|out| credits.write(JsonLines::begin(out, &answer.heading)?))?
        }
        _ => answer.whole(&credits)?,
    };
    output.no = args.fail_on_breach && told.in_breach;
    let remarks = loaded.remarks_on(period, &told, session.terminal.color_err)
        + &notes(&Completeness { unreadable: vec![], spooled: spooled.clone() });
    Ok(output.remark(&session.remarks).remark(&loaded.remarks).remark(remarks))
}

/// Returns the report of every line of a period.
pub(crate) fn report(
    session: &Session<'_>,
    loaded: &LoadedInputs,
    period: Period,
) -> Result<CreditsReport, Failure> {
    match credits::compute(&loaded.inputs, period) {
        Ok(computed) => {
            let record = loaded.record(session)?;
            Ok(CreditsReport::of(record, loaded.files.clone(), &loaded.inputs, &computed))
        }
        Err(faults) => Err(loaded.failure(faults)),
    }
}

/// Returns what lines are computed from that were read from files and from the spool.
fn record(
    session: &Session<'_>,
    loaded: &LoadedInputs,
    spooled: &[WaitingEvent],
) -> Result<RecordState, Failure> {
    let mut record = loaded.record(session)?;
    // What waits counts, and is in no commit.
    record.dirty |= spooled.iter().any(|event| event.counted);
    Ok(record)
}

/// Writes the lines of some periods as rows of a table, and returns the warnings.
pub(crate) fn export<W: Write>(
    session: &Session<'_>,
    periods: &[Period],
    rows: &mut ExportWriter<W>,
) -> Result<String, Failure> {
    let chosen = &Chosen::default();
    let (loaded, table) =
        LoadedInputs::with_table(session, None, chosen, &Suppositions::default())?;
    has_policies(&loaded.inputs)?;
    let spooled = session.waiting_events(None);
    let record = record(session, &loaded, &spooled)?;
    let mut remarks = loaded.remarks.clone();
    for period in periods.iter().copied() {
        let heading = CreditsHeading::of(period, record.clone(), loaded.files.clone());
        let (inputs, table, spooled) = (&loaded.inputs, &table, spooled.as_slice());
        let lines = PeriodTable { inputs, period, table, chosen, spooled };
        let told =
            lines.write(CreditRows::of(&heading, rows)).map_err(|why| loaded.not_written(why))?;
        remarks += &loaded.remarks_on(period, &told, session.terminal.color_err);
    }
    Ok(remarks)
}

impl LoadedInputs {
    /// Returns what to tell the person about the lines of a period.
    fn remarks_on(&self, period: Period, told: &LinesWritten, color: bool) -> String {
        let unmatched: Vec<_> = told.unmatched.iter().map(|u| u.fault.clone()).collect();
        self.warnings(&unmatched, color) + &passed_over(&self.inputs, period, told)
    }

    /// Returns the failure where lines could not be written.
    fn not_written(&self, why: NotWritten) -> Failure {
        match why {
            NotWritten::Faults(faults) => self.failure(faults),
            NotWritten::Io(error) => Failure::new(format!("the lines can't be written: {error}")),
        }
    }
}

/// How an answer leaves.
struct CreditsAnswer<'a> {
    session: &'a Session<'a>,
    args: &'a cli::CreditsArgs,
    format: Format,
    loaded: &'a LoadedInputs,
    heading: CreditsHeading,
}

impl CreditsAnswer<'_> {
    /// Answers by lines that are written as they are computed, into a file without a name: where one of them can't be,
    /// nothing was told.
    fn streamed(
        &self,
        write: impl FnOnce(BufWriter<&File>) -> Result<LinesWritten, NotWritten>,
    ) -> Result<(Output, LinesWritten), Failure> {
        let failed =
            |error: io::Error| Failure::new(format!("the lines can't be written: {error}"));
        let mut file = tempfile::tempfile().map_err(failed)?;
        let told = write(BufWriter::with_capacity(1 << 16, &file))
            .map_err(|why| self.loaded.not_written(why))?;
        file.rewind().map_err(failed)?;
        let output = match self.output_file() {
            None => Output::file(file),
            Some(place) => place.write(self.session, AnswerBytes::File(&file))?,
        };
        Ok((output, told))
    }

    /// Answers by a report of all lines.
    fn whole(&self, credits: &PeriodTable<'_>) -> Result<(Output, LinesWritten), Failure> {
        let mut lines = CollectedLines::default();
        let told = credits.write(&mut lines).map_err(|why| self.loaded.not_written(why))?;
        let CollectedLines { lines, tail } = lines;
        let report = CreditsReport { heading: self.heading.clone(), lines, tail };
        let (format, session) = (self.format, self.session);
        let bytes = match (&self.args.explain, self.args.public) {
            (None, _) => lines_of(&report, format, session)?,
            (Some(_), true) => {
                let statement = statement::public(&report, &self.loaded.inputs.settings);
                explained(&statement, &statement, format, session)?
            }
            (Some(_), false) => {
                explained(&statement::internal(&report), &report.explained(), format, session)?
            }
        };
        let output = match self.output_file() {
            Some(place) => place.write(session, AnswerBytes::Memory(&bytes))?,
            None => {
                let text = String::from_utf8(bytes).map_err(|e| Failure::new(e.to_string()))?;
                match format {
                    Format::Table => Output::text(text),
                    Format::Markdown => Output::markdown(text),
                    _ => Output::exact(text),
                }
            }
        };
        Ok((output, told))
    }

    /// Returns the file that the answer goes into, where one is named.
    fn output_file(&self) -> Option<OutputFile<'_>> {
        let file = self.args.output.as_deref()?;
        let endings: &[&str] = match self.format {
            Format::Csv => &["csv"],
            Format::Json => &["json"],
            Format::Markdown => &["md", "markdown"],
            Format::Xlsx => &["xlsx"],
            _ => &[],
        };
        let others = match self.args.explain {
            Some(_) => "`--format json` makes a .json, `markdown` a .md, `table` a .txt",
            None => {
                "`--format csv` makes a .csv, `json` a .json, `markdown` a .md, `xlsx` a .xlsx, `table` a .txt"
            }
        };
        Some(OutputFile { file, input: self.args.customers.as_deref(), endings, others })
    }
}

/// Returns the format asked for, by its name or by the ending of the file.
fn format(args: &cli::CreditsArgs, global: &Global) -> Result<Format, Failure> {
    let ending = args.output.as_ref().and_then(|path| path.extension()?.to_str());
    let by_ending = match ending {
        Some("csv") => Some(Format::Csv),
        Some("json") => Some(Format::Json),
        Some("md") => Some(Format::Markdown),
        Some("xlsx") => Some(Format::Xlsx),
        _ => None,
    };
    let global = Global { format: global.format.or(by_ending), ..global.clone() };
    let format = match args.explain {
        Some(_) => output::format(&global, &[Format::Table, Format::Json, Format::Markdown])?,
        None => output::format(&global, &FORMATS)?,
    };
    if format == Format::Xlsx && args.output.is_none() {
        return Err(Failure::new("a workbook is no text for the standard output")
            .help("name a file for it: `-o credits.xlsx`"));
    }
    Ok(format)
}

/// Returns the columns of the CSV that were asked for.
fn columns(args: &cli::CreditsArgs, format: Format) -> Result<ChosenColumns, Failure> {
    if !args.columns.is_empty() && (format != Format::Csv || args.explain.is_some()) {
        return Err(Failure::new("columns are chosen of the CSV alone")
            .help("add `--format csv`, or leave out `--columns`"));
    }
    Ok(ChosenColumns::named(&args.columns)?)
}

fn has_policies(inputs: &CreditInputs) -> Result<(), Failure> {
    if inputs.policies.is_empty() && inputs.adjustments.is_none() {
        return Err(Failure::new("the record has no policy").help(
            "write one into sla/, such as sla/premium.yaml: `recount schema policy` describes it",
        ));
    }
    Ok(())
}

/// Says where no policy can have a line in the period, or is for some subscription.
fn passed_over(inputs: &CreditInputs, period: Period, told: &LinesWritten) -> String {
    let windows: BTreeSet<_> = inputs.policies.iter().map(|p| p.fact.window).collect();
    if !windows.contains(&period.window()) {
        let found: Vec<_> = windows.iter().map(|w| format!("a {w}")).collect();
        return format!(
            "warning: {period} is a {}, but the windows of the policies are {}: no policy has a line\n",
            period.window(),
            found.join(" or ")
        );
    }
    let count = told.without_policy;
    if count == 0 {
        return String::new();
    }
    let shown: String = told.named.iter().map(|name| format!("\n  {name}")).collect();
    let is_all = u64::try_from(told.named.len()).is_ok_and(|named| named == count);
    let more = if is_all { "" } else { "\n  and more" };
    text::clean(&format!("note: no policy is for {count} of the subscriptions:{shown}{more}\n"))
}

/// Renders the lines.
fn lines_of(
    report: &CreditsReport,
    format: Format,
    session: &Session<'_>,
) -> Result<Vec<u8>, Failure> {
    Ok(match format {
        Format::Markdown => render::markdown(report).into_bytes(),
        Format::Xlsx => workbook::credits(report).map_err(Failure::new)?,
        _ => render::table(report, session.style()).into_bytes(),
    })
}

/// Writes a statement; its JSON is that of the audience.
fn explained(
    statement: &Statement<'_>,
    json: &impl Serialize,
    format: Format,
    session: &Session<'_>,
) -> Result<Vec<u8>, Failure> {
    Ok(match format {
        Format::Json => Output::json(json)?.text.into_bytes(),
        Format::Markdown => page::markdown(statement).into_bytes(),
        _ => page::table(statement, session.style()).into_bytes(),
    })
}
