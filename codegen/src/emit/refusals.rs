//! How refusals read, as data.

use authsmith_protocol::operation::{Limited, Meaning, Refusals, Wait, WaitUnit};

use super::layout::Expr;
use super::operations::{differing, lines, strings};

/// The data of a refusal, unless it is the standard's.
pub(super) fn refusals_data(refusals: &Refusals<'_>) -> Option<Expr> {
    let rfc = Refusals::rfc();
    if *refusals == rfc {
        return None;
    }
    let failures = refusals.documented().iter().map(|failure| {
        Expr::call("Failure::new", vec![Expr::string(failure.name())])
            .maybe("status", failure.expected_status().map(|status| Expr::text(status.to_string())))
            .maybe("code", failure.expected_code().map(Expr::string))
            .maybe("means", failure.meaning().and_then(meaning_path))
    });
    let data = Expr::call("Refusals::rfc", Vec::new())
        .maybe("code", differing(refusals.code_at(), rfc.code_at()))
        .maybe("or_code", strings(refusals.code_or()))
        .maybe("text", differing(refusals.text_at(), rfc.text_at()))
        .maybe("or_text", strings(refusals.text_or()))
        .maybe("waits", lines(refusals.wait_places().iter().map(wait_data).collect()))
        .maybe("limited", limited_data(&refusals.rate_limits()))
        .maybe("failures", lines(failures.collect()))
        .maybe("terminal", strings(refusals.terminal_codes()))
        .maybe("transient", strings(refusals.transient_codes()))
        .maybe("config", strings(refusals.config_codes()));
    Some(data)
}

fn meaning_path(meaning: Meaning) -> Option<Expr> {
    let path = match meaning {
        Meaning::Terminal => "Meaning::Terminal",
        Meaning::Transient => "Meaning::Transient",
        Meaning::Config => "Meaning::Config",
        _ => return None,
    };
    Some(Expr::text(path))
}

fn wait_data(wait: &Wait<'_>) -> Expr {
    let unit = match wait.unit() {
        WaitUnit::Seconds => "WaitUnit::Seconds",
        WaitUnit::Milliseconds => "WaitUnit::Milliseconds",
        WaitUnit::Epoch => "WaitUnit::Epoch",
        WaitUnit::EpochMilliseconds => "WaitUnit::EpochMilliseconds",
        WaitUnit::Iso => "WaitUnit::Iso",
        WaitUnit::HttpDate => "WaitUnit::HttpDate",
        _ => "WaitUnit::Delay",
    };
    Expr::call("Wait::new", vec![Expr::string(wait.at()), Expr::text(unit)])
        .maybe("after", wait.text_before_it().map(Expr::string))
        .maybe("before", wait.text_behind_it().map(Expr::string))
}

fn limited_data(limited: &Limited<'_>) -> Option<Expr> {
    if *limited == Limited::new() {
        return None;
    }
    let statuses: Vec<Expr> = limited.limited_statuses().iter().map(|status| Expr::text(status.to_string())).collect();
    let data = Expr::call("Limited::new", Vec::new())
        .maybe("statuses", (!statuses.is_empty()).then(|| Expr::list(statuses)))
        .maybe("remaining", limited.remaining_header().map(Expr::string))
        .maybe("codes", strings(limited.limited_codes()));
    Some(data)
}
