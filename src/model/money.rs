//! Money and other numbers that must be exact: rationals, currencies, and the one rounding.

use crate::model::incident::names::{UnknownValue, string_enum};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive, Zero};
use std::fmt;
use std::str::FromStr;

/// An exact number: an amount, a percentage, a weight, a ratio of times.
pub type Exact = BigRational;

/// The most digits that a number may be written with.
const MOST_DIGITS: usize = 100;

/// Returns the exact number of a whole one.
pub fn whole(number: i64) -> Exact {
    Exact::from_integer(number.into())
}

/// Returns a quotient of whole numbers; zero where the divisor is zero.
pub fn ratio(part: i64, of: i64) -> Exact {
    if of == 0 { Exact::zero() } else { Exact::new(part.into(), of.into()) }
}

/// Returns a percentage as a part of one.
pub fn of_hundred(percent: &Exact) -> Exact {
    percent / whole(100)
}

/// Reads a decimal without a sign, such as `99.95` or `1200`.
///
/// # Errors
/// Anything else: signs, exponents, blanks, digit grouping, more than 100 digits.
pub fn decimal(text: &str) -> Result<Exact, UnknownValue> {
    let read = || {
        let (units, places) = text.split_once('.').unwrap_or((text, ""));
        let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
        let sound = !units.is_empty() && digits(units) && digits(places) && !text.ends_with('.');
        let fits = units.len().saturating_add(places.len()) <= MOST_DIGITS;
        let number = format!("{units}{places}").parse::<BigInt>().ok().filter(|_| sound && fits)?;
        Some(Exact::new(number, power_of_ten(u32::try_from(places.len()).ok()?)))
    };
    read().ok_or_else(|| {
        let shown: String = text.chars().flat_map(char::escape_debug).collect();
        UnknownValue(format!(
            "`{shown}` is not a decimal: write digits and a point, such as 99.95 or 1200"
        ))
    })
}

/// Reads a decimal that may be negative, such as `-12.50`.
///
/// # Errors
/// Anything that [`decimal`] refuses behind the sign.
pub fn signed_decimal(text: &str) -> Result<Exact, UnknownValue> {
    match text.strip_prefix('-') {
        Some(rest) => decimal(rest).map(|number| -number),
        None => decimal(text),
    }
}

/// Reads a decimal or a fraction of whole numbers, such as `0.4` or `1/30`.
///
/// # Errors
/// Anything else, and a fraction over zero.
pub fn fraction(text: &str) -> Result<Exact, UnknownValue> {
    let Some((part, of)) = text.split_once('/') else { return decimal(text) };
    let (part, of) = (decimal(part.trim())?, decimal(of.trim())?);
    if of.is_zero() || !part.is_integer() || !of.is_integer() {
        return Err(UnknownValue(format!("`{text}` is not a fraction: write one such as 1/30")));
    }
    Ok(part / of)
}

fn power_of_ten(places: u32) -> BigInt {
    BigInt::from(10).pow(places)
}

string_enum! {
    /// How a number between two multiples is brought to one of them.
    Rounding, "rounding" {
        /// To the nearest; halves away from zero.
        HalfUp = "half-up",
        /// To the nearest; halves to the even one.
        HalfEven = "half-even",
        /// Towards zero.
        Down = "down",
        /// Away from zero.
        Up = "up",
    }
}

impl Rounding {
    /// Returns the number rounded to so many decimal places.
    pub fn to_places(self, number: &Exact, places: u32) -> Exact {
        let scale = Exact::from_integer(power_of_ten(places));
        self.to_whole(&(number * &scale)) / scale
    }

    fn to_whole(self, number: &Exact) -> Exact {
        let size = number.abs();
        let below = size.floor();
        let half = Exact::new(1.into(), 2.into());
        let rest = &size - &below;
        let odd = (below.to_integer() % BigInt::from(2)) != BigInt::zero();
        let up = match self {
            Self::HalfUp => rest >= half,
            Self::HalfEven => rest > half || (rest == half && odd),
            Self::Down => false,
            Self::Up => !rest.is_zero(),
        };
        let rounded = if up { below + whole(1) } else { below };
        if number.is_negative() { -rounded } else { rounded }
    }
}

