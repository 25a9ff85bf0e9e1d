//! How many connections of one address have not said yet what they want.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

/// Counts by address.
pub(super) struct Crowd {
    most: u32,
    counts: Mutex<HashMap<IpAddr, u32>>,
}

/// One that is counted, until it is dropped.
pub(super) struct Entry {
    crowd: Arc<Crowd>,
    ip: IpAddr,
}

impl Crowd {
    pub(super) fn new(most: u32) -> Self {
        Self { most, counts: Mutex::default() }
    }

    /// Counts one more, unless there are as many as may be.
    pub(super) fn enter(self: &Arc<Self>, ip: IpAddr) -> Option<Entry> {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(ip).or_default();
        if *count >= self.most {
            return None;
        }
        *count = count.saturating_add(1);
        Some(Entry { crowd: self.clone(), ip })
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        let mut counts = self.crowd.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.ip) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                counts.remove(&self.ip);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_keeps_out_nobody_but_itself() {
        let crowd = Arc::new(Crowd::new(2));
        let [one, other]: [IpAddr; 2] = ["1.1.1.1", "2.2.2.2"].map(|ip| ip.parse().unwrap());
        let entries = [crowd.enter(one).unwrap(), crowd.enter(one).unwrap()];
        assert!(crowd.enter(one).is_none());
        assert!(crowd.enter(other).is_some());
        drop(entries);
        assert!(crowd.enter(one).is_some());
        assert!(crowd.counts.lock().unwrap().is_empty(), "who is gone takes no memory");
    }
}
