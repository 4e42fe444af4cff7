//! Who has a line by which policy: accounts against the versions in force, and what each is computed from.

use super::counted_incident::CountedIncident;
use super::decision;
use super::earlier;
use super::fee_rule::FeeRule;
use super::impact;
use super::in_force::{PolicyInForce, in_force};
use super::measurement::{self, MOST_WORK, MeasuredScope, Measurement};
use super::review::ReviewReason;
use super::row_views::{RowView, RowViews, ScopeDoubt, ViewedRow};
use super::segment::{Disposition, ImpactSegment};
use super::subject::{CustomerReport, Subject};
use super::subscription_history::SubscriptionHistory;
use super::tally::CountedTally;
use super::terms::LineTerms;
use super::verdict::{Status, Verdict};
use super::{CreditInputs, CreditLine, CreditRange, ScopeNames, uncertain};
use crate::model::customer::{CreditClaim, Subscription};
use crate::model::incident::Name;
use crate::model::money::{Exact, whole};
use crate::model::sla::{Cap, Period, Policy, PolicyKind, StartsAt};
use crate::model::time::Instant;
use chrono::NaiveDate;
use num_traits::Zero;
use std::collections::HashMap;
use std::rc::Rc;

/// What tells subjects apart that see different things.
///
/// A tally hangs on these alone, and never on a fee: thousands of customers share few of them.
#[derive(PartialEq, Eq, Hash)]
pub(super) struct ScopeKey<'b> {
    policy: usize,
    service: Option<&'b Name>,
    /// The regions, the resources and the customer, where some impact names them.
    view: RowView<'b>,
    /// When the subscription was in force.
    held: Vec<(Instant, Instant)>,
    /// Which of the earlier windows count.
    earlier: Vec<bool>,
    /// What the customer reported, where that counts.
    reports: Vec<CustomerReport<'b>>,
}

/// The most views of a row that are held against each other.
const MOST_VIEWS: usize = 256;

pub(super) type KnownScopes<'x, 'b> = HashMap<ScopeKey<'b>, Rc<MeasuredScope<'x, 'b>>>;

/// What every line of a period is computed from.
pub(super) struct Calculator<'x, 'b> {
    inputs: &'b CreditInputs,
    period: Period,
    incidents: &'x [CountedIncident<'b>],
    policies: Vec<PolicyInForce<'b>>,
    /// The windows that a policy's scheme asks about, the latest first, and its version in force then.
    earlier: HashMap<usize, Vec<(Period, Option<&'b Policy>)>>,
    /// Every service that the record knows.
    services: Vec<&'b Name>,
    /// The claims of the period, by customer.
    claims: HashMap<&'b str, Vec<&'b CreditClaim>>,
    /// The regions, resources and customers that rows name.
    names: ScopeNames<'b>,
}

