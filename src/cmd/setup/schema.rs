//! `recount schema`: the JSON Schema of a kind of file, or of what is exported.

use crate::cli::{self, SchemaOf};
use crate::io::render::export;
use crate::io::schema;
use crate::session::Failure;
use crate::session::output::Output;

/// Prints a schema.
pub(crate) fn run(args: &cli::SchemaArgs) -> Result<Output, Failure> {
    let of = match args.of {
        SchemaOf::Incident => schema::SchemaKind::Incident,
        SchemaOf::Recount => schema::SchemaKind::Recount,
        SchemaOf::Policy => schema::SchemaKind::Policy,
        SchemaOf::Export => return Ok(Output::exact(export::schema())),
    };
    Ok(Output::exact(schema::text(of)))
}
