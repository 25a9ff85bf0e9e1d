//! What is claimed: no more than there is room and bond for, and nothing that this machine could not have done in time.
//!
//! A claim costs nothing and takes nothing on chain until it is drawn; but what is drawn has to be taken, so here each one counts as if
//! it had been drawn already, until it is known that it was not.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use idlewild_chain_client::{coins::show_coins, ComputeCall};
use idlewild_compute::owner::hours::Moment;
use idlewild_compute_primitives::{
    chunk::Deadlines,
    resources::Resources,
    view::{ComputeTerms, Duty, DutyView, OpenChunkView, ProviderView, Standing},
    Balance, ChunkIndex, Clock, ProjectId,
};

use super::{lock, saying::Say, Place, Provider, PAGE};
use crate::compute::following::{Sent, StepError};

/// How long the price of storing an output counts, in blocks of the clock.
const SURVEY: Clock = 20;
/// How long a claim may stand that the chain says nothing of, in blocks of the clock.
const UNKNOWN: Clock = 40;
/// How long a chunk is left alone whose claim was refused for the first time; twice as long each further time.
const REFUSED: Clock = 2;
/// Refusals after which that does not get longer.
const PATIENCE: u32 = 6;
/// Projects that are kept in mind so as to tell of each once.
const TOLD: usize = 1_000;
/// Pages that are looked through in one block: what there is more is looked at with the next ones.
const PAGES: u32 = 8;

/// Claims that stand, and those that were refused.
#[derive(Default)]
pub(super) struct Claims {
    standing: BTreeMap<Place, Claim>,
    refused: BTreeMap<Place, (Clock, u32)>,
    /// Projects of which it was told that they pay too little.
    poor: BTreeSet<ProjectId>,
    /// Where the last block's look ended.
    cursor: Option<(ProjectId, ChunkIndex)>,
}

#[derive(Clone, Copy)]
struct Claim {
    since: Clock,
    resources: Resources,
    bond: Balance,
}

impl Claims {
    /// Claims that stand.
    pub(super) fn open(&self) -> u32 {
        u32::try_from(self.standing.len()).unwrap_or(u32::MAX)
    }

    /// Takes in what the chain said to a claim.
    pub(super) fn answered(&mut self, place: Place, sent: Sent, now: Clock) {
        match sent {
            Sent::Done => drop(self.refused.remove(&place)),
            Sent::Refused => {
                self.standing.remove(&place);
                let (until, times) = self.refused.entry(place).or_default();
                *times = times.saturating_add(1).min(PATIENCE);
                *until = now.saturating_add(REFUSED << *times);
            },
            Sent::Unknown => {},
        }
    }

    fn may_claim(&self, place: &Place, now: Clock) -> bool {
        let was_refused = self.refused.get(place).is_some_and(|(until, _)| *until > now);
        !was_refused && !self.standing.contains_key(place)
    }

    /// Forgets refusals of long ago.
    fn tidy(&mut self, now: Clock) {
        self.refused.retain(|_, (until, _)| until.saturating_add(REFUSED << PATIENCE) > now);
        while self.poor.len() > TOLD {
            self.poor.pop_first();
        }
    }
}

/// What can still be promised.
struct Room {
    free: Resources,
    spare: Balance,
}

impl Room {
    /// What a provider has left beside claims that stand.
    fn of<'a>(view: &ProviderView, claims: impl Iterator<Item = &'a Claim>) -> Self {
        let room = Self { free: view.free, spare: view.bond.saturating_sub(view.locked) };
        claims.fold(room, |room, claim| Self {
            free: room.free.less(&claim.resources).unwrap_or_default(),
            spare: room.spare.saturating_sub(claim.bond),
        })
    }

    /// Takes what a chunk needs, where there is that much.
    fn take(&mut self, open: &OpenChunkView) -> bool {
        let (Some(free), Some(spare)) = (self.free.less(&open.resources), self.spare.checked_sub(open.bond)) else {
            return false;
        };
        (self.free, self.spare) = (free, spare);
        true
    }
}

/// Whether a machine of this grade has as long as it needs: nobody may take longer than trackers can wait.
fn is_quick_enough(rules: &Deadlines, declared: Clock, core_grade: u32) -> bool {
    let needed = u64::from(declared).saturating_mul(1_000).div_ceil(u64::from(core_grade.clamp(1, 1_000)));
    needed <= u64::from(rules.longest_run())
}

