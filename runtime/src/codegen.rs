//! What generated code imports. Not for use by hand: it changes with the generator, under a new version.

/// The first version.
pub mod v1 {
    pub use serde;
    pub use serde::{Deserialize, Serialize};

    pub use crate::answer::Answer;
    pub use crate::authorize::{Authorize, StateReturned, StateUndocumented};
    pub use crate::call::Call;
    pub use crate::client::Client;
    pub use crate::client_key::ClientKey;
    pub use crate::config::Config;
    pub use crate::connection::Connection;
    pub use crate::device::Device;
    pub use crate::error::Error;
    pub use crate::extra::Extra;
    pub use crate::inputs::Inputs;
    pub use crate::keeper::Keeper;
    pub use crate::moments::{Epoch, EpochMs, Yyyymmdd};
    pub use crate::tokens::{AuthorizationCode, Granted, GrantedCode, TokenKind, Tokens};
    pub use crate::widget::Widget;
    pub use crate::{
        __authorization as authorization, __errors as errors, __open_enums as open_enums, __request as request,
        __token_kinds as token_kinds,
    };
    pub use crate::{Date, File, Json, PendingDevice, PendingLogin, Refusal, Secret, Timestamp};
    pub use authsmith_protocol::provider::TokenKind as TokenKindData;

    /// Operation data, as `operations.rs` writes it.
    pub mod data {
        pub use authsmith_protocol::operation::{
            Algorithm, Answer, AnswerFormat, Assertion, Body, Check, ClientAuth, Encoding, Expiry, ExpiryUnit, Failure,
            Issued, Kept, Limited, Meaning, Operation, Param, Place, Refusals, Wait, WaitUnit,
        };
        pub use authsmith_protocol::provider::{
            Alphabet, Authorize, Callback, Device, DeviceAnswer, Format, IdToken, JwsAlgorithm, Pkce, Provider, Renew,
            Replay, Setting, TokenKind,
        };
        pub use authsmith_protocol::shape::{Field, Shape};
    }

    /// The newest revision of this module. It grows when something is added that generated code may need; the generator lists
    /// what came with which.
    pub const REVISION: u32 = 5;

    /// Fails to compile when the runtime is older than the generator took it for:
    /// `const _: () = rt::requires(1);`
    pub const fn requires(revision: u32) {
        assert!(
            revision <= REVISION,
            "this client was generated for a newer `authsmith`: run `cargo update -p authsmith`"
        );
    }

    /// Fails to compile when the runtime was built without what works with JWTs: `const _: () = rt::requires_jwt();`
    #[allow(clippy::assertions_on_constants, reason = "which constant it is depends on the features")]
    pub const fn requires_jwt() {
        assert!(
            cfg!(feature = "jwt"),
            "this client works with signed JWTs: give `authsmith` the feature `jwt` in Cargo.toml"
        );
    }

    /// The value of an input, on its way to the others: a secret or a file stays one, all else is written as JSON.
    #[derive(Debug)]
    pub struct Given<T>(pub T);

    impl Given<Secret> {
        /// Adds the secret. This method comes before that of [`GivenAsJson`], wherever the type is known.
        pub fn add_to(self, inputs: Inputs, name: &'static str) -> Inputs {
            inputs.with(name, self.0)
        }
    }

    impl Given<File> {
        /// Adds the file.
        pub fn add_to(self, inputs: Inputs, name: &'static str) -> Inputs {
            inputs.with(name, self.0)
        }
    }

    /// See [`Given`].
    pub trait GivenAsJson {
        /// Adds the value as JSON.
        fn add_to(self, inputs: Inputs, name: &'static str) -> Inputs;
    }

    impl<T: serde::Serialize> GivenAsJson for Given<T> {
        fn add_to(self, inputs: Inputs, name: &'static str) -> Inputs {
            inputs.json(name, &self.0)
        }
    }

    /// No inputs yet.
    pub fn inputs() -> Inputs {
        Inputs::new()
    }

    /// In the type of a builder: this was given.
    #[derive(Debug)]
    pub enum Set {}

    /// What must be true of every slot of a builder before it builds.
    #[diagnostic::on_unimplemented(
        message = "this client can't be built yet: `{Self}` is missing",
        label = "`{Self}` is missing",
        note = "call the builder's method of the same name before `build`"
    )]
    pub trait IsSet {}

    impl IsSet for Set {}

    /// Whether a documented failure passes by itself.
    pub fn is_retryable(refusal: &Refusal) -> bool {
        crate::error::is_temporary(refusal, false)
    }

    /// Whether a documented failure ends the grant.
    pub fn needs_consent(refusal: &Refusal) -> bool {
        crate::error::ends_grant(refusal)
    }
}

