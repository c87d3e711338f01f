//! `Client`: consent and grants.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::authorize::scopes_argument;
use super::connection::many_arguments;
use super::inputs::{Given, arguments, values};
use super::{Face, item};
use crate::emit::docs::{Docs, code, prose, sentence};
use crate::emit::facts::Takes;
use crate::emit::names::ident;
use crate::emit::print::Chunk;
use crate::model::{Grant, GrantKind, Issued, Name, Renew, Replay, Yields};

impl Face<'_> {
    /// The client and its methods.
    pub(super) fn client(self) -> Vec<Chunk> {
        let doc =
            Docs::new().paragraph(&format!("A client of {}. Clones share one state.", prose(&self.provider.title)));
        let authorize = self.provider.authorize.as_ref().map(|authorize| self.authorize(authorize));
        let device = self.provider.device.as_ref().map(|device| self.device(device));
        let grants = self.provider.grants.iter().map(|grant| self.grant(grant));
        let poll = self.facts.device_exchange.map(|grant| self.poll_device_code(grant));
        let issued =
            self.facts.exchange.filter(|_| self.facts.yields_code).map(|grant| self.exchange_issued_code(grant));
        let fallbacks = self.provider.fallbacks.iter().map(|fallback| self.fallback_method(fallback));
        let widgets = self.provider.widgets.iter().map(|widget| self.widget_method(widget));
        let revoke = self.provider.revoke.as_ref().map(|_| self.revoke());
        let kept = self.keep_and_resume();
        vec![
            item(quote! {
                #doc
                #[derive(Clone, Debug)]
                pub struct Client(rt::Client);
            }),
            item(quote! {
                impl Client {
                    /// Starts to build a client.
                    pub fn builder() -> Builder {
                        Builder { config: rt::Config::new(&PROVIDER), set: PhantomData }
                    }
                    #authorize
                    #device
                    #(#grants)*
                    #poll
                    #issued
                    #(#fallbacks)*
                    #(#widgets)*
                    #revoke
                    #kept
                }
            }),
        ]
    }

    fn grant(self, grant: &Grant) -> TokenStream {
        let (method, operation) = (ident(&grant.name.snake), self.operation(&grant.name.wire));
        let doc = self.grant_docs(grant);
        let result = self.result(grant);
        let (arguments, body) = match self.facts.takes(grant) {
            Takes::Callback => (
                vec![quote!(pending: PendingLogin), quote!(callback: impl AsRef<str>)],
                taken(grant, quote!(self.0.exchange_code(#operation, pending, callback.as_ref()))),
            ),
            Takes::DeviceCode => (
                vec![quote!(pending: PendingDevice)],
                taken(grant, quote!(self.0.exchange_device_code(#operation, pending))),
            ),
            Takes::RefreshToken => {
                (vec![quote!(tokens: #result)], quote!(Ok(self.0.refresh(#operation, tokens).await?)))
            }
            Takes::Extended(kind) => {
                let kind = self.kind(kind);
                (vec![quote!(tokens: Tokens<#kind>)], quote!(Ok(self.0.extend(#operation, tokens).await?)))
            }
            Takes::Exchanged(kind) => {
                let kind = self.kind(kind);
                (vec![quote!(tokens: Tokens<#kind>)], quote!(Ok(self.0.exchange(#operation, tokens).await?)))
            }
            takes @ (Takes::Tokens | Takes::From(_)) => {
                let kind = match takes {
                    Takes::From(kind) => self.kind(kind).into_token_stream(),
                    _ => quote!(impl rt::TokenKind),
                };
                let given = self.given(grant);
                let (before, inputs) = with_scopes(grant, values(given.iter().copied()));
                let body = taken(grant, quote!(self.0.grant_with(#operation, tokens, #inputs)));
                let mut list = vec![quote!(tokens: &Tokens<#kind>)];
                list.extend(arguments(given));
                list.extend(scopes(grant));
                (list, quote!(#before #body))
            }
            Takes::Inputs => {
                let given = self.given(grant);
                let (before, inputs) = with_scopes(grant, values(given.iter().copied()));
                let body = taken(grant, quote!(self.0.grant(#operation, #inputs)));
                let mut list = arguments(given);
                list.extend(scopes(grant));
                (list, quote!(#before #body))
            }
        };
        let many = many_arguments(arguments.len());
        quote! {
            #doc
            #many
            pub async fn #method(&self, #(#arguments),*) -> Result<#result, Error> {
                #body
            }
        }
    }

    /// What the caller of a grant supplies: the settings of the connection that it begins, and its inputs; what may be
    /// left out stands last.
    pub(super) fn given<'g>(self, grant: &'g Grant) -> Vec<Given<'g>>
    where
        Self: 'g,
    {
        let settings = self.facts.begun_with(grant).map(Given::Setting);
        let mut given: Vec<Given<'_>> = settings.chain(grant.request.inputs.iter().map(Given::Input)).collect();
        given.sort_by_key(|given| given.is_optional());
        given
    }

    fn revoke(self) -> TokenStream {
        let kind = self.provider.tokens.first().filter(|_| !self.facts.many_kinds);
        let kind = kind.map(|kind| self.kind(&kind.name.wire));
        let kind = kind.map_or_else(|| quote!(impl rt::TokenKind), |kind| quote!(#kind));
        quote! {
            /// Tells the vendor that tokens are no longer wanted (RFC 7009). `Connection::disconnect` does so for those that
            /// are kept.
            pub async fn revoke(&self, tokens: &Tokens<#kind>) -> Result<(), Error> {
                Ok(self.0.revoke(tokens).await?)
            }
        }
    }

    fn exchange_issued_code(self, grant: &Grant) -> TokenStream {
        let operation = self.operation(&grant.name.wire);
        let result = self.result(grant);
        let body = taken(grant, quote!(self.0.exchange_issued_code(#operation, code.into())));
        let sources: Vec<String> = self.provider.grants.iter().filter_map(code_source).collect();
        let doc = Docs::new()
            .paragraph(&format!("Exchanges a code that came from {}, without a browser.", sources.join(" or ")));
        quote! {
            #doc
            pub async fn exchange_issued_code(&self, code: impl Into<AuthorizationCode>) -> Result<#result, Error> {
                #body
            }
        }
    }

    /// What a grant gives in Rust.
    pub(super) fn result(self, grant: &Grant) -> TokenStream {
        let fields = ident(&grant.name.camel);
        if let Takes::Extended(kind) | Takes::Exchanged(kind) = self.facts.takes(grant) {
            let kind = self.kind(kind);
            return quote!(Tokens<#kind>);
        }
        match (&grant.yields, grant.fields.is_empty()) {
            (Yields::Code(_), true) => quote!(AuthorizationCode),
            (Yields::Code(_), false) => quote!(GrantedCode<#fields>),
            (Yields::Tokens(issued), plain) => {
                let tokens = |token: &Issued| {
                    let kind = self.kind(&token.kind);
                    if token.optional { quote!(Option<Tokens<#kind>>) } else { quote!(Tokens<#kind>) }
                };
                let kinds: Vec<_> = issued.iter().map(|token| self.kind(&token.kind)).collect();
                let all = issued.iter().map(tokens);
                match (kinds.as_slice(), plain) {
                    ([], true) => quote!(()),
                    ([], false) => quote!(#fields),
                    ([kind], true) => quote!(Tokens<#kind>),
                    ([kind], false) => quote!(Granted<#kind, #fields>),
                    (_, true) => quote!((#(#all),*)),
                    (_, false) => quote!((#(#all,)* #fields)),
                }
            }
        }
    }

    fn grant_docs(self, grant: &Grant) -> Docs {
        let own = match grant.kind {
            _ if matches!(self.facts.takes(grant), Takes::Extended(_)) => {
                "Makes tokens live longer. A [`Connection`] does so by itself."
            }
            _ if matches!(self.facts.takes(grant), Takes::Exchanged(_)) => {
                "Gets tokens that live longer for those that are there. A [`Connection`] does so by itself."
            }
            _ if matches!(self.facts.takes(grant), Takes::From(_)) => {
                "Gets a token of another kind for those that are there, which stay as they are. Keep it as a [`Connection`] of its own."
            }
            GrantKind::AuthorizationCode => {
                "Exchanges the code of a callback for tokens. `callback` is the URL that the user came back to, or its query."
            }
            GrantKind::DeviceCode => {
                "Waits until the user has decided on the other device, and gives the tokens (RFC 8628, section 3.4). It asks as often as the vendor allows, and ends with an error when the user says no or the code is over."
            }
            GrantKind::RefreshToken => {
                "Renews tokens by their refresh token, which is kept when the answer has no other. A [`Connection`] does so by itself."
            }
            GrantKind::Password => "Trades a user's name and password for tokens (RFC 6749, section 4.3).",
            GrantKind::ClientCredentials => "Gets a token for the app itself (RFC 6749, section 4.4).",
            GrantKind::TokenExchange => "Trades one token for another (RFC 8693).",
            GrantKind::JwtBearer => "Trades a signed assertion for tokens (RFC 7523).",
            GrantKind::Custom => "",
        };
        let about = grant.about.as_deref().map_or_else(|| own.to_owned(), sentence);
        let discouraged = grant.discouraged.as_deref().map(|why| format!("Discouraged: {}", sentence(why)));
        let failures = grant.failures.iter().map(|failure| failure_doc(&failure.name));
        let failures: Vec<String> = failures.collect();
        let fails =
            if failures.is_empty() { String::new() } else { format!("Documented failures: {}.", failures.join(", ")) };
        Docs::new()
            .paragraph(&about)
            .paragraph(&self.lacking_doc(grant))
            .paragraph(id_token_doc(grant))
            .paragraph(&scopes_doc(grant))
            .paragraph(&discouraged.unwrap_or_default())
            .paragraph(&undocumented(grant.undocumented.as_deref()))
            .paragraph(&fails)
    }

    /// What an answer may lack.
    fn lacking_doc(self, grant: &Grant) -> String {
        let Yields::Tokens(issued) = &grant.yields else { return String::new() };
        let lacking = issued.iter().filter(|issued| issued.optional);
        let kinds: Vec<String> = lacking.map(|issued| format!("[`{}`]", self.kind(&issued.kind))).collect();
        match kinds.as_slice() {
            [] => String::new(),
            kinds => format!("The vendor may give no token of the kind {}: then it is `None`.", kinds.join(" or ")),
        }
    }

    fn keep_and_resume(self) -> TokenStream {
        let renews = self.facts.renews();
        let life = if renews { "; the connection renews them" } else { "; they can't be renewed" };
        let keep = Docs::new()
            .paragraph(&format!("Keeps a user's tokens in the store under `id`, your own name for the user{life}."));
        let (parameter, kind, connection) = if self.facts.many_kinds {
            (quote!(<K: rt::TokenKind>), quote!(K), quote!(Connection<K>))
        } else {
            let kind = self.provider.tokens.first().map(|kind| self.kind(&kind.name.wire));
            (quote!(), quote!(#kind), quote!(Connection))
        };
        let keeper = renews.then(|| {
            quote! {
                /// Renews whatever falls due in the store, on any number of workers; for apps with very many users.
                pub fn keeper(&self) -> rt::Keeper {
                    self.0.keeper()
                }
            }
        });
        quote! {
            #keep
            pub async fn keep #parameter(&self, id: impl Into<String>, tokens: impl Into<Tokens<#kind>>) -> Result<#connection, Error> {
                Ok(Connection(self.0.keep(id, tokens.into()).await?))
            }
            /// The connection that is kept under `id`.
            pub async fn resume #parameter(&self, id: impl Into<String>) -> Result<#connection, Error> {
                Ok(Connection(self.0.resume(id).await?))
            }
            #keeper
            /// Waits for the renewals under way and begins no others; call it before the process ends.
            pub async fn close(&self) -> Result<(), Error> {
                Ok(self.0.close().await?)
            }
        }
    }
}

/// The argument that names the scopes of a grant, where the vendor has some.
fn scopes(grant: &Grant) -> Option<TokenStream> {
    grant.takes_scopes().then(|| scopes_argument(grant.any_scope))
}

/// The inputs of a grant with its scopes.
fn with_scopes(grant: &Grant, (before, inputs): (TokenStream, TokenStream)) -> (TokenStream, TokenStream) {
    if grant.takes_scopes() { (before, quote!(#inputs.scopes(scopes))) } else { (before, inputs) }
}

fn scopes_doc(grant: &Grant) -> String {
    match grant.default_scopes.as_slice() {
        [] => String::new(),
        scopes => format!("Without any scope of yours, it asks for {}.", code(&scopes.join(&grant.scope_separator))),
    }
}

/// What is taken out of a grant's answer.
fn taken(grant: &Grant, request: TokenStream) -> TokenStream {
    match (&grant.yields, grant.fields.is_empty()) {
        (Yields::Tokens(issued), true) if issued.is_empty() => quote! {
            #request.await?;
            Ok(())
        },
        (Yields::Tokens(issued), _) if issued.len() > 1 => {
            let given = extracted(grant, &quote!(answer));
            quote! {
                let answer = #request.await?;
                Ok(#given)
            }
        }
        _ => {
            let given = extracted(grant, &quote!(#request.await?));
            quote!(Ok(#given))
        }
    }
}

/// What a grant gives, out of the value that is its answer.
pub(super) fn extracted(grant: &Grant, answer: &TokenStream) -> TokenStream {
    match (&grant.yields, grant.fields.is_empty()) {
        (Yields::Code(_), true) => quote!(#answer.code::<rt::Extra>()?.code),
        (Yields::Code(_), false) => quote!(#answer.code()?),
        (Yields::Tokens(issued), plain) => match (issued.as_slice(), plain) {
            ([], true) => quote!(()),
            ([], false) => quote!(#answer.fields()?),
            ([_], true) => quote!(#answer.tokens()?),
            ([_], false) => quote!(#answer.granted()?),
            (issued, plain) => {
                let tokens = issued.iter().map(|issued| match issued.optional {
                    true => quote!(#answer.optional_tokens()),
                    false => quote!(#answer.tokens()?),
                });
                let fields = (!plain).then(|| quote!(, #answer.fields()?));
                quote!((#(#tokens),* #fields))
            }
        },
    }
}

/// Whether the answer says who the user is.
fn id_token_doc(grant: &Grant) -> &'static str {
    let begins = matches!(grant.kind, GrantKind::AuthorizationCode | GrantKind::DeviceCode);
    match &grant.id_token {
        Some(place) if place.due => {
            "The ID token of the answer is verified before any token is handed out: `Tokens::id_token` says who the user is."
        }
        Some(_) if begins => {
            "Where the answer has an ID token, it is verified before any token is handed out: `Tokens::id_token` says who the user is."
        }
        _ => "",
    }
}

/// A sentence on what the vendor's page leaves out.
pub(super) fn undocumented(what: Option<&str>) -> String {
    match what {
        None => String::new(),
        Some("true") => "Undocumented by the vendor.".to_owned(),
        Some(what) => format!("Undocumented: {}", sentence(what)),
    }
}

/// A documented failure as a link to its variant.
pub(super) fn failure_doc(name: &Name) -> String {
    format!("[`Error::{}`]", name.camel)
}

/// The grant whose answer holds a code, as a link.
fn code_source(grant: &Grant) -> Option<String> {
    matches!(grant.yields, Yields::Code(_)).then(|| format!("[`Client::{}`]", grant.name.snake))
}

/// A duration in the words of a sentence.
pub(super) fn duration(seconds: u64) -> String {
    let (count, unit) = match seconds {
        0 => (0, "second"),
        _ if seconds.is_multiple_of(86_400) => (seconds / 86_400, "day"),
        _ if seconds.is_multiple_of(3_600) => (seconds / 3_600, "hour"),
        _ if seconds.is_multiple_of(60) => (seconds / 60, "minute"),
        _ => (seconds, "second"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

/// How a token of a kind is renewed.
pub(super) fn renewal(renew: &Renew) -> String {
    let Renew::Refresh { replay, old_access_revoked, .. } = renew else {
        return match renew {
            Renew::None => "It can't be renewed: when it expires, the user must come back.".to_owned(),
            Renew::Extend(_) => "A connection renews it by asking the vendor to extend its life.".to_owned(),
            Renew::Exchange(_) => "A connection renews it by exchanging it for a new one.".to_owned(),
            _ => "A connection renews it by repeating the grant that gave it.".to_owned(),
        };
    };
    let once = if *replay == Replay::Fatal { " A refresh token works once." } else { "" };
    let revoked = if *old_access_revoked { " A refresh revokes the old token." } else { "" };
    format!("A connection renews it by its refresh token.{once}{revoked}")
}
