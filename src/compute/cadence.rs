//! How long the public heard nothing, held against how often the record promises that it hears something.

use crate::compute::timeline::{TimedEvent, Timeline};
use crate::model::incident::{Audience, Kind, Milestone, Name};
use crate::model::settings::Settings;
use crate::model::time::{Instant, Span};

/// A time for which the public heard nothing, longer than was promised.
#[derive(Clone, Copy, Debug)]
pub(crate) struct UpdateSilence<'a> {
    /// The event after which nothing was heard.
    pub after: TimedEvent<'a>,
    /// The event at which it ended; none where it still goes on.
    pub until: Option<TimedEvent<'a>>,
    /// How long it was at least, whatever the times within their bounds.
    pub length: Span,
    /// When something should have been heard at the latest.
    pub due: Instant,
    /// How often something should have been heard, by the severity then.
    pub every: Span,
}

/// Returns each time for which the public heard nothing for longer than the cadence of the severity then, though
/// the incident was known and not yet over.
///
/// It is known from `detected` on, else from `declared`, else from `acknowledged` or its beginning; it is over when it
/// is resolved, or, where it is closed without that, when it has recovered. Uncertain times are taken as they
/// leave the shortest silence. Drills, maintenance, duplicates and incidents without impact promise nothing.
pub(crate) fn silences<'a>(
    timeline: &Timeline<'a>,
    settings: &Settings,
    now: Instant,
) -> Vec<UpdateSilence<'a>> {
    let incident = timeline.incident;
    let counts = incident.kind == Kind::Incident && incident.counts() && !incident.no_impact;
    let Some(known) = known(timeline).filter(|_| counts) else { return vec![] };
    let over = over(timeline);
    let from = known.moment.nominal();
    let to = over.map_or(now, |t| t.moment.nominal());
    let heard = heard(timeline).filter(|t| (from..=to).contains(&t.moment.nominal()));
    let marks: Vec<_> = std::iter::once(known).chain(heard).collect();
    let ends = marks.iter().skip(1).copied().map(Some).chain([over]);
    let changes = severities(timeline);
    let silence = |(after, until): (&TimedEvent<'a>, Option<TimedEvent<'a>>)| {
        let start = after.moment.latest();
        let end = until.map_or(now, |t| t.moment.earliest());
        let (every, due) = overdue(&changes, settings, start, end)?;
        Some(UpdateSilence { after: *after, until, length: end.since(start), due, every })
    };
    marks.iter().zip(ends).filter_map(silence).collect()
}

/// Returns the events that the public heard, in order.
pub(crate) fn heard<'a>(
    timeline: &Timeline<'a>,
) -> impl DoubleEndedIterator<Item = TimedEvent<'a>> {
    timeline.events().iter().copied().filter(|t| t.event.audience == Audience::Public)
}

/// Returns the event from which on the public can expect to hear something.
pub(crate) fn known<'a>(timeline: &Timeline<'a>) -> Option<TimedEvent<'a>> {
    let marks = [Milestone::Detected, Milestone::Declared, Milestone::Acknowledged];
    marks.iter().find_map(|m| timeline.milestone(m)).or_else(|| timeline.begin())
}

fn over<'a>(timeline: &Timeline<'a>) -> Option<TimedEvent<'a>> {
    let ended = [Milestone::Resolved, Milestone::Recovered, Milestone::Closed];
    let mut ended = ended.iter().filter_map(|m| timeline.milestone(m));
    ended.next().filter(|_| !timeline.is_open())
}

/// Returns how often the public hears something and when that was due, where a silence was too long under one of the
/// severities in it.
fn overdue(
    changes: &[(Instant, &Name)],
    settings: &Settings,
    start: Instant,
    end: Instant,
) -> Option<(Span, Instant)> {
    let ends = changes.iter().skip(1).map(|(from, _)| *from).chain([Instant::MAX]);
    changes.iter().zip(ends).find_map(|((from, severity), to)| {
        let every = settings.cadence.iter().find(|(s, _)| s == *severity)?.1;
        let due = start.plus(every).max(*from);
        (due < to.min(end)).then_some((every, due))
    })
}

/// Returns the severities, each from its moment on.
fn severities<'a>(timeline: &Timeline<'a>) -> Vec<(Instant, &'a Name)> {
    let first = timeline.incident.severity.iter().map(|s| (Instant::MIN, &s.value));
    let later = timeline
        .events()
        .iter()
        .filter_map(|t| Some((t.moment.nominal(), &t.event.severity.as_ref()?.value)));
    first.chain(later).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::yaml;

    /// Returns the minutes of each silence and of its cadence, at 15:00.
    fn minutes(head: &str, events: &str) -> Vec<(i64, i64)> {
        let (settings, _) = yaml::settings::read("cadence: {sev1: 30m, sev2: 1h}\n").unwrap();
        let text = format!("title: x\n{head}events:\n{events}");
        let read = yaml::incident::read("2019-01-24-x".parse().unwrap(), &text, &settings).unwrap();
        assert_eq!(read.problems, []);
        let timeline = Timeline::of(&read.incident, &settings);
        let now =
            Instant::from(chrono::DateTime::parse_from_rfc3339("2019-01-24T15:00:00Z").unwrap());
        let all = silences(&timeline, &settings, now).into_iter();
        all.map(|s| (s.length.as_seconds() / 60, s.every.as_seconds() / 60)).collect()
    }

    fn event(at: &str, rest: &str) -> String {
        format!("  - {{at: 2019-01-24T{at}:00Z, {rest}, text: '{at}'}}\n")
    }

    #[test]
    fn silence_counts_from_when_the_incident_was_known_to_when_it_was_resolved() {
        let events = [
            event("09:00", "mark: started"),
            event("10:00", "mark: detected"),
            event("10:20", "audience: public"),
            event("10:50", "audience: public"),
            event("11:30", "audience: public"),
            event("12:10", "mark: resolved"),
            event("14:00", "mark: closed"),
        ];
        assert_eq!(minutes("severity: sev1\n", &events.concat()), [(40, 30), (40, 30)]);
        assert_eq!(minutes("severity: sev2\n", &events.concat()), []);
        assert_eq!(minutes("", &events.concat()), []);
        assert_eq!(minutes("severity: sev1\nkind: drill\n", &events.concat()), []);
        assert_eq!(minutes("severity: sev1\nimpact: none\n", &events.concat()), []);
    }

    #[test]
    fn silence_of_an_open_incident_goes_on() {
        let events = event("14:00", "mark: started") + &event("14:20", "audience: public");
        assert_eq!(minutes("severity: sev1\n", &events), [(40, 30)]);
    }

    #[test]
    fn a_change_of_severity_changes_what_is_due() {
        let worse = [
            event("10:00", "mark: started, severity: sev2"),
            event("10:45", "severity: sev1"),
            event("10:50", "audience: public"),
            event("11:10", "severity: sev2"),
            event("11:45", "mark: resolved"),
        ];
        // At 10:45 half an hour has passed already; at 11:10 there is time until 11:50.
        assert_eq!(minutes("", &worse.concat()), [(50, 30)]);
    }

    #[test]
    fn uncertain_times_leave_the_shortest_silence() {
        let events = |within: &str| {
            [
                event("10:00", &format!("within: {within}, mark: started")),
                event("10:40", &format!("within: {within}, audience: public")),
                event("11:00", "mark: recovered"),
                event("13:00", "mark: closed"),
            ]
            .concat()
        };
        assert_eq!(minutes("severity: sev1\n", &events("5m")), []);
        assert_eq!(minutes("severity: sev1\n", &events("4m")), [(32, 30)]);
    }
}
