//! Times as people type them, on the command line and in every file.

use super::bare::Bare;
use super::grammar::{self, DayName, Point, Timed};
use super::refusal::quote;
use super::zone::Clocks;
use super::{Day, Instant, Reason, Refusal, Span, Stamp, Written, Year, Zone};
use super::{length, local, named, range, show};
use chrono::{Datelike, Days, Offset, Utc};

/// What the words of a time lean on.
#[derive(Clone, Copy, Debug)]
pub struct Scene {
    /// The time that it is; none in a file, which must mean the same whenever it is read.
    pub now: Option<Instant>,
    /// The zone of times that name none.
    pub zone: Zone,
    /// When the incident started, where that is known.
    pub started: Option<Instant>,
    /// What `~` means, either way.
    pub approximate: Span,
    /// The incident that the time is for.
    pub around: Around,
    /// Whether a time may be in the future; a bare clock then is the next one.
    pub allow_future: bool,
}

/// The incident that a time is for, as far as it helps to read a bare clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Around {
    /// None.
    Nothing,
    /// One that goes on.
    Open {
        /// The time of its first event, where it has one.
        first: Option<Instant>,
    },
    /// One that is over.
    Over {
        /// The time of its first event.
        first: Instant,
        /// The time of its last event.
        last: Instant,
    },
}

/// What `~` means where nothing else is set.
pub const APPROXIMATE: Span = Span::minutes(15);

impl Scene {
    /// Returns the scene of a file, in which nothing depends on when it is read.
    pub fn file(zone: Zone) -> Self {
        Self {
            now: None,
            zone,
            started: None,
            approximate: APPROXIMATE,
            around: Around::Nothing,
            allow_future: true,
        }
    }

    /// Returns the scene of a command at a moment, before any incident is known.
    pub fn at(now: Instant, zone: Zone) -> Self {
        Self { now: Some(now), allow_future: false, ..Self::file(zone) }
    }
}

/// Reads a time, in either case and with any white space.
///
/// # Errors
///
/// Refuses what has no form of a time, what means several times (with the choices), and, unless the scene
/// allows it, the future.
pub fn read(text: &str, scene: &Scene) -> Result<Stamp, Refusal> {
    // Nearly every time in a file is written so, and there are hundreds of thousands of them.
    if let Some(at) = utc(text.as_bytes()) {
        return not_ahead(Stamp::exact(Written::at(at, Utc.fix())), scene);
    }
    read_words(text, scene)
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

fn read_words(text: &str, scene: &Scene) -> Result<Stamp, Refusal> {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let stamp = if let Some(words) = words.strip_prefix('~') {
        near(words.trim_start(), scene.approximate, scene)?
    } else if let Some((first, last)) = words.split_once("..") {
        range::read(first.trim_end(), last.trim_start(), scene)?
    } else if let Some((words, within)) = split_within(&words)? {
        near(&words, within, scene)?
    } else {
        resolve(&point(&words, scene)?, &words, scene)?
    };
    not_ahead(stamp, scene)
}

/// Reads one time by its form.
pub(super) fn point<'a>(words: &'a str, scene: &Scene) -> Result<Point<'a>, Refusal> {
    grammar::point(words)?.ok_or_else(|| no_form(words, scene))
}

/// Reads a time that is uncertain by `within` either way.
fn near(words: &str, within: Span, scene: &Scene) -> Result<Stamp, Refusal> {
    let widen = |stamp| match stamp {
        Stamp::At { time, .. } => Some(Stamp::At { time, within }),
        Stamp::Between(..) | Stamp::Day(_) | Stamp::Month(_) | Stamp::Year(_) => None,
    };
    let stamp =
        resolve(&point(words, scene)?, words, scene).map_err(|refusal| refusal.refit(widen))?;
    widen(stamp).ok_or_else(|| {
        let message =
            format!("{} is all of that time, and so can't be uncertain by minutes.", quote(words));
        Refusal::new(Reason::NoForm, message, "Leave out the uncertainty, or write a time of day.")
            .or(stamp, "all of it")
    })
}

/// Splits `12:56±2m` into the time and the length; a zone may also stand at the end.
fn split_within(words: &str) -> Result<Option<(String, Span)>, Refusal> {
    let Some((time, rest)) = ["±", "+/-", "+-"].iter().find_map(|sign| words.split_once(sign))
    else {
        return Ok(None);
    };
    let (time, rest) = (time.trim_end(), rest.trim_start());
    let whole = length::read_span(rest);
    let (within, zone) = match (whole, rest.rsplit_once(' ')) {
        (Err(_), Some((within, zone))) if length::read_span(within).is_ok() => {
            (length::read_span(within)?, zone)
        }
        (whole, _) => (whole?, ""),
    };
    Ok(Some((format!("{time} {zone}").trim_end().to_owned(), within)))
}

