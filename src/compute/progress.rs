//! How fast a service comes back, and how long the rest will take.

use crate::compute::timeline::{TimedEvent, Timeline};
use crate::model::incident::{Name, Progress};
use crate::model::time::{Instant, Span};

/// How many reports before the last one tell of the pace.
const RECENT: usize = 5;

/// How much of a service is back, and what the reports so far say about the rest.
#[derive(Clone, Debug)]
pub(crate) struct ProgressForecast<'a> {
    /// The last report.
    pub last: &'a Progress,
    /// The event that tells it.
    pub told: TimedEvent<'a>,
    /// The recent report from which on something came back, the earliest of those that tell of the pace,
    /// and how long before the last one it was; none where there is none.
    pub since: Option<(&'a Progress, Span)>,
    /// What is to be expected.
    pub rest: Forecast,
    /// How long it has been at `now` since the figure last grew, where that is longer than any time
    /// between recent reports in which it did.
    pub stalled: Option<Span>,
}

/// What is to be expected of the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Forecast {
    /// All is back.
    Done,
    /// There is no pace to compute with: one report, or none that moved.
    Unknown,
    /// It comes back between these instants, if the pace stays within that of the recent reports.
    Between {
        /// At the fastest recent pace.
        earliest: Instant,
        /// At the slowest recent pace; none where by that it never does.
        latest: Option<Instant>,
    },
}

/// Returns the outlook of each service that has reports, in the order of their first reports.
pub(crate) fn outlooks<'a>(
    timeline: &Timeline<'a>,
    now: Instant,
) -> Vec<(&'a Name, ProgressForecast<'a>)> {
    let mut services: Vec<&Name> = vec![];
    for (service, _) in timeline.events().iter().flat_map(|t| &t.event.progress) {
        if !services.contains(&&service.value) {
            services.push(&service.value);
        }
    }
    let each = |service| Some((service, outlook(timeline, service, now)?));
    services.into_iter().filter_map(each).collect()
}

/// Returns what the `progress` reports of a service up to `now` say; none where there are none.
///
/// The pace is the part that came back between an earlier report and the last one, over the time
/// between them. Each of the last five earlier reports gives one; the slowest and the fastest of these
/// give the range. Where the last reports brought nothing, the slowest pace is none, and there is no
/// latest end. A total that changes is taken as a part each time.
pub(crate) fn outlook<'a>(
    timeline: &Timeline<'a>,
    service: &Name,
    now: Instant,
) -> Option<ProgressForecast<'a>> {
    let mut reports: Vec<ProgressReport<'a>> = reports(timeline, service);
    reports.retain(|r| r.at <= now);
    let (last, earlier) = reports.split_last()?;
    let rest = if last.progress.done() == last.progress.total() {
        Forecast::Done
    } else {
        rest(*last, earlier)
    };
    let stalled = stalled(&reports, now).filter(|_| rest != Forecast::Done);
    let since = recent(*last, earlier).last().map(|r| (r.progress, last.at.since(r.at)));
    Some(ProgressForecast { last: last.progress, told: last.told, since, rest, stalled })
}

/// One report.
#[derive(Clone, Copy)]
struct ProgressReport<'a> {
    at: Instant,
    progress: &'a Progress,
    told: TimedEvent<'a>,
}

impl ProgressReport<'_> {
    /// Returns the part that is back as a fraction.
    fn part(&self) -> (u128, u128) {
        (u128::from(self.progress.done()), u128::from(self.progress.total()))
    }

    /// Returns whether more is back than at `earlier`.
    fn is_ahead_of(&self, earlier: &Self) -> bool {
        let ((part, whole), (before, of)) = (self.part(), earlier.part());
        part * of > before * whole
    }
}

fn reports<'a>(timeline: &Timeline<'a>, service: &Name) -> Vec<ProgressReport<'a>> {
    let of = |told: &TimedEvent<'a>| {
        let (_, progress) = told.event.progress.iter().find(|(s, _)| s.value == *service)?;
        Some(ProgressReport { at: told.moment.nominal(), progress, told: *told })
    };
    timeline.events().iter().filter_map(of).collect()
}

/// Returns the earlier reports that tell of the pace, the latest first.
fn recent<'r, 'a>(
    last: ProgressReport<'a>,
    earlier: &'r [ProgressReport<'a>],
) -> impl Iterator<Item = &'r ProgressReport<'a>> {
    earlier.iter().rev().filter(move |r| r.at < last.at).take(RECENT)
}

