//! `recount schema`: the JSON Schema of a kind of file.

use crate::cli::{self, SchemaOf};
use crate::io::schema;
use crate::session::Failure;
use crate::session::output::Output;

/// Prints a schema.
pub(crate) fn run(args: &cli::SchemaArgs) -> Result<Output, Failure> {
    let of = match args.of {
        SchemaOf::Incident => schema::SchemaKind::Incident,
        SchemaOf::Recount => schema::SchemaKind::Recount,
        SchemaOf::Policy => schema::SchemaKind::Policy,
    };
    Ok(Output::exact(schema::text(of)))
}
