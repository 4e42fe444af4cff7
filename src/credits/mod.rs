//! What is owed for breaches of SLAs, exact until one rounding.
//!
//! A line is reckoned in eight steps, in an order that decides money:
//!
//! 1. the impact on the subscription's service, as its region and customer saw it, while the attribution
//!    is not an excluded one (`impact`);
//! 2. without what lies before the milestone from which on time counts;
//! 3. united across incidents, each instant with the heaviest weight (`piece`);
//! 4. without excused maintenance (`excuse`) and time outside the service hours;
//! 5. without stretches that are too short, before they are cut at the window's edge;
//! 6. clipped to the window and the subscription (`account`);
//! 7. summed by the policy's granularity, and held against the denominator (`tally`, `requests`);
//! 8. compared, looked up, capped, and rounded once (`owed`, `verdict`).

mod account;
mod choice;
mod examine;
mod excuse;
mod faults;
mod group;
mod impact;
mod loose;
mod owed;
mod piece;
mod requests;
mod scope;
mod tally;
mod uncertain;
mod verdict;

#[cfg(test)]
mod tests;

pub use examine::examine;
pub use impact::Trouble;
pub use loose::loose_ends;
pub use piece::{Fate, Piece};
pub use tally::Tally;
pub use verdict::{Status, Step, Verdict};

use crate::customer::{
    Adjustment, Claim, Customers, Maintenance, Measurement, Subscription, SubscriptionKey,
};
use crate::incident::{Incident, Name};
use crate::money::{Currency, Exact, whole};
use crate::place::{Filed, Place, Problem};
use crate::settings::Settings;
use crate::sla::{Period, Policy, PolicyKind};
use crate::time::Instant;
use crate::timeline::Timeline;
use account::Account;
use chrono::NaiveDate;
use impact::{Affair, Subject};
use scope::{Part, Scope};
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

/// Everything that a credit is reckoned from.
#[derive(Clone, Debug)]
pub struct Books {
    /// The settings of the record.
    pub settings: Settings,
    /// Every incident.
    pub incidents: Vec<Filed<Incident>>,
    /// Every version of every policy.
    pub policies: Vec<Filed<Policy>>,
    /// Who pays what.
    pub customers: Filed<Customers>,
    /// What was measured.
    pub measurements: Vec<Filed<Vec<Measurement>>>,
    /// What was planned; none where there is no such file.
    pub maintenance: Option<Filed<Vec<Maintenance>>>,
    /// What was claimed.
    pub claims: Option<Filed<Vec<Claim>>>,
    /// Goodwill and corrections by hand.
    pub adjustments: Option<Filed<Vec<Adjustment>>>,
}

/// What keeps credits from being reckoned: a problem and the file that has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The file, relative to the record.
    pub path: String,
    /// What is wrong in it.
    pub problem: Problem,
}

/// The lines of a period.
#[derive(Clone, Debug)]
pub struct Reckoned<'b> {
    /// The period.
    pub period: Period,
    /// The lines, in the order customer, service, plan, region, resource, policy.
    pub lines: Vec<Line<'b>>,
    /// The adjustments booked in the period, in the order of their file.
    pub adjustments: Vec<&'b Adjustment>,
}

/// One line: a subscription, a policy and a window.
#[derive(Clone, Debug)]
pub struct Line<'b> {
    /// The subscription.
    pub key: SubscriptionKey,
    /// The policy's place in the books.
    pub policy: Option<usize>,
    /// The policy's id.
    pub policy_id: Option<Name>,
    /// Whether it is owed or given.
    pub kind: PolicyKind,
    /// The window's bounds.
    pub window: (Instant, Instant),
    /// The rows of the subscription that are in force within the window.
    pub rows: Vec<Place>,
    /// The window's fee.
    pub fee: Exact,
    /// The currency of the fee.
    pub currency: Currency,
    /// What was counted.
    pub tally: Tally,
    /// The parts of impact, and what became of each.
    pub pieces: Vec<Piece<'b>>,
    /// What is owed, and how that was found.
    pub verdict: Verdict,
    /// What it could be at other times within the bounds; none where it would be the same.
    pub uncertain: Option<Range>,
    /// The other policies of the group, and the lesser credits by them.
    pub beaten: Vec<(Name, Exact)>,
}

/// The least and the most that a credit can be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range {
    /// The least.
    pub least: Exact,
    /// The most.
    pub most: Exact,
    /// The other statuses that it can have.
    pub statuses: Vec<Status>,
}

