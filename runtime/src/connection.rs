//! A user's tokens in use.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use ::http::Method;
use authsmith_protocol::Secret;
use authsmith_protocol::operation::Operation;

use crate::call::Call;
use crate::error::Error;
use crate::inputs::Inputs;
use crate::renewal::{Link, Reason};
use crate::request::CustomRequest;
use crate::tokens::Tokens;

/// One user's tokens of kind `K`, kept in the client's store. It renews them when they expire or the vendor refuses
/// them, once for all that wait, and saves what it gets before anyone sees it. Clones share everything, and so do all
/// connections of the same id that one client has handed out.
pub struct Connection<K> {
    link: Arc<Link>,
    kind: PhantomData<fn() -> K>,
}

impl<K> Connection<K> {
    pub(crate) fn new(link: Arc<Link>) -> Self {
        Self { link, kind: PhantomData }
    }

    /// The id under which it is kept.
    pub fn id(&self) -> &str {
        self.link.id()
    }

    /// A token that is valid now, renewed if need be. Prefer the calls, which also renew a token that the vendor
    /// refuses.
    ///
    /// # Errors
    ///
    /// When the token must be renewed and can't be; see [`Error::needs_consent`] and [`Error::is_retryable`].
    pub async fn token(&self) -> Result<Secret, Error> {
        Ok(self.link.fresh().await?.token().clone())
    }

    /// The tokens as they are kept now, valid or not.
    ///
    /// # Errors
    ///
    /// When they were deleted.
    pub fn tokens(&self) -> Result<Tokens<K>, Error> {
        Ok(Tokens::from_set(self.link.current()?.tokens().clone()))
    }

    /// Whether the store has the tokens as they are here. While a store fails after a renewal, they are served from memory
    /// and, where there is one, stand in the journal ([`Config::journal`](crate::Config::journal)).
    ///
    /// # Errors
    ///
    /// When they were deleted.
    pub fn is_saved(&self) -> Result<bool, Error> {
        Ok(self.link.current()?.is_saved())
    }

    /// Renews the tokens now, whatever they say of their expiry.
    ///
    /// # Errors
    ///
    /// As [`Connection::token`].
    pub async fn renew(&self) -> Result<(), Error> {
        let current = self.link.current()?;
        self.link.renew(Reason::Asked(current)).await.map(drop)
    }

    /// A request to an endpoint that the spec doesn't describe: `path` begins with `/` and stands below the start of
    /// the vendor's API. The token goes nowhere else.
    pub fn request(&self, method: Method, path: impl Into<String>) -> CustomRequest {
        CustomRequest::new(Arc::clone(&self.link), method, path.into())
    }

    /// Proves that the connection works: makes the call that the spec names for it.
    ///
    /// # Errors
    ///
    /// As that call; [`ErrorKind::Config`](crate::ErrorKind::Config) when the spec names none.
    pub async fn verify(&self) -> Result<(), Error> {
        self.link.verify().await
    }

    /// How many requests the vendor allows yet, as the newest answer to a call of this connection in this process says it,
    /// where the spec names the header (`errors.limited.remaining`).
    pub fn remaining(&self) -> Option<u64> {
        self.link.left.get()
    }

    /// Deletes the tokens from the store; clones of the connection stop working. Where the spec describes a revocation
    /// (RFC 7009), the vendor is told afterwards and nobody waits for it: a vendor that can't be reached keeps no user
    /// from logging out. The client's `close` waits for it.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn disconnect(&self) -> Result<(), Error> {
        self.link.disconnect().await
    }

    /// A call as generated code makes it.
    #[doc(hidden)]
    pub fn call<T, E>(&self, operation: &'static Operation<'static>, inputs: Inputs) -> Call<T, E> {
        Call::new(Arc::clone(&self.link), operation, inputs)
    }
}

impl<K> Clone for Connection<K> {
    fn clone(&self) -> Self {
        Self::new(Arc::clone(&self.link))
    }
}

impl<K> fmt::Debug for Connection<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("provider", &self.link.client().provider().name())
            .field("kind", &self.link.kind().name())
            .field("id", &self.link.id())
            .finish_non_exhaustive()
    }
}
