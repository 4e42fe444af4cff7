//! How much a template may do: a record from elsewhere brings its own.
//!
//! Tera bounds how deep templates nest and call each other, and not how long they loop or how much they keep. So a call
//! is put behind each tag that loops or sets; it prints nothing, counts, and ends the rendering where that is too much.

use std::cell::Cell;
use std::io::{self, Write};
use tera::{Kwargs, State, StringInput, Tera, TeraResult, Value};

/// The most rounds of loops and settings of variables in one rendering.
///
/// A postmortem has some hundred; a table of 50,000 events takes a round each.
const MOST_STEPS: usize = 1_000_000;
/// The most bytes that one rendering prints and keeps in variables.
const MOST_BYTES: usize = 256 << 20;
/// What the templates call; no template of a person's has such a name.
const CALL: &str = "__budget";

thread_local! {
    // Tera's escaping is a function without a place for anything of its own.
    static LEFT: Cell<Budget> = const { Cell::new(Budget { steps: 0, bytes: 0 }) };
}

/// How much one rendering may do.
#[derive(Clone, Copy, Debug)]
pub(super) struct Budget {
    /// Rounds of loops and settings of variables.
    pub(super) steps: usize,
    /// Bytes that are printed and kept in variables.
    pub(super) bytes: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { steps: MOST_STEPS, bytes: MOST_BYTES }
    }
}

/// Begins a rendering on this thread.
pub(super) fn begin(tera: &mut Tera, budget: Budget) {
    LEFT.set(budget);
    tera.register_function(CALL, move |args: Kwargs, _: &State| -> TeraResult<Value> {
        let kept = args.iter().find(|(key, _)| key.as_str() == Some("of"));
        let kept = kept.map_or(0, |(_, value)| size(value, LEFT.get().bytes));
        let printed = args.get::<usize>("bytes").ok().flatten().unwrap_or(0);
        let Budget { steps, bytes } = LEFT.get();
        let steps = steps.checked_sub(1).ok_or_else(|| {
            tera::Error::message(format!(
                "the template goes on for too long: it may take {} rounds and settings",
                budget.steps
            ))
        })?;
        LEFT.set(Budget { steps, bytes });
        spend(kept.saturating_add(printed)).map_err(tera::Error::message)?;
        Ok(Value::safe_string(""))
    });
}

/// Returns how many bytes a value takes when it is printed, or more than `most` where it takes more: lists share what
/// they hold, and one within the other may be long beyond measure.
fn size(value: &Value, most: usize) -> usize {
    let mut bytes = 1_usize;
    let mut waiting = vec![value];
    while let Some(next) = waiting.pop().filter(|_| bytes <= most) {
        bytes = bytes.saturating_add(next.as_str().map_or(1, str::len));
        if let Some(list) = next.as_array() {
            bytes = bytes.saturating_add(list.len());
            waiting.extend(list);
        }
        waiting.extend(next.as_map().into_iter().flat_map(tera::Map::values));
    }
    bytes
}

/// Replaces a part of a text, as Tera does, as far as there may be more.
pub(super) fn replace(text: StringInput<'_>, args: Kwargs, state: &State) -> TeraResult<Value> {
    let from = args.must_get::<&str>("from")?;
    let to = args.must_get::<StringInput<'_>>("to")?;
    let is_safe = text.is_safe() || to.is_safe();
    let (text, to) = match is_safe {
        true => (text.rendered(state)?, to.rendered(state)?),
        false => (text.as_str().into(), to.as_str().into()),
    };
    let more = text.matches(from).count().saturating_mul(to.len());
    spend(text.len().saturating_add(more)).map_err(tera::Error::message)?;
    let replaced = text.replace(from, &to);
    Ok(if is_safe { Value::safe_string(&replaced) } else { Value::from(replaced) })
}

/// Takes so many bytes off what may still be printed and kept.
///
/// # Errors
/// That it is too much.
pub(super) fn spend(bytes: usize) -> Result<(), String> {
    let left = LEFT.get();
    let rest = left.bytes.checked_sub(bytes).ok_or_else(|| {
        format!("the template makes too much: it may print and keep {} MB", MOST_BYTES >> 20)
    })?;
    LEFT.set(Budget { bytes: rest, ..left });
    Ok(())
}

