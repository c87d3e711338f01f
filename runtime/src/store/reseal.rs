//! Going over to another key.

use std::time::Duration;

use super::{Claim, Claimed, Holder, Keys, Record, Store, StoreError};
use crate::grant::next;

/// What came of [`reseal`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Resealed {
    /// How many records were sealed with the first key just now.
    pub written: u64,
    /// How many were left as they are, since they were being renewed: try again.
    pub left: u64,
}

const PAGE: usize = 100;

/// Longer than it takes to write a record.
const LEASE: Duration = Duration::from_secs(10);

/// Seals every record whose key begins with `prefix` with the first of `keys`, unless it is sealed with it already. It may
/// run beside any number of clients: records that are being renewed, or whose last renewal has an unknown outcome, are
/// left as they are.
///
/// # Errors
///
/// When the store fails, or a record can't be opened; it is left as it is.
pub async fn reseal(store: &(impl Store + ?Sized), keys: &Keys, prefix: &str) -> Result<Resealed, StoreError> {
    let (mut resealed, mut after) = (Resealed::default(), None::<String>);
    loop {
        let page = store.scan(prefix, after.as_deref(), PAGE).await?;
        let Some((last, _)) = page.last() else { return Ok(resealed) };
        after = Some(last.clone());
        for (name, record) in page {
            if keys.are_newest(&record) {
                continue;
            }
            match reseal_one(store, keys, &name).await? {
                true => resealed.written += 1,
                false => resealed.left += 1,
            }
        }
    }
}

/// Under the lease, so that nobody is about to send what the record says.
async fn reseal_one(store: &(impl Store + ?Sized), keys: &Keys, name: &str) -> Result<bool, StoreError> {
    let holder = Holder::random().map_err(|_| StoreError::new("the operating system gives no randomness"))?;
    let claim = Claim { holder: holder.clone(), length: LEASE };
    let record = match store.claim(name, &claim).await? {
        Claimed::Granted { record, unsettled: None } => record,
        Claimed::Granted { .. } => {
            // A write would say that the outcome is known.
            store.release(name, &holder).await?;
            return Ok(false);
        }
        Claimed::Held { .. } | Claimed::Gone => return Ok(false),
    };
    match rewritten(keys, name, &record) {
        Ok(sealed) => store.compare_and_set(name, Some(record.version()), &sealed).await,
        Err(error) => {
            store.release(name, &holder).await?;
            Err(error)
        }
    }
}

fn rewritten(keys: &Keys, name: &str, record: &Record) -> Result<Record, StoreError> {
    let open = keys.open(name, record)?;
    keys.seal(name, &Record::new(next(record.version()), open.due(), open.body().clone()))
}
