//! The processes of a run: started, killed, started again.

use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

use crate::Outcome;
use crate::dice::Dice;
use crate::marks::{self, Mark, Phase};
use crate::place::Place;

/// What every process of a run is told.
#[derive(Clone, Debug)]
pub struct Common {
    /// The program that has the command `worker`.
    pub program: PathBuf,
    /// The store.
    pub place: Place,
    /// The vendor.
    pub origin: String,
    /// Where the processes leave their marks.
    pub folder: PathBuf,
    /// How many grants there are.
    pub grants: usize,
    /// How many renewals a process has under way at once.
    pub tasks: usize,
    /// The chance of a process to end itself at each point.
    pub chance: f64,
}

/// All processes that there were.
#[derive(Debug)]
pub struct Crew {
    common: Common,
    running: Vec<Worker>,
    ended: Vec<Worker>,
    dice: Dice,
    started: u64,
    /// How many the parent has killed.
    pub killed: u64,
    /// How many have killed themselves.
    pub fell: u64,
}

#[derive(Debug)]
struct Worker {
    child: Child,
    /// Open as long as the process shall run.
    alive: Option<ChildStdin>,
    marks: PathBuf,
    was_killed: bool,
}

impl Crew {
    /// Starts so many processes.
    ///
    /// # Errors
    ///
    /// When they can't be started.
    pub fn start(common: Common, processes: usize, seed: u64) -> Outcome<Self> {
        let dice = Dice::new(seed);
        let (running, ended) = (Vec::new(), Vec::new());
        let mut crew = Self { common, running, ended, dice, started: 0, killed: 0, fell: 0 };
        for _ in 0..processes {
            let worker = crew.one()?;
            crew.running.push(worker);
        }
        Ok(crew)
    }

    /// How many were started.
    pub fn started(&self) -> u64 {
        self.started
    }

    fn one(&mut self) -> Outcome<Worker> {
        let common = &self.common;
        let marks = common.folder.join(format!("marks-{}", self.started));
        let mut command = Command::new(&common.program);
        command.arg("worker").arg("--marks").arg(&marks);
        command.args(["--store", &common.place.to_string(), "--server", &common.origin]);
        command.args(["--grants", &common.grants.to_string(), "--tasks", &common.tasks.to_string()]);
        command.args(["--chance", &common.chance.to_string(), "--seed", &self.dice.below(u64::MAX).to_string()]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn()?;
        let alive = child.stdin.take();
        self.started += 1;
        Ok(Worker { child, alive, marks, was_killed: false })
    }

    /// Kills one of the processes with this chance, whatever it is doing, and starts others for those that have ended.
    ///
    /// # Errors
    ///
    /// When a process ended otherwise than by a kill, or another can't be started.
    pub fn tend(&mut self, chance: f64) -> Outcome {
        if self.dice.strikes(chance) {
            let at = usize::try_from(self.dice.below(self.running.len() as u64))?;
            if let Some(worker) = self.running.get_mut(at) {
                worker.child.kill()?;
                worker.was_killed = true;
            }
        }
        for at in 0..self.running.len() {
            let ended = self.running.get_mut(at).map(|worker| worker.child.try_wait()).transpose()?;
            if ended.flatten().is_none() {
                continue;
            }
            let fresh = self.one()?;
            if let Some(place) = self.running.get_mut(at) {
                let worker = std::mem::replace(place, fresh);
                self.bury(worker)?;
            }
        }
        Ok(())
    }

    fn bury(&mut self, mut worker: Worker) -> Outcome {
        let status = worker.child.wait()?;
        match (worker.was_killed, status.code()) {
            (true, _) => self.killed += 1,
            (false, None) => self.fell += 1,
            (false, Some(code)) => return Err(format!("a process ended by itself with the status {code}").into()),
        }
        self.ended.push(worker);
        Ok(())
    }

    /// Lets the processes end their renewals, and waits for them.
    ///
    /// # Errors
    ///
    /// When one doesn't end.
    pub fn stop(&mut self) -> Outcome {
        let begun = Instant::now();
        let mut running = std::mem::take(&mut self.running);
        running.iter_mut().for_each(|worker| drop(worker.alive.take()));
        for mut worker in running {
            while worker.child.try_wait()?.is_none() {
                if begun.elapsed() > Duration::from_secs(60) {
                    worker.child.kill()?;
                    return Err("a process didn't end when it was told to".into());
                }
                std::thread::sleep(Duration::from_millis(10));
            }
            match worker.child.wait()?.code() {
                Some(0) => self.ended.push(worker),
                _ => self.bury(worker)?,
            }
        }
        Ok(())
    }

    /// Where each renewal stood that a kill has cut off.
    ///
    /// # Errors
    ///
    /// When a file of marks can't be read.
    pub fn cut_off(&self) -> Outcome<Vec<Mark>> {
        let mut all = Vec::new();
        for worker in &self.ended {
            all.extend(marks::last(&read(&worker.marks)?));
        }
        Ok(all)
    }

    /// What the processes were told about grants that were lost.
    ///
    /// # Errors
    ///
    /// When a file of marks can't be read.
    pub fn told(&self) -> Outcome<Vec<Mark>> {
        let mut all = Vec::new();
        for worker in &self.ended {
            all.extend(read(&worker.marks)?.into_iter().filter(|mark| mark.phase == Phase::Ended));
        }
        Ok(all)
    }
}

/// A process that was killed before it began has left no file.
fn read(path: &Path) -> Outcome<Vec<Mark>> {
    match marks::read(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        outcome => Ok(outcome?),
    }
}

impl Drop for Crew {
    fn drop(&mut self) {
        for worker in &mut self.running {
            let _ = worker.child.kill();
            let _ = worker.child.wait();
        }
    }
}
