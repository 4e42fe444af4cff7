//! The service hours of a policy, as time.

use crate::compute::calendar::open_stretches;
use crate::compute::downtime::IntervalSet;
use crate::model::settings::{Hours, Settings};
use crate::model::sla::{Policy, ServiceClock, ServiceHours};
use crate::model::time::{Instant, Zone, day_start};
use chrono::{Days, NaiveDate};

const MIDNIGHT: u32 = 24 * 60;

/// Returns the service hours between two instants; none where a policy has none, so that all of the time counts.
///
/// A night belongs to the day on which it begins, and so does its holiday.
pub(super) fn service_time(
    policy: &Policy,
    settings: &Settings,
    reach: (Instant, Instant),
) -> Option<IntervalSet> {
    let ServiceHours { clock, holidays } = &policy.measure.service_hours.as_ref()?.value;
    let part = |hours: Option<Hours>, zone: Zone, holidays: &[NaiveDate]| {
        let Some(hours) = hours else { return IntervalSet::default() };
        let open = IntervalSet::union(open_stretches(hours, zone, reach.0, reach.1));
        open.without(&days(holidays, zone))
    };
    match clock {
        ServiceClock::Own { days, from, to } if from < to => {
            Some(part(Hours::new(*days, *from, *to), policy.zone, holidays))
        }
        ServiceClock::Own { days, from, to } => {
            let evening = part(Hours::new(*days, *from, MIDNIGHT), policy.zone, holidays);
            let after: Vec<_> = holidays.iter().filter_map(|day| day.succ_opt()).collect();
            let morning = part(Hours::new(next_days(*days), 0, *to), policy.zone, &after);
            let both = evening.parts().iter().chain(morning.parts()).copied();
            Some(IntervalSet::union(both))
        }
        ServiceClock::Calendar(name) => {
            let calendar = settings.calendar(name)?;
            let zone = calendar.zone.unwrap_or(settings.zone);
            let all: Vec<_> = calendar.holidays.iter().chain(holidays).copied().collect();
            Some(part(Some(calendar.hours), zone, &all))
        }
    }
}

/// Returns the days after some days of the week.
fn next_days(mut days: [bool; 7]) -> [bool; 7] {
    days.rotate_right(1);
    days
}

/// Returns the whole of some days.
fn days(days: &[NaiveDate], zone: Zone) -> IntervalSet {
    let bounds = |day: &NaiveDate| {
        let next = day.checked_add_days(Days::new(1)).unwrap_or(*day);
        (day_start(*day, zone), day_start(next, zone))
    };
    IntervalSet::union(days.iter().map(bounds))
}
