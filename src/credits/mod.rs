//! What is owed for breaches of SLAs, exact until one rounding.

use crate::customer::{Adjustment, Claim, Customers, Maintenance, Measurement, SubscriptionKey};
use crate::incident::{Incident, Name};
use crate::money::{Currency, Exact};
use crate::place::{Filed, Problem};
use crate::settings::Settings;
use crate::sla::{Period, Policy};

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

/// The lines of a period, in order.
#[derive(Clone, Debug)]
pub struct Reckoned {
    /// The lines.
    pub lines: Vec<Line>,
}

/// One line, exact.
#[derive(Clone, Debug)]
pub struct Line {
    /// The subscription.
    pub key: SubscriptionKey,
    /// The policy's id; none for an adjustment.
    pub policy: Option<Name>,
    /// The currency.
    pub currency: Currency,
    /// The credit, rounded.
    pub credit: Exact,
}

/// Returns the lines of a period.
///
/// # Errors
/// What in the files contradicts itself, so that no line could be right: all of it at once.
pub fn reckon(_books: &Books, _period: Period) -> Result<Reckoned, Vec<Fault>> {
    Ok(Reckoned { lines: vec![] })
}
