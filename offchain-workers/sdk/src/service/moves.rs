//! What the owner of a service does now: a function of what it sees on chain and of how its instances answer.
//!
//! Whoever pays looks first. A voucher is signed only for a machine that answered when it was last asked; one that does not answer is
//! reported, so that trackers judge it and the owner pays for nothing that was not there.

use std::collections::BTreeMap;

use idlewild_compute_primitives::{
    lease::{most, LeaseRules},
    lot::{Lot, LotClass, SIZES},
    project::ServiceSpec,
    view::{LeaseView, OrderView, RequestView, ServiceView},
    Balance, Clock, LeaseId, OrderId, ProviderId, RequestId, ServiceId,
};
use serde::Serialize;

/// How often in a row a machine does not answer before it is reported.
pub const SILENT: u32 = 3;
/// The shortest time after which a machine that does not answer is closed whatever trackers say, in blocks of the clock: they need some
/// for two verdicts.
const GIVE_UP: Clock = 300;

/// How an instance answered when its owner asked it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// How often in a row it did not answer; nothing before it was asked.
    pub failures: Option<u32>,
    /// Since when it does not answer.
    pub since: Option<Clock>,
    /// When it was last reported.
    pub reported: Option<Clock>,
    /// Whether trackers cannot be asked about it, because its lease has no coins left for that.
    pub unheard: bool,
}

impl Health {
    /// The same after one more answer, or none.
    pub fn asked(self, answers: bool, now: Clock) -> Self {
        match answers {
            true => Self { failures: Some(0), since: None, unheard: false, ..self },
            false => Self {
                failures: Some(self.failures.unwrap_or(0).saturating_add(1)),
                since: Some(self.since.unwrap_or(now)),
                ..self
            },
        }
    }

    fn is_well(&self) -> bool {
        self.failures == Some(0)
    }
}

/// What the owner sees.
#[derive(Clone, Copy, Debug)]
pub struct Sight<'a> {
    /// The service.
    pub service: &'a ServiceView,
    /// Its request, if there is one.
    pub request: Option<&'a RequestView>,
    /// What it bids in the book.
    pub bids: &'a [OrderView],
    /// The cheapest machines that would take what is wanted, and what they cost together.
    pub cheapest: Option<&'a (Vec<ProviderId>, Balance)>,
    /// The cheapest lot in the book that would do, and its price.
    pub lot: Option<(Lot, u16, Balance)>,
    /// How its leases answer.
    pub health: &'a BTreeMap<LeaseId, Health>,
    /// The clock.
    pub now: Clock,
    /// Periods and waits.
    pub rules: LeaseRules,
}

/// Something that the owner does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "move")]
pub enum Move {
    /// Asks for machines.
    Request {
        /// For which service.
        service: ServiceId,
    },
    /// Takes a lot from the book.
    Bid {
        /// For which service.
        service: ServiceId,
        /// The lot.
        lot: Lot,
        /// The step of its price.
        tick: u16,
    },
    /// Proposes machines.
    Propose {
        /// For which request.
        request: RequestId,
        /// Them.
        providers: Vec<ProviderId>,
    },
    /// Takes the machines that were proposed.
    Settle {
        /// Which request.
        request: RequestId,
    },
    /// Takes back a bid that nothing met.
    TakeBack {
        /// Which one.
        order: OrderId,
    },
    /// Signs and redeems a voucher.
    Pay {
        /// Which lease.
        lease: LeaseId,
        /// All that it is owed so far.
        amount: Balance,
    },
    /// Says that a lease does not answer, and has trackers look.
    Report {
        /// Which lease.
        lease: LeaseId,
    },
    /// Closes a lease.
    Close {
        /// Which lease.
        lease: LeaseId,
    },
    /// Has what a closed lease is due paid out.
    Finish {
        /// Which lease.
        lease: LeaseId,
    },
}

/// What is to be done now.
pub fn moves(sight: &Sight<'_>) -> Vec<Move> {
    let mut moves: Vec<Move> = sight.service.leases.iter().filter_map(|lease| of_lease(lease, sight)).collect();
    moves.extend(of_market(sight));
    moves
}

