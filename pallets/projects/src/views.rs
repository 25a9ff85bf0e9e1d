//! Answers to the runtime API. None of them changes anything, and each looks at so much and no more.

use alloc::vec::Vec;
use idlewild_compute_primitives::{
    chunk::{Stage, Step},
    commitment::SealedKey,
    draw::{is_checked, SEED_AFTER},
    project::ProjectSpec,
    view::{ChunkView, ChunksPage, Due, DutiesPage, Duty, DutyView, OpenChunkView, OpenChunksPage, ProjectView, ProjectsPage},
    ChunkIndex, Clock, ProjectId, ProviderId,
};
use idlewild_storage_primitives::page::{page, PAGE, SCAN};
use pallet_idlewild_apps::Pallet as Apps;
use pallet_idlewild_escrow::Pallet as Escrow;
use pallet_idlewild_offers::{types::Provider, Pallet as Offers};

use crate::{
    case::{Case, Seed},
    types::{chunk_of, place, Chunk, Place, Project, Race, Sample},
    Chunks, Config, Error, Keys, NextProject, OpenProjects, Pallet, Projects, ProjectsOf, WorkOf,
};

/// What is found on the way through something without an end that is known: until a page is full, or enough was looked at.
struct Search<Id, R> {
    found: Vec<R>,
    last: Option<Id>,
    looks: u32,
    limit: usize,
}

impl<Id: Copy, R> Search<Id, R> {
    fn new(limit: u32) -> Self {
        Self { found: Vec::new(), last: None, looks: 0, limit: limit.clamp(1, PAGE) as usize }
    }

    /// Notes that something was looked at. Says whether that was enough.
    fn looked(&mut self, id: Id, found: Option<R>) -> bool {
        self.found.extend(found);
        self.last = Some(id);
        self.looks = self.looks.saturating_add(1);
        self.found.len() >= self.limit || self.looks >= SCAN
    }
}

/// Whether a chunk pays what its provider asks for the time that it is declared to run.
fn is_worth<AccountId>(spec: &ProjectSpec, record: &Provider<AccountId>) -> bool {
    spec.price >= record.prices.rate(&spec.resources).saturating_mul(spec.run.into())
}

impl<T: Config> Pallet<T> {
    pub(crate) fn project_view(id: ProjectId) -> Option<ProjectView> {
        let project = Projects::<T>::get(id)?;
        let mut spec = project.spec;
        spec.program.class = Apps::<T>::class_of(&spec.program, &project.owner);
        Some(ProjectView {
            id,
            owner: project.owner.into(),
            spec,
            escrow: project.escrow,
            held: Escrow::<T>::held(project.escrow),
            chunks: project.chunks,
            finished: project.finished,
            closed: project.closed,
            created: project.created,
        })
    }

    pub(crate) fn projects_page(after: Option<ProjectId>, limit: u32) -> ProjectsPage {
        let end = NextProject::<T>::get();
        let start = after.map_or(0, |after| after.saturating_add(1)).min(end);
        let (projects, next) = page(start..end, limit, |id, found| found.extend(Self::project_view(id)));
        ProjectsPage { projects, next }
    }

    pub(crate) fn projects_of_page(owner: &T::AccountId, after: Option<ProjectId>, limit: u32) -> ProjectsPage {
        let keys = match after {
            Some(after) => {
                ProjectsOf::<T>::iter_key_prefix_from(owner, ProjectsOf::<T>::hashed_key_for(owner, after.to_be_bytes()))
            },
            None => ProjectsOf::<T>::iter_key_prefix(owner),
        };
        let mut keys = keys.map(ProjectId::from_be_bytes);
        let mut search = Search::new(limit);
        let is_cut = keys.any(|id| search.looked(id, Self::project_view(id)));
        let next = search.last.filter(|_| is_cut && keys.next().is_some());
        ProjectsPage { projects: search.found, next }
    }

    pub(crate) fn chunk_view(id: ProjectId, index: ChunkIndex) -> Option<ChunkView> {
        let project = Projects::<T>::get(id).filter(|project| index < project.chunks)?;
        Some(Self::any_case(id, index, project).view())
    }

    pub(crate) fn chunks_page(id: ProjectId, after: Option<ChunkIndex>, limit: u32) -> ChunksPage {
        let Some(project) = Projects::<T>::get(id) else { return ChunksPage { chunks: Vec::new(), next: None } };
        let end = project.chunks;
        let start = after.map_or(0, |after| after.saturating_add(1)).min(end);
        let (chunks, next) =
            page(start..end, limit, |index, found| found.push(Self::any_case(id, index, project.clone()).view()));
        ChunksPage { chunks, next }
    }

    pub(crate) fn key_view(id: ProjectId, index: ChunkIndex, provider: ProviderId) -> Option<SealedKey> {
        Keys::<T>::get(place(id, index), provider)
    }

