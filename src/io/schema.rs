//! The JSON Schemas of the files that people edit, for their editors.

#[cfg(test)]
mod tests;

/// A kind of file that has a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SchemaKind {
    /// `incident.yaml`
    Incident,
    /// `recount.yaml`
    Recount,
    /// `sla/<policy>.yaml`
    Policy,
}

/// Returns the JSON Schema (draft 2020-12) of a kind of file.
pub(crate) fn text(of: SchemaKind) -> &'static str {
    match of {
        SchemaKind::Incident => include_str!("schema/incident.json"),
        SchemaKind::Recount => include_str!("schema/recount.json"),
        SchemaKind::Policy => include_str!("schema/policy.json"),
    }
}
