//! The text by which a zone's clocks change every year from its last listed change on: POSIX's `TZ`, with the
//! wider hours of RFC 9636, section 3.3.1, such as `CET-1CEST,M3.5.0,M10.5.0/3`.

use chrono::{DateTime, Datelike, Days, FixedOffset, NaiveDate, Weekday};
use std::ops::Range;

/// A period in which the clocks of a zone keep to one offset.
#[derive(Clone, Copy, Debug)]
pub(super) struct OffsetPeriod<'a> {
    /// The first second of it, since the Unix epoch.
    pub(super) from: i64,
    /// The first second after it.
    pub(super) until: i64,
    /// What the clocks show, east of UTC.
    pub(super) offset: FixedOffset,
    /// What people call it: `CET`, or `+03` where there is no name.
    pub(super) abbreviation: &'a str,
}

impl<'a> OffsetPeriod<'a> {
    /// Returns a period at an offset in seconds, or none where that is a day or more.
    pub(super) fn new(time: Range<i64>, offset: i32, abbreviation: &'a str) -> Option<Self> {
        let offset = FixedOffset::east_opt(offset)?;
        Some(Self { from: time.start, until: time.end, offset, abbreviation })
    }

    /// Returns whether an instant is in this period.
    pub(super) fn has(&self, at: i64) -> bool {
        (self.from..self.until).contains(&at)
    }

    /// Returns the instant of a local time by this period's offset, be it in the period or not.
    pub(super) fn instant(&self, local: i64) -> i64 {
        local.saturating_sub(self.offset.local_minus_utc().into())
    }

    /// Returns whether the clocks show a local time in this period.
    pub(super) fn holds(&self, local: i64) -> bool {
        self.has(self.instant(local))
    }
}

/// What the clocks do: one offset all year, or two in turns.
#[derive(Clone, Copy, Debug)]
pub(super) struct PosixTz<'a> {
    standard: Shown<'a>,
    daylight: Option<Daylight<'a>>,
}

/// What clocks show at one offset.
#[derive(Clone, Copy, Debug)]
struct Shown<'a> {
    /// Seconds east of UTC.
    offset: i32,
    abbreviation: &'a str,
}

/// Daylight saving: its offset, and the local times at which it begins and ends every year.
#[derive(Clone, Copy, Debug)]
struct Daylight<'a> {
    shown: Shown<'a>,
    begins: Change,
    ends: Change,
}

/// A day of every year, and the seconds from its midnight to the change; less than none or more than a day too.
#[derive(Clone, Copy, Debug)]
struct Change {
    day: YearDay,
    seconds: i32,
}

/// A day of every year.
#[derive(Clone, Copy, Debug)]
enum YearDay {
    /// `Jn`: 1 to 365, where 29 February is never counted.
    Common(u32),
    /// `n`: 0 to 365, where 29 February is counted.
    Counted(u32),
    /// `Mm.w.d`: a weekday's first to fourth time in a month; the last one for 5.
    Weekday { month: u32, week: u8, weekday: Weekday },
}

/// The weekdays in POSIX's order.
const WEEKDAYS: [Weekday; 7] = [
    Weekday::Sun,
    Weekday::Mon,
    Weekday::Tue,
    Weekday::Wed,
    Weekday::Thu,
    Weekday::Fri,
    Weekday::Sat,
];

impl<'a> PosixTz<'a> {
    /// Returns what `text` says, or none where it isn't of the form.
    pub(super) fn read(text: &'a str) -> Option<Self> {
        let mut rest = Reader(text);
        let standard = Shown { abbreviation: rest.abbreviation()?, offset: rest.offset()? };
        if rest.0.is_empty() {
            return Some(Self { standard, daylight: None });
        }
        let abbreviation = rest.abbreviation()?;
        let offset = match rest.0.starts_with(',') {
            true => standard.offset.saturating_add(3600),
            false => rest.offset()?,
        };
        let (begins, ends) = (rest.change()?, rest.change()?);
        let daylight = Daylight { shown: Shown { offset, abbreviation }, begins, ends };
        rest.0.is_empty().then_some(Self { standard, daylight: Some(daylight) })
    }

