//! Chunks that are over, or that time moves on.

use std::sync::Arc;

use idlewild_chain_client::ComputeCall;
use idlewild_compute_primitives::{
    chunk::{Stage, Step},
    view::{ChunkView, Due},
    Balance, ChunkIndex, Clock, ProjectId, ProviderId,
};

use super::{is_past, lock, saying::Say, Place, Provider};
use crate::compute::following::StepError;

/// How often a chunk is looked at that waits for others, and for time alone, in blocks of the clock.
const OFTEN: Clock = 2;
const SELDOM: Clock = 20;
/// How many blocks of the clock a chunk has to be without us before what was found of it is forgotten: a node that is behind knows of
/// nothing yet, and a salt that is lost costs a bond.
const GONE: Clock = 50;
/// The same for a chunk of which nothing was found: only time is lost by beginning anew.
const DROPPED: Clock = 3;
/// How many blocks each further replica waits before it does what one alone has to do.
const TURN: Clock = 2;

/// When a chunk with a record is looked at.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Look {
    next: Clock,
    /// Since when the chain knows of no replica of ours.
    gone: Option<Clock>,
}

/// What a chunk's view says of us.
enum Part {
    /// It is over, and this is what we were paid where our result stands.
    Over(Option<Balance>),
    /// We have no part in it.
    None,
    /// We are its replica of this place.
    Replica(u32),
}

impl Part {
    fn of(view: Option<&ChunkView>, provider: ProviderId) -> Self {
        let Some(view) = view else { return Self::None };
        let place = view.replicas.iter().position(|replica| replica.provider == provider);
        let replica = place.and_then(|place| view.replicas.get(place));
        match (view.stage, place) {
            (Stage::Final { root }, _) => Self::Over(replica.and_then(|replica| match replica.step {
                Step::Revealed { finding, bill } if replica.is_paid && root.is_none_or(|root| root == finding.root) => {
                    Some(bill)
                },
                _ => None,
            })),
            (_, Some(place)) => Self::Replica(u32::try_from(place).unwrap_or(u32::MAX)),
            (_, None) => Self::None,
        }
    }
}

impl Provider {
    /// Ends chunks whose results nobody can doubt any more, moves on those that time moves, and forgets those that are over.
    pub(super) async fn finish(self: &Arc<Self>, now: Clock) -> Result<(), StepError> {
        let known = self.parts.journal.chunks()?;
        lock(&self.looks).retain(|place, _| known.contains(place));
        lock(&self.pressing).keep(&known);
        for place in known {
            let look = lock(&self.looks).get(&place).copied().unwrap_or_default();
            if look.next > now {
                continue;
            }
            let (project, chunk) = place;
            let view = self.parts.compute.chunk(project, chunk).await?;
            if let Some(view) = &view {
                lock(&self.pressing).note(place, view.due);
            }
            let look = match Part::of(view.as_ref(), self.parts.id) {
                Part::Over(paid) => self.end(place, paid)?,
                Part::None => self.leave_alone(place, look, now)?,
                Part::Replica(turn) => match &view {
                    Some(view) => Look { next: self.move_on(project, view, turn, now), gone: None },
                    None => look,
                },
            };
            lock(&self.looks).insert(place, look);
        }
        Ok(())
    }

    /// Forgets a chunk that is over, once nothing of it runs.
    fn end(&self, place: Place, paid: Option<Balance>) -> Result<Look, StepError> {
        self.abandon(place);
        if !self.is_running(place) {
            if let Some(paid) = paid {
                self.parts.journal.count(place.0, place.1, paid)?;
            }
            self.forget(place)?;
        }
        Ok(Look::default())
    }

    fn leave_alone(&self, place: Place, look: Look, now: Clock) -> Result<Look, StepError> {
        let since = look.gone.unwrap_or(now);
        let is_found = self.record(place.0, place.1).map_or(true, |record| record.is_some_and(|one| one.finding.is_some()));
        if is_past(since.max(1), if is_found { GONE } else { DROPPED }, now) {
            self.abandon(place);
            if !self.is_running(place) {
                self.forget(place)?;
            }
        }
        Ok(Look { next: now, gone: Some(since) })
    }

    fn forget(&self, (project, chunk): Place) -> Result<(), StepError> {
        self.parts.journal.forget(project, chunk)?;
        // What cannot be removed now is swept away with the next start.
        let _ = std::fs::remove_dir_all(self.folder_of(project, chunk));
        Ok(())
    }

    /// Makes a step that anybody may make, when it is our turn. Says when to look again.
    fn move_on(self: &Arc<Self>, project: ProjectId, view: &ChunkView, turn: u32, now: Clock) -> Clock {
        let wait = TURN.saturating_mul(turn);
        let is_due = is_past(view.until, wait, now);
        let item = vec![(view.index, ())];
        match view.due {
            Due::Finalise if is_due => self.say(Say::Finalise, project, item, |project, items: Vec<(ChunkIndex, ())>| {
                ComputeCall::Finalise { project, chunks: items.into_iter().map(|(chunk, ())| chunk).collect() }
            }),
            Due::Claim | Due::Commit | Due::Reveal | Due::Acknowledge if is_due => {
                let chunk = view.index;
                self.say(Say::Advance, project, item, move |project, _| ComputeCall::Advance { project, chunk });
            },
            _ => {},
        }
        let often = now.saturating_add(OFTEN);
        match view.due {
            Due::Finalise | Due::Verdict if !is_due => {
                let until = view.until.saturating_add(wait).saturating_add(1);
                until.clamp(often, now.saturating_add(SELDOM))
            },
            _ => often,
        }
    }
}

#[cfg(test)]
mod tests {
    use idlewild_compute_primitives::{chunk::Replica, commitment::Finding};

    use super::*;

    fn view(stage: Stage, replicas: Vec<Replica>) -> ChunkView {
        let (claims, drawn, tried) = Default::default();
        ChunkView { index: 0, stage, replicas, wanted: 2, claims, drawn, tried, due: Due::Nothing, until: 0 }
    }

    fn replica(provider: ProviderId, root: u8, is_paid: bool) -> Replica {
        let finding = Finding { root: [root; 32], used: 0, output: 0, key: [0; 80] };
        Replica { provider, bond: 1, since: 1, step: Step::Revealed { finding, bill: 7 }, is_paid }
    }

    #[test]
    fn only_what_was_paid_counts_as_earned() {
        let replicas = vec![replica(1, 1, true), replica(2, 2, true), replica(3, 1, false)];
        let over = |root, provider| match Part::of(Some(&view(Stage::Final { root }, replicas.clone())), provider) {
            Part::Over(paid) => paid,
            _ => panic!("it is over"),
        };
        assert_eq!(over(Some([1; 32]), 1), Some(7));
        assert_eq!(over(Some([1; 32]), 2), None, "another result stands");
        assert_eq!(over(None, 2), Some(7), "the time is paid where nobody can tell");
        assert_eq!(over(Some([1; 32]), 3), None);
        assert_eq!(over(Some([1; 32]), 4), None);
        let working = view(Stage::Working { since: None }, replicas);
        assert!(matches!(Part::of(Some(&working), 2), Part::Replica(1)));
        assert!(matches!(Part::of(Some(&working), 4), Part::None));
        assert!(matches!(Part::of(None, 1), Part::None));
    }
}
