//! Whether a keeper has done its work, by the vendor's log and the store.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use authsmith::{Record, Store};
use authsmith_sandbox::{Decision, Event, Fingerprint, Sandbox};

use super::{DEADLINE, KEEP, NAME};
use crate::Outcome;

/// What came of a run.
#[derive(Debug, Default)]
pub(super) struct Verdict {
    /// Renewals that were asked for again.
    pub(super) repeated: u64,
    /// What should not have happened.
    pub(super) wrong: Vec<String>,
}

/// Every grant was issued tokens once, what was asked for again was so only after the lease of a killed worker and at most
/// so often, and the store has the newest refresh token of each.
pub(super) async fn judge(
    sandbox: &Sandbox,
    store: &Arc<dyn Store>,
    families: &HashMap<String, u64>,
    most_repeated: u64,
) -> Outcome<Verdict> {
    let mut verdict = Verdict::default();
    let issued = log(sandbox, &mut verdict)?;
    if verdict.repeated > most_repeated {
        let repeated = verdict.repeated;
        verdict.wrong.push(format!("{repeated} renewals were asked for again, by kills at most {most_repeated}"));
    }
    let mut after: Option<String> = None;
    loop {
        let page = store.scan(&format!("{NAME}/"), after.as_deref(), 10_000).await?;
        let Some((key, _)) = page.last() else { return Ok(verdict) };
        after = Some(key.clone());
        for (key, record) in &page {
            let family = families.get(key).copied().ok_or("the store has a grant that nobody kept")?;
            let times = issued.get(&family).map_or(0, |issued| issued.times);
            if times != 1 {
                verdict.wrong.push(format!("grant {family} was renewed {times} times"));
            }
            if !is_good(sandbox, family, record)? {
                verdict.wrong.push(format!("grant {family} is lost"));
            }
        }
    }
}

/// How often a grant was issued tokens, and when last.
#[derive(Clone, Copy, Debug, Default)]
struct Issued {
    times: u64,
    real_ms: u64,
}

/// Goes through all that the vendor has decided.
fn log(sandbox: &Sandbox, verdict: &mut Verdict) -> Outcome<HashMap<u64, Issued>> {
    let (mut issued, mut cursor) = (HashMap::new(), 0);
    loop {
        let page = sandbox.events(NAME, cursor, 10_000)?;
        if page.lost > 0 {
            return Err("the vendor's log is too short for the run".into());
        }
        if page.events.is_empty() {
            return Ok(issued);
        }
        cursor = page.cursor;
        page.events.iter().for_each(|event| decided(event, &mut issued, verdict));
    }
}

fn decided(event: &Event, issued: &mut HashMap<u64, Issued>, verdict: &mut Verdict) {
    let Some(family) = event.family else { return };
    let issued: &mut Issued = issued.entry(family).or_default();
    match event.decision {
        Decision::Minted => {}
        Decision::Issued => *issued = Issued { times: issued.times + 1, real_ms: event.real_ms },
        Decision::ReplayRepeated => {
            verdict.repeated += 1;
            let after = Duration::from_millis(event.real_ms.saturating_sub(issued.real_ms));
            // The lease began a little before the vendor issued.
            if after + Duration::from_secs(1) < DEADLINE + KEEP {
                verdict.wrong.push(format!("grant {family} was asked for again after only {after:?}"));
            }
        }
        other => verdict.wrong.push(format!("grant {family}: {other:?}")),
    }
}

/// Whether what the store holds is still good with the vendor.
fn is_good(sandbox: &Sandbox, family: u64, record: &Record) -> Outcome<bool> {
    let Some(stored) = refresh_token(record)? else { return Ok(false) };
    let stored = Fingerprint::of(&stored);
    Ok(sandbox.grants(NAME, family - 1, 1)?.iter().any(|standing| standing.refresh_tokens.contains(&stored)))
}

fn refresh_token(record: &Record) -> Outcome<Option<String>> {
    let body: serde_json::Value = serde_json::from_str(record.body().expose())?;
    Ok(body.pointer("/tokens/refresh_token").and_then(serde_json::Value::as_str).map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use authsmith::{MemoryStore, Store};
    use authsmith_sandbox::Minted;

    use super::{Verdict, judge, refresh_token};
    use crate::Outcome;
    use crate::ceiling;
    use crate::keeper::{self, NAME};

    /// A run in which one grant was renewed as it should, and each of the others suffered something else.
    async fn verdict(most_repeated: u64) -> Outcome<Verdict> {
        let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
        let sandbox = keeper::vendor().await?;
        let origin = sandbox.origin(NAME)?.to_owned();
        let client = keeper::client(&origin, Arc::clone(&store))?;
        let minted = sandbox.mint(NAME, 5)?;
        let families = keeper::keep(&client, minted.clone()).await?;
        let [_, _, behind_its_back, twice, hasty] = minted.as_slice() else { return Err("five grants".into()) };
        let refresh = async |minted: Minted| ceiling::measure(&origin, vec![minted], 1, Duration::from_secs(10)).await;

        client.resume("u1").await?.token().await?;
        refresh(behind_its_back.clone()).await?;
        client.resume("u3").await?.token().await?;
        let mut again = twice.clone();
        let (_, record) = store.scan(&format!("{NAME}/access/u3"), None, 1).await?.pop().ok_or("u3")?;
        again.refresh_tokens.first_mut().ok_or("a token")?.1 = refresh_token(&record)?.ok_or("a token")?;
        refresh(again).await?;
        refresh(hasty.clone()).await?;
        refresh(hasty.clone()).await?;
        judge(&sandbox, &store, &families, most_repeated).await
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_went_wrong_is_told() -> Outcome {
        let mut verdict = verdict(0).await?;
        // The time between two requests is told too, and differs.
        verdict.wrong.iter_mut().for_each(|wrong| {
            if let Some((before, _)) = wrong.split_once("only ") {
                *wrong = format!("{before}only");
            }
        });
        verdict.wrong.sort();
        assert_eq!(
            verdict.wrong,
            [
                "1 renewals were asked for again, by kills at most 0",
                "grant 1 was renewed 0 times",
                "grant 3 is lost",
                "grant 4 is lost",
                "grant 4 was renewed 2 times",
                "grant 5 is lost",
                "grant 5 was asked for again after only",
            ]
        );
        assert_eq!(verdict.repeated, 1);
        Ok(())
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn kills_explain_as_many_repetitions() -> Outcome {
        let verdict = verdict(1).await?;
        assert!(!verdict.wrong.iter().any(|wrong| wrong.contains("by kills")), "{:?}", verdict.wrong);
        Ok(())
    }
}
