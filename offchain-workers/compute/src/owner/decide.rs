//! Whether to work now. Nothing is measured here and no clock is read, so that every case can be tried.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{
    hours::{are_open, Moment},
    Limits,
};

/// The longest time between two samples that tell of the time between them. After a longer one, in which the machine may have slept,
/// waiting begins anew.
const MAX_GAP: Duration = Duration::from_secs(30);

/// What was measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// When: since any moment, on a clock that never goes back.
    pub at: Duration,
    /// What the machine's clock shows.
    pub moment: Moment,
    /// Load that is not our own, in hundredths of all cores, since the sample before; `None` where it is not known.
    pub load: Option<f64>,
    /// The hottest sensor's degrees Celsius; `None` where none can be read.
    pub temperature: Option<f64>,
}

/// Why work rests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Reason {
    /// It is not the time for it.
    Hours,
    /// The machine is, or was a moment ago, too hot.
    Temperature,
    /// The owner uses it, or did a moment ago.
    Load,
}

impl std::fmt::Display for Reason {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(match self {
            Self::Hours => "it is not the time for it",
            Self::Temperature => "the machine is too hot",
            Self::Load => "its owner uses the machine",
        })
    }
}

/// Decides, sample by sample.
#[derive(Clone, Debug)]
pub struct Decider {
    limits: Limits,
    last: Option<Duration>,
    /// Whether it was hot, and has not cooled down since.
    hot: bool,
    /// Whether the owner was there, and has not left since.
    busy: bool,
    /// Since when the load is on the other side of what it has to be for this to change.
    since: Option<Duration>,
}

impl Decider {
    /// A machine of which nothing is known yet, and which may work.
    pub fn new(limits: Limits) -> Self {
        Self { limits, last: None, hot: false, busy: false, since: None }
    }

    /// Goes on with other limits. What is known of the machine stays known.
    pub fn set_limits(&mut self, limits: Limits) {
        self.limits = limits;
        self.since = None;
    }

    /// Takes a sample: everything for which work has to rest now. None means to work.
    pub fn take(&mut self, sample: &Sample) -> Vec<Reason> {
        let gap = self.last.map(|last| sample.at.saturating_sub(last));
        if gap.is_some_and(|gap| gap > MAX_GAP) {
            self.since = None;
        }
        self.last = Some(sample.at);
        self.take_temperature(sample);
        self.take_load(sample);
        let reasons = [
            (!are_open(&self.limits.hours, sample.moment), Reason::Hours),
            (self.hot, Reason::Temperature),
            (self.busy, Reason::Load),
        ];
        reasons.into_iter().filter(|(holds, _)| *holds).map(|(_, reason)| reason).collect()
    }

    /// Heat is slow: one sample is enough. A sensor that cannot be read any more tells nothing, and nothing changes.
    fn take_temperature(&mut self, sample: &Sample) {
        let Some(degrees) = sample.temperature else { return };
        if degrees > f64::from(self.limits.temperature.pause_above) {
            self.hot = true;
        } else if degrees < f64::from(self.limits.temperature.resume_below) {
            self.hot = false;
        }
    }

