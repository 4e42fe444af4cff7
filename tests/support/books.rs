//! The books of a case, read from the files that it holds.

use recount::credits;
use recount::customer::{
    Adjustment, Claim, Customers, Maintenance, Measured, Measurement, Subscription,
};
use recount::money::{decimal, signed_decimal};
use recount::place::{Filed, Place};
use recount::report::credits::{Credits, Heading, Record};
use recount::settings::Settings;
use recount::time::Instant;
use recount::yaml;

/// The books of a case.
pub(crate) struct Books {
    pub(crate) books: credits::Books,
}

/// Returns the files of a case: each name, and its text.
fn files(text: &str) -> Vec<(&str, &str)> {
    let parts = text.split("\n-- ").skip(1);
    parts
        .map(|part| part.split_once(" --\n").unwrap_or((part.trim_end_matches(" --"), "")))
        .collect()
}

fn filed<T>(path: &str, fact: T) -> Filed<T> {
    Filed { path: path.to_owned(), sha256: "0".repeat(64), fact }
}

impl Books {
    /// Reads the files of a case.
    pub(crate) fn read(text: &str) -> Self {
        let files = files(text);
        let named = |name: &str| files.iter().find(|(n, _)| *n == name).map(|(_, text)| *text);
        let settings = named("recount.yaml")
            .map_or_else(Settings::default, |text| yaml::settings::read(text).unwrap().0);
        let within = |folder: &'static str| {
            files.iter().filter_map(move |(n, text)| Some((*n, n.strip_prefix(folder)?, *text)))
        };
        let incident = |(path, name, text): (&str, &str, &str)| {
            let id = name.trim_end_matches(".yaml").parse().unwrap();
            let read = yaml::incident::read(id, text, &settings).unwrap();
            assert!(read.problems.is_empty(), "{path}: {:?}", read.problems);
            filed(path, read.incident)
        };
        let policy = |(path, name, text): (&str, &str, &str)| {
            let read = yaml::policy::read(name.trim_end_matches(".yaml").parse().unwrap(), text);
            let read = read.unwrap();
            filed(path, read.policy.unwrap_or_else(|| panic!("{path}: {:?}", read.problems)))
        };
        let table = |name: &str| named(name).map(rows);
        let books = credits::Books {
            incidents: within("incidents/").map(incident).collect(),
            policies: within("sla/").map(policy).collect(),
            customers: filed("customers.csv", customers(&table("customers.csv").unwrap())),
            measurements: within("measurements/")
                .map(|(path, _, text)| filed(path, rows(text).iter().map(measurement).collect()))
                .collect(),
            maintenance: named("maintenance.yaml")
                .map(|text| filed("maintenance.yaml", planned(text))),
            claims: table("claims.csv").map(|t| filed("claims.csv", t.iter().map(claim).collect())),
            adjustments: table("credits/adjustments.csv")
                .map(|t| filed("credits/adjustments.csv", t.iter().map(adjustment).collect())),
            settings: settings.clone(),
        };
        Self { books }
    }

    /// Returns the report of a period.
    pub(crate) fn report(&self, period: &str) -> Credits {
        let reckoned = credits::reckon(&self.books, period.parse().unwrap());
        let reckoned = reckoned.unwrap_or_else(|faults| panic!("{faults:?}"));
        let heading = Heading {
            period: period.to_owned(),
            record: Record { commit: None, dirty: false },
            inputs: vec![],
            tzdata: String::new(),
        };
        Credits::of(heading, &self.books, &reckoned)
    }
}

/// A row of a table: its line, and its cells by column.
type Row = (u32, Vec<(String, String)>);

fn rows(text: &str) -> Vec<Row> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let columns = reader.headers().unwrap().clone();
    let row = |record: csv::StringRecord| {
        let line = u32::try_from(record.position().unwrap().line()).unwrap();
        let cells = columns.iter().zip(record.iter());
        (line, cells.map(|(c, v)| (c.to_owned(), v.to_owned())).collect())
    };
    reader.records().map(|r| row(r.unwrap())).collect()
}

