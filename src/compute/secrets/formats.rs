//! Credentials that tell by themselves what they are: a beginning, an alphabet and a length.

use super::FoundSecret;
use super::encoding::{has_checksum, is_token_head};
use std::array;
use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::sync::LazyLock;

/// How a kind of credential is written.
struct TokenFormat {
    kind: &'static str,
    /// What it begins with.
    prefix: &'static str,
    /// What comes after that.
    run: CharacterRun,
    /// What else holds for it.
    holds: fn(&str) -> bool,
}

/// Some characters one after another.
struct CharacterRun {
    /// Which ones.
    alphabet: fn(char) -> bool,
    /// How many.
    length: RangeInclusive<usize>,
}

const fn run(alphabet: fn(char) -> bool, length: RangeInclusive<usize>) -> CharacterRun {
    CharacterRun { alphabet, length }
}

/// The most characters of formats whose makers name no length.
const MANY: usize = 2000;

const fn format(
    kind: &'static str,
    prefix: &'static str,
    run: CharacterRun,
    holds: fn(&str) -> bool,
) -> TokenFormat {
    TokenFormat { kind, prefix, run, holds }
}

const FORMATS: &[TokenFormat] = &[
    format("an AWS access key", "AKIA", run(base32, 16..=16), always),
    format("an AWS access key", "ASIA", run(base32, 16..=16), always),
    format("a GitHub token", "ghp_", run(alphanumeric, 36..=36), has_checksum),
    format("a GitHub token", "gho_", run(alphanumeric, 36..=36), has_checksum),
    format("a GitHub token", "ghu_", run(alphanumeric, 36..=36), has_checksum),
    format("a GitHub token", "ghs_", run(alphanumeric, 36..=36), has_checksum),
    format("a GitHub token", "ghr_", run(alphanumeric, 36..=76), has_checksum),
    format("a GitHub token", "github_pat_", run(word, 82..=82), |it| {
        it.chars().nth(22) == Some('_')
    }),
    format("a GitLab token", "glpat-", run(url_word_or_dot, 20..=300), is_varied),
    format("a GitLab token", "gldt-", run(url_word, 20..=300), is_varied),
    format("a GitLab token", "glrt-", run(url_word, 20..=300), is_varied),
    format("a Slack token", "xoxb-", run(url_word, 24..=300), begins_with_digits),
    format("a Slack token", "xoxp-", run(url_word, 24..=300), begins_with_digits),
    format("a Slack token", "xoxa-", run(url_word, 24..=300), begins_with_digits),
    format("a Slack token", "xoxr-", run(url_word, 24..=300), begins_with_digits),
    format("a Slack token", "xoxs-", run(url_word, 24..=300), begins_with_digits),
    format("a Slack token", "xoxe-1-", run(url_word, 100..=300), is_varied),
    format("a Slack token", "xapp-1-", run(url_word, 40..=300), is_varied),
    format("a Slack webhook", "hooks.slack.com/services/", run(path, 40..=120), is_varied),
    format("a Stripe key", "sk_live_", run(alphanumeric, 16..=247), is_varied),
    format("a Stripe key", "rk_live_", run(alphanumeric, 16..=247), is_varied),
    format("a Stripe key", "sk_test_", run(alphanumeric, 16..=247), is_varied),
    format("a Stripe secret", "whsec_", run(base64, 32..=64), is_varied),
    format("a Google key", "AIza", run(url_word, 35..=35), is_varied),
    format("a Google secret", "GOCSPX-", run(url_word, 28..=28), is_varied),
    format("a Google token", "ya29.", run(url_word, 40..=MANY), is_varied),
    format("an npm token", "npm_", run(alphanumeric, 36..=36), has_checksum),
    format("a PyPI token", "pypi-AgEI", run(url_word, 50..=MANY), is_varied),
    format("a SendGrid key", "SG.", run(url_word_or_dot, 66..=66), |it| {
        it.chars().nth(22) == Some('.')
    }),
    format("a Twilio key", "SK", run(hex, 32..=32), is_varied),
    format("an OpenAI key", "sk-", run(url_word, 40..=300), |it| it.contains("T3BlbkFJ")),
    format("an Anthropic key", "sk-ant-", run(url_word, 80..=300), is_varied),
    format("a DigitalOcean token", "dop_v1_", run(hex, 64..=64), is_varied),
    format("a DigitalOcean token", "doo_v1_", run(hex, 64..=64), is_varied),
    format("a DigitalOcean token", "dor_v1_", run(hex, 64..=64), is_varied),
    format("a JSON Web Token", "eyJ", run(url_word_or_dot, 30..=8000), is_web_token),
    format("a Grafana token", "glsa_", run(word, 41..=41), |it| it.chars().nth(32) == Some('_')),
    format("a HashiCorp Vault token", "hvs.", run(url_word, 90..=300), is_varied),
    format("an age key", "AGE-SECRET-KEY-1", run(base32_or_digit, 58..=58), is_varied),
];

