//! One flight at a time, and nobody who waits is forgotten, in every interleaving of a few threads.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../../src/renewal/flights.rs"]
mod flights;

/// What the flights are made of here.
mod sync {
    pub(crate) use std::sync::PoisonError;

    pub(crate) use loom::sync::{Arc, Mutex, MutexGuard};
}

use std::sync::atomic::{AtomicUsize, Ordering};

use flights::{Boarded, Slot, Ticket};
use loom::future::block_on;
use loom::sync::Arc;
use loom::sync::atomic::AtomicUsize as LoomUsize;
use loom::thread;

/// All interleavings in which a thread is stopped against its will at most twice: that is where the mistakes are, and it
/// ends.
fn check(model: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(2);
    builder.check(model);
}

/// What a caller does who needs the outcome 1: flies it, or waits for it.
fn call(slot: &Arc<Slot<usize>>, published: &Arc<LoomUsize>, flights: &Arc<LoomUsize>) -> Option<usize> {
    let settled = || (published.load(Ordering::SeqCst) > 0).then_some(1);
    match Slot::board(slot, settled) {
        Boarded::Settled(outcome) => Some(outcome),
        Boarded::Waiting(ticket) => block_on(ticket),
        Boarded::Begun(pilot, ticket) => {
            flights.fetch_add(1, Ordering::SeqCst);
            published.store(1, Ordering::SeqCst);
            pilot.land(1);
            block_on(ticket)
        }
    }
}

#[test]
fn however_callers_meet_there_is_one_flight_and_all_learn_its_outcome() {
    check(|| {
        let (slot, published) = (Slot::new(), Arc::new(LoomUsize::new(0)));
        let flights = Arc::new(LoomUsize::new(0));
        let callers: Vec<_> = (0..2)
            .map(|_| {
                let (slot, published, flights) = (slot.clone(), published.clone(), flights.clone());
                thread::spawn(move || call(&slot, &published, &flights))
            })
            .collect();
        assert_eq!(call(&slot, &published, &flights), Some(1));
        for caller in callers {
            assert_eq!(caller.join().unwrap(), Some(1));
        }
        assert_eq!(flights.load(Ordering::SeqCst), 1);
    });
}

fn begin(slot: &Arc<Slot<usize>>) -> (flights::Pilot<usize>, Ticket<usize>) {
    match Slot::board(slot, || None) {
        Boarded::Begun(pilot, ticket) => (pilot, ticket),
        _ => panic!("the slot is free"),
    }
}

fn join(slot: &Arc<Slot<usize>>) -> Option<Ticket<usize>> {
    match Slot::board(slot, || None) {
        Boarded::Waiting(ticket) => Some(ticket),
        Boarded::Begun(..) | Boarded::Settled(_) => None,
    }
}

#[test]
fn a_flight_that_is_cut_off_wakes_all_and_makes_room() {
    check(|| {
        let slot = Slot::new();
        let (pilot, ticket) = begin(&slot);
        let waiting = join(&slot).expect("one is under way");
        let waiter = thread::spawn(move || block_on(waiting));
        let cut = thread::spawn(move || drop(pilot));
        assert_eq!(block_on(ticket), None);
        assert_eq!(waiter.join().unwrap(), None);
        cut.join().unwrap();
        let (pilot, ticket) = begin(&slot);
        pilot.land(2);
        assert_eq!(block_on(ticket), Some(2));
    });
}

#[test]
fn a_waiter_who_leaves_takes_nothing_along() {
    check(|| {
        let slot = Slot::new();
        let (pilot, ticket) = begin(&slot);
        let (leaves, stays) = (join(&slot).unwrap(), join(&slot).unwrap());
        let leaver = thread::spawn(move || drop(leaves));
        let stayer = thread::spawn(move || block_on(stays));
        pilot.land(3);
        assert_eq!(block_on(ticket), Some(3));
        assert_eq!(stayer.join().unwrap(), Some(3));
        leaver.join().unwrap();
    });
}

#[test]
fn who_comes_late_meets_the_flight_or_begins_another() {
    // Counted outside of the model: both ways must be seen.
    static MET: AtomicUsize = AtomicUsize::new(0);
    static BEGAN: AtomicUsize = AtomicUsize::new(0);
    check(|| {
        let slot = Slot::new();
        let (pilot, ticket) = begin(&slot);
        let other = slot.clone();
        let late = thread::spawn(move || match Slot::board(&other, || None) {
            Boarded::Waiting(ticket) => {
                MET.fetch_add(1, Ordering::SeqCst);
                assert_eq!(block_on(ticket), Some(4));
            }
            Boarded::Begun(pilot, ticket) => {
                BEGAN.fetch_add(1, Ordering::SeqCst);
                pilot.land(5);
                assert_eq!(block_on(ticket), Some(5));
            }
            Boarded::Settled(_) => panic!("nothing is settled"),
        });
        pilot.land(4);
        assert_eq!(block_on(ticket), Some(4));
        late.join().unwrap();
    });
    assert!(MET.load(Ordering::SeqCst) > 0 && BEGAN.load(Ordering::SeqCst) > 0);
}
