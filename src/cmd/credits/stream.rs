//! The lines of a table that is never held whole: it is read twice, and lines are written as they are computed.

use super::chosen::Chosen;
use super::table::CustomersTable;
use crate::compute::credits::{
    self, AccountCalculator, ChargedRow, CreditInputs, FeeAmount, FeeRule, InputFault,
    ShortDecimal, UnmatchedThing,
};
use crate::compute::report::completeness::WaitingEvent;
use crate::compute::report::credits::{
    self as report, CreditLineReport, CreditsTail, LineAtFee, LineKind, MoneySums,
};
use crate::io::render::credits::stream::LineWriter;
use crate::io::tables::{BlockRow, CustomerBlock, RowFee};
use crate::model::customer::{Adjustment, Subscription};
use crate::model::diagnostic::Location;
use crate::model::sla::{Period, Policy};
use std::collections::HashMap;
use std::io;
use std::rc::Rc;

/// How many reckonings are remembered that hang on a fee in an uncommon way, or on several.
const MOST_REMEMBERED: usize = 100_000;
/// How many subscriptions without a policy are named.
const MOST_NAMED: usize = 10;

/// What is known when all lines are written.
#[derive(Debug, Default)]
pub(super) struct LinesWritten {
    /// Whether a line of a promise is in breach, or in review.
    pub(super) in_breach: bool,
    /// How many subscriptions of the period no policy is for.
    pub(super) without_policy: u64,
    /// The first of them, in words.
    pub(super) named: Vec<String>,
    /// The names and rows that meet nothing.
    pub(super) unmatched: Vec<UnmatchedThing>,
}

/// Why lines could not be written.
pub(super) enum NotWritten {
    /// What in the inputs contradicts itself.
    Faults(Vec<InputFault>),
    /// What reading the table or writing the lines said.
    Io(io::Error),
}

impl From<io::Error> for NotWritten {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// What lines are computed from, and which of them were asked for.
pub(super) struct PeriodTable<'b> {
    pub(super) inputs: &'b CreditInputs,
    pub(super) period: Period,
    pub(super) table: &'b CustomersTable,
    pub(super) chosen: &'b Chosen,
    /// The events that wait in the spool.
    pub(super) spooled: &'b [WaitingEvent],
}

impl<'b> PeriodTable<'b> {
    /// Writes the lines.
    pub(super) fn write<W: LineWriter>(&self, out: W) -> Result<LinesWritten, NotWritten> {
        let Self { inputs, period, table, spooled, .. } = *self;
        let unmatched = credits::unmatched(inputs, period);
        let told = unmatched.iter().map(report::unmatched).collect();
        let tail = CreditsTail { unmatched: told, spooled: spooled.to_vec(), totals: vec![] };
        let go = |calculator: &mut AccountCalculator<'_, 'b>| {
            let mut stream = LineStream::new(self, out);
            table.each(|block| stream.block(&block, calculator))??;
            stream.end(tail)
        };
        let written: io::Result<LinesWritten> =
            credits::account_by_account(inputs, period, go).map_err(NotWritten::Faults)?;
        Ok(LinesWritten { unmatched, ..written? })
    }
}

/// What customers with rows of one kind share.
enum SharedLines<S> {
    /// Each line follows from the fee alone.
    ByFee { months: u64, lines: Vec<SharedLine<S>> },
    /// Some line hangs on the fee in another way.
    Each,
}

/// A line that customers share but for the fee.
struct SharedLine<S> {
    like: CreditLineReport,
    rule: FeeRule,
    rendered: S,
}

/// The rows of one subscription, by what they are like and their fees.
type AccountKey = Vec<(usize, RowFee)>;

struct LineStream<'b, 'c, W: LineWriter> {
    inputs: &'b CreditInputs,
    period: Period,
    chosen: &'c Chosen,
    out: W,
    /// What customers with a row like a kept one share, by its place.
    shared: Vec<Option<SharedLines<W::Shared>>>,
    remembered: HashMap<AccountKey, Rc<Vec<CreditLineReport>>>,
    /// What was booked by hand in the period and is not written yet.
    booked: Vec<&'b Adjustment>,
    amounts: Vec<FeeAmount>,
    sums: MoneySums,
    written: LinesWritten,
}

impl<'b, 'c, W: LineWriter> LineStream<'b, 'c, W> {
    fn new(credits: &'c PeriodTable<'b>, out: W) -> Self {
        let PeriodTable { inputs, period, chosen, .. } = *credits;
        let booked = inputs.adjustments.iter().flat_map(|file| &file.fact);
        Self {
            inputs,
            period,
            chosen,
            out,
            shared: inputs.customers.fact.rows.iter().map(|_| None).collect(),
            remembered: HashMap::new(),
            booked: booked.filter(|a| a.period == period).collect(),
            amounts: vec![],
            sums: MoneySums::default(),
            written: LinesWritten::default(),
        }
    }

