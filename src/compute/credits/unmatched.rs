//! Names that money hangs on and that meet nothing: most often a slip.

use super::counted_incident::CountedIncident;
use super::{CreditInputs, InputFault, ScopeNames, ScopePart, UnmatchedName, service_names};
use crate::compute::timeline::Timeline;
use crate::model::customer::{Adjustment, CreditClaim, Subscription};
use crate::model::diagnostic::{Diagnostic, Level, Location, Spanned};
use crate::model::incident::names::{nearest, string_enum};
use crate::model::incident::{Impact, IncidentId, Name};
use crate::model::sla::Period;
use crate::model::time::Instant;
use std::collections::BTreeSet;

string_enum! {
    /// What meets nothing.
    UnmatchedKind, "unmatched thing" {
        /// A region in an impact.
        Region = "region",
        /// A resource in an impact.
        Resource = "resource",
        /// A customer in an impact.
        Customer = "customer",
        /// The service of a row.
        Service = "service",
        /// A claim.
        Claim = "claim",
        /// An adjustment.
        Adjustment = "adjustment",
    }
}

/// A name or a row that meets nothing, and where it stands.
#[derive(Clone, Debug)]
pub struct UnmatchedThing {
    /// What it is.
    pub kind: UnmatchedKind,
    /// The name that meets nothing; of a claim or adjustment the customer's.
    pub name: String,
    /// The service that it is about, where it is about one.
    pub service: Option<String>,
    /// The name that may have been meant.
    pub near: Option<String>,
    /// The file, relative to the record, and what to say.
    pub fault: InputFault,
}

/// Returns what meets nothing in a period: names in impact that no row has, services of rows that nothing else names,
/// and the claims and adjustments that fit no subscription.
pub fn unmatched(inputs: &CreditInputs, period: Period) -> Vec<UnmatchedThing> {
    let mut found = vec![];
    let names = ScopeNames::of_table(&inputs.customers.fact);
    for file in &inputs.incidents {
        let timeline = Timeline::of(&file.fact, &inputs.settings);
        let Some(incident) = CountedIncident::of(0, timeline) else { continue };
        if !incident.touches(reach(inputs, period)) {
            continue;
        }
        let told = incident.timeline.events().iter().flat_map(|t| &t.event.impact);
        found.extend(first_of_each(&names, told).into_iter().map(|(impact, name)| {
            let fault =
                InputFault { path: file.path.clone(), problem: scope_problem(impact, &name) };
            UnmatchedThing {
                kind: kind_of(&name),
                name: name.name.to_owned(),
                service: Some(impact.value.service.to_string()),
                near: name.near.map(str::to_owned),
                fault,
            }
        }));
    }
    found.extend(service_names::unknown_services(inputs).into_iter().filter_map(service));
    found.extend(claims(inputs, period));
    found.extend(adjustments(inputs, period));
    found
}

/// Returns the time that the windows of a period span, on the clocks of all policies.
fn reach(inputs: &CreditInputs, period: Period) -> (Instant, Instant) {
    let zones = inputs.policies.iter().map(|p| p.fact.zone);
    zones
        .map(|zone| period.bounds(zone))
        .fold(period.bounds(inputs.settings.zone), |(from, to), bounds| {
            (from.min(bounds.0), to.max(bounds.1))
        })
}

fn kind_of(name: &UnmatchedName<'_>) -> UnmatchedKind {
    match name.part {
        ScopePart::Region => UnmatchedKind::Region,
        ScopePart::Resource => UnmatchedKind::Resource,
        ScopePart::Customer => UnmatchedKind::Customer,
    }
}

/// Returns the findings about names in some impact that no row has.
pub fn scope_problems<'a>(
    names: &'a ScopeNames<'_>,
    impact: impl Iterator<Item = &'a Spanned<Impact>>,
) -> Vec<Diagnostic> {
    let each = first_of_each(names, impact).into_iter();
    each.map(|(impact, name)| scope_problem(impact, &name)).collect()
}

/// Returns each name that no row has once, with the first impact that has it.
fn first_of_each<'a>(
    names: &'a ScopeNames<'_>,
    impact: impl Iterator<Item = &'a Spanned<Impact>>,
) -> Vec<(&'a Spanned<Impact>, UnmatchedName<'a>)> {
    let mut known = BTreeSet::new();
    let each = impact.flat_map(|i| names.unmatched(&i.value).into_iter().map(move |n| (i, n)));
    each.filter(|(i, n)| known.insert((&i.value.service, n.part, n.name))).collect()
}

fn scope_problem(impact: &Spanned<Impact>, name: &UnmatchedName<'_>) -> Diagnostic {
    let UnmatchedName { part, name, near } = name;
    let message =
        format!("no row of customers.csv has the {part} `{name}` for `{}`", impact.value.service);
    let problem = Diagnostic::warning("unmatched-scope", impact.place, message);
    match near {
        Some(near) => problem
            .help(format!("did you mean `{near}`? Lines that this may concern are in review")),
        None => {
            problem.help("it counts for nobody who is there; correct the name, if it is a slip")
        }
    }
}

/// Returns a service of a row that nothing else names.
fn service((name, fault): (&Name, InputFault)) -> Option<UnmatchedThing> {
    let is_told = fault.problem.level == Level::Warning;
    let name = name.to_string();
    let (service, kind) = (Some(name.clone()), UnmatchedKind::Service);
    is_told.then_some(UnmatchedThing { kind, name, service, near: None, fault })
}

