//! Answers to what was granted: tokens and codes where the model says that they stand.

use std::time::SystemTime;

use authsmith_codegen::model::{
    AnswerFormat, Call, Expiry, ExpiryUnit, Grant, GrantKind, Issued, Kept, Provider, Renew, TokenKind, Type, Yields,
};
use serde_json::Value;

use crate::connection::{self, Connection};
use crate::decode::Values;
use crate::faults::remove_pointer;
use crate::id_tokens::Minting;
use crate::options::Settings;
use crate::refusals::Refusal;
use crate::renewals::Renewals;
use crate::reply::Reply;
use crate::store::{AccessToken, Code, Granted, RefreshToken, Store, later, renewal};
use crate::tokens::{fresh, jwt};
use crate::writing::Writing;
use crate::xml::plain;
use crate::{made_up, moments};

/// How long a token lives when neither the spec nor its sample says.
const TOKEN_SECONDS: u64 = 3600;
/// How long a refresh token lives that expires at an unknown moment.
const REFRESH_SECONDS: u64 = 30 * 86_400;
/// RFC 6749, section 4.1.2: a code lives ten minutes at most.
pub(crate) const CODE_SECONDS: u64 = 600;

/// One grant being answered.
pub(crate) struct Issuing<'a> {
    pub(crate) provider: &'a Provider,
    pub(crate) settings: &'a Settings,
    pub(crate) renewals: &'a Renewals,
    pub(crate) minting: &'a Minting,
    pub(crate) grant: &'a Grant,
    pub(crate) granted: Granted,
    /// The refresh token that was shown, if any.
    pub(crate) shown: Option<&'a str>,
    pub(crate) values: &'a Values,
    pub(crate) now: SystemTime,
    /// Whether what is optional is left out.
    pub(crate) sparse: bool,
}

