//! What customers are owed for an incident, as a generated part of a document for people inside.

use crate::compute::report::incident_credits::{ComputedCredits, IncidentCredits, PeriodLine};
use crate::io::render::credits::{note, policy, subject};
use crate::io::render::text::markdown;
use crate::model::money::Money;
use num_traits::Zero;
use std::collections::BTreeSet;
use std::fmt::Write;

/// How many lines a document shows; `recount credits` has them all.
const MOST: usize = 20;

/// Returns the block: the largest credits, the sums, and what a reader must know to trust them.
pub(super) fn block(credits: &IncidentCredits, incident: &str) -> String {
    match credits {
        IncidentCredits::NoPolicy => "The record has no policy to reckon credits by.".to_owned(),
        IncidentCredits::NoCustomers => {
            "The record has no customers to reckon credits for.".to_owned()
        }
        IncidentCredits::Unknown => {
            "Credits cannot be reckoned: `recount credits` tells what is wrong in its files."
                .to_owned()
        }
        IncidentCredits::Told(told) if told.lines.is_empty() => match told.harmless {
            0 => "No subscription of a customer is concerned.".to_owned(),
            _ => "No credit is owed: promises were kept, or none were made.".to_owned(),
        },
        IncidentCredits::Told(told) => table(told) + &sums(told) + &remarks(told, incident),
    }
}

fn table(told: &ComputedCredits) -> String {
    let mut out = String::from(
        "| Customer | Service | Policy | Period | Status | Credit |\n|---|---|---|---|---|---:|\n",
    );
    for PeriodLine { period, line } in told.lines.iter().take(MOST) {
        let _ = writeln!(
            out,
            "| {} | {} | {} | {period} | {} | {} {} |",
            markdown(&line.customer),
            markdown(&subject(line)),
            markdown(policy(line)),
            line.status,
            line.credit,
            line.currency
        );
    }
    out
}

/// Returns the sums in a sentence, with what still waits for a claim.
fn sums(told: &ComputedCredits) -> String {
    let sum = |sum: &Money| format!("{sum} {}", sum.currency);
    let credits: Vec<_> = told.totals.iter().map(|t| sum(&t.credit)).collect();
    let waiting = told.totals.iter().map(|t| &t.pending).filter(|p| !p.amount.is_zero());
    let waiting: Vec<_> = waiting.map(sum).collect();
    let waiting = match waiting.is_empty() {
        true => String::new(),
        false => format!(", and {} if it is claimed in time", waiting.join(" and ")),
    };
    format!("\n**{}** in all{waiting}{}.\n", credits.join(" and "), kept(told))
}

fn kept(told: &ComputedCredits) -> String {
    match told.harmless {
        0 => String::new(),
        1 => "; nothing is owed on 1 other line".to_owned(),
        more => format!("; nothing is owed on {more} other lines"),
    }
}

/// Returns what lines need said in words: how many are not shown, what is uncertain, what else counts in them.
fn remarks(told: &ComputedCredits, incident: &str) -> String {
    let mut said: Vec<String> = vec![];
    if told.lines.len() > MOST {
        said.push(format!("These are the {MOST} largest of {} lines.", told.lines.len()));
    }
    let shown = told.lines.iter().take(MOST);
    said.extend(shown.filter_map(|l| note(&l.line)).map(|note| markdown(&note)));
    let others: BTreeSet<_> = told.lines.iter().flat_map(|l| &l.line.incidents).collect();
    let others: Vec<_> =
        others.iter().map(|i| i.as_str()).filter(|i| *i != incident).map(markdown).collect();
    if !others.is_empty() {
        said.push(format!(
            "A credit is for its whole period: in these, {} counts too.",
            others.join(", ")
        ));
    }
    let items: String = said.iter().map(|s| format!("- {s}\n")).collect();
    if items.is_empty() { items } else { format!("\n{items}") }
}