/// Returns the claims of a period that fit no subscription.
fn claims(inputs: &CreditInputs, period: Period) -> Vec<UnmatchedThing> {
    let mut found = vec![];
    for file in inputs.claims.iter() {
        for claim in file.fact.iter().filter(|c| c.period == period) {
            let Some((near, problem)) = claim_problem(inputs, claim) else { continue };
            found.push(UnmatchedThing {
                kind: UnmatchedKind::Claim,
                name: claim.customer.clone(),
                service: claim.service.clone(),
                near,
                fault: InputFault { path: file.path.clone(), problem },
            });
        }
    }
    found
}

/// Returns why a claim fits nothing, with the name that may have been meant.
fn claim_problem(
    inputs: &CreditInputs,
    claim: &CreditClaim,
) -> Option<(Option<String>, Diagnostic)> {
    let CreditClaim { customer, place, .. } = claim;
    let rows = inputs.customers.fact.rows.iter().filter(|row| row.customer == *customer);
    let own: Vec<&Subscription> = rows.collect();
    if own.is_empty() {
        return Some(stranger(inputs, customer, *place));
    }
    let fitting: Vec<_> = own.iter().filter(|row| claim.fits(row)).collect();
    if fitting.is_empty() {
        let own: BTreeSet<_> = own.iter().map(|row| row.key().words()).collect();
        let own: Vec<_> = own.into_iter().collect();
        let message =
            format!("`{customer}` claims for {}, but has no such subscription", claim.words());
        let problem = Diagnostic::warning("no-subscription", *place, message);
        return Some((None, problem.help(format!("the subscriptions are {}", own.join("; ")))));
    }
    let named = claim.policy.as_ref()?;
    let mut policies = inputs.policies.iter().map(|p| &p.fact).filter(|p| p.id == *named);
    if policies.any(|p| fitting.iter().any(|r| p.is_for(r.service.as_ref(), r.plan.as_deref()))) {
        return None;
    }
    let ids = inputs.policies.iter().map(|p| p.fact.id.as_str());
    let near = nearest(named.as_str(), ids.filter(|id| *id != named.as_str()));
    let message = format!("`{customer}` claims by `{named}`, and no such policy is for it");
    let problem = Diagnostic::warning("no-subscription", *place, message);
    let help = near.map_or_else(
        || "correct the policy's id, or leave it out".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    Some((near.map(str::to_owned), problem.help(help)))
}

/// Returns the adjustments of a period whose customer, service, currency or incident nobody knows.
fn adjustments(inputs: &CreditInputs, period: Period) -> Vec<UnmatchedThing> {
    let mut found = vec![];
    for file in inputs.adjustments.iter() {
        for adjustment in file.fact.iter().filter(|a| a.period == period) {
            for (near, problem) in adjustment_problems(inputs, adjustment) {
                found.push(UnmatchedThing {
                    kind: UnmatchedKind::Adjustment,
                    name: adjustment.customer.clone(),
                    service: adjustment.service.clone(),
                    near,
                    fault: InputFault { path: file.path.clone(), problem },
                });
            }
        }
    }
    found
}

fn adjustment_problems(
    inputs: &CreditInputs,
    adjustment: &Adjustment,
) -> Vec<(Option<String>, Diagnostic)> {
    let Adjustment { customer, service, currency, incident, place, .. } = adjustment;
    let mut found = vec![];
    let rows = inputs.customers.fact.rows.iter().filter(|row| row.customer == *customer);
    let own: Vec<&Subscription> = rows.collect();
    if own.is_empty() {
        found.push(stranger(inputs, customer, *place));
    } else {
        found.extend(other_service(&own, service.as_deref(), *place).map(|p| (None, p)));
        let paid: BTreeSet<_> = own.iter().map(|row| row.currency).collect();
        if !paid.contains(currency) {
            let paid: Vec<_> = paid.iter().map(|c| c.code()).collect();
            let message =
                format!("this is in {currency}, but `{customer}` pays in {}", paid.join(", "));
            let problem = Diagnostic::warning("other-currency", *place, message);
            found.push((None, problem.help("amounts of different currencies are never added up")));
        }
    }
    let known = |id: &&IncidentId| inputs.incidents.iter().any(|i| i.fact.id == **id);
    if let Some(id) = incident.as_ref().filter(|id| !known(id)) {
        let ids = inputs.incidents.iter().map(|i| i.fact.id.as_str());
        let near = nearest(id.as_str(), ids).map(str::to_owned);
        let message = format!("there is no incident `{id}`");
        let problem = Diagnostic::warning("unknown-incident", *place, message);
        let help = near.as_ref().map_or_else(
            || "`recount list` shows the ids".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        found.push((near, problem.help(help)));
    }
    found
}

/// Returns what to say where none of a customer's rows is for a service, or for all.
fn other_service(
    own: &[&Subscription],
    service: Option<&str>,
    place: Location,
) -> Option<Diagnostic> {
    let service = service?;
    let of_rows: BTreeSet<_> = own.iter().map(|row| row.service_text()).collect();
    if of_rows.contains(service) || of_rows.contains("*") {
        return None;
    }
    let of_rows: Vec<_> = of_rows.into_iter().collect();
    let message = format!("this is for `{service}`, to which its customer doesn't subscribe");
    let problem = Diagnostic::warning("no-subscription", place, message);
    Some(problem.help(format!("the subscriptions are for {}", of_rows.join(", "))))
}

fn stranger(
    inputs: &CreditInputs,
    customer: &str,
    place: Location,
) -> (Option<String>, Diagnostic) {
    let known = inputs.customers.fact.rows.iter().map(|row| row.customer.as_str());
    let message = format!("{} has no customer `{customer}`", inputs.customers.path);
    let problem = Diagnostic::warning("no-customer", place, message);
    match nearest(customer, known) {
        Some(near) => (Some(near.to_owned()), problem.help(format!("did you mean `{near}`?"))),
        None => (None, problem.help("it counts for nobody who is there")),
    }
}
