//! From the impact that events tell to the time that counts: steps 1 to 6 of how a credit is computed.

use super::choice::Choice;
use super::excuse;
use super::piece::{Fate, Mark, Piece, inside, live, mark, outside, unite};
use crate::calendar::open_stretches;
use crate::customer::Maintenance;
use crate::downtime::{self, Cover, Known, View};
use crate::incident::{Attribution, Kind, Name};
use crate::place::Filed;
use crate::sla::{Applies, Policy};
use crate::time::{Day, Instant, Span, Stamp};
use crate::timeline::{Timeline, Told};
use chrono::NaiveDate;
use num_traits::Zero;

/// An incident that counts, and the time that its impact can touch.
#[derive(Clone, Debug)]
pub(super) struct Affair<'b> {
    /// Its place in the books.
    pub(super) index: usize,
    /// Its story.
    pub(super) timeline: Timeline<'b>,
    /// The earliest and the latest instant that its impact can touch, whoever looks.
    pub(super) hull: (Instant, Instant),
}

impl<'b> Affair<'b> {
    /// Returns an incident for reckoning; none for drills and duplicates, which count nowhere.
    pub(super) fn of(index: usize, timeline: Timeline<'b>) -> Option<Self> {
        let incident = timeline.incident;
        let counts = incident.kind != Kind::Drill && incident.duplicate_of.is_none();
        let hull = hull(&timeline);
        counts.then_some(Self { index, timeline, hull })
    }

    /// Returns the earliest and the latest instant that its events tell of, whether or not its impact has ended.
    pub(super) fn extent(&self) -> (Instant, Instant) {
        extent(&self.timeline)
    }

    /// Returns whether its impact can touch a stretch of time.
    pub(super) fn touches(&self, (from, to): (Instant, Instant)) -> bool {
        self.hull.0 <= to && from <= self.hull.1
    }
}

/// Returns the earliest and the latest instant that an incident's events tell of.
fn extent(timeline: &Timeline<'_>) -> (Instant, Instant) {
    let ends = |t: &Told<'_>| {
        (t.moment.earliest(), t.moment.latest().plus(t.event.lasting.unwrap_or(Span::ZERO)))
    };
    let told = timeline.events().iter().map(ends);
    let whole = told.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
    whole.unwrap_or_else(|| day_of_id(timeline))
}

fn hull(timeline: &Timeline<'_>) -> (Instant, Instant) {
    let (from, to) = extent(timeline);
    let open = timeline.services().into_iter().any(|service| {
        let views = downtime::views(timeline, service).into_iter();
        let mut all = views
            .flat_map(|view| downtime::stretches(timeline, service, view, |t| t.moment.nominal()));
        all.any(|s| s.end.is_none())
    });
    (from, if open { Instant::MAX } else { to })
}

/// Returns the day that an incident's id names: all that is known of one without events.
fn day_of_id(timeline: &Timeline<'_>) -> (Instant, Instant) {
    let day = timeline.incident.id.as_str().split_at_checked(10);
    let day = day.and_then(|(day, _)| day.parse::<NaiveDate>().ok()).and_then(Day::new);
    let moment = day.map(|day| Stamp::Day(day).moment(timeline.zone));
    moment.map_or((Instant::MIN, Instant::MIN), |m| (m.earliest(), m.latest()))
}

/// Who looks at which services, and when.
#[derive(Clone, Debug)]
pub(super) struct Subject<'b> {
    /// The services, whose downtime is united.
    pub(super) services: Vec<&'b Name>,
    /// The region and the customer.
    pub(super) view: View<'b>,
    /// When the subscription was in force.
    pub(super) held: Cover,
    /// The window.
    pub(super) window: (Instant, Instant),
}

/// What keeps a line from being reckoned.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Trouble {
    /// An incident does not tell its impact.
    Untold(usize),
    /// An impact has no end.
    Endless(usize),
    /// Nothing was measured.
    NotMeasured,
    /// Two rows tell of one interval.
    MeasuredTwice,
    /// An earlier window is in doubt.
    Earlier(crate::sla::Period),
    /// The row has no hourly rate.
    NoHourlyRate,
    /// The fee changes its currency within the window.
    TwoCurrencies,
    /// No band is for this uptime.
    Hole,
    /// Several bands are for this uptime.
    Overlap,
}