impl Issuing<'_> {
    /// Issues what the grant yields, and writes the answer.
    pub(crate) fn answer(&self, store: &mut Store) -> Result<Reply, Refusal> {
        let mut writing = Writing::of(self.grant.sample.as_ref());
        self.fields(&mut writing);
        let issued = match &self.grant.yields {
            Yields::Code(at) => {
                writing.set(at, Value::from(self.code(store)?));
                [].as_slice()
            }
            Yields::Tokens(issued) => issued,
        };
        let turn = store.turn(&self.grant.name.wire);
        let extended = self.extended();
        let due = |one: &&Issued| !self.leaves_out(one) && !extended.iter().any(|kind| kind.name.wire == one.kind);
        for one in issued.iter().filter(due) {
            let taken = issued.iter().filter(|other| other.kind != one.kind).flat_map(places).collect::<Vec<_>>();
            let at = self.place(&one.at, &one.or, turn, &taken);
            let refresh = one.refresh.as_ref().map(|at| self.place(at, &one.refresh_or, turn, &taken));
            let expiry = self.said_in_turn(&one.expiry, turn);
            // A token that tells its own end stays where the end is looked for.
            let tells = expiry.fields.first().is_some_and(|(field, _)| *field == one.at);
            let at = if tells { one.at.as_str() } else { at };
            let refresh_expiry = self.said_in_turn(&one.refresh_expiry, turn);
            let (at, refresh) = (at.to_owned(), refresh.map(str::to_owned));
            let one = &Issued { at, refresh, expiry, refresh_expiry, ..one.clone() };
            self.token(one, store, &mut writing)?;
            self.standard(one, &mut writing);
        }
        self.id_token(turn, store, &mut writing)?;
        for kind in extended {
            self.extend(kind, issued, turn, store, &mut writing);
        }
        let kept = kept(self.provider, &self.grant.keep, &self.granted, store);
        for (one, value) in self.grant.keep.iter().zip(kept) {
            if writing.get(&one.from).is_none() {
                writing.set(&one.from, Value::from(value.as_str()));
            }
            let given = writing.get(&one.from).map_or(value, plain);
            store.remember(self.granted.family, Connection::from([(one.name.wire.clone(), Value::from(given))]));
        }
        writing.succeed(&self.grant.succeeds, turn);
        Ok(writing.reply(success(&self.grant.success_status, turn), self.grant.answers))
    }

    /// Whether a token that may lack does. What the sample shows is given.
    fn leaves_out(&self, issued: &Issued) -> bool {
        let sampled = |at: &String| self.grant.sample.as_ref().is_some_and(|sample| sample.pointer(at).is_some());
        self.sparse && issued.optional && !std::iter::once(&issued.at).chain(&issued.or).any(sampled)
    }

    /// The place of several where the vendor keeps something: the one that its sample shows, else each in its turn that
    /// nothing else needs.
    pub(crate) fn place<'p>(&self, at: &'p str, others: &'p [String], turn: usize, taken: &[&str]) -> &'p str {
        let all: Vec<&str> = std::iter::once(at).chain(others.iter().map(String::as_str)).collect();
        let sampled =
            all.iter().find(|at| self.grant.sample.as_ref().is_some_and(|sample| sample.pointer(at).is_some()));
        match (sampled, all.get(turn % all.len())) {
            (Some(at), _) => at,
            (None, Some(at)) if !taken.contains(at) => at,
            _ => at,
        }
    }

    /// An expiry with the one place that says it: the one that the sample shows, else each in its turn.
    fn said_in_turn(&self, expiry: &Expiry, turn: usize) -> Expiry {
        let shown = |at: &str| self.grant.sample.as_ref().is_some_and(|sample| sample.pointer(at).is_some());
        let sampled = expiry.fields.iter().find(|(at, _)| shown(at));
        let said = sampled.or_else(|| expiry.fields.get(turn % expiry.fields.len().max(1)));
        Expiry { fields: said.into_iter().cloned().collect(), ..expiry.clone() }
    }

    /// What RFC 6749, section 5.1, puts beside a token.
    fn standard(&self, issued: &Issued, writing: &mut Writing) {
        let beside = matches!(self.grant.answers, AnswerFormat::Json | AnswerFormat::Form) && writing.body.is_object();
        if !beside || issued.at.is_empty() {
            return;
        }
        if let (Some(scope), None) = (&self.granted.scope, writing.get("/scope")) {
            writing.set("/scope", Value::from(scope.as_str()));
        }
        // A sample without it says that the vendor leaves it out.
        if self.grant.sample.is_none() {
            writing.set("/token_type", Value::from("Bearer"));
        }
        if self.grant.kind == GrantKind::TokenExchange && self.grant.sample.is_none() {
            // RFC 8693, section 2.2.1.
            let kind = "urn:ietf:params:oauth:token-type:access_token";
            writing.set("/issued_token_type", Value::from(kind));
        }
    }

    /// The kinds of token whose lives the grant extends.
    fn extended(&self) -> Vec<&TokenKind> {
        let name = &self.grant.name.wire;
        let extends = |kind: &&TokenKind| matches!(&kind.renew, Renew::Extend(grant) if grant == name);
        self.provider.tokens.iter().filter(extends).collect()
    }

    /// Lets the tokens that are there live on, and says how long.
    fn extend(&self, kind: &TokenKind, issued: &[Issued], turn: usize, store: &mut Store, writing: &mut Writing) {
        let of_kind = |issued: &&Issued| issued.kind == kind.name.wire;
        let grants = self.provider.grants.iter().filter_map(|grant| match &grant.yields {
            Yields::Tokens(issued) => issued.iter().find(of_kind),
            Yields::Code(_) => None,
        });
        let own = issued.iter().find(of_kind);
        let lifetime = own.into_iter().chain(grants).find_map(|issued| issued.expiry.lifetime);
        let seconds = self.renewals.token_seconds.or(lifetime).unwrap_or(TOKEN_SECONDS);
        store.extend(self.granted.family, &kind.name.wire, later(self.now, seconds));
        let expiry = own.map(|issued| self.said_in_turn(&issued.expiry, turn)).unwrap_or_default();
        if let Some((at, unit)) = expiry.fields.first()
            && *unit != ExpiryUnit::Jwt
            && lifetime.is_none()
        {
            writing.set(at, count(*unit, seconds, self.now));
        }
    }

    fn fields(&self, writing: &mut Writing) {
        for field in &self.grant.fields {
            let at = format!("/{}", field.name.wire.replace('~', "~0").replace('/', "~1"));
            if writing.get(&at).is_none() {
                let echoed = self.values.get(&field.name.wire).cloned();
                if self.sparse && field.optional {
                    continue;
                }
                let made_up = || made_up::value(&field.name.wire, &field.ty, &self.provider.types, self.sparse);
                writing.set(&at, echoed.unwrap_or_else(made_up));
            }
        }
    }

    fn code(&self, store: &mut Store) -> Result<String, Refusal> {
        let code = fresh("code")?;
        let lifetime = self.provider.authorize.as_ref().and_then(|authorize| authorize.code_lifetime);
        let expires_at = later(self.now, lifetime.unwrap_or(CODE_SECONDS));
        let issued = Code { granted: self.granted.clone(), binding: None, expires_at, used: false };
        store.codes.insert(code.clone(), issued);
        Ok(code)
    }

    fn token(&self, issued: &Issued, store: &mut Store, writing: &mut Writing) -> Result<(), Refusal> {
        let mut parent = None;
        let mut rotates = true;
        if let (Some(shown), Renew::Refresh { old_access_revoked, rotation, .. }) =
            (self.shown, renewal(self.provider, &issued.kind))
        {
            if self.renewals.revokes_old_access(*old_access_revoked) {
                store.revoke_access(self.granted.family, &issued.kind);
            }
            rotates = store.rotates(self.granted.family, *rotation, self.renewals);
            parent = (rotates && self.renewals.is_use_triggered()).then(|| shown.to_owned());
        }
        let field = issued.expiry.fields.first();
        let told = self.renewals.token_seconds.or(issued.expiry.lifetime);
        let seconds = told.or_else(|| self.sampled_seconds(field)).unwrap_or(TOKEN_SECONDS);
        let expires_at = later(self.now, seconds);
        let exp = Some(moments::epoch(expires_at));
        let uses = connection::uses(self.provider, "token");
        let claims: Vec<&str> = uses.iter().flat_map(|one| &one.functions).filter_map(claimed).collect();
        let tells = matches!(field, Some((at, ExpiryUnit::Jwt)) if *at == issued.at);
        let token = if tells || !claims.is_empty() { jwt(&claims, exp)? } else { fresh(&issued.kind)? };
        writing.set(&issued.at, Value::from(token.as_str()));
        match field {
            Some((at, ExpiryUnit::Jwt)) if *at != issued.at => writing.set(at, Value::from(jwt(&[], exp)?)),
            Some((_, ExpiryUnit::Jwt)) | None => {}
            Some((at, _)) if self.renewals.hides_expiry => remove_pointer(&mut writing.body, at),
            Some((at, unit)) => writing.set(at, count(*unit, seconds, self.now)),
        }
        let (kind, family) = (issued.kind.clone(), self.granted.family);
        let access = AccessToken { kind, family, expires_at, revoked: false, parent: parent.clone() };
        store.add_access(token, access, self.now);
        self.refresh_token(issued, (rotates, parent), store, writing)
    }

    fn refresh_token(
        &self,
        issued: &Issued,
        (rotates, parent): (bool, Option<String>),
        store: &mut Store,
        writing: &mut Writing,
    ) -> Result<(), Refusal> {
        let Some(at) = issued.refresh.as_ref().filter(|at| self.gives_refresh_token(issued, at)) else {
            return Ok(());
        };
        if let (Some(shown), Renew::Refresh { .. }) = (self.shown, renewal(self.provider, &issued.kind)) {
            if !rotates {
                store.keep_alive(shown, self.idle(issued), self.renewals, self.now);
                if writing.get(at).is_some() {
                    writing.set(at, Value::from(shown));
                }
                return Ok(());
            }
            if parent.is_none() {
                store.spend(shown, self.now);
            }
        }
        let token = self.fresh_refresh_token()?;
        let expiry = &issued.refresh_expiry;
        let known = expiry.lifetime.or_else(|| self.sampled_seconds(expiry.fields.first()));
        let known = known.or_else(|| expiry.fields.first().map(|_| REFRESH_SECONDS));
        let since = store.since(self.granted.family, self.now);
        let expires = self.renewals.refresh_seconds(known, since, self.now);
        writing.set(at, Value::from(token.as_str()));
        if let (Some((at, unit)), Some(seconds)) = (expiry.fields.first(), expires)
            && (self.grant.sample.is_none() || writing.get(at).is_some())
        {
            writing.set(at, count(*unit, seconds, self.now));
        }
        let idle = self.renewals.idle_seconds(self.idle(issued));
        let life = idle.map(|idle| expires.map_or(idle, |end| end.min(idle))).or(expires);
        let at = |seconds: Option<u64>| seconds.map(|seconds| later(self.now, seconds));
        let refresh = RefreshToken {
            kind: issued.kind.clone(),
            granted: self.granted.clone(),
            expires_at: at(life),
            ends_at: at(expires.filter(|_| self.renewals.idle_seconds.is_none())),
            spent: None,
            revoked: false,
            parent,
            given: None,
        };
        store.add_refresh(token, refresh, self.now);
        Ok(())
    }

    /// How many seconds a refresh token of this kind lives that nobody uses, as the spec says it.
    fn idle(&self, issued: &Issued) -> Option<u64> {
        self.provider.tokens.iter().find(|kind| kind.name.wire == issued.kind)?.refresh_idle
    }

    /// A refresh token; a JWT, where the request that revokes it reads a claim of it.
    fn fresh_refresh_token(&self) -> Result<String, Refusal> {
        let revocation = Provider { grants: Vec::new(), calls: Vec::new(), ..self.provider.clone() };
        let uses = connection::uses(&revocation, "token");
        let claims: Vec<&str> = uses.iter().flat_map(|one| &one.functions).filter_map(claimed).collect();
        if claims.is_empty() { fresh("refresh") } else { jwt(&claims, None) }
    }

    /// Whether the vendor would give a refresh token here: its sample shows one, or a refresh grant would take it, or
    /// the spec names a member of its own for it. A kind got by repeating its grant may carry one that nobody takes.
    fn gives_refresh_token(&self, issued: &Issued, at: &str) -> bool {
        let sampled = self.grant.sample.as_ref().map(|sample| sample.pointer(at).is_some());
        match renewal(self.provider, &issued.kind) {
            Renew::Refresh { .. } => true,
            Renew::Extend(grant) | Renew::Exchange(grant) if self.takes_refresh_token(grant) => true,
            _ if self.revokes_refresh_token() => true,
            Renew::Reissue => sampled.unwrap_or(true),
            Renew::None | Renew::Extend(_) | Renew::Exchange(_) => sampled.unwrap_or(at != "/refresh_token"),
        }
    }

    /// Whether the refresh token is what is revoked, though nothing else may be done with it.
    fn revokes_refresh_token(&self) -> bool {
        let request = self.provider.revoke.as_ref();
        request.is_some_and(|request| {
            let mut values = request.params.iter().map(|param| &param.value).chain([&request.url]);
            values.any(|value| crate::decode::mentions(&value.parts, "refresh_token", &self.provider.values))
        })
    }

    /// Whether a grant shows the refresh token.
    fn takes_refresh_token(&self, grant: &str) -> bool {
        let grant = self.provider.grants.iter().find(|known| known.name.wire == grant);
        grant.is_some_and(|grant| {
            let mut values = grant.request.params.iter().map(|param| &param.value);
            values.any(|value| crate::decode::mentions(&value.parts, "refresh_token", &self.provider.values))
        })
    }

    /// The lifetime that the sample shows.
    fn sampled_seconds(&self, field: Option<&(String, ExpiryUnit)>) -> Option<u64> {
        let (at, unit) = field?;
        let shown = self.grant.sample.as_ref()?.pointer(at)?;
        match unit {
            ExpiryUnit::Seconds => shown.as_u64(),
            ExpiryUnit::Milliseconds => Some(shown.as_u64()? / 1000),
            ExpiryUnit::DayHourMinute => moments::parse_days_hours_minutes(shown.as_str()?),
            _ => None,
        }
    }
}

