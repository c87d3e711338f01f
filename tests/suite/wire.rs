//! The exact request of every operation of every spec.

use std::fmt::Write;

use authsmith_codegen::lower::lower;
use authsmith_codegen::model::Provider;
use authsmith_protocol::Values;
use authsmith_protocol::build;
use authsmith_protocol::operation::Operation;

use crate::support::{VENDORS, provider, values};

/// Every operation of a provider with values for all that it may use.
pub fn each_operation(provider: &Provider, mut visit: impl FnMut(&str, &Operation<'_>, Values)) {
    let arena = bumpalo::Bump::new();
    let data = lower(provider, &arena);
    if let (Some(model), Some(data)) = (&provider.authorize, data.authorization()) {
        let mut values = values(provider, &model.request.inputs);
        let scopes = model.scopes.iter().map(|scope| scope.name.wire.as_str()).collect::<Vec<_>>();
        values.set("scope", scopes.join(data.separator()));
        visit("authorize", &data.request(), values);
    }
    let grants = provider.grants.iter().map(|grant| (&grant.name, &grant.request));
    let calls = provider.calls.iter().map(|call| (&call.name, &call.request));
    for (name, request) in grants.chain(calls) {
        let operation = data.operation(&name.wire).expect("every operation of the model is lowered");
        visit(&name.wire, operation, values(provider, &request.inputs));
    }
}

fn rendered(provider: &Provider) -> String {
    let mut text = String::new();
    each_operation(provider, |name, operation, values| {
        let request = build(operation, &values).expect("the request can be built");
        writeln!(text, "### {name}\n{} {}", request.method, request.url).unwrap();
        for (header, value) in &request.headers {
            writeln!(text, "{header}: {}", value.to_str().unwrap()).unwrap();
        }
        if !request.body.is_empty() {
            writeln!(text, "\n{}", String::from_utf8(request.body).unwrap()).unwrap();
        }
        text.push('\n');
    });
    text
}

#[test]
fn every_operation_of_the_specs() {
    for vendor in VENDORS {
        insta::assert_snapshot!(vendor, rendered(&provider(vendor)));
    }
}
