//! Renewals, and what they do to the old tokens.

use std::time::SystemTime;

use authsmith_codegen::model::{self};
use authsmith_protocol::provider::Renew;
use authsmith_protocol::{ReadToken, Reading, Secret, Values};

use super::{Connection, Player, Told, hear, tokens_of};
use crate::agree::outline;

impl Player<'_> {
    pub(super) async fn renewals(&mut self, connection: &mut Connection) -> Told<()> {
        // Each place where an answer may keep something has its turn.
        let rounds = self.given.rounds;
        for at in (0..connection.tokens.len()).flat_map(|at| std::iter::repeat_n(at, rounds)) {
            let old = connection.tokens[at].clone();
            let kind = self.data.token(&old.kind).ok_or_else(|| format!("`{}` is no kind of token", old.kind))?;
            let values = tokens_of(connection, &old);
            match kind.renewal() {
                Renew::Refresh(grant) => {
                    let Some(shown) = &old.refresh_token else {
                        self.tell(format!("{}: no refresh token", old.kind))?;
                        continue;
                    };
                    let new = self.renewed(grant, &old, &values, connection).await?;
                    self.rotation(grant, shown, &old, &new, connection).await?;
                    connection.tokens[at] = ReadToken {
                        refresh_expires_at: new.refresh_expires_at.or(old.refresh_expires_at),
                        refresh_token: new.refresh_token.clone().or(old.refresh_token),
                        ..new
                    };
                }
                Renew::Exchange(grant) => {
                    connection.tokens[at] = self.renewed(grant, &old, &values, connection).await?;
                }
                Renew::Extend(grant) => {
                    let reading = self.perform(grant, &self.with_inputs(grant, &values)?).await?;
                    let end = self.extended(grant, &old.kind, &reading);
                    let life = outline::life(end, self.now());
                    self.tell(format!("{grant} extends `{}`{life}", old.kind))?;
                    hear(&mut connection.values, reading.kept);
                    connection.tokens[at].expires_at = end;
                }
                Renew::Reissue => {
                    let again = self.start(&connection.start.clone()).await?;
                    connection.values.merge(&again.values);
                    let new = again.tokens.into_iter().find(|token| token.kind == old.kind);
                    connection.tokens[at] = new.ok_or_else(|| format!("`{}` is not issued again", old.kind))?;
                }
                _ => self.tell(format!("{}: not renewed", old.kind))?,
            }
            let new = connection.tokens[at].clone();
            self.expect_taken(connection, &new, true, "once renewed").await?;
        }
        Ok(())
    }

    pub(super) async fn renewed(
        &mut self,
        grant: &str,
        old: &ReadToken,
        values: &Values,
        connection: &mut Connection,
    ) -> Told<ReadToken> {
        let reading = self.perform(grant, &self.with_inputs(grant, values)?).await?;
        self.tell(format!("{grant}: {}", self.outline_of(grant, &reading)))?;
        self.identity(grant, &reading, &connection.values.clone()).await?;
        hear(&mut connection.values, reading.kept);
        let new = reading.tokens.into_iter().find(|token| token.kind == old.kind);
        new.ok_or_else(|| format!("{grant} gives no token of kind `{}`", old.kind))
    }

    /// What the spec says that a refresh does to the old tokens.
    pub(super) async fn rotation(
        &mut self,
        grant: &str,
        shown: &Secret,
        old: &ReadToken,
        new: &ReadToken,
        connection: &Connection,
    ) -> Told<()> {
        let kind = self.provider.tokens.iter().find(|kind| kind.name.wire == old.kind).unwrap();
        let model::Renew::Refresh { rotation, old_access_revoked, .. } = &kind.renew else { return Ok(()) };
        let replaced = new.refresh_token.as_ref().is_some_and(|token| token != shown);
        let fits = match rotation {
            model::Rotation::Always => replaced,
            model::Rotation::Never => !replaced,
            model::Rotation::Sometimes => true,
        };
        if !fits {
            return Err(format!("{grant}: the refresh token should rotate {rotation:?}"));
        }
        self.expect_taken(connection, old, !old_access_revoked, "after the next was given").await
    }

    /// When a token that was extended expires: as the grant says, else as any that gives such a token.
    pub(super) fn extended(&self, grant: &str, kind: &str, reading: &Reading) -> Option<SystemTime> {
        let own = self.data.operation(grant).into_iter();
        let expiry = own.chain(self.data.all_operations()).find_map(|operation| {
            operation.answers().issued().iter().find(|issued| issued.kind() == kind).map(|issued| issued.expiry())
        });
        authsmith_protocol::expiry::expires_at(expiry?, &reading.body, self.now(), &mut Vec::new())
    }

    /// A connection of another kind, for which a grant shows a token.
    pub(super) async fn derived(&mut self, grant: &model::Grant, connections: &[Connection]) -> Told<Connection> {
        let (name, from) = (&grant.name.wire, grant.from.as_deref().unwrap_or_default());
        let find = |one: &'_ Connection| one.tokens.iter().find(|token| token.kind == from).cloned();
        let source = connections.iter().find_map(|one| Some((one, find(one)?)));
        let (connection, token) = source.ok_or_else(|| format!("{name}: there is no token of kind `{from}`"))?;
        let values = self.with_inputs(name, &tokens_of(connection, &token))?;
        let reading = self.perform(name, &values).await?;
        self.tell(format!("{name}: {}", self.outline_of(name, &reading)))?;
        self.expect_taken(connection, &token, true, "once it was shown for another").await?;
        let mut derived = Connection { tokens: reading.tokens, ..connection.clone() };
        hear(&mut derived.values, reading.kept);
        // The refresh token that was shown is as good as before.
        let again = self.send(name, &values).await.map_err(|error| error.to_string())?;
        self.read(name, &again).map_err(|error| format!("{name}, once more: {error}"))?;
        Ok(derived)
    }

    /// A grant that begins nothing and renews nothing, and shows a token of a connection.
    pub(super) async fn further(&mut self, grant: &model::Grant, connections: &[Connection]) -> Told<()> {
        let name = &grant.name.wire;
        let uses = self.uses(&grant.request);
        // These have been made already.
        let renews = grant.from.is_some()
            || self.data.all_tokens().iter().any(|kind| match kind.renewal() {
                Renew::Refresh(by) | Renew::Extend(by) | Renew::Exchange(by) => by == name,
                _ => false,
            });
        if renews || uses.contains("code") || !(uses.contains("token") || uses.contains("refresh_token")) {
            return Ok(());
        }
        let needs = |token: &&ReadToken| token.refresh_token.is_some() || !uses.contains("refresh_token");
        let shown = connections.iter().find_map(|one| Some((one, one.tokens.iter().find(needs)?)));
        let (connection, token) = shown.ok_or_else(|| format!("{name}: there is no token to show"))?;
        let values = self.with_inputs(name, &tokens_of(connection, token))?;
        let reading = self.perform(name, &values).await?;
        self.tell(format!("{name}: {}", self.outline_of(name, &reading)))?;
        Ok(())
    }
}
