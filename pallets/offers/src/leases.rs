//! What is known of a provider from leases of services.

use idlewild_compute_primitives::ProviderId;

use crate::{types::Provider, Config, Event, Pallet, Providers};

impl<T: Config> Pallet<T> {
    /// Notes that a provider never began a lease that it was matched for, gave it up, or was silent for too long.
    ///
    /// It costs nothing of its score, which tells of results: whoever has a service made up could end it, with one that does not run.
    pub fn note_lease_late(id: ProviderId) {
        let Some(record) = Providers::<T>::get(id) else { return };
        let (late, score) = (record.late.saturating_add(1), record.score);
        Providers::<T>::insert(id, Provider { late, ..record });
        Self::deposit_event(Event::Late { provider: id, late, score });
    }
}