impl<'x, 'b> Calculator<'x, 'b> {
    /// Returns the calculator of a period.
    pub(super) fn of(
        inputs: &'b CreditInputs,
        period: Period,
        incidents: &'x [CountedIncident<'b>],
    ) -> Self {
        let policies = in_force(inputs, period);
        let services = measurement::services(inputs, incidents);
        let mut claims: HashMap<_, Vec<_>> = HashMap::new();
        let rows = inputs.claims.iter().flat_map(|f| &f.fact).filter(|c| c.period == period);
        for row in rows {
            claims.entry(row.customer.as_str()).or_default().push(row);
        }
        let names = ScopeNames::of_table(&inputs.customers.fact);
        let then = |policy: &Policy, period| {
            let mut versions = in_force(inputs, period).into_iter();
            let version = versions.find(|v| v.sourced.fact.id == policy.id);
            (period, version.map(|v| &v.sourced.fact))
        };
        let before = |PolicyInForce { index, sourced }: &PolicyInForce<'b>| {
            let windows = earlier::asked(&sourced.fact, period).into_iter();
            (*index, windows.map(|period| then(&sourced.fact, period)).collect())
        };
        let earlier = policies.iter().map(before).collect();
        Self { inputs, period, incidents, policies, earlier, services, claims, names }
    }

    /// Returns the lines of an account, one for each policy that is for it.
    pub(super) fn lines(
        &self,
        account: &SubscriptionHistory<'b>,
        known: &mut KnownScopes<'x, 'b>,
    ) -> Vec<CreditLine<'b>> {
        let own = |version: &PolicyInForce<'b>| self.line(account, *version, known);
        self.policies.iter().filter_map(own).collect()
    }

    fn line(
        &self,
        account: &SubscriptionHistory<'b>,
        version: PolicyInForce<'b>,
        known: &mut KnownScopes<'x, 'b>,
    ) -> Option<CreditLine<'b>> {
        let policy = &version.sourced.fact;
        let row = account.row(self.period)?;
        if !policy.is_for(row.service.as_ref(), row.plan.as_deref()) {
            return None;
        }
        let views = self.views(row, version);
        let scope = self.scope(account, views.first, version, known)?;
        let nominal = &scope.nominal;
        if says_nothing(policy, nominal) {
            return None;
        }
        let terms = self.terms(account, row, policy);
        let mut tally = nominal.tally.clone();
        let (mut verdict, mut uncertain) = judged(&scope, &terms);
        if verdict.status != Status::Review {
            let mut work = 0_usize;
            // Where too much would have to be tried to find all views the same, they count as different.
            let differs = |(at, (view, _)): &(usize, (RowView<'b>, ScopeDoubt))| {
                if *at >= MOST_VIEWS || work > MOST_WORK {
                    return true;
                }
                let other = self.scope(account, view.clone(), version, known);
                other.is_some_and(|other| {
                    work = work.saturating_add(other.work());
                    !is_same(&judged(&other, &terms), (&verdict, &uncertain))
                })
            };
            if let Some((_, (_, doubt))) = views.others.into_iter().enumerate().find(differs) {
                tally.review = Some(ReviewReason::Scope(doubt));
                (verdict, uncertain) = (decision::verdict(&terms, &tally), None);
            }
        }
        Some(CreditLine {
            key: account.key.clone(),
            policy: version.sourced,
            window: self.period.bounds(policy.zone),
            rows: account.rows_in(self.period).map(|row| row.place).collect(),
            fee: terms.fee,
            currency: row.currency,
            tally,
            segments: nominal.segments.clone(),
            out_of_scope: scope.out_of_scope(),
            uncertain,
            pending: match verdict.status {
                Status::ClaimPending => verdict.credit.clone(),
                _ => Exact::zero(),
            },
            lesser: vec![],
            verdict,
        })
    }

    /// Returns how each line of an account follows from its fee, by policy; none where some line hangs on it in
    /// another way.
    pub(super) fn fee_rules(
        &self,
        account: &SubscriptionHistory<'b>,
        known: &mut KnownScopes<'x, 'b>,
    ) -> Option<Vec<(&'b Name, FeeRule)>> {
        let row = account.row(self.period)?;
        let mut rules = vec![];
        for version in &self.policies {
            let policy = &version.sourced.fact;
            if !policy.is_for(row.service.as_ref(), row.plan.as_deref()) {
                continue;
            }
            let views = self.views(row, *version);
            let scope = self.scope(account, views.first, *version, known);
            let Some(scope) = scope.filter(|s| !says_nothing(policy, &s.nominal)) else { continue };
            // Which policy of a group is best, and whether another time or view gives the same, can turn with the fee.
            if policy.group.is_some() || !views.others.is_empty() || !scope.distinct.is_empty() {
                return None;
            }
            let terms = self.terms(account, row, policy);
            rules.push((&policy.id, FeeRule::of(&terms, &scope.nominal.tally)?));
        }
        Some(rules)
    }

    fn terms(
        &self,
        account: &SubscriptionHistory<'b>,
        row: &'b Subscription,
        policy: &'b Policy,
    ) -> LineTerms<'b> {
        let (from, to) = self.period.bounds(policy.zone);
        LineTerms {
            policy,
            row,
            period: self.period,
            fee: account.fee(self.period),
            one_currency: account.has_one_currency(self.period),
            window_seconds: whole(to.since(from).as_seconds()),
            claimed: self.claimed(row, policy),
            settings: &self.inputs.settings,
            fees_before: fees_before(account, policy, self.period),
        }
    }

    /// Returns the claims for a row and a policy.
    fn claims_for(
        &self,
        row: &'b Subscription,
        policy: &'b Policy,
    ) -> impl Iterator<Item = &'b CreditClaim> {
        let services = self.services_of(row, policy);
        let own_service = move |claim: &CreditClaim| match (&row.service, claim.service.as_deref())
        {
            (None, Some(named)) if named != "*" => services.iter().any(|s| s.as_str() == named),
            _ => true,
        };
        let own = self.claims.get(row.customer.as_str()).into_iter().flatten().copied();
        let id = &policy.id;
        own.filter(move |claim| {
            claim.fits(row) && claim.policy.as_ref().is_none_or(|p| p == id) && own_service(claim)
        })
    }

    /// Returns the day on which the first claim for a row and a policy came.
    fn claimed(&self, row: &'b Subscription, policy: &'b Policy) -> Option<NaiveDate> {
        self.claims_for(row, policy).filter_map(|claim| claim.received).min()
    }

    /// Returns what a subscription's customer reported of it, where a policy counts from that.
    fn reports(&self, row: &'b Subscription, policy: &'b Policy) -> Vec<CustomerReport<'b>> {
        let from_report = policy.measure.starts_at.as_ref().map(|s| &s.value);
        if from_report != Some(&StartsAt::Claim) {
            return vec![];
        }
        let report = |c: &'b CreditClaim| {
            Some(CustomerReport { incident: c.incident.as_ref(), at: c.reported? })
        };
        self.claims_for(row, policy).filter_map(report).collect()
    }

    /// Returns the services that a row is for by a policy.
    fn services_of(&self, row: &'b Subscription, policy: &'b Policy) -> Vec<&'b Name> {
        match &row.service {
            Some(service) => vec![service],
            None if policy.services.is_empty() => self.services.clone(),
            None => policy.services.iter().map(|s| &s.value).collect(),
        }
    }

    /// Returns how a row can be looked at by a policy.
    fn views(&self, row: &'b Subscription, version: PolicyInForce<'b>) -> RowViews<'b> {
        let PolicyInForce { index, sourced } = version;
        let policy = &sourced.fact;
        let window = self.period.bounds(policy.zone);
        let windows = self.earlier.get(&index).map_or(&[][..], Vec::as_slice);
        let reach = windows.last().map_or(window.0, |(first, _)| first.bounds(policy.zone).0);
        let services = self.services_of(row, policy);
        let impact = match policy.measure.kind.is_measured() {
            true => vec![],
            false => {
                let wide = impact::concerned(self.incidents, policy, (reach, window.1));
                measurement::impact_on(&wide, &services)
            }
        };
        let (names, unscoped) = (&self.names, policy.unscoped);
        ViewedRow { row, services: &services, impact: &impact, names, unscoped }.views()
    }

    /// Returns what a policy measures for an account; customers who see the same share it.
    fn scope(
        &self,
        account: &SubscriptionHistory<'b>,
        view: RowView<'b>,
        version: PolicyInForce<'b>,
        known: &mut KnownScopes<'x, 'b>,
    ) -> Option<Rc<MeasuredScope<'x, 'b>>> {
        let PolicyInForce { index, sourced } = version;
        let policy = &sourced.fact;
        let row = account.row(self.period)?;
        let window = self.period.bounds(policy.zone);
        let windows = self.earlier.get(&index).map_or(&[][..], Vec::as_slice);
        let services = self.services_of(row, policy);
        let reports = self.reports(row, policy);
        let held = account.held(policy.zone);
        let subject = Subject { services, view, held, window, reports };
        if !measurement::is_held(&subject) {
            return None;
        }
        let eligible = |(period, version): &(Period, Option<&'b Policy>)| {
            let version = version.filter(|v| measurement::was_eligible(account, v, *period));
            version.map(|version| (*period, version))
        };
        let earlier: Vec<_> = windows.iter().map(eligible).collect();
        let key = ScopeKey {
            policy: index,
            service: row.service.as_ref(),
            view: subject.view.clone(),
            held: subject.held.parts().to_vec(),
            earlier: earlier.iter().map(Option::is_some).collect(),
            reports: subject.reports.clone(),
        };
        if let Some(known) = known.get(&key) {
            return Some(Rc::clone(known));
        }
        let part = |(period, version): (Period, &'b Policy)| {
            measurement::earlier_part(self.incidents, version, &subject, period)
        };
        let earlier = earlier.into_iter().map(|window| window.map(part)).collect();
        let incidents = impact::concerned(self.incidents, policy, window);
        let part = Measurement { policy, period: self.period, subject, incidents };
        let scope = Rc::new(MeasuredScope::of(self.inputs, part, earlier));
        known.insert(key, Rc::clone(&scope));
        Some(scope)
    }
}

