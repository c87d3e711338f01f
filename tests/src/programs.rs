//! The programs that are generated with the goldens: `examples/login.rs` of each.
#![allow(dead_code)] // nobody runs them

#[rustfmt::skip]
#[path = "../goldens/answers/login.rs"]
mod answers;
#[rustfmt::skip]
#[path = "../goldens/arrivals/login.rs"]
mod arrivals;
#[rustfmt::skip]
#[path = "../goldens/assertion_choice/login.rs"]
mod assertion_choice;
#[rustfmt::skip]
#[path = "../goldens/assertions/login.rs"]
mod assertions;
#[rustfmt::skip]
#[path = "../goldens/audiences/login.rs"]
mod audiences;
#[rustfmt::skip]
#[path = "../goldens/bodies/login.rs"]
mod bodies;
#[rustfmt::skip]
#[path = "../goldens/callbacks/login.rs"]
mod callbacks;
#[rustfmt::skip]
#[path = "../goldens/client_auth/login.rs"]
mod client_auth;
#[rustfmt::skip]
#[path = "../goldens/client_credentials/login.rs"]
mod client_credentials;
#[rustfmt::skip]
#[path = "../goldens/code_only/login.rs"]
mod code_only;
#[rustfmt::skip]
#[path = "../goldens/connections/login.rs"]
mod connections;
#[rustfmt::skip]
#[path = "../goldens/cookies/login.rs"]
mod cookies;
#[rustfmt::skip]
#[path = "../goldens/device/login.rs"]
mod device;
#[rustfmt::skip]
#[path = "../goldens/device_query/login.rs"]
mod device_query;
#[rustfmt::skip]
#[path = "../goldens/evil/login.rs"]
mod evil;
#[rustfmt::skip]
#[path = "../goldens/exchanges/login.rs"]
mod exchanges;
#[rustfmt::skip]
#[path = "../goldens/expiries/login.rs"]
mod expiries;
#[rustfmt::skip]
#[path = "../goldens/extended/login.rs"]
mod extended;
#[rustfmt::skip]
#[path = "../goldens/functions/login.rs"]
mod functions;
#[rustfmt::skip]
#[path = "../goldens/id_token/login.rs"]
mod id_token;
#[rustfmt::skip]
#[path = "../goldens/id_token_optional/login.rs"]
mod id_token_optional;
#[rustfmt::skip]
#[path = "../goldens/kept/login.rs"]
mod kept;
#[rustfmt::skip]
#[path = "../goldens/kept_host/login.rs"]
mod kept_host;
#[rustfmt::skip]
#[path = "../goldens/left_out/login.rs"]
mod left_out;
#[rustfmt::skip]
#[path = "../goldens/limits/login.rs"]
mod limits;
#[rustfmt::skip]
#[path = "../goldens/logins/login.rs"]
mod logins;
#[rustfmt::skip]
#[path = "../goldens/methods/login.rs"]
mod methods;
#[rustfmt::skip]
#[path = "../goldens/multipart/login.rs"]
mod multipart;
#[rustfmt::skip]
#[path = "../goldens/obstacles/login.rs"]
mod obstacles;
#[rustfmt::skip]
#[path = "../goldens/open_scopes/login.rs"]
mod open_scopes;
#[rustfmt::skip]
#[path = "../goldens/policies/login.rs"]
mod policies;
#[rustfmt::skip]
#[path = "../goldens/posted/login.rs"]
mod posted;
#[rustfmt::skip]
#[path = "../goldens/presentations/login.rs"]
mod presentations;
#[rustfmt::skip]
#[path = "../goldens/public_client/login.rs"]
mod public_client;
#[rustfmt::skip]
#[path = "../goldens/renewals/login.rs"]
mod renewals;
#[rustfmt::skip]
#[path = "../goldens/requests/login.rs"]
mod requests;
#[rustfmt::skip]
#[path = "../goldens/scoped_grants/login.rs"]
mod scoped_grants;
#[rustfmt::skip]
#[path = "../goldens/revocation_access/login.rs"]
mod revocation_access;
#[rustfmt::skip]
#[path = "../goldens/revocation_hints/login.rs"]
mod revocation_hints;
#[rustfmt::skip]
#[path = "../goldens/settings/login.rs"]
mod settings;
#[rustfmt::skip]
#[path = "../goldens/several_tokens/login.rs"]
mod several_tokens;
#[rustfmt::skip]
#[path = "../goldens/standard/login.rs"]
mod standard;
#[rustfmt::skip]
#[path = "../goldens/successes/login.rs"]
mod successes;
#[rustfmt::skip]
#[path = "../goldens/templates/login.rs"]
mod templates;
#[rustfmt::skip]
#[path = "../goldens/types/login.rs"]
mod types;
#[rustfmt::skip]
#[path = "../goldens/values/login.rs"]
mod values;
#[rustfmt::skip]
#[path = "../goldens/widgets/login.rs"]
mod widgets;
