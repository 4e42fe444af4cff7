//! The times of a table, in the forms of `--at` that name their date and in those that spreadsheets write.

use super::super::prose::{ProseTimes, ProseZone, UnreadTime};
use crate::model::time::parse::{self, ParseContext};
use crate::model::time::{EventTime, Zone};

/// The order of day and month where both are numbers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum DayOrder {
    DayFirst,
    MonthFirst,
}

/// Reads the times of a table from row to row.
pub(super) struct TableClock {
    times: ProseTimes,
    zone: Zone,
    /// Which comes first in the dates of this table, where one of them tells.
    order: Option<DayOrder>,
}

impl TableClock {
    /// Returns what reads the times of a table, by what the header says of their zone.
    pub(super) fn new<'c>(
        said: ProseZone,
        zone: Zone,
        cells: impl Iterator<Item = &'c str>,
    ) -> Self {
        let mut seen = [false; 2];
        for (first, second, ..) in cells.filter_map(numbers) {
            seen[0] |= first > 12;
            seen[1] |= second > 12;
        }
        let order = match seen {
            [true, false] => Some(DayOrder::DayFirst),
            [false, true] => Some(DayOrder::MonthFirst),
            _ => None,
        };
        Self { times: ProseTimes::new(None, said), zone, order }
    }

    /// Reads a time, and the zone that a column of its own names for it.
    ///
    /// # Errors
    /// Why it can't be read, and the day that it is of as far as that is known.
    pub(super) fn read(
        &mut self,
        written: &str,
        zone: Option<&str>,
    ) -> Result<EventTime, UnreadTime> {
        let plain = self.in_order(written);
        let full = match zone {
            Some(zone) => format!("{plain} {zone}"),
            None => plain,
        };
        // What names no zone goes by the header's, which prose knows how to ask for.
        let exact = self.exact(&full, zone.is_some());
        let refused = match exact {
            Ok(at) => {
                self.go_on_from(at);
                return Ok(at);
            }
            Err(refused) => refused,
        };
        match self.times.leading(&full, true) {
            Some(found) if found.rest.trim().is_empty() => found.at,
            _ => Err(UnreadTime {
                reason: refused,
                day: self.times.day.map(super::super::prose::whole_day),
            }),
        }
    }

    fn exact(&self, text: &str, has_zone: bool) -> Result<EventTime, String> {
        let context = ParseContext::file(self.zone);
        let said = self.times.zone.said();
        if !has_zone && !said.is_empty() {
            // A time that names its own zone is refused with a second one.
            if let Ok(at) = parse::read(&format!("{text} {said}"), &context) {
                return Ok(at);
            }
        }
        let read = parse::read(text, &context);
        read.map_err(|refused| refused.to_string())
    }

    fn go_on_from(&mut self, at: EventTime) {
        let local = match at {
            EventTime::At { time, .. } | EventTime::Between(_, time) => time.local().naive_local(),
            whole => whole.order(self.zone).local(self.zone).naive_local(),
        };
        self.times.goes_on_from(local);
    }

    /// Returns a time with its date in the order of RFC 3339, where the table tells how it is meant.
    fn in_order(&self, written: &str) -> String {
        let order = |sign| if sign == '.' { Some(DayOrder::DayFirst) } else { self.order };
        let ordered = numbers(written).and_then(|(first, second, rest, sign)| {
            let (day, month) = match order(sign)? {
                DayOrder::DayFirst => (first, second),
                DayOrder::MonthFirst => (second, first),
            };
            let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            let (year, clock) = rest.split_at_checked(end)?;
            let century = if year.len() == 2 { "20" } else { "" };
            Some(format!("{century}{year}-{month:02}-{day:02}{clock}"))
        });
        ordered.unwrap_or_else(|| written.to_owned())
    }
}

/// A date of numbers: the first two, what follows from its year on, and the sign between them.
type NumberedDate<'t> = (u32, u32, &'t str, char);

/// Reads `24.01.2019 12:56` and `1/24/19`.
fn numbers(text: &str) -> Option<NumberedDate<'_>> {
    let text = text.trim();
    let sign =
        text.chars().find(|c| !c.is_ascii_digit()).filter(|c| matches!(c, '.' | '/' | '-'))?;
    let mut parts = text.splitn(3, sign);
    let mut number = || parts.next().filter(|part| (1..=2).contains(&part.len()))?.parse().ok();
    let (first, second) = (number()?, number()?);
    let rest = parts.next()?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    matches!(digits, 2 | 4).then_some((first, second, rest, sign))
}
