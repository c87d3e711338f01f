//! One renewal at a time, and everyone who waits for it: a state machine without tasks, timers or I/O, so that a model
//! checker can go through all its interleavings.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use super::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Where the callers meet: empty, or with one flight under way.
pub(crate) struct Slot<T> {
    flying: Mutex<Option<Arc<Flight<T>>>>,
}

struct Flight<T> {
    landing: Mutex<Landing<T>>,
}

struct Landing<T> {
    /// Nothing while it flies; `Some(None)` when it was cut off.
    outcome: Option<Option<T>>,
    waiting: Vec<(u64, Waker)>,
    next_seat: u64,
}

/// What comes of asking for a renewal.
pub(crate) enum Boarded<T> {
    /// There is no need of one.
    Settled(T),
    /// One is under way.
    Waiting(Ticket<T>),
    /// The caller begins one: whoever has the pilot flies it.
    Begun(Pilot<T>, Ticket<T>),
}

impl<T: Clone> Slot<T> {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self { flying: Mutex::new(None) })
    }

    /// Joins the flight under way, or begins one. `settled` is asked while no flight can begin or end: what a flight has
    /// published before it landed is seen here.
    pub(crate) fn board(slot: &Arc<Self>, settled: impl FnOnce() -> Option<T>) -> Boarded<T> {
        let mut flying = lock(&slot.flying);
        if let Some(outcome) = settled() {
            return Boarded::Settled(outcome);
        }
        if let Some(flight) = &*flying {
            return Boarded::Waiting(Ticket::new(Arc::clone(flight)));
        }
        let landing = Landing { outcome: None, waiting: Vec::new(), next_seat: 0 };
        let flight = Arc::new(Flight { landing: Mutex::new(landing) });
        *flying = Some(Arc::clone(&flight));
        let pilot = Pilot { slot: Arc::clone(slot), flight: Arc::clone(&flight), landed: false };
        Boarded::Begun(pilot, Ticket::new(flight))
    }
}

/// Flies one flight. However it ends, dropped in the middle of it too, the slot becomes free and everyone learns of it.
pub(crate) struct Pilot<T> {
    slot: Arc<Slot<T>>,
    flight: Arc<Flight<T>>,
    landed: bool,
}

impl<T> Pilot<T> {
    /// Ends the flight with an outcome for all who wait.
    pub(crate) fn land(mut self, outcome: T) {
        self.end(Some(outcome));
    }

    fn end(&mut self, outcome: Option<T>) {
        if std::mem::replace(&mut self.landed, true) {
            return;
        }
        // First the slot, so that whoever is woken can begin the next flight.
        *lock(&self.slot.flying) = None;
        let mut landing = lock(&self.flight.landing);
        landing.outcome = Some(outcome);
        let waiting = std::mem::take(&mut landing.waiting);
        drop(landing);
        waiting.into_iter().for_each(|(_, waker)| waker.wake());
    }
}

impl<T> Drop for Pilot<T> {
    fn drop(&mut self) {
        self.end(None);
    }
}

/// Waits for a flight to land; `None` is that it was cut off. A ticket that is dropped takes nothing along.
pub(crate) struct Ticket<T> {
    flight: Arc<Flight<T>>,
    seat: Option<u64>,
}

impl<T> Ticket<T> {
    fn new(flight: Arc<Flight<T>>) -> Self {
        Self { flight, seat: None }
    }
}

impl<T: Clone> Future for Ticket<T> {
    type Output = Option<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        let flight = Arc::clone(&self.flight);
        let mut landing = lock(&flight.landing);
        if let Some(outcome) = &landing.outcome {
            return Poll::Ready(outcome.clone());
        }
        let seat = *self.seat.get_or_insert_with(|| {
            landing.next_seat += 1;
            landing.next_seat
        });
        match landing.waiting.iter_mut().find(|(taken, _)| *taken == seat) {
            Some((_, waker)) => waker.clone_from(context.waker()),
            None => landing.waiting.push((seat, context.waker().clone())),
        }
        Poll::Pending
    }
}

impl<T> Drop for Ticket<T> {
    fn drop(&mut self) {
        if let Some(seat) = self.seat {
            lock(&self.flight.landing).waiting.retain(|(taken, _)| *taken != seat);
        }
    }
}

/// Nothing panics while it holds one of these locks, so that what a poisoned one guards is whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