/// The parts of impact, each with its fate, and what is in doubt.
#[derive(Clone, Debug)]
pub(super) struct Impact<'b> {
    pub(super) pieces: Vec<Piece<'b>>,
    pub(super) trouble: Option<Trouble>,
    /// The excused maintenance of all services.
    pub(super) excused: Cover,
    /// The time that counts at all: the service hours, or all of it.
    pub(super) hours: Option<Cover>,
}

/// Returns the affairs that a policy and a subject are concerned with: those whose impact can touch the
/// window, or stretches that reach into it.
pub(super) fn concerned<'x, 'b>(
    affairs: &'x [Affair<'b>],
    policy: &Policy,
    window: (Instant, Instant),
) -> Vec<&'x Affair<'b>> {
    let named = |a: &Affair<'_>| {
        let id = &a.timeline.incident.id;
        policy.incidents.is_empty() || policy.incidents.iter().any(|i| i.value == *id)
    };
    let mut reach = window;
    let mut waiting: Vec<_> = affairs.iter().filter(|a| named(a)).collect();
    let mut found = vec![];
    loop {
        let (near, far): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|a| a.touches(reach));
        if near.is_empty() {
            break;
        }
        for affair in &near {
            reach = (reach.0.min(affair.hull.0), reach.1.max(affair.hull.1));
        }
        found.extend(near);
        // Only a minimal length asks what lies beyond the window.
        if policy.measure.min_duration.is_none() {
            break;
        }
        waiting = far;
    }
    found.sort_by_key(|a| a.index);
    found
}

/// Returns what becomes of every part of the impact that a subject saw.
pub(super) fn of<'b>(
    affairs: &[&Affair<'b>],
    policy: &Policy,
    subject: &Subject<'b>,
    maintenance: Option<&Filed<Vec<Maintenance>>>,
    choice: &Choice<'_>,
) -> Impact<'b> {
    let mut pieces = vec![];
    for affair in affairs {
        pieces.extend(told(affair, policy, subject, choice));
    }
    let reach = reach(&pieces, subject.window);
    let too_short = |pieces: &mut Vec<Piece<'b>>| mark_short(pieces, policy);
    if policy.measure.min_duration_applies == Applies::BeforeExclusions {
        too_short(&mut pieces);
    }
    let mut excused = Cover::default();
    if let (Some(excuse), Some(planned)) = (&policy.exclude.maintenance, maintenance) {
        for service in &subject.services {
            let found = excuse::excused(&planned.fact, service, excuse.value, policy.zone, reach);
            let marks: Vec<_> = found
                .iter()
                .map(|(from, to, i)| Mark { from: *from, to: *to, fate: Fate::Maintenance(*i) })
                .collect();
            mark(&mut pieces, &marks, |p| p.service == *service);
            let both = excused
                .parts()
                .iter()
                .chain(excuse::cover(&found).parts())
                .copied()
                .collect::<Vec<_>>();
            excused = Cover::union(both);
        }
    }
    let hours = policy.measure.service_hours.as_ref();
    let hours = hours.map(|h| Cover::union(open_stretches(h.value, policy.zone, reach.0, reach.1)));
    if let Some(hours) = &hours {
        mark(&mut pieces, &outside(hours, &Fate::OutsideHours), |_| true);
    }
    unite(&mut pieces);
    if policy.measure.min_duration_applies == Applies::AfterExclusions {
        too_short(&mut pieces);
    }
    let window = Cover::union([subject.window]);
    mark(&mut pieces, &outside(&window, &Fate::OutsideWindow), |_| true);
    mark(&mut pieces, &outside(&subject.held, &Fate::OutsideSubscription), |_| true);
    let trouble = trouble(affairs, policy, subject, &pieces);
    Impact { pieces, trouble, excused, hours }
}

