//! Comments that two sides changed: the lines of both, those aside that either took away.

use super::versions::Versions;
use super::weave::Orders;
use std::collections::{HashMap, HashSet};

/// Merges lines of comments, and those that hold nothing.
pub(super) fn lines(texts: Versions<'_, String>) -> String {
    if let Some(plain) = texts.plain() {
        return plain.cloned().unwrap_or_default();
    }
    let split = |text: Option<&String>| -> Vec<String> {
        text.map_or(vec![], |text| text.split_inclusive('\n').map(str::to_owned).collect())
    };
    together(texts.each(split)).concat()
}

/// Merges what stands behind a value on its line: of two comments the one stands behind the other.
pub(super) fn beside(texts: Versions<'_, String>) -> String {
    if let Some(plain) = texts.plain() {
        return plain.cloned().unwrap_or_default();
    }
    let split = |text: Option<&String>| -> Vec<String> {
        let text = text.map_or("", |text| text.trim().trim_start_matches('#'));
        let words = text.split(" #").map(|word| word.trim().to_owned());
        words.filter(|word| !word.is_empty()).collect()
    };
    let comments = together(texts.each(split));
    comments.iter().map(|comment| format!(" # {comment}")).collect()
}

/// Returns what stands in either, but for what was there before and one of them took away.
fn together([base, ours, theirs]: [Vec<String>; 3]) -> Vec<String> {
    let [base, ours, theirs] = [base, ours, theirs].map(numbered);
    let has = |side: &[String]| side.iter().cloned().collect::<HashSet<_>>();
    let (was, o, t) = (has(&base), has(&ours), has(&theirs));
    let stays = |name: &str| !was.contains(name) || (o.contains(name) && t.contains(name));
    let orders = Orders { base: &base, ours: &ours, theirs: &theirs };
    let by = |a: &str, b: &str| unnumbered(a).cmp(unnumbered(b)).then(a.cmp(b));
    orders.woven(stays, by).iter().map(|name| unnumbered(name).to_owned()).collect()
}

/// Tells apart what stands there several times.
fn numbered(texts: Vec<String>) -> Vec<String> {
    let mut seen: HashMap<String, u32> = HashMap::new();
    let number = |text: String| {
        let count = seen.entry(text.clone()).or_default();
        *count += 1;
        format!("{count} {text}")
    };
    texts.into_iter().map(number).collect()
}

fn unnumbered(name: &str) -> &str {
    name.split_once(' ').map_or(name, |(_, text)| text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_of_both_stay_and_what_one_took_away_goes() {
        let merged = |base: &str, ours: &str, theirs: &str| {
            let [base, ours, theirs] = [base, ours, theirs].map(str::to_owned);
            let there = lines(Versions::new(Some(&base), Some(&ours), Some(&theirs)));
            let back = lines(Versions::new(Some(&base), Some(&theirs), Some(&ours)));
            assert_eq!(there, back);
            there
        };
        assert_eq!(merged("# a\n", "# a\n# c\n", "# a\n# b\n"), "# a\n# b\n# c\n");
        assert_eq!(merged("# a\n", "# b\n", "# a\n# c\n"), "# b\n# c\n");
        assert_eq!(merged("", "\n# b\n", "\n# a\n"), "\n# a\n# b\n");
    }

    #[test]
    fn of_two_comments_on_one_line_the_one_stands_behind_the_other() {
        let merged = |ours: &str, theirs: &str| {
            let [base, ours, theirs] = ["", ours, theirs].map(str::to_owned);
            beside(Versions::new(Some(&base), Some(&ours), Some(&theirs)))
        };
        assert_eq!(merged("  # c", " # a"), " # a # c");
        assert_eq!(merged(" # a # c", " # b"), " # a # b # c");
        assert_eq!(merged("  # c", ""), "  # c");
    }
}
