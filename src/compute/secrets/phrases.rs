//! Credentials that the words before them tell: a password in an address, `password=`, a header, a private key's first
//! line.

use super::FoundSecret;
use super::formats::is_varied;
use memchr::{memchr_iter, memmem};

/// Words before `=` behind which any value is a credential.
const NAMED: [&str; 6] = ["password", "passwd", "passphrase", "pwd", "client_secret", "secret_key"];
/// Words before `=` behind which a value is one that doesn't look like a word.
const NAMED_TOO: [&str; 8] =
    ["token", "secret", "api_key", "apikey", "access_key", "auth", "credential", "access_token"];
/// What stands for a credential, and is none.
const PLACEHOLDERS: [char; 8] = ['$', '{', '<', '%', '*', '[', '(', '…'];
/// How many characters a value has at least.
const LEAST: usize = 6;
/// How many characters of an AWS secret, and what tells it from a digest.
const AWS_SECRET: usize = 40;

/// Returns the credentials of a text that the words before them tell.
pub(super) fn find(text: &str) -> Vec<FoundSecret> {
    let mut found = addresses(text);
    found.extend(assignments(text));
    found.extend(headers(text));
    found.extend(private_keys(text));
    found.extend(aws_secrets(text));
    found.extend(azure(text));
    found
}

/// Returns the passwords of `scheme://user:password@host`.
fn addresses(text: &str) -> Vec<FoundSecret> {
    if !has(text, "://") {
        return vec![];
    }
    let found = text.match_indices("://").filter_map(|(at, sign)| {
        let begin = at + sign.len();
        let ends = |c: char| c.is_whitespace() || "/\"'<>`".contains(c);
        let authority = text.get(begin..)?.split(ends).next()?;
        let (person, host) = authority.rsplit_once('@')?;
        let (user, password) = person.split_once(':')?;
        let is_scheme = text.get(..at)?.ends_with(|c: char| c.is_ascii_alphanumeric());
        let real = is_scheme && !host.is_empty() && is_value(password, 3);
        let start = begin + user.len() + 1;
        let place = start..start + password.len();
        real.then_some(FoundSecret { kind: "a password in an address", place })
    });
    found.collect()
}

/// Returns the values of `password=…`, `token: …` and their like.
fn assignments(text: &str) -> Vec<FoundSecret> {
    let mut found = vec![];
    for (at, sign) in text.match_indices(['=', ':']) {
        let (Some(before), Some(after)) = (text.get(..at), text.get(at + 1..)) else { continue };
        let before = before.trim_end_matches(['"', '\'', ' ']);
        // Most of them stand in clocks and behind words that mean nothing here.
        if !before.ends_with(is_last_letter) {
            continue;
        }
        let word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        let name = before.rsplit(|c| !word(c)).next().unwrap_or_default();
        let ends_with = |names: &[&str]| names.iter().any(|it| is_end(name, it));
        let value = after.trim_start_matches(' ').trim_start_matches(['"', '\'']);
        let start = at + 1 + (after.len() - value.len());
        let ends = |c: char| c.is_whitespace() || "\"'`,;&<>)]}".contains(c);
        let value = value.split(ends).next().unwrap_or_default();
        let close = sign == "=" && !after.starts_with(' ');
        let is_secret = ends_with(&NAMED)
            && if close { is_value(value, LEAST) } else { is_mixed(value) }
            || ends_with(&NAMED_TOO) && is_value(value, 16) && is_varied(value) && is_mixed(value);
        if is_secret {
            let kind = if ends_with(&NAMED) { "a password" } else { "a token" };
            found.push(FoundSecret { kind, place: start..start + value.len() });
        }
    }
    found
}

/// Returns whether a letter is the last of a word behind which a credential stands.
fn is_last_letter(letter: char) -> bool {
    NAMED.iter().chain(&NAMED_TOO).any(|word| word.ends_with(letter.to_ascii_lowercase()))
}

/// Returns whether a name ends with a word, in whichever case; a dash is as good as `_`.
fn is_end(name: &str, word: &str) -> bool {
    let end = name.len().checked_sub(word.len()).and_then(|at| name.get(at..));
    let alike = |(a, b): (u8, u8)| a.eq_ignore_ascii_case(&b) || a == b'-' && b == b'_';
    end.is_some_and(|end| end.bytes().zip(word.bytes()).all(alike))
}

/// Returns whether a text can be a value: no placeholder, nor masked already.
fn is_value(text: &str, least: usize) -> bool {
    let is_masked = text.chars().all(|c| "*x.-_".contains(c)) || text.contains('…');
    text.chars().count() >= least && !text.starts_with(PLACEHOLDERS) && !is_masked
}