fn of_market(sight: &Sight<'_>) -> Option<Move> {
    let Sight { service, request, bids, cheapest, lot, now, .. } = sight;
    // A bid is for what is there at this moment. Where somebody else was faster, what it stands for is to be had elsewhere.
    if let Some(bid) = bids.first() {
        return Some(Move::TakeBack { order: bid.id });
    }
    if service.stopped || service.wanted == 0 || service.funded == 0 {
        return None;
    }
    let Some(request) = request else {
        // A lot is there at once, and is taken one at a time.
        let each = cheapest.map(|(providers, rate)| rate.checked_div(providers.len() as Balance).unwrap_or(*rate));
        return Some(match lot {
            Some((lot, tick, price)) if each.is_none_or(|each| *price <= each) => {
                Move::Bid { service: service.id, lot: *lot, tick: *tick }
            },
            _ => Move::Request { service: service.id },
        });
    };
    if request.settles.is_some_and(|settles| *now >= settles) {
        return Some(Move::Settle { request: request.id });
    }
    let (providers, rate) = cheapest.as_ref()?;
    let is_better = request.best.as_ref().is_none_or(|(_, best)| rate < best);
    let fits = providers.len() == usize::from(request.instances);
    (is_better && fits).then(|| Move::Propose { request: request.id, providers: providers.clone() })
}

fn of_lease(view: &LeaseView, sight: &Sight<'_>) -> Option<Move> {
    let (lease, now, rules) = (view.id, sight.now, sight.rules);
    if let Some(closing) = view.closing {
        let can_finish = view.panel.is_none() && now >= closing.saturating_add(rules.close);
        return can_finish.then_some(Move::Finish { lease });
    }
    let Some(live) = view.live else {
        // Its provider lets the place go by: somebody else is to have it.
        let is_late = view.key.is_none() && now > view.matched.saturating_add(rules.start);
        return is_late.then_some(Move::Close { lease });
    };
    if now >= view.runs_out {
        return Some(Move::Close { lease });
    }
    let health = sight.health.get(&lease).copied().unwrap_or_default();
    if health.is_well() {
        let amount = most(view.rate, now.saturating_sub(live), view.redeemed.saturating_add(view.held));
        let is_due = now.saturating_sub(view.probed) >= rules.period.saturating_sub(rules.period / 4);
        return (is_due && amount > view.redeemed).then_some(Move::Pay { lease, amount });
    }
    if health.failures.unwrap_or(0) < SILENT || view.panel.is_some() {
        return None;
    }
    let passed = |since: Option<Clock>, blocks: Clock| since.is_none_or(|since| now.saturating_sub(since) >= blocks);
    // Where trackers see no more than the owner does, nothing is gained by waiting for them.
    if health.unheard || passed(health.since, rules.period.saturating_mul(2).max(GIVE_UP)) {
        return Some(Move::Close { lease });
    }
    // A report that trackers do not bear out costs the reporter something: not twice in a period.
    let is_believed = view.silent > 0;
    (is_believed || passed(health.reported, rules.period)).then_some(Move::Report { lease })
}

/// Providers that failed a service since it was last looked at: one of their leases was closed before its funds were used up, or was gone
/// before it was live. They are still there on chain, and as cheap as before.
pub fn failed(before: Option<&ServiceView>, now: &ServiceView) -> Vec<ProviderId> {
    if now.stopped {
        return Vec::new();
    }
    let known = |lease: &LeaseView| before.and_then(|before| before.leases.iter().find(|known| known.id == lease.id));
    let is_early = |lease: &&LeaseView| match (lease.closing, known(lease)) {
        (None, _) => false,
        // Its funds are cut with its close: until when they would have lasted stands only in what was seen before.
        (Some(closing), Some(known)) => known.closing.is_none() && (known.live.is_none() || closing < known.runs_out),
        (Some(_), None) => lease.silent > 0,
    };
    let gone = before
        .into_iter()
        .flat_map(|before| &before.leases)
        .filter(|known| known.live.is_none() && known.closing.is_none() && now.leases.iter().all(|lease| lease.id != known.id));
    now.leases.iter().filter(is_early).chain(gone).map(|lease| lease.provider).collect()
}

/// The smallest standard lot that a service could run in. Of two services that ask for the same it is the same.
pub fn lot_for(spec: &ServiceSpec) -> Option<Lot> {
    let wishes = &spec.wishes;
    let class = LotClass {
        gpu_model: wishes.gpu_model.unwrap_or(0),
        arch: wishes.arch.unwrap_or_default(),
        region: wishes.region.unwrap_or_default(),
        tier: wishes.tier,
        containers: true,
    };
    let lots = (0..SIZES).map(|size| Lot { class, size });
    lots.into_iter().find(|lot| lot.resources().is_some_and(|resources| resources.covers(&spec.resources)))
}

#[cfg(test)]
mod tests {
    use idlewild_compute_primitives::{
        program::{Bundle, Class, Form, Program},
        resources::{Arch, Resources, Tier, Wishes},
        view::OrderOf,
    };

    use super::*;

    const RULES: LeaseRules = LeaseRules { period: 40, start: 20, close: 10, silent: 2 };

