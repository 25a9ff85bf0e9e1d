//! Which projects are worked for, and what their chunks have in common: found out once, before anything is promised.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use idlewild_client::seal::{of_input, seal, SealError};
use idlewild_compute_primitives::{view::ProjectView, ChunkIndex, Clock, ProjectId};

use super::{lock, Provider};
use crate::compute::{
    gather::{GatherError, Gathered},
    policy::{Refusal, Subject},
    running::is_lasting,
};

/// How long a project that cannot be used is left to others the first time, in blocks of the clock; twice as long each further time.
const FIRST: Clock = 20;
/// The longest time for that: a day.
const LONGEST: Clock = 14_400;
/// Projects that are kept at hand, beside those with chunks that run.
const KEPT: usize = 32;

/// Why a project is left to others.
#[derive(Debug, thiserror::Error)]
pub(super) enum LeaveError {
    #[error(transparent)]
    Gather(#[from] GatherError),
    #[error(transparent)]
    Policy(#[from] Refusal),
    #[error("there is no such project any more")]
    Gone,
    #[error("nobody could seal a result to its key: {0}")]
    Seal(#[from] SealError),
}

impl LeaveError {
    fn is_lasting(&self) -> bool {
        match self {
            Self::Gather(error) => is_lasting(error),
            _ => true,
        }
    }
}

/// What is known of projects.
#[derive(Default)]
pub(super) struct Shelf(Mutex<BTreeMap<ProjectId, Known>>);

enum Known {
    /// It is being found out.
    Asking { failures: u32 },
    /// It can be worked for. `used` is when that last mattered.
    Usable { gathered: Arc<Gathered>, used: Clock, failures: u32 },
    /// It is left to others for now.
    Left { until: Clock, failures: u32 },
}

impl Known {
    fn failures(&self) -> u32 {
        match self {
            Self::Asking { failures } | Self::Usable { failures, .. } | Self::Left { failures, .. } => *failures,
        }
    }
}

impl Shelf {
    /// What was gathered of a project.
    fn get(&self, id: ProjectId, now: Clock) -> Option<Arc<Gathered>> {
        match lock(&self.0).get_mut(&id) {
            Some(Known::Usable { gathered, used, .. }) => {
                *used = now.max(*used);
                Some(gathered.clone())
            },
            _ => None,
        }
    }

    /// Whether a project is known to have an input that can be read.
    fn is_open(&self, id: ProjectId) -> bool {
        self.get(id, 0).is_some_and(|gathered| gathered.is_open())
    }

    /// Whether somebody has to find out about a project now, which is noted.
    fn is_unknown(&self, id: ProjectId, now: Clock) -> bool {
        let mut known = lock(&self.0);
        let failures = match known.get(&id) {
            None => 0,
            Some(Known::Left { until, failures }) if *until <= now => *failures,
            Some(_) => return false,
        };
        known.insert(id, Known::Asking { failures });
        true
    }

    fn keep(&self, id: ProjectId, gathered: &Arc<Gathered>, now: Clock) {
        let mut known = lock(&self.0);
        // What is left to others stays so, though something of it still runs here.
        if matches!(known.get(&id), Some(Known::Left { until, .. }) if *until > now) {
            return;
        }
        let failures = known.get(&id).map_or(0, Known::failures);
        known.insert(id, Known::Usable { gathered: gathered.clone(), used: now, failures });
        // What nobody has in hand can be gathered again.
        let mut idle: Vec<(Clock, ProjectId)> = known
            .iter()
            .filter_map(|(id, known)| match known {
                Known::Usable { gathered, used, .. } if Arc::strong_count(gathered) == 1 => Some((*used, *id)),
                _ => None,
            })
            .collect();
        idle.sort_unstable();
        for (_, id) in idle.iter().take(idle.len().saturating_sub(KEPT)) {
            known.remove(id);
        }
    }

    /// Leaves a project to others, the longer the more often that was so.
    fn leave(&self, id: ProjectId, lasting: bool, now: Clock) {
        let mut known = lock(&self.0);
        let failures = known.get(&id).map_or(0, Known::failures).saturating_add(1);
        let pause = match lasting {
            true => LONGEST,
            false => FIRST.saturating_mul(1u32.checked_shl(failures.saturating_sub(1)).unwrap_or(u32::MAX)).min(LONGEST),
        };
        known.insert(id, Known::Left { until: now.saturating_add(pause), failures });
        // Of those whose time is over nothing has to be known.
        known.retain(|_, known| !matches!(known, Known::Left { until, .. } if until.saturating_add(LONGEST) < now));
    }
}

impl Provider {
    /// Whether a project is worked for. Where that is not known yet it is found out, and known with a later block.
    pub(super) fn is_usable(self: &Arc<Self>, id: ProjectId, now: Clock) -> bool {
        if self.projects.get(id, now).is_some() {
            return true;
        }
        if self.projects.is_unknown(id, now) {
            let this = self.clone();
            self.tasks.spawn(async move {
                tokio::select! {
                    () = this.stop.cancelled() => {},
                    asked = this.find_out(id, now) => if let Err(error) = asked {
                        tracing::info!(project = id, %error, "a project is left to others");
                        this.projects.leave(id, error.is_lasting(), now);
                    },
                }
            });
        }
        false
    }

    async fn find_out(&self, id: ProjectId, now: Clock) -> Result<(), LeaveError> {
        let project = self.project(id).await?;
        self.admit(&project).await?;
        // What cannot be sealed would be found out when all is run.
        seal(&[0; 32], &project.spec.reply_to, b"")?;
        self.gather(&project, now).await?;
        Ok(())
    }

    /// Whether the owner's policy takes a project.
    async fn admit(&self, project: &ProjectView) -> Result<(), LeaveError> {
        let spec = &project.spec;
        let category = match spec.app {
            None => None,
            Some(app) => {
                let app = self.parts.compute.app(app).await.map_err(|error| GatherError::Bundle(error.into()))?;
                app.map(|app| app.category)
            },
        };
        let (requester, program) = (project.owner, spec.program.digest);
        let subject = Subject { requester, program, category, organisation: spec.organisation };
        Ok(self.parts.policy.admit(&subject)?)
    }

    async fn project(&self, id: ProjectId) -> Result<ProjectView, LeaveError> {
        let project = self.parts.compute.project(id).await.map_err(|error| GatherError::Bundle(error.into()))?;
        project.ok_or(LeaveError::Gone)
    }

    async fn gather(&self, project: &ProjectView, now: Clock) -> Result<Arc<Gathered>, GatherError> {
        let (session, executors) = (&self.parts.session, &self.parts.executors);
        let programs = self.parts.folder.join("programs");
        let gathered = Arc::new(Gathered::project(session, executors, project, &programs).await?);
        self.projects.keep(project.id, &gathered, now);
        Ok(gathered)
    }

    /// Begins to fetch the program of a project of which a chunk was won, where it is large.
    pub(super) fn foresee(&self, id: ProjectId) {
        if let Some(gathered) = self.projects.get(id, 0) {
            gathered.begin();
        }
    }

    /// A project of which chunks are to be run here, whatever the policy says by now: that was promised.
    pub(super) async fn gathered(&self, id: ProjectId) -> Result<Arc<Gathered>, GatherError> {
        // One after the other: many chunks of a project may ask at once, and the first finds it for all.
        let _turn = self.gathering.lock().await;
        if let Some(gathered) = self.projects.get(id, 0) {
            return Ok(gathered);
        }
        match self.project(id).await {
            Ok(project) => self.gather(&project, 0).await,
            Err(LeaveError::Gather(error)) => Err(error),
            Err(_) => Err(GatherError::OtherTasks(0)),
        }
    }

    /// Keeps chunks of a project with a private input in mind from the moment that they are taken: where its requester never hands the
    /// key over, nothing else reminds us of the machine that is kept free for them. The same goes for those of a project of which
    /// nothing is known yet, as after a new start: its input may be private.
    pub(super) fn begin_private(&self, id: ProjectId, chunks: &[ChunkIndex]) {
        if self.projects.is_open(id) {
            return;
        }
        for chunk in chunks {
            if let Err(error) = self.parts.journal.begin(id, *chunk) {
                tracing::warn!(project = id, chunk, %error, "a chunk is not kept in mind");
            }
        }
    }

    /// A project of which a chunk is to be run now, with an input that can be read: its requester has handed the key of a private one
    /// over by the time that a chunk is due.
    pub(super) async fn readable(&self, id: ProjectId, chunk: ChunkIndex) -> Result<Arc<Gathered>, GatherError> {
        let gathered = self.gathered(id).await?;
        if !gathered.is_open() {
            let sealed = self.parts.compute.key_for(id, chunk, self.parts.id).await;
            let sealed = sealed.map_err(|error| GatherError::Bundle(error.into()))?.ok_or(GatherError::NoKey)?;
            let key = self.parts.receiver.open(&sealed, &of_input(id, chunk, self.parts.id)).map_err(GatherError::BadKey)?;
            gathered.open(&self.parts.session, &key).await?;
        }
        Ok(gathered)
    }

    /// Takes no more of a project's chunks for some time, as one did not run.
    pub(super) fn leave(&self, id: ProjectId, lasting: bool, now: Clock) {
        self.projects.leave(id, lasting, now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_project_of_which_nothing_is_known_is_not_taken_for_open() {
        let shelf = Shelf::default();
        assert!(!shelf.is_open(1), "after a new start");
        shelf.is_unknown(1, 0);
        assert!(!shelf.is_open(1), "while it is found out");
        shelf.leave(1, false, 0);
        assert!(!shelf.is_open(1), "nor while it is left to others");
    }

    #[test]
    fn a_project_that_fails_is_left_for_longer_each_time() {
        let shelf = Shelf::default();
        assert!(shelf.is_unknown(1, 0));
        assert!(!shelf.is_unknown(1, 0), "somebody finds out already");
        shelf.leave(1, false, 0);
        assert!(!shelf.is_unknown(1, FIRST - 1) && shelf.is_unknown(1, FIRST));
        shelf.leave(1, false, FIRST);
        assert!(!shelf.is_unknown(1, 3 * FIRST - 1) && shelf.is_unknown(1, 3 * FIRST), "twice as long");
        shelf.leave(1, true, 0);
        assert!(!shelf.is_unknown(1, LONGEST - 1) && shelf.is_unknown(1, LONGEST));
        for _ in 0..100 {
            shelf.leave(2, false, 0);
        }
        assert!(shelf.is_unknown(2, LONGEST), "and never for longer than a day");
    }
}
