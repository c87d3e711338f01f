//! What a test can tell a vendor to do wrong, and what it can ask a vendor that saw everything.

use crate::control::ControlError;
use crate::events::{Counters, Events, Standing};
use crate::faults::{ArmedFault, Fault};
use crate::mint::{self, Minted};
use crate::renewals::Renewals;
use crate::server::Sandbox;
use crate::vendor::Vendor;

/// How many grants can be made up at once.
const MINTED: usize = 1_000_000;

/// What the methods have in common with the actions over HTTP.
impl Vendor {
    pub(crate) fn add_fault(&self, fault: Fault) -> Result<u64, ControlError> {
        if let Some(name) = fault.operation.as_ref().filter(|name| self.operation(name).is_none()) {
            return Err(self.unknown_operation(name));
        }
        match fault.nonsense() {
            Some(why) => Err(ControlError::SenselessFault(why)),
            None => Ok(self.faults().add(fault)),
        }
    }

    pub(crate) fn mint(&self, count: usize) -> Result<Vec<Minted>, ControlError> {
        if count > MINTED {
            return Err(ControlError::Unmintable(format!("no more than {MINTED} at once")));
        }
        mint::mint(self, count).map_err(ControlError::Unmintable)
    }
}

/// Faults, strictness, and the log that judges clients. Each method fails when no such vendor is played.
impl Sandbox {
    /// Adds a fault, and gives its number. Of several that could strike a request the one added first does.
    pub fn add_fault(&self, provider: &str, fault: Fault) -> Result<u64, ControlError> {
        self.vendor(provider)?.add_fault(fault)
    }

    /// Takes all faults away. Requests that one of them holds up stay held up.
    pub fn clear_faults(&self, provider: &str) -> Result<(), ControlError> {
        self.vendor(provider)?.faults().clear();
        Ok(())
    }

    /// The faults that were added, and how often each struck.
    pub fn faults(&self, provider: &str) -> Result<Vec<ArmedFault>, ControlError> {
        Ok(self.vendor(provider)?.faults().list())
    }

    /// Says how strict the vendor is about refresh tokens from now on. What it issued already keeps its lifetime.
    pub fn set_renewals(&self, provider: &str, renewals: Renewals) -> Result<(), ControlError> {
        self.vendor(provider)?.set_renewals(renewals);
        Ok(())
    }

    /// Puts the vendor's clock so many seconds ahead of the sandbox's, or behind it.
    pub fn skew(&self, provider: &str, seconds: i64) -> Result<(), ControlError> {
        self.vendor(provider)?.skew(seconds);
        Ok(())
    }

    /// The events after a cursor, 0 for the start, and `limit` of them at most.
    pub fn events(&self, provider: &str, after: u64, limit: usize) -> Result<Events, ControlError> {
        Ok(self.vendor(provider)?.events().page(after, limit))
    }

    /// How often the vendor did what.
    pub fn counters(&self, provider: &str) -> Result<Counters, ControlError> {
        Ok(self.vendor(provider)?.events().counters())
    }

    /// How the grants after a number stand, 0 for all, and `limit` of them at most.
    pub fn grants(&self, provider: &str, after: u64, limit: usize) -> Result<Vec<Standing>, ControlError> {
        let vendor = self.vendor(provider)?;
        Ok(vendor.store().standings(after, limit, vendor.now()))
    }

    /// Makes up so many grants, as if as many users had given consent.
    pub fn mint(&self, provider: &str, count: usize) -> Result<Vec<Minted>, ControlError> {
        self.vendor(provider)?.mint(count)
    }
}