/// Looks a time up on the clocks that it names.
pub(super) fn resolve(point: &Point<'_>, words: &str, scene: &Scene) -> Result<Stamp, Refusal> {
    let now = || scene.now.ok_or_else(|| relative(words));
    let here = |at: Option<Instant>| {
        let at = at.ok_or_else(|| beyond(words))?;
        Ok(Stamp::exact(Written::in_zone(at, scene.zone)))
    };
    match *point {
        Point::Now => here(Some(now()?)),
        Point::Ago(span) => here(Instant::from_epoch(now()?.epoch() - span.as_seconds())),
        Point::AfterStart(span) => {
            let started = scene.started.ok_or_else(|| no_start(words))?;
            here(Instant::from_epoch(started.epoch() + span.as_seconds()))
        }
        Point::Clock(timed) => {
            named::on(timed.zone, scene.zone, &|clocks| clock_on(timed, clocks, words, scene))
        }
        Point::Day(name) => day_on(name, Clocks::Zone(scene.zone), words, scene).map(Stamp::Day),
        Point::Month(month) => Ok(Stamp::Month(month)),
        Point::Year(year) if scene.now.is_some() && year.first().date().year() < 1970 => {
            Err(old_year(words, year))
        }
        Point::Year(year) => Ok(Stamp::Year(year)),
    }
}

/// Looks up a clock on the clocks of its zone.
fn clock_on(
    timed: Timed<'_>,
    clocks: Clocks,
    words: &str,
    scene: &Scene,
) -> Result<Stamp, Refusal> {
    let now = || scene.now.ok_or_else(|| relative(words));
    let time = match timed.day {
        Some(name) => local::read(day_on(name, clocks, words, scene)?, timed.clock, clocks)?,
        None => Bare { clock: timed.clock, clocks }.read(now()?, scene)?,
    };
    Ok(Stamp::exact(time))
}

/// Returns the day that is meant, as the clocks have it.
fn day_on(name: DayName, clocks: Clocks, words: &str, scene: &Scene) -> Result<Day, Refusal> {
    let today = || scene.now.map(|now| clocks.date(now)).ok_or_else(|| relative(words));
    let (today, back) = match name {
        DayName::On(day) => return Ok(day),
        DayName::Today => (today()?, 0),
        DayName::Yesterday => (today()?, 1),
        DayName::Last(weekday) => (today()?, today()?.weekday().days_since(weekday)),
    };
    today.checked_sub_days(Days::new(back.into())).and_then(Day::new).ok_or_else(|| beyond(words))
}

/// Refuses a time in the future, unless the scene allows it.
fn not_ahead(stamp: Stamp, scene: &Scene) -> Result<Stamp, Refusal> {
    let Some(now) = scene.now.filter(|_| !scene.allow_future) else { return Ok(stamp) };
    let reading = match stamp {
        Stamp::At { time, .. } => time.instant(),
        Stamp::Between(_, last) => last.instant(),
        Stamp::Day(_) | Stamp::Month(_) | Stamp::Year(_) => stamp.moment(scene.zone).earliest(),
    };
    if reading <= now {
        return Ok(stamp);
    }
    let message = format!("That is in the future: {}.", show::echo(stamp, scene.zone, now));
    Err(Refusal::new(
        Reason::Future,
        message,
        "Give the time that it was, or `--future` if it is still to come.",
    ))
}

/// Refuses a text that has no form of a time.
fn no_form(words: &str, scene: &Scene) -> Refusal {
    let message = match words {
        "" => "There is no time here.".to_owned(),
        words => format!("{} is not a time.", quote(words)),
    };
    let dated =
        "`2019-01-24T12:56:00Z`, `24 Jan 2019 12:56 Europe/Paris`, `2019-01-24` or `2019-01`";
    let next = match scene.now {
        Some(_) => format!(
            "Write `now`, `-7m`, `12:56`, `9pm GMT`, `yesterday 21:30`, `T+45m`, {dated}; \
             `~` before it means about, and `12:40..13:10` in between."
        ),
        None => format!("Write {dated}."),
    };
    Refusal::new(Reason::NoForm, message, next)
}

/// Refuses a year alone before there were computers on call: `1256` is more often a clock without its colon.
fn old_year(words: &str, year: Year) -> Refusal {
    let message = format!("{} would be a whole year, long ago.", quote(words));
    Refusal::new(Reason::NoForm, message, "Write a clock with its colon, as in `12:56`.")
        .or(Stamp::Year(year), format!("the year {year}"))
}

/// Refuses, in a file, words that mean another time whenever they are read.
fn relative(words: &str) -> Refusal {
    let message = format!(
        "{} depends on when it is read, and a file must always mean the same.",
        quote(words)
    );
    Refusal::new(
        Reason::Relative,
        message,
        "Write the date too, as in `2019-01-24 12:56` or `2019-01-24T12:56:00+01:00`.",
    )
}

fn no_start(words: &str) -> Refusal {
    let message =
        format!("{} counts from the start of the incident, which is not known.", quote(words));
    Refusal::new(Reason::NoStart, message, "Mark `started` first, or write the time itself.")
}

fn beyond(words: &str) -> Refusal {
    let message = format!("{} is outside the years 1 to 9999.", quote(words));
    Refusal::new(Reason::NoSuchTime, message, "Check the year.")
}

#[cfg(test)]
mod tests {
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
            let around = if over { Around::Over { first: now, last: now } } else { Around::Nothing };
            for scene in [Scene::file(chrono_tz::Europe::Paris), Scene { around, ..Scene::at(now, Zone::UTC) }] {
                prop_assert_eq!(read(&text, &scene), read_words(&text, &scene));
            }
        }
    }
}
