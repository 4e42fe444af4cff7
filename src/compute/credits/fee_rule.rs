//! How a credit follows from a fee, where that alone differs: a share of it, a fixed amount, caps and a minimum.
//!
//! Every scheme yields a share of the fee and a fixed amount, so that two fees tell both. What follows is the order of
//! `decision`, in whole numbers of 128 bits; where they do not suffice there is no answer, and the exact way is taken.

use super::claim::{ClaimState, claim};
use super::decision;
use super::scheme::scheme_outcome;
use super::tally::Tally;
use super::terms::{LineTerms, SchemeYield};
use super::verdict::{Status, Verdict};
use crate::model::money::{Currency, Exact, Rounding, of_hundred, whole};
use crate::model::sla::{Cap, ClaimRule};
use num_traits::{ToPrimitive, Zero};
use std::cmp::Ordering;

/// A decimal without a sign that fits into a register: `units` of ten to the power of minus `places`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ShortDecimal {
    /// The digits.
    pub units: u64,
    /// How many of them stand behind the point; at most 18.
    pub places: u32,
}

impl ShortDecimal {
    /// Returns the same as an exact number.
    pub fn exact(self) -> Exact {
        Exact::new(self.units.into(), 10_i128.pow(self.places.min(18)).into())
    }

    fn ratio(self) -> Ratio {
        Ratio { part: i128::from(self.units), of: 10_i128.pow(self.places.min(18)) }
    }
}

/// How a credit follows from a fee.
#[derive(Clone, Debug)]
pub struct FeeRule(Rule);

#[derive(Clone, Debug)]
enum Rule {
    /// Nothing is owed, whatever the fee.
    Nothing(Status),
    Money(MoneyRule),
}

#[derive(Clone, Debug)]
struct MoneyRule {
    amount: Affine,
    /// The most that may be owed, in order.
    caps: Vec<Affine>,
    /// The least that is paid out, and whether it itself is.
    least: Option<(Ratio, bool)>,
    claim: ClaimState,
    /// Whether a line of which something is owed tells a deadline too, and others don't.
    has_deadline: bool,
    rounding: Rounding,
    digits: u32,
}

/// What a fee gives by a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeeAmount {
    /// What became of the line.
    pub status: Status,
    /// The credit, in smallest units of the currency.
    pub credit: i128,
    /// The credit before rounding: so many parts of [`Self::of`].
    pub part: i128,
    /// What the parts are of; positive.
    pub of: i128,
}

impl FeeRule {
    /// Returns the rule by which a line follows from its fee; none where it takes more than that.
    pub(super) fn of(terms: &LineTerms<'_>, tally: &Tally) -> Option<Self> {
        let at = |fee: i64| LineTerms { fee: whole(fee), ..terms.clone() };
        let (free, paid) = (at(0), at(1));
        let verdict = decision::verdict(&paid, tally);
        let is_settled =
            matches!(verdict.status, Status::Ineligible | Status::Review | Status::NoBreach);
        if is_settled && decision::verdict(&free, tally).status == verdict.status
            || verdict.extend_days > 0
        {
            return Some(Self(Rule::Nothing(verdict.status)));
        }
        let policy = terms.policy;
        let percent = policy.compare.round(&(&tally.uptime * whole(100)));
        let has_deadline = matches!(policy.claim, ClaimRule::Within { .. });
        if has_deadline && decision::verdict(terms, tally).status == Status::BreachNoCredit {
            return None;
        }
        let owed = |terms: &LineTerms<'_>| match scheme_outcome(
            &policy.scheme.value,
            terms,
            tally,
            &percent,
        )
        .what
        {
            SchemeYield::Money(amount) => Some(amount),
            _ => None,
        };
        let fixed = owed(&free)?;
        let share = owed(&paid)? - &fixed;
        let currency = terms.row.currency;
        let cap = |cap: &Cap| match cap {
            Cap::Percent(percent) => Affine::of(&of_hundred(percent), &Exact::zero()),
            Cap::Amount(most) => Affine::of(&Exact::zero(), most.get(currency)?),
            Cap::PercentOfWindows { .. } => None,
        };
        let least = match &policy.minimum {
            None => None,
            Some(minimum) => {
                let least = minimum.value.get(currency)?;
                Some((Ratio::of(&least.limit)?, least.is_met(&least.limit)))
            }
        };
        Some(Self(Rule::Money(MoneyRule {
            amount: Affine::of(&share, &fixed)?,
            caps: policy.caps.iter().map(|c| cap(&c.value)).collect::<Option<_>>()?,
            least,
            claim: claim(&mut Verdict::new(), terms, tally),
            has_deadline,
            rounding: policy.rounding,
            digits: currency.digits(),
        })))
    }

    /// Returns what a window's fee gives; none where the numbers grow too large.
    pub fn at(&self, fee: ShortDecimal) -> Option<FeeAmount> {
        match &self.0 {
            Rule::Nothing(status) => Some(FeeAmount::nothing(*status)),
            Rule::Money(rule) => rule.at(fee),
        }
    }
}

