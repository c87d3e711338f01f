//! `device`: consent on another device, and its exchange.

use proc_macro2::TokenStream;
use quote::quote;

use super::Face;
use super::client::extracted;
use super::connection::many_arguments;
use super::inputs::{Given, arguments, values};
use crate::emit::docs::{Docs, code, sentence};
use crate::lower::template_text;
use crate::model::{Device, Grant};

impl Face<'_> {
    /// The method that asks for consent on another device. What may be left out stands last, as in grants.
    pub(super) fn device(self, device: &Device) -> TokenStream {
        let settings = self.facts.connection_settings().map(Given::Setting);
        let mut given: Vec<Given<'_>> = settings.chain(device.request.inputs.iter().map(Given::Input)).collect();
        given.sort_by_key(|given| given.is_optional());
        let (before, inputs) = values(given.iter().copied());
        let list = arguments(given);
        let many = many_arguments(list.len());
        let doc = device_docs(device);
        quote! {
            #doc
            #many
            pub fn device(&self, #(#list),*) -> rt::Device<'_> {
                #before
                self.0.device(#inputs)
            }
        }
    }

    /// The method that asks once whether the user has decided.
    pub(super) fn poll_device_code(self, grant: &Grant) -> TokenStream {
        let (operation, result) = (self.operation(&grant.name.wire), self.result(grant));
        let given = extracted(grant, &quote!(answer));
        let waits = Docs::new().paragraph(&format!(
            "Asks once, as [`Client::{}`] does until there are tokens: for a page that reloads. `None` says that the user \
             hasn't decided, or that it is too early to ask; keep `pending`, which knows when.",
            grant.name.snake
        ));
        quote! {
            #waits
            pub async fn poll_device_code(&self, pending: &mut PendingDevice) -> Result<Option<#result>, Error> {
                let answer = self.0.poll_device_code(#operation, pending).await?;
                match answer {
                    Some(answer) => Ok(Some(#given)),
                    None => Ok(None),
                }
            }
        }
    }
}

fn device_docs(device: &Device) -> Docs {
    let url = code(&template_text(&device.request.url));
    let scopes = match device.default_scopes.as_slice() {
        [] => String::new(),
        scopes => format!("Without any scope of yours, it asks for {}.", code(&scopes.join(&device.scope_separator))),
    };
    Docs::new()
        .paragraph(&format!("Asks a user for consent on another device (RFC 8628), at {url}."))
        .paragraph(&device.about.as_deref().map(sentence).unwrap_or_default())
        .paragraph(&scopes)
}