    /// A chunk, whether there is a record of it or not.
    fn any_case(id: ProjectId, index: ChunkIndex, project: Project<T::AccountId>) -> Case<T> {
        let untouched = || {
            let mut chunk = Chunk::fresh(project.share());
            if project.closed {
                // Its share went back.
                chunk.stage = Stage::Final { root: None };
                chunk.left = 0;
            }
            chunk
        };
        let chunk = Chunks::<T>::get(id, index).unwrap_or_else(untouched);
        Case::of(id, index, project, chunk)
    }

    pub(crate) fn open_chunks_page(provider: ProviderId, after: Option<(ProjectId, ChunkIndex)>, limit: u32) -> OpenChunksPage {
        let nothing = OpenChunksPage { chunks: Vec::new(), next: None };
        let Ok(record) = Offers::<T>::get(provider) else { return nothing };
        if !record.is_active() {
            return nothing;
        }
        let mut search = Search::new(limit);
        let (first, later) = match after {
            Some((id, index)) => {
                let key = OpenProjects::<T>::hashed_key_for(id.to_be_bytes());
                let first = OpenProjects::<T>::contains_key(id.to_be_bytes()).then_some((id, index.saturating_add(1)));
                (first, OpenProjects::<T>::iter_keys_from(key))
            },
            None => (None, OpenProjects::<T>::iter_keys()),
        };
        let all = first.into_iter().chain(later.map(|key| (ProjectId::from_be_bytes(key), 0)));
        for (id, start) in all {
            if Self::search_project(&mut search, provider, &record, id, start) {
                return OpenChunksPage { chunks: search.found, next: search.last };
            }
        }
        OpenChunksPage { chunks: search.found, next: None }
    }

    /// Looks for chunks of one project that a provider could claim. Says whether enough was looked at.
    fn search_project(
        search: &mut Search<(ProjectId, ChunkIndex), OpenChunkView>,
        provider: ProviderId,
        record: &Provider<T::AccountId>,
        id: ProjectId,
        start: ChunkIndex,
    ) -> bool {
        let Some(project) = Projects::<T>::get(id) else { return false };
        let chunks = project.chunks;
        // What is true of a chunk that nobody touched is true of all, but for what has to do with the others that are there.
        let fresh = Case::<T>::of(id, 0, project.clone(), Chunk::fresh(project.share()));
        let never = [Error::<T>::OwnProject, Error::<T>::NotSuited, Error::<T>::NoRoom, Error::<T>::BondTooLow];
        let never = never.map(sp_runtime::DispatchError::from);
        // Once nothing new is given out, only chunks that somebody has can miss a replica.
        let is_over = project.touched == 0 && (project.closed || fresh.now > project.spec.deadline);
        let refused = || fresh.ensure_claimable(record).is_err_and(|error| never.contains(&error));
        // However many chunks it has, what nobody may or will run takes one look: so that nobody hides work behind it.
        if is_over || !is_worth(&project.spec, record) || refused() {
            return search.looked((id, chunks), None);
        }
        (start..chunks).any(|index| {
            let case = Self::any_case(id, index, project.clone());
            let found = case.is_claimable(provider, record).then(|| case.show_open(record));
            search.looked((id, index), found)
        })
    }

    pub(crate) fn duties_page(provider: ProviderId, after: Option<(ProjectId, ChunkIndex)>, limit: u32) -> DutiesPage {
        let keys = match after {
            Some((id, index)) => {
                WorkOf::<T>::iter_key_prefix_from(provider, WorkOf::<T>::hashed_key_for(provider, place(id, index)))
            },
            None => WorkOf::<T>::iter_key_prefix(provider),
        };
        let mut keys = keys.map(|place: Place| chunk_of(&place));
        let mut search = Search::new(limit);
        let is_cut = keys.any(|(id, index)| {
            let duty = Case::<T>::touched(id, index).ok().and_then(|case| {
                let (duty, until) = case.duty_of(provider)?;
                Some(DutyView { project: id, chunk: index, duty, until })
            });
            search.looked((id, index), duty)
        });
        let next = search.last.filter(|_| is_cut && keys.next().is_some());
        DutiesPage { duties: search.found, next }
    }
}

impl<T: Config> Case<T> {
    /// Whether a provider could claim it now.
    fn is_claimable(&self, provider: ProviderId, record: &Provider<T::AccountId>) -> bool {
        let is_free = match &self.chunk.race {
            // Those who were drawn and let the time pass make room for another race as soon as anybody claims.
            Race::Drawn { until, .. } => self.now > *until && !self.chunk.racing().contains(&provider),
            Race::Open { since, .. } if self.now > since.saturating_add(self.rules.race) => {
                let (moment, until) = self.draw_times(*since);
                match self.seed(moment) {
                    Seed::Known(seed) => {
                        self.now > until && self.drawn_by(&seed).0.iter().all(|winner| winner.provider != provider)
                    },
                    Seed::Awaited => false,
                    Seed::Lost => true,
                }
            },
            Race::Idle | Race::Open { .. } => self.ensure_enterable(provider, record).is_ok(),
        };
        is_free && self.ensure_claimable(record).is_ok()
    }

