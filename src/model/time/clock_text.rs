//! The forms that a time of day can be typed in.

use super::TimeError;
use super::day_text::no_such;
use super::text_cursor::TextCursor;
use chrono::NaiveTime;

/// A time of day.
#[derive(Clone, Copy, Debug)]
pub(super) struct ClockTime {
    /// The time, in whole seconds.
    pub(super) time: NaiveTime,
    /// Whether the seconds were typed.
    pub(super) to_the_second: bool,
    /// Whether it is `24:00`: the time is that of the day after the one that is named.
    pub(super) ends_day: bool,
    /// Whether `am` or `pm` was typed.
    pub(super) half_typed: bool,
}

/// A time of day as its digits say it.
#[derive(Clone, Copy)]
pub(super) struct ClockText {
    hour: u32,
    minute: u32,
    second: Option<u32>,
    half: Option<Half>,
}

/// The half of the day that a clock of twelve hours means.
#[derive(Clone, Copy)]
enum Half {
    Am,
    Pm,
}

impl ClockText {
    /// Returns the clock of hours and minutes, and perhaps of seconds.
    pub(super) fn of_digits(hour: u32, minute: u32, second: Option<u32>) -> Self {
        Self { hour, minute, second, half: None }
    }

    /// Returns the time of day that is meant.
    ///
    /// # Errors
    ///
    /// Refuses times that no day has.
    pub(super) fn check(self, text: &str) -> Result<ClockTime, TimeError> {
        let seconds = self.second.unwrap_or(0);
        let ends_day = self.half.is_none() && (self.hour, self.minute, seconds) == (24, 0, 0);
        let hour = match self.half {
            None if ends_day => Some(0),
            None => Some(self.hour),
            Some(_) if !(1..=12).contains(&self.hour) => None,
            Some(Half::Am) => Some(self.hour % 12),
            Some(Half::Pm) => Some(self.hour % 12 + 12),
        };
        let time = hour.and_then(|hour| NaiveTime::from_hms_opt(hour, self.minute, seconds));
        let clock = time.map(|time| ClockTime {
            time,
            to_the_second: self.second.is_some(),
            ends_day,
            half_typed: self.half.is_some(),
        });
        clock.ok_or_else(|| {
            no_such(text, "Clocks go from 00:00 to 23:59:59, or from 12am to 11:59pm.")
        })
    }
}

/// Reads `12:56`, `12:56:30`, `12:56:30.5`, `9pm`, `9:30 p.m.`, `14h30`, `noon`, `midnight`.
pub(super) fn clock(cursor: &mut TextCursor<'_>) -> Option<ClockText> {
    cursor.attempt(named).or_else(|| cursor.attempt(numbers))
}

fn named(cursor: &mut TextCursor<'_>) -> Option<ClockText> {
    let hour = match cursor.letters().to_ascii_lowercase().as_str() {
        "noon" => 12,
        "midnight" => 0,
        _ => return None,
    };
    Some(ClockText::of_digits(hour, 0, None))
}

fn numbers(cursor: &mut TextCursor<'_>) -> Option<ClockText> {
    let hour = cursor.digits(1, 2)?;
    if cursor.eat("h") {
        return Some(ClockText::of_digits(hour, cursor.digits(2, 2)?, None));
    }
    let minute = if cursor.eat(":") { Some(cursor.digits(2, 2)?) } else { None };
    let second =
        if minute.is_some() && cursor.eat(":") { Some(cursor.digits(2, 2)?) } else { None };
    let has_parts = second.is_some() && cursor.eat_any(&[".", ","]).is_some();
    if has_parts && cursor.take(|c| c.is_ascii_digit()).is_empty() {
        return None; // parts of a second are read over, as times are whole seconds
    }
    let half = cursor.attempt(half);
    (minute.is_some() || half.is_some()).then_some(())?;
    Some(ClockText { hour, minute: minute.unwrap_or(0), second, half })
}

fn half(cursor: &mut TextCursor<'_>) -> Option<Half> {
    cursor.eat(" ");
    let half = match cursor.eat_any(&["a.m.", "p.m.", "am", "pm"])? {
        "am" | "a.m." => Half::Am,
        _ => Half::Pm,
    };
    (!cursor.0.starts_with(char::is_alphanumeric)).then_some(half)
}