fn always(_: &str) -> bool {
    true
}

fn alphanumeric(c: char) -> bool {
    c.is_ascii_alphanumeric()
}

fn base32(c: char) -> bool {
    c.is_ascii_uppercase() || ('2'..='7').contains(&c)
}

fn base32_or_digit(c: char) -> bool {
    c.is_ascii_uppercase() || c.is_ascii_digit()
}

fn base64(c: char) -> bool {
    alphanumeric(c) || "+/=".contains(c)
}

fn hex(c: char) -> bool {
    matches!(c, '0'..='9' | 'a'..='f')
}

fn word(c: char) -> bool {
    alphanumeric(c) || c == '_'
}

fn url_word(c: char) -> bool {
    word(c) || c == '-'
}

fn url_word_or_dot(c: char) -> bool {
    url_word(c) || c == '.'
}

fn path(c: char) -> bool {
    alphanumeric(c) || c == '/'
}

/// Returns whether a text is as varied as chance makes it: `xxxxxxxx` stands for a credential in a manual.
pub(super) fn is_varied(text: &str) -> bool {
    const LEAST: usize = 8;
    let different: BTreeSet<_> = text.chars().collect();
    different.len() >= LEAST && text.chars().any(|c| c.is_ascii_digit())
}

fn begins_with_digits(text: &str) -> bool {
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    digits >= 2 && is_varied(text)
}

/// Returns whether what follows `eyJ` makes three parts of which the first is the head of a token.
fn is_web_token(rest: &str) -> bool {
    let parts: Vec<_> = rest.split('.').collect();
    matches!(parts.as_slice(), [head, body, sign] if is_token_head(&format!("eyJ{head}")) && !body.is_empty() && sign.len() >= 16)
}

/// The formats by the first byte of what they begin with: most words begin none, and texts are read at every check.
static BY_FIRST: LazyLock<[Vec<&'static TokenFormat>; 128]> = LazyLock::new(|| {
    let begins = |byte: usize, format: &&TokenFormat| {
        format.prefix.bytes().next().is_some_and(|first| usize::from(first) == byte)
    };
    array::from_fn(|byte| FORMATS.iter().filter(|format| begins(byte, format)).collect())
});

/// Returns the credentials of a text that tell by themselves what they are.
pub(super) fn find(text: &str) -> Vec<FoundSecret> {
    let mut found = vec![];
    let mut is_inside = false;
    for (start, byte) in text.bytes().enumerate() {
        let begins = !is_inside && word(char::from(byte));
        is_inside = word(char::from(byte));
        if !begins {
            continue;
        }
        let known = BY_FIRST.get(usize::from(byte)).into_iter().flatten();
        let rest = || text.get(start..).unwrap_or_default();
        let mut fits = known.filter_map(|format| Some((format.kind, format.length_at(rest())?)));
        if let Some((kind, length)) = fits.next() {
            found.push(FoundSecret { kind, place: start..start + length });
        }
    }
    found
}

impl TokenFormat {
    /// Returns the length of such a credential at the beginning of a text; none where it has none there.
    fn length_at(&self, text: &str) -> Option<usize> {
        let rest = text.strip_prefix(self.prefix)?;
        let run = rest.split(|c| !(self.run.alphabet)(c)).next()?.trim_end_matches('.');
        let fits = self.run.length.contains(&run.len()) && (self.holds)(run);
        fits.then_some(self.prefix.len() + run.len())
    }
}
