//! Why a time that somebody typed was not taken, and what to write instead.

use super::EventTime;
use std::fmt;

/// What kept a text from being read as a time or a length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TimeErrorReason {
    /// It has none of the forms that times have.
    NoForm,
    /// It is no length of time.
    NoLength,
    /// It names a day, a time of day or a year that there is not.
    NoSuchTime,
    /// It means another time whenever it is read, and it stands in a file.
    Relative,
    /// It counts from the start of an incident whose start is not known.
    NoStart,
    /// It names a zone that there is not.
    UnknownZone,
    /// It names a zone by an abbreviation that several places use.
    AmbiguousZone,
    /// The clocks were put forward over it.
    Skipped,
    /// The clocks were put back over it, so that it came twice.
    Repeated,
    /// It is in the future.
    Future,
    /// It is a clock that is far from every event of the incident.
    FarOff,
    /// It is four digits, a year or a clock without its colon.
    YearOrClock,
    /// It is two clocks, or one with an offset.
    RangeOrOffset,
    /// It is a clock or a day without its year that the incident did not see, or saw several times.
    Outside,
    /// It ends before it begins.
    Backwards,
}

/// A time that may have been meant, to offer on a terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeChoice {
    /// The time.
    pub stamp: EventTime,
    /// What sets it apart from the other choices.
    pub label: String,
}

impl TimeChoice {
    /// Returns what to type to mean this choice.
    pub fn text(&self) -> String {
        match self.stamp {
            EventTime::Year(year) => format!("year {year}"),
            stamp => stamp.fields().to_string(),
        }
    }
}

/// A text that was not taken as a time or a length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeError {
    reason: TimeErrorReason,
    message: String,
    next: String,
    choices: Vec<TimeChoice>,
}

impl TimeError {
    /// Returns a refusal without choices.
    pub(super) fn new(
        reason: TimeErrorReason,
        message: impl Into<String>,
        next: impl Into<String>,
    ) -> Self {
        Self { reason, message: message.into(), next: next.into(), choices: Vec::new() }
    }

    /// Adds a time that may have been meant.
    pub(super) fn or(mut self, stamp: EventTime, label: impl Into<String>) -> Self {
        self.choices.push(TimeChoice { stamp, label: label.into() });
        self
    }

    /// Adds times that may have been meant, but for those that are among the choices already.
    pub(super) fn or_all(self, choices: impl IntoIterator<Item = TimeChoice>) -> Self {
        choices.into_iter().fold(self, |mut refusal, choice| {
            if !refusal.choices.iter().any(|known| known.stamp == choice.stamp) {
                refusal.choices.push(choice);
            }
            refusal
        })
    }

    /// Returns the same refusal with other choices, and with these as the next step, if there are any.
    pub(super) fn with_choices(mut self, choices: Vec<TimeChoice>) -> Self {
        self.choices = choices;
        if let Some(next) = self.write_one() {
            let ahead = self.reason == TimeErrorReason::Future;
            let also = if ahead { "; `--future` takes one that is still to come" } else { "" };
            self.next = format!("{next}{also}.");
        }
        self
    }

    /// Changes the next step.
    pub(super) fn then(mut self, next: String) -> Self {
        self.next = next;
        self
    }

    /// Returns `Write A or B` of the choices, without a full stop; none where there are none.
    pub(super) fn write_one(&self) -> Option<String> {
        let texts: Vec<_> = self.choices.iter().map(|c| format!("`{}`", c.text())).collect();
        (!texts.is_empty()).then(|| format!("Write {}", texts.join(" or ")))
    }

    /// Changes every choice as the whole phrase asks, and leaves out those that it rules out.
    pub(super) fn refit(mut self, fit: impl Fn(EventTime) -> Option<EventTime>) -> Self {
        let fitted = self.choices.into_iter();
        let fitted =
            fitted.filter_map(|choice| Some(TimeChoice { stamp: fit(choice.stamp)?, ..choice }));
        self.choices = fitted.collect();
        self
    }

    /// Returns the kind of refusal.
    pub fn reason(&self) -> TimeErrorReason {
        self.reason
    }

    /// Returns what is wrong, naming the thing.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Returns the next step.
    pub fn next_step(&self) -> &str {
        &self.next
    }

    /// Returns the times that may have been meant, the likeliest first; often none.
    pub fn choices(&self) -> &[TimeChoice] {
        &self.choices
    }
}

impl fmt::Display for TimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.message, self.next)
    }
}

impl std::error::Error for TimeError {}

/// Returns the text in backquotes, cut to a length that fits into a message and without control characters.
pub(super) fn quote(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut shown: String = text.chars().take(LONGEST).filter(|c| !c.is_control()).collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}