/// The kinds of token of a vendor: types that are only names.
#[doc(hidden)]
#[macro_export]
macro_rules! __token_kinds {
    ($($(#[$meta:meta])* $vis:vis enum $name:ident $(($claims:ty))? = $data:expr;)*) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug)]
        $vis enum $name {}

        impl $crate::codegen::v1::TokenKind for $name {
            type Claims = $crate::__claims!($($claims)?);
            const DATA: $crate::codegen::v1::TokenKindData<'static> = $data;
        }
    )*};
}

/// The claims of a kind's ID tokens; any, where the spec describes none.
#[doc(hidden)]
#[macro_export]
macro_rules! __claims {
    () => {
        $crate::Extra
    };
    ($claims:ty) => {
        $claims
    };
}

/// Enums of the words that a vendor uses, open to those that it doesn't say.
#[doc(hidden)]
#[macro_export]
macro_rules! __open_enums {
    ($($(#[$meta:meta])* $vis:vis enum $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $word:literal),* $(,)? })*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        $vis enum $name {
            $($(#[$variant_meta])* $variant,)*
            /// A word that isn't listed here.
            Other(::std::string::String),
        }

        impl $name {
            /// The word as the vendor spells it.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)*
                    Self::Other(word) => word,
                }
            }
        }

        impl ::std::convert::From<&str> for $name {
            fn from(word: &str) -> Self {
                match word {
                    $($word => Self::$variant,)*
                    _ => Self::Other(::std::borrow::ToOwned::to_owned(word)),
                }
            }
        }

        impl ::std::convert::From<::std::string::String> for $name {
            fn from(word: ::std::string::String) -> Self {
                match word.as_str() {
                    $($word => Self::$variant,)*
                    _ => Self::Other(word),
                }
            }
        }

        impl ::std::convert::From<$name> for ::std::string::String {
            fn from(value: $name) -> Self {
                match value {
                    $name::Other(word) => word,
                    known => ::std::borrow::ToOwned::to_owned(known.as_str()),
                }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl $crate::codegen::v1::serde::Serialize for $name {
            fn serialize<S>(&self, serializer: S) -> ::std::result::Result<S::Ok, S::Error>
            where
                S: $crate::codegen::v1::serde::Serializer,
            {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> $crate::codegen::v1::serde::Deserialize<'de> for $name {
            fn deserialize<D>(deserializer: D) -> ::std::result::Result<Self, D::Error>
            where
                D: $crate::codegen::v1::serde::Deserializer<'de>,
            {
                let word: ::std::string::String = $crate::codegen::v1::serde::Deserialize::deserialize(deserializer)?;
                ::std::result::Result::Ok(::std::convert::From::from(word))
            }
        }
    )*};
}

/// A call with inputs that may be left out, while these are being set.
#[doc(hidden)]
#[macro_export]
macro_rules! __request {
    ($(#[$meta:meta])* $vis:vis struct $name:ident($answer:ty, $error:ty) {
        $($(#[$input_meta:meta])* $input:ident: $ty:ty = $variable:literal),* $(,)?
    }) => {
        $(#[$meta])*
        #[derive(Debug)]
        #[must_use = "nothing is sent before `send` or `.await`"]
        $vis struct $name($crate::Call<$answer, $error>);

        #[allow(clippy::should_implement_trait, reason = "the inputs are called as the vendor calls them")]
        impl $name {
            $(
                $(#[$input_meta])*
                $vis fn $input(self, value: impl ::std::convert::Into<$ty>) -> Self {
                    #[allow(unused_imports)]
                    use $crate::codegen::v1::GivenAsJson as _;
                    let given = $crate::codegen::v1::Given::<$ty>(::std::convert::Into::into(value));
                    Self(self.0.change_inputs(|inputs| given.add_to(inputs, $variable)))
                }
            )*

            /// Sends the request; so does `.await`.
            ///
            /// # Errors
            ///
            /// As every call.
            $vis async fn send(self) -> ::std::result::Result<$answer, $error> {
                self.0.send().await
            }
        }

        impl ::std::future::IntoFuture for $name {
            type Output = ::std::result::Result<$answer, $error>;
            type IntoFuture = $crate::BoxFuture<'static, Self::Output>;

            fn into_future(self) -> Self::IntoFuture {
                ::std::future::IntoFuture::into_future(self.0)
            }
        }
    };
}

/// An authorization request with inputs that may be left out, while these are being set. The second word says what the
/// vendor's page says of `state`.
#[doc(hidden)]
#[macro_export]
macro_rules! __authorization {
    ($(#[$meta:meta])* $vis:vis struct $name:ident(StateUndocumented) { $($inputs:tt)* }) => {
        $crate::__authorization! {
            @ $(#[$meta])* $vis struct $name($crate::codegen::v1::StateUndocumented) { $($inputs)* }
        }

        impl $name<'_> {
            /// Takes a callback that has no `state`. Then nothing shows that the callback belongs to this user's login,
            /// and an attacker can connect an account of their own to the user's session (RFC 9700, section 4.7): ask
            /// the user whether the account is theirs. A callback with another state is refused all the same.
            $vis fn accept_missing_state(self) -> Self {
                Self(self.0.accept_missing_state())
            }
        }
    };
    ($(#[$meta:meta])* $vis:vis struct $name:ident(StateReturned) { $($inputs:tt)* }) => {
        $crate::__authorization! {
            @ $(#[$meta])* $vis struct $name($crate::codegen::v1::StateReturned) { $($inputs)* }
        }
    };
    (@ $(#[$meta:meta])* $vis:vis struct $name:ident($state:ty) {
        $($(#[$input_meta:meta])* $input:ident: $ty:ty = $variable:literal),* $(,)?
    }) => {
        $(#[$meta])*
        #[derive(Debug)]
        #[must_use = "nothing happens before `start`"]
        $vis struct $name<'c>($crate::Authorize<'c, $state>);

        #[allow(clippy::should_implement_trait, reason = "the inputs are called as the vendor calls them")]
        impl $name<'_> {
            $(
                $(#[$input_meta])*
                $vis fn $input(self, value: impl ::std::convert::Into<$ty>) -> Self {
                    #[allow(unused_imports)]
                    use $crate::codegen::v1::GivenAsJson as _;
                    let given = $crate::codegen::v1::Given::<$ty>(::std::convert::Into::into(value));
                    Self(self.0.change_inputs(|inputs| given.add_to(inputs, $variable)))
                }
            )*

            /// Makes the URL to send the user to, and what to remember until they come back.
            ///
            /// # Errors
            ///
            /// When an input doesn't fit its place in the URL.
            $vis fn start(self) -> ::std::result::Result<$crate::Login, $crate::Error> {
                self.0.start()
            }
        }
    };
}

/// A client's error: the failures that its vendor documents, and everything else.
#[doc(hidden)]
#[macro_export]
macro_rules! __errors {
    ($(#[$meta:meta])* $vis:vis enum $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $failure:literal),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Debug)]
        #[non_exhaustive]
        $vis enum $name {
            $($(#[$variant_meta])* $variant($crate::Refusal),)*
            /// Any other failure.
            Other($crate::Error),
        }

        impl $name {
            /// What the vendor said when it refused.
            pub fn refusal(&self) -> ::std::option::Option<&$crate::Refusal> {
                match self {
                    $(Self::$variant(refusal) => ::std::option::Option::Some(refusal),)*
                    Self::Other(error) => error.refusal(),
                }
            }

            /// The HTTP status of the refusal.
            pub fn status(&self) -> ::std::option::Option<u16> {
                self.refusal().map(|refusal| refusal.status)
            }

            /// Whether the same thing may succeed later, and trying it does nothing twice.
            pub fn is_retryable(&self) -> bool {
                match self {
                    $(Self::$variant(refusal) => $crate::codegen::v1::is_retryable(refusal),)*
                    Self::Other(error) => error.is_retryable(),
                }
            }

            /// Whether only the user can mend it, by consenting anew.
            pub fn needs_consent(&self) -> bool {
                match self {
                    $(Self::$variant(refusal) => $crate::codegen::v1::needs_consent(refusal),)*
                    Self::Other(error) => error.needs_consent(),
                }
            }
        }

        impl ::std::convert::From<$crate::Error> for $name {
            fn from(error: $crate::Error) -> Self {
                match (error.failure(), error.refusal()) {
                    $((::std::option::Option::Some($failure), ::std::option::Option::Some(refusal)) => {
                        Self::$variant(::std::clone::Clone::clone(refusal))
                    })*
                    _ => Self::Other(error),
                }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                match self {
                    $(Self::$variant(refusal) => ::std::write!(f, "{}: {refusal}", $failure),)*
                    Self::Other(error) => ::std::fmt::Display::fmt(error, f),
                }
            }
        }

        impl ::std::error::Error for $name {
            fn source(&self) -> ::std::option::Option<&(dyn ::std::error::Error + 'static)> {
                match self {
                    Self::Other(error) => ::std::error::Error::source(error),
                    #[allow(unreachable_patterns)]
                    _ => ::std::option::Option::None,
                }
            }
        }
    };
}
