//! Durations that a document states: `**Time to repair**: 4h 12m`, `Time to detection: 2,5 hours`.

use crate::model::imported::ImportedClaim;
use crate::model::time::Span;

/// How documents call a duration, by the words behind `time to`, and what it is here.
const NAMES: &[(&str, &str)] = &[
    ("detect", "time_to_detect"),
    ("acknowledge", "time_to_acknowledge"),
    ("identif", "time_to_identify"),
    ("mitigat", "time_to_mitigate"),
    ("repair", "time_to_recover"),
    ("recover", "time_to_recover"),
    ("restor", "time_to_recover"),
    ("resolv", "time_to_resolve"),
    ("resolution", "time_to_resolve"),
];

/// Returns the durations that a document states, each name once.
pub(super) fn stated(text: &str) -> Vec<ImportedClaim> {
    let mut found: Vec<ImportedClaim> = vec![];
    for line in text.lines() {
        let Some(claim) = in_line(line) else { continue };
        if !found.iter().any(|known| known.name == claim.name) {
            found.push(claim);
        }
    }
    found
}

fn in_line(line: &str) -> Option<ImportedClaim> {
    let bare = line.trim_start_matches(|c: char| {
        c.is_whitespace() || matches!(c, '-' | '*' | '+' | '|' | '_' | '•')
    });
    let (head, rest) = bare.split_at_checked("time to ".len())?;
    let (what, rest) = rest.split_at_checked(rest.find([':', '|'])?)?;
    let is_name = head.eq_ignore_ascii_case("time to ") && what.len() < 30;
    let what = what.to_lowercase();
    let (_, name) = NAMES.iter().find(|(word, _)| is_name && what.starts_with(word))?;
    let rest =
        rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '*' | '|' | '_'));
    Some(ImportedClaim { name: (*name).to_owned(), stated: length(rest)? })
}

/// Reads a length at the beginning of a text: `0h 36m`, `4 hours 42 minutes`, `2,5 hours`, `673h 34m`.
pub(super) fn length(text: &str) -> Option<Span> {
    let mut rest = text.trim_start_matches(['~', '≈', '<', '>', ' ']);
    let (mut total, mut longest) = (0_i64, i64::MAX);
    while let Some((seconds, unit, tail)) = part(rest) {
        if unit >= longest {
            break;
        }
        total = total.checked_add(seconds)?;
        (longest, rest) = (unit, tail);
    }
    let span = Span::seconds(total);
    (longest != i64::MAX && span <= crate::model::time::duration::LONGEST).then_some(span)
}

/// Reads a number with its unit; returns its seconds, those of the unit, and what follows.
fn part(text: &str) -> Option<(i64, i64, &str)> {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
    let text = text.strip_prefix("and ").unwrap_or(text);
    let end = text.find(|c: char| !c.is_ascii_digit())?;
    let (whole, rest) = text.split_at_checked(end)?;
    // `2,5 hours`: one or two decimals of a unit.
    let decimals =
        rest.strip_prefix([',', '.']).filter(|it| it.starts_with(|c: char| c.is_ascii_digit()));
    let (decimals, rest) = decimals.map_or(("", rest), |it| {
        it.split_at_checked(it.find(|c: char| !c.is_ascii_digit()).unwrap_or(it.len()))
            .unwrap_or(("", rest))
    });
    let rest = rest.trim_start();
    let end = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
    let (word, rest) = rest.split_at_checked(end)?;
    let unit = match word.to_lowercase().as_str() {
        "s" | "sec" | "secs" | "second" | "seconds" => 1,
        "m" | "min" | "mins" | "minute" | "minutes" => 60,
        "h" | "hr" | "hrs" | "hour" | "hours" => 3600,
        "d" | "day" | "days" => 86_400,
        "w" | "week" | "weeks" => 604_800,
        _ => return None,
    };
    let scale = 10_i64.checked_pow(u32::try_from(decimals.len()).ok().filter(|n| *n <= 3)?)?;
    let number: i64 = format!("{whole}{decimals}").parse().ok()?;
    Some((number.checked_mul(unit)? / scale, unit, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_as_people_state_them() {
        for (text, seconds) in [
            ("0h 36m", 2160),
            ("5h 09m (during support hours 10:00-17:00)", 18_540),
            ("2d 1h 29m", 178_140),
            ("8m", 480),
            ("4 hours 42 minutes", 16_920),
            ("2,5 hours", 9000),
            ("1415 minutes", 84_900),
            ("673h 34m", 2_424_840),
            ("279 minutes [^3]", 16_740),
            ("11 Days", 950_400),
        ] {
            assert_eq!(length(text), Some(Span::seconds(seconds)), "{text}");
        }
        for none in ["", "?", "unknown", "3 apples", "99999999999999999999h"] {
            assert_eq!(length(none), None, "{none}");
        }
    }

    #[test]
    fn a_duration_goes_by_the_name_that_we_have_for_it() {
        let text = "- **Time to repair**: 4h 12m\n- Time to detection: 5 minutes\nTime to resolve: ?\ntime to lunch: 1h\n* Time to resolve: 1h";
        let found: Vec<_> =
            stated(text).into_iter().map(|c| (c.name, c.stated.as_seconds())).collect();
        let expected =
            [("time_to_recover", 15_120), ("time_to_detect", 300), ("time_to_resolve", 3600)];
        assert_eq!(found, expected.map(|(name, seconds)| (name.to_owned(), seconds)));
    }
}
