//! ID tokens.

use crate::diagnostics::Span;
use crate::model::JwsAlgorithm;
use crate::parse::node::Text;
use crate::parse::template::Template;
use crate::parse::types::FieldExpr;

#[derive(Clone, Debug)]
pub(crate) struct IdToken {
    /// The key.
    pub span: Span,
    pub issuers: Vec<Template>,
    /// The key of the issuers.
    pub issuers_at: Option<Span>,
    pub jwks: Option<Template>,
    pub algorithms: Vec<JwsAlgorithm>,
    /// The key of the algorithms, where it stands there.
    pub algorithms_at: Option<Span>,
    pub value: Vec<Text>,
    pub optional: bool,
    pub audiences: Vec<Template>,
    pub claims: Vec<FieldExpr>,
}

impl IdToken {
    /// All of its templates.
    pub(crate) fn templates(&self) -> impl Iterator<Item = &Template> {
        self.issuers.iter().chain(&self.jwks).chain(&self.audiences)
    }
}
