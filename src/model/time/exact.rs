//! Times that leave no room: one day, or one instant. What money hangs on is written so.

use super::error::quote;
use super::parse::{self, ParseContext};
use super::{EventTime, Instant, Span, TimeError, TimeErrorReason, Zone};
use chrono::NaiveDate;

/// Reads a day, such as `2019-02-15`.
///
/// # Errors
/// What is no time at all, and what is one of another form.
pub fn read_day(text: &str) -> Result<NaiveDate, TimeError> {
    match parse::read(text, &ParseContext::file(Zone::UTC))? {
        EventTime::Day(day) => Ok(day.date()),
        _ => Err(refuse(text, "is not one day", "Write a date alone, such as 2019-02-15.")),
    }
}

/// Reads an instant to the second, such as `2019-01-24T12:56:00Z`; a clock without a zone is one of `zone`.
///
/// # Errors
/// What is no time at all, and what is more than one instant.
pub fn read_instant(text: &str, zone: Zone) -> Result<Instant, TimeError> {
    match parse::read(text, &ParseContext::file(zone))? {
        EventTime::At { time, within: Span::ZERO } => Ok(time.instant()),
        _ => Err(refuse(
            text,
            "is not one exact time",
            "Write a date and a clock, such as 2019-01-24T12:56:00Z.",
        )),
    }
}

fn refuse(text: &str, what: &str, next: &str) -> TimeError {
    TimeError::new(TimeErrorReason::NoForm, format!("{} {what}.", quote(text)), next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_that_leaves_room_is_refused() {
        assert_eq!(read_day("2019-02-15").unwrap().to_string(), "2019-02-15");
        let at = read_instant("2019-01-24 13:56", Zone::of("Europe/Paris")).unwrap();
        assert_eq!(at.rfc3339(), "2019-01-24T12:56:00Z");
        for bad in ["", "yesterday", "2019-02", "2019-02-15T10:00:00Z", "15/02/2019"] {
            assert!(read_day(bad).is_err(), "{bad}");
        }
        for bad in ["", "now", "2019-02-15", "~2019-02-15T10:00:00Z", "12:56"] {
            assert!(read_instant(bad, Zone::UTC).is_err(), "{bad}");
        }
    }
}
