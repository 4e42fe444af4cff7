//! A document for a page that knows what its generated parts are.

use super::{ParsedDocument, PartKind, clean, marker};

/// Returns the Markdown of a document without markers and comments, as a page takes it: a value is a
/// link to `recount:NAME`, and an untouched chart a paragraph that links to `recount:chart`.
pub(crate) fn web(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    for part in &ParsedDocument::read(text).parts {
        let content = text.get(part.content.clone()).unwrap_or_default();
        let generated = text.get(part.hash.clone()) == Some(marker::hash(content).as_str());
        let linked = match part.kind {
            PartKind::Value if !content.contains(['[', ']', '\n', '`']) => {
                format!("[{content}](recount:{})", part.name)
            }
            PartKind::Block if part.name == "chart" && generated => {
                "[Chart](recount:chart)\n".to_owned()
            }
            PartKind::Value | PartKind::Block => continue,
        };
        out.push_str(text.get(copied..part.content.start).unwrap_or_default());
        out.push_str(&linked);
        copied = part.content.end;
    }
    out.push_str(text.get(copied..).unwrap_or_default());
    clean(&out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compute::document::{block, value};

    #[test]
    fn values_and_the_chart_are_links() {
        let chart = block("chart", "| a |\n");
        let mine = block("chart", "| a |\n").replace("| a |", "my own");
        let lasted = value("time_to_recover", "5 h 44 min");
        let text = format!("It lasted {lasted}.\n\n{chart}\n\n{mine}\n<!-- Who? -->\n");
        assert_eq!(
            web(&text),
            "It lasted [5 h 44 min](recount:time_to_recover).\n\n[Chart](recount:chart)\n\nmy own\n"
        );
    }

    #[test]
    fn a_value_with_brackets_stays_text() {
        assert_eq!(web(&value("title", "a \\[b\\]")), "a \\[b\\]\n");
    }
}
