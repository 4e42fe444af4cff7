//! What a time is read by: now, some zones, and the incident that it is for.

use super::{Instant, Span, TimeBounds, Zone};

/// What the words of a time lean on.
#[derive(Clone, Copy, Debug)]
pub struct ParseContext<'a> {
    /// The time that it is; none in a file, which must mean the same whenever it is read.
    pub now: Option<Instant>,
    /// The zone of times that name none.
    pub zone: Zone,
    /// The zone of the record, whose abbreviations count beside those of `zone`.
    pub record_zone: Zone,
    /// The zone of the machine that a person types at; none in a file, and where it can't be known.
    pub machine_zone: Option<Zone>,
    /// When the incident started, where that is known.
    pub started: Option<Instant>,
    /// What `~` means, either way.
    pub approximate: Span,
    /// The incident that the time is for.
    pub around: IncidentWindow<'a>,
    /// Whether a time may be in the future; a bare clock then is the next one.
    pub allow_future: bool,
}

/// The incident that a time is for, as far as it helps to read a bare clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IncidentWindow<'a> {
    /// None: what is read is a period or a due date.
    Nothing,
    /// One that goes on, or that is about to be opened.
    Open {
        /// The moments of its events.
        events: &'a [TimeBounds],
    },
    /// One that is over.
    Over {
        /// The time of its first event.
        first: Instant,
        /// The time at which it ended.
        last: Instant,
    },
}

/// What `~` means where nothing else is set.
pub const APPROXIMATE: Span = Span::minutes(15);

/// How far from the incident a time with its date is written without a word.
const FAR: Span = Span::hours(12);

impl IncidentWindow<'_> {
    /// Returns how long the whole of `moment` lies before the first event, where that is more than 12 hours.
    pub(super) fn far_before(self, moment: TimeBounds) -> Option<Span> {
        let first = match self {
            Self::Nothing => None,
            Self::Open { events } => events.iter().map(|event| event.earliest()).min(),
            Self::Over { first, .. } => Some(first),
        }?;
        Some(first.since(moment.latest())).filter(|early| *early > FAR)
    }

    /// Returns how long the whole of `moment` lies after the end, where that is more than 12 hours.
    pub(super) fn far_after(self, moment: TimeBounds) -> Option<Span> {
        match self {
            Self::Nothing | Self::Open { .. } => None,
            Self::Over { last, .. } => Some(moment.earliest().since(last)),
        }
        .filter(|late| *late > FAR)
    }
}

impl ParseContext<'_> {
    /// Returns the context of a file, in which nothing depends on when it is read.
    pub fn file(zone: Zone) -> Self {
        Self {
            now: None,
            zone,
            record_zone: zone,
            machine_zone: None,
            started: None,
            approximate: APPROXIMATE,
            around: IncidentWindow::Nothing,
            allow_future: true,
        }
    }

    /// Returns the context of a command at a moment, before any incident is known.
    pub fn at(now: Instant, zone: Zone) -> Self {
        Self { now: Some(now), allow_future: false, ..Self::file(zone) }
    }
}
