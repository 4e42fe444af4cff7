//! What a time is read by: now, a zone, and the incident that it is for.

use super::{Instant, Span, Zone};

/// What the words of a time lean on.
#[derive(Clone, Copy, Debug)]
pub struct ParseContext {
    /// The time that it is; none in a file, which must mean the same whenever it is read.
    pub now: Option<Instant>,
    /// The zone of times that name none.
    pub zone: Zone,
    /// When the incident started, where that is known.
    pub started: Option<Instant>,
    /// What `~` means, either way.
    pub approximate: Span,
    /// The incident that the time is for.
    pub around: IncidentWindow,
    /// Whether a time may be in the future; a bare clock then is the next one.
    pub allow_future: bool,
}

/// The incident that a time is for, as far as it helps to read a bare clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IncidentWindow {
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

impl ParseContext {
    /// Returns the context of a file, in which nothing depends on when it is read.
    pub fn file(zone: Zone) -> Self {
        Self {
            now: None,
            zone,
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
