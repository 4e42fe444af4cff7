//! The customers' table where it lies: read from its beginning as often as is needed, and never held whole.

use crate::compute::credits::CreditInputs;
use crate::compute::report::credits::InputFile;
use crate::io::store::layout::CUSTOMERS;
use crate::io::store::{self, StoreError, files};
use crate::io::tables::{CustomerBlock, CustomerKinds, KindsAsked, TableRead};
use crate::model::customer::Customers;
use crate::model::digest::hex;
use crate::model::incident::names::{bare, nearest};
use crate::model::settings::Settings;
use crate::session::output;
use crate::session::{Failure, Session};
use sha2::{Digest, Sha256};
use std::collections::{BTreeSet, HashSet};
use std::fs::File;
use std::io::{self, Cursor, Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The most bytes of a table whose lines errors show.
const MOST_SHOWN: u64 = 4 << 20;
/// How many customers that the table doesn't have are looked for among those that it has.
const MOST_STRANGE: usize = 100;

/// Where the table is, as the person knows it, and its bytes.
pub(super) struct TableSource {
    path: PathBuf,
    bytes: TableBytes,
}

enum TableBytes {
    /// A file of the record, in its root.
    OfRecord(PathBuf),
    /// A file that a person named, and where that leads.
    Named(PathBuf),
    /// What another revision had.
    Text(Arc<[u8]>),
    /// What came through a pipe.
    Piped(File),
}

impl TableSource {
    /// Returns where the customers are: in the record, or in a table that a person named; none where the record has none.
    ///
    /// # Errors
    /// What the file system says.
    pub(super) fn of(
        session: &Session<'_>,
        other: Option<&Path>,
    ) -> Result<Option<Self>, StoreError> {
        if let Some(other) = other {
            let bytes = match other.as_os_str() == "-" {
                true => TableBytes::Piped(store::at_path(other, piped(io::stdin().lock()))?),
                false => TableBytes::Named(output::typed(session.global, other)),
            };
            return Ok(Some(Self { path: other.to_owned(), bytes }));
        }
        let root = session.store.root().to_owned();
        let path = root.join(CUSTOMERS);
        let there = store::at_path(&path, files::open_table(&root, &path))?;
        Ok(there.map(|_| Self { path, bytes: TableBytes::OfRecord(root) }))
    }

    /// Returns what another revision had.
    pub(super) fn past(path: PathBuf, text: String) -> Self {
        Self { path, bytes: TableBytes::Text(text.into_bytes().into()) }
    }

    /// Opens it from its beginning.
    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        Ok(match &self.bytes {
            TableBytes::OfRecord(root) => {
                let file = files::open_table(root, &self.path)?;
                Box::new(file.ok_or(io::ErrorKind::NotFound)?)
            }
            TableBytes::Named(path) => Box::new(files::open_named_table(path)?),
            TableBytes::Text(text) => Box::new(Cursor::new(Arc::clone(text))),
            TableBytes::Piped(file) => {
                let mut file = file.try_clone()?;
                file.rewind()?;
                Box::new(file)
            }
        })
    }
}

/// Keeps what comes through a pipe, for it is read more than once; nothing of it stays on the disk.
fn piped(mut input: impl Read) -> io::Result<File> {
    let mut file = tempfile::tempfile()?;
    io::copy(&mut input, &mut file)?;
    Ok(file)
}

/// A table that was read, with its hash.
pub(super) struct LoadedTable {
    pub(super) file: InputFile,
    /// Its text, where it is short enough for errors to show lines of it.
    pub(super) text: String,
    pub(super) read: TableRead<CustomersTable>,
}

impl LoadedTable {
    /// Reads a table for the first time.
    pub(super) fn of(
        session: &Session<'_>,
        source: TableSource,
        singled: SingledOut,
        inputs: &CreditInputs,
    ) -> Result<Self, Failure> {
        let path = source.path.clone();
        let failed = |error| Failure::from(store::cannot_read(&path, error));
        let to_hash = source.open().map_err(failed)?;
        let text = source.open().and_then(text_of).map_err(failed)?;
        let settings = session.store.settings();
        store::ready_threads();
        let (sha256, read) = rayon::join(
            || hash_of(to_hash),
            || with_near(CustomersTable::read(source, settings, singled)?, inputs),
        );
        let (sha256, read) = (sha256.map_err(failed)?, read.map_err(failed)?);
        let path = session.store.relative(&path).display().to_string();
        Ok(Self { file: InputFile { path, sha256 }, text, read })
    }
}

/// Reads a table again where claims or bookings are of customers whom it doesn't have, to find whom they may mean.
fn with_near(
    read: TableRead<CustomersTable>,
    inputs: &CreditInputs,
) -> io::Result<TableRead<CustomersTable>> {
    let Some(table) = read.table else { return Ok(read) };
    let claimed = inputs.claims.iter().flat_map(|f| &f.fact).map(|c| c.customer.as_str());
    let booked = inputs.adjustments.iter().flat_map(|f| &f.fact).map(|a| a.customer.as_str());
    let kept = table.kinds.customers.rows.iter().map(|row| row.customer.as_str());
    let kept: HashSet<_> = kept.collect();
    let strange: BTreeSet<_> = claimed.chain(booked).filter(|name| !kept.contains(name)).collect();
    let strange: Vec<_> = strange.into_iter().take(MOST_STRANGE).collect();
    match strange.as_slice() {
        [] => Ok(TableRead { table: Some(table), ..read }),
        strange => table.again_with_near(strange),
    }
}