    fn lease() -> LeaseView {
        LeaseView {
            id: 1,
            service: 5,
            provider: 3,
            rate: 10,
            escrow: 4,
            held: 4_000,
            matched: 90,
            live: Some(100),
            key: Some([1; 32]),
            endpoint: b"1.2.3.4:5".to_vec(),
            probed: 100,
            runs_out: 500,
            ..LeaseView::default()
        }
    }

    fn service(leases: Vec<LeaseView>, wanted: u8) -> ServiceView {
        let bundle = Bundle { root: 1, key: [0; 32] };
        let program = Program { form: Form::Image, digest: [0; 32], bundle, class: Class::Metered };
        let spec = ServiceSpec {
            program,
            settings: bundle,
            resources: Resources { cpu_milli: 300, ram_mib: 100, ..Resources::default() },
            wishes: Wishes::default(),
            instances: 1,
            max_rate: 20,
            term: 400,
            organisation: None,
        };
        ServiceView {
            id: 5,
            owner: [9; 32],
            spec,
            escrow: 4,
            held: 0,
            free: 0,
            leases,
            wanted,
            funded: wanted,
            affordable: 20,
            stopped: false,
        }
    }

    /// What is done about one lease at this moment, given how often it did not answer, and since when.
    fn about(lease: LeaseView, now: Clock, health: Health) -> Vec<Move> {
        let (service, health) = (service(vec![lease], 0), BTreeMap::from([(1, health)]));
        moves(&Sight {
            service: &service,
            request: None,
            bids: &[],
            cheapest: None,
            lot: None,
            health: &health,
            now,
            rules: RULES,
        })
    }

    fn well() -> Health {
        Health::default().asked(true, 0)
    }

    fn silent(times: u32, since: Clock) -> Health {
        (0..times).fold(Health::default(), |health, _| health.asked(false, since))
    }

    #[test]
    fn what_answers_is_paid_before_its_period_is_over_and_nothing_else_is() {
        assert_eq!(about(lease(), 129, well()), []);
        assert_eq!(about(lease(), 130, well()), [Move::Pay { lease: 1, amount: 300 }]);
        assert_eq!(about(lease(), 130, Health::default()), [], "not before it was asked");
        assert_eq!(about(lease(), 130, silent(1, 129)), [], "not while it does not answer");
        let paid = LeaseView { redeemed: 300, held: 3_700, probed: 130, ..lease() };
        assert_eq!(about(paid.clone(), 150, well()), []);
        assert_eq!(about(paid, 160, well()), [Move::Pay { lease: 1, amount: 600 }]);
        let poor = LeaseView { held: 250, ..lease() };
        assert_eq!(about(poor, 130, well()), [Move::Pay { lease: 1, amount: 250 }], "never more than there is");
    }

    #[test]
    fn what_does_not_answer_is_reported_and_at_last_closed() {
        let report = [Move::Report { lease: 1 }];
        assert_eq!(about(lease(), 110, silent(2, 108)), []);
        assert_eq!(about(lease(), 110, silent(3, 108)), report);
        let probed = LeaseView { panel: Some(1), ..lease() };
        assert_eq!(about(probed, 120, silent(9, 108)), [], "trackers look already");
        let reported = Health { reported: Some(110), ..silent(5, 108) };
        assert_eq!(about(lease(), 130, reported), [], "trackers saw it answer");
        assert_eq!(about(LeaseView { silent: 1, ..lease() }, 130, reported), report, "trackers saw the same");
        assert_eq!(about(lease(), 187, reported), report);
        assert_eq!(about(lease(), 407, reported), report);
        assert_eq!(about(lease(), 408, reported), [Move::Close { lease: 1 }], "that was time enough for trackers");
        let unheard = Health { unheard: true, ..silent(3, 108) };
        assert_eq!(about(lease(), 110, unheard), [Move::Close { lease: 1 }], "trackers cannot be paid to look");
        let back = about(lease(), 408, reported.asked(true, 408));
        assert_eq!(back, [Move::Pay { lease: 1, amount: 3_080 }], "one that is back is paid");
    }

    #[test]
    fn what_is_over_is_closed_and_paid_out() {
        assert_eq!(about(lease(), 500, well()), [Move::Close { lease: 1 }]);
        let closing = LeaseView { closing: Some(200), ..lease() };
        assert_eq!(about(closing.clone(), 209, well()), []);
        assert_eq!(about(closing.clone(), 210, well()), [Move::Finish { lease: 1 }]);
        assert_eq!(about(LeaseView { panel: Some(2), ..closing }, 300, well()), []);
        let new = LeaseView { key: None, live: None, ..lease() };
        assert_eq!(about(new.clone(), 110, well()), []);
        assert_eq!(about(new, 111, well()), [Move::Close { lease: 1 }]);
        let accepted = LeaseView { live: None, panel: Some(1), ..lease() };
        assert_eq!(about(accepted, 300, well()), []);
    }

