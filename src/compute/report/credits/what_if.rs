//! What would have been owed, beside what is.

use super::{CreditLineReport, CurrencyTotal, LineKind, MoneySums, RecordState, Status};
use crate::compute::report::VERSION;
use crate::model::incident::Name;
use crate::model::money::{Currency, Exact, Money};
use crate::model::sla::Period;
use crate::model::time::Instant;
use num_traits::Zero;
use serde::Serialize;
use std::collections::HashMap;

/// The lines of a period that a supposition changes, and all totals.
#[derive(Clone, Debug, Serialize)]
pub struct WhatIfReport {
    /// The version of this report's fields.
    pub version: u32,
    /// The period.
    pub period: Period,
    /// What the record was read from.
    pub record: RecordState,
    /// What is supposed, as it was typed.
    pub what_if: Vec<String>,
    /// The lines that would be other ones.
    pub lines: Vec<WhatIfLine>,
    /// How many lines would be the same.
    pub unchanged: u64,
    /// The totals by currency.
    pub totals: Vec<WhatIfTotal>,
}

/// A line that would be another one.
#[derive(Clone, Debug, Serialize)]
pub struct WhatIfLine {
    /// Which line it is.
    #[serde(flatten)]
    pub subject: LineSubject,
    /// The currency.
    pub currency: Currency,
    /// What became of it; null where there is no such line.
    pub status: Option<Status>,
    /// The credit.
    pub credit: Option<Money>,
    /// What would have become of it; null where there would be no such line.
    pub what_if_status: Option<Status>,
    /// What the credit would have been.
    pub what_if_credit: Option<Money>,
}

/// Which line it is: what no two lines of a period share.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct LineSubject {
    /// The customer.
    pub customer: String,
    /// The service.
    pub service: String,
    /// The policy; null for an adjustment.
    pub policy: Option<Name>,
    /// The plan.
    pub plan: Option<String>,
    /// The region.
    pub region: Option<String>,
    /// The resource.
    pub resource: Option<String>,
    /// When its window begins.
    pub window_start: Instant,
}

/// The totals of a currency.
#[derive(Clone, Debug, Serialize)]
pub struct WhatIfTotal {
    /// The currency.
    pub currency: Currency,
    /// The sum of the lines that do not wait for a claim.
    pub credit: Money,
    /// What it would have been.
    pub what_if_credit: Money,
    /// What is owed more, or less where it is negative, than would have been.
    pub difference: Money,
    /// The sum of the lines that wait for a claim.
    pub pending: Money,
    /// What it would have been.
    pub what_if_pending: Money,
}

/// What of a line can become another.
#[derive(Clone, Debug, PartialEq)]
struct LineOutcome {
    status: Status,
    credit: Money,
    pending: Money,
}

/// The lines as they are, to hold others against.
#[derive(Debug, Default)]
pub struct LinesAsTheyAre {
    lines: HashMap<LineSubject, LineOutcome>,
    /// In the order of the lines.
    order: Vec<LineSubject>,
    sums: MoneySums,
}

/// The lines as they would have been.
#[derive(Debug)]
pub struct LinesSupposed<'l> {
    are: &'l mut LinesAsTheyAre,
    changed: Vec<WhatIfLine>,
    unchanged: u64,
    sums: MoneySums,
}

impl LinesAsTheyAre {
    /// Adds a line; what was booked by hand hangs on nothing that can be supposed.
    pub fn add(&mut self, line: &CreditLineReport) {
        if line.kind == LineKind::Adjustment {
            return;
        }
        self.sums.add(line);
        let subject = LineSubject::of(line);
        self.order.push(subject.clone());
        self.lines.insert(subject, LineOutcome::of(line));
    }

    /// Returns what holds supposed lines against these.
    pub fn supposing(&mut self) -> LinesSupposed<'_> {
        LinesSupposed { are: self, changed: vec![], unchanged: 0, sums: MoneySums::default() }
    }
}

impl LinesSupposed<'_> {
    /// Adds a line.
    pub fn add(&mut self, line: &CreditLineReport) {
        if line.kind == LineKind::Adjustment {
            return;
        }
        self.sums.add(line);
        let (subject, would) = (LineSubject::of(line), LineOutcome::of(line));
        let is = self.are.lines.remove(&subject);
        if is.as_ref() == Some(&would) {
            self.unchanged += 1;
        } else {
            self.changed.push(WhatIfLine::of(subject, line.currency, is, Some(would)));
        }
    }

    /// Returns the report: behind the lines that would be others those that would not be.
    pub fn report(self, period: Period, record: RecordState, what_if: Vec<String>) -> WhatIfReport {
        let Self { are, changed: mut lines, unchanged, sums } = self;
        for subject in std::mem::take(&mut are.order) {
            if let Some(is) = are.lines.remove(&subject) {
                lines.push(WhatIfLine::of(subject, is.credit.currency, Some(is), None));
            }
        }
        let totals = totals(&are.sums.totals(), &sums.totals());
        WhatIfReport { version: VERSION, period, record, what_if, lines, unchanged, totals }
    }
}

impl LineSubject {
    fn of(line: &CreditLineReport) -> Self {
        Self {
            customer: line.customer.clone(),
            service: line.service.clone(),
            policy: line.policy.clone(),
            plan: line.plan.clone(),
            region: line.region.clone(),
            resource: line.resource.clone(),
            window_start: line.window.start,
        }
    }
}

impl LineOutcome {
    fn of(line: &CreditLineReport) -> Self {
        let (credit, pending) = (line.credit.clone(), line.pending.clone());
        Self { status: line.status, credit, pending }
    }
}

impl WhatIfLine {
    fn of(
        subject: LineSubject,
        currency: Currency,
        is: Option<LineOutcome>,
        would: Option<LineOutcome>,
    ) -> Self {
        Self {
            subject,
            currency,
            status: is.as_ref().map(|it| it.status),
            credit: is.map(|it| it.credit),
            what_if_status: would.as_ref().map(|it| it.status),
            what_if_credit: would.map(|it| it.credit),
        }
    }
}

fn totals(are: &[CurrencyTotal], would_be: &[CurrencyTotal]) -> Vec<WhatIfTotal> {
    let mut currencies: Vec<_> = are.iter().chain(would_be).map(|total| total.currency).collect();
    currencies.sort();
    currencies.dedup();
    let find = |totals: &[CurrencyTotal], currency| {
        let total = totals.iter().find(|total| total.currency == currency);
        let none = Money { amount: Exact::zero(), currency };
        total.map_or((none.clone(), none), |it| (it.credit.clone(), it.pending.clone()))
    };
    let total = |currency| {
        let ((credit, pending), (what_if_credit, what_if_pending)) =
            (find(are, currency), find(would_be, currency));
        let difference = Money { amount: &what_if_credit.amount - &credit.amount, currency };
        WhatIfTotal { currency, credit, what_if_credit, difference, pending, what_if_pending }
    };
    currencies.into_iter().map(total).collect()
}
