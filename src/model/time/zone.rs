//! The clocks that a local time is read on, and the names that people give them.

use super::{Instant, OffsetTime, Zone};
use chrono::{FixedOffset, NaiveDate, NaiveDateTime, Offset, TimeZone};

/// The clocks that a local time is read on: a zone's, or those of a fixed offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Clocks {
    /// The clocks of a zone, with its daylight saving.
    Zone(Zone),
    /// Clocks that stay at one offset from UTC.
    Offset(FixedOffset),
}

/// What a local time means on some clocks.
pub(super) enum LocalReading {
    /// One instant.
    Once(Instant),
    /// Two instants, the earlier first: the clocks were put back.
    Twice(Instant, Instant),
    /// No instant: the clocks were put forward over it.
    Never(ClockGap),
    /// An instant outside the years 1 to 9999.
    Beyond,
}

impl LocalReading {
    /// Returns the instants, the earlier first.
    pub(super) fn instants(&self) -> [Option<Instant>; 2] {
        match *self {
            Self::Once(at) => [Some(at), None],
            Self::Twice(a, b) => [Some(a), Some(b)],
            Self::Never(_) | Self::Beyond => [None, None],
        }
    }
}

/// A stretch of local time that the clocks skip.
pub(super) struct ClockGap {
    /// The instant at which the clocks jump.
    pub(super) jump: Instant,
    /// The offset up to the jump.
    pub(super) before: FixedOffset,
    /// The offset from the jump on.
    pub(super) after: FixedOffset,
}

impl ClockGap {
    /// Returns whether the jump is so wide that whole days are missing, as in Samoa at the end of 2011.
    pub(super) fn skips_a_day(&self) -> bool {
        self.after.local_minus_utc() - self.before.local_minus_utc() >= 86_400
    }
}

impl Clocks {
    /// Returns words that mean these clocks alone.
    pub(super) fn name(self) -> String {
        match self {
            Self::Zone(zone) => zone.name().to_owned(),
            Self::Offset(offset) => offset_words(offset),
        }
    }

    /// Returns the date that the clocks show.
    pub(super) fn date(self, at: Instant) -> NaiveDate {
        match self {
            Self::Zone(zone) => at.local(zone).date_naive(),
            Self::Offset(offset) => at.utc().with_timezone(&offset).date_naive(),
        }
    }

    /// Returns the instant with the offset of these clocks.
    pub(super) fn write(self, at: Instant) -> OffsetTime {
        match self {
            Self::Zone(zone) => OffsetTime::in_zone(at, zone),
            Self::Offset(offset) => OffsetTime::at(at, offset),
        }
    }

    /// Returns what a local time means.
    pub(super) fn read(self, local: NaiveDateTime) -> LocalReading {
        let once = |offset| instant(local, offset).map_or(LocalReading::Beyond, LocalReading::Once);
        match self {
            Self::Offset(offset) => once(offset),
            Self::Zone(zone) => match zone.offset_from_local_datetime(&local) {
                chrono::LocalResult::Single(offset) => once(offset.fix()),
                chrono::LocalResult::Ambiguous(a, b) => {
                    match (instant(local, a.fix()), instant(local, b.fix())) {
                        (Some(a), Some(b)) => LocalReading::Twice(a.min(b), a.max(b)),
                        (_, _) => LocalReading::Beyond,
                    }
                }
                chrono::LocalResult::None => {
                    gap(local, zone).map_or(LocalReading::Beyond, LocalReading::Never)
                }
            },
        }
    }
}

/// Returns the instant of a local time at an offset, or none outside the years 1 to 9999.
pub(super) fn instant(local: NaiveDateTime, offset: FixedOffset) -> Option<Instant> {
    Instant::from_epoch(epoch(local, offset))
}

/// Returns the seconds since the Unix epoch of a local time at an offset.
pub(super) fn epoch(local: NaiveDateTime, offset: FixedOffset) -> i64 {
    local.and_utc().timestamp() - i64::from(offset.local_minus_utc())
}

/// Returns the gap that a skipped local time is in.
pub(super) fn gap(local: NaiveDateTime, zone: Zone) -> Option<ClockGap> {
    let [before, after] = zone.gap(local)?;
    let jump = Instant::from_epoch(after.from)?;
    Some(ClockGap { jump, before: before.offset, after: after.offset })
}

