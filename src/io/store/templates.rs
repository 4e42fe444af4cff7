//! Templates: the record's own, in its `templates/` folder, before the built-in ones.

use super::{Store, StoreError, absent, failed, files as store_files};
use crate::io::yaml::front::{self, FrontMatter};
use crate::model::diagnostic::Diagnostic;
use std::fs;
use std::path::{Path, PathBuf};

/// The folder of the record's own templates.
pub const FOLDER: &str = "templates";
/// Before its name, a built-in template can be reached also where the record has one of the same name.
pub const PREFIX: &str = "recount/";

/// The built-in templates, by name.
const BUILT_IN: [(&str, &str); 6] = [
    ("google-sre", include_str!("../../../templates/google-sre.md")),
    ("pagerduty", include_str!("../../../templates/pagerduty.md")),
    ("atlassian", include_str!("../../../templates/atlassian.md")),
    ("aws-coe", include_str!("../../../templates/aws-coe.md")),
    ("customer", include_str!("../../../templates/customer.md")),
    ("brief", include_str!("../../../templates/brief.md")),
];

/// A template.
#[derive(Clone, Debug)]
pub struct Template {
    /// Its name: that of its file, without `.md`.
    pub name: String,
    /// Its file; none where it is built in.
    pub path: Option<PathBuf>,
    /// Its text, with front matter.
    pub text: String,
    /// What it says of itself; none where it only serves others.
    pub front: Option<Result<FrontMatter, Diagnostic>>,
}

impl Template {
    fn new(name: String, path: Option<PathBuf>, text: String) -> Self {
        let front = front::split(&text).front.map(front::read);
        Self { name, path, text, front }
    }

    /// Returns its text without front matter, and how many lines stand before that in the file.
    pub fn body(&self) -> (&str, usize) {
        let split = front::split(&self.text);
        (split.body, split.lines)
    }

    /// Returns the file that is made from it.
    pub fn file(&self, front: &FrontMatter) -> String {
        front.file.clone().unwrap_or_else(|| format!("{}.md", self.name.replace('/', "-")))
    }
}

/// Returns the templates of a record: its own, in the order of their names, then the built-in ones.
///
/// # Errors
/// A template that cannot be read, or that a link takes from outside the folder.
pub fn all(store: &Store) -> Result<Vec<Template>, StoreError> {
    let folder = store.root().join(FOLDER);
    let mut templates = vec![];
    for path in files(store.root(), &folder)? {
        let inner = path.strip_prefix(&folder).unwrap_or(&path).with_extension("");
        let name = inner.components().map(|c| c.as_os_str().to_string_lossy());
        let name = name.collect::<Vec<_>>().join("/");
        let text = store.text(&path)?.ok_or_else(|| absent(&path))?;
        templates.push(Template::new(name, Some(path), text));
    }
    templates.sort_by(|a, b| a.name.cmp(&b.name));
    templates.extend(built_in());
    Ok(templates)
}

/// Returns the built-in templates.
pub fn built_in() -> impl Iterator<Item = Template> {
    BUILT_IN.into_iter().map(|(name, text)| Template::new(name.to_owned(), None, text.to_owned()))
}

/// Returns the Markdown files in a folder and those below it, which must be there themselves and not by a link.
fn files(root: &Path, folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let mut found = vec![];
    for path in store_files::list(root, folder).map_err(failed(folder))? {
        let kind = fs::symlink_metadata(&path).map_err(failed(&path))?;
        let is_markdown = path.extension().is_some_and(|e| e == "md");
        if kind.is_symlink() {
            let error = std::io::Error::other("a template is a file in its folder, and not a link");
            return Err(StoreError::Io { doing: "take", path, error });
        } else if kind.is_dir() && !is_markdown {
            found.extend(files(root, &path)?);
        } else if is_markdown {
            found.push(path);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_template_says_what_it_is() {
        let file = |name: &str| {
            let template = built_in().find(|t| t.name == name).unwrap();
            let front = template.front.clone().unwrap().unwrap();
            (front.audience.as_str(), template.file(&front))
        };
        for name in ["google-sre", "pagerduty", "atlassian", "aws-coe"] {
            assert_eq!(file(name), ("internal", "postmortem.md".to_owned()));
        }
        assert_eq!(file("customer"), ("public", "customer.md".to_owned()));
        assert_eq!(file("brief"), ("internal", "brief.md".to_owned()));
    }

    #[cfg(unix)]
    #[test]
    fn a_template_is_no_link_to_elsewhere() {
        let home = tempfile::tempdir().unwrap();
        super::super::atomic::replace(&home.path().join("recount.yaml"), b"").unwrap();
        super::super::atomic::replace(&home.path().join("templates/parts/a.md"), b"A").unwrap();
        let store = Store::open_dir(home.path()).unwrap();
        let names: Vec<_> = all(&store).unwrap().into_iter().map(|t| t.name).collect();
        assert_eq!((names[0].as_str(), names.len()), ("parts/a", 7));
        std::os::unix::fs::symlink("/etc/passwd", home.path().join("templates/b.md")).unwrap();
        assert!(all(&store).unwrap_err().to_string().contains("not a link"));
    }
}
