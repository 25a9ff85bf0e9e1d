//! What an owner, or a test, may choose.

use std::{
    net::{IpAddr, Ipv4Addr},
    path::PathBuf,
    time::Duration,
};

/// How containers are run here.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Who the containers are labelled with. No two workers of one engine may share it: each removes what is left over of its own.
    pub worker: String,
    /// The engine's socket.
    pub socket: PathBuf,
    /// A folder for disks of tasks that want more than fits into memory; each is a file that is mounted, for which this must be root.
    pub disks: Option<PathBuf>,
    /// Most processes and threads of a container.
    pub pids: u32,
    /// Whether containers only get processor time that nobody else on the machine wants.
    pub yields: bool,
    /// Who a service asks for names. Those of the machine may be in its own network, which services cannot reach.
    pub resolvers: Vec<IpAddr>,
    /// Where used processor time is read.
    pub metering: Metering,
    /// How long the engine may take for an answer.
    pub answer: Duration,
    /// How long an image may take to arrive.
    pub pull: Duration,
    /// How long nothing may arrive of it.
    pub stall: Duration,
}

/// Where used processor time is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Metering {
    /// The best of the others that works here.
    #[default]
    Any,
    /// A control group around the container's own, which still knows when that one is gone: exact. Only root can remove them again.
    Around,
    /// The container's own control group, again and again until it is gone: a tenth of a second too little.
    Sampled,
    /// The engine, once a second. A short task seems to use nothing.
    Engine,
}

impl Settings {
    /// The usual ones.
    pub fn new(worker: impl Into<String>) -> Self {
        Self {
            worker: worker.into(),
            socket: "/var/run/docker.sock".into(),
            disks: None,
            pids: 512,
            yields: true,
            resolvers: vec![IpAddr::V4(Ipv4Addr::new(9, 9, 9, 9)), IpAddr::V4(Ipv4Addr::new(1, 1, 1, 1))],
            metering: Metering::Any,
            answer: Duration::from_secs(60),
            pull: Duration::from_secs(3_600),
            stall: Duration::from_secs(120),
        }
    }
}