impl Provider {
    /// Claims chunks, as many as there is room for.
    pub(super) async fn claim(self: &Arc<Self>, terms: &ComputeTerms, duties: &[DutyView]) -> Result<(), StepError> {
        let now = terms.now;
        self.settle_claims(now, duties).await?;
        if self.parts.owner.rests() || !self.parts.policy.is_open(Moment::now()) {
            return Ok(());
        }
        let Some(view) = self.parts.compute.provider(self.parts.id).await? else { return Ok(()) };
        if view.standing != Standing::Active {
            return Ok(());
        }
        let mut room = Room::of(&view, lock(&self.claims).standing.values());
        if room.free.cpu_milli == 0 || room.spare == 0 {
            return Ok(());
        }
        let grade = view.grade.unwrap_or_default().core;
        let mut after = lock(&self.claims).cursor;
        for _ in 0..PAGES {
            let page = self.parts.compute.open_chunks(self.parts.id, after, PAGE).await?;
            let mut wanted = BTreeMap::<ProjectId, Vec<OpenChunkView>>::new();
            for open in page.chunks {
                let is_fit = lock(&self.claims).may_claim(&(open.project, open.chunk), now)
                    && is_quick_enough(&terms.deadlines, open.run, grade);
                // Each asks more than the one before: what is stored is asked about only where there is something to claim.
                if is_fit && self.is_worth(&open, now).await && self.is_usable(open.project, now) && room.take(&open) {
                    wanted.entry(open.project).or_default().push(open);
                }
            }
            for (project, chunks) in wanted {
                self.send_claims(project, &chunks, now);
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        lock(&self.claims).cursor = after;
        Ok(())
    }

    fn send_claims(self: &Arc<Self>, project: ProjectId, chunks: &[OpenChunkView], now: Clock) {
        let claim = |open: &OpenChunkView| Claim { since: now, resources: open.resources, bond: open.bond };
        lock(&self.claims).standing.extend(chunks.iter().map(|open| ((project, open.chunk), claim(open))));
        let (provider, items) = (self.parts.id, chunks.iter().map(|open| (open.chunk, ())).collect());
        self.say(Say::Claim, project, items, move |project, items: Vec<(ChunkIndex, ())>| {
            let chunks = items.into_iter().map(|(chunk, ())| chunk).collect();
            ComputeCall::Claim { project, provider, chunks }
        });
    }

    /// Forgets claims that came to something, and those that will come to nothing.
    async fn settle_claims(&self, now: Clock, duties: &[DutyView]) -> Result<(), StepError> {
        let standing: Vec<(Place, Clock)> = {
            let mut claims = lock(&self.claims);
            claims.tidy(now);
            claims.standing.iter().map(|(place, claim)| (*place, claim.since)).collect()
        };
        for (place, since) in standing {
            if self.is_saying(Say::Claim, place) {
                continue;
            }
            let duty = duties.iter().find(|duty| (duty.project, duty.chunk) == place).map(|duty| duty.duty);
            let stands = match duty {
                Some(Duty::Acknowledge) => true,
                // Now the chain counts it.
                Some(Duty::Commit | Duty::Reveal) => false,
                None => {
                    let view = self.parts.compute.chunk(place.0, place.1).await?;
                    let id = self.parts.id;
                    view.is_some_and(|view| view.claims.contains(&id) || view.drawn.contains(&id))
                },
            };
            // What was never told of may still come.
            if !stands || since.saturating_add(UNKNOWN) < now {
                lock(&self.claims).standing.remove(&place);
            }
        }
        Ok(())
    }

    /// Whether a chunk pays for what it takes of the machine, and for storing what it writes.
    async fn is_worth(&self, open: &OpenChunkView, now: Clock) -> bool {
        let asked = self.parts.prices.rate(&open.resources).saturating_mul(Balance::from(open.run));
        // What cannot be stored is not run.
        let Some(storing) = self.storing_cost(now).await else { return false };
        let is_worth = open.price >= asked.saturating_add(storing);
        if !is_worth && lock(&self.claims).poor.insert(open.project) {
            let (project, pays) = (open.project, show_coins(open.price));
            let (asked, storing) = (show_coins(asked), show_coins(storing));
            tracing::info!(project, pays, asked, storing, "a project's chunks pay less than the machine and storing cost");
        }
        is_worth
    }

    /// What storing the output of a chunk costs, as it was found lately; `None` where it cannot be stored.
    async fn storing_cost(&self, now: Clock) -> Option<Balance> {
        let known = *lock(&self.storing);
        if let Some((_, cost)) = known.filter(|(since, _)| since.saturating_add(SURVEY) > now) {
            return cost;
        }
        let cost = self.parts.storing.cost(&self.parts.session).await;
        *lock(&self.storing) = Some((now, cost));
        cost
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(cpu_milli: u32, bond: Balance) -> OpenChunkView {
        let resources = Resources { cpu_milli, ..Resources::default() };
        OpenChunkView { project: 1, chunk: 1, price: 1, bond, run: 1, resources }
    }

    fn room(cpu_milli: u32, spare: Balance) -> Room {
        Room { free: Resources { cpu_milli, ..Resources::default() }, spare }
    }

    #[test]
    fn no_more_is_promised_than_there_is_of_either() {
        let mut room = room(3_000, 100);
        assert!(room.take(&open(1_000, 60)));
        assert!(!room.take(&open(1_000, 60)), "the bond is used up");
        assert!(!room.take(&open(2_500, 10)), "and so are the cores");
        assert!(room.take(&open(2_000, 40)) && !room.take(&open(1, 0)));
    }

    #[test]
    fn a_claim_counts_until_it_is_known_to_have_come_to_nothing() {
        let mut claims = Claims::default();
        let claim = Claim { since: 0, resources: Resources::default(), bond: 1 };
        claims.standing.insert((1, 1), claim);
        claims.standing.insert((1, 2), claim);
        assert!(!claims.may_claim(&(1, 1), 0));
        claims.answered((1, 1), Sent::Done, 5);
        claims.answered((1, 2), Sent::Refused, 5);
        assert_eq!(claims.open(), 1);
        assert!(!claims.may_claim(&(1, 2), 5 + 2 * REFUSED - 1) && claims.may_claim(&(1, 2), 5 + 2 * REFUSED));
        for _ in 0..40 {
            claims.answered((1, 2), Sent::Refused, 100);
        }
        assert!(claims.may_claim(&(1, 2), 100 + (REFUSED << PATIENCE)), "a race that goes on for long ends as well");
        claims.tidy(100 + (REFUSED << PATIENCE) * 2);
        assert!(claims.refused.is_empty());
    }

    #[test]
    fn a_machine_that_is_too_slow_for_a_chunk_leaves_it() {
        let rules = Deadlines::default();
        assert_eq!(rules.longest_run(), 50);
        assert!(is_quick_enough(&rules, 50, 1_000) && is_quick_enough(&rules, 50, 3_000));
        assert!(!is_quick_enough(&rules, 50, 999));
        assert!(is_quick_enough(&rules, 10, 200) && !is_quick_enough(&rules, 10, 199));
    }
}
