//! Findings of one kind on many lines, told as one.

use crate::model::diagnostic::{Diagnostic, Level, Location};
use std::collections::HashMap;

/// Returns findings of one file with those of one kind told as one, where the first of them stands.
///
/// Of one kind are those that say the same, and what follow-up actions lack. What the record accepts of them is taken
/// out before: a silence may name one alone.
pub fn told_as_one(found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut groups: Vec<Vec<Diagnostic>> = vec![];
    // Thousands of findings may all say something else.
    let mut places: HashMap<FindingKind, usize> = HashMap::new();
    for problem in found {
        let place = *places.entry(FindingKind::of(&problem)).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.push(problem),
            None => groups.push(vec![problem]),
        }
    }
    groups.into_iter().filter_map(one).collect()
}

/// What tells findings of one kind from others: the code, and mostly all that is said.
#[derive(PartialEq, Eq, Hash)]
struct FindingKind {
    code: &'static str,
    level: Level,
    /// The message and the next step; none where they name what the others of the kind don't.
    says: Option<(String, Option<String>)>,
}

impl FindingKind {
    fn of(problem: &Diagnostic) -> Self {
        let says = || (problem.message.clone(), problem.help.clone());
        let says = of_actions(problem.code).is_none().then(says);
        Self { code: problem.code, level: problem.level, says }
    }
}

/// Returns what several actions lack, and the next step; none for other codes.
fn of_actions(code: &str) -> Option<(&'static str, &'static str)> {
    match code {
        "action-without-owner" => {
            Some(("open actions have no owner", "`recount action set ID --owner NAME` for each"))
        }
        "action-without-due" => {
            Some(("open actions have no date", "`recount action set ID --due DATE` for each"))
        }
        _ => None,
    }
}

/// Makes one finding of those of one kind.
fn one(group: Vec<Diagnostic>) -> Option<Diagnostic> {
    let count = group.len();
    let mut places: Vec<Location> = group.iter().map(|p| p.place).collect();
    places.sort();
    places.dedup();
    let first = group.into_iter().next()?;
    let mut lines: Vec<String> = places.iter().map(|p| p.line.to_string()).collect();
    lines.dedup();
    let also = places.into_iter().skip(1).collect();
    let problem = match of_actions(first.code).filter(|_| count > 1) {
        Some((lack, help)) => {
            let message = format!("{count} {lack}: lines {}", lines.join(", "));
            Diagnostic { message, help: Some(help.to_owned()), ..first }
        }
        None if lines.len() > 1 => {
            let message = format!("{}: lines {}", first.message, lines.join(", "));
            Diagnostic { message, ..first }
        }
        None => first,
    };
    Some(Diagnostic { also, ..problem })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: u32) -> Location {
        Location { line, column: 3 }
    }

    fn told(found: Vec<Diagnostic>) -> Vec<(u32, String, usize)> {
        told_as_one(found).into_iter().map(|p| (p.place.line, p.message, p.also.len())).collect()
    }

    #[test]
    fn what_actions_lack_is_told_once_with_the_lines() {
        let lacks = |code, line| Diagnostic::warning(code, at(line), format!("of line {line}"));
        let all = (2..10).flat_map(|line| {
            [lacks("action-without-owner", line), lacks("action-without-due", line)]
        });
        let lines = "lines 2, 3, 4, 5, 6, 7, 8, 9";
        assert_eq!(
            told(all.collect()),
            [
                (2, format!("8 open actions have no owner: {lines}"), 7),
                (2, format!("8 open actions have no date: {lines}"), 7)
            ]
        );
        assert_eq!(told(vec![lacks("action-without-due", 4)]), [(4, "of line 4".to_owned(), 0)]);
    }

    #[test]
    fn what_says_the_same_is_told_once_and_nothing_else_is_joined() {
        let order = |line, says: &str| Diagnostic::warning("order", at(line), says);
        let heavy = Diagnostic::error("order", at(9), "a");
        let found = vec![order(1, "a"), order(2, "b"), order(3, "a"), order(3, "a"), heavy];
        assert_eq!(
            told(found),
            [(1, "a: lines 1, 3".to_owned(), 1), (2, "b".to_owned(), 0), (9, "a".to_owned(), 0)]
        );
    }
}