/// Where a token and its refresh token stand, if nothing is said of other places.
fn places(issued: &Issued) -> impl Iterator<Item = &str> {
    std::iter::once(issued.at.as_str()).chain(issued.refresh.as_deref())
}

/// The claim of a JWT that a function reads.
fn claimed(function: &authsmith_codegen::model::Function) -> Option<&str> {
    function.argument.as_deref().filter(|_| function.name == "claim")
}

/// What the vendor gives for a connection: what it gave before, else something made up.
pub(crate) fn kept(provider: &Provider, kept: &[Kept], granted: &Granted, store: &Store) -> Vec<String> {
    let known = store.connection(granted.family);
    let value = |kept: &Kept| match known.get(&kept.name.wire) {
        Some(value) => plain(value),
        None => connection::given(provider, kept, granted.family),
    };
    kept.iter().map(value).collect()
}

/// A lifetime as a vendor counts it.
fn count(unit: ExpiryUnit, seconds: u64, now: SystemTime) -> Value {
    let until = moments::epoch(now).saturating_add(seconds);
    Value::from(match unit {
        ExpiryUnit::Milliseconds => seconds.saturating_mul(1000),
        ExpiryUnit::Epoch => until,
        ExpiryUnit::EpochMilliseconds => until.saturating_mul(1000),
        ExpiryUnit::Iso => return Value::from(moments::iso(until)),
        ExpiryUnit::DayHourMinute => return Value::from(moments::days_hours_minutes(seconds)),
        _ => seconds,
    })
}