    /// Returns the period that `at` is in, in seconds since the Unix epoch.
    pub(super) fn period(self, at: i64) -> Option<OffsetPeriod<'a>> {
        let always = self.standard.from(i64::MIN, i64::MAX);
        let Some(daylight) = self.daylight else { return always };
        // The years beside it too: a change of New Year's Eve may be over the edge in UTC.
        let year = DateTime::from_timestamp(at, 0)?.year();
        let changes = (year - 1..=year + 1).flat_map(|year| self.changes(year, daylight));
        // Of two changes at one instant the one written later holds, as where daylight saving never ends.
        let (from, shown) =
            changes.clone().filter(|(from, _)| *from <= at).max_by_key(|(from, _)| *from)?;
        let until = changes.map(|(from, _)| from).filter(|from| *from > at).min()?;
        shown.from(from, until)
    }

    /// Returns the instants of a year at which the clocks change, with what they show from then on.
    fn changes(
        self,
        year: i32,
        daylight: Daylight<'a>,
    ) -> impl Iterator<Item = (i64, Shown<'a>)> + Clone {
        let Daylight { shown, begins, ends } = daylight;
        // Each is a time on the clocks that it puts an end to.
        let begins = begins.instant(year, self.standard.offset).map(|at| (at, shown));
        let ends = ends.instant(year, shown.offset).map(|at| (at, self.standard));
        begins.into_iter().chain(ends)
    }
}

impl<'a> Shown<'a> {
    fn from(self, from: i64, until: i64) -> Option<OffsetPeriod<'a>> {
        OffsetPeriod::new(from..until, self.offset, self.abbreviation)
    }
}

impl Change {
    /// Returns the instant of the change in a year, on clocks that are so many seconds east of UTC.
    fn instant(self, year: i32, offset: i32) -> Option<i64> {
        let midnight = self.day.date(year)?.and_hms_opt(0, 0, 0)?.and_utc().timestamp();
        Some(midnight + i64::from(self.seconds) - i64::from(offset))
    }
}

impl YearDay {
    fn date(self, year: i32) -> Option<NaiveDate> {
        match self {
            Self::Counted(days) => {
                NaiveDate::from_yo_opt(year, 1)?.checked_add_days(Days::new(days.into()))
            }
            Self::Common(day) => {
                // Any year without 29 February has the month and the day that the number stands for.
                let date = NaiveDate::from_yo_opt(2001, day)?;
                date.with_year(year)
            }
            Self::Weekday { month, week, weekday } => {
                let nth = |week| NaiveDate::from_weekday_of_month_opt(year, month, weekday, week);
                // Where a month has no fifth, its fourth is the last.
                nth(week).or_else(|| nth(4))
            }
        }
    }
}

/// What is left to read.
struct Reader<'a>(&'a str);

impl<'a> Reader<'a> {
    /// Takes a sign or a separator, if it is next.
    fn takes(&mut self, sign: char) -> bool {
        self.0.strip_prefix(sign).map(|rest| self.0 = rest).is_some()
    }

