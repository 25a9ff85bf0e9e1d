//! Chunks that wait for nothing but a call that anybody can make, and that nobody makes.
//!
//! Providers end what is theirs. Where they do not, because they are gone or because they would rather not have a result sampled,
//! trackers do: ending a chunk that was drawn for a sample asks for that sample, and whoever was honest is paid. Nothing on chain is looked
//! at for more than a page of one project a block, and each tracker comes at a moment of its own, so that the first spares the others
//! their fees.

use std::sync::{Mutex, PoisonError};

use codec::Encode;
use idlewild_chain_client::{ComputeCall, ComputeClient, ReadError};
use idlewild_compute_primitives::{
    chunk::MAX_BATCH,
    hash,
    view::{ChunkView, Due, ProjectView},
    ChunkIndex, Clock, ProjectId, SeatId,
};

/// Chunks and projects that are looked at in a block.
const PAGE: u32 = 64;
/// Calls in a block, beside one that ends chunks.
const CALLS: usize = 4;
/// How long those whose chunks they are come first, in blocks of the clock.
const FIRST: Clock = 10;
/// Within how many more blocks trackers come, each at its own moment.
const WITHIN: u32 = 20;

/// Where the next page begins.
#[derive(Default)]
pub(super) struct Overdue {
    next: Mutex<Cursor>,
}

#[derive(Clone, Copy, Default, Debug, PartialEq, Eq)]
struct Cursor {
    /// The project that was looked at last.
    last: Option<ProjectId>,
    /// The rest of a project, after this chunk.
    rest: Option<(ProjectId, ChunkIndex)>,
}

impl Overdue {
    /// What to call now for a page of chunks; another page with the next block.
    pub(super) async fn calls(
        &self,
        compute: &dyn ComputeClient,
        seat: SeatId,
        now: Clock,
    ) -> Result<Vec<ComputeCall>, ReadError> {
        let mut cursor = *self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let (project, after) = match cursor.rest {
            Some((project, after)) => (Some(project), Some(after)),
            None => {
                let page = compute.projects(cursor.last, PAGE).await?;
                let found = page.projects.iter().find(|project| is_open(project)).map(|project| project.id);
                // At the end from the beginning again.
                cursor.last = found.or(page.next);
                (found, None)
            },
        };
        let mut calls = Vec::new();
        cursor.rest = None;
        if let Some(project) = project {
            let page = compute.chunks(project, after, PAGE).await?;
            cursor.rest = page.next.map(|next| (project, next));
            calls = calls_for(project, &page.chunks, seat, now);
        }
        *self.next.lock().unwrap_or_else(PoisonError::into_inner) = cursor;
        Ok(calls)
    }
}

fn is_open(project: &ProjectView) -> bool {
    project.finished < project.chunks
}

fn calls_for(project: ProjectId, chunks: &[ChunkView], seat: SeatId, now: Clock) -> Vec<ComputeCall> {
    let is_late = |chunk: &&ChunkView| {
        let own = moment(seat, project, chunk.index);
        chunk.until != 0 && now > chunk.until.saturating_add(FIRST).saturating_add(own)
    };
    let late = || chunks.iter().filter(is_late);
    let ended = late().filter(|chunk| chunk.due == Due::Finalise).map(|chunk| chunk.index);
    let ended: Vec<ChunkIndex> = ended.take(MAX_BATCH as usize).collect();
    // One that nobody has begun waits for whoever wants it, and not for us.
    let waits = |chunk: &&ChunkView| match chunk.due {
        Due::Acknowledge | Due::Commit | Due::Reveal | Due::Draw | Due::Check => true,
        Due::Claim => !chunk.replicas.is_empty(),
        Due::Finalise | Due::Verdict | Due::Nothing => false,
    };
    let moved = late().filter(waits).take(CALLS).map(|chunk| ComputeCall::Advance { project, chunk: chunk.index });
    let ending = (!ended.is_empty()).then_some(ComputeCall::Finalise { project, chunks: ended });
    ending.into_iter().chain(moved).collect()
}

/// How much later than others a seat comes.
fn moment(seat: SeatId, project: ProjectId, chunk: ChunkIndex) -> Clock {
    let [first, ..] = hash(&(seat, project, chunk).encode());
    u32::from(first) % WITHIN
}

#[cfg(test)]
mod tests {
    use idlewild_compute_primitives::chunk::Stage;

    use super::*;

    fn chunk(index: ChunkIndex, due: Due, until: Clock) -> ChunkView {
        let (replicas, claims, drawn, tried) = Default::default();
        ChunkView { index, stage: Stage::Open, replicas, wanted: 2, claims, drawn, tried, due, until }
    }

    #[test]
    fn what_is_overdue_is_ended_and_moved_on_and_nothing_else() {
        let chunks = [
            chunk(0, Due::Finalise, 100),
            chunk(1, Due::Commit, 100),
            chunk(2, Due::Claim, 100),
            chunk(3, Due::Verdict, 0),
            chunk(4, Due::Finalise, 200),
            chunk(5, Due::Reveal, 0),
        ];
        assert_eq!(calls_for(7, &chunks, 3, 100 + FIRST), [], "whose chunks they are come first");
        let calls = calls_for(7, &chunks, 3, 100 + FIRST + WITHIN);
        assert_eq!(
            calls,
            [ComputeCall::Finalise { project: 7, chunks: vec![0] }, ComputeCall::Advance { project: 7, chunk: 1 }]
        );
    }

    #[test]
    fn a_block_has_so_many_calls_and_no_more() {
        let chunks: Vec<ChunkView> =
            (0..200).map(|index| chunk(index, if index % 2 == 0 { Due::Finalise } else { Due::Commit }, 1)).collect();
        let calls = calls_for(7, &chunks, 3, 1_000);
        assert_eq!(calls.len(), 1 + CALLS);
        assert!(matches!(&calls[0], ComputeCall::Finalise { chunks, .. } if chunks.len() == MAX_BATCH as usize));
    }

    #[test]
    fn trackers_come_one_after_the_other() {
        let moments: std::collections::BTreeSet<Clock> = (0..50).map(|seat| moment(seat, 1, 2)).collect();
        assert!(moments.len() > 10 && moments.iter().all(|moment| *moment < WITHIN), "{moments:?}");
    }
}