/// Returns the lines of a period.
///
/// # Errors
/// What in the books contradicts itself, so that no line could be right: all of it at once.
pub fn reckon(books: &Books, period: Period) -> Result<Reckoned<'_>, Vec<Fault>> {
    let accounts = Account::all(&books.customers.fact.rows);
    let faults = faults::of(books, &accounts);
    if !faults.is_empty() {
        return Err(faults);
    }
    let timelines = books.incidents.iter().map(|i| Timeline::of(&i.fact, &books.settings));
    let affairs = timelines.enumerate().filter_map(|(index, t)| Affair::of(index, t));
    let affairs: Vec<_> = affairs.collect();
    let clerk = Clerk::of(books, period, &affairs);
    let adjustments = books.adjustments.iter().flat_map(|f| &f.fact);
    let adjustments = adjustments.filter(|a| a.period == period).collect();
    let mut known = Known::new();
    let mut lines = vec![];
    for account in &accounts {
        let own = clerk.lines(account, &mut known);
        lines.extend(group::settle(books, own));
    }
    lines.sort_by(|a, b| (&a.key, &a.policy_id).cmp(&(&b.key, &b.policy_id)));
    Ok(Reckoned { period, lines, adjustments })
}

/// Returns the version of each policy that is in force at the beginning of a period, where its windows are
/// as long as the period.
fn in_force(books: &Books, period: Period) -> Vec<(usize, &Filed<Policy>)> {
    let mut latest: BTreeMap<&Name, (usize, &Filed<Policy>)> = BTreeMap::new();
    let from = |p: &Policy| p.effective_from.as_ref().map(|from| from.value);
    for (index, policy) in books.policies.iter().enumerate() {
        if policy.fact.has_begun(period) {
            let slot = latest.entry(&policy.fact.id).or_insert((index, policy));
            if from(&policy.fact) > from(&slot.1.fact) {
                *slot = (index, policy);
            }
        }
    }
    let all = latest.into_values();
    all.filter(|(_, p)| p.fact.window == period.window()).collect()
}

/// What tells subjects apart that see different things.
#[derive(PartialEq, Eq, Hash)]
struct Sight<'b> {
    policy: usize,
    service: Option<&'b Name>,
    /// The region and the customer, where some impact names them.
    scope: (Option<&'b str>, Option<&'b str>),
    /// When the subscription was in force.
    held: Vec<(Instant, Instant)>,
    /// Which of the earlier windows count.
    earlier: Vec<bool>,
}

type Known<'x, 'b> = HashMap<Sight<'b>, Rc<Scope<'x, 'b>>>;

/// What every line of a period is reckoned from.
struct Clerk<'x, 'b> {
    books: &'b Books,
    period: Period,
    affairs: &'x [Affair<'b>],
    policies: Vec<(usize, &'b Filed<Policy>)>,
    /// Every service that the record knows.
    services: Vec<&'b Name>,
    /// The day of the first claim, by customer and service.
    claims: HashMap<(&'b str, &'b str), NaiveDate>,
}

