//! The goldens: what the generator writes for small specs, compiled as it stands.
#![deny(warnings)]
#![allow(missing_docs)] // generated crates are exempt

mod programs;

#[rustfmt::skip]
#[path = "../goldens/answers/lib.rs"]
pub mod answers;
#[rustfmt::skip]
#[path = "../goldens/arrivals/lib.rs"]
pub mod arrivals;
#[rustfmt::skip]
#[path = "../goldens/assertion_choice/lib.rs"]
pub mod assertion_choice;
#[rustfmt::skip]
#[path = "../goldens/assertions/lib.rs"]
pub mod assertions;
#[rustfmt::skip]
#[path = "../goldens/audiences/lib.rs"]
pub mod audiences;
#[rustfmt::skip]
#[path = "../goldens/bodies/lib.rs"]
pub mod bodies;
#[rustfmt::skip]
#[path = "../goldens/callbacks/lib.rs"]
pub mod callbacks;
#[rustfmt::skip]
#[path = "../goldens/client_auth/lib.rs"]
pub mod client_auth;
#[rustfmt::skip]
#[path = "../goldens/client_credentials/lib.rs"]
pub mod client_credentials;
#[rustfmt::skip]
#[path = "../goldens/code_only/lib.rs"]
pub mod code_only;
#[rustfmt::skip]
#[path = "../goldens/connections/lib.rs"]
pub mod connections;
#[rustfmt::skip]
#[path = "../goldens/cookies/lib.rs"]
pub mod cookies;
#[rustfmt::skip]
#[path = "../goldens/device/lib.rs"]
pub mod device;
#[rustfmt::skip]
#[path = "../goldens/device_query/lib.rs"]
pub mod device_query;
#[rustfmt::skip]
#[path = "../goldens/evil/lib.rs"]
pub mod evil;
#[rustfmt::skip]
#[path = "../goldens/exchanges/lib.rs"]
pub mod exchanges;
#[rustfmt::skip]
#[path = "../goldens/expiries/lib.rs"]
pub mod expiries;
#[rustfmt::skip]
#[path = "../goldens/extended/lib.rs"]
pub mod extended;
#[rustfmt::skip]
#[path = "../goldens/functions/lib.rs"]
pub mod functions;
#[rustfmt::skip]
#[path = "../goldens/id_token/lib.rs"]
pub mod id_token;
#[rustfmt::skip]
#[path = "../goldens/id_token_optional/lib.rs"]
pub mod id_token_optional;
#[rustfmt::skip]
#[path = "../goldens/kept_host/lib.rs"]
pub mod kept_host;
#[rustfmt::skip]
#[path = "../goldens/left_out/lib.rs"]
pub mod left_out;
#[rustfmt::skip]
#[path = "../goldens/limits/lib.rs"]
pub mod limits;
#[rustfmt::skip]
#[path = "../goldens/kept/lib.rs"]
pub mod kept;
#[rustfmt::skip]
#[path = "../goldens/logins/lib.rs"]
pub mod logins;
#[rustfmt::skip]
#[path = "../goldens/methods/lib.rs"]
pub mod methods;
#[rustfmt::skip]
#[path = "../goldens/multipart/lib.rs"]
pub mod multipart;
#[rustfmt::skip]
#[path = "../goldens/obstacles/lib.rs"]
pub mod obstacles;
#[rustfmt::skip]
#[path = "../goldens/open_scopes/lib.rs"]
pub mod open_scopes;
#[rustfmt::skip]
#[path = "../goldens/policies/lib.rs"]
pub mod policies;
#[rustfmt::skip]
#[path = "../goldens/posted/lib.rs"]
pub mod posted;
#[rustfmt::skip]
#[path = "../goldens/presentations/lib.rs"]
pub mod presentations;
#[rustfmt::skip]
#[path = "../goldens/public_client/lib.rs"]
pub mod public_client;
#[rustfmt::skip]
#[path = "../goldens/renewals/lib.rs"]
pub mod renewals;
#[rustfmt::skip]
#[path = "../goldens/requests/lib.rs"]
pub mod requests;
#[rustfmt::skip]
#[path = "../goldens/scoped_grants/lib.rs"]
pub mod scoped_grants;
#[rustfmt::skip]
#[path = "../goldens/revocation_access/lib.rs"]
pub mod revocation_access;
#[rustfmt::skip]
#[path = "../goldens/revocation_hints/lib.rs"]
pub mod revocation_hints;
#[rustfmt::skip]
#[path = "../goldens/settings/lib.rs"]
pub mod settings;
#[rustfmt::skip]
#[path = "../goldens/several_tokens/lib.rs"]
pub mod several_tokens;
#[rustfmt::skip]
#[path = "../goldens/standard/lib.rs"]
pub mod standard;
#[rustfmt::skip]
#[path = "../goldens/successes/lib.rs"]
pub mod successes;
#[rustfmt::skip]
#[path = "../goldens/templates/lib.rs"]
pub mod templates;
#[rustfmt::skip]
#[path = "../goldens/types/lib.rs"]
pub mod types;
#[rustfmt::skip]
#[path = "../goldens/values/lib.rs"]
pub mod values;
#[rustfmt::skip]
#[path = "../goldens/widgets/lib.rs"]
pub mod widgets;
