//! Who pays what for which service, and what they claimed: rows of tables, each with its place.

use crate::model::diagnostic::Location;
use crate::model::incident::{IncidentId, Name};
use crate::model::money::{Currency, Exact};
use crate::model::sla::{Period, PlannedTime};
use crate::model::time::Instant;
use chrono::NaiveDate;

/// A customer's right to a service at a fee, for a time.
#[derive(Clone, Debug)]
pub struct Subscription {
    /// Whose it is.
    pub customer: String,
    /// The service; none is `*`: those of the policy, or all of them, as one.
    pub service: Option<Name>,
    /// The plan.
    pub plan: Option<String>,
    /// What one month costs.
    pub fee: Exact,
    /// The currency of the fee.
    pub currency: Currency,
    /// The first day; absent means always.
    pub from: Option<NaiveDate>,
    /// The day after the last; absent means always. Later than `from`.
    pub to: Option<NaiveDate>,
    /// The region.
    pub region: Option<String>,
    /// The resource.
    pub resource: Option<String>,
    /// What one hour costs.
    pub hourly_rate: Option<Exact>,
    /// Every cell of the row that is not empty, by the name of its column.
    pub cells: Vec<(String, String)>,
    /// Where the file says it.
    pub place: Location,
}

/// What tells subscriptions apart; rows that agree in it tell of one subscription over time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubscriptionKey {
    /// Whose it is.
    pub customer: String,
    /// The service, or `*`.
    pub service: String,
    /// The plan.
    pub plan: Option<String>,
    /// The region.
    pub region: Option<String>,
    /// The resource.
    pub resource: Option<String>,
}

impl SubscriptionKey {
    /// Returns what tells it from others of its customer, in words.
    pub fn words(&self) -> String {
        parts_in_words(
            Some(&self.service),
            [&self.plan, &self.region, &self.resource].map(Option::as_deref),
        )
    }
}

impl Subscription {
    /// Returns what tells it apart from others.
    pub fn key(&self) -> SubscriptionKey {
        SubscriptionKey {
            customer: self.customer.clone(),
            service: self.service_text().to_owned(),
            plan: self.plan.clone(),
            region: self.region.clone(),
            resource: self.resource.clone(),
        }
    }

    /// Returns the service as the file writes it.
    pub fn service_text(&self) -> &str {
        self.service.as_ref().map_or("*", Name::as_str)
    }

    /// Returns whether the row is in force at some time in a period.
    pub fn reaches(&self, period: Period) -> bool {
        self.from.is_none_or(|from| from < period.end_day())
            && self.to.is_none_or(|to| to > period.first_day())
    }

    /// Returns whether a row that begins no earlier is in force while this one is.
    pub fn overlaps(&self, later: &Self) -> bool {
        self.to.is_none_or(|to| later.from.is_none_or(|from| from < to))
    }

    /// Returns the cell of a column; empty where there is none.
    pub fn cell(&self, column: &str) -> &str {
        self.cells.iter().find(|(name, _)| name == column).map_or("", |(_, cell)| cell)
    }
}

/// The subscriptions of a table, and the columns that it has.
#[derive(Clone, Debug, Default)]
pub struct Customers {
    /// The names of the columns.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<Subscription>,
}

/// A customer's claim for a credit.
#[derive(Clone, Debug)]
pub struct CreditClaim {
    /// Whose it is.
    pub customer: String,
    /// The service of the subscription, or `*`; absent, it is for each that the customer has.
    pub service: Option<String>,
    /// The plan, where it is for one alone.
    pub plan: Option<String>,
    /// The region, where it is for one alone.
    pub region: Option<String>,
    /// The resource, where it is for one alone.
    pub resource: Option<String>,
    /// The policy, where it is by one alone.
    pub policy: Option<Name>,
    /// The window that it is for.
    pub period: Period,
    /// The day on which it came; absent where only a report is told.
    pub received: Option<NaiveDate>,
    /// When the customer reported the impact.
    pub reported: Option<Instant>,
    /// The incident that was reported, where another than the one under way then.
    pub incident: Option<IncidentId>,
    /// Where the file says it.
    pub place: Location,
}

impl CreditClaim {
    /// Returns whether it is for a subscription: all that it names fits; a `*` row takes each service.
    pub fn fits(&self, row: &Subscription) -> bool {
        let part =
            |claimed: &Option<String>, own: &Option<String>| claimed.is_none() || claimed == own;
        let service = self.service.as_deref();
        let service = service.is_none_or(|s| row.service.is_none() || s == row.service_text());
        service
            && self.customer == row.customer
            && part(&self.plan, &row.plan)
            && part(&self.region, &row.region)
            && part(&self.resource, &row.resource)
    }

    /// Returns what it names of a subscription, in words.
    pub fn words(&self) -> String {
        parts_in_words(
            self.service.as_deref(),
            [&self.plan, &self.region, &self.resource].map(Option::as_deref),
        )
    }
}

/// Returns what tells a subscription from others of its customer, in words.
fn parts_in_words(service: Option<&str>, [plan, region, resource]: [Option<&str>; 3]) -> String {
    let named = |what: &str, name: Option<&str>| name.map(|name| format!("{what} `{name}`"));
    let parts = [
        service.map(|service| format!("`{service}`")),
        named("plan", plan),
        named("region", region),
        named("resource", resource),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// One row of measurements.
#[derive(Clone, Debug)]
pub struct MeasurementRow {
    /// The service that was measured.
    pub service: Name,
    /// When the interval began.
    pub start: Instant,
    /// What was measured in it.
    pub value: MeasuredValue,
    /// Where the file says it.
    pub place: Location,
}

/// What was measured in an interval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MeasuredValue {
    /// Requests or executions, and how many of them went wrong; never more than all.
    Requests {
        /// All of them.
        total: Exact,
        /// Those that went wrong.
        bad: Exact,
    },
    /// The part that went wrong, from 0 to 1.
    ErrorRate(Exact),
    /// Requests or executions, and how well they went.
    Score {
        /// All of them.
        total: Exact,
        /// From 0, all bad, to 1, all well.
        score: Exact,
    },
}

/// Planned work, and when it was announced.
#[derive(Clone, Debug)]
pub struct Maintenance {
    /// What it is called.
    pub title: String,
    /// The services concerned; empty means all.
    pub services: Vec<Name>,
    /// When it is.
    pub when: PlannedTime,
    /// When it was announced, where that is known.
    pub announced: Option<Instant>,
    /// Where the file says it.
    pub place: Location,
}

/// Goodwill, or a correction made by hand.
#[derive(Clone, Debug)]
pub struct Adjustment {
    /// The window that it is booked in.
    pub period: Period,
    /// Whose it is.
    pub customer: String,
    /// The service, where it is for one.
    pub service: Option<String>,
    /// The amount, in whole smallest units of the currency; may be negative.
    pub amount: Exact,
    /// The currency.
    pub currency: Currency,
    /// Why.
    pub reason: String,
    /// The incident that it is for.
    pub incident: Option<IncidentId>,
    /// Who approved it.
    pub approved_by: String,
    /// Where the file says it.
    pub place: Location,
}
