//! Refresh tokens that are shown once more, or lie idle: on connections of their own, because that may end them.

use std::time::Duration;

use authsmith_codegen::model::{Grant, Renew, Replay, TokenKind, Yields};
use authsmith_protocol::operation::Meaning;
use authsmith_protocol::{ReadError, ReadToken};

use super::{Connection, Player, Told, tokens_of};

/// How long before or behind an end something is tried.
const ASIDE: u64 = 20;

impl<'a> Player<'a> {
    /// What the spec says of spent refresh tokens: what they give, for how long, and what becomes of those that took their
    /// places.
    pub(super) async fn spent(&mut self, connections: &[Connection]) -> Told<()> {
        for (connection, kind, grant) in self.refreshed(connections) {
            let Renew::Refresh { replay, .. } = kind.renew else { continue };
            let waits = match replay {
                Replay::Idempotent { seconds } | Replay::Grace { seconds } => {
                    vec![0, seconds.saturating_sub(ASIDE), seconds + ASIDE]
                }
                _ => vec![0],
            };
            for wait in waits {
                self.shown_twice(connection, kind, grant, wait).await?;
            }
        }
        Ok(())
    }

    /// The connections whose tokens of some kind are renewed by a grant that shows the refresh token.
    fn refreshed<'c>(&self, connections: &'c [Connection]) -> Vec<(&'c Connection, &'a TokenKind, &'a str)> {
        let provider = self.provider;
        let of = |connection: &'c Connection| {
            provider.tokens.iter().filter_map(move |kind| {
                let token = connection.tokens.iter().find(|token| token.kind == kind.name.wire)?;
                token.refresh_token.as_ref()?;
                match &kind.renew {
                    Renew::Refresh { grant, .. } => Some((connection, kind, grant.as_str())),
                    _ => None,
                }
            })
        };
        connections.iter().flat_map(of).collect()
    }

    async fn shown_twice(&mut self, like: &Connection, kind: &TokenKind, grant: &str, wait: u64) -> Told<()> {
        let (mut connection, old) = self.begun_like(like, kind).await?;
        let new = self.renewed(grant, &old, &tokens_of(&connection, &old), &mut connection).await?;
        if new.refresh_token.is_none() || new.refresh_token == old.refresh_token {
            return Ok(());
        }
        self.advance(Duration::from_secs(wait));
        let again = self.refresh(grant, &connection, &old).await?;
        let gives = match &again {
            Ok(again) if again.refresh_token == new.refresh_token => "the same".to_owned(),
            Ok(_) => "others".to_owned(),
            Err(meaning) => format!("nothing ({meaning:?})"),
        };
        let lives = self.refresh(grant, &connection, &new).await?.is_ok();
        let Renew::Refresh { replay, .. } = kind.renew else { return Ok(()) };
        let due = match replay {
            Replay::Free => ("others", true),
            Replay::Idempotent { seconds } if wait < seconds => ("the same", true),
            Replay::Grace { seconds } if wait < seconds => ("others", true),
            Replay::Fatal => ("nothing (Terminal)", false),
            _ => ("nothing (Terminal)", true),
        };
        match (gives.as_str(), lives) == due {
            true => self.tell(format!("{grant}: spent {wait} s ago, it gives {gives}")),
            false => Err(format!("{grant}: spent {wait} s ago, it gives {gives}, and what it gave lives: {lives}")),
        }
    }

    /// A refresh token dies of being idle, and each renewal begins that anew.
    pub(super) async fn idle(&mut self, connections: &[Connection]) -> Told<()> {
        for (connection, kind, grant) in self.refreshed(connections) {
            let Some(idle) = kind.refresh_idle else { continue };
            let (connection, mut token) = self.begun_like(connection, kind).await?;
            for (wait, due) in
                [(idle.saturating_sub(ASIDE), true), (idle.saturating_sub(ASIDE), true), (idle + ASIDE, false)]
            {
                self.advance(Duration::from_secs(wait));
                let outcome = self.refresh(grant, &connection, &token).await?;
                if outcome.is_ok() != due {
                    return Err(format!("{grant}: a refresh token idle for {wait} s: {:?}", outcome.err()));
                }
                if let Ok(new) = outcome {
                    token = ReadToken { refresh_token: new.refresh_token.clone().or(token.refresh_token), ..new };
                }
            }
            self.tell(format!("{grant}: a refresh token lies idle for {idle} s"))?;
        }
        Ok(())
    }

    /// Another connection that begins as one did, and its token of a kind.
    async fn begun_like(&mut self, connection: &Connection, kind: &TokenKind) -> Told<(Connection, ReadToken)> {
        let mut connection = self.start(&connection.start.clone()).await?;
        let (provider, name) = (self.provider, &kind.name.wire);
        let gives = |grant: &&Grant| match &grant.yields {
            Yields::Tokens(issued) => grant.from.is_some() && issued.iter().any(|one| one.kind == *name),
            Yields::Code(_) => false,
        };
        if let Some(grant) = provider.grants.iter().find(gives) {
            connection = self.derived(grant, &[connection]).await?;
        }
        let token = connection.tokens.iter().find(|token| token.kind == kind.name.wire).cloned();
        token.map(|token| (connection, token)).ok_or_else(|| format!("no token of kind `{}` again", kind.name.wire))
    }

    /// What a refresh token gives, or what the refusal means.
    async fn refresh(
        &mut self,
        grant: &str,
        connection: &Connection,
        token: &ReadToken,
    ) -> Told<Result<ReadToken, Meaning>> {
        let values = self.with_inputs(grant, &tokens_of(connection, token))?;
        let response = self.send(grant, &values).await.map_err(|error| error.to_string())?;
        match self.read(grant, &response) {
            Ok(reading) => {
                let found = reading.tokens.into_iter().find(|found| found.kind == token.kind);
                found.map(Ok).ok_or_else(|| format!("{grant} gives no token of kind `{}`", token.kind))
            }
            Err(ReadError::Refused(refusal)) => Ok(Err(refusal.meaning)),
            Err(error) => Err(format!("{grant}: {error}")),
        }
    }
}
