//! The kinds of row that a customers' table has: what a million rows share stands once.
//!
//! The table is read twice. The first time its rows are understood and checked, and each kind of row is kept; the second
//! time each row is only looked up, and its customer and fee are all that is new.

use super::TableRead;
use super::customer_rows::{CustomerRow, CustomerRows, KindsAsked, RowFee};
use super::customers::customer_again;
use super::row_source::{RowSource, no_text};
use crate::compute::credits::subscription_twice;
use crate::model::customer::{Customers, Subscription, SubscriptionKey};
use crate::model::diagnostic::{Diagnostic, Location};
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::io::{self, Read};
use std::sync::mpsc;
use std::thread;

/// How many problems are told; what is wrong in more rows than these is most often one slip.
const MOST_PROBLEMS: usize = 1_000;
/// How many rows are handed over at once, and how many such batches wait at most.
const BATCH: usize = 4_096;
const BATCHES_AHEAD: usize = 4;

/// The kinds of row that a table has.
#[derive(Debug, Default)]
pub struct CustomerKinds {
    /// One row of each kind, and all rows of customers whom something names.
    pub customers: Customers,
    /// How many rows there are.
    pub rows: u64,
    kinds: HashMap<Box<[u8]>, usize>,
    /// The rows of customers whom something names, by their lines.
    named: HashMap<u32, usize>,
    /// What tells the subscription of each kept row apart from others of its customer.
    subjects: Vec<usize>,
}

/// The rows of one customer, which stand together.
pub struct CustomerBlock<'r> {
    /// The customer.
    pub customer: &'r str,
    /// The rows, in order.
    pub rows: &'r [BlockRow],
}

/// A row of a customer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BlockRow {
    /// The place of the kept row that it is like.
    pub like: usize,
    /// What tells its subscription apart from others of the customer.
    pub subject: usize,
    /// Its own fee.
    pub fee: RowFee,
    /// Its line in the table.
    pub line: u32,
}

/// Opens a table from its beginning.
pub type OpenTable<'a> = &'a (dyn Fn() -> io::Result<Box<dyn Read>> + Sync);

impl CustomerKinds {
    /// Reads a table for the first time.
    ///
    /// # Errors
    /// Whatever reading says.
    pub fn read(open: OpenTable<'_>, asked: &KindsAsked<'_>) -> io::Result<TableRead<Self>> {
        let mut problems = vec![];
        let mut kinds = Self::default();
        let rows = CustomerRows::open(open()?, asked, &mut problems)?;
        let Some(mut rows) = rows else {
            problems.extend(first_that_is_no_text(open()?)?);
            return Ok(TableRead::new(kinds, problems));
        };
        kinds.customers.columns = rows.columns();
        let (mut subjects, mut block, mut seen) =
            (HashMap::new(), CustomerAtHand::default(), vec![]);
        while let Some(row) = rows.next()? {
            kinds.rows = kinds.rows.saturating_add(1);
            if row.customer != block.customer || block.rows.is_empty() {
                problems.extend(block.twice(&kinds.customers));
                block.begin(row.customer, asked);
                seen.push(hash(row.customer));
            }
            let (line, known) = (row.line, kinds.like(&row, &block));
            let fee = row.fee.clone();
            let key = if known.is_none() { row.key.into() } else { Box::default() };
            let like = match known {
                Some(like) => like,
                None => {
                    let Some(own) = rows.subscription()? else { continue };
                    let like = kinds.keep(own, &mut subjects);
                    if block.is_named {
                        kinds.named.insert(line, like);
                    } else {
                        kinds.kinds.insert(key, like);
                    }
                    like
                }
            };
            block.rows.push(kinds.row(like, fee, line));
            if rows.problems.len() > MOST_PROBLEMS {
                break;
            }
        }
        problems.extend(block.twice(&kinds.customers));
        problems.append(&mut rows.problems);
        let twice = repeated(seen);
        if !twice.is_empty() {
            problems.extend(customers_again(open, asked, &twice)?);
        }
        Ok(TableRead::new(kinds, problems))
    }