    /// Takes as much as is of a kind; none where nothing is.
    fn run(&mut self, of_kind: fn(&u8) -> bool) -> Option<&'a str> {
        let (run, rest) = self.0.split_at_checked(self.0.bytes().take_while(of_kind).count())?;
        self.0 = rest;
        (!run.is_empty()).then_some(run)
    }

    /// Takes letters, or what stands between `<` and `>`.
    fn abbreviation(&mut self) -> Option<&'a str> {
        if !self.takes('<') {
            return self.run(u8::is_ascii_alphabetic);
        }
        let (name, rest) = self.0.split_once('>')?;
        self.0 = rest;
        Some(name)
    }

    fn number<N: std::str::FromStr>(&mut self) -> Option<N> {
        self.run(u8::is_ascii_digit)?.parse().ok()
    }

    /// Takes `hh`, `hh:mm` or `hh:mm:ss`, with a sign or without, in seconds.
    fn time(&mut self) -> Option<i32> {
        let negative = self.takes('-');
        if !negative {
            self.takes('+');
        }
        // RFC 9636, section 3.3.1: hours may be as many as 167.
        let mut seconds = i32::from(self.number::<u8>()?) * 3600;
        for unit in [60, 1] {
            if self.takes(':') {
                seconds += i32::from(self.number::<u8>()?) * unit;
            }
        }
        Some(if negative { -seconds } else { seconds })
    }

    /// Takes an offset, in seconds east of UTC: POSIX counts to the west.
    fn offset(&mut self) -> Option<i32> {
        self.time().map(|west| -west)
    }

    /// Takes `,DAY` or `,DAY/TIME`.
    fn change(&mut self) -> Option<Change> {
        let day = if self.takes(',') { self.day()? } else { return None };
        let seconds = if self.takes('/') { self.time()? } else { 2 * 3600 };
        Some(Change { day, seconds })
    }

    fn day(&mut self) -> Option<YearDay> {
        if self.takes('J') {
            return self.number().map(YearDay::Common);
        }
        if !self.takes('M') {
            return self.number().map(YearDay::Counted);
        }
        let month = self.number()?;
        let week = self.takes('.').then(|| self.number()).flatten()?;
        let weekday = self.takes('.').then(|| self.number()).flatten()?;
        Some(YearDay::Weekday { month, week, weekday: *WEEKDAYS.get::<usize>(weekday)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDateTime;

    fn seconds(text: &str) -> i64 {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").unwrap().and_utc().timestamp()
    }

    /// Returns the period around an instant as `ABBREVIATION OFFSET FROM UNTIL`.
    fn period(text: &str, at: &str) -> String {
        let period = PosixTz::read(text).unwrap().period(seconds(at)).unwrap();
        let edge = |at| DateTime::from_timestamp(at, 0).unwrap().format("%Y-%m-%d %H:%M");
        let offset = period.offset.local_minus_utc();
        format!("{} {offset} {} {}", period.abbreviation, edge(period.from), edge(period.until))
    }

    #[test]
    fn daylight_saving_comes_and_goes_every_year() {
        let paris = "CET-1CEST,M3.5.0,M10.5.0/3";
        let summer = "CEST 7200 2026-03-29 01:00 2026-10-25 01:00";
        assert_eq!(period(paris, "2026-03-29 01:00:00"), summer);
        assert_eq!(period(paris, "2026-10-25 00:59:59"), summer);
        let winter = "CET 3600 2026-10-25 01:00 2027-03-28 01:00";
        assert_eq!(period(paris, "2026-10-25 01:00:00"), winter);
        assert_eq!(period(paris, "2027-01-01 00:00:00"), winter);
        let chatham = "<+1245>-12:45<+1345>,M9.5.0/2:45,M4.1.0/3:45";
        let summer = "+1345 49500 2026-09-26 14:00 2027-04-03 14:00";
        assert_eq!(period(chatham, "2027-01-01 00:00:00"), summer);
    }

    #[test]
    fn a_change_may_lie_on_another_day_than_its_rule_names() {
        let nuuk = "<-02>2<-01>,M3.5.0/-1,M10.5.0/0";
        let summer = "-01 -3600 2026-03-29 01:00 2026-10-25 01:00";
        assert_eq!(period(nuuk, "2026-07-01 00:00:00"), summer);
        let gaza = "EET-2EEST,M3.4.4/50,M10.4.4/50";
        let summer = "EEST 10800 2026-03-28 00:00 2026-10-23 23:00";
        assert_eq!(period(gaza, "2026-07-01 00:00:00"), summer);
    }

    #[test]
    fn days_are_counted_with_and_without_29_february() {
        let changes =
            |text: &str| ["2023-07-01 00:00:00", "2024-07-01 00:00:00"].map(|at| period(text, at));
        let [common, leap] = changes("EET-2EEST,J80/0,J264/0");
        assert_eq!(common, "EEST 10800 2023-03-20 22:00 2023-09-20 21:00");
        assert_eq!(leap, "EEST 10800 2024-03-20 22:00 2024-09-20 21:00");
        // The first day is 0 here and 1 there.
        let [common, leap] = changes("EET-2EEST,79/0,263/0");
        assert_eq!(common, "EEST 10800 2023-03-20 22:00 2023-09-20 21:00");
        assert_eq!(leap, "EEST 10800 2024-03-19 22:00 2024-09-19 21:00");
    }

    #[test]
    fn daylight_saving_may_never_end() {
        // RFC 9636, section 3.3.1: the end of each year's is the begin of the next one's.
        let always = "XXX3EDT4,0/0,J365/23";
        for at in ["2026-07-01 00:00:00", "2027-01-01 04:00:00", "2028-12-31 23:59:59"] {
            assert!(period(always, at).starts_with("EDT -14400 "), "{at}");
        }
    }

    #[test]
    fn anything_else_is_no_rule() {
        for text in [
            "",
            "CET",
            "-1",
            "<+03-3",
            "CET-1CEST",
            "CET-1CEST,M3.5.0",
            "CET-1CEST,M3.5,M10.5.0",
            "CET-1CEST,M3.5.7,M10.5.0",
            "CET-1CEST,M3.5.0,M10.5.0/3 ",
            "CET-1:CEST",
            "CET-999999999999",
        ] {
            assert!(PosixTz::read(text).is_none(), "{text}");
        }
    }
}