    /// Writes the lines of a customer, and what was booked for it by hand.
    fn block(
        &mut self,
        block: &CustomerBlock<'_>,
        calculator: &mut AccountCalculator<'_, 'b>,
    ) -> io::Result<()> {
        if !self.chosen.customer(block.customer) {
            return Ok(());
        }
        match block.rows {
            [row] => self.account(block.customer, &[row], calculator)?,
            rows => {
                for own in by_subject(rows) {
                    self.account(block.customer, &own, calculator)?;
                }
            }
        }
        if self.booked.iter().any(|a| a.customer == block.customer) {
            let all = std::mem::take(&mut self.booked);
            let (own, others) = all.into_iter().partition(|a| a.customer == block.customer);
            self.booked = others;
            self.adjustments(own)?;
        }
        Ok(())
    }

    /// Writes the lines of one subscription.
    fn account(
        &mut self,
        customer: &str,
        rows: &[&BlockRow],
        calculator: &mut AccountCalculator<'_, 'b>,
    ) -> io::Result<()> {
        if let [BlockRow { like, fee: RowFee::Short(fee), .. }] = rows
            && self.by_fee(customer, *like, *fee, calculator)?
        {
            return Ok(());
        }
        let key: AccountKey = rows.iter().map(|row| (row.like, row.fee.clone())).collect();
        let lines = match self.remembered.get(&key) {
            Some(lines) => Rc::clone(lines),
            None => {
                let lines = Rc::new(self.lines(&key, calculator));
                if self.remembered.len() >= MOST_REMEMBERED {
                    self.remembered.clear();
                }
                self.remembered.insert(key, Rc::clone(&lines));
                lines
            }
        };
        if lines.is_empty() {
            rows.iter().for_each(|row| self.has_no_policy(customer, row));
        }
        for line in lines.iter().filter(|line| self.chosen.line(line)) {
            self.line(&CreditLineReport { customer: customer.to_owned(), ..line.clone() })?;
        }
        Ok(())
    }

    /// Returns the lines of one subscription, as those of the customer that it was kept for.
    fn lines(
        &self,
        rows: &AccountKey,
        calculator: &mut AccountCalculator<'_, 'b>,
    ) -> Vec<CreditLineReport> {
        let kept = |(like, fee): &(usize, RowFee)| {
            Some(ChargedRow { row: self.kept(*like)?, fee: fee.exact() })
        };
        let lines = calculator.lines(rows.iter().filter_map(kept).collect());
        lines.iter().map(|line| report::line_of(self.inputs, line)).collect()
    }

