//! Changes of `recount.yaml` that touch only the lines that they mean to.

use crate::io::yaml;
use crate::io::yaml::edit::{self, Edit};
use crate::io::yaml::write::YamlValue;

/// Returns the text of the settings with the version of the files that a reader must know.
///
/// # Errors
/// A text that can't be changed without touching more, with the reason.
pub fn with_format(text: &str, format: u32) -> Result<String, String> {
    let root = yaml::tree(text).map_err(|problem| problem.message)?;
    let value = YamlValue::plain(format.to_string());
    let edit = Edit::Set { path: vec!["format".into()], value };
    edit::apply(text, &root, &[edit]).map(|done| done.text).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_is_added_or_changed_and_nothing_else() {
        let raised = |text| with_format(text, 2).unwrap();
        assert_eq!(raised("timezone: UTC # here\n"), "timezone: UTC # here\nformat: 2\n");
        assert_eq!(raised("format: 1 # old\ncommit: true\n"), "format: 2 # old\ncommit: true\n");
        assert_eq!(raised("{timezone: UTC}\n"), "{timezone: UTC, format: 2}\n");
        assert_eq!(raised(""), "format: 2\n");
        assert_eq!(raised("# nothing yet\n"), "# nothing yet\nformat: 2\n");
    }
}
