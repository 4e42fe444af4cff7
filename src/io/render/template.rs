//! Templates in Tera: they see data alone, and every piece of it is escaped for Markdown.

use super::template_budget::{self, Budget};
use super::text::markdown;
use std::collections::BTreeMap;
use std::error::Error;
use tera::{Context, Kwargs, State, Tera, TeraResult, Value};

/// A template's name and text.
#[derive(Clone, Debug)]
pub struct TemplateSource<'t> {
    /// The name by which others extend and include it.
    pub name: &'t str,
    /// Its text, without front matter.
    pub body: &'t str,
    /// How many lines stand before the text in its file.
    pub line: usize,
}

/// The generated parts, with their markers, by name.
#[derive(Clone, Debug, Default)]
pub struct MarkedParts {
    /// What `block(name="...")` gives.
    pub blocks: BTreeMap<String, String>,
    /// What `value(name="...")` gives.
    pub values: BTreeMap<String, String>,
}

/// Renders a template by name.
///
/// Templates reach each other by name, and no file; what they print of the context is shown as text.
///
/// # Errors
/// The template and the line of what is wrong, with the whole chain of causes.
pub fn render(
    sources: &[TemplateSource<'_>],
    name: &str,
    context: &serde_json::Value,
    parts: MarkedParts,
) -> Result<String, String> {
    prepared(sources, parts, Budget::default())?
        .render(name, &known(context)?)
        .map_err(|e| chain(&e))
}

fn known(context: &serde_json::Value) -> Result<Context, String> {
    Context::from_serialize(context).map_err(|e| chain(&e))
}

/// Returns the templates, with what they may call, within a budget.
fn prepared(
    sources: &[TemplateSource<'_>],
    parts: MarkedParts,
    budget: Budget,
) -> Result<Tera, String> {
    let mut tera = Tera::new();
    // Every name ends with nothing at all: all templates are escaped.
    tera.autoescape_on([""]);
    tera.set_escape_fn(|text, out| template_budget::print(&markdown(text), out));
    template_budget::begin(&mut tera, budget);
    tera.register_filter("safe", refuse_safe);
    tera.register_filter("replace", template_budget::replace);
    register(&mut tera, "block", parts.blocks);
    register(&mut tera, "value", parts.values);
    let bodies = sources.iter().map(|s| (s.name, s.with_its_lines()));
    tera.add_raw_templates(bodies).map_err(|e| chain(&e))?;
    Ok(tera)
}

impl TemplateSource<'_> {
    /// Returns the text with as many lines before it, in a comment, as in its file, for the places in errors.
    fn with_its_lines(&self) -> String {
        let body = template_budget::counted(self.body);
        match self.line {
            0 => body,
            lines => format!("{{#{}-#}}{body}", "\n".repeat(lines)),
        }
    }
}

fn register(tera: &mut Tera, function: &'static str, parts: BTreeMap<String, String>) {
    tera.register_function(function, move |args: Kwargs, _: &State| -> TeraResult<Value> {
        let name = args.must_get::<&str>("name")?;
        let found = parts.get(name);
        template_budget::spend(found.map_or(0, String::len)).map_err(tera::Error::message)?;
        found.map(|text| Value::safe_string(text)).ok_or_else(|| {
            let known: Vec<_> = parts.keys().map(String::as_str).collect();
            tera::Error::message(format!(
                "there is no {function} `{name}`: it is one of {}",
                known.join(", ")
            ))
        })
    });
}

fn refuse_safe(_: Value, _: Kwargs, _: &State) -> TeraResult<Value> {
    Err(tera::Error::message(
        "data is always escaped: there is no `safe`; `block(name=...)` gives Markdown",
    ))
}

/// Returns an error and all its causes, a line each.
fn chain(error: &tera::Error) -> String {
    let mut said = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        said.push_str("\ncaused by: ");
        said.push_str(&error.to_string());
        cause = error.source();
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    fn render_one(body: &str, line: usize) -> Result<String, String> {
        let context =
            serde_json::json!({"title": "<b>[a](javascript:x)</b> {{ 1 }} | <!-- recount:end -->"});
        let blocks = BTreeMap::from([("timeline".to_owned(), "| *a* |".to_owned())]);
        let base = TemplateSource { name: "base", body: "A{% block b %}B{% endblock %}", line: 0 };
        let own = TemplateSource { name: "own", body, line };
        let parts = MarkedParts { blocks, ..MarkedParts::default() };
        let budget = Budget { steps: 10_000, bytes: 1 << 20 };
        let tera = prepared(&[base, own], parts, budget)?;
        tera.render("own", &known(&context)?).map_err(|e| chain(&e))
    }

    #[test]
    fn data_is_escaped_and_generated_parts_are_not() {
        assert_eq!(
            render_one("{{ title }}\n{{ block(name=\"timeline\") }}\n", 0).unwrap(),
            "&lt;b&gt;\\[a\\](javascript:x)&lt;/b&gt; \\{\\{ 1 \\}\\} \\| &lt;\\!-- recount:end --&gt;\n| *a* |\n"
        );
        assert!(render_one("{{ title | safe }}", 0).unwrap_err().contains("always escaped"));
        assert!(!render_one("{{ [title] }}", 0).unwrap().contains('<'));
    }

    #[test]
    fn a_template_extends_another() {
        assert_eq!(
            render_one("{% extends \"base\" %}{% block b %}{{ super() }}C{% endblock %}", 3)
                .unwrap(),
            "ABC"
        );
        let error = render_one("{% extends \"../../etc/passwd\" %}", 0).unwrap_err();
        assert!(error.contains("/etc/passwd' which") || error.contains("doesn't exist"), "{error}");
        assert!(render_one("{% include \"/etc/passwd\" %}", 0).is_err());
    }

    #[test]
    fn an_error_names_the_template_and_the_line_of_its_file() {
        let error = render_one("one\n{{ nothing.at.all }}\n", 4).unwrap_err();
        assert!(error.contains("own:6:"), "{error}");
        let error = render_one("one\n{{ block(name=\"tmeline\") }}\n", 4).unwrap_err();
        assert!(
            error.contains("own:6:")
                && error.contains("there is no block `tmeline`: it is one of timeline"),
            "{error}"
        );
        let error = render_one("{% if %}", 0).unwrap_err();
        assert!(error.contains("own:1:"), "{error}");
    }

    #[test]
    fn a_template_that_loops_or_grows_without_end_is_stopped() {
        let loops =
            "{% for a in range(end=2000) %}{% for b in range(end=2000) %}{% endfor %}{% endfor %}";
        let grows =
            "{% set s = title %}{% for i in range(end=60) %}{% set_global s = s ~ s %}{% endfor %}";
        let prints = "{% set s = title %}{% for i in range(end=9) %}{% set_global s = s ~ s %}{% endfor %}\
                      {% for i in range(end=9000) %}{{ s }}{% endfor %}";
        let lists = "{% set s = [title] %}{% for i in range(end=60) %}{% set_global s = [s, s] %}{% endfor %}{{ s }}";
        let replaces = "{% set s = title %}{% for i in range(end=9) %}{% set_global s = s ~ s %}{% endfor %}\
                        {{ s | replace(from=\"\", to=s) }}";
        let stopped = [
            (loops, "for too long"),
            (grows, "too much"),
            (prints, "too much"),
            (lists, "too much"),
            (replaces, "too much"),
        ];
        for (body, why) in stopped {
            let error = render_one(body, 0).unwrap_err();
            assert!(error.contains(why), "{error}");
        }
        assert_eq!(render_one("{{ \"a-b\" | replace(from=\"-\", to=\"+\") }}", 0).unwrap(), "a+b");
        let small = "{% for i in range(end=3) -%}\n {{ i }}{% set x = i %}{% endfor %}";
        assert_eq!(render_one(small, 0).unwrap(), "012");
    }
}
