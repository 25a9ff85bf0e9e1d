//! What is to be done about a lease: a function of what stands on chain, of what runs here, and of the clock.
//!
//! It is asked with every block and remembers nothing, so that a worker that was killed anywhere goes on with the next block.

use idlewild_compute_primitives::{lease::LeaseRules, view::LeaseView, Clock};

/// Periods without a voucher or a probe after which a lease is closed whose service does not answer.
const TIMES_UNWELL: Clock = 2;
/// The same, where it does.
const TIMES_UP: Clock = 4;

/// How far the container of a lease is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stand {
    /// It is being fetched or started, or is not well at the moment.
    #[default]
    Coming,
    /// It runs and answers.
    Up,
    /// It cannot be run here, now or later.
    Impossible,
}

/// What is here of a lease.
#[derive(Clone, Copy, Debug)]
pub struct Here<'a> {
    /// The clock.
    pub now: Clock,
    /// Periods and waits.
    pub rules: LeaseRules,
    /// The key that answers probes here.
    pub key: [u8; 32],
    /// Where it is reached; nothing as long as that is not known.
    pub endpoint: Option<&'a str>,
    /// How far its container is.
    pub stand: Stand,
}

/// Something to be done. Each can be done twice without harm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Have its container run.
    Run,
    /// Say on chain where it is reached.
    Accept,
    /// Say on chain that it is reached elsewhere.
    Move,
    /// Have trackers look at it, since nobody has said for a period that it is there.
    Probe,
    /// Close it.
    Close,
    /// Have what is due paid out.
    Finish,
    /// End its container.
    End,
    /// Forget it.
    Forget,
}

/// What is to be done about a lease; about one that is gone from the chain where there is none.
pub fn decide(lease: Option<&LeaseView>, here: &Here<'_>) -> Vec<Step> {
    let Some(lease) = lease else { return vec![Step::End, Step::Forget] };
    if let Some(closing) = lease.closing {
        // It is paid for nothing from then on.
        let can_finish = lease.panel.is_none() && here.now >= closing.saturating_add(here.rules.close);
        return if can_finish { vec![Step::End, Step::Finish] } else { vec![Step::End] };
    }
    let is_up = here.stand == Stand::Up;
    let has_moved = || here.endpoint.is_some_and(|endpoint| endpoint.as_bytes() != lease.endpoint);
    let Some(key) = lease.key else {
        let is_late = here.now > lease.matched.saturating_add(here.rules.start);
        return match here.stand {
            // Whoever turns away at once lets the owner go on at once.
            _ if is_late => vec![Step::Close],
            Stand::Impossible => vec![Step::Close],
            Stand::Up if here.endpoint.is_some() => vec![Step::Run, Step::Accept],
            _ => vec![Step::Run],
        };
    };
    // Without its key nothing here can ever answer a probe.
    let ran_out = lease.live.is_some() && here.now >= lease.runs_out;
    if key != here.key || here.stand == Stand::Impossible || ran_out {
        return vec![Step::Close];
    }
    if is_unpaid(lease, here, is_up) {
        return vec![Step::Close];
    }
    let mut steps = vec![Step::Run];
    if is_up && has_moved() {
        steps.push(Step::Move);
    } else if is_up && lease.can_probe && is_unknown(lease, here) {
        steps.push(Step::Probe);
    }
    steps
}

/// Whether neither a voucher nor a probe tells about most of a period. A little earlier than a whole one, since what a probe says counts
/// for a period at most.
fn is_unknown(lease: &LeaseView, here: &Here<'_>) -> bool {
    let period = here.rules.period;
    here.now.saturating_sub(lease.probed) >= period.saturating_sub(period / 10)
}