fn cell<'r>(row: &'r Row, column: &str) -> Option<&'r str> {
    let found = row.1.iter().find(|(c, _)| c == column)?;
    Some(found.1.as_str()).filter(|v| !v.is_empty())
}

fn place(row: &Row) -> Place {
    Place { line: row.0, column: 1 }
}

fn at(text: &str) -> Instant {
    text.parse::<chrono::DateTime<chrono::Utc>>().unwrap().into()
}

fn customers(rows: &[Row]) -> Customers {
    let owned = |row: &Row, column: &str| cell(row, column).map(str::to_owned);
    let row = |row: &Row| Subscription {
        customer: owned(row, "customer").unwrap(),
        service: cell(row, "service").filter(|s| *s != "*").map(|s| s.parse().unwrap()),
        plan: owned(row, "plan"),
        fee: decimal(cell(row, "fee").unwrap()).unwrap(),
        currency: cell(row, "currency").unwrap().parse().unwrap(),
        from: cell(row, "from").map(|d| d.parse().unwrap()),
        to: cell(row, "to").map(|d| d.parse().unwrap()),
        region: owned(row, "region"),
        resource: owned(row, "resource"),
        hourly_rate: cell(row, "hourly_rate").map(|r| decimal(r).unwrap()),
        cells: row.1.clone(),
        place: place(row),
    };
    let columns = rows.first().map_or(vec![], |r| r.1.iter().map(|(c, _)| c.clone()).collect());
    Customers { columns, rows: rows.iter().map(row).collect() }
}

fn claim(row: &Row) -> Claim {
    Claim {
        customer: cell(row, "customer").unwrap().to_owned(),
        service: cell(row, "service").unwrap().to_owned(),
        period: cell(row, "period").unwrap().parse().unwrap(),
        received: cell(row, "received").unwrap().parse().unwrap(),
        place: place(row),
    }
}

fn measurement(row: &Row) -> Measurement {
    let number = |column: &str| cell(row, column).map(|n| decimal(n).unwrap());
    let value = match (number("total"), number("bad"), number("error_rate"), number("score")) {
        (Some(total), Some(bad), ..) => Measured::Requests { total, bad },
        (Some(total), _, _, Some(score)) => Measured::Score { total, score },
        (_, _, Some(rate), _) => Measured::ErrorRate(rate),
        _ => panic!("{row:?}"),
    };
    let service = cell(row, "service").unwrap().parse().unwrap();
    Measurement { service, start: at(cell(row, "start").unwrap()), value, place: place(row) }
}

fn adjustment(row: &Row) -> Adjustment {
    let owned = |column: &str| cell(row, column).map(str::to_owned);
    Adjustment {
        period: cell(row, "period").unwrap().parse().unwrap(),
        customer: owned("customer").unwrap(),
        service: owned("service"),
        amount: signed_decimal(cell(row, "amount").unwrap()).unwrap(),
        currency: cell(row, "currency").unwrap().parse().unwrap(),
        reason: owned("reason").unwrap(),
        incident: cell(row, "incident").map(|i| i.parse().unwrap()),
        approved_by: owned("approved_by"),
        place: place(row),
    }
}

fn planned(text: &str) -> Vec<Maintenance> {
    let list: Vec<serde_json::Value> = serde_yaml::from_str(text).unwrap();
    let window = |(index, entry): (usize, serde_json::Value)| {
        let time = |key: &str| entry[key].as_str().map(at);
        let services = entry["services"].as_array().into_iter().flatten();
        Maintenance {
            title: entry["title"].as_str().unwrap().to_owned(),
            services: services.map(|s| s.as_str().unwrap().parse().unwrap()).collect(),
            from: time("from").unwrap(),
            to: time("to").unwrap(),
            announced: time("announced"),
            place: Place { line: u32::try_from(index).unwrap() + 1, column: 3 },
        }
    };
    list.into_iter().enumerate().map(window).collect()
}
