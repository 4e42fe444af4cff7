//! How a row can be looked at: by what it names, and by each answer to what it leaves open.

use super::scope_names::{ScopeNames, ScopePart};
use crate::compute::downtime::{ImpactScope, ViewsTogether};
use crate::model::customer::Subscription;
use crate::model::incident::names::is_near;
use crate::model::incident::{Impact, Name};
use crate::model::sla::Unscoped;
use std::collections::HashSet;

/// Some points of view, of which the heaviest impact counts at each instant, or what all of them saw.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct RowView<'b> {
    pub(super) views: Vec<ImpactScope<'b>>,
    pub(super) together: ViewsTogether,
}

impl RowView<'_> {
    /// Returns whether an impact counts for the row, where nothing is heavier.
    pub(super) fn sees(&self, impact: &Impact) -> bool {
        let mut seen = self.views.iter().map(|view| view.sees(impact));
        match self.together {
            ViewsTogether::Heaviest => seen.any(|sees| sees),
            ViewsTogether::All => seen.all(|sees| sees),
        }
    }
}

/// What makes another view of a row as good as the first.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ScopeDoubt {
    /// Impact differs by something that the row doesn't name.
    Unscoped(ScopePart),
    /// An impact names what no row has, and what is near to what the row names.
    Near(ScopePart, String),
}

/// The view of a row that its line is reckoned by, and the others that would have to give the same.
pub(super) struct RowViews<'b> {
    pub(super) first: RowView<'b>,
    pub(super) others: Vec<(RowView<'b>, ScopeDoubt)>,
}

/// What the views of a row hang on.
pub(super) struct ViewedRow<'x, 'b> {
    pub(super) row: &'b Subscription,
    pub(super) services: &'x [&'b Name],
    /// The impact on the services that can matter.
    pub(super) impact: &'x [&'b Impact],
    pub(super) names: &'x ScopeNames<'b>,
    pub(super) unscoped: Unscoped,
}

impl<'b> ViewedRow<'_, 'b> {
    /// Returns the views of the row.
    pub(super) fn views(&self) -> RowViews<'b> {
        let own = self.own();
        let mut views = self.opened(own);
        for (part, name, base) in self.near(own) {
            let RowViews { first, others } = self.opened(base);
            let doubt = ScopeDoubt::Near(part, name);
            let all = std::iter::once(first).chain(others.into_iter().map(|(view, _)| view));
            views.others.extend(all.map(|view| (view, doubt.clone())));
        }
        views
    }

    /// Returns what the row names, without what no impact names: so all whom nobody names see the same.
    fn own(&self) -> ImpactScope<'b> {
        let mut own = ImpactScope::default();
        for part in ScopePart::ALL.iter().copied() {
            let named = self.named(part).filter(|n| self.names_of(part).any(|x| x == *n));
            *slot(&mut own, part) = named;
        }
        own
    }

    fn named(&self, part: ScopePart) -> Option<&'b str> {
        match part {
            ScopePart::Region => self.row.region.as_deref(),
            ScopePart::Resource => self.row.resource.as_deref(),
            ScopePart::Customer => Some(&self.row.customer),
        }
    }

    /// Returns the names that the impact has.
    fn names_of(&self, part: ScopePart) -> impl Iterator<Item = &'b str> {
        self.impact.iter().flat_map(move |impact| part.of_impact(impact)).map(String::as_str)
    }

    /// Returns the views by names in the impact that are near to the row's own, and that no row of the service has.
    fn near(&self, own: ImpactScope<'b>) -> Vec<(ScopePart, String, ImpactScope<'b>)> {
        let mut found = vec![];
        for part in ScopePart::ALL.iter().copied() {
            let Some(named) = self.named(part) else { continue };
            let mut near: Vec<_> = self.names_of(part).filter(|n| is_near(n, named)).collect();
            near.retain(|n| !self.services.iter().any(|s| self.names.has(part, n, s)));
            near.sort_unstable();
            near.dedup();
            for name in near {
                let mut base = own;
                *slot(&mut base, part) = Some(name);
                found.push((part, name.to_owned(), base));
            }
        }
        found
    }

    /// Returns the views of a row that names nothing more than `base`, by what its policy says of such rows.
    fn opened(&self, base: ImpactScope<'b>) -> RowViews<'b> {
        let all = self.each(base, |names, _| names.push(None));
        let view =
            |views: &[ImpactScope<'b>], together| RowView { views: views.to_vec(), together };
        let one = |first| RowViews { first, others: vec![] };
        let open = [ScopePart::Region, ScopePart::Resource];
        let doubt = open.into_iter().find(|part| self.is_open(*part));
        let (Some(part), true) = (doubt, all.len() > 1) else {
            return one(view(&all, ViewsTogether::Heaviest));
        };
        match self.unscoped {
            Unscoped::Any => one(view(&all, ViewsTogether::Heaviest)),
            Unscoped::All => {
                let known = self.each(base, |names, part| self.add_known(names, part));
                one(view(&known, ViewsTogether::All))
            }
            Unscoped::Review => {
                let doubt = || ScopeDoubt::Unscoped(part);
                let least = view(&all, ViewsTogether::All);
                // Schemes that count stretches may give most for neither the least nor the most time.
                let alone = all.iter().map(|one| view(&[*one], ViewsTogether::Heaviest));
                let others = std::iter::once(least).chain(alone).map(|v| (v, doubt())).collect();
                RowViews { first: view(&all, ViewsTogether::Heaviest), others }
            }
        }
    }

    /// Returns whether impact names something of the sort, and the row nothing.
    fn is_open(&self, part: ScopePart) -> bool {
        self.named(part).is_none() && self.names_of(part).next().is_some()
    }

    /// Returns `base` with each name of what it leaves open, and with those that `add` adds; of views that see the same
    /// impact one.
    fn each(
        &self,
        base: ImpactScope<'b>,
        add: impl Fn(&mut Vec<Option<&'b str>>, ScopePart),
    ) -> Vec<ImpactScope<'b>> {
        let choices = |part| {
            if !self.is_open(part) {
                return vec![*slot(&mut base.clone(), part)];
            }
            let mut names: Vec<_> = self.names_of(part).map(Some).collect();
            add(&mut names, part);
            names.sort_unstable();
            names.dedup();
            names
        };
        let resources = choices(ScopePart::Resource);
        let (mut views, mut known) = (vec![], HashSet::new());
        for region in choices(ScopePart::Region) {
            for resource in &resources {
                let view = ImpactScope { region, resource: *resource, ..base };
                let seen: Vec<bool> = self.impact.iter().map(|impact| view.sees(impact)).collect();
                if known.insert(seen) {
                    views.push(view);
                }
            }
        }
        views
    }

    /// Adds the names that rows of the services have; where one name alone is known, there is a rest beside it.
    fn add_known(&self, names: &mut Vec<Option<&'b str>>, part: ScopePart) {
        for service in self.services {
            names.extend(self.names.of_service(part, service).map(Some));
        }
        names.sort_unstable();
        names.dedup();
        if names.len() < 2 {
            names.push(None);
        }
    }
}

fn slot<'s, 'b>(scope: &'s mut ImpactScope<'b>, part: ScopePart) -> &'s mut Option<&'b str> {
    match part {
        ScopePart::Region => &mut scope.region,
        ScopePart::Resource => &mut scope.resource,
        ScopePart::Customer => &mut scope.customer,
    }
}