/// Escapes a printed text, as far as there may be more.
pub(super) fn print(text: &str, out: &mut dyn Write) -> io::Result<()> {
    spend(text.len()).map_err(io::Error::other)?;
    out.write_all(text.as_bytes())
}

/// Returns a template with the calls in it; its lines stay as they are.
pub(super) fn counted(body: &str) -> String {
    let tags = tags(body);
    let mut calls: Vec<(usize, String)> = vec![];
    let mut loops: Vec<&Tag<'_>> = vec![];
    for tag in &tags {
        let words: Vec<&str> = tag.inner.split_whitespace().take(3).collect();
        match words.as_slice() {
            ["for", ..] => loops.push(tag),
            ["endfor", ..] => {
                // What a round prints of the template itself.
                let bytes =
                    |begin: &Tag<'_>| format!("bytes={}", tag.end.saturating_sub(begin.end));
                calls.extend(loops.pop().map(|begin| (begin.end, begin.call(&bytes(begin)))));
            }
            ["set" | "set_global", name, "=", ..] => {
                calls.push((tag.end, tag.call(&format!("of={name}"))));
            }
            _ => {}
        }
    }
    calls.sort_by_key(|(at, _)| *at);
    let mut out = String::with_capacity(body.len());
    let mut from = 0;
    for (at, call) in calls {
        out.push_str(body.get(from..at).unwrap_or_default());
        out.push_str(&call);
        from = at;
    }
    out + body.get(from..).unwrap_or_default()
}

/// A tag `{% ... %}` of a template.
struct Tag<'t> {
    /// Where it ends in the template.
    end: usize,
    /// What stands in it, without the signs for white space.
    inner: &'t str,
    /// Whether it takes away the white space behind it.
    trims: bool,
}

impl Tag<'_> {
    fn call(&self, argument: &str) -> String {
        let end = if self.trims { "-}}" } else { "}}" };
        format!("{{{{ {CALL}({argument}) {end}")
    }
}

/// Returns the tags of a template, without those in comments and in `raw`.
fn tags(body: &str) -> Vec<Tag<'_>> {
    let mut tags = vec![];
    let (mut at, mut is_raw) = (0, false);
    while let Some(begin) = body.get(at..).and_then(|rest| rest.find('{')).map(|found| at + found) {
        let rest = body.get(begin + 1..).unwrap_or_default();
        let close = match rest.bytes().next() {
            Some(b'%') => "%}",
            Some(b'{') if !is_raw => "}}",
            Some(b'#') if !is_raw => "#}",
            _ => {
                at = begin + 1;
                continue;
            }
        };
        let Some(length) = inner_length(rest.get(1..).unwrap_or_default(), close) else { break };
        let inner = rest.get(1..1 + length).unwrap_or_default();
        at = begin + 2 + length + close.len();
        let tag =
            Tag { end: at, inner: inner.trim_matches('-').trim(), trims: inner.ends_with('-') };
        match tag.inner {
            _ if close != "%}" => {}
            "endraw" => is_raw = false,
            _ if is_raw => at = begin + 2,
            "raw" => is_raw = true,
            _ => tags.push(tag),
        }
    }
    tags
}

/// Returns how long what stands before `close` is; a sign in quotes closes nothing, but in a comment.
fn inner_length(text: &str, close: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match quote {
            Some(open) => quote = (c != open).then_some(open),
            None if text.get(at..).is_some_and(|rest| rest.starts_with(close)) => return Some(at),
            None if close != "#}" && matches!(c, '"' | '\'' | '`') => quote = Some(c),
            None => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_stands_behind_each_loop_and_each_setting_and_nowhere_else() {
        let none = "{# {% for x in y %} #}{% raw %}{% set a = 1 %}{{ x }}{% endraw %}{{ \"{% for\" }}{% if a %}{ {% endif %}";
        assert_eq!(counted(none), none);
        let all = "{% for x in y -%} a{% endfor %}{%- set s = s ~ \"%}\" %}";
        let expected = "{% for x in y -%}{{ __budget(bytes=14) -}} a{% endfor %}{%- set s = s ~ \"%}\" %}{{ __budget(of=s) }}";
        assert_eq!(counted(all), expected);
    }
}