    fn kept(&self, like: usize) -> Option<&'b Subscription> {
        self.inputs.customers.fact.rows.get(like)
    }

    /// Writes the lines of a subscription of one row by rules that hang on its fee alone; returns whether there are such
    /// rules, and the numbers are small enough for them.
    fn by_fee(
        &mut self,
        customer: &str,
        like: usize,
        fee: ShortDecimal,
        calculator: &mut AccountCalculator<'_, 'b>,
    ) -> io::Result<bool> {
        if self.shared.get(like).is_some_and(Option::is_none) {
            let shared = self.share(like, calculator)?;
            if let Some(slot) = self.shared.get_mut(like) {
                *slot = Some(shared);
            }
        }
        let Some(Some(SharedLines::ByFee { months, lines })) = self.shared.get(like) else {
            return Ok(false);
        };
        let Some(units) = fee.units.checked_mul(*months) else { return Ok(false) };
        let fee = ShortDecimal { units, ..fee };
        self.amounts.clear();
        self.amounts.extend(lines.iter().map_while(|line| line.rule.at(fee)));
        if self.amounts.len() != lines.len() {
            return Ok(false);
        }
        for (shared, amount) in lines.iter().zip(&self.amounts) {
            let line = LineAtFee { like: &shared.like, customer, fee, amount: *amount };
            self.sums.add_like(&line);
            let is_promise = line.like.kind == LineKind::Policy;
            self.written.in_breach |= is_promise && amount.status.is_breach();
            self.out.line_like(&shared.rendered, line)?;
        }
        Ok(true)
    }

    /// Reckons once what customers with a row like a kept one share.
    fn share(
        &self,
        like: usize,
        calculator: &mut AccountCalculator<'_, 'b>,
    ) -> io::Result<SharedLines<W::Shared>> {
        let Some(row) = self.kept(like) else { return Ok(SharedLines::Each) };
        let own = || ChargedRow { row, fee: row.fee.clone() };
        let lines = calculator.lines(vec![own()]);
        let rules = calculator.fee_rules(own()).filter(|rules| rules.len() == lines.len());
        let Some(rules) = rules.filter(|rules| !rules.is_empty()) else {
            return Ok(SharedLines::Each);
        };
        let months = self.period.months().into_iter().filter(|month| row.reaches(*month)).count();
        let mut shared = vec![];
        for (line, rule) in lines.iter().zip(rules) {
            let like = report::line_of(self.inputs, line);
            if self.chosen.line(&like) {
                let rendered = self.out.shared(&like)?;
                shared.push(SharedLine { like, rule, rendered });
            }
        }
        let months = u64::try_from(months).unwrap_or(u64::MAX);
        Ok(SharedLines::ByFee { months, lines: shared })
    }

    /// Names a subscription that no policy is for: a slip in a plan or a service would be so.
    fn has_no_policy(&mut self, customer: &str, row: &BlockRow) {
        let Some(kept) = self.kept(row.like).filter(|kept| kept.reaches(self.period)) else {
            return;
        };
        // One of another window has its lines in another period.
        let mut policies = self.inputs.policies.iter().map(|policy| &policy.fact);
        let is_of_another = |policy: &Policy| {
            policy.window != self.period.window()
                && policy.is_for(kept.service.as_ref(), kept.plan.as_deref())
        };
        if policies.any(is_of_another) {
            return;
        }
        self.written.without_policy = self.written.without_policy.saturating_add(1);
        if self.written.named.len() < MOST_NAMED {
            let at = self.inputs.customers.at(Location { line: row.line, column: 1 });
            let plan = kept.plan.as_deref().map(|plan| format!(" {plan}")).unwrap_or_default();
            self.written.named.push(format!("{at}: {customer} {}{plan}", kept.service_text()));
        }
    }

    fn adjustments(&mut self, booked: Vec<&'b Adjustment>) -> io::Result<()> {
        for adjustment in booked.into_iter().filter(|a| self.chosen.adjustment(a)) {
            self.line(&report::adjustment(self.inputs, self.period, adjustment))?;
        }
        Ok(())
    }

    fn line(&mut self, line: &CreditLineReport) -> io::Result<()> {
        self.sums.add(line);
        self.written.in_breach |= line.kind == LineKind::Policy && line.status.is_breach();
        self.out.line(line)
    }

    /// Writes what was booked for customers who have no row, and what stands behind the lines.
    fn end(mut self, tail: CreditsTail) -> io::Result<LinesWritten> {
        let booked = std::mem::take(&mut self.booked);
        self.adjustments(booked)?;
        self.out.end(&CreditsTail { totals: self.sums.totals(), ..tail })?;
        Ok(self.written)
    }
}

/// Returns the rows of each subscription of a customer, in the order of their first rows.
fn by_subject(rows: &[BlockRow]) -> Vec<Vec<&BlockRow>> {
    let mut places: HashMap<usize, usize> = HashMap::new();
    let mut found: Vec<Vec<&BlockRow>> = vec![];
    for row in rows {
        let place = *places.entry(row.subject).or_insert(found.len());
        match found.get_mut(place) {
            Some(own) => own.push(row),
            None => found.push(vec![row]),
        }
    }
    found
}

/// Lines that are kept, for answers that take all of them.
#[derive(Default)]
pub(super) struct CollectedLines {
    pub(super) lines: Vec<CreditLineReport>,
    pub(super) tail: CreditsTail,
}

impl LineWriter for &mut CollectedLines {
    type Shared = ();

    fn shared(&self, _: &CreditLineReport) -> io::Result<()> {
        Ok(())
    }

    fn line_like(&mut self, (): &(), line: LineAtFee<'_>) -> io::Result<()> {
        self.lines.push(line.report());
        Ok(())
    }

    fn line(&mut self, line: &CreditLineReport) -> io::Result<()> {
        self.lines.push(line.clone());
        Ok(())
    }

    fn end(self, tail: &CreditsTail) -> io::Result<()> {
        self.tail = tail.clone();
        Ok(())
    }
}

/// Gives each line to a function.
pub(super) struct EachLine<F>(pub(super) F);

impl<F: FnMut(&CreditLineReport)> LineWriter for EachLine<F> {
    type Shared = ();

    fn shared(&self, _: &CreditLineReport) -> io::Result<()> {
        Ok(())
    }

    fn line_like(&mut self, (): &(), line: LineAtFee<'_>) -> io::Result<()> {
        (self.0)(&line.report());
        Ok(())
    }

    fn line(&mut self, line: &CreditLineReport) -> io::Result<()> {
        (self.0)(line);
        Ok(())
    }

    fn end(self, _: &CreditsTail) -> io::Result<()> {
        Ok(())
    }
}