    #[test]
    fn who_failed_is_known_by_its_leases() {
        let before = service(vec![lease()], 0);
        // With its close a lease has no more funds than it cost.
        let closed = |at| LeaseView { closing: Some(at), runs_out: at, held: 0, ..lease() };
        let after = service(vec![closed(200)], 1);
        assert_eq!(failed(Some(&before), &after), [3]);
        assert!(failed(None, &after).is_empty(), "whoever begins to look cannot tell");
        let silent = service(vec![LeaseView { silent: 2, ..closed(200) }], 1);
        assert_eq!(failed(None, &silent), [3], "but for what trackers found");
        assert!(failed(Some(&after), &after).is_empty(), "once");
        let used_up = service(vec![closed(500)], 1);
        assert!(failed(Some(&before), &used_up).is_empty(), "it was paid to its end");
        assert!(failed(Some(&before), &ServiceView { stopped: true, ..after.clone() }).is_empty());
        assert!(failed(Some(&after), &service(Vec::new(), 1)).is_empty(), "it was finished");
        let new = service(vec![LeaseView { live: None, ..lease() }], 0);
        assert_eq!(failed(Some(&new), &service(Vec::new(), 1)), [3], "it never came to be");
    }

    #[test]
    fn machines_are_asked_for_compared_and_taken() {
        let (wanting, health) = (service(Vec::new(), 2), BTreeMap::new());
        let cheap = (vec![1, 2], 30);
        let request =
            |best, settles| RequestView { id: 8, service: 5, instances: 2, max_rate: 20, best, settles, barred: Vec::new() };
        let now = |service: &ServiceView, request: Option<&RequestView>, cheapest, lot| {
            moves(&Sight { service, request, bids: &[], cheapest, lot, health: &health, now: 50, rules: RULES })
        };
        assert_eq!(now(&wanting, None, None, None), [Move::Request { service: 5 }]);
        let open = request(None, None);
        assert_eq!(now(&wanting, Some(&open), None, None), [], "nothing fits");
        let propose = [Move::Propose { request: 8, providers: vec![1, 2] }];
        assert_eq!(now(&wanting, Some(&open), Some(&cheap), None), propose);
        assert_eq!(now(&wanting, Some(&request(Some((vec![3, 4], 31)), Some(60))), Some(&cheap), None), propose);
        assert_eq!(now(&wanting, Some(&request(Some((vec![3, 4], 30)), Some(60))), Some(&cheap), None), []);
        assert_eq!(
            now(&wanting, Some(&request(Some((vec![3, 4], 30)), Some(50))), Some(&cheap), None),
            [Move::Settle { request: 8 }]
        );
        let one = RequestView { instances: 1, ..request(None, None) };
        assert_eq!(now(&wanting, Some(&one), Some(&cheap), None), [], "that is another number of machines");
        for idle in [
            ServiceView { funded: 0, ..wanting.clone() },
            ServiceView { stopped: true, ..wanting.clone() },
            service(Vec::new(), 0),
        ] {
            assert_eq!(now(&idle, None, Some(&cheap), None), []);
        }
    }

    #[test]
    fn a_lot_is_taken_where_it_is_no_dearer() {
        let (wanting, health) = (service(Vec::new(), 2), BTreeMap::new());
        let lot = lot_for(&wanting.spec).unwrap();
        assert_eq!(lot.size, 1, "300 thousandths of a core want two quarters");
        assert_eq!((lot.class.arch, lot.class.tier), (Arch::Amd64, Tier::Container));
        let cheap = (vec![1, 2], 30);
        let with = |price| {
            let lot = Some((lot, 7, price));
            let (service, cheapest, health) = (&wanting, Some(&cheap), &health);
            Sight { service, request: None, bids: &[], cheapest, lot, health, now: 50, rules: RULES }
        };
        assert_eq!(moves(&with(15)), [Move::Bid { service: 5, lot, tick: 7 }]);
        assert_eq!(moves(&with(16)), [Move::Request { service: 5 }]);
        let bids = [OrderView { id: 77, lot, tick: 7, of: OrderOf::Bid(5) }];
        let late = Sight { bids: &bids, ..with(15) };
        assert_eq!(moves(&late), [Move::TakeBack { order: 77 }], "somebody else had it");
        let huge = ServiceSpec { resources: Resources { cpu_milli: 1 << 30, ..Resources::default() }, ..wanting.spec };
        assert_eq!(lot_for(&huge), None);
    }
}
