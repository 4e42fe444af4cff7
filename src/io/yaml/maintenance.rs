//! Reads `maintenance.yaml` into planned windows: an unknown key is an error, because money hangs on it.

use super::fields::{Diagnostics, FieldReader, list, parsed, text, word};
use super::incident::date;
use super::node::{self, Node, NodeKind};
use crate::model::customer::Maintenance;
use crate::model::diagnostic::{Diagnostic, Level};
use crate::model::settings::Settings;
use crate::model::sla::{PlannedTime, Recurrence};
use crate::model::time::{read_instant, read_zone};

/// The planned windows and what is wrong in their file.
#[derive(Clone, Debug)]
pub struct MaintenanceRead {
    /// The windows, where nothing kept any of them from being read.
    pub windows: Option<Vec<Maintenance>>,
    /// What is wrong, in the order of the file.
    pub problems: Diagnostics,
}

/// Reads the text of a `maintenance.yaml`; an empty file plans nothing.
///
/// # Errors
/// The one problem that keeps the whole file from being read, such as a syntax error.
pub fn read(text: &str, settings: &Settings) -> Result<MaintenanceRead, Diagnostic> {
    let root = node::read(text)?;
    let mut problems = vec![];
    let windows = match root.what {
        NodeKind::Null => vec![],
        _ => list(&root, &mut problems, |n, problems| window(n, settings, problems)),
    };
    for problem in problems.iter_mut().filter(|p| p.code == "unknown-key") {
        problem.level = Level::Error;
    }
    problems.sort_by_key(|p| p.place);
    let sound = problems.iter().all(|p| p.level != Level::Error);
    Ok(MaintenanceRead { windows: sound.then_some(windows), problems })
}

fn window(node: &Node<'_>, settings: &Settings, problems: &mut Diagnostics) -> Option<Maintenance> {
    let mut f = FieldReader::open(node, "a planned window", problems)?;
    let instant = |n: &Node<'_>, problems: &mut Diagnostics| {
        parsed(n, problems, |text| read_instant(text, settings.zone)).map(|p| p.value)
    };
    let service = |n: &Node<'_>, problems: &mut Diagnostics| {
        parsed(n, problems, |text| settings.known_service(text)).map(|p| p.value)
    };
    let title = f.need("title", problems).and_then(|n| text(n, problems));
    let services = f.take("services").map_or(vec![], |n| list(n, problems, service));
    let when = when(&mut f, node, settings, problems);
    let announced = f.take("announced").and_then(|n| instant(n, problems));
    f.close(problems);
    Some(Maintenance { title: title?, services, when: when?, announced, place: node.place })
}

/// Reads `from` and `to`, or `every` in their place.
fn when(
    f: &mut FieldReader<'_, '_>,
    node: &Node<'_>,
    settings: &Settings,
    problems: &mut Diagnostics,
) -> Option<PlannedTime> {
    let instant = |n: &Node<'_>, problems: &mut Diagnostics| {
        parsed(n, problems, |text| read_instant(text, settings.zone)).map(|p| p.value)
    };
    if let Some(every) = f.take("every") {
        for key in ["from", "to"] {
            if let Some(stray) = f.take(key) {
                let message = format!("`every` has its own clocks: `{key}` has no place beside it");
                problems.push(Diagnostic::error("contradiction", stray.place, message));
            }
        }
        return recurrence(every, settings, problems).map(PlannedTime::Every);
    }
    let from = f.need("from", problems).and_then(|n| instant(n, problems));
    let end = f.need("to", problems);
    let to = end.and_then(|n| instant(n, problems));
    let (from, to) = (from?, to?);
    if to <= from {
        let place = end.map_or(node.place, |n| n.place);
        problems.push(Diagnostic::error("value", place, "this window ends before it begins"));
    }
    Some(PlannedTime::Once { from, to })
}

