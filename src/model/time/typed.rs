//! What a person is told of a time that was taken, and may not be what was meant.

use super::bare_clock::BareClock;
use super::context::{IncidentWindow, ParseContext};
use super::format::{distance, size, spoken};
use super::grammar::{self, ClockExpr, TimeExpr};
use super::parse::{approximately, split_within};
use super::zone::Clocks;
use super::{EventTime, Instant};

/// Returns what to say of a time that was read from `text`: that it is far from the incident, or that the
/// machine's clocks would make it nearer to now.
pub fn remark(text: &str, stamp: EventTime, context: &ParseContext<'_>) -> Option<String> {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let exact = split_within(&words).ok().flatten().map(|(exact, _)| exact);
    let exact = exact.as_deref().or(approximately(&words)).unwrap_or(&words);
    let point = grammar::point(exact).ok().flatten();
    match point {
        Some(TimeExpr::Now | TimeExpr::Ago(_) | TimeExpr::AfterStart(_)) => None,
        Some(TimeExpr::Clock(clock @ ClockExpr { day: None, .. })) => {
            on_the_machine(clock, stamp, context)
        }
        Some(_) | None => far_off(stamp, context),
    }
}

/// Tells of a time that lies long before the incident or long after its end.
fn far_off(stamp: EventTime, context: &ParseContext<'_>) -> Option<String> {
    let moment = stamp.moment(context.zone);
    let (away, side) = match context.around.far_before(moment) {
        Some(early) => (early, "before the first event of the incident"),
        None => (context.around.far_after(moment)?, "after the end of the incident"),
    };
    Some(format!("that is {} {side}; `recount undo` takes it back", size(away)))
}

/// Tells of a bare clock that the machine's zone would make nearer to now.
fn on_the_machine(
    clock: ClockExpr<'_>,
    stamp: EventTime,
    context: &ParseContext<'_>,
) -> Option<String> {
    let (now, machine) = (context.now?, context.machine_zone?);
    let is_open = matches!(context.around, IncidentWindow::Open { .. });
    let here = Clocks::Zone(context.zone);
    let bare = BareClock { clock: clock.clock, clocks: here, zone_named: clock.zone.is_some() };
    let there = bare.on_machine(context).filter(|_| is_open)?;
    let at = there.latest(now).ok()?;
    let away = |at: Instant| now.since(at).as_seconds().abs();
    (away(at) < away(stamp.order(context.zone))).then(|| {
        format!(
            "in {}, the zone of this machine, that clock is {} ({})",
            machine.name(),
            spoken(there.clocks.write(at)),
            distance(at, now)
        )
    })
}