/// Returns what the clocks of `zone` call their offset: `CET`, or `UTC+03` where the zone has numbers alone.
pub(super) fn abbreviation(at: Instant, zone: Zone) -> String {
    let local = at.local(zone);
    let name = local.offset().abbreviation();
    if name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return name.to_owned();
    }
    let offset = offset_words(local.offset().fix());
    format!("UTC{}", offset.strip_suffix(":00").unwrap_or(&offset))
}

/// Returns an offset as `+01:00`.
pub(super) fn offset_words(offset: FixedOffset) -> String {
    let minutes = offset.local_minus_utc().div_euclid(60);
    let sign = if minutes < 0 { '-' } else { '+' };
    let minutes = minutes.unsigned_abs();
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

/// What the words for a zone mean.
pub(super) enum ZoneMeaning {
    /// One set of clocks.
    One(Clocks),
    /// An abbreviation that several places use, each with its offset and a zone there.
    Several(Vec<(FixedOffset, &'static str)>),
    /// Nothing known; the zones with the nearest names.
    Unknown(Vec<Zone>),
}

/// Returns what the words after a clock mean: `UTC`, `+01:00`, `CET`, `UTC+03`, `Europe/Paris`.
pub(super) fn meaning(words: &str) -> ZoneMeaning {
    if let Some(offset) = offset(words) {
        return ZoneMeaning::One(Clocks::Offset(offset));
    }
    if let Some((_, places)) =
        ABBREVIATIONS.iter().find(|(name, _)| name.eq_ignore_ascii_case(words))
    {
        let places = places
            .iter()
            .filter_map(|(minutes, zone)| Some((FixedOffset::east_opt(minutes * 60)?, *zone)));
        let places: Vec<_> = places.collect();
        return match places.as_slice() {
            [(offset, _)] => ZoneMeaning::One(Clocks::Offset(*offset)),
            _ => ZoneMeaning::Several(places),
        };
    }
    match Zone::named(words) {
        Some(zone) => ZoneMeaning::One(Clocks::Zone(zone)),
        None => ZoneMeaning::Unknown(nearest(words)),
    }
}

/// Returns the offset that the words give in numbers, if they do: `Z`, `UTC`, `+01`, `+0100`, `UTC+01:00`.
fn offset(words: &str) -> Option<FixedOffset> {
    let named = ["utc", "gmt", "z"].iter().find_map(|name| {
        let (head, tail) = words.split_at_checked(name.len())?;
        head.eq_ignore_ascii_case(name).then_some((*name, tail))
    });
    let numbers = match named {
        Some((_, "")) => return FixedOffset::east_opt(0),
        Some(("z", _)) => return None,
        Some((_, tail)) => tail,
        None => words,
    };
    let (sign, digits) = match (numbers.strip_prefix('+'), numbers.strip_prefix('-')) {
        (Some(digits), _) => (1, digits),
        (_, Some(digits)) => (-1, digits),
        (None, None) => return None,
    };
    let (hours, minutes) = match digits.split_once(':') {
        Some((hours, minutes)) if minutes.len() == 2 => (hours, minutes),
        Some(_) => return None,
        None if digits.len() > 2 => digits.split_at_checked(digits.len().saturating_sub(2))?,
        None => (digits, "00"),
    };
    let number = |text: &str| -> Option<i32> {
        let plain = (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        plain.then(|| text.parse().ok()).flatten()
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    if hours > 23 || minutes > 59 {
        return None;
    }
    FixedOffset::east_opt(sign * (hours * 3600 + minutes * 60))
}

/// Returns up to three zones whose names are near to the words, the nearest first.
fn nearest(words: &str) -> Vec<Zone> {
    const LONGEST: usize = 40;
    if words.len() > LONGEST {
        return Vec::new();
    }
    let typed = words.to_ascii_lowercase().replace(' ', "_");
    let allowed = (typed.chars().count() / 3).min(3);
    let distance = |name: &str| strsim::osa_distance(&typed, &name.to_ascii_lowercase());
    let city = |name: &'static str| name.rsplit('/').next().unwrap_or(name);
    let far = |name: &'static str| distance(name).min(distance(city(name)));
    let zones = Zone::all().map(|zone| (far(zone.name()), zone.name(), zone));
    let mut near: Vec<_> = zones.filter(|(far, ..)| *far <= allowed).collect();
    near.sort_unstable_by_key(|(far, name, _)| (*far, *name));
    near.into_iter().map(|(.., zone)| zone).take(3).collect()
}

/// Abbreviations, each with every place that goes by it today, in minutes east of UTC.
///
/// Where there are several places, nobody but the writer knows which was meant, and the abbreviation is refused.
/// From the IANA time zone database and the legal names of the countries; uses that have died out
/// (`EST` in Australia until 2014, `MST` in Malaysia until 1982) are left out.
const ABBREVIATIONS: &[(&str, &[(i32, &str)])] = &[
    ("ACDT", &[(630, "Australia/Adelaide")]),
    ("ACST", &[(570, "Australia/Darwin")]),
    ("ADT", &[(-180, "America/Halifax")]),
    ("AEDT", &[(660, "Australia/Sydney")]),
    ("AEST", &[(600, "Australia/Brisbane")]),
    ("AKDT", &[(-480, "America/Anchorage")]),
    ("AKST", &[(-540, "America/Anchorage")]),
    ("AMT", &[(-240, "America/Manaus"), (240, "Asia/Yerevan")]),
    ("ART", &[(-180, "America/Argentina/Buenos_Aires")]),
    ("AST", &[(-240, "America/Halifax"), (180, "Asia/Riyadh")]),
    ("AWST", &[(480, "Australia/Perth")]),
    ("BRT", &[(-180, "America/Sao_Paulo")]),
    ("BST", &[(60, "Europe/London"), (360, "Asia/Dhaka"), (660, "Pacific/Bougainville")]),
    ("CAT", &[(120, "Africa/Maputo")]),
    ("CDT", &[(-300, "America/Chicago"), (-240, "America/Havana")]),
    ("CEST", &[(120, "Europe/Paris")]),
    ("CET", &[(60, "Europe/Paris")]),
    ("CST", &[(-360, "America/Chicago"), (480, "Asia/Shanghai"), (-300, "America/Havana")]),
    ("EAT", &[(180, "Africa/Nairobi")]),
    ("EDT", &[(-240, "America/New_York")]),
    ("EEST", &[(180, "Europe/Helsinki")]),
    ("EET", &[(120, "Europe/Helsinki")]),
    ("EST", &[(-300, "America/New_York")]),
    ("GST", &[(240, "Asia/Dubai"), (-120, "Atlantic/South_Georgia")]),
    ("HKT", &[(480, "Asia/Hong_Kong")]),
    ("HST", &[(-600, "Pacific/Honolulu")]),
    ("IST", &[(330, "Asia/Kolkata"), (120, "Asia/Jerusalem"), (60, "Europe/Dublin")]),
    ("JST", &[(540, "Asia/Tokyo")]),
    ("KST", &[(540, "Asia/Seoul")]),
    ("MDT", &[(-360, "America/Denver")]),
    ("MSK", &[(180, "Europe/Moscow")]),
    ("MST", &[(-420, "America/Denver")]),
    ("NDT", &[(-150, "America/St_Johns")]),
    ("NST", &[(-210, "America/St_Johns")]),
    ("NZDT", &[(780, "Pacific/Auckland")]),
    ("NZST", &[(720, "Pacific/Auckland")]),
    ("PDT", &[(-420, "America/Los_Angeles")]),
    ("PKT", &[(300, "Asia/Karachi")]),
    ("PST", &[(-480, "America/Los_Angeles"), (480, "Asia/Manila")]),
    ("SAST", &[(120, "Africa/Johannesburg")]),
    ("SGT", &[(480, "Asia/Singapore")]),
    ("SST", &[(-660, "Pacific/Pago_Pago"), (480, "Asia/Singapore")]),
    ("WAT", &[(60, "Africa/Lagos")]),
    ("WEST", &[(60, "Europe/Lisbon")]),
    ("WET", &[(0, "Europe/Lisbon")]),
    ("WIB", &[(420, "Asia/Jakarta")]),
];
