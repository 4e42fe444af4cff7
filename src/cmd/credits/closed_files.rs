//! Closed periods as their files tell them: lines that are no more what was closed are refused.

use super::input_reader::{InputReader, parts};
use crate::compute::credits::{ClosedLine, ClosedPeriod, ClosedPeriods};
use crate::compute::report::credits::closing::{Closing, closing_file, lines_file};
use crate::io::store::layout::{CREDITS, closed_period};
use crate::io::tables::closed_lines;
use crate::io::yaml;
use crate::model::diagnostic::{Diagnostic, Location, Sourced};
use crate::model::sla::Period;
use crate::session::Failure;
use std::collections::BTreeSet;

/// Where a problem stands that is about a file as a whole.
const START: Location = Location { line: 1, column: 1 };

/// A closed period, as its two files tell it.
#[derive(Clone, Debug)]
pub(crate) struct ClosedFiles {
    /// What stands beside the lines.
    pub(crate) closing: Closing,
    /// The lines.
    pub(crate) lines: Vec<ClosedLine>,
}

/// Returns what closed periods say together.
pub(crate) fn standing<'f>(files: impl IntoIterator<Item = &'f ClosedFiles>) -> ClosedPeriods {
    let period = |ClosedFiles { closing, lines }: &ClosedFiles| ClosedPeriod {
        period: closing.period,
        closed: closing.closed,
        lines: lines.clone(),
    };
    ClosedPeriods::of(files.into_iter().map(period).collect())
}

impl InputReader<'_, '_> {
    /// Reads every closed period; what is wrong in one is kept to be told with the rest.
    pub(super) fn closed(&mut self) -> Result<Vec<ClosedFiles>, Failure> {
        let files = self.folder(CREDITS, &["yaml"])?;
        let periods: BTreeSet<_> = files.iter().filter_map(|path| closed_period(path)).collect();
        let mut found = vec![];
        for period in periods {
            found.extend(self.closed_period(period)?);
        }
        Ok(found)
    }

    /// Reads one closed period; none where it isn't closed, or something in it is wrong.
    pub(super) fn closed_period(&mut self, period: Period) -> Result<Option<ClosedFiles>, Failure> {
        let closing = self.at(&closing_file(period), |text| closing_of(period, text))?;
        let Some(Sourced { fact: closing, .. }) = closing else { return Ok(None) };
        let lines = self.at(&lines_file(period), |text| parts(closed_lines::read(text)))?;
        let lines_path = lines_file(period);
        let Some(file) = self.files.iter_mut().find(|file| file.path == lines_path) else {
            let path = closing_file(period);
            let message = format!("the lines that were closed are gone: {lines_path}");
            if let Some(file) = self.files.iter_mut().find(|file| file.path == path) {
                file.problems.push(edited(message, &lines_path));
            }
            return Ok(None);
        };
        let read = self.read.iter().find(|file| file.path == lines_path);
        if read.is_some_and(|read| read.sha256 != closing.lines_sha256) {
            let message = format!(
                "these are not the lines that were closed: their SHA-256 isn't the one in {}",
                closing_file(period)
            );
            // What is wrong in lines that somebody changed is wrong for that.
            file.problems = vec![edited(message, &lines_path)];
            return Ok(None);
        }
        Ok(lines.map(|lines| ClosedFiles { closing, lines: lines.fact }))
    }
}

/// Returns that a file of a closed period was changed.
fn edited(message: String, path: &str) -> Diagnostic {
    Diagnostic::error("closed-period-edited", START, message).help(format!(
        "bring back what was closed: git log -- {path}, then git checkout COMMIT -- {path}; \
         `recount credits close --supersede` replaces a period that was closed on wrong terms"
    ))
}

/// Reads what stands beside the lines of a period.
fn closing_of(period: Period, text: &str) -> (Option<Closing>, Vec<Diagnostic>) {
    match yaml::closing::read(text) {
        Ok(read) => {
            let mut problems = read.problems;
            let is_own = |closing: &Closing| closing.period == period;
            if let Some(other) = read.closing.as_ref().filter(|closing| !is_own(closing)) {
                let message = format!("this closes {}, and its name says {period}", other.period);
                problems.push(edited(message, &closing_file(period)));
            }
            (read.closing.filter(is_own), problems)
        }
        Err(problem) => (None, vec![problem]),
    }
}
