//! Consent on another device (RFC 8628): the request, the wait, and the polling.

use std::time::Duration;

use authsmith_protocol::operation::Operation;
use authsmith_protocol::{Values, device_codes};

use crate::answer::Answer;
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::inputs::Inputs;
use crate::pending_device::{PendingDevice, Said};
use crate::settings::{self, Owner};

/// A device authorization request in the making (RFC 8628, section 3.1).
#[derive(Debug)]
#[must_use = "nothing is sent before `start`"]
pub struct Device<'c> {
    client: &'c Client,
    scopes: Vec<String>,
    inputs: Inputs,
}

impl Device<'_> {
    /// Adds scopes to ask for (RFC 6749, section 3.3).
    pub fn scopes(mut self, scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.scopes.extend(scopes.into_iter().map(Into::into));
        self
    }

    /// Asks the vendor for the code that the user types on another device.
    ///
    /// # Errors
    ///
    /// When the vendor has no device authorization request, a setting of the connection is missing or not allowed, an
    /// input can't be sent, when the vendor refuses, or can't be reached.
    pub async fn start(self) -> Result<PendingDevice, Error> {
        let inner = self.client.inner();
        let device = inner.provider.device_authorization();
        let title = inner.provider.title();
        let device = device.ok_or_else(|| Error::new(ErrorKind::Config, format!("{title} knows no devices")))?;
        let operation = device.request();
        let during = |error: Error| error.during(operation.name());
        let kept = settings::checked(inner.provider, Owner::Connection, self.inputs.settings()).map_err(during)?;
        let mut values = Values::new();
        kept.add_to(&mut values);
        values.merge(self.inputs.values().map_err(during)?);
        let scope = match self.scopes.as_slice() {
            [] => device.scopes_by_default().join(device.separator()),
            scopes => scopes.join(device.separator()),
        };
        if !scope.is_empty() {
            values.set("scope", scope);
        }
        let (reading, started) = inner.perform(&operation, &values).await?;
        let codes = device_codes(&device, reading);
        let codes = codes.map_err(|wrong| during(Error::new(ErrorKind::Unreadable, wrong.to_string())))?;
        Ok(PendingDevice::new(inner, codes, kept, started))
    }
}

impl Client {
    /// Begins to ask a user for consent on another device.
    pub fn device(&self, inputs: Inputs) -> Device<'_> {
        Device { client: self, scopes: Vec::new(), inputs }
    }

    /// Waits until the user has decided, asking the vendor as often as it allows (RFC 8628, sections 3.4 and 3.5). While
    /// the vendor can't be reached it goes on, more and more slowly, until the codes are over.
    ///
    /// # Errors
    ///
    /// When the user says no ([`ErrorKind::LoginDenied`]), when the codes are over ([`ErrorKind::LoginExpired`]), when
    /// another client asked for them, and when the vendor refuses in another way. None of these is retryable, the user
    /// starts again.
    pub async fn exchange_device_code(
        &self,
        operation: &Operation<'_>,
        mut pending: PendingDevice,
    ) -> Result<Answer, Error> {
        loop {
            tokio::time::sleep(pending.wait(self.inner().clock.now())).await;
            match self.poll(operation, &mut pending).await {
                Ok(Some(answer)) => return Ok(answer),
                Ok(None) => {}
                Err(error) if error.is_retryable() => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Asks the vendor once whether the user has decided: `None` when they haven't. It asks nothing as long as the vendor
    /// wants it to wait ([`PendingDevice::wait`]), so it may be called as often as a page reloads. Keep `pending`
    /// afterwards: the vendor may have asked to be asked less often.
    ///
    /// # Errors
    ///
    /// As [`Client::exchange_device_code`]; also when the vendor can't be reached, which is retryable.
    pub async fn poll_device_code(
        &self,
        operation: &Operation<'_>,
        pending: &mut PendingDevice,
    ) -> Result<Option<Answer>, Error> {
        let now = self.inner().clock.now();
        let over = now >= pending.expires_at();
        if !over && pending.wait(now) > Duration::ZERO {
            return Ok(None);
        }
        self.poll(operation, pending).await
    }

    async fn poll(&self, operation: &Operation<'_>, pending: &mut PendingDevice) -> Result<Option<Answer>, Error> {
        let inner = self.inner();
        let during = |error: Error| error.during(operation.name());
        pending.check_origin(inner).map_err(during)?;
        if inner.clock.now() >= pending.expires_at() {
            return Err(during(Error::new(ErrorKind::LoginExpired, EXPIRED).needing_consent()));
        }
        let outcome = self.perform(operation, pending.kept().clone(), &pending.variables()).await;
        let now = inner.clock.now();
        let error = match outcome {
            Ok(answer) => return Ok(Some(answer)),
            Err(error) => error,
        };
        match Said::by(&error) {
            Said::Wait => pending.wait_again(now, Duration::ZERO),
            Said::SlowDown => pending.slow_down(now, error.retry_after()),
            Said::Passing => {
                pending.back_off(now, error.retry_after());
                return Err(error.retryable(true));
            }
            Said::No => return Err(error.of_kind(ErrorKind::LoginDenied).needing_consent().retryable(false)),
            Said::Over => return Err(error.of_kind(ErrorKind::LoginExpired).needing_consent().retryable(false)),
            Said::Other => return Err(error.retryable(false)),
        }
        Ok(None)
    }
}

const EXPIRED: &str = "the user took too long; start again";
