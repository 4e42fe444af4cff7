//! A text that is read from its beginning: clocks, zones, and the signs around them.

use chrono::NaiveTime;

/// The rest of a text.
#[derive(Clone, Copy)]
pub(super) struct ProseCursor<'t>(pub(super) &'t str);

impl<'t> ProseCursor<'t> {
    /// Reads by a form, and stays where it was if that finds nothing.
    pub(super) fn attempt<T>(&mut self, form: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let mut ahead = *self;
        let found = form(&mut ahead)?;
        *self = ahead;
        Some(found)
    }

    /// Passes over the first of the literals that comes next, in any case.
    pub(super) fn eat_any(&mut self, literals: &[&str]) -> bool {
        literals.iter().any(|literal| match self.0.split_at_checked(literal.len()) {
            Some((head, tail)) if head.eq_ignore_ascii_case(literal) => {
                self.0 = tail;
                true
            }
            _ => false,
        })
    }

    fn take(&mut self, belongs: impl Fn(char) -> bool) -> &'t str {
        let end = self.0.find(|c| !belongs(c)).unwrap_or(self.0.len());
        let (head, tail) = self.0.split_at_checked(end).unwrap_or((self.0, ""));
        self.0 = tail;
        head
    }

    pub(super) fn pass_blanks(&mut self) {
        self.take(char::is_whitespace);
    }

    /// Passes over blanks and signs of emphasis.
    pub(super) fn pass_marks(&mut self) {
        self.take(|c| c.is_whitespace() || matches!(c, '*' | '_' | '`'));
    }

    /// Passes over what stands between a date and a clock.
    pub(super) fn pass_between(&mut self) {
        self.take(|c| c.is_whitespace() || matches!(c, '*' | '_' | '`' | ',' | '@' | '|'));
        self.eat_any(&["at ", "T"]);
        self.pass_marks();
        if self.0.starts_with("- ")
            && self
                .0
                .get(2..)
                .is_some_and(|t| t.trim_start().starts_with(|c: char| c.is_ascii_digit()))
        {
            self.eat_any(&["-"]);
            self.pass_blanks();
        }
    }

    /// Passes over the bracket that closes, and whatever stands before it.
    pub(super) fn pass_to_closing(&mut self) {
        if let Some((_, after)) = self.0.split_once([']', ')']) {
            self.0 = after;
        }
    }

    /// Passes over what parts a time from what it tells, and returns that.
    pub(super) fn after_separator(&mut self) -> &'t str {
        let mut rest = *self;
        rest.take(|c| {
            c.is_whitespace()
                || matches!(
                    c,
                    '*' | '_' | '`' | ':' | '-' | '–' | '—' | '|' | '>' | ',' | '.' | ';'
                )
        });
        rest.0
    }

    /// Passes over `~`, `about` and the like.
    pub(super) fn eat_about(&mut self) -> bool {
        const WORDS: &[&str] = &[
            "~",
            "ca.",
            "ca ",
            "circa ",
            "c. ",
            "approximately ",
            "approx. ",
            "approx ",
            "around ",
            "about ",
        ];
        let found = self.eat_any(WORDS);
        self.pass_blanks();
        found
    }

    /// Passes over what says behind a time that it is approximate.
    pub(super) fn eat_about_after(&mut self) -> bool {
        let found = self.attempt(|cursor| {
            cursor.pass_blanks();
            cursor
                .eat_any(&[
                    "~",
                    "onwards",
                    "onward",
                    "(approx)",
                    "(approx.)",
                    "approx.",
                    "(approximately)",
                ])
                .then_some(())
        });
        found.is_some()
    }

    pub(super) fn digits(&mut self, least: usize, most: usize) -> Option<&'t str> {
        let digits = self.take(|c| c.is_ascii_digit());
        (least..=most).contains(&digits.len()).then_some(digits)
    }

    pub(super) fn letters(&mut self) -> &'t str {
        self.take(char::is_alphabetic)
    }

    /// Reads a clock: `9:29`, `11.50`, `1600`, `10:45a`, `11:39AM`, `17:14pm`, `9pm`. Four digits alone, and a point, make
    /// one only next to a date or in a place for times.
    pub(super) fn clock(&mut self, is_close: bool) -> Option<NaiveTime> {
        let digits = self.digits(1, 4)?;
        let (hour, minute, second) = match digits.len() {
            3 | 4 if is_close => {
                let (hour, minute) = digits.split_at_checked(digits.len() - 2)?;
                self.eat_any(&["h", "hrs"]);
                (hour.parse().ok()?, minute.parse().ok()?, 0)
            }
            1 | 2 => {
                let hour: u32 = digits.parse().ok()?;
                if self.eat_any(&[":"])
                    || (is_close && self.eat_any(&["."]))
                    || self.eat_any(&["h"])
                {
                    let minute = self.digits(2, 2)?.parse().ok()?;
                    (hour, minute, self.attempt(Self::seconds).unwrap_or(0))
                } else {
                    // An hour alone needs its half of the day.
                    let mut ahead = *self;
                    ahead.half_of_day()?;
                    (hour, 0, 0)
                }
            }
            _ => return None,
        };
        let hour = match self.attempt(Self::half_of_day) {
            Some(true) if hour < 12 => hour + 12,
            Some(false) if hour == 12 => 0,
            // `17:14pm`: the clock of 24 hours says it already.
            _ => hour,
        };
        // Midnight at a day's end is the next day's beginning, which a clock alone can't say.
        NaiveTime::from_hms_opt(hour, minute, second)
    }

    fn seconds(&mut self) -> Option<u32> {
        if !self.eat_any(&[":"]) {
            return None;
        }
        let seconds = self.digits(2, 2)?.parse().ok()?;
        self.attempt(|cursor| {
            if !cursor.eat_any(&[".", ","]) {
                return None;
            }
            cursor.digits(1, 9)
        });
        Some(seconds)
    }

    /// Reads `am` or `pm`, also `a`; returns whether it is the second half.
    fn half_of_day(&mut self) -> Option<bool> {
        self.pass_blanks();
        let is_late = match self.0.chars().next()? {
            'p' | 'P' => true,
            'a' | 'A' => false,
            _ => return None,
        };
        self.take(|c| matches!(c, 'a' | 'A' | 'p' | 'P'));
        self.eat_any(&["."]);
        if self.eat_any(&["m"]) {
            self.eat_any(&["."]);
        }
        let ends = !self.0.starts_with(char::is_alphanumeric);
        ends.then_some(is_late)
    }

    /// Passes over a clock that was left open: `HH:mm`, `--:--`, `14:??`, `(Time TBC)`.
    pub(super) fn unknown_clock(&mut self) -> Option<()> {
        let open = |part: &str| {
            !part.is_empty()
                && part
                    .chars()
                    .all(|c| matches!(c.to_ascii_lowercase(), '?' | '-' | 'x' | 'h' | 'm'))
        };
        if self.eat_any(&["(time tbc)", "time tbc", "tbc", "tbd", "(tbc)", "unknown"]) {
            return Some(());
        }
        let first = self.take(|c| c.is_ascii_alphanumeric() || matches!(c, '?' | '-'));
        if !self.eat_any(&[":"]) {
            return None;
        }
        let second = self.take(|c| c.is_ascii_alphanumeric() || matches!(c, '?' | '-'));
        let is_number = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        let has_open = open(first) || open(second);
        (has_open && (open(first) || is_number(first)) && (open(second) || is_number(second)))
            .then_some(())
    }

    /// Reads a zone: `UTC`, `CET`, `Z`, `UTC+2`, `+01:00`, `(PDT)`.
    pub(super) fn zone(&mut self) -> Option<&'t str> {
        let in_brackets = self.attempt(|cursor| {
            cursor.pass_blanks();
            cursor.eat_any(&["("]).then_some(())
        });
        if in_brackets.is_none() {
            self.pass_blanks();
        }
        let start = self.0;
        let name = self.take(|c| c.is_ascii_uppercase());
        let is_name = name == "Z" || (2..=5).contains(&name.len()) && is_zone(name);
        let has_sign = self.0.starts_with(['+', '-'])
            && self.0.get(1..).is_some_and(|t| t.starts_with(|c: char| c.is_ascii_digit()));
        if has_sign && (name.is_empty() || name == "UTC" || name == "GMT") {
            self.take(|c| c.is_ascii_digit() || matches!(c, '+' | '-' | ':'));
        } else if !is_name {
            return None;
        }
        let taken = start.len() - self.0.len();
        if in_brackets.is_some() && !self.eat_any(&[")"]) {
            return None;
        }
        let ends = !self.0.starts_with(char::is_alphanumeric);
        start.get(..taken).filter(|_| ends)
    }
}

/// Returns whether capitals are those of a zone: others begin many a sentence.
fn is_zone(name: &str) -> bool {
    const ZONES: &[&str] = &[
        "UTC", "GMT", "BST", "IST", "WET", "WEST", "CET", "CEST", "EET", "EEST", "MSK", "EST",
        "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT", "PT", "ET", "CT", "MT", "JST", "KST",
        "SGT", "HKT", "AEST", "AEDT", "ACST", "AWST", "NZST", "NZDT", "SAST", "BRT", "AKST", "HST",
    ];
    ZONES.contains(&name)
}
