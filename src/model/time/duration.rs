//! Lengths of time as people write them and read them.

use super::error::quote;
use super::{Span, TimeError, TimeErrorReason};

/// The longest length that is read: 100 years.
pub const LONGEST: Span = Span::seconds(36_525 * DAY);

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const WEEK: i64 = 7 * DAY;

/// Reads a length: `5m`, `90s`, `1h30m`, `4h 30m`, `2 h`, `1d`, `2w`, `0s`, `1 hour 5 min`.
///
/// The units go from long to short, each at most once. A length is never negative.
///
/// # Errors
///
/// Refuses any other text, and lengths over [`LONGEST`].
pub fn read_span(text: &str) -> Result<Span, TimeError> {
    let mut rest = text.trim();
    let mut total: i64 = 0;
    let mut longest = i64::MAX;
    while !rest.is_empty() {
        let (number, tail) = split(rest, |c| c.is_ascii_digit());
        let (word, tail) = split(tail.trim_start(), char::is_alphabetic);
        let unit = unit(word).filter(|unit| *unit < longest).ok_or_else(|| no_length(text))?;
        let part = number.parse::<i64>().ok().and_then(|number| number.checked_mul(unit));
        let part =
            part.ok_or_else(|| if number.is_empty() { no_length(text) } else { too_long(text) })?;
        total = total.checked_add(part).ok_or_else(|| too_long(text))?;
        (longest, rest) = (unit, tail.trim_start());
    }
    match total {
        _ if longest == i64::MAX => Err(no_length(text)),
        _ if total > LONGEST.as_seconds() => Err(too_long(text)),
        _ => Ok(Span::seconds(total)),
    }
}

/// Reads a length as [`read_span`] does, and one with decimals of a single unit: `1.5h`.
///
/// # Errors
///
/// Refuses any other text, parts of a second, and lengths over [`LONGEST`].
pub(super) fn read_decimal_span(text: &str) -> Result<Span, TimeError> {
    let Some((whole, rest)) = text.trim().split_once('.') else { return read_span(text) };
    let (parts, word) = split(rest, |c| c.is_ascii_digit());
    let seconds = || {
        let unit = unit(word.trim())?;
        let scale = 10_i64.checked_pow(u32::try_from(parts.len()).ok()?)?;
        let number = format!("{whole}{parts}");
        let plain =
            !whole.is_empty() && !parts.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
        let scaled = number.parse::<i64>().ok().filter(|_| plain)?.checked_mul(unit)?;
        (scaled % scale == 0).then_some(scaled / scale)
    };
    match seconds() {
        Some(seconds) if seconds > LONGEST.as_seconds() => Err(too_long(text)),
        Some(seconds) => Ok(Span::seconds(seconds)),
        None => Err(no_length(text)),
    }
}

/// Returns the beginning of the text that `belongs`, and the rest.
fn split(text: &str, belongs: impl Fn(char) -> bool) -> (&str, &str) {
    let end = text.find(|c| !belongs(c)).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// Returns the seconds of the unit that the word names.
fn unit(word: &str) -> Option<i64> {
    match word.to_ascii_lowercase().as_str() {
        "s" | "sec" | "secs" | "second" | "seconds" => Some(1),
        "m" | "min" | "mins" | "minute" | "minutes" => Some(MINUTE),
        "h" | "hr" | "hrs" | "hour" | "hours" => Some(HOUR),
        "d" | "day" | "days" => Some(DAY),
        "w" | "week" | "weeks" => Some(WEEK),
        _ => None,
    }
}

fn no_length(text: &str) -> TimeError {
    let bare = !text.trim().is_empty() && text.trim().bytes().all(|b| b.is_ascii_digit());
    let message = match bare {
        true => format!("{} has no unit.", quote(text.trim())),
        false => format!("{} is not a length of time.", quote(text.trim())),
    };
    let next = "Write whole numbers with their units, the longest first: `90s`, `5m`, `1h30m`, `1d`, `2w`.";
    TimeError::new(TimeErrorReason::NoLength, message, next)
}

fn too_long(text: &str) -> TimeError {
    let message = format!("{} is longer than 100 years.", quote(text.trim()));
    TimeError::new(TimeErrorReason::NoLength, message, "Write a shorter length.")
}

/// A length taken apart, without its sign.
struct DurationParts {
    days: u64,
    hours: u64,
    minutes: u64,
    seconds: u64,
}

impl DurationParts {
    fn of(span: Span) -> Self {
        let total = span.as_seconds().unsigned_abs();
        Self {
            days: total / DAY.unsigned_abs(),
            hours: total / HOUR.unsigned_abs() % 24,
            minutes: total / 60 % 60,
            seconds: total % 60,
        }
    }
}

/// Returns the sign to write before a length.
fn sign(span: Span) -> &'static str {
    if span < Span::ZERO { "-" } else { "" }
}

