//! Periods that were closed: what was said then, with every correction since.

use super::{EarlierWindow, LineKind, Status};
use crate::model::line_name::LineName;
use crate::model::money::{Currency, Exact};
use crate::model::sla::Period;
use crate::model::time::Instant;
use num_traits::Zero;
use std::collections::{BTreeMap, HashMap};

/// A line of a closed period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClosedLine {
    /// Its name.
    pub name: LineName,
    /// What it comes of.
    pub kind: LineKind,
    /// The period that it corrects; none for a line of the period itself.
    pub corrects: Option<Period>,
    /// What became of it; of a correction, what became of the line that it corrects.
    pub status: Status,
    /// Its window, or that of the line that it corrects.
    pub window: (Instant, Instant),
    /// The window's fee.
    pub fee: Option<Exact>,
    /// The currency.
    pub currency: Currency,
    /// What it gives; of a correction, how much more that is.
    pub sum: ClosedSum,
}

/// What closed lines of one name give together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClosedSum {
    /// What is due.
    pub credit: Exact,
    /// What waits for a claim.
    pub pending: Exact,
    /// The days added to the term.
    pub extend_days: i64,
}

impl ClosedSum {
    /// Returns what gives nothing.
    pub fn zero() -> Self {
        Self { credit: Exact::zero(), pending: Exact::zero(), extend_days: 0 }
    }

    /// Returns whether it gives nothing.
    pub fn is_zero(&self) -> bool {
        *self == Self::zero()
    }

    /// Adds what another line gives.
    pub fn add(&mut self, other: &Self) {
        self.credit += &other.credit;
        self.pending += &other.pending;
        self.extend_days = self.extend_days.saturating_add(other.extend_days);
    }

    /// Returns how much more it gives than another.
    #[must_use]
    pub fn less(&self, other: &Self) -> Self {
        Self {
            credit: &self.credit - &other.credit,
            pending: &self.pending - &other.pending,
            extend_days: self.extend_days.saturating_sub(other.extend_days),
        }
    }
}

/// A line of a closed period as it stands: as it was closed, with its corrections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandingLine {
    /// What became of it.
    pub status: Status,
    /// The window's fee, as far as it is known.
    pub fee: Option<Exact>,
    /// Its window.
    pub window: (Instant, Instant),
    /// What it comes of.
    pub kind: LineKind,
}

impl StandingLine {
    /// Returns what the window was for those that look back at it.
    pub fn earlier(&self) -> EarlierWindow {
        EarlierWindow::of(self.status)
    }
}

/// A period that was closed.
#[derive(Clone, Debug)]
pub struct ClosedPeriod {
    /// The period.
    pub period: Period,
    /// When it was closed.
    pub closed: Instant,
    /// Its lines, and the corrections of periods that were closed before it.
    pub lines: Vec<ClosedLine>,
}

/// Every period that was closed, as it stands.
#[derive(Clone, Debug, Default)]
pub struct ClosedPeriods {
    periods: BTreeMap<Period, PeriodStanding>,
}

/// A closed period as it stands, or what is said of one in others alone.
#[derive(Clone, Debug, Default)]
struct PeriodStanding {
    /// Whether it was closed itself.
    is_closed: bool,
    lines: HashMap<LineName, StandingLine>,
    sums: BTreeMap<(LineName, Currency), ClosedSum>,
}

impl ClosedPeriods {
    /// Returns what closed periods say together; the later corrections hold.
    pub fn of(mut periods: Vec<ClosedPeriod>) -> Self {
        periods.sort_by_key(|closed| (closed.closed, closed.period.end_day(), closed.period));
        let mut found = Self::default();
        for closed in &periods {
            found.close(closed.period);
            // A period's own lines come first in its file, and its corrections are of others.
            found.add(closed.period, &closed.lines);
        }
        found
    }

    /// Adds a period that is closed.
    pub fn close(&mut self, period: Period) {
        self.periods.entry(period).or_default().is_closed = true;
    }

    /// Adds lines that are closed with a period.
    pub fn add(&mut self, period: Period, lines: &[ClosedLine]) {
        for line in lines {
            let of = self.periods.entry(line.corrects.unwrap_or(period)).or_default();
            let key = (line.name.clone(), line.currency);
            of.sums.entry(key).or_insert_with(ClosedSum::zero).add(&line.sum);
            let now = StandingLine {
                status: line.status,
                fee: line.fee.clone(),
                window: line.window,
                kind: line.kind,
            };
            match of.lines.get_mut(&line.name) {
                Some(known) => {
                    let kind = known.kind;
                    *known = StandingLine { kind, fee: now.fee.or(known.fee.take()), ..now };
                }
                None => drop(of.lines.insert(line.name.clone(), now)),
            }
        }
    }

    /// Returns whether a period is closed.
    pub fn is_closed(&self, period: Period) -> bool {
        self.periods.get(&period).is_some_and(|known| known.is_closed)
    }

    /// Returns the periods that are closed, the one that ends first before others.
    pub fn periods(&self) -> Vec<Period> {
        let closed = self.periods.iter().filter(|(_, known)| known.is_closed);
        let mut periods: Vec<_> = closed.map(|(period, _)| *period).collect();
        periods.sort_by_key(|period| (period.end_day(), *period));
        periods
    }

    /// Returns the periods that lines correct, though they are not closed.
    pub fn corrected_alone(&self) -> Vec<Period> {
        let open = self.periods.iter().filter(|(_, known)| !known.is_closed);
        open.map(|(period, _)| *period).collect()
    }

    /// Returns a line of a period as it stands.
    pub fn line(&self, period: Period, name: &LineName) -> Option<&StandingLine> {
        self.periods.get(&period)?.lines.get(name)
    }

    /// Returns what a line of a period gave, in one currency.
    pub fn sum(&self, period: Period, key: &(LineName, Currency)) -> Option<&ClosedSum> {
        self.periods.get(&period)?.sums.get(key)
    }

    /// Returns what the lines of a period gave, by name and currency.
    pub fn sums(
        &self,
        period: Period,
    ) -> impl Iterator<Item = (&(LineName, Currency), &ClosedSum)> {
        self.periods.get(&period).into_iter().flat_map(|known| &known.sums)
    }
}