    fn show_open(&self, record: &Provider<T::AccountId>) -> OpenChunkView {
        let spec = &self.project.spec;
        OpenChunkView {
            project: self.id,
            chunk: self.index,
            price: spec.price,
            bond: self.bond_of(record),
            run: spec.run,
            resources: spec.resources,
        }
    }

    /// Who was drawn and has not acknowledged, and until when that is possible, whether the draw was noted already or not.
    fn drawn(&self) -> Option<(Vec<ProviderId>, Clock)> {
        let drawn = match &self.chunk.race {
            Race::Idle => None,
            Race::Open { since, .. } => {
                let (moment, until) = self.draw_times(*since);
                match self.seed(moment) {
                    Seed::Known(seed) if self.now >= moment => {
                        let drawn = self.drawn_by(&seed).0.into_iter().map(|winner| winner.provider);
                        Some((drawn.collect(), until))
                    },
                    _ => None,
                }
            },
            Race::Drawn { until, .. } => Some((self.chunk.racing(), *until)),
        };
        drawn.filter(|(_, until)| self.now <= *until)
    }

    /// What a provider has to do with the chunk now.
    fn duty_of(&self, provider: ProviderId) -> Option<(Duty, Clock)> {
        let duty = match self.chunk.replica(provider).map(|replica| replica.step) {
            None => {
                let (_, until) = self.drawn().filter(|(drawn, _)| drawn.contains(&provider) && !self.is_shut())?;
                (Duty::Acknowledge, until)
            },
            // Without a key there is nothing that it could do.
            Some(Step::Running { until }) => {
                let has_key = !self.project.is_wrapped() || Keys::<T>::contains_key(place(self.id, self.index), provider);
                (Duty::Commit, Some(until).filter(|_| has_key)?)
            },
            Some(Step::Committed { .. }) => (Duty::Reveal, self.reveal_until()?),
            Some(Step::Revealed { .. }) => return None,
        };
        Some(duty).filter(|(_, until)| self.now <= *until)
    }

    /// Until when results can be revealed, if they can.
    fn reveal_until(&self) -> Option<Clock> {
        let since = self.due_since()?;
        if !self.chunk.waits_for_check() {
            return Some(since.saturating_add(self.rules.reveal));
        }
        match self.seed(since.saturating_add(SEED_AFTER)) {
            // The time begins with the first call that notes it.
            Seed::Known(seed) if !is_checked(&seed, self.id, self.index, self.chunk.chance) => {
                Some(self.now.saturating_add(self.rules.reveal))
            },
            _ => None,
        }
    }

    fn view(&self) -> ChunkView {
        let (due, until) = self.due();
        let chunk = &self.chunk;
        let claims = match &chunk.race {
            Race::Open { claims, .. } => claims.iter().map(|claim| claim.provider).collect(),
            _ => Vec::new(),
        };
        ChunkView {
            index: self.index,
            stage: chunk.stage,
            replicas: chunk.replicas.to_vec(),
            wanted: chunk.wanted,
            claims,
            drawn: self.drawn().map(|(drawn, _)| drawn).unwrap_or_default(),
            tried: chunk.tried.iter().cloned().map(Into::into).collect(),
            due,
            until,
        }
    }

    /// What the chunk waits for, and until when.
    fn due(&self) -> (Due, Clock) {
        match self.chunk.stage {
            Stage::Final { .. } => (Due::Nothing, 0),
            Stage::Disputed { .. } => (Due::Verdict, 0),
            Stage::Agreed { .. } if self.chunk.sample == Sample::Asked => (Due::Verdict, 0),
            Stage::Agreed { at, .. } => (Due::Finalise, at.saturating_add(self.rules.challenge)),
            Stage::Working { since: Some(since) } if self.chunk.waits_for_check() && self.reveal_until().is_none() => {
                (Due::Check, since.saturating_add(SEED_AFTER))
            },
            Stage::Working { since: Some(_) } => (Due::Reveal, self.reveal_until().unwrap_or(0)),
            Stage::Open | Stage::Working { since: None } => self.due_of_race(),
        }
    }

    fn due_of_race(&self) -> (Due, Clock) {
        if let Some((_, until)) = self.drawn() {
            return (Due::Acknowledge, until);
        }
        if let Race::Open { since, .. } = self.chunk.race {
            let race_until = since.saturating_add(self.rules.race);
            let (moment, until) = self.draw_times(since);
            if self.now <= race_until {
                return (Due::Claim, race_until);
            }
            if self.now <= until {
                return (Due::Draw, moment);
            }
        }
        if self.chunk.replicas.is_empty() {
            return if self.project.closed { (Due::Nothing, 0) } else { (Due::Claim, self.project.spec.deadline) };
        }
        if self.chunk.missing() > 0 {
            return (Due::Claim, self.chunk.waits.map_or(0, |since| since.saturating_add(self.rules.adjudicate)));
        }
        let running = self.chunk.replicas.iter().filter_map(|replica| match replica.step {
            Step::Running { until } => Some(until),
            _ => None,
        });
        (Due::Commit, running.min().unwrap_or(0))
    }
}
