//! `idlewild offers`

use idlewild_chain_client::coins::{parse_coins, show_coins};
use idlewild_compute_primitives::{
    resources::{Grade, Resources},
    view::{ProviderView, Standing},
    Balance,
};
use serde::Serialize;

use crate::{
    args::{Common, Offers, Runtime},
    connection,
    output::{plain, show, table},
};

const PAGE: u32 = 256;

#[derive(Serialize)]
struct Offer {
    provider: u32,
    standing: Standing,
    free: Resources,
    offered: Resources,
    core_hour: Balance,
    region: String,
    host_class: String,
    grade: Option<Grade>,
    score: u16,
    lost: u32,
    late: u32,
    bond: Balance,
    spare: Balance,
    wasi: bool,
    oci: bool,
    endpoint: String,
}

impl Offer {
    fn of(view: &ProviderView) -> Self {
        let attributes = &view.attributes;
        Self {
            provider: view.id,
            standing: view.standing,
            free: view.free,
            offered: view.offered,
            core_hour: Balance::from(view.prices.cpu_milli).saturating_mul(1_000),
            region: match attributes.region {
                [0, 0] => String::new(),
                region => String::from_utf8_lossy(&region).into_owned(),
            },
            host_class: hex::encode(attributes.host_class),
            grade: view.grade,
            score: view.score,
            lost: view.lost,
            late: view.late,
            bond: view.bond,
            spare: view.bond.saturating_sub(view.locked),
            wasi: attributes.runtimes.wasi,
            oci: attributes.runtimes.oci,
            endpoint: String::from_utf8_lossy(&view.endpoint).into_owned(),
        }
    }

    fn passes(&self, filter: &Offers, max_price: Option<Balance>) -> bool {
        let need = Resources {
            cpu_milli: filter.cpu,
            ram_mib: filter.mem,
            disk_mib: filter.disk,
            gpus: filter.gpus,
            ..Resources::default()
        };
        let runs = match filter.runtime {
            None => true,
            Some(Runtime::Wasi) => self.wasi,
            Some(Runtime::Oci) => self.oci,
        };
        let is_there = filter.region.is_none_or(|region| self.region.as_bytes() == region);
        (filter.all || self.standing == Standing::Active)
            && self.free.covers(&need)
            && runs
            && is_there
            && max_price.is_none_or(|most| self.core_hour <= most)
            && self.score >= filter.score
    }

    fn row(&self) -> Vec<String> {
        let cores = |milli: u32| format!("{:.1}", f64::from(milli) / 1_000.0);
        let runs: Vec<&str> =
            [(self.wasi, "wasi"), (self.oci, "oci")].iter().filter(|(can, _)| *can).map(|(_, what)| *what).collect();
        vec![
            self.provider.to_string(),
            format!("{:?}", self.standing).to_lowercase(),
            cores(self.free.cpu_milli),
            cores(self.offered.cpu_milli),
            self.free.ram_mib.to_string(),
            show_coins(self.core_hour),
            runs.join("+"),
            plain(&self.region),
            self.grade.map_or_else(|| "-".into(), |grade| format!("{:.2}", f64::from(grade.core) / 1_000.0)),
            self.score.to_string(),
            self.lost.to_string(),
            self.late.to_string(),
            show_coins(self.spare),
            plain(&self.endpoint),
        ]
    }
}

/// Lists those that run jobs and services.
pub async fn run(common: &Common, filter: &Offers) -> anyhow::Result<()> {
    let max_price = filter.max_price.as_deref().map(parse_coins).transpose().map_err(anyhow::Error::msg)?;
    let compute = connection::compute(common).await?;
    let (mut offers, mut others, mut after) = (Vec::new(), 0u32, None);
    loop {
        let page = compute.providers(after, PAGE).await?;
        for offer in page.providers.iter().map(Offer::of) {
            if offer.passes(filter, max_price) {
                offers.push(offer);
            } else {
                others = others.saturating_add(1);
            }
        }
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    show(common.json, &offers, || {
        if offers.is_empty() {
            return match others {
                0 => "nobody runs jobs on this chain yet".into(),
                others => {
                    format!("none of {others} providers is what you ask for: leave something out, or look at all with --all")
                },
            };
        }
        let heading = [
            "provider",
            "standing",
            "cores free",
            "of",
            "MiB free",
            "core and hour",
            "runs",
            "region",
            "grade",
            "score",
            "lost",
            "late",
            "bond to spare",
            "endpoint",
        ];
        let mut rows: Vec<Vec<String>> = vec![heading.iter().map(|cell| (*cell).to_owned()).collect()];
        rows.extend(offers.iter().map(Offer::row));
        table(&rows)
    })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer() -> Offer {
        Offer {
            provider: 1,
            standing: Standing::Active,
            free: Resources { cpu_milli: 2_000, ram_mib: 1_024, ..Resources::default() },
            offered: Resources::default(),
            core_hour: 50,
            region: "NO".into(),
            host_class: String::new(),
            grade: None,
            score: 3,
            lost: 0,
            late: 0,
            bond: 1,
            spare: 1,
            wasi: true,
            oci: false,
            endpoint: String::new(),
        }
    }

    #[test]
    fn each_filter_counts() {
        let none = Offers::default();
        assert!(offer().passes(&none, None));
        assert!(offer().passes(&Offers { cpu: 2_000, mem: 1_024, score: 3, region: Some(*b"NO"), ..none.clone() }, Some(50)));
        for wrong in [
            Offers { cpu: 2_001, ..none.clone() },
            Offers { mem: 1_025, ..none.clone() },
            Offers { disk: 1, ..none.clone() },
            Offers { gpus: 1, ..none.clone() },
            Offers { score: 4, ..none.clone() },
            Offers { region: Some(*b"SE"), ..none.clone() },
            Offers { runtime: Some(Runtime::Oci), ..none.clone() },
        ] {
            assert!(!offer().passes(&wrong, None), "{wrong:?}");
        }
        assert!(!offer().passes(&none, Some(49)));
        let paused = Offer { standing: Standing::Paused, ..offer() };
        assert!(!paused.passes(&none, None) && paused.passes(&Offers { all: true, ..none }, None));
    }
}