/// The status of a success, of several the one that has its turn.
pub(crate) fn success(statuses: &[u16], turn: usize) -> u16 {
    statuses.get(turn % statuses.len().max(1)).copied().unwrap_or(200)
}

/// The answer to a call: its sample, or something of its type.
pub(crate) fn call(call: &Call, provider: &Provider, sparse: bool, turn: usize) -> Reply {
    let made_up = || made_up::value(&call.name.wire, &call.returns, &provider.types, sparse);
    let status = success(&call.success_status, turn);
    match (&call.sample, &call.returns) {
        (None, Type::Nothing) if call.succeeds.is_empty() => match call.success_status.as_slice() {
            [] => Reply::empty(),
            statuses => Reply { status: success(statuses, turn), ..Reply::empty() },
        },
        (None, Type::Bytes) => Reply::new(status, "application/octet-stream", plain(&made_up())),
        (Some(sample), Type::Bytes) => Reply::new(status, "application/octet-stream", plain(sample)),
        (sample, ty) => {
            let body = sample.clone().unwrap_or_else(made_up);
            let body = if body.is_null() { Value::Object(serde_json::Map::new()) } else { body };
            let format = if *ty == Type::Text { AnswerFormat::Text } else { AnswerFormat::Json };
            let mut writing = Writing::of(Some(&body));
            writing.succeed(&call.succeeds, turn);
            writing.reply(status, format)
        }
    }
}
