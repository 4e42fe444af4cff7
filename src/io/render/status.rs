//! What services are now, how fast they come back, and how long the phases took.

use super::table::{TableStyle, lines, state_cell};
use super::text::line;
use crate::compute::report::status::{ForecastReport, PhaseReport, ServiceStatus};
use crate::model::time::{Span, duration};
use comfy_table::Cell;

/// Renders the phases on one line.
pub(super) fn phases(phases: &[PhaseReport]) -> String {
    let one = |phase: &PhaseReport| {
        let [nominal, lowest, highest] =
            [phase.seconds, phase.min_seconds, phase.max_seconds].map(Span::seconds);
        let so_far = if phase.running { " so far" } else { "" };
        format!("{} {}{so_far}", line(&phase.name), duration::uncertain(nominal, lowest, highest))
    };
    let told: Vec<_> = phases.iter().map(one).collect();
    if told.is_empty() { String::new() } else { format!("\n {}\n", told.join(" · ")) }
}

/// Renders what each service is now, and what is to be expected.
pub(super) fn services(services: &[ServiceStatus], style: TableStyle) -> String {
    let mut table = style.table();
    for service in services {
        let lasted =
            service.for_seconds.map(|s| format!("for {}", duration::words(Span::seconds(s))));
        let share = service.share.as_ref().map(|s| format!("share {s}"));
        let state: Vec<_> = [lasted, share].into_iter().flatten().collect();
        let mut said = line(&state.join(", "));
        if let (Some(progress), Some(outlook)) = (&service.progress, &service.outlook) {
            let gap = if said.is_empty() { "" } else { "\n" };
            said = format!("{said}{gap}{}", line(&expected(progress, outlook)));
        }
        table.add_row(vec![
            Cell::new(line(&service.name)),
            state_cell(service.state.unwrap_or("unknown")),
            Cell::new(said),
        ]);
    }
    if services.is_empty() { String::new() } else { format!("\n{}", lines(&table)) }
}

/// Says how much is back, how fast that went, and how long the rest takes.
fn expected(progress: &str, outlook: &ForecastReport) -> String {
    let words = |seconds| duration::words(Span::seconds(seconds));
    // A guess is not good to the second.
    let about = |seconds: i64| duration::words(Span::minutes(seconds.saturating_add(59) / 60));
    let percent =
        if progress.contains('%') { String::new() } else { format!(" ({} %)", outlook.percent) };
    let pace = outlook.since.as_ref().zip(outlook.since_seconds);
    let pace = pace.map(|(since, span)| format!(", from {since} in {}", words(span)));
    let back = format!("{progress} back{percent}{}", pace.unwrap_or_default());
    let left = match (outlook.rest, outlook.left_min_seconds, outlook.left_max_seconds) {
        ("done", ..) => "that is all".to_owned(),
        ("expected", Some(0), Some(0)) => "at this pace all should be back by now".to_owned(),
        ("expected", Some(least), Some(most)) if about(least) == about(most) => {
            format!("{} left", about(least))
        }
        ("expected", Some(least), Some(most)) => {
            format!("{} to {} left", about(least), about(most))
        }
        ("expected", Some(least), None) => format!("at least {} left", about(least)),
        _ => "no pace yet to tell the rest by".to_owned(),
    };
    let stalled =
        outlook.stalled_seconds.map(|s| format!("stalled: nothing has moved for {}", about(s)));
    [stalled, Some(back), Some(left)].into_iter().flatten().collect::<Vec<_>>().join("; ")
}