/// Returns a number with exactly so many decimal places; what is left over is rounded half-up, for the eye.
pub fn places(number: &Exact, places: u32) -> String {
    let rounded = Rounding::HalfUp.to_places(number, places);
    let digits = (rounded.abs() * Exact::from_integer(power_of_ten(places))).to_integer();
    let width = usize::try_from(places).unwrap_or(0).saturating_add(1);
    let digits = format!("{digits:0>width$}");
    let (units, tail) = digits.split_at_checked(digits.len() + 1 - width).unwrap_or((&digits, ""));
    let sign = if rounded.is_negative() { "-" } else { "" };
    let point = if tail.is_empty() { "" } else { "." };
    format!("{sign}{units}{point}{tail}")
}

/// Returns a number exactly: as a decimal where that ends, else as a fraction.
pub fn exactly(number: &Exact) -> String {
    match decimal_places(number) {
        Some(needed) => places(number, needed),
        None => fraction_text(number),
    }
}

/// Returns the places after which a number ends as a decimal; none where it never does.
fn decimal_places(number: &Exact) -> Option<u32> {
    let mut rest = number.denom().clone();
    let mut times = |prime: u32| {
        let prime = BigInt::from(prime);
        let mut count = 0_u32;
        while (&rest % &prime).is_zero() {
            rest /= &prime;
            count += 1;
        }
        count
    };
    let needed = times(2).max(times(5));
    rest.is_one().then_some(needed)
}

/// Returns a number as a fraction in lowest terms, such as `719/720` or `1/1`.
pub fn fraction_text(number: &Exact) -> String {
    format!("{}/{}", number.numer(), number.denom())
}

/// Returns a number's whole part as a count, kept within what can be counted.
pub fn count(number: &Exact) -> i64 {
    let limit = if number.is_negative() { i64::MIN } else { i64::MAX };
    number.to_integer().to_i64().unwrap_or(limit)
}

/// A currency of ISO 4217, which fixes its smallest unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency {
    code: &'static str,
    digits: u32,
}

impl Currency {
    /// Returns the three letters.
    pub fn code(self) -> &'static str {
        self.code
    }

    /// Returns how many decimal places its smallest unit has.
    pub fn digits(self) -> u32 {
        self.digits
    }

    /// Returns an amount rounded to the smallest unit.
    pub fn round(self, amount: &Exact, rounding: Rounding) -> Exact {
        rounding.to_places(amount, self.digits)
    }

    /// Returns an amount as a decimal with the currency's places.
    pub fn show(self, amount: &Exact) -> String {
        places(amount, self.digits)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code)
    }
}

impl FromStr for Currency {
    type Err = UnknownValue;

    fn from_str(text: &str) -> Result<Self, UnknownValue> {
        let known = CURRENCIES
            .iter()
            .flat_map(|(digits, codes)| codes.split_ascii_whitespace().map(|code| (*digits, code)));
        let found = known.into_iter().find(|(_, code)| *code == text);
        found.map(|(digits, code)| Self { code, digits }).ok_or_else(|| {
            let shown: String = text.chars().flat_map(char::escape_debug).collect();
            UnknownValue(format!(
                "`{shown}` is not a currency of ISO 4217: write three capitals, such as EUR"
            ))
        })
    }
}

/// An amount in its currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Money {
    /// The amount.
    pub amount: Exact,
    /// What it is in.
    pub currency: Currency,
}

impl fmt::Display for Money {
    /// Writes the amount alone, with the currency's places: 388.80 for 388.8. One that these would cut is written exactly,
    /// and one that never ends as a decimal with six places and a sign that it goes on.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fits = self.currency.round(&self.amount, Rounding::Down) == self.amount;
        let text = match decimal_places(&self.amount) {
            _ if fits => self.currency.show(&self.amount),
            Some(needed) => places(&self.amount, needed),
            None => format!("{}…", places(&Rounding::Down.to_places(&self.amount, 6), 6)),
        };
        f.pad(&text)
    }
}

