//! When and how much of the machine its owner lends out.
//!
//! | module | concern |
//! | --- | --- |
//! | [`hours`] | times of the week |
//! | [`decide`] | whether to work now, from what was measured |
//! | [`sample`] | measuring: load that is not our own, and temperatures |
//! | [`priority`] | stepping back behind everything else on the machine |
//! | [`behind`] | threads that did |
//!
//! The owner comes first: work rests outside of the hours, while the machine is hot, and while the owner uses it, which is told by its
//! load without that of our own tasks and containers. Resting begins soon and ends late, so that it does not come and go.

pub mod behind;
pub mod decide;
pub mod hours;
pub mod priority;
pub mod sample;

use idlewild_compute_primitives::resources::Resources;
use serde::{Deserialize, Serialize};

use self::hours::Window;

/// What the owner of a machine decides. Whatever is left away is as [`Default`] has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// When to work, in the machine's own time; always, where there are none.
    pub hours: Vec<Window>,
    /// Most thousandths of processor cores; all, where it is left away.
    pub cpu_milli: Option<u32>,
    /// Most mebibytes of memory; half of all, where it is left away.
    pub memory_mib: Option<u32>,
    /// Most mebibytes of disk.
    pub disk_mib: u32,
    /// Kilobits a second of the line that others may send from here: nothing measures it, so that it is the owner's word alone.
    pub up_kbps: u32,
    /// The same of what they may fetch.
    pub down_kbps: u32,
    /// How hot the machine may get.
    pub temperature: Temperature,
    /// How busy its owner may be.
    pub load: Load,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            hours: Vec::new(),
            cpu_milli: None,
            memory_mib: None,
            disk_mib: 20 << 10,
            up_kbps: 0,
            down_kbps: 0,
            temperature: Temperature::default(),
            load: Load::default(),
        }
    }
}

/// Degrees Celsius of the hottest sensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Temperature {
    /// Above this, work rests at once.
    pub pause_above: u8,
    /// Below this, it goes on.
    pub resume_below: u8,
}

impl Default for Temperature {
    fn default() -> Self {
        Self { pause_above: 85, resume_below: 75 }
    }
}

/// Load of the machine that is not our own, in hundredths of all its cores.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Load {
    /// Above this, work rests.
    pub pause_above: u8,
    /// Below this, it goes on.
    pub resume_below: u8,
    /// Seconds for which it has to be above.
    pub pause_after_s: u32,
    /// Seconds for which it has to be below.
    pub resume_after_s: u32,
}

impl Default for Load {
    fn default() -> Self {
        Self { pause_above: 30, resume_below: 15, pause_after_s: 5, resume_after_s: 60 }
    }
}

/// What is wrong with an owner's limits.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LimitsError {
    /// Work would begin again while it has to stop.
    #[error("{what}.resume_below is {resume}, and has to be below {what}.pause_above, which is {pause}")]
    Hysteresis {
        /// Of what.
        what: &'static str,
        /// When it would go on.
        resume: u8,
        /// When it would rest.
        pause: u8,
    },
    /// No machine has that load.
    #[error("load.pause_above is {0}, and is in hundredths: 100 never rests")]
    Load(u8),
    /// Waiting for so long is no waiting.
    #[error("load.{what} is {seconds} s, and may be {most} s at most")]
    TooLong {
        /// What.
        what: &'static str,
        /// What it is.
        seconds: u32,
        /// What it may be.
        most: u32,
    },
    /// Nothing can be run with none of it.
    #[error("{0} is 0: lend some of it, or turn the role off")]
    None(&'static str),
    /// A window of no time.
    #[error("hours[{index}] begins and ends at {at}; leave hours away to work always, or move one of the two")]
    Empty {
        /// Which one.
        index: usize,
        /// When.
        at: String,
    },
    /// A window on no day.
    #[error("hours[{0}].days is empty; leave it away for all days")]
    NoDays(usize),
}

/// Most seconds that work waits for its owner to be away.
const MAX_RESUME: u32 = 24 * 3_600;
/// Most seconds for which it does not mind its owner.
const MAX_PAUSE: u32 = 600;

