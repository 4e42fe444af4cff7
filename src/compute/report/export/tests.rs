use super::{CREDIT_COLUMNS, ExportCell, ExportKind, ExportTable, ExportedIncident};
use crate::compute::metrics::DurationDefinition;
use crate::compute::timeline::Timeline;
use crate::io::yaml;
use crate::model::incident::Incident;
use crate::model::settings::Settings;
use crate::model::time::Instant;
use std::collections::BTreeSet;

const TEXT: &str = "
title: Unknown
services: [apps]
class: power
fields: {loss: 3400.00 EUR, reviewers: [Ada, Bo]}
actions: [{id: c1, title: Spread the load, due: 2019-02-15}]
events:
  - {id: a1, at: 2019-01-24T12:56:00Z, mark: started, impact: {apps: [{state: down, share: 1/3}]}, progress: {apps: 1/2}, text: t}
  - {id: a2, at: 2019-01-24T18:40:00Z, mark: recovered, roles: {commander: Ada}, text: t}
";

fn settings() -> Settings {
    yaml::settings::read("fields: {loss: money, reviewers: people}").unwrap().0
}

fn full() -> Incident {
    yaml::incident::read("2019-01-24-power".parse().unwrap(), TEXT, &settings()).unwrap().incident
}

fn exported(incident: &Incident) -> ExportedIncident {
    let settings = settings();
    let definitions = DurationDefinition::all(&settings);
    let timeline = Timeline::of(incident, &settings);
    ExportedIncident::of(&timeline, &definitions, &settings, Instant::saturating(0))
}

fn fits(cell: &ExportCell, kind: ExportKind) -> bool {
    match cell {
        ExportCell::Absent => kind != ExportKind::Boolean,
        ExportCell::Text(_) => kind == ExportKind::Text,
        ExportCell::Integer(_) => kind == ExportKind::Integer,
        ExportCell::Decimal(_) => kind == ExportKind::Decimal,
        ExportCell::Time(_) => kind == ExportKind::Time,
        ExportCell::Date(_) => kind == ExportKind::Date,
        ExportCell::Boolean(_) => kind == ExportKind::Boolean,
        ExportCell::Object(_) => kind == ExportKind::Object,
    }
}

#[test]
fn a_row_holds_what_its_columns_say() {
    let incident = full();
    let exported = exported(&incident);
    for table in ExportTable::ALL.iter().filter(|t| **t != ExportTable::Credits) {
        let columns = table.columns();
        let rows = exported.rows(*table);
        assert!(!rows.is_empty(), "{table}");
        for row in rows {
            assert_eq!(row.len(), columns.len(), "{table}");
            for (cell, column) in row.iter().zip(&columns) {
                assert!(fits(cell, column.kind), "{table}.{}: {cell:?}", column.name);
            }
        }
    }
}

#[test]
fn each_name_stands_once_in_a_table() {
    for table in ExportTable::ALL {
        let columns = table.columns();
        let names: BTreeSet<_> = columns.iter().map(|column| column.name).collect();
        assert_eq!(names.len(), columns.len(), "{table}");
    }
    assert_eq!(ExportTable::Credits.columns(), CREDIT_COLUMNS);
}

#[test]
fn people_are_a_row_each_and_amounts_have_their_currency() {
    let rows = exported(&full()).rows(ExportTable::Fields);
    let text = |text: &str| ExportCell::Text(text.to_owned());
    let told: Vec<_> = rows.iter().map(|row| row[1..].to_vec()).collect();
    let absent = ExportCell::Absent;
    assert_eq!(
        told,
        [
            vec![
                text("loss"),
                text("money"),
                text("3400.00 EUR"),
                ExportCell::Decimal("3400.00".to_owned()),
                text("EUR")
            ],
            vec![text("reviewers"), text("people"), text("Ada"), absent.clone(), absent.clone()],
            vec![text("reviewers"), text("people"), text("Bo"), absent.clone(), absent],
        ]
    );
}

#[test]
fn a_service_of_unknown_impact_has_one_row_that_says_so() {
    let mut incident = full();
    incident.events.clear();
    let rows = exported(&incident).rows(ExportTable::Downtime);
    let [row] = rows.as_slice() else { panic!("{rows:?}") };
    assert_eq!(row[2..6], [const { ExportCell::Absent }; 4]);
    assert!(matches!(row.last(), Some(ExportCell::Text(_))), "{row:?}");
}
