//! When open incidents cost more: the next moment at which a policy owes more than if they ended now.

use super::what_if::{SupposedMilestone, SupposedTime};
use super::{CreditInputs, CreditLine, InputFault, Status, compute};
use crate::model::diagnostic::Sourced;
use crate::model::incident::{Incident, IncidentId, Milestone, Name};
use crate::model::money::Exact;
use crate::model::sla::Period;
use crate::model::time::{EventTime, Instant, OffsetTime, Span, Zone};
use std::collections::BTreeMap;

/// What credits would be if open incidents ended at some time.
#[derive(Debug)]
pub struct EndSupposed {
    inputs: CreditInputs,
    /// The open incidents as they are, by their places in the inputs.
    open: Vec<(usize, Sourced<Incident>)>,
}

/// A moment at which a policy owes more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwedMore {
    /// The policy.
    pub policy: Name,
    /// The window.
    pub period: Period,
    /// The moment.
    pub at: Instant,
}

/// What is owed by a policy on each line, whether or not a claim must come first.
type OwedByPolicy = BTreeMap<Name, Vec<Exact>>;

impl EndSupposed {
    /// Takes the inputs, and which of the incidents are open.
    pub fn of(inputs: CreditInputs, open: &[IncidentId]) -> Self {
        let all = inputs.incidents.iter().enumerate();
        let open = all.filter(|(_, incident)| open.contains(&incident.fact.id));
        let open = open.map(|(place, incident)| (place, incident.clone())).collect();
        Self { inputs, open }
    }

    /// Returns the inputs as they would be if the impact of the open incidents ended at an instant.
    pub fn ended(&mut self, at: Instant) -> &CreditInputs {
        let time = EventTime::exact(OffsetTime::in_zone(at, Zone::UTC));
        let end =
            SupposedMilestone { milestone: Milestone::Recovered, time: SupposedTime::At(time) };
        for (place, incident) in &self.open {
            let ended = end.in_incident(&incident.fact, &self.inputs.settings);
            if let (Some(known), Some(ended)) = (self.inputs.incidents.get_mut(*place), ended) {
                known.fact = ended;
            }
        }
        &self.inputs
    }

    fn owed(&mut self, period: Period, at: Instant) -> Result<OwedByPolicy, Vec<InputFault>> {
        let mut owed = OwedByPolicy::new();
        for line in compute(self.ended(at), period)?.lines {
            let policy = line.policy.fact.id.clone();
            owed.entry(policy).or_default().push(owed_by(&line));
        }
        Ok(owed)
    }

    /// Returns for each policy with windows like a period's the first whole minute from now on at which some line owes
    /// more than now; nothing of one that owes no more within the window.
    ///
    /// # Errors
    /// What in the inputs contradicts itself.
    pub fn next_steps(
        &mut self,
        period: Period,
        now: Instant,
    ) -> Result<Vec<OwedMore>, Vec<InputFault>> {
        let is = self.owed(period, now)?;
        let zone_of = |policy: &Name, inputs: &CreditInputs| {
            let found = inputs.policies.iter().find(|it| it.fact.id == *policy);
            found.map_or(Zone::UTC, |it| it.fact.zone)
        };
        let mut steps = vec![];
        for policy in is.keys() {
            let (_, end) = period.bounds(zone_of(policy, &self.inputs));
            let minutes = end.since(now).as_seconds() / 60;
            let step = self.first_minute(minutes, |it, minutes| {
                let owed = it.owed(period, now.plus(Span::minutes(minutes)))?;
                Ok::<_, Vec<InputFault>>(grows(is.get(policy), owed.get(policy)))
            })?;
            let step = step.map(|minutes| now.plus(Span::minutes(minutes)));
            steps.extend(step.map(|at| OwedMore { policy: policy.clone(), period, at }));
        }
        Ok(steps)
    }

    /// Returns the least number of minutes from which on something holds; none where it doesn't hold at the most.
    fn first_minute<E>(
        &mut self,
        most: i64,
        mut holds: impl FnMut(&mut Self, i64) -> Result<bool, E>,
    ) -> Result<Option<i64>, E> {
        if most < 1 || !holds(self, most)? {
            return Ok(None);
        }
        let (mut no, mut yes) = (0, most);
        while yes - no > 1 {
            let middle = no + (yes - no) / 2;
            if holds(self, middle)? { yes = middle } else { no = middle }
        }
        Ok(Some(yes))
    }
}

/// Returns what a line owes, whether or not a claim must come first.
fn owed_by(line: &CreditLine<'_>) -> Exact {
    match line.verdict.status {
        Status::ClaimPending => line.pending.clone(),
        _ => &line.verdict.credit + &line.pending,
    }
}

fn grows(is: Option<&Vec<Exact>>, would: Option<&Vec<Exact>>) -> bool {
    let none = vec![];
    let (is, would) = (is.unwrap_or(&none), would.unwrap_or(&none));
    would.len() > is.len() || is.iter().zip(would).any(|(is, would)| would > is)
}
