//! What services are now, how fast they come back, and how long the phases took.

use super::table::{TableStyle, lines, state_cell};
use super::text::line;
use crate::compute::report::status::{Forecast, ForecastReport, PhaseReport, ServiceStatus};
use crate::model::time::{Span, duration};
use comfy_table::Cell;

/// Renders the phases on one line.
pub(super) fn phases(phases: &[PhaseReport]) -> String {
    let one = |phase: &PhaseReport| {
        let so_far = if phase.running { " so far" } else { "" };
        format!("{} {}{so_far}", line(&phase.name), phase.length)
    };
    let told: Vec<_> = phases.iter().map(one).collect();
    if told.is_empty() { String::new() } else { format!("\n {}\n", told.join(" · ")) }
}

/// Renders what each service is now, and what is to be expected.
pub(super) fn services(services: &[ServiceStatus], style: TableStyle) -> String {
    let mut table = style.table();
    for service in services {
        let lasted = service.lasted.map(|lasted| format!("for {}", duration::words(lasted)));
        let share = service.share.as_ref().map(|s| format!("share {s}"));
        let state: Vec<_> = [lasted, share].into_iter().flatten().collect();
        let mut said = line(&state.join(", "));
        if let Some(outlook) = &service.outlook {
            let gap = if said.is_empty() { "" } else { "\n" };
            said = format!("{said}{gap}{}", line(&expected(outlook)));
        }
        table.add_row(vec![
            Cell::new(line(&service.name)),
            state_cell(service.state),
            Cell::new(said),
        ]);
    }
    if services.is_empty() { String::new() } else { format!("\n{}", lines(&table)) }
}

/// Says how much is back, how fast that went, and how long the rest takes.
fn expected(outlook: &ForecastReport) -> String {
    // A guess is not good to the second.
    let about =
        |span: Span| duration::words(Span::minutes(span.as_seconds().saturating_add(59) / 60));
    let progress = outlook.progress.as_str();
    let percent =
        if progress.contains('%') { String::new() } else { format!(" ({} %)", outlook.percent()) };
    let pace = outlook.since.as_ref();
    let pace = pace.map(|(since, span)| format!(", from {since} in {}", duration::words(*span)));
    let back = format!("{progress} back{percent}{}", pace.unwrap_or_default());
    let left = match outlook.rest {
        Forecast::Done => "that is all".to_owned(),
        Forecast::Unknown => "no pace yet to tell the rest by".to_owned(),
        Forecast::Between { earliest, latest } => {
            let least = outlook.left(earliest);
            match latest.map(|latest| outlook.left(latest)) {
                None => format!("at least {} left", about(least)),
                Some(Span::ZERO) => "at this pace all should be back by now".to_owned(),
                Some(most) if about(least) == about(most) => format!("{} left", about(least)),
                Some(most) => format!("{} to {} left", about(least), about(most)),
            }
        }
    };
    let stalled = outlook.stalled.map(|s| format!("stalled: nothing has moved for {}", about(s)));
    [stalled, Some(back), Some(left)].into_iter().flatten().collect::<Vec<_>>().join("; ")
}