impl MoneyRule {
    /// Returns the same as `decision::money`, in its order.
    fn at(&self, fee: ShortDecimal) -> Option<FeeAmount> {
        let amount = self.amount.at(fee)?;
        if amount.part <= 0 {
            if self.has_deadline {
                return None;
            }
            return Some(FeeAmount::nothing(Status::BreachNoCredit));
        }
        let mut capped = amount;
        for cap in &self.caps {
            let most = cap.at(fee)?;
            if most.compare(capped)? == Ordering::Less {
                capped = most;
            }
        }
        if self.claim == ClaimState::Late {
            return Some(FeeAmount::nothing(Status::ClaimExpired));
        }
        if let Some((least, is_enough)) = self.least {
            match capped.compare(least)? {
                Ordering::Less => return Some(FeeAmount::nothing(Status::BelowMinimum)),
                Ordering::Equal if !is_enough => {
                    return Some(FeeAmount::nothing(Status::BelowMinimum));
                }
                _ => {}
            }
        }
        let was_capped = capped.compare(amount)? == Ordering::Less;
        let status = match self.claim {
            ClaimState::NotYet => Status::ClaimPending,
            _ if was_capped => Status::Capped,
            _ => Status::Credit,
        };
        let mut credit = capped.rounded(self.rounding, self.digits)?;
        // A cap is never passed by rounding.
        let units = Ratio { part: credit, of: 10_i128.checked_pow(self.digits)? };
        if was_capped && units.compare(capped)? == Ordering::Greater {
            credit = capped.rounded(Rounding::Down, self.digits)?;
        }
        Some(FeeAmount { status, credit, part: capped.part, of: capped.of })
    }
}

impl FeeAmount {
    fn nothing(status: Status) -> Self {
        Self { status, credit: 0, part: 0, of: 1 }
    }

    /// Returns the credit.
    pub fn exact_credit(self, currency: Currency) -> Exact {
        Exact::new(self.credit.into(), 10_i128.pow(currency.digits()).into())
    }

    /// Returns the credit before rounding.
    pub fn unrounded(self) -> Exact {
        Exact::new(self.part.into(), self.of.into())
    }

    /// Returns the credit before rounding in percent of a fee, in millionths of a percent, rounded half-up; none where the
    /// fee is nothing or the numbers grow too large.
    pub fn micro_percent(self, fee: ShortDecimal) -> Option<i128> {
        let fee = fee.ratio();
        let part = self.part.checked_mul(fee.of)?;
        let of = self.of.checked_mul(fee.part).filter(|of| *of > 0)?;
        Ratio { part, of }.rounded(Rounding::HalfUp, 8)
    }
}

/// A share of the fee and a fixed amount.
#[derive(Clone, Copy, Debug)]
struct Affine {
    share: Ratio,
    fixed: Ratio,
}

impl Affine {
    fn of(share: &Exact, fixed: &Exact) -> Option<Self> {
        Some(Self { share: Ratio::of(share)?, fixed: Ratio::of(fixed)? })
    }

    fn at(self, fee: ShortDecimal) -> Option<Ratio> {
        let fee = fee.ratio();
        let part = self.share.part.checked_mul(fee.part)?;
        let of = self.share.of.checked_mul(fee.of)?;
        if self.fixed.part == 0 {
            return Some(Ratio { part, of });
        }
        let sum = part.checked_mul(self.fixed.of)?.checked_add(self.fixed.part.checked_mul(of)?)?;
        Some(Ratio { part: sum, of: of.checked_mul(self.fixed.of)? })
    }
}

/// A quotient of whole numbers that is never negative; `of` is positive.
#[derive(Clone, Copy, Debug)]
struct Ratio {
    part: i128,
    of: i128,
}

impl Ratio {
    fn of(number: &Exact) -> Option<Self> {
        let (part, of) = (number.numer().to_i128()?, number.denom().to_i128()?);
        (part >= 0 && of > 0).then_some(Self { part, of })
    }

    fn compare(self, other: Self) -> Option<Ordering> {
        Some(self.part.checked_mul(other.of)?.cmp(&other.part.checked_mul(self.of)?))
    }

    /// Returns the number in units of so many decimal places.
    fn rounded(self, rounding: Rounding, places: u32) -> Option<i128> {
        let scaled = self.part.checked_mul(10_i128.checked_pow(places)?)?;
        let (below, rest) = (scaled.checked_div(self.of)?, scaled.checked_rem(self.of)?);
        let half = rest.checked_mul(2)?.cmp(&self.of);
        let is_odd = below.checked_rem(2)? != 0;
        let up = match rounding {
            Rounding::HalfUp => half != Ordering::Less,
            Rounding::HalfEven => half == Ordering::Greater || half == Ordering::Equal && is_odd,
            Rounding::Down => false,
            Rounding::Up => rest != 0,
        };
        below.checked_add(i128::from(up))
    }
}
