//! The regions, resources and customers that rows name, and those that impact names and no row has.

use crate::model::customer::Customers;
use crate::model::incident::names::{is_near, string_enum};
use crate::model::incident::{Impact, Name};
use std::collections::{BTreeMap, BTreeSet};

string_enum! {
    /// What of a subscription an impact can name.
    ScopePart, "part of a service" {
        /// A region.
        Region = "region",
        /// A resource.
        Resource = "resource",
        /// A customer.
        Customer = "customer",
    }
}

impl ScopePart {
    /// Returns the names that an impact has of this sort.
    pub(super) fn of_impact(self, impact: &Impact) -> &[String] {
        match self {
            Self::Region => &impact.regions,
            Self::Resource => &impact.resources,
            Self::Customer => &impact.customers,
        }
    }
}

/// The names that the rows of customers have, each with the services of its rows; none is `*`.
#[derive(Clone, Debug, Default)]
pub struct ScopeNames<'b> {
    names: BTreeMap<ScopePart, BTreeMap<&'b str, BTreeSet<Option<&'b Name>>>>,
}

/// A name in an impact that no row has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnmatchedName<'a> {
    /// What it names.
    pub part: ScopePart,
    /// The name.
    pub name: &'a str,
    /// The name of a row of the same service that is near it.
    pub near: Option<&'a str>,
}

impl<'b> ScopeNames<'b> {
    /// Returns the names that a table has.
    pub fn of_table(customers: &'b Customers) -> Self {
        let mut known = Self::default();
        for row in &customers.rows {
            let own = [
                (ScopePart::Region, row.region.as_deref()),
                (ScopePart::Resource, row.resource.as_deref()),
                (ScopePart::Customer, Some(row.customer.as_str())),
            ];
            for (part, name) in own {
                let Some(name) = name else { continue };
                let names = known.names.entry(part).or_default();
                names.entry(name).or_default().insert(row.service.as_ref());
            }
        }
        known
    }

    /// Returns the names that an impact has and no row; also one that only rows of other services have, where a row
    /// of its own has a near one.
    pub fn unmatched<'a>(&'a self, impact: &'a Impact) -> Vec<UnmatchedName<'a>> {
        let mut found = vec![];
        // A table without rows has nobody to be wrong about.
        if self.names.is_empty() {
            return found;
        }
        for part in ScopePart::ALL.iter().copied() {
            for name in part.of_impact(impact) {
                if self.has(part, name, &impact.service) {
                    continue;
                }
                let near = self.of_service(part, &impact.service).find(|own| is_near(own, name));
                let of_others =
                    self.names.get(&part).is_some_and(|n| n.contains_key(name.as_str()));
                if !of_others || near.is_some() {
                    found.push(UnmatchedName { part, name, near });
                }
            }
        }
        found
    }

    /// Returns whether a row of a service has a name.
    pub(super) fn has(&self, part: ScopePart, name: &str, service: &Name) -> bool {
        let known = self.names.get(&part).and_then(|names| names.get(name));
        known.is_some_and(|services| is_for(services, service))
    }

    /// Returns the names of the rows of a service.
    pub(super) fn of_service<'a>(
        &'a self,
        part: ScopePart,
        service: &'a Name,
    ) -> impl Iterator<Item = &'b str> + 'a {
        let names = self.names.get(&part).into_iter().flatten();
        names.filter(move |(_, services)| is_for(services, service)).map(|(name, _)| *name)
    }
}

fn is_for(services: &BTreeSet<Option<&Name>>, service: &Name) -> bool {
    services.contains(&None) || services.contains(&Some(service))
}
