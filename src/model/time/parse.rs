//! Times as people type them, on the command line and in every file.

use super::error::quote;
use super::resolve::{point, resolve};
use super::text_cursor::TextCursor;
use super::{Day, EventTime, Instant, OffsetTime, Span, TimeError, TimeErrorReason};
use super::{duration, format, range};
use chrono::{Offset, Utc};

pub use super::context::{APPROXIMATE, IncidentWindow, ParseContext};

/// Reads a time, in either case and with any white space.
///
/// # Errors
///
/// Refuses what has no form of a time, what means several times (with the choices), and, unless the context
/// allows it, the future.
pub fn read(text: &str, context: &ParseContext<'_>) -> Result<EventTime, TimeError> {
    // Nearly every time in a file is written so, and there are hundreds of thousands of them.
    if let Some(at) = utc(text.as_bytes()) {
        return not_ahead(EventTime::exact(OffsetTime::at(at, Utc.fix())), context);
    }
    read_words(text, context)
}

/// Reads a time in UTC as the tool writes it, `2019-01-24T12:56:00Z`; none where it is anything else.
fn utc(text: &[u8]) -> Option<Instant> {
    let &[
        y1,
        y2,
        y3,
        y4,
        b'-',
        m1,
        m2,
        b'-',
        d1,
        d2,
        b'T',
        h1,
        h2,
        b':',
        n1,
        n2,
        b':',
        s1,
        s2,
        b'Z',
    ] = text
    else {
        return None;
    };
    let number = |digits: &[u8]| {
        let digit = |sum: u32, b: &u8| b.is_ascii_digit().then(|| sum * 10 + u32::from(b - b'0'));
        digits.iter().try_fold(0, digit)
    };
    let year = i32::try_from(number(&[y1, y2, y3, y4])?).ok()?;
    let day = Day::of(year, number(&[m1, m2])?, number(&[d1, d2])?)?;
    let time =
        day.date().and_hms_opt(number(&[h1, h2])?, number(&[n1, n2])?, number(&[s1, s2])?)?;
    Instant::from_epoch(time.and_utc().timestamp())
}

fn read_words(text: &str, context: &ParseContext<'_>) -> Result<EventTime, TimeError> {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let stamp = if let Some(words) = approximately(&words) {
        near(words, context.approximate, context)?
    } else if let Some((first, last)) = words.split_once("..") {
        range::read(first.trim_end(), last.trim_start(), context)?
    } else if let Some((first, last)) = range::dashed(&words, context)? {
        range::read(first, last, context)?
    } else if let Some((words, within)) = split_within(&words)? {
        near(&words, within, context)?
    } else {
        resolve(&point(&words, context)?, &words, context)?
    };
    not_ahead(stamp, context)
}

/// Returns what stands behind `~`, `about`, `around` or `ca.`.
pub(super) fn approximately(words: &str) -> Option<&str> {
    let mut cursor = TextCursor(words);
    cursor.eat_any(&["~", "about ", "around ", "ca.", "ca "])?;
    Some(cursor.0.trim_start())
}

/// Reads a time that is uncertain by `within` either way.
fn near(words: &str, within: Span, context: &ParseContext<'_>) -> Result<EventTime, TimeError> {
    let widen = |stamp| match stamp {
        EventTime::At { time, .. } => Some(EventTime::At { time, within }),
        EventTime::Between(..) | EventTime::Day(_) | EventTime::Month(_) | EventTime::Year(_) => {
            None
        }
    };
    let stamp =
        resolve(&point(words, context)?, words, context).map_err(|refusal| refusal.refit(widen))?;
    widen(stamp).ok_or_else(|| {
        let message =
            format!("{} is all of that time, and so can't be uncertain by minutes.", quote(words));
        TimeError::new(
            TimeErrorReason::NoForm,
            message,
            "Leave out the uncertainty, or write a time of day.",
        )
        .or(stamp, "all of it")
    })
}

/// Splits `12:56±2m` into the time and the length; a zone may also stand at the end.
pub(super) fn split_within(words: &str) -> Result<Option<(String, Span)>, TimeError> {
    let Some((time, rest)) = ["±", "+/-", "+-"].iter().find_map(|sign| words.split_once(sign))
    else {
        return Ok(None);
    };
    let (time, rest) = (time.trim_end(), rest.trim_start());
    let whole = duration::read_span(rest);
    let (within, zone) = match (whole, rest.rsplit_once(' ')) {
        (Err(_), Some((within, zone))) if duration::read_span(within).is_ok() => {
            (duration::read_span(within)?, zone)
        }
        (whole, _) => (whole?, ""),
    };
    Ok(Some((format!("{time} {zone}").trim_end().to_owned(), within)))
}

/// Refuses a time in the future, unless the context allows it.
fn not_ahead(stamp: EventTime, context: &ParseContext<'_>) -> Result<EventTime, TimeError> {
    let Some(now) = context.now.filter(|_| !context.allow_future) else { return Ok(stamp) };
    let reading = match stamp {
        EventTime::At { time, .. } => time.instant(),
        EventTime::Between(_, last) => last.instant(),
        EventTime::Day(_) | EventTime::Month(_) | EventTime::Year(_) => {
            stamp.moment(context.zone).earliest()
        }
    };
    if reading <= now {
        return Ok(stamp);
    }
    let message = format!("That is in the future: {}.", format::echo(stamp, context.zone, now));
    Err(TimeError::new(
        TimeErrorReason::Future,
        message,
        "Give the time that it was, or `--future` if it is still to come.",
    ))
}

#[cfg(test)]
mod tests {
    use super::super::Zone;
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_time_in_utc_is_read_as_any_other(
            year in 0_u32..10_000, month in 0_u32..14, day in 0_u32..33, hour in 0_u32..26,
            minute in 0_u32..62, second in 0_u32..63, over in any::<bool>(),
        ) {
            let text = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z");
            let now = Instant::saturating(1_500_000_000);
            let around = if over { IncidentWindow::Over { first: now, last: now } } else { IncidentWindow::Nothing };
            for context in [ParseContext::file(Zone::of("Europe/Paris")), ParseContext { around, ..ParseContext::at(now, Zone::UTC) }] {
                prop_assert_eq!(read(&text, &context), read_words(&text, &context));
            }
        }
    }
}
