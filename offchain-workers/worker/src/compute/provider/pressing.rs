//! Chunks that wait for trackers: where none of those does what anybody may, whoever waits to be paid does it.
//!
//! A panel that nobody draws, or that nobody closes when its time is over, would keep a chunk and the bonds that stand for it for ever:
//! on a chain whose trackers are all gone, or that never had any.

use std::sync::Arc;

use idlewild_chain_client::{ComputeCall, ReadError};
use idlewild_compute_primitives::{
    panel::Question,
    view::{Due, PanelView},
    Clock,
};

use super::{lock, saying::Say, Place, Provider, PAGE};

/// How often open panels are looked at while a chunk waits for one, in blocks of the clock.
const LOOK: Clock = 10;
/// How long after a panel was asked for it is left to trackers, in blocks of the clock.
const FIRST: Clock = 20;
/// Pages that are looked through at a time.
const PAGES: u32 = 16;

/// What the chunks that a provider waits for still lack.
#[derive(Debug, Default)]
pub(super) struct Pressing {
    /// Chunks of ours whose panel was not over when they were looked at.
    waiting: Vec<Place>,
    /// When open panels are looked at next.
    next: Clock,
}

impl Pressing {
    /// Notes what a chunk waits for.
    pub(super) fn note(&mut self, place: Place, due: Due) {
        self.waiting.retain(|other| *other != place);
        if due == Due::Verdict {
            self.waiting.push(place);
        }
    }

    /// Forgets chunks that are not ours any more.
    pub(super) fn keep(&mut self, known: &[Place]) {
        self.waiting.retain(|place| known.contains(place));
    }
}

impl Provider {
    /// Draws panels about our chunks, and closes those whose time is over, where trackers do not.
    pub(super) async fn press(self: &Arc<Self>, now: Clock) -> Result<(), ReadError> {
        let waiting = {
            let mut pressing = lock(&self.pressing);
            if pressing.waiting.is_empty() || now < pressing.next {
                return Ok(());
            }
            pressing.next = now.saturating_add(LOOK);
            pressing.waiting.clone()
        };
        let mut after = None;
        for _ in 0..PAGES {
            let page = self.parts.compute.open_panels(after, PAGE).await?;
            for (place, call) in page.panels.iter().filter_map(|panel| left(panel, &waiting, now)) {
                self.say(Say::Press, place.0, vec![(place.1, ())], move |_, _| call.clone());
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        Ok(())
    }
}

/// The chunk of a panel that trackers left alone, and what they would have done.
fn left(panel: &PanelView, waiting: &[Place], now: Clock) -> Option<(Place, ComputeCall)> {
    let (Question::Dispute { project, chunk } | Question::Sample { project, chunk }) = panel.question else { return None };
    let place = waiting.iter().find(|place| **place == (project, chunk))?;
    let is_left = now >= panel.opened.saturating_add(FIRST);
    is_left.then(|| Some((*place, ComputeCall::moving_on(panel)?))).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn panel(question: Question, can_convene: bool, can_close: bool) -> PanelView {
        let (places, commit_until, reveal_until) = Default::default();
        PanelView { id: 9, question, round: 0, opened: 100, places, can_convene, can_close, commit_until, reveal_until }
    }

    #[test]
    fn what_trackers_leave_is_done_by_who_waits() {
        let sample = Question::Sample { project: 1, chunk: 2 };
        let of = |panel: &PanelView, now| left(panel, &[(1, 2)], now);
        let drawn = Some(((1, 2), ComputeCall::Convene { panel: 9 }));
        assert_eq!(of(&panel(sample, true, false), 119), None, "trackers first");
        assert_eq!(of(&panel(sample, true, false), 120), drawn);
        assert_eq!(of(&panel(sample, false, true), 120), Some(((1, 2), ComputeCall::ClosePanel { panel: 9 })));
        assert_eq!(of(&panel(sample, false, false), 500), None, "it has time");
        assert_eq!(of(&panel(Question::Sample { project: 1, chunk: 3 }, true, false), 120), None, "nobody's that we know");
        assert_eq!(of(&panel(Question::Dispute { project: 1, chunk: 2 }, true, false), 120), drawn);
        assert_eq!(of(&panel(Question::Grade { provider: 1 }, true, false), 120), None);
    }

    #[test]
    fn a_chunk_waits_until_it_is_due_for_something_else() {
        let mut pressing = Pressing::default();
        pressing.note((1, 2), Due::Verdict);
        pressing.note((1, 2), Due::Verdict);
        pressing.note((1, 3), Due::Verdict);
        assert_eq!(pressing.waiting, [(1, 2), (1, 3)]);
        pressing.note((1, 2), Due::Finalise);
        assert_eq!(pressing.waiting, [(1, 3)]);
        pressing.keep(&[]);
        assert_eq!(pressing.waiting, []);
    }
}
