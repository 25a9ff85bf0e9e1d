//! How services are shown.

use idlewild_chain_client::coins::show_coins;
use idlewild_compute_primitives::{
    view::{FitView, LeaseView, ServiceView},
    Balance, Clock,
};
use idlewild_sdk::explain::Reason;
use serde::Serialize;

use super::by_hour;
use crate::{
    output::{plain, table},
    quantities::show_blocks,
};

/// A service in a list.
#[derive(Serialize)]
pub(super) struct Row {
    service: u64,
    instances: u8,
    live: usize,
    wanted: u8,
    funded: u8,
    affordable: Balance,
    stopped: bool,
    max_rate: Balance,
    held: Balance,
    leases: Vec<Machine>,
}

/// A lease.
#[derive(Serialize)]
struct Machine {
    lease: u64,
    provider: u32,
    state: &'static str,
    endpoint: String,
    rate: Balance,
    paid: Balance,
    held: Balance,
    up: Clock,
    down: Clock,
    left: Clock,
}

impl Machine {
    fn of(view: &LeaseView, now: Clock) -> Self {
        Self {
            lease: view.id,
            provider: view.provider,
            state: state(view),
            endpoint: plain(&String::from_utf8_lossy(&view.endpoint)),
            rate: view.rate,
            paid: view.redeemed,
            held: view.held.saturating_add(view.for_probes),
            up: view.probes.up,
            down: view.probes.down,
            left: if view.live.is_some() { view.runs_out.saturating_sub(now) } else { 0 },
        }
    }
}

/// How a lease stands, in a few words.
fn state(view: &LeaseView) -> &'static str {
    match (view.closing, view.live, view.key) {
        (Some(_), ..) => "closing",
        (None, Some(_), _) if view.silent > 0 => "silent",
        (None, Some(_), _) => "live",
        (None, None, Some(_)) => "probed",
        (None, None, None) => "starting",
    }
}

impl Row {
    pub(super) fn of(view: &ServiceView, now: Clock) -> Self {
        let leases: Vec<Machine> = view.leases.iter().map(|lease| Machine::of(lease, now)).collect();
        Self {
            service: view.id,
            instances: view.spec.instances,
            live: leases.iter().filter(|lease| lease.state == "live").count(),
            wanted: view.wanted,
            funded: view.funded,
            stopped: view.stopped,
            affordable: view.affordable,
            max_rate: view.spec.max_rate,
            held: view.held,
            leases,
        }
    }

    pub(super) fn cells(&self) -> Vec<String> {
        let live = self.leases.iter().filter(|lease| lease.state == "live");
        let endpoints: Vec<&str> = live.map(|lease| lease.endpoint.as_str()).collect();
        vec![
            self.service.to_string(),
            self.live.to_string(),
            self.instances.to_string(),
            if self.stopped { "stopped".into() } else { self.wanted.to_string() },
            show_coins(by_hour(self.max_rate)),
            show_coins(self.held),
            endpoints.join(" "),
        ]
    }
}

/// A service by itself.
#[derive(Serialize)]
pub(super) struct Kept {
    #[serde(flatten)]
    row: Row,
    image: String,
    settings: u64,
    term: Clock,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    providers: Vec<Fit>,
}

impl Kept {
    pub(super) fn of(view: &ServiceView, now: Clock, fits: &[FitView]) -> Self {
        Self {
            row: Row::of(view, now),
            image: format!("sha256:{}", hex::encode(view.spec.program.digest)),
            settings: view.spec.settings.root,
            term: view.spec.term,
            providers: fits.iter().map(|fit| Fit::of(fit, view.affordable)).collect(),
        }
    }