/// Returns the SHA-256 of all bytes, in hexadecimal.
fn hash_of(mut input: impl Read) -> io::Result<String> {
    let (mut hash, mut buffer) = (Sha256::new(), vec![0; 1 << 16]);
    loop {
        let read = input.read(&mut buffer)?;
        if read == 0 {
            return Ok(hex(&hash.finalize()));
        }
        hash.update(buffer.get(..read).unwrap_or_default());
    }
}

/// Returns a text for errors to show lines of; nothing of one that is long.
fn text_of(input: impl Read) -> io::Result<String> {
    let mut bytes = vec![];
    input.take(MOST_SHOWN.saturating_add(1)).read_to_end(&mut bytes)?;
    let is_short = u64::try_from(bytes.len()).is_ok_and(|length| length <= MOST_SHOWN);
    Ok(if is_short { String::from_utf8_lossy(&bytes).into_owned() } else { String::new() })
}

/// The customers' table: where it is, and what was found in it.
pub(crate) struct CustomersTable {
    source: TableSource,
    settings: Settings,
    kinds: CustomerKinds,
    singled: SingledOut,
}

/// The customers whose rows are like no others, and the columns that credits can hang on.
#[derive(Default)]
pub(super) struct SingledOut {
    columns: HashSet<String>,
    /// The names that something in the record has for customers, without what is written in different ways.
    names: HashSet<String>,
    is_everybody: bool,
}

impl SingledOut {
    /// Returns whom the record and the command line name.
    pub(super) fn of(inputs: &CreditInputs, named: &[String]) -> Self {
        let requires = inputs.policies.iter().flat_map(|p| &p.fact.requires);
        let columns: HashSet<_> = requires.map(|r| r.value.column.clone()).collect();
        let impact = inputs.incidents.iter().flat_map(|i| &i.fact.events);
        let impact = impact.flat_map(|e| &e.impact).flat_map(|i| &i.value.customers);
        let claims = inputs.claims.iter().flat_map(|f| &f.fact).map(|c| &c.customer);
        let booked = inputs.adjustments.iter().flat_map(|f| &f.fact).map(|a| &a.customer);
        let names = impact.chain(claims).chain(booked).chain(named).map(|name| bare(name));
        // A requirement on what each customer has of its own makes each row unlike all others.
        let is_everybody = columns.contains("customer") || columns.contains("fee");
        Self { names: names.collect(), columns, is_everybody }
    }

    fn has(&self, customer: &str) -> bool {
        self.is_everybody || !self.names.is_empty() && self.names.contains(&bare(customer))
    }
}

impl CustomersTable {
    /// Reads a table for the first time; what is wrong in it stands beside it.
    pub(super) fn read(
        source: TableSource,
        settings: &Settings,
        singled: SingledOut,
    ) -> io::Result<TableRead<Self>> {
        let mut table =
            Self { source, settings: settings.clone(), kinds: CustomerKinds::default(), singled };
        let read = table
            .asked(|asked| CustomerKinds::read(&|| Ok(Box::new(table.source.open()?)), asked))?;
        let TableRead { table: kinds, problems } = read;
        let table = kinds.map(|kinds| {
            table.kinds = kinds;
            table
        });
        Ok(TableRead { table, problems })
    }

    /// Returns its columns, one row of each kind and all rows of customers who are singled out.
    pub(super) fn kept(&mut self) -> Customers {
        std::mem::take(&mut self.kinds.customers)
    }

    /// Goes through its customers.
    pub(super) fn each<E>(
        &self,
        go: impl FnMut(CustomerBlock<'_>) -> Result<(), E>,
    ) -> io::Result<Result<(), E>> {
        self.asked(|asked| self.kinds.each(&|| Ok(Box::new(self.source.open()?)), asked, go))
    }

    /// Returns the names of all customers.
    pub(super) fn names(&self) -> io::Result<BTreeSet<String>> {
        let mut names = BTreeSet::new();
        self.each(|block| {
            names.insert(block.customer.to_owned());
            Ok::<_, io::Error>(())
        })??;
        Ok(names)
    }

    /// Reads it again, with the names that some others may have been meant for singled out too.
    pub(super) fn again_with_near(self, others: &[&str]) -> io::Result<TableRead<Self>> {
        let mut near: Vec<Option<String>> = vec![None; others.len()];
        self.each(|block| {
            for (other, best) in others.iter().zip(&mut near) {
                let names = best.as_deref().into_iter().chain([block.customer]);
                *best = nearest(other, names).map(str::to_owned);
            }
            Ok::<_, io::Error>(())
        })??;
        let mut singled = self.singled;
        singled.names.extend(near.into_iter().flatten().map(|name| bare(&name)));
        Self::read(self.source, &self.settings, singled)
    }

    fn asked<R>(&self, ask: impl FnOnce(&KindsAsked<'_>) -> R) -> R {
        let is_shared = |column: &str| self.singled.columns.contains(column);
        let is_named = |customer: &str| self.singled.has(customer);
        ask(&KindsAsked { settings: &self.settings, is_shared: &is_shared, is_named: &is_named })
    }
}