    /// Goes through the customers of a table that was read; it is taken apart on a thread of its own, where there is one.
    ///
    /// # Errors
    /// Whatever reading says, and a table that is no longer what it was; what `go` says stands inside.
    pub fn each<E>(
        &self,
        open: OpenTable<'_>,
        asked: &KindsAsked<'_>,
        mut go: impl FnMut(CustomerBlock<'_>) -> Result<(), E>,
    ) -> io::Result<Result<(), E>> {
        let mut told = Ok(());
        thread::scope(|scope| {
            let (sender, receiver) = mpsc::sync_channel(BATCHES_AHEAD);
            let read = move || self.batches(open, asked, &mut |batch| sender.send(batch).is_ok());
            let Ok(reader) = thread::Builder::new().spawn_scoped(scope, read) else {
                return self.batches(open, asked, &mut |batch| {
                    told = batch.tell(&mut go);
                    told.is_ok()
                });
            };
            for batch in receiver {
                told = batch.tell(&mut go);
                if told.is_err() {
                    // The reader stops when nobody listens.
                    break;
                }
            }
            reader.join().unwrap_or_else(|_| Err(io::Error::other("the reader has stopped")))
        })?;
        Ok(told)
    }

    /// Reads the table, and hands its customers over in batches for as long as `take` wants more.
    fn batches(
        &self,
        open: OpenTable<'_>,
        asked: &KindsAsked<'_>,
        take: &mut dyn FnMut(CustomerBatch) -> bool,
    ) -> io::Result<()> {
        let mut problems = vec![];
        let mut rows = CustomerRows::open(open()?, asked, &mut problems)?.ok_or_else(changed)?;
        let (mut block, mut batch) = (CustomerAtHand::default(), CustomerBatch::default());
        let mut count = 0_u64;
        while let Some(row) = rows.next()? {
            count = count.saturating_add(1);
            if row.customer != block.customer || block.rows.is_empty() {
                batch.add(&mut block);
                if batch.rows.len() >= BATCH && !take(std::mem::take(&mut batch)) {
                    return Ok(());
                }
                block.begin(row.customer, asked);
            }
            let like = self.like(&row, &block).ok_or_else(changed)?;
            block.rows.push(self.row(like, row.fee, row.line));
        }
        if count != self.rows {
            return Err(changed());
        }
        batch.add(&mut block);
        take(batch);
        Ok(())
    }

    /// Returns the place of the kept row that a row is like.
    fn like(&self, row: &CustomerRow<'_>, block: &CustomerAtHand) -> Option<usize> {
        if block.is_named {
            return self.named.get(&row.line).copied();
        }
        self.kinds.get(row.key).copied()
    }

    fn row(&self, like: usize, fee: RowFee, line: u32) -> BlockRow {
        let subject = self.subjects.get(like).copied().unwrap_or_default();
        BlockRow { like, subject, fee, line }
    }

    fn keep(&mut self, row: Subscription, subjects: &mut HashMap<SubscriptionKey, usize>) -> usize {
        let next = subjects.len();
        let key = SubscriptionKey { customer: String::new(), ..row.key() };
        self.subjects.push(*subjects.entry(key).or_insert(next));
        self.customers.rows.push(row);
        self.customers.rows.len().saturating_sub(1)
    }
}

/// The customer at hand.
#[derive(Default)]
struct CustomerAtHand {
    customer: String,
    is_named: bool,
    rows: Vec<BlockRow>,
}

impl CustomerAtHand {
    fn begin(&mut self, customer: &str, asked: &KindsAsked<'_>) {
        self.customer.clear();
        self.customer.push_str(customer);
        self.is_named = (asked.is_named)(customer);
        self.rows.clear();
    }

