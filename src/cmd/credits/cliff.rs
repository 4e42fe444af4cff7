//! The credit cliff of the open incidents, for `status` and the war room.

use super::chosen::Chosen;
use super::inputs::LoadedInputs;
use super::stream::{EachLine, NotWritten, PeriodTable};
use super::table::CustomersTable;
use crate::compute::credits::{CreditInputs, EndSupposed, OwedMore, Status};
use crate::compute::report::cliff::{CliffSum, CreditCliff};
use crate::compute::report::credits::CreditLineReport;
use crate::compute::report::status::OpenIncident;
use crate::io::store::files;
use crate::io::store::layout::{CUSTOMERS, POLICIES};
use crate::model::incident::{IncidentId, Name};
use crate::model::money::{Currency, Exact, Money};
use crate::model::sla::{Period, Policy};
use crate::model::time::Span;
use crate::session::{Failure, Session};
use chrono::Months;
use num_traits::Zero;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// How many months of incidents are read: the longest window, and as much again for terms that look back.
const MONTHS: Months = Months::new(24);
/// The most kinds of rows that are tried at each of some twenty times.
const MOST_KINDS: usize = 500;
/// The most bytes of a table whose rows are summed while somebody waits at 3 a.m.
const MOST_SUMMED: u64 = 4 << 20;
/// How many customers are named.
const MOST_NAMED: usize = 3;

/// Returns for each policy when it next owes more for the open incidents than now; nothing where none does, or where the
/// record has no policies or customers.
///
/// # Errors
/// Files that credits are computed from and that are wrong: other verbs tell what.
pub(crate) fn cliffs(
    session: &Session<'_>,
    open: &[OpenIncident],
) -> Result<Vec<CreditCliff>, Failure> {
    let root = session.store.root();
    let hurting: Vec<_> =
        open.iter().filter(|it| hurts(it)).map(|it| it.heading.incident.clone()).collect();
    let has = |path: &str| files::exists(&root.join(path)).unwrap_or(false);
    if hurting.is_empty() || session.past.is_some() || !has(POLICIES) || !has(CUSTOMERS) {
        return Ok(vec![]);
    }
    let since = session.today().checked_sub_months(MONTHS).unwrap_or_default();
    let unknown = || Failure::new("what the open incidents cost in credits can't be told");
    let wrong = || unknown().help("`recount sla check` tells what is wrong");
    let (loaded, table) = LoadedInputs::of_late(session, since)?.ok_or_else(wrong)?;
    if loaded.inputs.customers.fact.rows.len() > MOST_KINDS {
        return Err(unknown()
            .help("the customers' rows are too different to try them all: `recount credits`"));
    }
    let size = fs::metadata(root.join(CUSTOMERS)).map_or(u64::MAX, |meta| meta.len());
    let table = (size <= MOST_SUMMED).then_some(&table);
    Cliffs { session, table, open: &hurting }.of(loaded.inputs).map_err(|_| wrong())
}

fn hurts(open: &OpenIncident) -> bool {
    open.services.iter().any(|service| service.state.is_some_and(|state| state.hurts()))
}

struct Cliffs<'a> {
    session: &'a Session<'a>,
    /// The table, where its rows are to be summed.
    table: Option<&'a CustomersTable>,
    open: &'a [IncidentId],
}

/// What is owed by customer and currency.
type OwedTo = BTreeMap<(String, Currency), Exact>;

impl Cliffs<'_> {
    fn of(&self, inputs: CreditInputs) -> Result<Vec<CreditCliff>, NotWritten> {
        let now = self.session.now;
        let day = |policy: &Policy| now.local(policy.zone).date_naive();
        let periods = inputs.policies.iter();
        let periods = periods.filter_map(|it| Period::with(day(&it.fact), it.fact.window));
        let periods: BTreeSet<Period> = periods.collect();
        let mut ends = EndSupposed::of(inputs, self.open);
        let mut cliffs = vec![];
        for period in periods {
            let steps = ends.next_steps(period, now).map_err(NotWritten::Faults)?;
            for step in steps {
                cliffs.push(self.cliff(&mut ends, step)?);
            }
        }
        cliffs.sort_by_key(|cliff| cliff.at);
        Ok(cliffs)
    }

    fn cliff(
        &self,
        ends: &mut EndSupposed,
        OwedMore { policy, period, at }: OwedMore,
    ) -> Result<CreditCliff, NotWritten> {
        let now = self.session.now;
        let minute = Span::minutes(1);
        let grows_steadily = at.since(now) <= minute;
        let at = if grows_steadily { now.plus(Span::hours(1)) } else { at };
        let (mut sums, mut customers, mut customer_count) = (vec![], vec![], None);
        if let Some(table) = self.table {
            let is = owed(ends.ended(now), table, period, &policy)?;
            let would = owed(ends.ended(at), table, period, &policy)?;
            let more = |(whom, would): (&(String, Currency), &Exact)| {
                let more = would - is.get(whom).unwrap_or(&Exact::zero());
                (more > Exact::zero()).then(|| (whom.clone(), more))
            };
            let more: Vec<_> = would.iter().filter_map(more).collect();
            let names: BTreeSet<&String> = more.iter().map(|((name, _), _)| name).collect();
            customer_count = Some(names.len());
            customers = names.into_iter().take(MOST_NAMED).cloned().collect();
            sums = summed(&is, &more);
        }
        let left = at.since(now);
        Ok(CreditCliff {
            policy,
            period,
            at,
            left,
            grows_steadily,
            sums,
            customers,
            customer_count,
        })
    }
}

/// Returns what a policy owes to each customer.
fn owed(
    inputs: &CreditInputs,
    table: &CustomersTable,
    period: Period,
    policy: &Name,
) -> Result<OwedTo, NotWritten> {
    let mut owed = OwedTo::new();
    let chosen = Chosen::default();
    let lines = PeriodTable { inputs, period, table, chosen: &chosen, spooled: &[] };
    lines.write(EachLine(|line: &CreditLineReport| {
        if line.policy.as_ref() == Some(policy) {
            let now =
                owed.entry((line.customer.clone(), line.currency)).or_insert_with(Exact::zero);
            if line.status != Status::ClaimPending {
                *now += &line.credit.amount;
            }
            *now += &line.pending.amount;
        }
    }))?;
    Ok(owed)
}

fn summed(is: &OwedTo, more: &[((String, Currency), Exact)]) -> Vec<CliffSum> {
    let mut sums: BTreeMap<Currency, (Exact, Exact)> = BTreeMap::new();
    for ((_, currency), more) in more {
        sums.entry(*currency).or_default().1 += more;
    }
    for ((_, currency), owed) in is {
        if let Some(sum) = sums.get_mut(currency) {
            sum.0 += owed;
        }
    }
    let money = |amount, currency| Money { amount, currency };
    sums.into_iter()
        .map(|(currency, (owed, more))| CliffSum {
            currency,
            owed: money(owed, currency),
            at_stake: money(more, currency),
        })
        .collect()
}
