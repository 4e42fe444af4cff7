//! `recount schema`: the JSON Schema of a kind of file.

use super::answer::Answer;
use crate::cli::{self, SchemaOf};
use crate::cmd::Failure;
use crate::schema;

/// Prints a schema.
pub(super) fn run(args: &cli::Schema) -> Result<Answer, Failure> {
    let of = match args.of {
        SchemaOf::Incident => schema::Of::Incident,
        SchemaOf::Recount => schema::Of::Recount,
        SchemaOf::Policy => schema::Of::Policy,
    };
    Ok(Answer::text(schema::text(of)))
}