/// Whether it costs its provider more than it brings. Of what does not answer, neither vouchers nor probes come, and an owner could have it
/// run for nothing, with a health check that fails. What does answer is probed, unless trackers cannot: that is waited for longer.
fn is_unpaid(lease: &LeaseView, here: &Here<'_>, is_up: bool) -> bool {
    let periods = if is_up { TIMES_UP } else { TIMES_UNWELL };
    let unpaid = here.now.saturating_sub(lease.probed);
    lease.live.is_some() && lease.panel.is_none() && unpaid >= here.rules.period.saturating_mul(periods)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 32] = [7; 32];
    const RULES: LeaseRules = LeaseRules { period: 50, start: 20, close: 10, silent: 2 };

    fn lease() -> LeaseView {
        LeaseView { rate: 10, held: 1_000, matched: 100, probed: 100, ..LeaseView::default() }
    }

    fn accepted() -> LeaseView {
        LeaseView { key: Some(KEY), endpoint: b"1.2.3.4:5".to_vec(), panel: Some(9), ..lease() }
    }

    fn live() -> LeaseView {
        LeaseView { panel: None, live: Some(110), probed: 110, runs_out: 1_000, can_probe: true, ..accepted() }
    }

    fn here(now: Clock, stand: Stand) -> Here<'static> {
        Here { now, rules: RULES, key: KEY, endpoint: Some("1.2.3.4:5"), stand }
    }

    #[test]
    fn it_is_accepted_once_it_answers_and_in_time() {
        use Step::*;
        assert_eq!(decide(Some(&lease()), &here(101, Stand::Coming)), [Run]);
        assert_eq!(decide(Some(&lease()), &here(101, Stand::Up)), [Run, Accept]);
        assert_eq!(decide(Some(&lease()), &here(120, Stand::Up)), [Run, Accept], "the last block");
        assert_eq!(decide(Some(&lease()), &here(121, Stand::Up)), [Close]);
        assert_eq!(decide(Some(&lease()), &here(101, Stand::Impossible)), [Close], "others may do it");
        let nowhere = Here { endpoint: None, ..here(101, Stand::Up) };
        assert_eq!(decide(Some(&lease()), &nowhere), [Run]);
        assert_eq!(decide(Some(&accepted()), &here(110, Stand::Up)), [Run], "trackers have the word");
    }

    #[test]
    fn trackers_are_asked_only_where_nobody_has_said_anything_for_a_period() {
        use Step::*;
        assert_eq!(decide(Some(&live()), &here(154, Stand::Up)), [Run]);
        assert_eq!(decide(Some(&live()), &here(155, Stand::Up)), [Run, Probe]);
        assert_eq!(decide(Some(&live()), &here(155, Stand::Coming)), [Run], "what does not answer is not to be looked at");
        let paid = LeaseView { probed: 150, ..live() };
        assert_eq!(decide(Some(&paid), &here(170, Stand::Up)), [Run]);
        let asked = LeaseView { can_probe: false, panel: Some(1), ..live() };
        assert_eq!(decide(Some(&asked), &here(200, Stand::Up)), [Run]);
    }

    #[test]
    fn what_can_never_be_paid_is_closed() {
        use Step::*;
        assert_eq!(decide(Some(&live()), &here(1_000, Stand::Up)), [Close], "its funds are used up");
        assert_eq!(decide(Some(&live()), &here(200, Stand::Impossible)), [Close]);
        let lost = Here { key: [8; 32], ..here(200, Stand::Up) };
        assert_eq!(decide(Some(&live()), &lost), [Close], "its key is lost");
        assert_eq!(decide(Some(&accepted()), &lost), [Close]);
    }

    #[test]
    fn nobody_works_for_nothing_for_long() {
        use Step::*;
        assert_eq!(decide(Some(&live()), &here(209, Stand::Coming)), [Run]);
        assert_eq!(decide(Some(&live()), &here(210, Stand::Coming)), [Close], "two periods");
        assert_eq!(decide(Some(&live()), &here(309, Stand::Up)), [Run, Probe], "trackers are late");
        assert_eq!(decide(Some(&live()), &here(310, Stand::Up)), [Close]);
        let asked = LeaseView { can_probe: false, panel: Some(1), ..live() };
        assert_eq!(decide(Some(&asked), &here(400, Stand::Coming)), [Run], "trackers have the word");
        assert_eq!(decide(Some(&accepted()), &here(400, Stand::Coming)), [Run]);
    }

    #[test]
    fn it_ends_with_its_close_and_is_paid_out_after_the_wait() {
        use Step::*;
        let closing = LeaseView { closing: Some(300), ..live() };
        assert_eq!(decide(Some(&closing), &here(300, Stand::Up)), [End]);
        assert_eq!(decide(Some(&closing), &here(310, Stand::Coming)), [End, Finish]);
        let probed = LeaseView { panel: Some(3), ..closing };
        assert_eq!(decide(Some(&probed), &here(400, Stand::Coming)), [End], "trackers first");
        assert_eq!(decide(None, &here(1, Stand::Up)), [End, Forget]);
    }

    #[test]
    fn who_is_reached_elsewhere_says_so() {
        use Step::*;
        let moved = Here { endpoint: Some("1.2.3.4:6"), ..here(120, Stand::Up) };
        assert_eq!(decide(Some(&live()), &moved), [Run, Move]);
        assert_eq!(decide(Some(&accepted()), &moved), [Run, Move]);
        assert_eq!(decide(Some(&live()), &Here { stand: Stand::Coming, ..moved }), [Run]);
    }
}