fn rest(last: ProgressReport<'_>, earlier: &[ProgressReport<'_>]) -> Forecast {
    let needed: Vec<_> = recent(last, earlier).map(|r| needed(last, r)).collect();
    let Some(fastest) = needed.iter().flatten().min() else { return Forecast::Unknown };
    let slowest = needed.iter().copied().collect::<Option<Vec<_>>>();
    let slowest = slowest.and_then(|all| all.into_iter().max());
    Forecast::Between {
        earliest: last.at.plus(*fastest),
        latest: slowest.map(|span| last.at.plus(span)),
    }
}

/// Returns how long the rest takes at the pace since `earlier`, rounded up; none where nothing moved.
fn needed(last: ProgressReport<'_>, earlier: &ProgressReport<'_>) -> Option<Span> {
    let ((done, total), (before, of)) = (last.part(), earlier.part());
    let gained = (done * of).checked_sub(before * total).filter(|gained| *gained > 0)?;
    let elapsed = u128::try_from(last.at.since(earlier.at).as_seconds()).ok()?;
    let left = (total - done).checked_mul(of)?.checked_mul(elapsed)?;
    i64::try_from(left.div_ceil(gained)).ok().map(Span::seconds)
}

/// Returns how long it has been since the figure last grew, where that is longer than the longest of the
/// recent times between reports of which the later was ahead.
fn stalled(reports: &[ProgressReport<'_>], now: Instant) -> Option<Span> {
    let mut grew: Vec<ProgressReport<'_>> = vec![];
    for report in reports {
        if grew.last().is_none_or(|last| report.is_ahead_of(last)) {
            grew.push(*report);
        }
    }
    let gaps = grew.windows(2).rev().take(RECENT);
    let gaps = gaps.filter_map(|pair| Some(pair.last()?.at.since(pair.first()?.at)));
    let usual = gaps.max()?;
    let still = now.since(grew.last()?.at);
    (still > usual).then_some(still)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::settings::Settings;

    fn at(minute: i64) -> Instant {
        let base: chrono::DateTime<chrono::Utc> = "2019-01-24T00:00:00Z".parse().unwrap();
        Instant::from(base).plus(Span::minutes(minute))
    }

    /// Returns the outlook at a minute, of reports given as minute and progress.
    fn look(reports: &[(i64, &str)], now: i64) -> (Forecast, Option<i64>) {
        let mut text = String::from("title: x\nevents:\n");
        for (minute, progress) in reports {
            let at = at(*minute).rfc3339();
            text += &format!("  - {{at: {at}, progress: {{databases: {progress}}}, text: t}}\n");
        }
        let settings = Settings::default();
        let id = "2019-01-24-x".parse().unwrap();
        let facts = crate::io::yaml::incident::read(id, &text, &settings).unwrap().incident;
        let timeline = Timeline::of(&facts, &settings);
        let found = outlook(&timeline, &"databases".parse().unwrap(), at(now)).unwrap();
        (found.rest, found.stalled.map(|s| s.as_seconds() / 60))
    }

    fn between(earliest: i64, latest: Option<i64>) -> Forecast {
        Forecast::Between { earliest: at(earliest), latest: latest.map(at) }
    }

    #[test]
    fn the_slowest_and_fastest_recent_pace_give_a_range() {
        let reports = [(0, "100/1200"), (10, "200/1200"), (20, "500/1200")];
        // 700 left: at 300 in 10 min, and at 400 in 20 min.
        let (rest, stalled) = look(&reports, 21);
        let Forecast::Between { earliest, latest } = rest else { panic!("{rest:?}") };
        assert_eq!(earliest.since(at(20)), Span::seconds(1400));
        assert_eq!((latest, stalled), (Some(at(55)), None));
        let parts = look(&[(0, "10%"), (10, "30/100")], 11);
        assert_eq!(parts.0, between(45, Some(45)));
    }

    #[test]
    fn nothing_is_promised_where_nothing_moves() {
        assert_eq!(look(&[(0, "1/2")], 5).0, Forecast::Unknown);
        let still = look(&[(0, "0/10"), (10, "5/10"), (20, "5/10")], 21);
        assert_eq!(still, (between(40, None), Some(11)));
        assert_eq!(look(&[(0, "5/10"), (10, "4/10")], 11).0, Forecast::Unknown);
        assert_eq!(look(&[(0, "5/10"), (10, "10/10")], 500), (Forecast::Done, None));
    }

    #[test]
    fn silence_longer_than_usual_is_a_stall() {
        let reports = [(0, "1/10"), (10, "2/10"), (30, "3/10")];
        assert_eq!(look(&reports, 50).1, None);
        assert_eq!(look(&reports, 51).1, Some(21));
    }
}
