//! Where everything stands: on a page that is wide, and on a phone.

use super::Tenths;

/// The measures of a drawing.
#[derive(Clone, Copy, Debug)]
pub(super) struct ChartLayout {
    /// The class of the drawing, by which the style sheet chooses one.
    pub(super) class: &'static str,
    /// How wide it is.
    pub(super) width: Tenths,
    /// Where time begins.
    pub(super) left: i64,
    /// How wide time is.
    pub(super) plot: i64,
    /// Whether the names of lanes and clocks stand over them, and not to their left.
    pub(super) names_above: bool,
    /// How far ticks are apart at least.
    pub(super) tick_gap: i64,
    /// At most so many rows of milestones' names; more lie over each other.
    pub(super) flag_rows: usize,
    /// How many letters a line of an event's text has.
    pub(super) line: usize,
    /// How many lines there are for the heading of an event, and for its text.
    pub(super) head_lines: usize,
    pub(super) text_lines: usize,
    /// How a reader gets to an event's text.
    pub(super) hint: &'static str,
}

/// A page.
pub(super) const BROAD: ChartLayout = ChartLayout {
    class: "broad",
    width: Tenths(9200),
    left: 1340,
    plot: 7580,
    names_above: false,
    tick_gap: 0,
    flag_rows: 4,
    line: 118,
    head_lines: 1,
    text_lines: 3,
    hint: "Point at an event, or go to it with the tab key, to read it here.",
};

/// A phone: as wide as its screen, so that no letter is smaller than on the page.
pub(super) const SLIM: ChartLayout = ChartLayout {
    class: "slim",
    width: Tenths(3600),
    left: 240,
    plot: 3120,
    names_above: true,
    tick_gap: 750,
    flag_rows: 8,
    line: 46,
    head_lines: 2,
    text_lines: 7,
    hint: "Touch an event to read it here.",
};

/// How far lines of an event's text are apart.
pub(super) const LEADING: i64 = 165;

impl ChartLayout {
    /// Returns where time ends.
    pub(super) fn right(&self) -> i64 {
        self.left + self.plot
    }

    /// Returns how high the place is where events are read.
    pub(super) fn panel(&self) -> Tenths {
        let lines = i64::try_from(self.head_lines + self.text_lines).unwrap_or(0);
        Tenths(200 + lines * LEADING)
    }
}
