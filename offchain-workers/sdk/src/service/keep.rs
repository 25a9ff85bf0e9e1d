//! Keeping a service: machines for it, pay for them, and others in place of those that vanish.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use futures::{future::join_all, StreamExt};
use idlewild_chain_client::{pause::jittered, ComputeCall, ReadError, SubmitError};
use idlewild_client::service::{
    machines::{cheapest, fitting},
    Settings,
};
use idlewild_compute_primitives::{
    lease::Voucher,
    lot::Lot,
    view::{ComputeTerms, FitView, LeaseView, RequestView, ServiceView},
    Balance, Clock, LeaseId, ProviderId, ServiceId,
};

use super::{
    moves::{failed, lot_for, moves, Health, Move, Sight},
    ServiceError,
};
use crate::Sdk;

/// Longest time without a block after which is looked anyway.
const AT_LEAST: Duration = Duration::from_secs(60);
/// How long an instance may take to answer its owner.
const ANSWER: Duration = Duration::from_secs(10);
/// How often instances are asked at most, in blocks of the clock.
const OFTEN: Clock = 10;
/// The least time between two questions: what is started again in between is not silent.
const AT_MOST: Duration = Duration::from_secs(5);
/// Periods for which a provider that failed is not taken again, where there is another.
const AVOIDED: Clock = 20;
/// Blocks for which nothing fits before that is told.
const NOTHING_FITS: Clock = 5;
/// Requests of a page.
const PAGE: u32 = 64;

/// For how long a service is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// Until all of its instances are live.
    Live,
    /// Until it was stopped and its last lease is finished.
    Over,
}

/// What is told of a service that is kept.
#[derive(Clone, Debug)]
pub enum KeepEvent {
    /// How it stands, whenever that has changed.
    Stands(Box<ServiceView>),
    /// The owner did something.
    Did(Move),
    /// The chain refused something, most often because somebody else was first.
    Refused(Move, String),
    /// An instance does not answer its owner.
    Silent(LeaseId, String),
    /// Nothing has fitted for a while: what keeps each provider from it, and what is paid in a block.
    NothingFits(Vec<FitView>, Balance),
    /// Instances wait, and there are no coins for them in the escrow: scaling to the same number pays for them.
    Unfunded(u8),
    /// The chain cannot be followed at the moment.
    Away(String),
}

struct Keeper<'a> {
    sdk: &'a Sdk,
    settings: Option<Settings>,
    health: BTreeMap<LeaseId, Health>,
    asked: Option<(Clock, Instant)>,
    /// Providers that failed, and when.
    failed: BTreeMap<ProviderId, Clock>,
    unfit: Option<Clock>,
    told_unfit: bool,
    told_unfunded: bool,
    last: Option<ServiceView>,
}

impl Sdk {
    /// Finds machines for a service, pays them, and replaces those that vanish: with each block, until it is as `until` says. Stopping
    /// this stops nothing on chain, and it can be gone on with at any time and on any machine.
    pub async fn keep_service(
        &self,
        id: ServiceId,
        until: Until,
        told: impl Fn(KeepEvent) + Send + Sync,
    ) -> Result<(), ServiceError> {
        let mut heads = self.session.chain().finalized_heads().await?;
        let mut keeper = Keeper {
            sdk: self,
            settings: None,
            health: BTreeMap::new(),
            asked: None,
            failed: BTreeMap::new(),
            unfit: None,
            told_unfit: false,
            told_unfunded: false,
            last: None,
        };
        // One that is not there at first never was; later on it is over.
        self.service(id).await?;
        let mut failures = 0;
        loop {
            let failed = match keeper.step(id, &told).await {
                Ok(None) => return Ok(()),
                Ok(Some(view)) if until == Until::Live && is_live(&view) => return Ok(()),
                Ok(Some(_)) => None,
                // A node that is away for a moment is no reason to let a service go unpaid.
                Err(ServiceError::Read(error)) => Some(error),
                Err(error) => return Err(error),
            };
            let failed = match (failed, tokio::time::timeout(AT_LEAST, heads.next()).await) {
                (None, Ok(Some(Ok(_))) | Err(_)) => None,
                (None, Ok(Some(Err(error)))) | (Some(error), _) => Some(error),
                (None, Ok(None)) => Some(ReadError::Rpc("the node ended its subscription".into())),
            };
            let Some(error) = failed else {
                failures = 0;
                continue;
            };
            failures += 1;
            if failures > MOST_FAILURES {
                return Err(error.into());
            }
            told(KeepEvent::Away(error.to_string()));
            tokio::time::sleep(jittered(AGAIN)).await;
            if let Ok(again) = self.session.chain().finalized_heads().await {
                heads = again;
            }
        }
    }

