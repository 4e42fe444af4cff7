//! One SLA as data: what is promised, how it is measured, and what is owed for a breach.

pub mod amount;
pub mod measure;
pub mod period;
pub mod recurrence;
pub mod scheme;

pub use amount::ByCurrency;
pub use measure::{
    Applies, AtLeast, Commitment, CompareRule, Denominator, DurationPromise, Exclude, Granularity,
    MaintenanceRule, Measure, MeasureKind, Partial, Quota, ServiceClock, ServiceHours, StartsAt,
    StateWeight, Weights,
};
pub use period::{CalendarLength, Period, Window};
pub use recurrence::{
    BusinessDayCount, BusinessDays, Notice, PlannedTime, Recurrence, WeekOfMonth,
};
pub use scheme::{
    Band, BandRange, BandYield, Basis, BlockMode, Blocks, Bound, Cap, Count, FeePart, FeeShare,
    Free, LostTime, Scheme, StepMode, Steps,
};

use crate::model::diagnostic::{Location, Spanned};
use crate::model::incident::names::{UnknownValue, string_enum};
use crate::model::incident::{IncidentId, Name};
use crate::model::money::{self, Exact, Rounding};
use crate::model::time::Zone;
use chrono::NaiveDate;
use serde::Serialize;
use std::fmt;
use std::str::FromStr;

/// One version of one SLA.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Its id; files of one id are versions of one policy.
    pub id: Name,
    /// What it is called.
    pub title: String,
    /// What customers may read of it.
    pub public: PublicTerms,
    /// Whether it is owed or given.
    pub kind: PolicyKind,
    /// The incidents that it is for; empty means every one.
    pub incidents: Vec<Spanned<IncidentId>>,
    /// Where its terms were read.
    pub source: Option<TermsSource>,
    /// The first day on which this version is in force; absent means always.
    pub effective_from: Option<Spanned<NaiveDate>>,
    /// The services that it is for; empty means whatever a subscription names.
    pub services: Vec<Spanned<Name>>,
    /// The plans that it is for; empty means every one.
    pub plans: Vec<String>,
    /// What a subscription's row must say.
    pub requires: Vec<Spanned<Requirement>>,
    /// The group of policies that compete or add up.
    pub group: Option<Spanned<Name>>,
    /// Whether the policies of the group compete or add up.
    pub stacking: Stacking,
    /// How long its windows are.
    pub window: Window,
    /// The zone of its windows.
    pub zone: Zone,
    /// What becomes of a row without a region or resource, where impact differs by it.
    pub unscoped: Unscoped,
    /// How uptime is measured.
    pub measure: Measure,
    /// What does not count.
    pub exclude: Exclude,
    /// What uptime is promised.
    pub commitment: Spanned<Commitment>,
    /// How uptime is rounded before it is looked up.
    pub compare: CompareRule,
    /// What is owed for a breach.
    pub scheme: Spanned<Scheme>,
    /// The most that may be owed; the lowest wins.
    pub caps: Vec<Spanned<Cap>>,
    /// What a credit must reach to be one.
    pub minimum: Option<Spanned<ByCurrency<AtLeast<Exact>>>>,
    /// How the credit is rounded, once.
    pub rounding: Rounding,
    /// Whether the customer must ask.
    pub claim: ClaimRule,
    /// What a customer may do after several breaches, beside the money.
    pub rights: Vec<Spanned<BreachRight>>,
    /// Where the file begins.
    pub place: Location,
}

impl Policy {
    /// Returns whether the policy is for a subscription's service; `*` is for every policy.
    pub fn is_for(&self, service: Option<&Name>, plan: Option<&str>) -> bool {
        let names = |service: &Name| self.services.iter().any(|s| s.value == *service);
        let plans =
            self.plans.is_empty() || plan.is_some_and(|p| self.plans.iter().any(|x| x == p));
        plans && (self.services.is_empty() || service.is_none_or(names))
    }

    /// Returns the calendars of the record that the policy names.
    pub fn calendars(&self) -> Vec<(&Name, Location)> {
        let mut named = vec![];
        if let Some(rule) = &self.exclude.maintenance
            && let Some(Notice::BusinessDays(days)) = &rule.value.notice
        {
            named.push((&days.calendar, rule.place));
        }
        if let ClaimRule::Within { length: ClaimTime::Business(days), place, .. } = &self.claim {
            named.push((&days.calendar, *place));
        }
        if let Some(hours) = &self.measure.service_hours
            && let ServiceClock::Calendar(name) = &hours.value.clock
        {
            named.push((name, hours.place));
        }
        let promise = self.measure.kind.duration();
        named.extend(promise.and_then(|p| p.clock.as_ref()).map(|c| (&c.value, c.place)));
        named
    }

    /// Returns whether this version is in force at the beginning of a window, unless a later one is.
    pub fn has_begun(&self, period: Period) -> bool {
        self.effective_from.as_ref().is_none_or(|from| from.value <= period.first_day())
    }
}

string_enum! {
    /// Whether a credit is owed or given.
    PolicyKind, "kind of policy" {
        /// Owed by contract.
        Sla = "sla",
        /// Given.
        Goodwill = "goodwill",
    }
}

string_enum! {
    /// Whether the policies of a group compete or add up.
    Stacking, "stacking" {
        /// The best line of the group alone.
        Best = "best",
        /// All of them.
        Sum = "sum",
    }
}

/// What customers may read of a policy: what its key `public` says, and the title that its file has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PublicTerms {
    /// What the terms are called.
    pub title: Option<String>,
    /// What they promise, in a few words.
    pub summary: Option<String>,
    /// Where they can be read.
    pub url: Option<String>,
}

