//! Changes of `recount.yaml` that touch only the lines that they mean to.

use crate::io::yaml;
use crate::io::yaml::edit::{self, Edit};
use crate::io::yaml::node::Node;
use crate::io::yaml::write::YamlValue;
use crate::model::incident::Name;
use crate::model::time::Zone;

/// Returns the text of the settings with the version of the files that a reader must know.
///
/// # Errors
/// A text that can't be changed without touching more, with the reason.
pub fn with_format(text: &str, format: u32) -> Result<String, String> {
    let value = YamlValue::plain(format.to_string());
    changed(text, |_| vec![Edit::Set { path: vec!["format".into()], value: value.clone() }])
}

/// Returns the text of the settings with the zone of bare times.
///
/// # Errors
/// A text that can't be changed without touching more, with the reason.
pub fn with_zone(text: &str, zone: Zone) -> Result<String, String> {
    changed(text, |_| {
        vec![Edit::Set { path: vec!["timezone".into()], value: YamlValue::text(zone.to_string()) }]
    })
}

/// Returns the text of the settings with more services, without what is known of them.
///
/// # Errors
/// A text that can't be changed without touching more, with the reason.
pub fn with_services(text: &str, names: &[Name]) -> Result<String, String> {
    changed(text, |root| {
        let blank = || YamlValue::Map(vec![]);
        if root.get("services").is_none() {
            let all = names.iter().map(|name| (name.to_string(), blank())).collect();
            let path = vec!["services".into()];
            return vec![Edit::Set { path, value: YamlValue::Map(all) }];
        }
        let path = |name: &Name| vec!["services".into(), name.as_str().into()];
        names.iter().map(|name| Edit::Set { path: path(name), value: blank() }).collect()
    })
}

fn changed(text: &str, edits: impl Fn(&Node<'_>) -> Vec<Edit>) -> Result<String, String> {
    let root = yaml::tree(text).map_err(|problem| problem.message)?;
    let done = edit::apply(text, &root, &edits(&root)).map_err(|error| error.to_string())?;
    Ok(done.text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_and_services_are_added_and_nothing_else() {
        let names: Vec<Name> = ["search", "eu-db"].map(|name| name.parse().unwrap()).to_vec();
        let text =
            "# ours\ntimezone: UTC # here\nservices:\n  apps: {name: Apps} # first\ncommit: true\n";
        assert_eq!(
            with_services(text, &names).unwrap(),
            "# ours\ntimezone: UTC # here\nservices:\n  apps: {name: Apps} # first\n  search: {}\n  eu-db: {}\ncommit: true\n"
        );
        assert_eq!(with_services("", &names[..1]).unwrap(), "services:\n  search: {}\n");
        let zone = "Europe/Paris".parse().unwrap();
        assert!(with_zone(text, zone).unwrap().contains("timezone: Europe/Paris # here\n"));
        assert_eq!(with_zone("", zone).unwrap(), "timezone: Europe/Paris\n");
    }

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
