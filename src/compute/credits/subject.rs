//! Who looks at which services, and when.

use super::CreditInputs;
use super::row_views::RowView;
use crate::compute::downtime::IntervalSet;
use crate::model::incident::{IncidentId, Name};
use crate::model::sla::Policy;
use crate::model::time::Instant;

/// By what a subject's time is counted.
#[derive(Clone, Copy, Debug)]
pub(super) struct SubjectTerms<'x, 'b> {
    pub(super) inputs: &'b CreditInputs,
    pub(super) policy: &'x Policy,
    pub(super) subject: &'x Subject<'b>,
}

/// Who looks at which services, and when.
#[derive(Clone, Debug)]
pub(super) struct Subject<'b> {
    /// The services, whose downtime is united.
    pub(super) services: Vec<&'b Name>,
    /// The regions, the resources and the customer.
    pub(super) view: RowView<'b>,
    /// When the subscription was in force.
    pub(super) held: IntervalSet,
    /// What the customer reported, where a policy counts from that: the incident, where the report names one, and when.
    pub(super) reports: Vec<CustomerReport<'b>>,
    /// The window.
    pub(super) window: (Instant, Instant),
}

/// What a customer reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct CustomerReport<'b> {
    /// The incident, where the report names it.
    pub(super) incident: Option<&'b IncidentId>,
    /// When it was reported.
    pub(super) at: Instant,
}