/// Returns whether a policy has no line: goodwill is for the incidents that it names, and says nothing of other windows.
fn says_nothing(policy: &Policy, nominal: &CountedTally<'_>) -> bool {
    let is_outside = |s: &ImpactSegment<'_>| matches!(s.disposition, Disposition::OutsideWindow);
    policy.kind == PolicyKind::Goodwill
        && nominal.segments.iter().all(is_outside)
        && nominal.tally.held.is_empty()
        && nominal.tally.review.is_none()
}

/// Returns the fees of the windows before one that a cap looks at, the latest first.
fn fees_before(account: &SubscriptionHistory<'_>, policy: &Policy, period: Period) -> Vec<Exact> {
    let windows = policy.caps.iter().filter_map(|cap| match &cap.value {
        Cap::PercentOfWindows { windows, .. } => usize::try_from(*windows).ok(),
        Cap::Percent(_) | Cap::Amount(_) => None,
    });
    let most = windows.max().unwrap_or(1);
    let before = std::iter::successors(period.previous(), |p| p.previous());
    before.take(most.saturating_sub(1)).map(|period| account.fee(period)).collect()
}

/// Returns what becomes of a line by what was measured, and what it could be at other times.
fn judged(scope: &MeasuredScope<'_, '_>, terms: &LineTerms<'_>) -> (Verdict, Option<CreditRange>) {
    let verdict = decision::verdict(terms, &scope.nominal.tally);
    let uncertain = range(scope, terms, &verdict);
    (verdict, uncertain)
}

