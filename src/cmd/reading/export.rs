//! `recount export`: the record's facts as tables for databases, a file each.

use crate::cli::{self, Format, Global};
use crate::cmd::credits;
use crate::compute::metrics::DurationDefinition;
use crate::compute::report::export::{
    ExportCell, ExportFormat, ExportReport, ExportTable, ExportedIncident, WrittenTable,
};
use crate::compute::timeline::Timeline;
use crate::io::render::export::{self as render, ExportWriter};
use crate::session::output::{Output, format};
use crate::session::output_file::{AnswerBytes, OutputFile};
use crate::session::{Failure, Session};
use std::fs::File;
use std::io::{self, BufWriter};
use std::path::PathBuf;

/// Writes the tables.
pub(crate) fn run(args: &cli::ExportArgs, global: &Global) -> Result<Output, Failure> {
    let format = format(global, &[Format::Table, Format::Json])?;
    let session = Session::open_at(global, &args.as_of)?;
    session.may_count()?;
    let tables = chosen(args)?.into_iter().map(|table| TableFile::begin(args, table));
    let mut tables = tables.collect::<Result<Vec<_>, _>>()?;

    let (settings, now) = (session.store.settings(), session.now);
    let definitions = DurationDefinition::all(settings);
    let wanted: Vec<_> = tables.iter().map(|t| t.table).collect();
    let all = session.read_each(
        |loaded| {
            let timeline = Timeline::of(&loaded.read.incident, settings);
            let incident = ExportedIncident::of(&timeline, &definitions, settings, now);
            wanted.iter().map(|table| incident.rows(*table)).collect::<Vec<_>>()
        },
        |rows| tables.iter_mut().zip(rows).try_for_each(|(table, rows)| table.rows(&rows)),
    )?;
    let mut remarks = session.remarks.clone() + &all.remarks;
    if let Some(lines) = tables.iter_mut().find(|t| t.table == ExportTable::Credits) {
        remarks += &credits::export(&session, &args.periods, &mut lines.rows)?;
    }
    let (completeness, missing) = session.completeness(all.unreadable);
    let written = tables.into_iter().map(|table| table.end(&session));
    let mut report = ExportReport::of(written.collect::<Result<_, _>>()?);
    (report.as_of, report.completeness) = (session.past_name(), completeness);
    let answer = match format {
        Format::Json => Output::json(&report)?,
        _ => Output::text(render::written(&report, session.style())),
    };
    Ok(answer.remark(remarks).remark(missing))
}

/// Returns the tables that were asked for; where none was, all, but credits without a period.
fn chosen(args: &cli::ExportArgs) -> Result<Vec<ExportTable>, Failure> {
    let asked = |table: &ExportTable| match args.tables.as_slice() {
        [] => *table != ExportTable::Credits || !args.periods.is_empty(),
        some => some.contains(table),
    };
    let chosen: Vec<_> = ExportTable::ALL.iter().copied().filter(asked).collect();
    match (chosen.contains(&ExportTable::Credits), args.periods.is_empty()) {
        (true, true) => Err(Failure::new("credits are those of a period")
            .help("name it with --period, such as --period 2026-06; several can be named")),
        (false, false) => {
            Err(Failure::new("--period is for the table of credits alone, which was not asked for")
                .help("add `--table credits`, or leave out --period"))
        }
        _ => Ok(chosen),
    }
}

/// A table that is being written, into a file without a name until all of it is there.
struct TableFile {
    table: ExportTable,
    to: ExportFormat,
    /// Where it goes, as it was typed.
    path: PathBuf,
    file: File,
    rows: ExportWriter<BufWriter<File>>,
}

impl TableFile {
    fn begin(args: &cli::ExportArgs, table: ExportTable) -> Result<Self, Failure> {
        let path = args.output.join(format!("{table}.{}", args.to));
        let begun = || {
            let file = tempfile::tempfile()?;
            let out = BufWriter::with_capacity(1 << 16, file.try_clone()?);
            Ok((file, ExportWriter::begin(out, args.to, table)?))
        };
        let (file, rows) = begun().map_err(|error| not_written(&error))?;
        Ok(Self { table, to: args.to, path, file, rows })
    }

    fn rows(&mut self, rows: &[Vec<ExportCell>]) -> Result<(), Failure> {
        rows.iter().try_for_each(|row| self.rows.row(row)).map_err(|error| not_written(&error))
    }

    /// Puts the table in its place.
    fn end(self, session: &Session<'_>) -> Result<WrittenTable, Failure> {
        let Self { table, to, path, file, rows } = self;
        let rows = rows.end().map_err(|error| not_written(&error))?;
        let endings: &[&str] = match to {
            ExportFormat::Csv => &["csv"],
            ExportFormat::Jsonl => &["jsonl"],
        };
        let place = OutputFile { file: &path, input: None, endings, others: "" };
        place.write(session, AnswerBytes::File(&file))?;
        Ok(WrittenTable { table, file: path.display().to_string(), rows })
    }
}

fn not_written(error: &io::Error) -> Failure {
    Failure::new(format!("the tables can't be written: {error}"))
}