string_enum! {
    /// What becomes of a row without a region or resource, where impact differs by it.
    Unscoped, "rule for rows without a region or resource" {
        /// A person looks.
        Review = "review",
        /// The worst of them counts.
        Any = "any",
        /// What all of them had counts.
        All = "all",
    }
}

/// Where the terms of a policy were read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermsSource {
    /// The address.
    pub url: Option<String>,
    /// The day.
    pub read_on: Option<NaiveDate>,
}

/// Whether the customer must ask for a credit, and until when.
#[derive(Clone, Debug)]
pub enum ClaimRule {
    /// Nobody need ask.
    Automatic,
    /// The customer asks in time.
    Within {
        /// How long there is.
        length: ClaimTime,
        /// From when on.
        from: ClaimFrom,
        /// Where the policy says it.
        place: Location,
    },
}

/// How long there is to claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClaimTime {
    /// Days or months of the calendar.
    Calendar(CalendarLength),
    /// Days on which people work.
    Business(BusinessDays),
    /// For ever.
    Unlimited,
}

impl fmt::Display for ClaimTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Calendar(length) => length.fmt(f),
            Self::Business(days) => {
                write!(f, "{} business days of `{}`", days.days, days.calendar)
            }
            Self::Unlimited => f.write_str("unlimited"),
        }
    }
}

/// What a customer may do after several breaches, such as to terminate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BreachRight {
    /// What it is called.
    pub name: String,
    /// How many windows in breach give it, this one included; at least one.
    pub breaches: u32,
    /// How far back they count.
    pub within: CalendarLength,
}

string_enum! {
    /// From when on the time to claim runs.
    ClaimFrom, "beginning of a claim's time" {
        /// The local midnight that ends the window.
        PeriodEnd = "period-end",
        /// The incident's end.
        IncidentEnd = "incident-end",
    }
}

/// Something that a subscription's row must say, such as `web_containers >= 2`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// The column.
    pub column: String,
    /// How its cell is compared.
    pub comparison: Comparison,
    /// What it is compared with.
    pub value: String,
}

/// How a cell is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    More,
    /// `>=`
    AtLeast,
}

impl Comparison {
    /// The signs that policies write, the longer before their beginnings.
    const SIGNS: [(&'static str, Self); 6] = [
        ("==", Self::Equal),
        ("!=", Self::NotEqual),
        ("<=", Self::AtMost),
        (">=", Self::AtLeast),
        ("<", Self::Less),
        (">", Self::More),
    ];

    fn sign(self) -> &'static str {
        Self::SIGNS.iter().find(|(_, c)| *c == self).map_or("==", |(sign, _)| sign)
    }

    fn holds<T: PartialOrd + ?Sized>(self, a: &T, b: &T) -> bool {
        match self {
            Self::Equal => a == b,
            Self::NotEqual => a != b,
            Self::Less => a < b,
            Self::AtMost => a <= b,
            Self::More => a > b,
            Self::AtLeast => a >= b,
        }
    }
}

impl Requirement {
    /// Returns whether a cell satisfies it: decimals as numbers, other texts by equality alone.
    pub fn is_met(&self, cell: &str) -> bool {
        let texts = (cell.trim(), self.value.as_str());
        match (money::signed_decimal(texts.0), money::signed_decimal(texts.1)) {
            (Ok(cell), Ok(value)) => self.comparison.holds(&cell, &value),
            _ => match self.comparison {
                Comparison::Equal => texts.0 == texts.1,
                Comparison::NotEqual => texts.0 != texts.1,
                _ => false,
            },
        }
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.column, self.comparison.sign(), self.value)
    }
}

impl FromStr for Requirement {
    type Err = UnknownValue;

    fn from_str(text: &str) -> Result<Self, UnknownValue> {
        let wrong = || {
            UnknownValue(format!(
                "`{text}` is not a requirement: write a column, a comparison and a value, such as `seats >= 2`"
            ))
        };
        let at = text.find(['=', '!', '<', '>']).ok_or_else(wrong)?;
        let (column, rest) = text.split_at_checked(at).ok_or_else(wrong)?;
        let found =
            Comparison::SIGNS.iter().find_map(|(sign, c)| Some((*c, rest.strip_prefix(sign)?)));
        let (comparison, value) = found.ok_or_else(wrong)?;
        let (column, value) = (column.trim(), value.trim());
        let ordered = !matches!(comparison, Comparison::Equal | Comparison::NotEqual);
        let unsound = value.starts_with(['=', '!', '<', '>'])
            || (ordered && money::signed_decimal(value).is_err());
        if column.is_empty() || value.is_empty() || unsound {
            return Err(wrong());
        }
        Ok(Self { column: column.to_owned(), comparison, value: value.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_requirement_compares_decimals_as_numbers() {
        let met = |text: &str, cell: &str| text.parse::<Requirement>().unwrap().is_met(cell);
        assert!(met("web_containers >= 2", "10"));
        assert!(met("web_containers == 2", "2.0"));
        assert!(!met("web_containers >= 2", ""));
        assert!(!met("web_containers >= 2", "many"));
        assert!(met("tier == gold", " gold "));
        assert!(met("tier != gold", ""));
        assert!(met("a<2", "1.99"));
        for bad in ["", "a", "a >", "> 2", "a => 2", "a > b", "a === 2", "a ! 2"] {
            assert!(bad.parse::<Requirement>().is_err(), "{bad}");
        }
    }
}
