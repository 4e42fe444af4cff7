//! Tests of the computation on inputs that are written here.

mod brute;
mod doubt;
mod terms;

use super::{ClosedPeriods, CreditInputs};
use crate::model::customer::Customers;
use crate::model::diagnostic::Sourced;
use crate::model::settings::Settings;
use crate::model::sla::Policy;

fn filed<T>(path: &str, fact: T) -> Sourced<T> {
    Sourced { path: path.to_owned(), sha256: String::new(), fact }
}

fn policy(path: &str, text: &str) -> Sourced<Policy> {
    let read = crate::io::yaml::policy::read("premium".parse().unwrap(), text).unwrap();
    filed(path, read.policy.unwrap_or_else(|| panic!("{:?}\n{text}", read.problems)))
}

fn empty() -> CreditInputs {
    CreditInputs {
        settings: Settings::default(),
        incidents: vec![],
        policies: vec![],
        customers: filed("customers.csv", Customers::default()),
        measurements: vec![],
        maintenance: None,
        claims: None,
        adjustments: None,
        closed: ClosedPeriods::default(),
    }
}
