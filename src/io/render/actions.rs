//! Follow-up actions as tables for a terminal.

use super::completeness::{none, notes};
use super::table::{Naming, TableStyle, dim, keep_whole, lines_named};
use super::text::{line, or};
use crate::compute::report::action::{ActionReport, ActionsReport};
use crate::model::incident::{Handles, IncidentId};
use chrono::NaiveDate;
use comfy_table::{Cell, Color, Table};

/// What a table of actions shows beside them.
struct ActionColumns<'r> {
    /// Today and the names of incidents, for the actions of many.
    many: Option<(NaiveDate, &'r Handles)>,
    owner: bool,
}

/// Renders follow-up actions, a row each.
pub fn actions(report: &ActionsReport, today: NaiveDate, style: TableStyle) -> String {
    if report.actions.is_empty() {
        return none(&report.completeness, "No follow-up actions") + &notes(&report.completeness);
    }
    let shown = ActionColumns { many: Some((today, &report.handles)), owner: true };
    rows(&report.actions, &shown, style) + &notes(&report.completeness)
}

/// Renders follow-up actions under their owners, those whose action is due first at the top, and those of nobody last.
pub fn actions_by_owner(report: &ActionsReport, today: NaiveDate, style: TableStyle) -> String {
    if report.actions.is_empty() {
        return none(&report.completeness, "No follow-up actions") + &notes(&report.completeness);
    }
    let mut owners: Vec<Option<&str>> = vec![];
    for action in &report.actions {
        let owner = action.action.owner.as_deref();
        if !owners.contains(&owner) {
            owners.push(owner);
        }
    }
    owners.sort_by_key(Option::is_none);
    let shown = ActionColumns { many: Some((today, &report.handles)), owner: false };
    let group = |owner: &Option<&str>| {
        let own = report.actions.iter().filter(|a| a.action.owner.as_deref() == *owner);
        let own: Vec<_> = own.cloned().collect();
        let name = style.bold(&line(owner.unwrap_or("nobody yet")));
        let late = own.iter().filter(|a| a.is_overdue(today)).count();
        let late = if late > 0 { format!(", {late} overdue") } else { String::new() };
        let waits = own.iter().filter(|a| a.waits()).count();
        format!("{name}: {waits} to do{late}\n{}", rows(&own, &shown, style))
    };
    owners.iter().map(group).collect::<Vec<_>>().join("\n") + &notes(&report.completeness)
}

/// Renders the actions of one incident.
pub(super) fn follow_ups(actions: &[ActionReport], style: TableStyle) -> String {
    rows(actions, &ActionColumns { many: None, owner: true }, style)
}

fn rows(actions: &[ActionReport], shown: &ActionColumns<'_>, style: TableStyle) -> String {
    lines_named(|naming| table(actions, shown, naming, style))
}

fn table(
    actions: &[ActionReport],
    shown: &ActionColumns<'_>,
    naming: Naming,
    style: TableStyle,
) -> Table {
    let due = |a: &ActionReport| {
        let late = if shown.is_late(a) { " overdue" } else { "" };
        a.action.due.map_or_else(|| "-".to_owned(), |due| format!("{due}{late}"))
    };
    let mut table = style.table();
    let mut header = vec!["Due", "Status", "Kind"];
    header.extend(shown.owner.then_some("Owner"));
    header.extend(["Action", "Id"]);
    let (mut beside, mut below) = (shown.many.map(|(_, handles)| handles), None);
    if naming == Naming::Together {
        (beside, below) = (None, beside);
    }
    header.extend(beside.map(|_| "Incident"));
    let wrapped = |name: &&str| ["Owner", "Action"].contains(name);
    let kept = header.iter().enumerate().filter(|(_, name)| !wrapped(name));
    let kept: Vec<_> = kept.map(|(index, _)| index).collect();
    table.set_header(header);
    for action in actions {
        let late = shown.is_late(action);
        let due = Cell::new(due(action));
        let mut row = vec![
            if late { due.fg(Color::Red) } else { due },
            Cell::new(action.action.status),
            Cell::new(or(action.action.kind.as_ref(), "-")),
        ];
        let owner = || Cell::new(line(action.action.owner.as_deref().unwrap_or("-")));
        row.extend(shown.owner.then(owner));
        let below = below.map(|handles| format!("\n{}", named(action, handles, naming)));
        let title = line(&action.action.title);
        row.push(Cell::new(format!("{title}{}", below.unwrap_or_default())));
        row.push(dim(or(action.action.id.as_ref(), "-")));
        row.extend(beside.map(|handles| Cell::new(named(action, handles, naming))));
        table.add_row(row);
    }
    keep_whole(&mut table, kept);
    table
}

impl ActionColumns<'_> {
    fn is_late(&self, action: &ActionReport) -> bool {
        self.many.is_some_and(|(today, _)| action.is_overdue(today))
    }
}

/// Returns the incident that an action stands in, and on lines of their own the others that it answers.
fn named(action: &ActionReport, handles: &Handles, naming: Naming) -> String {
    let name = |id: &IncidentId| match naming {
        Naming::Short => line(handles.name(id.as_str())),
        Naming::Whole | Naming::Together => line(id.as_str()),
    };
    let others = action.incidents.iter().map(|id| format!("\n+ {}", name(id)));
    name(&action.incident) + &others.collect::<String>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compute::report::completeness::Completeness;
    use crate::model::incident::Incident;
    use crate::model::settings::Settings;

    fn incident(id: &str) -> Incident {
        let text = "title: T\nactions:\n  - {id: a1b2c3d4, title: Do what takes some words to say, due: 2019-02-15, incidents: [2018-11-02-an-earlier-one-of-the-same-kind]}\n";
        crate::io::yaml::incident::read(id.parse().unwrap(), text, &Settings::default())
            .unwrap()
            .incident
    }

    #[test]
    fn ids_stay_whole_and_are_short_where_there_is_no_room() {
        let long = incident("2019-01-24-a-title-of-many-words-that-goes-on-for-quite-a-while");
        let ids: Vec<IncidentId> =
            vec![long.id.clone(), "2018-11-02-an-earlier-one-of-the-same-kind".parse().unwrap()];
        let report = crate::compute::report::action::actions(
            [&long].into_iter(),
            Handles::of(&ids),
            Completeness::default(),
        );
        let today = "2019-03-01".parse().unwrap();
        let table = |width| actions_by_owner(&report, today, TableStyle { width, color: false });
        for whole in [
            "2019-02-15 overdue",
            "a1b2c3d4",
            long.id.as_str(),
            "+ 2018-11-02-an-earlier-one-of-the-same-kind",
        ] {
            assert!(table(160).contains(whole), "{whole}\n{}", table(160));
        }
        let narrow = table(80);
        for whole in ["2019-02-15 overdue", "a1b2c3d4", "2019-01-24\n", "+ 2018-11-02\n"] {
            assert!(narrow.contains(whole), "{whole}\n{narrow}");
        }
        assert!(
            !narrow.contains("2019-01-24-") && narrow.lines().all(|l| l.len() <= 80),
            "{narrow}"
        );
    }
}
