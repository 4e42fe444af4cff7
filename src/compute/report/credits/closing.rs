//! The closing of a period: who closed it, from what, and which doubtful lines were accepted.

use super::{CreditLineReport, CreditsTail, CurrencyTotal, InputFile, LineKind, MoneySums, Status};
use crate::compute::credits::{ClosedLine, ClosedSum};
use crate::compute::report::VERSION;
use crate::model::money::Exact;
use crate::model::sla::Period;
use crate::model::time::Instant;
use num_traits::Zero;
use serde::Serialize;

/// What stands beside the lines of a closed period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Closing {
    /// The period.
    pub period: Period,
    /// When it was closed.
    pub closed: Instant,
    /// Who closed it.
    pub by: String,
    /// Who approved it.
    pub approved_by: String,
    /// The commit that the lines were computed from.
    pub commit: String,
    /// The record's folder in that commit, by its hash: it outlives a rewritten history.
    pub tree: String,
    /// The tool and its version.
    pub tool: String,
    /// The version of the time zone database.
    pub tzdata: String,
    /// Every file that was read.
    pub inputs: Vec<InputFile>,
    /// The SHA-256 of the lines' file.
    pub lines_sha256: String,
    /// The sums of the lines.
    pub totals: Vec<CurrencyTotal>,
    /// The doubtful lines that were accepted.
    pub accepted: Vec<AcceptedLine>,
    /// What it was closed as before, where it replaces that.
    pub supersedes: Option<SupersededClosing>,
}

/// A doubtful line that was accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AcceptedLine {
    /// The line's name; that of a correction ends in `@` and the period that it corrects.
    pub line: String,
    /// What became of the line.
    pub status: Status,
    /// Why it is right all the same.
    pub reason: String,
}

/// What a period was closed as before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SupersededClosing {
    /// The file that keeps the lines.
    pub file: String,
    /// The SHA-256 of the lines.
    pub lines_sha256: String,
    /// When it was closed.
    pub closed: Instant,
    /// Who approved it.
    pub approved_by: String,
}

/// What became of a period that was to be closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CloseState {
    /// It is closed now.
    Closed,
    /// It was closed before, with the same lines.
    Unchanged,
    /// It would be closed.
    WouldClose,
    /// It would be refused.
    WouldRefuse,
}

/// Why a period can't be closed yet, and the next step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CloseObstacle {
    /// What stands in the way.
    pub says: String,
    /// What to do about it.
    pub next: Option<String>,
}

/// The JSON of `credits close`.
#[derive(Clone, Debug, Serialize)]
pub struct CloseReport {
    /// The version of this report's fields.
    pub version: u32,
    /// The period.
    pub period: Period,
    /// What became of it.
    pub state: CloseState,
    /// Why it would be refused.
    pub obstacles: Vec<CloseObstacle>,
    /// The file of the lines.
    pub file: String,
    /// What stands beside them.
    pub closing: Closing,
    /// The lines, with the corrections of periods that were closed before.
    pub lines: Vec<CreditLineReport>,
    /// The doubtful lines that nobody has accepted.
    pub doubtful: Vec<String>,
    /// The commit that holds it; null where nothing was committed.
    pub commit: Option<String>,
    /// Whether files that money hangs on differ from the commit that they are read from.
    pub is_dirty: bool,
}

impl CloseReport {
    /// Returns what is told of a period that was to be closed.
    pub fn of(closing: Closing, lines: Vec<CreditLineReport>, state: CloseState) -> Self {
        Self {
            version: VERSION,
            period: closing.period,
            state,
            obstacles: vec![],
            file: lines_file(closing.period),
            closing,
            lines,
            doubtful: vec![],
            commit: None,
            is_dirty: false,
        }
    }

    /// Returns the lines as what stands behind them tells of all.
    pub fn totals(lines: &[CreditLineReport]) -> CreditsTail {
        CreditsTail {
            totals: lines.iter().collect::<MoneySums>().totals(),
            ..CreditsTail::default()
        }
    }
}

/// Returns the file of a closed period's lines, from the record's folder on.
pub fn lines_file(period: Period) -> String {
    format!("credits/{period}.csv")
}

/// Returns the file of what stands beside a closed period's lines, from the record's folder on.
pub fn closing_file(period: Period) -> String {
    format!("credits/{period}.yaml")
}

impl CreditLineReport {
    /// Returns whether a person must say that it is right before it is closed.
    pub fn is_doubtful(&self) -> bool {
        self.status == Status::Review || self.uncertain || self.uncertain_review
    }

    /// Returns the name by which it is accepted: that of a correction ends in `@` and the period that it corrects.
    pub fn accepted_name(&self) -> String {
        match self.corrects {
            Some(period) => format!("{}@{period}", self.line),
            None => self.line.to_string(),
        }
    }

    /// Returns what it gives: one that waits for a claim gives nothing yet.
    pub fn sum(&self) -> ClosedSum {
        let waits = self.status == Status::ClaimPending;
        let credit = if waits { Exact::zero() } else { self.credit.amount.clone() };
        ClosedSum { credit, pending: self.pending.amount.clone(), extend_days: self.extend_days }
    }

    /// Returns it as a line of a closed period.
    pub fn closed(&self) -> ClosedLine {
        ClosedLine {
            name: self.line.clone(),
            kind: self.kind,
            corrects: self.corrects.filter(|_| self.kind == LineKind::Correction),
            status: self.corrected_status.unwrap_or(self.status),
            window: (self.window.start, self.window.end),
            fee: self.fee.as_ref().map(|fee| fee.amount.clone()),
            currency: self.currency,
            sum: self.sum(),
        }
    }
}