/// Returns the window, widened to all of the pieces.
fn reach(pieces: &[Piece<'_>], window: (Instant, Instant)) -> (Instant, Instant) {
    pieces.iter().fold(window, |(from, to), p| (from.min(p.from), to.max(p.to)))
}

/// Returns the impact of one incident, without what its attribution or its beginning excludes.
fn told<'b>(
    affair: &Affair<'b>,
    policy: &Policy,
    subject: &Subject<'b>,
    choice: &Choice<'_>,
) -> Vec<Piece<'b>> {
    let mut pieces = vec![];
    for service in &subject.services {
        let seen =
            downtime::stretches(&affair.timeline, service, subject.view, |t| choice.time_of(t));
        for stretch in seen {
            let weight = policy.measure.weights.of(stretch.state, stretch.share);
            let (from, end) = (stretch.start.at, stretch.end.map(|end| end.at));
            pieces.push(Piece {
                incident: affair.index,
                service,
                state: stretch.state,
                share: stretch.share,
                fate: if weight.is_zero() { Fate::Weightless } else { Fate::Counted },
                weight,
                start: stretch.start,
                end: stretch.end,
                from,
                to: end.unwrap_or(subject.window.1.max(from)),
            });
        }
    }
    pieces.retain(|p| p.from < p.to);
    mark(&mut pieces, &attribution_marks(affair, policy, choice), |_| true);
    mark(&mut pieces, &start_marks(affair, policy, choice), |_| true);
    pieces
}

/// Marks the time whose attribution is excluded.
fn attribution_marks(affair: &Affair<'_>, policy: &Policy, choice: &Choice<'_>) -> Vec<Mark> {
    let since = downtime::attributions(&affair.timeline, |t| choice.time_of(t));
    let ends = since.iter().skip(1).map(|(at, ..)| *at).chain([Instant::MAX]);
    let excluded = |a: Attribution| policy.exclude.attribution.iter().any(|x| x.value == a);
    since
        .iter()
        .zip(ends)
        .filter(|((from, attribution, _), to)| excluded(*attribution) && from < to)
        .map(|((from, attribution, told), to)| {
            let fate = Fate::Attribution(*attribution, told.map(|t| t.event.place));
            Mark { from: *from, to, fate }
        })
        .collect()
}

/// Marks the time before the milestone from which on time counts: all of it where none stands.
fn start_marks(affair: &Affair<'_>, policy: &Policy, choice: &Choice<'_>) -> Vec<Mark> {
    let Some(starts_at) = &policy.measure.starts_at else { return vec![] };
    let (to, fate) = match affair.timeline.milestone(&starts_at.value) {
        Some(told) => (choice.time_of(&told), Fate::BeforeStart),
        None => (Instant::MAX, Fate::NeverStarted),
    };
    vec![Mark { from: Instant::MIN, to, fate }]
}

/// Marks the stretches that are too short to count.
fn mark_short(pieces: &mut Vec<Piece<'_>>, policy: &Policy) {
    let Some(least) = &policy.measure.min_duration else { return };
    let stretches = live(pieces);
    let long = |(from, to): &&(Instant, Instant)| least.value.is_met(&to.since(*from));
    let short = stretches.without(&Cover::union(stretches.parts().iter().filter(long).copied()));
    mark(pieces, &inside(&short, &Fate::TooShort), |_| true);
}

/// Returns what keeps the impact from being known: none of it told, or no end of it.
fn trouble(
    affairs: &[&Affair<'_>],
    policy: &Policy,
    subject: &Subject<'_>,
    pieces: &[Piece<'_>],
) -> Option<Trouble> {
    let untold = affairs.iter().find(|a| is_untold(a, policy, subject));
    let endless = pieces.iter().find(|p| p.end.is_none() && p.is_live());
    let untold = untold.map(|a| Trouble::Untold(a.index));
    untold.or(endless.map(|p| Trouble::Endless(p.incident)))
}

fn is_untold(affair: &Affair<'_>, policy: &Policy, subject: &Subject<'_>) -> bool {
    let incident = affair.timeline.incident;
    if downtime::known(incident) != Known::Unknown {
        return false;
    }
    let concerns = incident.services.iter().any(|s| subject.services.contains(&&s.value));
    let (from, to) = affair.hull;
    let to = to.plus(Span::seconds(1));
    let when = Cover::union([(from, to)]).common(&Cover::union([subject.window]));
    let excluded = |a: Attribution| policy.exclude.attribution.iter().any(|x| x.value == a);
    let whose = downtime::attributions(&affair.timeline, |t| t.moment.nominal());
    let matters = whose.iter().any(|(_, attribution, _)| !excluded(*attribution));
    concerns && matters && !when.common(&subject.held).parts().is_empty()
}