/// Returns a length for people: `5 h 44 min`, `45 min`, `1 min 05 s`, `2 d 3 h 00 min`, `0 s`.
pub fn words(span: Span) -> String {
    let DurationParts { days, hours, minutes, seconds } = DurationParts::of(span);
    let whole = match (days, hours, minutes) {
        (0, 0, 0) => return format!("{}{seconds} s", sign(span)),
        (0, 0, _) => format!("{minutes} min"),
        (0, _, _) => format!("{hours} h {minutes:02} min"),
        (_, _, _) => format!("{days} d {hours} h {minutes:02} min"),
    };
    let rest = if seconds == 0 { String::new() } else { format!(" {seconds:02} s") };
    format!("{}{whole}{rest}", sign(span))
}

/// Returns a length as files hold it, such as `1h30m`; [`read_span`] reads it back.
///
/// A negative length begins with a minus sign, which no file may hold.
pub fn compact(span: Span) -> String {
    let DurationParts { days, hours, minutes, seconds } = DurationParts::of(span);
    let units = [(days, "d"), (hours, "h"), (minutes, "m"), (seconds, "s")];
    let parts = units.iter().filter(|(number, _)| *number > 0);
    let parts: String = parts.map(|(number, unit)| format!("{number}{unit}")).collect();
    if parts.is_empty() { "0s".to_owned() } else { format!("{}{parts}", sign(span)) }
}

/// Returns a length with its lowest and highest value: `3 h 00 min ± 15 min`, or `30 min (15 min to 50 min)`
/// where it may be further off on one side, and no more precise than they are: `about 9 d (8 d to 10 d)`. Without a
/// nominal value: `at most 31 d`.
pub fn uncertain(nominal: Option<Span>, lowest: Span, highest: Span) -> String {
    let step = Step::of(lowest, highest);
    let shown = about(nominal, lowest, highest);
    let Some(nominal) = nominal else { return shown };
    let (below, above) = (nominal.minus(lowest), highest.minus(nominal));
    let [least, most] = least_and_most(lowest, highest);
    match step {
        _ if below == Span::ZERO && above == Span::ZERO => shown,
        // `at most 1 d` has said it.
        Step::Day if step.down(lowest) == Span::ZERO => shown,
        Step::Second | Step::Minute if below == above => {
            format!("{shown} ± {}", words(step.up(above)))
        }
        _ => format!("{shown} ({least} to {most})"),
    }
}

/// Returns the lowest and the highest value of a length in the steps that they allow, the lowest rounded down and
/// the highest up.
pub fn least_and_most(lowest: Span, highest: Span) -> [String; 2] {
    let step = Step::of(lowest, highest);
    [step.words(step.down(lowest)), step.words(step.up(highest))]
}

/// Returns a length no more precise than its lowest and highest value are: `3 h 00 min`, `about 9 d`,
/// `at most 1 d`.
pub fn about(nominal: Option<Span>, lowest: Span, highest: Span) -> String {
    let step = Step::of(lowest, highest);
    let Some(nominal) = nominal else {
        return format!("at most {}", step.words(step.up(highest)));
    };
    match step {
        Step::Second => words(nominal),
        Step::Minute => words(step.nearest(nominal)),
        Step::Day if step.down(lowest) == Span::ZERO => {
            format!("at most {}", step.words(step.up(highest)))
        }
        Step::Day => format!("about {}", step.words(step.nearest(nominal))),
    }
}

/// The steps in which a length is shown, by how far its bounds lie apart.
#[derive(Clone, Copy)]
enum Step {
    Second,
    Minute,
    Day,
}

impl Step {
    fn of(lowest: Span, highest: Span) -> Self {
        match highest.minus(lowest).as_seconds() {
            ..60 => Self::Second,
            // All of a day has one second less.
            60..86_399 => Self::Minute,
            _ => Self::Day,
        }
    }

    fn seconds(self) -> i64 {
        match self {
            Self::Second => 1,
            Self::Minute => MINUTE,
            Self::Day => DAY,
        }
    }

    fn down(self, span: Span) -> Span {
        let seconds = span.as_seconds();
        Span::seconds(seconds.saturating_sub(seconds.rem_euclid(self.seconds())))
    }

    fn up(self, span: Span) -> Span {
        Span::ZERO.minus(self.down(Span::ZERO.minus(span)))
    }

    fn nearest(self, span: Span) -> Span {
        self.down(span.plus(Span::seconds(self.seconds() / 2)))
    }

