//! Fresh ids for events and actions.

use crate::incident::Name;

/// Letters and digits without those that are taken for one another.
const ALPHABET: &[u8; 31] = b"abcdefghjkmnpqrstuvwxyz23456789";
/// The letters at the alphabet's beginning.
const LETTERS: usize = 23;

/// Returns so many random ids in rising order: a letter and seven letters or digits, never a number
/// or a truth to YAML.
///
/// The order makes events that were written by hand keep theirs when they get their ids together.
pub fn fresh(count: usize) -> Vec<Name> {
    let mut ids: Vec<Name> = std::iter::repeat_with(one).flatten().take(count).collect();
    ids.sort();
    ids
}

fn one() -> Option<Name> {
    let mut bytes = [0_u8; 8];
    if getrandom::fill(&mut bytes).is_err() {
        // No randomness from the system is so rare that the process's own hasher may stand in.
        bytes = std::hash::BuildHasher::hash_one(&std::hash::RandomState::new(), 0).to_le_bytes();
    }
    let letter = |(index, byte): (usize, &u8)| {
        let among = if index == 0 { LETTERS } else { ALPHABET.len() };
        ALPHABET.get(usize::from(*byte) % among).copied().map(char::from)
    };
    let id: String = bytes.iter().enumerate().filter_map(letter).collect();
    id.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

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