impl<'x, 'b> Clerk<'x, 'b> {
    fn of(books: &'b Books, period: Period, affairs: &'x [Affair<'b>]) -> Self {
        let policies = in_force(books, period);
        let services = scope::services(books, affairs);
        let mut claims = HashMap::new();
        let rows = books.claims.iter().flat_map(|f| &f.fact).filter(|c| c.period == period);
        for row in rows {
            let key = (row.customer.as_str(), row.service.as_str());
            let first: &mut NaiveDate = claims.entry(key).or_insert(row.received);
            *first = row.received.min(*first);
        }
        Self { books, period, affairs, policies, services, claims }
    }

    fn lines(&self, account: &Account<'b>, known: &mut Known<'x, 'b>) -> Vec<Line<'b>> {
        let own = |(index, policy): &(usize, &'b Filed<Policy>)| {
            self.line(account, (*index, &policy.fact), known)
        };
        self.policies.iter().filter_map(own).collect()
    }

    fn line(
        &self,
        account: &Account<'b>,
        (index, policy): (usize, &'b Policy),
        known: &mut Known<'x, 'b>,
    ) -> Option<Line<'b>> {
        let row = account.row(self.period)?;
        if !policy.is_for(row.service.as_ref(), row.plan.as_deref()) {
            return None;
        }
        let scope = self.scope(account, row, (index, policy), known)?;
        let nominal = &scope.nominal;
        // Goodwill is for the incidents that it names, and says nothing of other windows.
        if policy.kind == PolicyKind::Goodwill
            && nominal.pieces.iter().all(|p| matches!(p.fate, Fate::OutsideWindow))
            && nominal.tally.trouble.is_none()
        {
            return None;
        }
        let terms = self.terms(account, row, policy);
        let verdict = verdict::of(&terms, &nominal.tally);
        let uncertain = range(&scope, &terms, &verdict);
        let within = |row: &&&Subscription| {
            row.from.is_none_or(|from| from < self.period.end_day())
                && row.to.is_none_or(|to| to > self.period.first_day())
        };
        Some(Line {
            key: account.key.clone(),
            policy: Some(index),
            policy_id: Some(policy.id.clone()),
            kind: policy.kind,
            window: self.period.bounds(policy.zone),
            rows: account.rows.iter().filter(within).map(|row| row.place).collect(),
            fee: terms.fee,
            currency: row.currency,
            tally: nominal.tally.clone(),
            pieces: nominal.pieces.clone(),
            verdict,
            uncertain,
            beaten: vec![],
        })
    }

    fn terms(
        &self,
        account: &Account<'b>,
        row: &'b Subscription,
        policy: &'b Policy,
    ) -> verdict::Terms<'b> {
        let (from, to) = self.period.bounds(policy.zone);
        let claimed = self.claims.get(&(row.customer.as_str(), row.service_text()));
        verdict::Terms {
            policy,
            row,
            period: self.period,
            fee: account.fee(self.period),
            one_currency: account.has_one_currency(self.period),
            window_seconds: whole(to.since(from).as_seconds()),
            claimed: claimed.copied(),
        }
    }

    /// Returns what a policy measures for an account; customers who see the same share it.
    fn scope(
        &self,
        account: &Account<'b>,
        row: &'b Subscription,
        (index, policy): (usize, &'b Policy),
        known: &mut Known<'x, 'b>,
    ) -> Option<Rc<Scope<'x, 'b>>> {
        let window = self.period.bounds(policy.zone);
        let windows = scope::earlier_windows(policy, self.period);
        let reach = windows.last().map_or(window.0, |first| first.bounds(policy.zone).0);
        let services = match &row.service {
            Some(service) => vec![service],
            None if policy.services.is_empty() => self.services.clone(),
            None => policy.services.iter().map(|s| &s.value).collect(),
        };
        let wide = impact::concerned(self.affairs, policy, (reach, window.1));
        let view = scope::view(&wide, &services, (row.region.as_deref(), row.customer.as_str()));
        let subject = Subject { services, view, held: account.held(policy.zone), window };
        if !scope::is_held(&subject) {
            return None;
        }
        let before = |period: Period| {
            let mut then = in_force(self.books, period).into_iter();
            let (_, version) = then.find(|(_, p)| p.fact.id == policy.id)?;
            scope::earlier_part(self.affairs, account, &version.fact, &subject, period)
        };
        let earlier: Vec<_> = windows.into_iter().map(before).collect();
        let sight = Sight {
            policy: index,
            service: row.service.as_ref(),
            scope: (view.region, view.customer),
            held: subject.held.parts().to_vec(),
            earlier: earlier.iter().map(Option::is_some).collect(),
        };
        if let Some(known) = known.get(&sight) {
            return Some(Rc::clone(known));
        }
        let affairs = impact::concerned(self.affairs, policy, window);
        let part = Part { policy, period: self.period, subject, affairs };
        let scope = Rc::new(Scope::of(self.books, part, earlier));
        known.insert(sight, Rc::clone(&scope));
        Some(scope)
    }
}

/// Returns what a credit could be at other times within the bounds; none where it would be the same.
fn range(scope: &Scope<'_, '_>, terms: &verdict::Terms<'_>, nominal: &Verdict) -> Option<Range> {
    let (least, most) = scope.extremes()?;
    let kind = |times: &[Instant]| {
        let verdict = verdict::of(terms, &scope.tally(times));
        (verdict.status, verdict.band, verdict.extend_days)
    };
    let changes = uncertain::between(least, most, kind);
    let mut found =
        Range { least: nominal.credit.clone(), most: nominal.credit.clone(), statuses: vec![] };
    let mut differs = false;
    let changes = changes.iter().map(|times| scope.tally(times));
    for tally in scope.distinct.iter().cloned().chain(changes) {
        let verdict = verdict::of(terms, &tally);
        differs |= (verdict.status, &verdict.credit, verdict.extend_days)
            != (nominal.status, &nominal.credit, nominal.extend_days);
        found.statuses.push(verdict.status);
        found.least = found.least.min(verdict.credit.clone());
        found.most = found.most.max(verdict.credit);
    }
    found.statuses.retain(|status| *status != nominal.status);
    found.statuses.sort();
    found.statuses.dedup();
    differs.then_some(found)
}