fn recurrence(
    node: &Node<'_>,
    settings: &Settings,
    problems: &mut Diagnostics,
) -> Option<Recurrence> {
    let mut f = FieldReader::open(node, "`every`", problems)?;
    let days = super::settings::week(&mut f, problems);
    let clock = |n: &Node<'_>, problems: &mut Diagnostics| {
        parsed(n, problems, super::settings::minute_of_day).map(|p| p.value)
    };
    let from = f.need("from", problems).and_then(|n| clock(n, problems));
    let to = f.need("to", problems).and_then(|n| clock(n, problems));
    let week = f.take("week").and_then(|n| word(n, problems)).map(|p| p.value);
    let zone = f.take("timezone").and_then(|n| parsed(n, problems, read_zone));
    let zone = zone.map_or(settings.zone, |p| p.value);
    let since = f.need("since", problems).and_then(|n| date(n, problems));
    let until = f.take("until").and_then(|n| date(n, problems));
    f.close(problems);
    let (from, to, since) = (from?, to?, since?);
    if from == to {
        let message = "this window ends when it begins: for a whole day, write 00:00 and 24:00";
        problems.push(Diagnostic::error("value", node.place, message));
        return None;
    }
    if until.is_some_and(|until| until <= since) {
        let message = "`until` is the first day without it, and must be after `since`";
        problems.push(Diagnostic::error("value", node.place, message));
        return None;
    }
    Some(Recurrence { days, week, from, to, zone, since, until })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str) -> Vec<String> {
        let read = read(text, &Settings::default()).unwrap();
        assert!(read.windows.is_none());
        read.problems.iter().map(|p| format!("{} {}", p.place, p.message)).collect()
    }

    #[test]
    fn a_planned_window_is_read_whole() {
        let text = "- {title: Storage, services: [apps], from: 2026-06-02T08:00:00Z, \
                    to: 2026-06-02T11:00:00+02:00, announced: 2026-06-01T08:00:00Z}\n";
        let windows = read(text, &Settings::default()).unwrap().windows.unwrap();
        let [window] = windows.as_slice() else { panic!("{windows:?}") };
        assert_eq!(window.services, ["apps".parse().unwrap()]);
        let PlannedTime::Once { from, to } = &window.when else { panic!("{window:?}") };
        assert_eq!(to.since(*from).as_seconds(), 3600);
        assert!(window.announced.is_some());
        assert!(read("", &Settings::default()).unwrap().windows.unwrap().is_empty());
    }

    #[test]
    fn a_window_may_come_every_week() {
        let text = "- title: Sunday work\n  every: {days: [sun], week: last, from: 22:00, to: 06:00, \
                    timezone: Europe/Paris, since: 2019-01-01, until: 2027-01-01}\n";
        let windows = read(text, &Settings::default()).unwrap().windows.unwrap();
        let PlannedTime::Every(every) = &windows[0].when else { panic!("{windows:?}") };
        assert_eq!((every.from, every.to, every.days[6]), (1320, 360, true));
        let slips = [
            ("every: {from: 01:00, to: 01:00, since: 2019-01-01}", "ends when it begins"),
            ("every: {from: 01:00, to: 02:00}", "needs `since`"),
            (
                "every: {from: 01:00, to: 02:00, since: 2019-01-01, until: 2019-01-01}",
                "after `since`",
            ),
            ("every: {from: 01:00, to: 02:00, since: 2019-01-01, week: 6}", "week of a month"),
            (
                "every: {from: 01:00, to: 02:00, since: 2019-01-01}, to: 2026-06-03T00:00:00Z",
                "no place",
            ),
        ];
        for (when, message) in slips {
            let found = wrong(&format!("- {{title: x, {when}}}\n"));
            assert!(found.len() == 1 && found[0].contains(message), "{when}: {found:?}");
        }
    }

    #[test]
    fn every_slip_is_told_at_once_with_its_place() {
        let text = "- {title: a, from: 2026-06-02T08:00:00Z, to: 2026-06-02T07:00:00Z}\n\
                    - {title: b, from: 2026-06-02, to: 2026-06-03T00:00:00Z, anounced: x}\n\
                    - {from: now, to: 2026-06-03T00:00:00Z}\n";
        let found = wrong(text);
        assert!(found[0].starts_with("1:") && found[0].contains("ends before it begins"));
        assert!(found[1].starts_with("2:") && found[1].contains("not one exact time"));
        assert!(found[2].starts_with("2:") && found[2].contains("unknown key `anounced`"));
        assert!(found[3].contains("needs `title`"), "{found:?}");
        assert!(found[4].starts_with("3:"), "{found:?}");
        assert_eq!(wrong("title: x\n").len(), 1);
    }
}
