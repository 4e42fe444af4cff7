//! Periods as people type them: a month, a quarter, a year, a day, or from one time to another.

use super::calendar::Month;
use super::error::quote;
use super::parse::{self, ParseContext};
use super::{EventTime, Instant, Span, TimeError, TimeErrorReason};

/// Some time from one instant to another; the end does not belong to it, and is later than the beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeRange {
    from: Instant,
    to: Instant,
}

impl TimeRange {
    /// Returns the first instant that belongs to it.
    pub fn from(self) -> Instant {
        self.from
    }

    /// Returns the first instant after it.
    pub fn to(self) -> Instant {
        self.to
    }

    /// Returns whether an instant belongs to it.
    pub fn holds(self, at: Instant) -> bool {
        self.from <= at && at < self.to
    }
}

/// Reads a period: `2019-01`, `2019-Q1`, `2019`, a day, or two of these or two times with `..` between them.
///
/// A day, a month, a quarter and a year are those of the context's zone, and all of them count.
///
/// # Errors
/// Refuses what has no such form, and an end that is not after the beginning.
pub fn read(text: &str, context: &ParseContext<'_>) -> Result<TimeRange, TimeError> {
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    let (from, to) = (edges(first, context)?.0, edges(last, context)?.1);
    if from < to {
        return Ok(TimeRange { from, to });
    }
    let message = format!("{} ends no later than it begins.", quote(text.trim()));
    Err(TimeError::new(TimeErrorReason::Backwards, message, FORMS))
}

/// How a period is written.
const FORMS: &str = "Write a month (`2019-01`), a quarter (`2019-Q1`), a year (`2019`) or a day, or two of \
                     these or two times: `2019-01-01..2019-02-15`.";

fn no_period(text: &str) -> TimeError {
    TimeError::new(
        TimeErrorReason::NoForm,
        format!("{} is not a period.", quote(text.trim())),
        FORMS,
    )
}

/// Reads a time at which a period begins or ends: a clock or a day without its year is a past one, and what is
/// plainly ahead is taken too.
///
/// # Errors
/// Refuses what has no form of a time, and what means several times.
pub fn edge(text: &str, context: &ParseContext<'_>) -> Result<EventTime, TimeError> {
    let read = |allow_future| parse::read(text, &ParseContext { allow_future, ..*context });
    read(false).or_else(|refusal| match refusal.reason() {
        TimeErrorReason::Future => read(true),
        _ => Err(refusal),
    })
}

/// Returns the beginning and the end of what a text means; of one exact time they are the same.
fn edges(text: &str, context: &ParseContext<'_>) -> Result<(Instant, Instant), TimeError> {
    if let Some((first, last)) = quarter(text.trim()) {
        let (first, last) = (EventTime::Month(first), EventTime::Month(last));
        let end = last.moment(context.zone).latest();
        return Ok((first.moment(context.zone).earliest(), end.plus(Span::seconds(1))));
    }
    let stamp = edge(text, context).map_err(|refusal| match refusal.reason() {
        TimeErrorReason::NoForm => no_period(text),
        _ => refusal,
    })?;
    let moment = stamp.moment(context.zone);
    let whole = matches!(stamp, EventTime::Day(_) | EventTime::Month(_) | EventTime::Year(_));
    let rest = if whole { Span::seconds(1) } else { Span::ZERO };
    Ok((moment.earliest(), moment.latest().plus(rest)))
}

/// Returns the first and the last month of a quarter such as `2019-Q1`.
fn quarter(text: &str) -> Option<(Month, Month)> {
    let (year, number) = text.split_once(['-', ' '])?;
    let number = number.strip_prefix(['Q', 'q'])?;
    let plain =
        |text: &str, length| text.len() == length && text.bytes().all(|b| b.is_ascii_digit());
    if !plain(year, 4) || !plain(number, 1) {
        return None;
    }
    let (year, number): (i32, u32) = (year.parse().ok()?, number.parse().ok()?);
    let month = |month| Month::new(year, month);
    (1..=4).contains(&number).then(|| month(3 * number - 2).zip(month(3 * number)))?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_in(
        text: &str,
        zone: crate::model::time::Zone,
    ) -> Result<(String, String), TimeErrorReason> {
        let period = read(text, &ParseContext::file(zone)).map_err(|r| r.reason())?;
        Ok((period.from().rfc3339(), period.to().rfc3339()))
    }

    #[test]
    fn a_period_is_all_of_its_days_in_the_zone() {
        let paris = crate::model::time::Zone::of("Europe/Paris");
        let cases = [
            ("2019-01", "2018-12-31T23:00:00Z", "2019-01-31T23:00:00Z"),
            ("2019-Q1", "2018-12-31T23:00:00Z", "2019-03-31T22:00:00Z"),
            ("2019 q4", "2019-09-30T22:00:00Z", "2019-12-31T23:00:00Z"),
            ("2019", "2018-12-31T23:00:00Z", "2019-12-31T23:00:00Z"),
            ("2019-01-24", "2019-01-23T23:00:00Z", "2019-01-24T23:00:00Z"),
            ("2019-01..2019-02", "2018-12-31T23:00:00Z", "2019-02-28T23:00:00Z"),
            ("2019-01-24 13:56..2019-01-25", "2019-01-24T12:56:00Z", "2019-01-25T23:00:00Z"),
        ];
        for (text, from, to) in cases {
            assert_eq!(read_in(text, paris), Ok((from.to_owned(), to.to_owned())), "{text}");
        }
    }

    #[test]
    fn a_period_that_holds_nothing_is_refused() {
        let utc = crate::model::time::Zone::UTC;
        assert_eq!(read_in("2019-02..2019-01", utc), Err(TimeErrorReason::Backwards));
        assert_eq!(read_in("2019-01-24T12:00:00Z", utc), Err(TimeErrorReason::Backwards));
        for bad in ["", "2019-Q5", "2019-Q0", "..", "soon", "2019-Q1..x", "+201-Q1"] {
            assert!(read_in(bad, utc).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_instant_belongs_to_one_of_two_months() {
        let context = ParseContext::file(crate::model::time::Zone::UTC);
        let [one, two] = ["2019-01", "2019-02"].map(|t| read(t, &context).unwrap());
        assert!(!one.holds(two.from()) && two.holds(two.from()) && one.to() == two.from());
    }
}
