//! Fresh ids for events and actions.

use crate::model::incident::Name;
use crate::model::incident::names::{
    ID_ALPHABET as ALPHABET, ID_DIGITS as DIGITS, ID_LENGTH as LENGTH,
};

/// How many there are.
const BASE: u64 = ALPHABET.len() as u64;
/// How many ids a step upwards may leave out, so that two machines seldom take the same one.
const STEP: u64 = 1 << 20;

/// Returns so many random ids in rising order: a letter and seven letters or digits, never a number
/// or a truth to YAML.
///
/// The order makes events that were written by hand keep theirs when they get their ids together.
pub fn fresh(count: usize) -> Vec<Name> {
    let mut ids: Vec<Name> = std::iter::repeat_with(one).flatten().take(count).collect();
    ids.sort();
    ids
}

/// Returns a random id that sorts after another, which orders two events of one second as they were
/// logged; where the other is no id of ours, or too near the last one, any id.
pub fn after(other: &Name) -> Option<Name> {
    let step = u64::from_le_bytes(random()) % STEP + 1;
    number(other.as_str()).and_then(|n| n.checked_add(step)).and_then(id).or_else(one)
}

fn one() -> Option<Name> {
    let letter = |(index, byte): (usize, &u8)| {
        let skip = if index == 0 { DIGITS } else { 0 };
        let letters = ALPHABET.get(skip..)?;
        letters.get(usize::from(*byte) % letters.len()).copied().map(char::from)
    };
    let id: String = random().iter().enumerate().filter_map(letter).collect();
    id.parse().ok()
}

fn random() -> [u8; 8] {
    let mut bytes = [0; 8];
    if getrandom::fill(&mut bytes).is_err() {
        // No randomness from the system is so rare that the process's own hasher may stand in.
        bytes = std::hash::BuildHasher::hash_one(&std::hash::RandomState::new(), 0).to_le_bytes();
    }
    bytes
}

/// Returns the number that an id of ours stands for, its letters and digits taken as digits.
fn number(id: &str) -> Option<u64> {
    let digit = |n: u64, byte: u8| {
        let value = ALPHABET.iter().position(|letter| *letter == byte)?;
        n.checked_mul(BASE)?.checked_add(value as u64)
    };
    if id.len() == LENGTH { id.bytes().try_fold(0, digit) } else { None }
}

/// Returns the id that a number stands for; none past the last.
fn id(mut number: u64) -> Option<Name> {
    let mut letters = [0; LENGTH];
    for letter in letters.iter_mut().rev() {
        *letter = *ALPHABET.get(usize::try_from(number % BASE).ok()?)?;
        number /= BASE;
    }
    let id = str::from_utf8(&letters).ok()?;
    if number == 0 { id.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_id_of_the_same_second_sorts_after() {
        let mut last: Name = "p7kq2mza".parse().unwrap();
        for _ in 0..1000 {
            let next = after(&last).unwrap();
            assert!(next > last && next.as_str().len() == 8, "{next} after {last}");
            last = next;
        }
        for no_step in ["zzzzzzzz", "a-word-of-a-person", "O1O1O1O1"] {
            assert!(after(&no_step.parse().unwrap()).is_some());
        }
    }

    #[test]
    fn ids_are_a_letter_and_seven_letters_or_digits_in_rising_order() {
        let ids = fresh(500);
        assert_eq!(ids.len(), 500);
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]), "rising, and none twice");
        for id in ids {
            let id = id.as_str();
            assert_eq!(id.len(), 8);
            assert!(id.starts_with(|c: char| c.is_ascii_lowercase()), "{id}");
            assert!(id.bytes().all(|b| ALPHABET.contains(&b)), "{id}");
        }
    }
}