    /// Load jumps: it has to stay where it is for a while.
    fn take_load(&mut self, sample: &Sample) {
        let limits = &self.limits.load;
        let crossed = match sample.load {
            Some(load) if self.busy => load < f64::from(limits.resume_below),
            Some(load) => load > f64::from(limits.pause_above),
            None => false,
        };
        if !crossed {
            self.since = None;
            return;
        }
        let wait = if self.busy { limits.resume_after_s } else { limits.pause_after_s };
        let since = *self.since.get_or_insert(sample.at);
        if sample.at.saturating_sub(since) >= Duration::from_secs(wait.into()) {
            self.busy = !self.busy;
            self.since = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::owner::{hours::Day, Load, Temperature};

    const NEVER: [u64; 0] = [];
    const NOON: Moment = Moment { day: Day::Mon, minute: 720 };

    fn decider() -> Decider {
        Decider::new(Limits {
            load: Load { pause_above: 50, resume_below: 20, pause_after_s: 5, resume_after_s: 60 },
            temperature: Temperature { pause_above: 80, resume_below: 70 },
            ..Default::default()
        })
    }

    fn sample(at: u64, load: impl Into<Option<f64>>, temperature: impl Into<Option<f64>>) -> Sample {
        Sample { at: Duration::from_secs(at), moment: NOON, load: load.into(), temperature: temperature.into() }
    }

    /// Takes one load a second from `from` on, and tells at which seconds work rested.
    fn rests(decider: &mut Decider, from: u64, loads: &[f64]) -> Vec<u64> {
        let samples = loads.iter().zip(from..);
        samples.filter(|(load, at)| !decider.take(&sample(*at, **load, None)).is_empty()).map(|(_, at)| at).collect()
    }

    #[test]
    fn nothing_known_is_no_reason() {
        assert_eq!(decider().take(&sample(0, None, None)), []);
    }

    #[test]
    fn a_load_has_to_stay_before_work_rests() {
        let mut decider = decider();
        assert_eq!(rests(&mut decider, 0, &[90.0, 90.0, 90.0, 90.0, 40.0, 90.0, 90.0, 90.0, 90.0, 90.0]), NEVER);
        assert_eq!(rests(&mut decider, 10, &[90.0]), [10], "five seconds after 5");
    }

    #[test]
    fn it_has_to_be_gone_for_longer_before_work_goes_on() {
        let mut decider = decider();
        assert_eq!(rests(&mut decider, 0, &[90.0; 6]), [5]);
        // Between the two it stays as it is.
        assert_eq!(rests(&mut decider, 6, &[30.0; 100]).len(), 100);
        assert_eq!(rests(&mut decider, 106, &[10.0; 59]).len(), 59);
        assert_eq!(rests(&mut decider, 165, &[30.0]), [165], "and begins to wait anew");
        assert_eq!(rests(&mut decider, 166, &[10.0; 61]).len(), 60);
        assert_eq!(rests(&mut decider, 227, &[45.0; 100]), NEVER, "below the upper one it works");
    }

    #[test]
    fn exactly_at_a_limit_nothing_changes() {
        let mut decider = decider();
        assert_eq!(rests(&mut decider, 0, &[50.0; 20]), NEVER);
        assert_eq!(rests(&mut decider, 20, &[51.0; 6]), [25]);
        assert_eq!(rests(&mut decider, 26, &[20.0; 100]).len(), 100);
    }

    #[test]
    fn an_unknown_load_or_a_sleep_begins_waiting_anew() {
        let mut decider = decider();
        assert_eq!(rests(&mut decider, 0, &[90.0; 5]), NEVER);
        assert_eq!(decider.take(&sample(5, None, None)), []);
        assert_eq!(rests(&mut decider, 6, &[90.0; 5]), NEVER);
        // As if it had slept for an hour.
        assert_eq!(decider.take(&sample(3_600, 90.0, None)), []);
        assert_eq!(decider.take(&sample(3_605, 90.0, None)), [Reason::Load]);
        assert_eq!(decider.take(&sample(3_606, None, None)), [Reason::Load], "what is not known changes nothing");
    }

    #[test]
    fn no_time_at_all_to_wait_rests_at_once() {
        let mut decider = decider();
        decider.limits.load.pause_after_s = 0;
        assert_eq!(decider.take(&sample(0, 51.0, None)), [Reason::Load]);
    }

    #[test]
    fn heat_rests_at_once_and_until_it_has_cooled_down() {
        let mut decider = decider();
        let cases = [(80.0, false), (80.5, true), (75.0, true), (70.0, true), (69.5, false), (79.0, false)];
        for (at, (degrees, rests)) in (0..).zip(cases) {
            let expected: &[Reason] = if rests { &[Reason::Temperature] } else { &[] };
            assert_eq!(decider.take(&sample(at, 0.0, degrees)), expected, "{degrees}");
        }
        assert_eq!(decider.take(&sample(10, 0.0, 99.0)), [Reason::Temperature]);
        assert_eq!(decider.take(&sample(11, 0.0, None)), [Reason::Temperature], "a sensor that is gone cools nothing");
    }

    #[test]
    fn hours_are_kept_to_the_minute_and_all_reasons_are_told() {
        let mut decider = decider();
        let window = serde_json::from_str(r#"{"from": "12:00", "to": "12:01"}"#).unwrap();
        let mut limits = decider.limits.clone();
        limits.hours = vec![window];
        limits.load.pause_after_s = 0;
        decider.set_limits(limits);
        assert_eq!(decider.take(&sample(0, 0.0, 20.0)), []);
        let late = Sample { moment: Moment { minute: 721, ..NOON }, ..sample(1, 99.0, 99.0) };
        assert_eq!(decider.take(&late), [Reason::Hours, Reason::Temperature, Reason::Load]);
    }

    #[test]
    fn other_limits_hold_from_the_next_sample_on() {
        let mut decider = decider();
        assert_eq!(rests(&mut decider, 0, &[90.0; 6]), [5]);
        let mut limits = decider.limits.clone();
        limits.load = Load { pause_above: 100, resume_below: 95, pause_after_s: 5, resume_after_s: 2 };
        decider.set_limits(limits);
        assert_eq!(rests(&mut decider, 6, &[90.0; 4]), [6, 7]);
    }
}
