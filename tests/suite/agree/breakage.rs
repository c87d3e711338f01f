//! Client and vendor made to disagree: each key of each spec is changed, on one side only, and somebody must notice.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use authsmith_codegen::model::Provider;

use super::alter::{self, Altered};
use super::given::{Given, Manner};
use super::played;
use super::specs::{self, Spec};
use super::tree::Tree;
use super::unseen::{Side, UNSEEN, reason};

/// In how many specs the same change of the same key is made, unless `MOST_CHANGES` says otherwise: all of them take minutes.
const MOST: usize = 2;

/// What came of all changes.
#[derive(Default)]
struct Outcome {
    noticed: usize,
    by_rule: usize,
    same: usize,
    unseen: usize,
    /// The changes that nobody noticed and nobody has a reason for.
    silent: Vec<String>,
    /// The reasons that were given, by their places in the table.
    reasons: BTreeSet<usize>,
}

/// A spec, and what an app sees that plays it against itself.
struct Original {
    spec: Spec,
    provider: Provider,
    plays: Vec<(Given, Vec<String>)>,
}

#[test]
fn whoever_departs_from_the_spec_is_noticed() {
    let most = std::env::var("MOST_CHANGES").map_or(MOST, |most| most.parse().unwrap());
    let only = std::env::var("ONLY_SPEC").unwrap_or_default();
    // The hostile spec has every key at once; each has a spec that is made for it, and is played in far less time.
    let specs = specs::all().into_iter().filter(|spec| spec.path.contains(&only) && !spec.path.ends_with("/evil.yaml"));
    let specs: Vec<Spec> = specs.collect();
    let (next, outcome) = (AtomicUsize::new(0), Mutex::new(Outcome::default()));
    // The same change of the same key is made in so many specs, the first of them.
    let mut seen: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut pick = |spec: Spec| {
        let mut changes = alter::all(&Tree::read(&spec.text));
        changes.retain(|Altered { key, how, .. }| {
            let count = seen.entry((key.clone(), how.clone())).or_default();
            *count += 1;
            *count <= most
        });
        Mutex::new(Some((spec, changes)))
    };
    let specs: Vec<_> = specs.into_iter().map(&mut pick).collect();
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                while let Some(spec) = specs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let (spec, changes) = spec.lock().unwrap().take().unwrap();
                    runtime.block_on(break_spec(spec, changes, &outcome));
                }
            });
        }
    });
    let outcome = outcome.into_inner().unwrap();
    let Outcome { noticed, by_rule, same, unseen, mut silent, reasons } = outcome;
    println!("{noticed} noticed, {by_rule} against a rule, {same} the same, {unseen} not to be seen");
    silent.sort();
    assert!(silent.is_empty(), "{} changes that nobody notices:\n{}", silent.len(), silent.join("\n"));
    if only.is_empty() {
        let idle = UNSEEN.iter().enumerate().filter(|(at, _)| !reasons.contains(at)).map(|(_, one)| one.key);
        let idle: Vec<_> = idle.collect();
        assert!(idle.is_empty(), "reasons that nothing needs: {idle:?}");
    }
}

async fn break_spec(spec: Spec, changes: Vec<Altered>, outcome: &Mutex<Outcome>) {
    let provider = spec.provider().unwrap();
    let tree = Tree::read(&spec.text);
    let written = spec.provider_of(&tree.write());
    assert!(written.is_ok_and(|written| same(&written, &provider)), "{}: written otherwise than read", spec.path);
    let mut plays = Vec::new();
    for manner in [Manner::Full, Manner::Bare] {
        let given = Given::new(&provider, manner);
        let told = played(&provider, &provider, &given, None).await;
        plays.push((given, told.unwrap_or_else(|why| panic!("{}: {why}", spec.path))));
    }
    let original = Original { spec, provider, plays };
    for altered in changes {
        let Ok(provider) = original.spec.provider_of(&altered.text()) else {
            outcome.lock().unwrap().by_rule += 1;
            continue;
        };
        if same(&provider, &original.provider) {
            outcome.lock().unwrap().same += 1;
            continue;
        }
        for side in [Side::Client, Side::Vendor] {
            if let Some(at) = reason(side, &original.spec.path, &altered) {
                let mut outcome = outcome.lock().unwrap();
                outcome.unseen += 1;
                outcome.reasons.insert(at);
                continue;
            }
            let noticed = is_noticed(&original, &provider, side).await;
            let mut outcome = outcome.lock().unwrap();
            if noticed {
                outcome.noticed += 1;
            } else {
                outcome.silent.push(words(&original.spec, &altered, side));
            }
        }
    }
}

fn words(spec: &Spec, Altered { key, how, .. }: &Altered, side: Side) -> String {
    format!("{key}: {how}, on the side of the {side:?} ({})", spec.path)
}

/// Whether a step fails, or shows an app something else than before.
async fn is_noticed(original: &Original, altered: &Provider, side: Side) -> bool {
    for (given, told) in &original.plays {
        let (client, vendor) = match side {
            Side::Client => (altered, &original.provider),
            Side::Vendor => (&original.provider, altered),
        };
        if played(client, vendor, given, Some(told)).await.is_err() {
            return true;
        }
    }
    false
}

/// Whether two specs say the same, apart from the file that they stand in.
fn same(one: &Provider, other: &Provider) -> bool {
    *one == Provider { source: one.source.clone(), ..other.clone() }
}
