//! Grants made up at once, for tests that need very many.

use authsmith_codegen::model::{Grant, Yields};
use serde::Serialize;

use crate::answers::Issuing;
use crate::decode::Values;
use crate::events::{Decision, Entry};
use crate::perform::fingerprints;
use crate::store::Granted;
use crate::vendor::Vendor;

/// A grant that was made up, as if a user had given consent. It holds tokens.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Minted {
    /// The number of the grant; events name it.
    pub family: u64,
    /// The tokens, each with its kind.
    pub tokens: Vec<(String, String)>,
    /// The refresh tokens, each with the kind that it renews.
    pub refresh_tokens: Vec<(String, String)>,
    /// The body of the answer that a client would have had.
    pub answer: String,
}

/// Without what must stay secret.
impl std::fmt::Debug for Minted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Minted").field("family", &self.family).finish_non_exhaustive()
    }
}

/// Makes up `count` grants; other requests are answered meanwhile.
pub(crate) fn mint(vendor: &Vendor, count: usize) -> Result<Vec<Minted>, String> {
    let renewals = vendor.renewals();
    let grant = mintable(&vendor.provider.grants).ok_or("the vendor has no grant that gives a refresh token")?;
    let scopes = vendor.provider.authorize.as_ref().map(|authorize| authorize.default_scopes.join(" "));
    let scope = scopes.filter(|scopes| !scopes.is_empty());
    let values = Values::new();
    let one = || {
        let now = vendor.now();
        let mut store = vendor.store();
        let family = store.new_family();
        let granted = Granted { family, scope: scope.clone() };
        let provider = &vendor.provider;
        let minting = vendor.id_tokens().clone();
        let issuing = Issuing {
            provider,
            settings: &vendor.settings,
            renewals: &renewals,
            minting: &minting,
            grant,
            granted,
            shown: None,
            values: &values,
            now,
            sparse: vendor.sparse,
        };
        let reply = issuing.answer(&mut store).map_err(|refusal| refusal.text)?;
        let given = store.newest();
        let family = family.number();
        let mut entry = Entry {
            operation: "mint".to_owned(),
            family: Some(family),
            decision: Decision::Minted,
            ..Entry::default()
        };
        fingerprints(&mut entry, &given);
        vendor.events().push(entry, now);
        Ok(Minted { family, tokens: given.access, refresh_tokens: given.refresh, answer: reply.body })
    };
    std::iter::repeat_with(one).take(count).collect()
}

/// The grant whose answer a made-up one has: what a user's consent gives, if there is such a grant.
fn mintable(grants: &[Grant]) -> Option<&Grant> {
    let refreshable = |grant: &&Grant| match &grant.yields {
        Yields::Tokens(issued) => issued.iter().any(|issued| issued.refresh.is_some()),
        Yields::Code(_) => false,
    };
    let mut candidates: Vec<&Grant> = grants.iter().filter(refreshable).collect();
    candidates.sort_by_key(|grant| grant.name.wire != "exchange_code");
    candidates.into_iter().next()
}
