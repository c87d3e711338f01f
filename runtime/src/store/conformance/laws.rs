//! Steps in an order that chance gives, compared with a model of what a store must answer.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use super::{LONG, Outcome, at, claim, failed, says};
use crate::store::{Claimed, Holder, Record, Store};

const KEYS: [&str; 3] = ["conformance/laws/a", "conformance/laws/b", "conformance/laws/c"];
const HOLDERS: [&str; 3] = ["one", "two", "three"];
const STEPS: usize = 250;
const SEEDS: [u64; 3] = [1, 0x9e37_79b9_7f4a_7c15, 0x2545_f491_4f6c_dd1d];

/// What the store must know.
#[derive(Default)]
struct Model {
    rows: BTreeMap<&'static str, Row>,
    burned: BTreeSet<u64>,
    versions: u64,
}

struct Row {
    record: Record,
    lease: Option<Lease>,
    unsettled: Option<&'static str>,
}

struct Lease {
    holder: &'static str,
    /// Whether its holder was about to send.
    sent: bool,
    /// Leases last for a minute or for no time, so that no clock decides.
    lasts: bool,
}

/// A small generator (xorshift), so that a failure comes again.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 33) % limit
    }

    fn one_of(&mut self, texts: [&'static str; 3]) -> &'static str {
        let [first, second, third] = texts;
        match self.below(3) {
            0 => first,
            1 => second,
            _ => third,
        }
    }

    /// A minute, or mostly nothing.
    fn length(&mut self) -> Duration {
        if self.below(3) == 0 { LONG } else { Duration::ZERO }
    }
}

impl Row {
    fn is_held(&self) -> bool {
        self.lease.as_ref().is_some_and(|lease| lease.lasts)
    }

    /// Takes the lease; gives whose request is unsettled then.
    fn claim(&mut self, holder: &'static str, length: Duration) -> Option<&'static str> {
        let before = self.lease.replace(Lease { holder, sent: false, lasts: !length.is_zero() });
        if let Some(Lease { holder, sent: true, .. }) = before {
            self.unsettled.get_or_insert(holder);
        }
        self.unsettled
    }
}

pub(super) async fn steps_in_any_order_agree_with_the_model(store: Arc<impl Store>) -> Outcome {
    for seed in SEEDS {
        let (mut model, mut dice, mut steps) = (Model::default(), Dice(seed), Vec::new());
        model.versions = seed % 1000;
        for key in KEYS {
            store.delete(key).await.map_err(failed)?;
        }
        for _ in 0..STEPS {
            if let Err(what) = step(&*store, &mut model, &mut dice, seed, &mut steps).await {
                let last: Vec<String> = steps.split_off(steps.len().saturating_sub(12));
                return Err(format!("{what}; the last steps of seed {seed} were {}", last.join(", ")));
            }
        }
    }
    Ok(())
}

async fn step(store: &impl Store, model: &mut Model, dice: &mut Dice, seed: u64, steps: &mut Vec<String>) -> Outcome {
    let (key, holder) = (dice.one_of(KEYS), dice.one_of(HOLDERS));
    let name = key.rsplit('/').next().unwrap_or_default();
    match dice.below(11) {
        0..=2 => write(store, model, dice, key, steps).await,
        3..=5 => {
            let length = dice.length();
            steps.push(format!("claim({name}, {holder}, {length:?})"));
            let claimed = store.claim(key, &claim(holder, length)).await.map_err(failed)?;
            agrees(model.rows.get_mut(key), holder, length, &claimed)
        }
        6 | 7 => {
            let length = dice.length();
            steps.push(format!("confirm({name}, {holder}, {length:?})"));
            let confirmed = store.confirm(key, &Holder::new(holder), length).await.map_err(failed)?;
            let lease = model.rows.get_mut(key).and_then(|row| row.lease.as_mut());
            let lease = lease.filter(|lease| lease.holder == holder);
            let expected = lease.is_some();
            if let Some(lease) = lease {
                (lease.sent, lease.lasts) = (true, !length.is_zero());
            }
            says(confirmed == expected, &format!("who holds the lease confirms, and nobody else: {confirmed}"))
        }
        8 => {
            steps.push(format!("release({name}, {holder})"));
            store.release(key, &Holder::new(holder)).await.map_err(failed)?;
            if let Some(row) = model.rows.get_mut(key) {
                row.lease = row.lease.take().filter(|lease| lease.holder != holder);
            }
            Ok(())
        }
        9 => claim_due(store, model, dice, holder, steps).await,
        _ => {
            if dice.below(3) == 0 {
                steps.push(format!("delete({name})"));
                store.delete(key).await.map_err(failed)?;
                model.rows.remove(key);
            }
            let number = dice.below(20);
            let (now, until) = (at(1), UNIX_EPOCH + Duration::from_secs(4_000_000_000));
            let burned = store.burn(&format!("laws-{seed}-{number}"), now, until).await.map_err(failed)?;
            says(burned == model.burned.insert(number), "what is burned is burned once")?;
            let loaded = store.load(key).await.map_err(failed)?;
            says(loaded.as_ref() == model.rows.get(key).map(|row| &row.record), "a record is as it was last written")
        }
    }
}

/// Writes over the version that is there, over another, or over nothing.
async fn write(
    store: &impl Store,
    model: &mut Model,
    dice: &mut Dice,
    key: &'static str,
    steps: &mut Vec<String>,
) -> Outcome {
    let there = model.rows.get(key).map(|row| row.record.version());
    let expected = match dice.below(6) {
        0 => None,
        1 => Some(model.versions / 2),
        _ => there,
    };
    model.versions += 1;
    let due = (dice.below(4) > 0).then(|| at(1000 + model.versions));
    let record = Record::new(model.versions, due, format!("body {}", model.versions));
    steps.push(format!("compare_and_set({key}, {expected:?}, {})", model.versions));
    let written = store.compare_and_set(key, expected, &record).await.map_err(failed)?;
    if expected == there {
        model.rows.insert(key, Row { record, lease: None, unsettled: None });
    }
    says(written == (expected == there), &format!("a write over {there:?} that expects {expected:?}: {written}"))
}

fn agrees(row: Option<&mut Row>, holder: &'static str, length: Duration, claimed: &Claimed) -> Outcome {
    match (row, claimed) {
        (None, Claimed::Gone) => Ok(()),
        (Some(row), Claimed::Held { record, .. }) if row.is_held() => {
            says(*record == row.record, "who is turned away sees the record")
        }
        (Some(row), Claimed::Granted { record, unsettled }) if !row.is_held() => {
            let expected = row.claim(holder, length);
            let told = unsettled.as_ref().map(|unsettled| unsettled.holder.as_str());
            says(told == expected, &format!("{expected:?} is unsettled, and {told:?} was told"))?;
            says(*record == row.record, "whoever gets the lease sees the record")
        }
        (row, claimed) => Err(format!("held: {:?}, and the claim gave {claimed:?}", row.map(|row| row.is_held()))),
    }
}

async fn claim_due(
    store: &impl Store,
    model: &mut Model,
    dice: &mut Dice,
    holder: &'static str,
    steps: &mut Vec<String>,
) -> Outcome {
    let (limit, length) = (1 + dice.below(3) as usize, dice.length());
    let before = at(1000 + model.versions - model.versions.min(dice.below(4)));
    steps.push(format!("claim_due({limit}, {holder}, {length:?})"));
    let got = store.claim_due("conformance/laws/", before, limit, &claim(holder, length)).await.map_err(failed)?;
    let is_due = |row: &Row| row.record.due().filter(|due| *due <= before && !row.is_held());
    let mut due: Vec<_> = model.rows.iter().filter_map(|(key, row)| Some((is_due(row)?, *key))).collect();
    due.sort();
    due.truncate(limit);
    let (expected, told): (Vec<_>, Vec<_>) =
        (due.iter().map(|(_, key)| *key).collect(), got.iter().map(|(key, _)| key.as_str()).collect());
    says(told == expected, &format!("{expected:?} are due, and {told:?} were given"))?;
    for ((_, key), (_, claimed)) in due.iter().zip(&got) {
        agrees(model.rows.get_mut(key), holder, length, claimed)?;
    }
    Ok(())
}
