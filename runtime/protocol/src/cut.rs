//! JSON that was cut off: what was complete before the cut.

use serde_json::Value;

/// No vendor nests tokens deeper. A document that does is cut here.
const DEEPEST: usize = 32;

/// The members that stand whole in the beginning of a document that isn't one: the connection broke, a proxy cut the
/// answer, or it nests too deep to be read. A text counts only when it is closed, and a number only when something
/// follows it. `None` when there is no such member.
pub(crate) fn before_cut(body: &[u8]) -> Option<Value> {
    let mut scan = Scan::default();
    for (at, byte) in body.iter().enumerate() {
        if !scan.step(at, *byte) {
            break;
        }
    }
    let (end, open) = scan.whole?;
    let mut text = body.get(..end)?.to_vec();
    text.extend(open.iter().rev());
    serde_json::from_slice(&text).ok()
}

#[derive(Default)]
struct Scan {
    /// What closes the objects and arrays that are open.
    open: Vec<u8>,
    in_text: bool,
    escaped: bool,
    /// Whether what was read last is a value, and not a name.
    is_value: bool,
    /// Where the last whole member ends, and what was open there.
    whole: Option<(usize, Vec<u8>)>,
}

impl Scan {
    /// Reads one byte; `false` when nothing behind it counts.
    fn step(&mut self, at: usize, byte: u8) -> bool {
        if self.in_text {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => {
                    self.in_text = false;
                    self.note_value(at + 1);
                }
                _ => {}
            }
            return true;
        }
        match byte {
            b'"' => self.in_text = true,
            b':' => self.is_value = true,
            b'{' | b'[' => {
                self.open.push(if byte == b'{' { b'}' } else { b']' });
                self.is_value = byte == b'[';
                return self.open.len() <= DEEPEST;
            }
            b',' => {
                self.note_value(at);
                self.is_value = self.open.last() == Some(&b']');
            }
            b'}' | b']' => {
                if self.open.pop() != Some(byte) {
                    return false;
                }
                self.is_value = true;
                self.note_value(at + 1);
            }
            _ => {}
        }
        true
    }

    fn note_value(&mut self, end: usize) {
        if self.is_value && !self.open.is_empty() {
            self.whole = Some((end, self.open.clone()));
        }
    }
}