    pub(super) fn words(&self, explain: bool) -> String {
        let Row { service, instances, live, wanted, funded, affordable, stopped, max_rate, held, leases } = &self.row;
        let mut lines = vec![format!(
            "service {service}: {live} of {instances} instances live{}; {} an hour each at most; {} held",
            if *stopped { ", stopped" } else { "" },
            show_coins(by_hour(*max_rate)),
            show_coins(*held)
        )];
        lines.push(format!("image {}, settings in deal {}", self.image, self.settings));
        if *wanted > 0 {
            lines.push(format!("{wanted} wait for a machine: `idlewild service keep {service}` finds them"));
        }
        if funded < wanted {
            lines.push(format!(
                "{} of them cannot be paid: `idlewild service scale {service} {instances}` pays for them",
                wanted.saturating_sub(*funded)
            ));
        } else if *wanted > 0 && affordable < max_rate {
            lines.push(format!(
                "what is left pays a machine of {} an hour at most: `idlewild service scale {service} {instances}` puts in what lacks",
                show_coins(by_hour(*affordable))
            ));
        }
        if !leases.is_empty() {
            let heading = ["lease", "provider", "state", "endpoint", "an hour", "paid", "held", "up", "down", "paid for"];
            let mut cells: Vec<Vec<String>> = vec![heading.iter().map(|cell| (*cell).to_owned()).collect()];
            cells.extend(leases.iter().map(|lease| {
                vec![
                    lease.lease.to_string(),
                    lease.provider.to_string(),
                    lease.state.to_owned(),
                    lease.endpoint.clone(),
                    show_coins(by_hour(lease.rate)),
                    show_coins(lease.paid),
                    show_coins(lease.held),
                    lease.up.to_string(),
                    lease.down.to_string(),
                    if lease.left > 0 { show_blocks(lease.left) } else { "-".into() },
                ]
            }));
            lines.push(table(&cells));
        }
        if explain {
            lines.push(words(&self.providers));
        }
        lines.join("\n")
    }
}

/// What keeps a provider from a service.
#[derive(Serialize)]
pub(super) struct Fit {
    provider: u32,
    fits: bool,
    rate: Balance,
    under_bonded: bool,
    reasons: Vec<Reason>,
}

impl Fit {
    /// Of a service that pays so much in a block.
    pub(super) fn of(view: &FitView, pays: Balance) -> Self {
        let reasons = Reason::of(view, pays);
        Self { provider: view.provider, fits: view.fits(), rate: view.rate, under_bonded: view.under_bonded, reasons }
    }

    fn words(&self) -> String {
        let bond = self.under_bonded.then(|| "has lost too much of its bond".to_owned());
        let why: Vec<String> = self.reasons.iter().map(Reason::words).chain(bond).collect();
        match self.fits {
            true => format!("provider {}: fits, for {} an hour", self.provider, show_coins(by_hour(self.rate))),
            false => format!("provider {}: {}", self.provider, why.join("; ")),
        }
    }
}

/// What keeps providers from a service, a line each.
pub(super) fn words(fits: &[Fit]) -> String {
    if fits.is_empty() {
        return "there is no provider at all".into();
    }
    let lines = fits.iter().map(Fit::words);
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use idlewild_compute_primitives::{
        resources::{Dimension, Mismatch},
        view::Standing,
    };

    use super::*;

    #[test]
    fn every_reason_is_told() {
        let view = FitView {
            provider: 4,
            standing: Standing::Paused,
            lacks: vec![(Dimension::RamMib, 512, 100), (Dimension::Gpus, 1, 0)],
            is_large_enough: false,
            mismatches: vec![Mismatch::Region, Mismatch::Runtime],
            rate: 1_000_000_000,
            too_dear: true,
            under_bonded: true,
        };
        let told = words(&[Fit::of(&view, 3)]);
        for word in
            ["provider 4", "paused", "bond", "asks", "100 MiB of memory of 512", "graphics processors", "region", "cannot run"]
        {
            assert!(told.contains(word), "{word} in {told}");
        }
        let fits = FitView {
            standing: Standing::Active,
            lacks: vec![],
            mismatches: vec![],
            too_dear: false,
            under_bonded: false,
            ..view
        };
        assert!(words(&[Fit::of(&fits, 3)]).contains("fits, for"));
        assert!(words(&[]).contains("no provider"));
    }
}
