//! Tests of the reckoning on books that are written here.

mod brute;
mod doubt;
mod terms;

use super::Books;
use crate::customer::Customers;
use crate::place::Filed;
use crate::settings::Settings;
use crate::sla::Policy;

fn filed<T>(path: &str, fact: T) -> Filed<T> {
    Filed { path: path.to_owned(), sha256: String::new(), fact }
}

fn policy(path: &str, text: &str) -> Filed<Policy> {
    let read = crate::yaml::policy::read("premium".parse().unwrap(), text).unwrap();
    filed(path, read.policy.unwrap_or_else(|| panic!("{:?}\n{text}", read.problems)))
}

fn empty() -> Books {
    Books {
        settings: Settings::default(),
        incidents: vec![],
        policies: vec![],
        customers: filed("customers.csv", Customers::default()),
        measurements: vec![],
        maintenance: None,
        claims: None,
        adjustments: None,
    }
}
