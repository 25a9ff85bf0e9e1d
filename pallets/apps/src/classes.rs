//! How far a program's results repeat, and whether it is an app's: what other pallets ask.

use frame_support::{ensure, pallet_prelude::DispatchResult};
use idlewild_compute_primitives::{
    program::{Category, Class, Program},
    AppId, Digest,
};

use crate::{Apps, ByDigest, Config, Error, Event, Fallen, Pallet, Versions};

impl<T: Config> Pallet<T> {
    /// The class that a program has by now for a requester: what it declares, unless results of it were shown to this one not to repeat.
    pub fn class_of(program: &Program, requester: &T::AccountId) -> Class {
        match program.class {
            // It is known without a look at what fell.
            Class::Deterministic | Class::Metered => program.class,
            Class::Pinned | Class::Compared { .. } if Fallen::<T>::contains_key(program.digest, requester) => Class::Metered,
            Class::Pinned | Class::Compared { .. } => program.class,
        }
    }

    /// Notes that results of the program with this digest were shown to a requester not to repeat, in a project of its own.
    pub fn fall(digest: Digest, requester: &T::AccountId) {
        if !Fallen::<T>::contains_key(digest, requester) {
            Fallen::<T>::insert(digest, requester, ());
            Self::deposit_event(Event::Fell { digest, requester: requester.clone() });
        }
    }

    /// Whether a new project or service may use a program: it is sound and, where it is to be an app's, one of the versions that are not
    /// withdrawn has its digest, its form and, by what is known by now to who asks, its class. Where its bytes are may differ.
    pub fn check(app: Option<(AppId, &T::AccountId)>, program: &Program) -> DispatchResult {
        ensure!(program.is_sound(), Error::<T>::UnsoundProgram);
        let Some((app, requester)) = app else { return Ok(()) };
        let record = Apps::<T>::get(app).ok_or(Error::<T>::NoSuchApp)?;
        ensure!(!record.retired, Error::<T>::IsRetired);
        let version = ByDigest::<T>::get(app, program.digest).and_then(|version| Versions::<T>::get(app, version));
        let released = version.ok_or(Error::<T>::NotOfApp)?.program;
        let same = released.form == program.form && Self::class_of(&released, requester) == Self::class_of(program, requester);
        ensure!(same, Error::<T>::OtherClass);
        Ok(())
    }

    /// What an app is for, which providers choose by.
    pub fn category_of(app: AppId) -> Option<Category> {
        Apps::<T>::get(app).map(|record| record.category)
    }
}