/// Returns whether a text mixes letters and digits or signs, as words of a language don't.
fn is_mixed(text: &str) -> bool {
    let has = |is: fn(char) -> bool| text.chars().any(is);
    let letters = has(|c| c.is_alphabetic());
    let digits = has(|c| c.is_ascii_digit());
    let is_address = text.contains("//") || text.starts_with('/');
    is_value(text, 8) && letters && digits && !is_address
}

/// Returns what follows `Authorization: Bearer` and `Authorization: Basic`.
fn headers(text: &str) -> Vec<FoundSecret> {
    let mut found = vec![];
    for word in ["Bearer ", "bearer ", "Basic "].into_iter().filter(|word| has(text, word)) {
        for (at, _) in text.match_indices(word) {
            let start = at + word.len();
            let allowed = |c: char| c.is_ascii_alphanumeric() || "-._~+/=".contains(c);
            let Some(rest) = text.get(start..) else { continue };
            let value = rest.split(|c| !allowed(c)).next().unwrap_or_default();
            let value = value.trim_end_matches('.');
            let named = text
                .get(..at)
                .is_some_and(|it| it.to_ascii_lowercase().trim_end().ends_with("authorization:"));
            let long = value.len() >= 20 && is_varied(value);
            if is_value(value, 8) && (named && is_varied(value) || long && word != "Basic ") {
                found.push(FoundSecret {
                    kind: "an authorization",
                    place: start..start + value.len(),
                });
            }
        }
    }
    found
}

/// Returns private keys in PEM, to their last line or the text's end.
fn private_keys(text: &str) -> Vec<FoundSecret> {
    const BEGIN: &str = "-----BEGIN ";
    const END: &str = "PRIVATE KEY-----";
    if !has(text, BEGIN) {
        return vec![];
    }
    let found = text.match_indices(BEGIN).filter_map(|(at, begin)| {
        let name = text.get(at + begin.len()..)?;
        let name = name.split_once("KEY").map(|(name, _)| name).filter(|name| name.len() <= 40)?;
        let start = at + begin.len() + name.len() + "KEY-----".len();
        let is_private = name.ends_with("PRIVATE ") && text.get(..start)?.ends_with(END);
        let rest = text.get(start..)?;
        let body = rest.split("-----END").next()?.trim();
        let start = start + rest.find(body)?;
        let real = is_private && body.len() >= 16;
        real.then_some(FoundSecret { kind: "a private key", place: start..start + body.len() })
    });
    found.collect()
}

/// Returns the secrets that belong to AWS access keys, where such a key or its name stands in the text.
fn aws_secrets(text: &str) -> Vec<FoundSecret> {
    if !has(text, "AKIA") && !has(text, "ASIA") && !is_named(text, "aws", "secret") {
        return vec![];
    }
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '/' || c == '+';
    let mut found = vec![];
    let mut start = 0;
    for piece in text.split(|c| !allowed(c)) {
        let has = |is: fn(&u8) -> bool| piece.bytes().any(|c| is(&c));
        let mixed =
            has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase) && has(u8::is_ascii_digit);
        if piece.len() == AWS_SECRET && mixed {
            let place = start..start + piece.len();
            found.push(FoundSecret { kind: "an AWS secret key", place });
        }
        start += piece.len();
        start += text.get(start..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    }
    found
}

/// Returns whether a text holds another. All texts are read at every check: this is quicker than `contains`.
fn has(text: &str, word: &str) -> bool {
    memmem::find(text.as_bytes(), word.as_bytes()).is_some()
}

/// Returns whether two words with `_` between stand in a text, in whichever case.
fn is_named(text: &str, before: &str, after: &str) -> bool {
    let bytes = text.as_bytes();
    let is = |found: Option<&[u8]>, word: &str| {
        found.is_some_and(|found| found.eq_ignore_ascii_case(word.as_bytes()))
    };
    memchr_iter(b'_', bytes).any(|at| {
        is(at.checked_sub(before.len()).and_then(|from| bytes.get(from..at)), before)
            && is(bytes.get(at + 1..at + 1 + after.len()), after)
    })
}

/// Returns the keys of Azure storage accounts, and the signatures of their shared addresses.
fn azure(text: &str) -> Vec<FoundSecret> {
    const KEY: usize = 88;
    const SIGNATURE: usize = 40;
    let value = |name: &str, least: usize, kind| {
        let found = text.match_indices(name).filter_map(move |(at, name)| {
            let start = at + name.len();
            let allowed = |c: char| c.is_ascii_alphanumeric() || "+/=%-_".contains(c);
            let value = text.get(start..)?.split(|c| !allowed(c)).next()?;
            let place = start..start + value.len();
            (value.len() >= least).then_some(FoundSecret { kind, place })
        });
        found.collect::<Vec<_>>()
    };
    let mut found = match has(text, "AccountKey=") {
        true => value("AccountKey=", KEY, "an Azure key"),
        false => vec![],
    };
    if has(text, "sv=") && has(text, "se=") {
        found.extend(value("sig=", SIGNATURE, "an Azure signature"));
    }
    found
}
