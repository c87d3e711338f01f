//! How far the renewals of a process have come, in a file that outlives it.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

/// The last thing that a renewal is known to have done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// It is about to ask for the lease.
    Claiming,
    /// It has the lease.
    Claimed,
    /// It has said that it sends.
    Confirmed,
    /// It is about to send, or has sent.
    Sent,
    /// It was sent, and no answer came.
    Unanswered,
    /// It has the answer.
    Answered,
    /// It is about to write what it was given, or is writing.
    Storing,
    /// It has written.
    Stored,
    /// The callers have the new token, or an error, or nothing was to be done.
    Over,
    /// The callers were told that the user must log in again.
    Ended,
}

const NAMES: [(Phase, &str); 10] = [
    (Phase::Claiming, "claiming"),
    (Phase::Claimed, "claimed"),
    (Phase::Confirmed, "confirmed"),
    (Phase::Sent, "sent"),
    (Phase::Unanswered, "unanswered"),
    (Phase::Answered, "answered"),
    (Phase::Storing, "storing"),
    (Phase::Stored, "stored"),
    (Phase::Over, "over"),
    (Phase::Ended, "ended"),
];

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(NAMES.iter().find(|(phase, _)| phase == self).map_or("", |(_, name)| name))
    }
}

impl FromStr for Phase {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = NAMES.iter().find(|(_, name)| *name == text);
        found.map(|(phase, _)| *phase).ok_or_else(|| format!("there is no phase `{text}`"))
    }
}

/// One line of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Which of the process's tasks.
    pub task: usize,
    /// How far it has come.
    pub phase: Phase,
    /// With which grant.
    pub grant: String,
    /// The fingerprint of the refresh token that it has shown.
    pub shown: Option<String>,
    /// With [`Phase::Ended`]: the age of the lost answer that the library names as the cause.
    pub answer_lost: Option<Duration>,
}

/// The file, while its process writes it. What is written is with the operating system, and survives the process.
#[derive(Debug)]
pub struct Marks(File);

impl Marks {
    /// Begins a file.
    ///
    /// # Errors
    ///
    /// When it can't be made.
    pub fn create(path: &Path) -> io::Result<Self> {
        OpenOptions::new().append(true).create_new(true).open(path).map(Self)
    }

    /// Writes a line, at once.
    ///
    /// # Errors
    ///
    /// When the disk is full, for one.
    pub fn write(&self, mark: &Mark) -> io::Result<()> {
        let shown = mark.shown.as_deref().unwrap_or("-");
        let lost = mark.answer_lost.map_or_else(|| "-".to_owned(), |age| age.as_millis().to_string());
        let line = format!("{} {} {} {shown} {lost}\n", mark.task, mark.phase, mark.grant);
        (&self.0).write_all(line.as_bytes())
    }
}

/// All lines of a file, oldest first. A line that a kill has cut off is left out.
///
/// # Errors
///
/// When there is no such file.
pub fn read(path: &Path) -> io::Result<Vec<Mark>> {
    let text = fs::read_to_string(path)?;
    Ok(text.split_inclusive('\n').filter(|line| line.ends_with('\n')).filter_map(parse).collect())
}

fn parse(line: &str) -> Option<Mark> {
    let mut words = line.split_whitespace();
    let mut next = || words.next();
    let optional = |text: &str| (text != "-").then(|| text.to_owned());
    Some(Mark {
        task: next()?.parse().ok()?,
        phase: next()?.parse().ok()?,
        grant: next()?.to_owned(),
        shown: optional(next()?),
        answer_lost: optional(next()?).and_then(|text| text.parse().ok()).map(Duration::from_millis),
    })
}

/// The last line of each task: where a process that was killed has stopped.
pub fn last(marks: &[Mark]) -> Vec<Mark> {
    let by_task: BTreeMap<usize, &Mark> = marks.iter().map(|mark| (mark.task, mark)).collect();
    by_task.into_values().cloned().collect()
}
