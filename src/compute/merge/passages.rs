//! Documents: of a passage that both sides changed both versions stay, between marks that a reader sees.

/// What opens the versions of a passage.
pub const ONE_VERSION: &str = "⚠ **Two people changed this passage. One version:**";
/// What stands between them.
pub const OTHER_VERSION: &str = "⚠ **The other version:**";
/// What closes them.
pub const LAST_VERSION: &str =
    "⚠ **Keep what is right of the two, and take these three lines away.**";

/// Returns both versions of a passage between visible marks; where they differ in generated parts alone, one of them,
/// for those are made again.
#[must_use]
pub fn both(one: &str, other: &str, is_generated: bool) -> String {
    let (first, second) = if one <= other { (one, other) } else { (other, one) };
    if is_generated || without_values(first) == without_values(second) {
        return second.to_owned();
    }
    let ended = |text: &str| match text {
        "" => String::new(),
        text => format!("{}\n\n", text.trim_end_matches('\n')),
    };
    format!("{ONE_VERSION}\n\n{}{OTHER_VERSION}\n\n{}{LAST_VERSION}\n", ended(first), ended(second))
}

/// Returns whether text ends inside of a generated block that `before` may have opened.
#[must_use]
pub fn ends_in_block(before: bool, text: &str) -> bool {
    text.lines().fold(before, |inside, line| match line.trim() {
        line if line.starts_with("<!-- recount:begin ") => true,
        line if line.starts_with("<!-- recount:end ") => false,
        _ => inside,
    })
}

/// Returns a text without the values that the tool writes into its lines.
fn without_values(text: &str) -> String {
    const BEGIN: &str = "<!-- recount:value ";
    const END: &str = "<!-- recount:end -->";
    let (mut out, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once(BEGIN) {
        let Some((value, behind)) = after.split_once(END) else { break };
        out.push_str(before);
        out.push_str(value.split(' ').next().unwrap_or_default());
        rest = behind;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_versions_of_a_passage_stay_and_generated_parts_don_t_count() {
        let passage = both("B\n", "A\n", false);
        assert_eq!(passage, both("A\n", "B\n", false));
        assert!(passage.contains("One version:**\n\nA\n\n") && passage.contains("\n\nB\n\n"));
        let value = |hash: &str| {
            format!("It took <!-- recount:value x {hash} -->{hash}<!-- recount:end --> long\n")
        };
        assert_eq!(both(&value("b"), &value("a"), false), value("b"));
        assert!(ends_in_block(false, "a\n<!-- recount:begin timeline 1 -->\n"));
        assert!(!ends_in_block(true, "a\n<!-- recount:end timeline -->\nb"));
    }
}
