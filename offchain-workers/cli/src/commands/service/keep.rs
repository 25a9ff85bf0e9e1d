//! `idlewild service keep`

use idlewild_chain_client::coins::show_coins;
use idlewild_compute_primitives::{view::ServiceView, ServiceId};
use idlewild_sdk::{
    service::{
        keep::{KeepEvent, Until},
        moves::Move,
    },
    Sdk,
};

use super::{
    by_hour, sdk,
    show::{words, Fit},
};
use crate::{
    args::Common,
    output::{plain, show},
};

/// Keeps a service until it is over.
pub(super) async fn run(common: &Common, service: ServiceId) -> anyhow::Result<()> {
    let sdk = sdk(common).await?;
    eprintln!("keeping service {service}; stopping this command stops nothing there, and it can be given again at any time");
    until(&sdk, service, Until::Over).await?;
    show(common.json, &serde_json::json!({ "service": service, "over": true }), || format!("service {service} is over"))?;
    Ok(())
}

/// The same until something is so, telling what happens on standard error.
pub(super) async fn until(sdk: &Sdk, service: ServiceId, until: Until) -> anyhow::Result<()> {
    Ok(sdk.keep_service(service, until, tell).await?)
}

fn tell(event: KeepEvent) {
    match event {
        KeepEvent::Stands(view) => eprintln!("{}", stands(&view)),
        KeepEvent::Did(step) => eprintln!("{}", did(&step)),
        KeepEvent::Refused(step, error) => tracing::debug!(?step, error, "the chain refused a step"),
        KeepEvent::Silent(lease, reason) => eprintln!("lease {lease} does not answer: {}", plain(&reason)),
        KeepEvent::NothingFits(fits, pays) => {
            let fits: Vec<Fit> = fits.iter().map(|fit| Fit::of(fit, pays)).collect();
            eprintln!("nothing fits at the moment; it is waited for\n{}", words(&fits));
        },
        KeepEvent::Unfunded(count) => {
            eprintln!("{count} instances cannot be paid any more: `idlewild service scale` with the same number pays for them");
        },
        KeepEvent::Away(reason) => eprintln!("the chain cannot be followed: {}; this is tried again", plain(&reason)),
    }
}

fn stands(view: &ServiceView) -> String {
    let machines: Vec<String> = view
        .leases
        .iter()
        .filter(|lease| lease.closing.is_none())
        .map(|lease| match (lease.live, lease.key) {
            (Some(_), _) => format!("lease {} live at {}", lease.id, plain(&String::from_utf8_lossy(&lease.endpoint))),
            (None, Some(_)) => format!("lease {} is looked at by trackers", lease.id),
            (None, None) => {
                let rate = show_coins(by_hour(lease.rate));
                format!("lease {} is started by provider {} for {rate} an hour", lease.id, lease.provider)
            },
        })
        .collect();
    let wanted = if view.wanted > 0 { format!("; {} wait for a machine", view.wanted) } else { String::new() };
    format!("service {}: {}{wanted}", view.id, if machines.is_empty() { "no machine".into() } else { machines.join(", ") })
}

fn did(step: &Move) -> String {
    match step {
        Move::Request { .. } => "asked for machines".into(),
        Move::Bid { lot, .. } => format!("took a lot of size {} from the book", lot.size),
        Move::Propose { providers, .. } => format!("proposed providers {providers:?}"),
        Move::Settle { .. } => "took what was proposed".into(),
        Move::TakeBack { .. } => "took back a bid that nobody met".into(),
        Move::Pay { lease, amount } => format!("lease {lease} is paid {} so far", show_coins(*amount)),
        Move::Report { lease } => format!("lease {lease} was reported: trackers look whether it answers"),
        Move::Close { lease } => format!("lease {lease} was closed"),
        Move::Finish { lease } => format!("lease {lease} was paid out"),
    }
}
