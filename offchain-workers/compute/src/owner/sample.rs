//! Measuring a machine: load that is not our own, and temperatures.

use std::{
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
    time::Instant,
};

use procfs::{process::Process, CurrentSI, KernelStats, ProcError};

use super::{decide::Sample, hours::Moment};

/// Where sensors are.
const SENSORS: &str = "/sys/class";
/// Degrees that a sensor shows which is there: others say that they measure nothing.
const CREDIBLE: std::ops::Range<f64> = 1.0..150.0;
/// Kinds of sensors of processors, among those of other parts.
const PROCESSORS: [&str; 5] = ["coretemp", "k10temp", "zenpower", "cpu_thermal", "via_cputemp"];

/// Why nothing can be measured.
#[derive(Debug, thiserror::Error)]
pub enum SampleError {
    /// The system's own counts.
    #[error("the load of this machine cannot be read: {0}; is /proc there?")]
    Proc(#[from] ProcError),
}

/// Counts since the machine started, in microseconds of processor time but for `total` and `busy`, which are in ticks.
struct Counts {
    total: u64,
    busy: u64,
    own: u64,
    groups: HashMap<PathBuf, u64>,
}

/// Measures. Two samples have to be some seconds apart for the load between them to mean something.
pub struct Sampler {
    began: Instant,
    tick: u64,
    last: Option<Counts>,
    sensors: PathBuf,
}

impl Default for Sampler {
    fn default() -> Self {
        let tick = 1_000_000 / procfs::ticks_per_second().max(1);
        Self { began: Instant::now(), tick, last: None, sensors: SENSORS.into() }
    }
}

impl Sampler {
    /// Takes a sample. `groups` are the folders of those control groups that our own containers are in, below this process's group or
    /// elsewhere: their load is ours. One that is gone counts for what it was the last time.
    pub fn take(&mut self, groups: &[PathBuf]) -> Result<Sample, SampleError> {
        let now = self.count(groups)?;
        let load = self.last.as_ref().and_then(|last| foreign(last, &now, self.tick));
        self.last = Some(now);
        let temperature = hottest(&self.sensors);
        Ok(Sample { at: self.began.elapsed(), moment: Moment::now(), load, temperature })
    }

