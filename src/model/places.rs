//! Places in a text by their bytes, and bytes by their places.

use super::diagnostic::Location;

/// How many bytes at most lie between two places that are known: a file may be one line.
const STEP: usize = 1_024;

/// The places of a text, found without a look at all that stands before.
#[derive(Clone, Debug)]
pub struct PlaceIndex<'t> {
    text: &'t str,
    /// Bytes and the places of what begins there: each line's, and some within long lines.
    known: Vec<(usize, Location)>,
}

impl<'t> PlaceIndex<'t> {
    /// Takes a text in.
    pub fn new(text: &'t str) -> Self {
        let mut here = Location { line: 1, column: 1 };
        let mut known = vec![(0, here)];
        let mut last = 0;
        for (at, c) in text.char_indices() {
            if at >= last + STEP {
                known.push((at, here));
                last = at;
            }
            here.column = here.column.saturating_add(1);
            if c == '\n' {
                here = Location { line: here.line.saturating_add(1), column: 1 };
                last = at + 1;
                known.push((last, here));
            }
        }
        Self { text, known }
    }

    /// Returns the place of a byte.
    pub fn place(&self, at: usize) -> Location {
        let after = self.known.partition_point(|(byte, _)| *byte <= at);
        let (byte, place) = self.before(after);
        let chars = self.text.get(byte..at).unwrap_or_default().chars().count();
        let chars = u32::try_from(chars).unwrap_or(u32::MAX);
        Location { column: place.column.saturating_add(chars), ..place }
    }

    /// Returns the byte at which a place begins; the end of its line where the line is shorter.
    pub fn byte(&self, place: Location) -> usize {
        let after = self.known.partition_point(|(_, known)| *known <= place);
        let (byte, known) = self.before(after);
        let rest = self.text.get(byte..).unwrap_or_default();
        let columns =
            if known.line == place.line { place.column.saturating_sub(known.column) } else { 0 };
        let columns = usize::try_from(columns).unwrap_or(usize::MAX);
        let line = rest.char_indices().take_while(|(_, c)| *c != '\n');
        let passed = line.take(columns).map(|(_, c)| c.len_utf8()).sum::<usize>();
        byte + passed
    }

    fn before(&self, index: usize) -> (usize, Location) {
        let first = (0, Location { line: 1, column: 1 });
        index.checked_sub(1).and_then(|i| self.known.get(i)).copied().unwrap_or(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Returns the place of a byte by counting all that stands before it.
    fn counted(text: &str, at: usize) -> Location {
        let (before, _) = text.split_at(at);
        let column = before.rsplit('\n').next().unwrap().chars().count();
        let line = before.matches('\n').count();
        Location { line: line as u32 + 1, column: column as u32 + 1 }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn places_are_what_counting_finds(pieces in prop::collection::vec("[aé\r]{0,9}|\n|(xyü){300,600}", 0..5)) {
            let text = pieces.concat();
            let index = PlaceIndex::new(&text);
            for (at, c) in text.char_indices() {
                prop_assert_eq!(index.place(at), counted(&text, at));
                prop_assert_eq!(index.byte(index.place(at)), at);
                prop_assert!(c == '\n' || index.place(at + c.len_utf8()).column > index.place(at).column);
            }
            prop_assert_eq!(index.byte(Location { line: 1, column: u32::MAX }), text.find('\n').unwrap_or(text.len()));
            index.byte(Location { line: 99, column: 9 });
            index.byte(Location { line: 0, column: 0 });
        }
    }

    #[test]
    fn no_place_is_far_from_a_known_one() {
        let text = format!("{}\n{}", "é".repeat(100_000), "x\n".repeat(1_000));
        let index = PlaceIndex::new(&text);
        let far = index.known.windows(2).map(|pair| pair[1].0 - pair[0].0).max();
        assert!(far.is_some_and(|far| far <= STEP + 4), "{far:?}");
    }
}
