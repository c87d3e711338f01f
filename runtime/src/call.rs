//! Operations made with a token.

use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;
use std::sync::Arc;

use authsmith_protocol::operation::{AnswerFormat, Operation};
use authsmith_protocol::{Value, Values};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::answer::{decode, decode_bytes};
use crate::client::Inner;
use crate::error::{Error, ErrorKind};
use crate::http::BoxFuture;
use crate::inputs::Inputs;
use crate::renewal::{Link, Reason, Snapshot};
use crate::wire::{Answered, Lane, RawBody};

/// A call in the making: [`Call::send`] it, or await it as it is. It answers with `T`, or the client's error `E`.
#[must_use = "nothing is sent before `send` or `.await`"]
pub struct Call<T, E = Error> {
    link: Arc<Link>,
    operation: &'static Operation<'static>,
    inputs: Inputs,
    output: PhantomData<fn() -> (T, E)>,
}

impl<T, E> Call<T, E> {
    pub(crate) fn new(link: Arc<Link>, operation: &'static Operation<'static>, inputs: Inputs) -> Self {
        Self { link, operation, inputs, output: PhantomData }
    }

    /// Sets an input to text, a number, or a secret.
    pub fn set(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.inputs = self.inputs.with(name, value);
        self
    }

    /// Sets an input to anything that serializes.
    pub fn set_json(mut self, name: &'static str, value: &impl Serialize) -> Self {
        self.inputs = self.inputs.json(name, value);
        self
    }

    #[doc(hidden)]
    pub fn change_inputs(mut self, change: impl FnOnce(Inputs) -> Inputs) -> Self {
        self.inputs = change(self.inputs);
        self
    }
}

impl<T: DeserializeOwned, E: From<Error>> Call<T, E> {
    /// Sends the call. A token that is over, or that the vendor refuses with 401, is renewed once, and the call sent
    /// once more.
    ///
    /// # Errors
    ///
    /// When an input is missing or can't be sent, when the token can't be renewed, when the vendor refuses or can't be
    /// reached, and when the answer isn't what the spec describes.
    pub async fn send(self) -> Result<T, E> {
        Ok(self.run().await?)
    }

    async fn run(self) -> Result<T, Error> {
        let Self { link, operation, inputs, .. } = self;
        let inputs = inputs.values().map_err(|error| error.during(operation.name()))?;
        let (answered, values) = show(&link, operation, inputs, None).await?;
        let reading = link.client().inner().read(operation, &values, &answered)?;
        match operation.answers().body_format() {
            AnswerFormat::Bytes => decode_bytes(operation.name(), &answered.response.body),
            _ => decode(operation.name(), reading.body),
        }
    }
}

impl<T: DeserializeOwned + 'static, E: From<Error> + 'static> IntoFuture for Call<T, E> {
    type Output = Result<T, E>;
    type IntoFuture = BoxFuture<'static, Result<T, E>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl<T, E> fmt::Debug for Call<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("operation", &self.operation.name()).finish_non_exhaustive()
    }
}

/// Sends `operation` with a token, and once more with another when the vendor refuses the first with 401. Also gives the
/// values that it was sent with, so that they can be taken out of the vendor's words.
pub(crate) async fn show(
    link: &Arc<Link>,
    operation: &Operation<'_>,
    inputs: &Values,
    body: Option<&RawBody>,
) -> Result<(Answered, Values), Error> {
    let inner = link.client().inner();
    let shown = link.fresh().await?;
    let values = with_token(inner, &shown, inputs);
    let heard =
        |answered: &Answered| link.left.hear(operation.refusals().rate_limits().left(&answered.response.headers));
    let answered = inner.exchange(operation, &values, body, Lane::Call).await?;
    heard(&answered);
    if answered.response.status != 401 {
        return Ok((answered, values));
    }
    let other = match link.renew(Reason::Refused(shown)).await {
        Ok(other) => other,
        Err(error) => return Err(explain(error, inner.read(operation, &values, &answered).err())),
    };
    let values = with_token(inner, &other, inputs);
    let answered = inner.exchange(operation, &values, body, Lane::Call).await?;
    heard(&answered);
    Ok((answered, values))
}

/// The values of a call: the client's, what is kept with the token, the inputs, and the token itself.
fn with_token(inner: &Inner, snapshot: &Snapshot, inputs: &Values) -> Values {
    let mut values = inner.values.clone();
    snapshot.tokens().kept.add_to(&mut values);
    values.merge(inputs);
    values.with("token", snapshot.token().clone())
}

/// Adds to the failure of a renewal the refusal that led to it. It loses its documented name: what counts is that the
/// token can't be renewed.
fn explain(error: Error, refused: Option<Error>) -> Error {
    let refusal = refused.as_ref().and_then(Error::refusal).cloned();
    match refusal {
        Some(mut refusal) if error.kind() == ErrorKind::NeedsConsent && error.refusal().is_none() => {
            refusal.failure = None;
            error.with_refusal(refusal)
        }
        _ => error,
    }
}