/// The currencies in use, by the decimal places of their smallest unit (ISO 4217, list one).
const CURRENCIES: &[(u32, &str)] = &[
    (0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"),
    (
        2,
        "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN \
         BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP \
         GBP GEL GHS GIP GMD GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT \
         LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO \
         NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS \
         SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD \
         XCG YER ZAR ZMW ZWG ZWL",
    ),
    (3, "BHD IQD JOD KWD LYD OMR TND"),
    (4, "CLF UYW"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn d(text: &str) -> Exact {
        signed_decimal(text).unwrap()
    }

    #[test]
    fn a_decimal_is_read_to_the_last_digit() {
        assert_eq!(d("0.1") + d("0.2"), d("0.3"));
        assert_eq!(fraction("1/30").unwrap() * whole(30), whole(1));
        for bad in ["", ".", "1.", ".5", "1e3", "+1", "1,5", " 1", "--1", "1/0", "٣"] {
            assert!(decimal(bad).is_err(), "{bad}");
        }
        assert!(decimal(&"9".repeat(101)).is_err());
        assert!(fraction("1/0").is_err() && fraction("1.5/3").is_err());
    }

    #[test]
    fn half_a_unit_goes_where_the_mode_says() {
        let all = |text| {
            [Rounding::HalfUp, Rounding::HalfEven, Rounding::Down]
                .map(|r| places(&r.to_places(&d(text), 2), 2))
        };
        assert_eq!(all("5.005"), ["5.01", "5.00", "5.00"]);
        assert_eq!(all("5.015"), ["5.02", "5.02", "5.01"]);
        assert_eq!(all("-5.005"), ["-5.01", "-5.00", "-5.00"]);
        assert_eq!(all("0.0049999"), ["0.00", "0.00", "0.00"]);
    }

    #[test]
    fn a_currency_fixes_the_places() {
        let show = |code: &str, amount| code.parse::<Currency>().unwrap().show(&d(amount));
        assert_eq!(show("JPY", "1234"), "1234");
        assert_eq!(show("KWD", "0.5"), "0.500");
        assert_eq!(show("EUR", "-0.05"), "-0.05");
        for bad in ["eur", "", "UDS", "XXX", "EURO"] {
            assert!(bad.parse::<Currency>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_number_is_shown_exactly_where_a_decimal_cannot() {
        assert_eq!(exactly(&ratio(1, 3)), "1/3");
        assert_eq!(exactly(&ratio(21, 8)), "2.625");
        assert_eq!(fraction_text(&whole(1)), "1/1");
        for long in ["0.0000000000001", "33.333333333333333333333333333333", "1.15"] {
            assert_eq!(exactly(&d(long)), long);
        }
    }

    #[test]
    fn an_amount_is_a_decimal_to_its_last_digit() {
        let show = |amount: Exact, code: &str| {
            Money { amount, currency: code.parse().unwrap() }.to_string()
        };
        assert_eq!(show(d("388.8"), "EUR"), "388.80");
        assert_eq!(show(d("0.1234567890123456789"), "EUR"), "0.1234567890123456789");
        assert_eq!(show(ratio(99_600, 743), "EUR"), "134.051144…");
        assert_eq!(show(whole(500), "JPY"), "500");
    }

    #[test]
    fn binary_fractions_would_lose_the_cent_that_exact_ones_keep() {
        // 1.005 is a little less than that in binary, and so rounds down.
        let binary = (1.005_f64 * 100.0).round() / 100.0;
        assert_eq!(format!("{binary:.2}"), "1.00");
        assert_eq!(places(&Rounding::HalfUp.to_places(&d("1.005"), 2), 2), "1.01");
    }

    proptest! {
        #[test]
        fn rounding_moves_less_than_a_unit_and_reads_back(minor in -10_000_000_i64..10_000_000, digits in 0_u32..4) {
            let number = ratio(minor, 10_000);
            for mode in Rounding::ALL {
                let rounded = mode.to_places(&number, digits);
                prop_assert!((&rounded - &number).abs() < ratio(1, 10_i64.pow(digits)));
                prop_assert_eq!(d(&places(&rounded, digits)), rounded);
            }
        }
    }
}