impl Limits {
    /// Everything that is wrong with them.
    pub fn errors(&self) -> Vec<LimitsError> {
        let mut errors = Vec::new();
        let pairs = [
            ("temperature", self.temperature.pause_above, self.temperature.resume_below),
            ("load", self.load.pause_above, self.load.resume_below),
        ];
        for (what, pause, resume) in pairs {
            if resume >= pause {
                errors.push(LimitsError::Hysteresis { what, resume, pause });
            }
        }
        if self.load.pause_above > 100 {
            errors.push(LimitsError::Load(self.load.pause_above));
        }
        let waits =
            [("pause_after_s", self.load.pause_after_s, MAX_PAUSE), ("resume_after_s", self.load.resume_after_s, MAX_RESUME)];
        for (what, seconds, most) in waits {
            if seconds > most {
                errors.push(LimitsError::TooLong { what, seconds, most });
            }
        }
        let amounts = [("cpu_milli", self.cpu_milli), ("memory_mib", self.memory_mib), ("disk_mib", Some(self.disk_mib))];
        errors.extend(amounts.into_iter().filter(|(_, amount)| *amount == Some(0)).map(|(what, _)| LimitsError::None(what)));
        for (index, window) in self.hours.iter().enumerate() {
            if window.from == window.to {
                errors.push(LimitsError::Empty { index, at: window.from.to_string() });
            }
            if window.days.as_ref().is_some_and(Vec::is_empty) {
                errors.push(LimitsError::NoDays(index));
            }
        }
        errors
    }

    /// What is lent of a machine: no more than it has, and of its line what is said.
    pub fn lend(&self, machine: &Resources) -> Resources {
        Resources {
            cpu_milli: machine.cpu_milli.min(self.cpu_milli.unwrap_or(u32::MAX)),
            ram_mib: machine.ram_mib.min(self.memory_mib.unwrap_or(machine.ram_mib / 2)),
            disk_mib: machine.disk_mib.min(self.disk_mib),
            up_kbps: self.up_kbps,
            down_kbps: self.down_kbps,
            ..*machine
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_said_is_sound_and_what_is_said_is_read() {
        let limits: Limits = serde_json::from_str("{}").unwrap();
        assert_eq!((limits.errors(), &limits), (Vec::new(), &Limits::default()));
        let limits: Limits = serde_json::from_str(
            r#"{"hours": [{"from": "22:00", "to": "06:30", "days": ["mon", "sun"]}], "cpu_milli": 1500, "load": {"pause_above": 50}}"#,
        )
        .unwrap();
        assert_eq!(limits.errors(), []);
        assert_eq!((limits.load.pause_above, limits.load.resume_below, limits.cpu_milli), (50, 15, Some(1_500)));
        let again: Limits = serde_json::from_str(&serde_json::to_string(&limits).unwrap()).unwrap();
        assert_eq!(again, limits);
        for wrong in [
            r#"{"hour": []}"#,
            r#"{"hours": [{"from": "24:00", "to": "06:00"}]}"#,
            r#"{"hours": [{"from": "7", "to": "06:00"}]}"#,
            r#"{"hours": [{"from": "07:60", "to": "06:00"}]}"#,
            r#"{"hours": [{"from": "07:00", "to": "08:00", "days": ["someday"]}]}"#,
        ] {
            assert!(serde_json::from_str::<Limits>(wrong).is_err(), "{wrong}");
        }
        let error = serde_json::from_str::<Window>(r#"{"from": "25:00", "to": "06:00"}"#).unwrap_err().to_string();
        assert!(error.contains("25:00") && error.contains("HH:MM"), "{error}");
    }

    #[test]
    fn everything_that_is_wrong_is_told() {
        let window: Window = serde_json::from_str(r#"{"from": "08:00", "to": "08:00", "days": []}"#).unwrap();
        let limits = Limits {
            hours: vec![window],
            cpu_milli: Some(0),
            memory_mib: Some(0),
            disk_mib: 0,
            up_kbps: 0,
            down_kbps: 0,
            temperature: Temperature { pause_above: 70, resume_below: 70 },
            load: Load { pause_above: 101, resume_below: 102, pause_after_s: 601, resume_after_s: 86_401 },
        };
        let errors = limits.errors();
        assert_eq!(errors.len(), 10, "{errors:?}");
        assert!(errors.contains(&LimitsError::Empty { index: 0, at: "08:00".to_owned() }));
        assert!(errors.contains(&LimitsError::Hysteresis { what: "load", resume: 102, pause: 101 }));
    }

    #[test]
    fn no_more_is_lent_than_there_is() {
        let machine = Resources { cpu_milli: 4_000, ram_mib: 8_000, disk_mib: 10_000, gpus: 1, ..Default::default() };
        let lent = Limits::default().lend(&machine);
        assert_eq!((lent.cpu_milli, lent.ram_mib, lent.disk_mib, lent.gpus), (4_000, 4_000, 10_000, 1));
        assert_eq!((lent.up_kbps, lent.down_kbps), (0, 0), "nobody said anything of the line");
        let limits = Limits { cpu_milli: Some(1_000), memory_mib: Some(9_000), disk_mib: 5, ..Default::default() };
        let lent = limits.lend(&machine);
        assert_eq!((lent.cpu_milli, lent.ram_mib, lent.disk_mib), (1_000, 8_000, 5));
        let lent = Limits { up_kbps: 5_000, down_kbps: 20_000, ..Default::default() }.lend(&machine);
        assert_eq!((lent.up_kbps, lent.down_kbps), (5_000, 20_000));
    }
}
