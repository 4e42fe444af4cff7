//! The services that policies, tables and planned work name, held against those that the record knows.

use super::{CreditInputs, InputFault};
use crate::model::diagnostic::{Diagnostic, Location};
use crate::model::incident::Name;
use crate::model::incident::names::is_near;
use std::collections::{BTreeMap, BTreeSet};

/// What names a service, in order: one is held against the names of all sorts but its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum NamedBy {
    Incident,
    Policy,
    Maintenance,
    Customers,
    Measurements,
}

/// A service's name, and where it stands first.
struct ServiceMention<'b> {
    by: NamedBy,
    service: &'b Name,
    path: &'b str,
    place: Location,
}

/// Returns the names of services that nothing knows: errors where they can't be meant, else warnings.
pub(super) fn unknown_services<'b>(inputs: &'b CreditInputs) -> Vec<(&'b Name, InputFault)> {
    let mentions = mentions(inputs);
    let mut known: BTreeMap<&Name, BTreeSet<NamedBy>> = BTreeMap::new();
    for mention in &mentions {
        known.entry(mention.service).or_default().insert(mention.by);
    }
    for incident in &inputs.incidents {
        let fact = &incident.fact;
        let named = fact.services.iter().chain(&fact.unaffected).map(|s| &s.value);
        let told = fact.standing().flat_map(|e| &e.impact).map(|i| &i.value.service);
        for service in named.chain(told) {
            known.entry(service).or_default().insert(NamedBy::Incident);
        }
    }
    let listed: BTreeSet<_> = inputs.settings.services.iter().map(|s| &s.id).collect();
    let judge = |mention: &ServiceMention<'_>| match listed.is_empty() {
        true => stranger(mention, &known),
        false => inputs.settings.known_service(mention.service.as_str()).err().map(|wrong| {
            Diagnostic::error("unknown-service", mention.place, wrong.to_string())
                .help("correct the name, or add it to `services` in recount.yaml")
        }),
    };
    let fault = |m: ServiceMention<'b>| {
        let problem = judge(&m)?;
        Some((m.service, InputFault { path: m.path.to_owned(), problem }))
    };
    mentions.into_iter().filter_map(fault).collect()
}

/// Returns what to say of a service, where the record lists none: nothing, unless no other sort of file names it.
fn stranger(
    mention: &ServiceMention<'_>,
    known: &BTreeMap<&Name, BTreeSet<NamedBy>>,
) -> Option<Diagnostic> {
    let ServiceMention { by, service, place, .. } = mention;
    let by_others = |sorts: &BTreeSet<NamedBy>| {
        // A table of customers or measurements says what is paid or measured, not what the record knows.
        sorts.iter().any(|sort| sort != by && *sort < NamedBy::Customers)
    };
    if known.get(service).is_some_and(by_others) {
        return None;
    }
    let near = known
        .iter()
        .find(|(name, sorts)| by_others(sorts) && is_near(name.as_str(), service.as_str()));
    if let Some((near, _)) = near {
        let message = format!("no incident, policy or planned work has the service `{service}`");
        let problem = Diagnostic::error("unknown-service", *place, message);
        return Some(problem.help(format!(
            "did you mean `{near}`? If these are two services, list both in recount.yaml"
        )));
    }
    let is_measured = || known.get(service).is_some_and(|s| s.contains(&NamedBy::Measurements));
    (*by == NamedBy::Customers && !is_measured()).then(|| {
        let message =
            format!("no incident, policy, planned work or measurement has the service `{service}`");
        Diagnostic::warning("unreferenced-service", *place, message)
            .help("list the services in recount.yaml: a slip in a name is an error then")
    })
}

/// Returns each service that files of money name, by file.
fn mentions(inputs: &CreditInputs) -> Vec<ServiceMention<'_>> {
    let mut mentions: BTreeMap<(&str, &Name), ServiceMention<'_>> = BTreeMap::new();
    let mut add = |by, path, service, place| {
        let mention = ServiceMention { by, service, path, place };
        mentions.entry((path, service)).or_insert(mention);
    };
    for policy in &inputs.policies {
        for service in &policy.fact.services {
            add(NamedBy::Policy, policy.path.as_str(), &service.value, service.place);
        }
    }
    for planned in inputs.maintenance.iter() {
        for window in &planned.fact {
            for service in &window.services {
                add(NamedBy::Maintenance, planned.path.as_str(), service, window.place);
            }
        }
    }
    for row in &inputs.customers.fact.rows {
        if let Some(service) = &row.service {
            add(NamedBy::Customers, inputs.customers.path.as_str(), service, row.place);
        }
    }
    for file in &inputs.measurements {
        for row in &file.fact {
            add(NamedBy::Measurements, file.path.as_str(), &row.service, row.place);
        }
    }
    mentions.into_values().collect()
}
