//! How codes, tokens and connections end.

use std::time::Duration;

use authsmith_codegen::lower::REVOKE;

use super::{Connection, Player, Start, Told, tokens_of};

impl Player<'_> {
    pub(super) async fn revocation(&mut self, connection: &mut Connection) -> Told<()> {
        let Some(token) = connection.tokens.first().cloned() else { return Ok(()) };
        self.expect_taken(connection, &token, true, "before it is revoked").await?;
        let mut values = tokens_of(connection, &token).with("access_token", token.value.clone());
        if let Some(refresh) = &token.refresh_token {
            values.set("token", refresh.clone());
        }
        values.set("token_type_hint", if token.refresh_token.is_some() { "refresh_token" } else { "access_token" });
        self.perform(REVOKE, &values).await?;
        self.expect_taken(connection, &token, false, "after it is revoked").await
    }

    /// A code is taken as long as the spec says that it lives, and no longer.
    pub(super) async fn late_code(&mut self, starts: &[Start]) -> Told<()> {
        let seconds = self.data.authorization().and_then(|authorize| authorize.code_seconds());
        let (Some(Start::Login(grant)), Some(seconds)) = (starts.first(), seconds) else { return Ok(()) };
        for (wait, due) in [(seconds.saturating_sub(20), true), (seconds + 20, false)] {
            let consent = self.consent().await??;
            self.advance(Duration::from_secs(wait));
            let values = self.with_inputs(grant, &consent.values.with("code", consent.code))?;
            let response = self.send(grant, &values).await.map_err(|error| error.to_string())?;
            let taken = self.read(grant, &response).is_ok();
            if taken != due {
                return Err(format!("a code {wait} s old is taken: {taken}"));
            }
        }
        self.tell(format!("a code lives {seconds} s"))?;
        Ok(())
    }

    /// A token is taken as long as the answer says that it lives, and no longer.
    pub(super) async fn lives(&mut self, connections: &[Connection]) -> Told<()> {
        let tokens =
            connections.iter().flat_map(|connection| connection.tokens.iter().map(move |one| (connection, one)));
        let mut ends: Vec<_> =
            tokens.filter_map(|(connection, one)| Some((one.expires_at?, connection, one))).collect();
        ends.sort_by_key(|(end, ..)| *end);
        for (end, connection, token) in ends {
            let left = end.duration_since(self.now()).unwrap_or_default();
            if left > Duration::from_secs(365 * 86_400) {
                return Err(format!("a token of kind `{}` lives for years", token.kind));
            }
            if left > Duration::from_secs(30) {
                self.advance(left - Duration::from_secs(20));
                self.expect_taken(connection, token, true, "until it expires").await?;
            }
            self.advance(Duration::from_secs(40));
            self.expect_taken(connection, token, false, "after it expired").await?;
        }
        Ok(())
    }
}
