//! `idlewild offers`

use idlewild_chain_client::coins::show_coins;
use idlewild_compute_primitives::{resources::Resources, view::ProviderView};
use serde::Serialize;

use crate::{
    args::Common,
    connection,
    output::{plain, show, table},
};

const PAGE: u32 = 256;

#[derive(Serialize)]
struct Offer {
    provider: u32,
    standing: idlewild_compute_primitives::view::Standing,
    free: Resources,
    offered: Resources,
    core_hour: u128,
    score: u16,
    lost: u32,
    late: u32,
    bond: u128,
    wasi: bool,
    oci: bool,
    endpoint: String,
}

impl Offer {
    fn of(view: &ProviderView) -> Self {
        Self {
            provider: view.id,
            standing: view.standing,
            free: view.free,
            offered: view.offered,
            core_hour: u128::from(view.prices.cpu_milli).saturating_mul(1_000),
            score: view.score,
            lost: view.lost,
            late: view.late,
            bond: view.bond,
            wasi: view.attributes.runtimes.wasi,
            oci: view.attributes.runtimes.oci,
            endpoint: String::from_utf8_lossy(&view.endpoint).into_owned(),
        }
    }
}

/// Lists those that run jobs.
pub async fn run(common: &Common) -> anyhow::Result<()> {
    let compute = connection::compute(common).await?;
    let (mut offers, mut after) = (Vec::new(), None);
    loop {
        let page = compute.providers(after, PAGE).await?;
        offers.extend(page.providers.iter().map(Offer::of));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    show(common.json, &offers, || {
        let heading = [
            "provider",
            "standing",
            "cores free",
            "of",
            "MiB free",
            "core and hour",
            "runs",
            "score",
            "lost",
            "late",
            "endpoint",
        ];
        let mut rows: Vec<Vec<String>> = vec![heading.iter().map(|cell| (*cell).to_owned()).collect()];
        rows.extend(offers.iter().map(|offer| {
            let cores = |milli: u32| format!("{:.1}", f64::from(milli) / 1_000.0);
            let runs: Vec<&str> =
                [(offer.wasi, "wasi"), (offer.oci, "oci")].iter().filter(|(can, _)| *can).map(|(_, what)| *what).collect();
            vec![
                offer.provider.to_string(),
                format!("{:?}", offer.standing).to_lowercase(),
                cores(offer.free.cpu_milli),
                cores(offer.offered.cpu_milli),
                offer.free.ram_mib.to_string(),
                show_coins(offer.core_hour),
                runs.join("+"),
                offer.score.to_string(),
                offer.lost.to_string(),
                offer.late.to_string(),
                plain(&offer.endpoint),
            ]
        }));
        table(&rows)
    })?;
    Ok(())
}
