//! Creating a project.

use frame_support::{
    ensure,
    pallet_prelude::{DispatchError, DispatchResult},
    traits::Get,
};
use idlewild_compute_primitives::{
    chunk::count,
    money::{escrow_of_chunk, least_price, longest_task, MAX_REPLICAS},
    program::Form,
    project::{Input, ProjectSpec, LONGEST_OPEN, MAX_OUTPUT},
    ProjectId,
};
use pallet_idlewild_apps::Pallet as Apps;
use pallet_idlewild_escrow::Pallet as Escrow;
use pallet_idlewild_organisations::Pallet as Organisations;

use crate::{
    types::{Kind, Project, PANEL},
    Config, Error, Event, HoldReason, NextProject, OpenProjects, Pallet, Projects, ProjectsOf, Rules,
};

impl<T: Config> Pallet<T> {
    /// A project's record.
    pub(crate) fn record(id: ProjectId) -> Result<Project<T::AccountId>, DispatchError> {
        Projects::<T>::get(id).ok_or_else(|| Error::<T>::NoSuchProject.into())
    }

    pub(crate) fn do_create(owner: T::AccountId, mut spec: ProjectSpec) -> DispatchResult {
        let now = pallet_idlewild_clock::Pallet::<T>::now();
        let chunks = count(spec.tasks, spec.per_chunk).ok_or(Error::<T>::BadTasks)?;
        Self::ensure_sound(&owner, &spec)?;
        let is_ahead = spec.deadline > now && spec.deadline <= now.saturating_add(LONGEST_OPEN);
        ensure!(is_ahead, Error::<T>::BadDeadline);
        Apps::<T>::check(spec.app.map(|app| (app, &owner)), &spec.program)?;
        // Nobody who cannot run it shall win it.
        match spec.program.form {
            Form::Module => spec.wishes.runtimes.wasi = true,
            Form::Image => spec.wishes.runtimes.oci = true,
        }
        let total = escrow_of_chunk(spec.price, PANEL).checked_mul(chunks.into()).ok_or(Error::<T>::PriceTooHigh)?;
        let payer = Organisations::<T>::book(spec.organisation, &owner, total)?;
        let escrow = Escrow::<T>::open(&payer, total)?;
        let deposit = T::ProjectDeposit::get();
        Self::hold(HoldReason::Project, &owner, deposit)?;
        let id = NextProject::<T>::get();
        NextProject::<T>::put(id.checked_add(1).ok_or(Error::<T>::TooManyProjects)?);
        OpenProjects::<T>::insert(id.to_be_bytes(), ());
        ProjectsOf::<T>::insert(&owner, id.to_be_bytes(), ());
        let project = Project {
            owner: owner.clone(),
            spec,
            escrow,
            chunks,
            touched: 0,
            finished: 0,
            panels: 0,
            booked: if spec.organisation.is_some() { total } else { 0 },
            member: spec.organisation.and_then(|organisation| Organisations::<T>::number_of(organisation, &owner)),
            deposit,
            closed: false,
            created: now,
            ended: None,
        };
        Projects::<T>::insert(id, project);
        Self::deposit_event(Event::Created { project: id, owner, escrow, chunks, held: total });
        Ok(())
    }

    /// Refuses what no provider could do, or nobody could judge.
    fn ensure_sound(owner: &T::AccountId, spec: &ProjectSpec) -> DispatchResult {
        let limits = &spec.limits;
        let limited = limits.work > 0 && limits.time_ms > 0 && limits.memory_mib > 0 && limits.output <= MAX_OUTPUT;
        // What is metered is billed for the cores that it had.
        ensure!(limited && spec.resources.cpu_milli > 0 && spec.resources.ram_mib > 0, Error::<T>::BadLimits);
        ensure!(spec.run > 0 && spec.run <= Rules::<T>::get().longest_run(), Error::<T>::BadRun);
        ensure!(limits.time_ms <= longest_task(spec.run), Error::<T>::BadLimits);
        ensure!(spec.price >= least_price(spec.run), Error::<T>::PriceTooLow);
        ensure!((1..=MAX_REPLICAS).contains(&spec.replicas), Error::<T>::BadReplicas);
        let kind = Kind::from(Apps::<T>::class_of(&spec.program, owner));
        if kind == Kind::Metered {
            // There is nothing that a second one could be compared in.
            ensure!(spec.replicas == 1, Error::<T>::BadReplicas);
        } else {
            ensure!(matches!(spec.input, Input::Public(_)), Error::<T>::InputNotPublic);
        }
        Ok(())
    }
}
