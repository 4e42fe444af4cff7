//! What a period is closed with: its own lines, and the corrections of those that were closed before it.

use crate::cmd::credits::chosen::Chosen;
use crate::cmd::credits::closed_files::{ClosedFiles, standing};
use crate::cmd::credits::inputs::LoadedInputs;
use crate::cmd::credits::stream::{CollectedLines, PeriodTable};
use crate::cmd::credits::table::CustomersTable;
use crate::cmd::credits::{has_policies, record};
use crate::compute::credits::ClosedLine;
use crate::compute::report::credits::corrections::RecomputedPeriod;
use crate::compute::report::credits::{CreditLineReport, CreditsHeading, RecordState};
use crate::io::git::Repo;
use crate::io::render::credits::stream::{ChosenColumns, CsvLines, LineWriter};
use crate::model::sla::Period;
use crate::session::{Failure, Session};
use std::io;

/// Everything that a period is closed by.
pub(super) struct ClosingBooks<'s> {
    session: &'s Session<'s>,
    pub(super) loaded: LoadedInputs,
    table: CustomersTable,
    /// The closed periods, but for the one that is to be closed again.
    pub(super) closed: Vec<ClosedFiles>,
    pub(super) record: RecordState,
}

/// A period as it would be closed.
pub(super) struct ReckonedPeriod {
    pub(super) heading: CreditsHeading,
    /// Its own lines, then the corrections of others.
    pub(super) lines: Vec<CreditLineReport>,
    /// The same as the file has them.
    pub(super) text: String,
    /// What to tell the person on the standard error.
    pub(super) remarks: String,
}

impl<'s> ClosingBooks<'s> {
    /// Reads the record and every closed period.
    pub(super) fn open(session: &'s Session<'s>) -> Result<Self, Failure> {
        let (loaded, table, closed) = LoadedInputs::with_closed(session)?;
        has_policies(&loaded.inputs)?;
        let record = record(session, &loaded, &session.waiting_events(None))?;
        Ok(Self { session, loaded, table, closed, record })
    }

    /// Takes out a period, whose own file then says nothing.
    pub(super) fn take_closed(&mut self, period: Period) -> Option<ClosedFiles> {
        let at = self.closed.iter().position(|files| files.closing.period == period)?;
        Some(self.closed.remove(at))
    }

    /// Computes a period's lines and the corrections of all others, the period that ends first before those that may
    /// look back at it: each sees what the corrections before it make of the past.
    pub(super) fn reckon(&mut self, period: Period) -> Result<ReckonedPeriod, Failure> {
        self.loaded.inputs.closed = standing(&self.closed);
        let mut periods = self.loaded.inputs.closed.periods();
        periods.push(period);
        periods.sort_by_key(|period| (period.end_day(), *period));
        let (mut own, mut corrections) = (vec![], vec![]);
        let mut remarks = String::new();
        for each in periods {
            let (lines, told) = self.lines(each)?;
            let files = self.closed.iter().find(|files| files.closing.period == each);
            let heading = self.heading(each);
            let found = match files {
                None => {
                    remarks = told;
                    own = lines;
                    &own
                }
                Some(ClosedFiles { closing, .. }) => {
                    let now = RecomputedPeriod { closing, lines: &lines, heading: &heading };
                    &now.corrections(&self.loaded.inputs.closed)
                }
            };
            let posted: Vec<ClosedLine> = found.iter().map(CreditLineReport::closed).collect();
            let closed = &mut self.loaded.inputs.closed;
            if files.is_some() {
                corrections.extend(found.iter().cloned());
            } else {
                closed.close(period);
            }
            closed.add(period, &posted);
        }
        let heading = self.heading(period);
        let lines = [own, corrections].concat();
        let text = csv(&heading, &lines).map_err(not_written)?;
        Ok(ReckonedPeriod { heading, lines, text, remarks })
    }

    fn heading(&self, period: Period) -> CreditsHeading {
        CreditsHeading::of(period, self.record.clone(), self.loaded.files.clone())
    }

    /// Computes the lines of a period as the record has them now, and returns what to tell of them.
    fn lines(&self, period: Period) -> Result<(Vec<CreditLineReport>, String), Failure> {
        let (inputs, table) = (&self.loaded.inputs, &self.table);
        let chosen = &Chosen::default();
        let mut lines = CollectedLines::default();
        let period_table = PeriodTable { inputs, period, table, chosen, spooled: &[] };
        let told = period_table.write(&mut lines).map_err(|why| self.loaded.not_written(why))?;
        let remarks = self.loaded.remarks_on(period, &told, self.session.terminal.color_err);
        Ok((lines.lines, remarks))
    }

    /// Refuses where git or an editor changed the record since it was read.
    pub(super) fn still_stand(&self) -> Result<(), Failure> {
        let now = record(self.session, &self.loaded, &[])?;
        if now.commit == self.record.commit && !now.dirty {
            return Ok(());
        }
        Err(Failure::new("the record was changed while its lines were reckoned")
            .help("nothing was written; run the command again"))
    }

    pub(super) fn repo(&self) -> Option<&'s Repo> {
        self.session.repo.as_ref()
    }

    /// Returns the hash of the record's folder in the commit that it was read from; none without one.
    pub(super) fn tree(&self) -> Result<String, Failure> {
        let Some((repo, commit)) = self.repo().zip(self.record.commit.as_ref()) else {
            return Ok(String::new());
        };
        let commit = repo.resolve(commit)?;
        // Where the commit hasn't the record at all, it is dirty, and can't be closed.
        Ok(repo.folder_at(&commit, self.session.store.root()).unwrap_or_default())
    }
}

/// Writes lines as `--format csv` gives them.
fn csv(heading: &CreditsHeading, lines: &[CreditLineReport]) -> io::Result<String> {
    let mut bytes = vec![];
    let columns = ChosenColumns::named(&[]).map_err(io::Error::other)?;
    let mut out = CsvLines::begin(&mut bytes, heading, columns)?;
    lines.iter().try_for_each(|line| out.line(line))?;
    out.end(&Default::default())?;
    String::from_utf8(bytes).map_err(io::Error::other)
}

fn not_written(error: io::Error) -> Failure {
    Failure::new(format!("the lines can't be written: {error}"))
}
