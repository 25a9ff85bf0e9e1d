//! `idlewild service deploy`

use anyhow::{bail, Context};
use idlewild_chain_client::coins::{parse_coins, show_coins};
use idlewild_client::{bundle::Bundle, market::Wish, PutEvent};
use idlewild_compute_primitives::{program::Class, resources::BLOCKS_PER_HOUR, view::FitView, Balance, Clock};
use idlewild_sdk::{
    service::{keep::Until, Service},
    submit::JobId,
    Sdk,
};

use super::{
    by_hour,
    file::{self, Wanted},
    keep,
    show::{words, Fit, Kept},
};
use crate::{
    args::{Common, Deploy},
    commands::image,
    keystore::folder_of,
    output::{ask_to_pay, show},
    quantities,
    unfinished::Unfinished,
};

/// How long a service is paid for ahead where nothing is said.
const TERM: &str = "1d";

/// Runs a container for as long as it is paid for.
pub(super) async fn run(common: &Common, deploy: Deploy) -> anyhow::Result<()> {
    let wanted = file::read(&deploy.file)?;
    for note in &wanted.notes {
        eprintln!("note: {note}");
    }
    let sdk = super::sdk(common).await?;
    let term = match (deploy.term, &wanted.term) {
        (Some(term), _) => term,
        (None, said) => quantities::term(said.as_deref().unwrap_or(TERM)).map_err(anyhow::Error::msg)?,
    };
    let stored = stored(&sdk, &deploy, term).await?;
    let reference = deploy.image.as_deref().unwrap_or(&wanted.image);
    let program = image::program(common, &sdk, reference, Class::Metered, &stored, deploy.yes).await?;
    let mut service = Service {
        program,
        settings: wanted.settings.clone(),
        resources: wanted.resources,
        wishes: wanted.wishes,
        instances: deploy.instances.unwrap_or(wanted.instances),
        max_rate: Balance::MAX,
        term,
        organisation: None,
        stored,
    };
    service.check()?;
    service.max_rate = match price(&deploy, &wanted)? {
        Some(rate) => rate,
        None => usual_price(&sdk, &service).await?,
    };
    let fits = explain(&sdk, &service).await?;
    if !fits.iter().any(FitView::fits) && !deploy.wait {
        let fits: Vec<Fit> = fits.iter().map(|fit| Fit::of(fit, service.max_rate)).collect();
        bail!(
            "nothing fits now, so that nothing was deployed; give --wait to deploy it and wait for a machine\n{}",
            words(&fits)
        );
    }
    let unfinished = begun(common, &sdk, &service)?;
    if unfinished.is_begun_before() {
        eprintln!("this service was begun before; it goes on where it stopped");
    } else if !deploy.yes {
        let amount = show_coins(service.ahead(sdk.compute().compute_terms().await?.probe));
        eprintln!(
            "{} instances, {} an hour each at most, paid for {} ahead\n{amount} are put on hold, probes of its endpoints included; what is not used comes back",
            service.instances,
            show_coins(by_hour(service.max_rate)),
            quantities::show_blocks(term),
        );
        ask_to_pay(&amount)?;
    }
    unfinished.begin()?;
    let id = JobId::from_bytes(*unfinished.id().as_bytes());
    let told = |event: PutEvent| {
        if let PutEvent::Stored { deal, .. } = event {
            eprintln!("its settings are stored in deal {deal}");
        }
    };
    let number = sdk.deploy(&service, id, told).await.context("the same command goes on where it stopped")?;
    eprintln!("service {number} is deployed; stopping this command stops nothing there");
    unfinished.finish()?;
    keep::until(&sdk, number, Until::Live).await.with_context(|| format!("`idlewild service keep {number}` goes on"))?;
    let (view, now) = (sdk.service(number).await?, sdk.compute().compute_terms().await?.now);
    let kept = Kept::of(&view, now, &[]);
    show(common.json, &kept, || {
        let more = format!("`idlewild service keep {number}` pays it and replaces machines that vanish");
        format!("{}\n{}", kept.words(false), if deploy.keep { String::new() } else { more })
    })?;
    if deploy.keep {
        keep::until(&sdk, number, Until::Over).await?;
    }
    Ok(())
}

/// What an instance may cost at most in a block, where that is said.
fn price(deploy: &Deploy, wanted: &Wanted) -> anyhow::Result<Option<Balance>> {
    let Some(said) = deploy.max_price.as_ref().or(wanted.most.as_ref()) else { return Ok(None) };
    let rate = parse_coins(said).map_err(anyhow::Error::msg)?.checked_div(BLOCKS_PER_HOUR.into()).unwrap_or(0);
    if rate == 0 {
        bail!("{said} coins an hour are less than a planck a block: pay more");
    }
    Ok(Some(rate))
}

/// Twice what the cheapest machine asks, so that another one can take its place.
async fn usual_price(sdk: &Sdk, service: &Service) -> anyhow::Result<Balance> {
    let fits = explain(sdk, service).await?;
    let cheapest = fits.iter().filter(|fit| fit.fits()).map(|fit| fit.rate).min();
    match cheapest {
        Some(rate) => Ok(rate.saturating_mul(2).max(1)),
        None => {
            let fits: Vec<Fit> = fits.iter().map(|fit| Fit::of(fit, service.max_rate)).collect();
            bail!(
                "nothing fits now, so that there is no usual price: say what to pay at most with --max-price\n{}",
                words(&fits)
            );
        },
    }
}

async fn explain(sdk: &Sdk, service: &Service) -> anyhow::Result<Vec<FitView>> {
    // Where its settings are makes no difference to whether it fits.
    let nowhere = Bundle { root: 0, key: [0; 32] };
    Ok(sdk.explain_service(&service.spec(nowhere)).await?)
}

/// How its image and settings are stored: for as long as it is paid for, or the shortest time that there is.
async fn stored(sdk: &Sdk, deploy: &Deploy, term: Clock) -> anyhow::Result<Wish> {
    let timing = sdk.session().chain().terms().await?.timing;
    let term = term.clamp(timing.min_term, timing.max_term.max(timing.min_term));
    Ok(Wish { geometry: deploy.class, copies: 1, term, max_price: None })
}

/// The same service as it was begun by an earlier run, or a new one.
fn begun(common: &Common, sdk: &Sdk, service: &Service) -> anyhow::Result<Unfinished> {
    let mut hasher = blake3::Hasher::new();
    hasher.update(b"idlewild/service/1").update(&sdk.session().chain().genesis()).update(&sdk.session().account());
    // A price that the market makes differs from run to run.
    let same = Service { max_rate: 0, ..service.clone() };
    hasher.update(format!("{same:?}").as_bytes());
    let folder = folder_of(common.home.as_deref())?.with_file_name("services");
    Ok(Unfinished::named(&folder, hasher.finalize().to_hex().as_str())?)
}
