//! Reads `maintenance.yaml` into planned windows: an unknown key is an error, because money hangs on it.

use super::fields::{Diagnostics, FieldReader, list, parsed, text};
use super::node::{self, Node, NodeKind};
use crate::model::customer::Maintenance;
use crate::model::diagnostic::{Diagnostic, Level};
use crate::model::settings::Settings;
use crate::model::time::read_instant;

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
    let from = f.need("from", problems).and_then(|n| instant(n, problems));
    let end = f.need("to", problems);
    let to = end.and_then(|n| instant(n, problems));
    let announced = f.take("announced").and_then(|n| instant(n, problems));
    f.close(problems);
    let (from, to) = (from?, to?);
    if to <= from {
        let place = end.map_or(node.place, |n| n.place);
        problems.push(Diagnostic::error("value", place, "this window ends before it begins"));
    }
    Some(Maintenance { title: title?, services, from, to, announced, place: node.place })
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
        assert_eq!(window.to.since(window.from).as_seconds(), 3600);
        assert!(window.announced.is_some());
        assert!(read("", &Settings::default()).unwrap().windows.unwrap().is_empty());
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