    /// Signs all that a lease is owed so far, and redeems it. Anybody could hand the voucher in; its owner does it itself.
    pub async fn pay_lease(&self, lease: LeaseId, amount: Balance) -> Result<(), SubmitError> {
        let message = Voucher { lease, amount }.message(&self.session.chain().genesis());
        let signature = self.session.sign(&message);
        // Given twice, the second is worth nothing more.
        self.session.submitter().submit_again(ComputeCall::Redeem { lease, amount, signature }.into()).await.map(drop)
    }
}

/// How often in a row the chain may not be there: for some minutes.
const MOST_FAILURES: u32 = 200;
/// The pause after a node was away.
const AGAIN: Duration = Duration::from_secs(3);

/// Whether all instances are there and live.
fn is_live(view: &ServiceView) -> bool {
    let mut active = view.leases.iter().filter(|lease| lease.closing.is_none());
    !view.stopped && view.wanted == 0 && active.all(|lease| lease.live.is_some())
}

impl Keeper<'_> {
    /// Does what is to be done now. `None` where the service is over.
    async fn step(&mut self, id: ServiceId, told: &(impl Fn(KeepEvent) + Sync)) -> Result<Option<ServiceView>, ServiceError> {
        let compute = self.sdk.compute.as_ref();
        let Some(view) = compute.service(id).await? else { return Ok(None) };
        let terms = compute.compute_terms().await?;
        self.failed.extend(failed(self.last.as_ref(), &view).into_iter().map(|provider| (provider, terms.now)));
        let avoided = terms.leases.period.saturating_mul(AVOIDED);
        self.failed.retain(|_, at| at.saturating_add(avoided) > terms.now);
        self.tell_changes(&view, told);
        self.ask_instances(&view, &terms, told).await?;
        let request = self.request(&view).await?;
        let (best, lot) = self.machines(&view, request.as_ref(), terms.now, told).await?;
        let bids = compute.orders_of_service(id).await?;
        let sight = Sight {
            service: &view,
            request: request.as_ref(),
            bids: &bids,
            cheapest: best.as_ref(),
            lot,
            health: &self.health,
            now: terms.now,
            rules: terms.leases,
        };
        let moves = moves(&sight);
        for step in &moves {
            if let Move::Report { lease } = step {
                self.health.entry(*lease).or_default().reported = Some(terms.now);
            }
        }
        let done = join_all(moves.into_iter().map(|step| async {
            let made = self.make(&step).await;
            (step, made)
        }));
        for (step, made) in done.await {
            match made {
                Ok(()) => told(KeepEvent::Did(step)),
                Err(error @ SubmitError::CannotPay) => return Err(error.into()),
                Err(error) => {
                    if let (Move::Report { lease }, true) = (&step, error.is("Services", "NotFunded")) {
                        self.health.entry(*lease).or_default().unheard = true;
                    }
                    told(KeepEvent::Refused(step, error.to_string()));
                },
            }
        }
        Ok(Some(view))
    }

    fn tell_changes(&mut self, view: &ServiceView, told: &impl Fn(KeepEvent)) {
        let is_short = !view.stopped && view.funded < view.wanted;
        if is_short && !self.told_unfunded {
            told(KeepEvent::Unfunded(view.wanted.saturating_sub(view.funded)));
        }
        self.told_unfunded = is_short;
        if self.last.as_ref() != Some(view) {
            told(KeepEvent::Stands(Box::new(view.clone())));
            self.last = Some(view.clone());
        }
    }

    /// Asks each live instance how it is, every few blocks.
    async fn ask_instances(
        &mut self,
        view: &ServiceView,
        terms: &ComputeTerms,
        told: &impl Fn(KeepEvent),
    ) -> Result<(), ServiceError> {
        let live: Vec<&LeaseView> =
            view.leases.iter().filter(|lease| lease.live.is_some() && lease.closing.is_none()).collect();
        let ids: BTreeSet<LeaseId> = live.iter().map(|lease| lease.id).collect();
        self.health.retain(|lease, _| ids.contains(lease));
        let often = (terms.leases.period / 10).clamp(1, OFTEN);
        let is_due = self.asked.is_none_or(|(asked, at)| terms.now.saturating_sub(asked) >= often && at.elapsed() >= AT_MOST);
        let is_new = ids.iter().any(|lease| !self.health.contains_key(lease));
        if live.is_empty() || !(is_due || is_new) {
            return Ok(());
        }
        self.asked = Some((terms.now, Instant::now()));
        if self.settings.is_none() {
            // What was stored is the owner's own; without it the key alone is asked.
            self.settings = self.sdk.session.service_settings(&view.spec.settings).await.ok();
        }
        let path = self.settings.as_ref().and_then(|settings| settings.health.clone());
        let asked = join_all(live.iter().map(|lease| self.ask(lease, path.as_deref()))).await;
        for (lease, answer) in live.iter().zip(asked) {
            if let Err(reason) = &answer {
                told(KeepEvent::Silent(lease.id, reason.clone()));
            }
            let health = self.health.entry(lease.id).or_default();
            *health = health.asked(answer.is_ok(), terms.now);
        }
        Ok(())
    }

    async fn ask(&self, lease: &LeaseView, path: Option<&str>) -> Result<(), String> {
        let known = self.sdk.known_of(lease).await.map_err(|error| error.to_string())?;
        known.probe(ANSWER).await.map_err(|error| error.to_string())?;
        match path {
            Some(path) => known.health(path, ANSWER).await.map_err(|error| error.to_string()),
            None => Ok(()),
        }
    }

    async fn request(&self, view: &ServiceView) -> Result<Option<RequestView>, ReadError> {
        let mut after = None;
        loop {
            let page = self.sdk.compute.requests(after, PAGE).await?;
            if let Some(found) = page.requests.into_iter().find(|request| request.service == view.id) {
                return Ok(Some(found));
            }
            after = match page.next {
                Some(next) => Some(next),
                None => return Ok(None),
            };
        }
    }

    /// The cheapest machines for what is requested, or would be, and the cheapest lot.
    #[allow(clippy::type_complexity)]
    async fn machines(
        &mut self,
        view: &ServiceView,
        request: Option<&RequestView>,
        now: Clock,
        told: &impl Fn(KeepEvent),
    ) -> Result<(Option<(Vec<ProviderId>, Balance)>, Option<(Lot, u16, Balance)>), ReadError> {
        let wanted = request.map_or(view.funded, |request| request.instances);
        if view.stopped || view.wanted == 0 || wanted == 0 {
            (self.unfit, self.told_unfit) = (None, false);
            return Ok((None, None));
        }
        let compute = self.sdk.compute.as_ref();
        let asking = view.asking();
        let mut fits = fitting(compute, &asking, &view.owner).await?;
        fits.retain(|machine| request.is_none_or(|request| !request.barred.contains(&machine.provider)));
        let sound: Vec<_> = fits.iter().filter(|machine| !self.failed.contains_key(&machine.provider)).copied().collect();
        let best = cheapest(&sound, wanted).or_else(|| cheapest(&fits, wanted));
        let lot = match lot_for(&view.spec) {
            Some(lot) => {
                let book = compute.book(lot).await?;
                let ask = book.asks.first().filter(|level| level.price <= asking.max_rate);
                ask.map(|level| (lot, level.tick, level.price))
            },
            None => None,
        };
        if best.is_some() || lot.is_some() {
            (self.unfit, self.told_unfit) = (None, false);
        } else if now.saturating_sub(*self.unfit.get_or_insert(now)) >= NOTHING_FITS && !self.told_unfit {
            self.told_unfit = true;
            let could_be_paid = self.sdk.explain_service(&view.spec).await?;
            told(if asking.max_rate < view.spec.max_rate && could_be_paid.iter().any(FitView::fits) {
                KeepEvent::Unfunded(view.wanted)
            } else {
                KeepEvent::NothingFits(could_be_paid, view.spec.max_rate)
            });
        }
        Ok((best, lot))
    }

    async fn make(&self, step: &Move) -> Result<(), SubmitError> {
        let call = match step.clone() {
            Move::Pay { lease, amount } => return self.sdk.pay_lease(lease, amount).await,
            Move::Request { service } => ComputeCall::Request { service },
            Move::Bid { service, lot, tick } => {
                // Sent twice it might be met twice.
                let bid = ComputeCall::Bid { service, lot, tick };
                return self.sdk.session.submitter().submit(bid.into()).await.map(drop);
            },
            Move::Propose { request, providers } => ComputeCall::Propose { request, providers },
            Move::Settle { request } => ComputeCall::Settle { request },
            Move::TakeBack { order } => ComputeCall::CancelOrder { order },
            Move::Report { lease } => ComputeCall::ReportDown { lease },
            Move::Close { lease } => ComputeCall::CloseLease { lease },
            Move::Finish { lease } => ComputeCall::FinishLease { lease },
        };
        self.sdk.session.submitter().submit_again(call.into()).await.map(drop)
    }
}
