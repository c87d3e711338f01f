//! What to say to a name that nobody knows.

/// A sentence that names what is unknown, the nearest name that is known, and all of these.
pub fn unknown(what: &str, name: &str, known: &[&str]) -> String {
    let mut text = format!("there is no {what} called `{name}`");
    let nearest = known.iter().map(|known| (distance(name, known), known)).min();
    match nearest {
        Some((distance, nearest)) if distance <= name.chars().count().max(3) / 3 + 1 => {
            text.push_str(&format!("; did you mean `{nearest}`?"))
        }
        _ => text.push(';'),
    }
    match known {
        [] => text.push_str(" there is none"),
        known => text.push_str(&format!(" known: {}", known.join(", "))),
    }
    text
}

/// How many characters must be added, taken away or replaced, in either case.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.to_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, character) in one.to_lowercase().chars().enumerate() {
        let mut left = index + 1;
        let mut next = vec![left];
        for (known, above) in other.iter().zip(row.windows(2)) {
            let (diagonal, up) = match above {
                [diagonal, up] => (*diagonal, *up),
                _ => (0, 0),
            };
            left = (diagonal + usize::from(*known != character)).min(up + 1).min(left + 1);
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::unknown;

    #[test]
    fn near_names_are_suggested_and_far_ones_listed() {
        let known = ["exchange_code", "refresh"];
        assert_eq!(
            unknown("operation", "exchange_cod", &known),
            "there is no operation called `exchange_cod`; did you mean `exchange_code`? known: exchange_code, refresh"
        );
        assert_eq!(
            unknown("operation", "zzz", &known),
            "there is no operation called `zzz`; known: exchange_code, refresh"
        );
    }
}