    fn count(&self, groups: &[PathBuf]) -> Result<Counts, SampleError> {
        let cpu = KernelStats::current()?.total;
        let extra = |count: Option<u64>| count.unwrap_or(0);
        let busy = cpu.user + cpu.nice + cpu.system + extra(cpu.irq) + extra(cpu.softirq);
        // What another system took of this machine is neither idle nor its owner's.
        let total = busy + cpu.idle + extra(cpu.iowait) + extra(cpu.steal);
        let own = Process::myself()?.stat()?;
        // With what it waited for: helpers that it started and that have ended.
        let children = u64::try_from(own.cutime.saturating_add(own.cstime)).unwrap_or(0);
        let own = (own.utime + own.stime + children) * self.tick;
        let groups = groups.iter().filter_map(|group| Some((group.clone(), group_usage(group).ok()?))).collect();
        Ok(Counts { total, busy, own, groups })
    }
}

/// Load between two counts that is not our own, in hundredths; `None` where no time passed.
fn foreign(last: &Counts, now: &Counts, tick: u64) -> Option<f64> {
    let total = now.total.checked_sub(last.total).filter(|total| *total > 0)?;
    let busy = now.busy.saturating_sub(last.busy);
    // One that is new began since then.
    let groups = now.groups.iter().map(|(group, usage)| usage.saturating_sub(last.groups.get(group).copied().unwrap_or(0)));
    let ours = now.own.saturating_sub(last.own).saturating_add(groups.sum());
    let foreign = busy.saturating_mul(tick).saturating_sub(ours);
    Some((100.0 * foreign as f64 / total.saturating_mul(tick).max(1) as f64).min(100.0))
}

/// Microseconds of processor time that a control group used, of either version.
pub fn group_usage(group: &Path) -> io::Result<u64> {
    let unknown = || io::Error::new(io::ErrorKind::InvalidData, "it does not say how much processor time was used");
    match fs::read_to_string(group.join("cpu.stat")) {
        Ok(text) => {
            let usage = text.lines().find_map(|line| line.strip_prefix("usage_usec "));
            if let Some(usage) = usage {
                return usage.trim().parse().map_err(|_| unknown());
            }
            // Version 1 has a file of that name as well, with other things in it.
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => {},
        Err(error) => return Err(error),
    }
    let nanoseconds: u64 = fs::read_to_string(group.join("cpuacct.usage"))?.trim().parse().map_err(|_| unknown())?;
    Ok(nanoseconds / 1_000)
}

/// The hottest of all sensors of processors and of the system, in degrees Celsius.
fn hottest(sensors: &Path) -> Option<f64> {
    let mut files: Vec<PathBuf> = entries(&sensors.join("thermal"), "thermal_zone").map(|zone| zone.join("temp")).collect();
    for monitor in entries(&sensors.join("hwmon"), "hwmon") {
        let name = fs::read_to_string(monitor.join("name")).unwrap_or_default();
        if PROCESSORS.contains(&name.trim()) {
            files.extend(entries(&monitor, "temp").filter(|path| path.to_string_lossy().ends_with("_input")));
        }
    }
    let degrees = files.iter().filter_map(|file| fs::read_to_string(file).ok()?.trim().parse::<f64>().ok());
    degrees.map(|thousandths| thousandths / 1_000.0).filter(|degrees| CREDIBLE.contains(degrees)).max_by(f64::total_cmp)
}

fn entries(folder: &Path, prefix: &'static str) -> impl Iterator<Item = PathBuf> {
    let found = fs::read_dir(folder).into_iter().flatten().flatten();
    found.filter(move |entry| entry.file_name().to_string_lossy().starts_with(prefix)).map(|entry| entry.path())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const TICK: u64 = 10_000;

    fn counts(total: u64, busy: u64, own: u64, groups: &[(&str, u64)]) -> Counts {
        let groups = groups.iter().map(|(name, usage)| (PathBuf::from(name), *usage)).collect();
        Counts { total, busy, own, groups }
    }

    #[test]
    fn our_own_load_and_that_of_our_containers_are_not_counted() {
        let last = counts(1_000, 500, 1_000_000, &[("a", 7_000_000), ("gone", 9_000_000)]);
        let now = counts(1_400, 800, 2_000_000, &[("a", 7_500_000), ("new", 100_000)]);
        // 300 ticks are 3 s, of which 1 s was ours, and 0.6 s that of containers; 1.4 s of 4 s are left.
        let load = foreign(&last, &now, TICK).unwrap();
        assert!((load - 35.0).abs() < 1e-9, "{load}");
    }

    #[test]
    fn counts_that_go_back_are_no_load() {
        let now = counts(1_400, 800, 0, &[]);
        assert_eq!(foreign(&now, &now, TICK), None);
        let ours = counts(1_500, 810, 9_000_000, &[]);
        assert_eq!(foreign(&now, &ours, TICK), Some(0.0));
        assert_eq!(foreign(&ours, &now, TICK), None);
    }

    #[test]
    fn control_groups_of_both_versions_are_read() {
        let folder = tempfile::tempdir().unwrap();
        assert!(group_usage(folder.path()).is_err());
        fs::write(folder.path().join("cpu.stat"), "nr_periods 0\n").unwrap();
        fs::write(folder.path().join("cpuacct.usage"), "1234567\n").unwrap();
        assert_eq!(group_usage(folder.path()).unwrap(), 1_234);
        fs::write(folder.path().join("cpu.stat"), "usage_usec 42\nuser_usec 40\n").unwrap();
        assert_eq!(group_usage(folder.path()).unwrap(), 42);
    }

    #[test]
    fn the_hottest_credible_sensor_counts() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(hottest(folder.path()), None);
        let put = |path: &str, text: &str| {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        put("thermal/thermal_zone0/temp", "41000\n");
        put("thermal/thermal_zone1/temp", "-263200\n");
        put("thermal/thermal_zone2/temp", "200000\n");
        put("thermal/thermal_zone3/temp", "none\n");
        put("hwmon/hwmon0/name", "nvme\n");
        put("hwmon/hwmon0/temp1_input", "70000\n");
        assert_eq!(hottest(folder.path()), Some(41.0));
        put("hwmon/hwmon1/name", "k10temp\n");
        put("hwmon/hwmon1/temp1_input", "55500\n");
        assert_eq!(hottest(folder.path()), Some(55.5));
    }

    #[test]
    fn this_machine_can_be_measured() {
        let mut sampler = Sampler::default();
        assert_eq!(sampler.take(&[]).unwrap().load, None, "one look tells nothing");
        std::thread::sleep(Duration::from_millis(200));
        let sample = sampler.take(&["/nowhere".into()]).unwrap();
        assert!((0.0..=100.0).contains(&sample.load.unwrap()), "{sample:?}");
        assert!(sample.at >= Duration::from_millis(200));
    }
}