    /// Returns a whole number of days, or the words of any other length.
    fn words(self, span: Span) -> String {
        match self {
            Self::Day => format!("{} d", span.as_seconds() / DAY),
            Self::Second | Self::Minute => words(span),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lengths_are_read() {
        let cases = [
            ("5m", 300),
            ("90s", 90),
            ("1h30m", 5400),
            ("4h 30m", 16_200),
            ("2 h", 7200),
            ("1d", 86_400),
            ("2w", 1_209_600),
            ("0s", 0),
            ("30 min", 1800),
            ("45 minutes", 2700),
            ("1 hour 5 min", 3900),
            ("  1 H  5  Mins ", 3900),
            ("36525d", 36_525 * 86_400),
        ];
        for (text, seconds) in cases {
            assert_eq!(read_span(text), Ok(Span::seconds(seconds)), "{text}");
        }
    }

    #[test]
    fn anything_else_is_no_length() {
        let cases = [
            "", " ", "5", "m", "5m5", "5x", "1.5h", "-5m", "30m 1h", "5m 5m", "５m", "1h,30m",
            "36526d",
        ];
        for text in cases.into_iter().chain(["99999999999999999999s", "9223372036854775807w"]) {
            assert_eq!(
                read_span(text).map_err(|r| r.reason()),
                Err(TimeErrorReason::NoLength),
                "{text}"
            );
        }
    }

    #[test]
    fn a_length_with_decimals_is_whole_seconds() {
        for (text, seconds) in
            [("1.5h", 5400), ("0.5 min", 30), ("2.25 hours", 8100), ("5m", 300), ("1h30m", 5400)]
        {
            assert_eq!(read_decimal_span(text), Ok(Span::seconds(seconds)), "{text}");
        }
        for text in ["1.5", "1.5h30m", ".5h", "1.h", "0.3333s", "1.-5h", "99999999.5w", "1.5.5h"] {
            assert!(read_decimal_span(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_length_without_a_unit_is_told_so() {
        let refusal = read_span("15").unwrap_err();
        assert_eq!(refusal.message(), "`15` has no unit.");
        assert!(read_span("36526d").unwrap_err().message().contains("longer than 100 years"));
    }

    #[test]
    fn lengths_are_written_for_people() {
        let cases = [
            (5 * 3600 + 44 * 60, "5 h 44 min"),
            (3 * 3600, "3 h 00 min"),
            (2700, "45 min"),
            (30, "30 s"),
            (65, "1 min 05 s"),
            (3 * 3600 + 5, "3 h 00 min 05 s"),
            (51 * 3600, "2 d 3 h 00 min"),
            (0, "0 s"),
            (-65, "-1 min 05 s"),
            (-30, "-30 s"),
        ];
        for (seconds, text) in cases {
            assert_eq!(words(Span::seconds(seconds)), text);
        }
        assert!(words(Span::seconds(i64::MIN)).starts_with("-106751991167300 d"));
    }

    #[test]
    fn uncertain_lengths_show_by_how_much() {
        let minutes = Span::minutes;
        let even = uncertain(Some(minutes(180)), minutes(165), minutes(195));
        assert_eq!(even, "3 h 00 min ± 15 min");
        assert_eq!(
            uncertain(Some(minutes(30)), minutes(15), minutes(50)),
            "30 min (15 min to 50 min)"
        );
        assert_eq!(uncertain(Some(minutes(30)), minutes(30), minutes(30)), "30 min");
    }

    #[test]
    fn a_length_is_no_more_precise_than_its_bounds() {
        let shown = |nominal, lowest, highest| {
            let [nominal, lowest, highest] = [nominal, lowest, highest].map(Span::seconds);
            uncertain(Some(nominal), lowest, highest)
        };
        let d = 86_400;
        // From the 1st to the 10th, by their dates alone.
        assert_eq!(shown(9 * d, 8 * d + 1, 10 * d - 1), "about 9 d (8 d to 10 d)");
        // From noon of the 1st to some time on the 10th.
        assert_eq!(shown(9 * d - 1, 8 * d + d / 2, 9 * d + d / 2 - 1), "about 9 d (8 d to 10 d)");
        assert_eq!(shown(d / 2, 0, d - 1), "at most 1 d");
        assert_eq!(shown(1771, 1, 3541), "30 min ± 30 min");
        assert_eq!(shown(3630, 3600, 3659), "1 h 00 min 30 s (1 h 00 min to 1 h 00 min 59 s)");
        assert_eq!(shown(7230, 7170, 7290), "2 h 01 min ± 1 min");
        let day = Span::seconds(d);
        assert_eq!(about(Some(Span::seconds(9 * d - 1)), day, Span::seconds(20 * d)), "about 9 d");
        let overlapping = |highest| uncertain(None, Span::ZERO, Span::seconds(highest));
        assert_eq!(
            [31 * d - 1, 425, 50].map(overlapping),
            ["at most 31 d", "at most 8 min", "at most 50 s"]
        );
    }

    proptest! {
        #[test]
        fn a_compact_length_reads_back_equal(seconds in 0..=LONGEST.as_seconds()) {
            let span = Span::seconds(seconds);
            prop_assert_eq!(read_span(&compact(span)), Ok(span));
            prop_assert_eq!(read_span(&words(span)), Ok(span));
        }

        #[test]
        fn no_text_breaks_it(text in any::<String>(), near in "[0-9smhdw ]{0,30}") {
            for text in [text, near] {
                if let Ok(span) = read_span(&text) {
                    prop_assert!(span >= Span::ZERO && span <= LONGEST);
                }
            }
        }

        #[test]
        fn any_length_is_written(seconds in any::<i64>(), lowest in any::<i64>(), highest in any::<i64>()) {
            let [span, low, high] = [seconds, lowest, highest].map(Span::seconds);
            prop_assert!(!uncertain(Some(span), low, high).is_empty());
            prop_assert!(!uncertain(None, low, high).is_empty());
            prop_assert_eq!(compact(span).starts_with('-'), seconds < 0);
        }
    }
}