/// Returns whether two answers give a line the same status and amount.
fn is_same(a: &(Verdict, Option<CreditRange>), b: (&Verdict, &Option<CreditRange>)) -> bool {
    let told =
        |v: &Verdict| (v.status, v.credit.clone(), v.extend_days, v.band.clone(), v.claim_by);
    told(&a.0) == told(b.0) && a.1 == *b.1
}

/// Returns what a credit could be at other times within the bounds; none where it would be the same.
fn range(
    scope: &MeasuredScope<'_, '_>,
    terms: &LineTerms<'_>,
    nominal: &Verdict,
) -> Option<CreditRange> {
    if scope.distinct.is_empty() {
        return None;
    }
    let kind = |verdict: Verdict| (verdict.status, verdict.band, verdict.extend_days);
    let at = |times: &[Instant]| kind(decision::verdict(terms, &scope.tally(times)));
    let verdicts = scope.distinct.iter().map(|tally| decision::verdict(terms, tally));
    let mut verdicts: Vec<_> = verdicts.collect();
    let mut kinds = verdicts.iter().map(|v| kind(v.clone()));
    let first = kinds.next();
    // Credit grows with downtime but for holes and dead bands: where the outcome changes, both sides of each
    // change are looked at, since the most can lie between the least and the most downtime.
    if let Some([least, most]) = &scope.extremes
        && !kinds.all(|kind| Some(&kind) == first.as_ref())
    {
        let changes = uncertain::between(least, most, at);
        verdicts.extend(changes.iter().map(|times| decision::verdict(terms, &scope.tally(times))));
    }
    let told = |v: &Verdict| (v.status != Status::Review).then(|| v.credit.clone());
    let mut known: Vec<Exact> = told(nominal).into_iter().collect();
    let mut found = CreditRange {
        least: Exact::zero(),
        most: Exact::zero(),
        review: nominal.status == Status::Review,
        statuses: vec![],
    };
    let mut differs = false;
    for verdict in verdicts {
        differs |= (verdict.status, &verdict.credit, verdict.extend_days)
            != (nominal.status, &nominal.credit, nominal.extend_days);
        found.review |= verdict.status == Status::Review;
        found.statuses.push(verdict.status);
        known.extend(told(&verdict));
    }
    // Where the policy has no outcome, nothing is known of the amount.
    found.least = known.iter().min().cloned().unwrap_or_else(Exact::zero);
    found.most = known.into_iter().max().unwrap_or_else(Exact::zero);
    found.statuses.retain(|status| *status != nominal.status);
    found.statuses.sort();
    found.statuses.dedup();
    differs.then_some(found)
}