    /// Returns what is wrong where two rows of one subscription are in force at one moment.
    fn twice(&self, kept: &Customers) -> Vec<Diagnostic> {
        if self.rows.len() < 2 {
            return vec![];
        }
        let own = |row: &BlockRow| {
            let like = kept.rows.get(row.like)?;
            let place = Location { line: row.line, column: 1 };
            let customer = self.customer.clone();
            Some((row.subject, Subscription { customer, place, ..like.clone() }))
        };
        let mut rows: Vec<_> = self.rows.iter().filter_map(own).collect();
        rows.sort_by_key(|(subject, row)| (*subject, row.from, row.to));
        let pairs = rows.iter().zip(rows.iter().skip(1));
        let twice = pairs.filter(|((a, earlier), (b, later))| a == b && earlier.overlaps(later));
        twice.map(|((_, earlier), (_, later))| subscription_twice(earlier, later)).collect()
    }
}

/// Some customers with their rows, one behind the other.
#[derive(Default)]
struct CustomerBatch {
    names: String,
    rows: Vec<BlockRow>,
    /// Where the name and the rows of each customer end.
    ends: Vec<(usize, usize)>,
}

impl CustomerBatch {
    /// Adds a customer, whose rows go over.
    fn add(&mut self, block: &mut CustomerAtHand) {
        if !block.rows.is_empty() {
            self.names.push_str(&block.customer);
            self.rows.append(&mut block.rows);
            self.ends.push((self.names.len(), self.rows.len()));
        }
    }

    fn tell<E>(&self, go: &mut impl FnMut(CustomerBlock<'_>) -> Result<(), E>) -> Result<(), E> {
        let (mut name, mut row) = (0, 0);
        for (name_end, row_end) in &self.ends {
            let customer = self.names.get(name..*name_end).unwrap_or_default();
            let rows = self.rows.get(row..*row_end).unwrap_or_default();
            go(CustomerBlock { customer, rows })?;
            (name, row) = (*name_end, *row_end);
        }
        Ok(())
    }
}

fn hash(customer: &str) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(customer)
}

/// Returns what stands more than once.
fn repeated(mut hashes: Vec<u64>) -> HashSet<u64> {
    hashes.sort_unstable();
    hashes
        .windows(2)
        .filter_map(|pair| pair.first().filter(|a| pair.last() == Some(a)))
        .copied()
        .collect()
}

/// Returns what is wrong where a customer comes again after others; those whose hashes are given may.
///
/// A name for each customer would take memory that grows with them, a number for each takes little.
fn customers_again(
    open: OpenTable<'_>,
    asked: &KindsAsked<'_>,
    hashes: &HashSet<u64>,
) -> io::Result<Vec<Diagnostic>> {
    let mut found = vec![];
    let Some(mut rows) = CustomerRows::open(open()?, asked, &mut vec![])? else { return Ok(found) };
    let (mut last, mut known): (String, HashMap<String, u32>) = Default::default();
    while let Some(row) = rows.next()? {
        if row.customer == last {
            continue;
        }
        row.customer.clone_into(&mut last);
        if !hashes.contains(&hash(row.customer)) {
            continue;
        }
        let place = Location { line: row.line, column: 1 };
        match known.get(row.customer) {
            Some(first) => found.push(customer_again(row.customer, *first, place)),
            None => {
                known.insert(row.customer.to_owned(), row.line);
            }
        }
        if found.len() > MOST_PROBLEMS {
            break;
        }
    }
    Ok(found)
}

/// Returns what is wrong with the first line that is no UTF-8 text.
fn first_that_is_no_text(input: impl Read) -> io::Result<Option<Diagnostic>> {
    let mut source = RowSource::new(input);
    for line in 1.. {
        let length = source.line()?;
        if length == 0 {
            break;
        }
        if std::str::from_utf8(source.rest().get(..length).unwrap_or_default()).is_err() {
            return Ok(Some(no_text(Location { line, column: 1 })));
        }
        source.pass(length);
    }
    Ok(None)
}

fn changed() -> io::Error {
    io::Error::other("it changed while it was read")
}
