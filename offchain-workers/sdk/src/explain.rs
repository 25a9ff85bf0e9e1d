//! Why a project's chunks are not taken, and what they wait for.

use futures::{stream, StreamExt, TryStreamExt};
use idlewild_chain_client::{coins::show_coins, ReadError};
use idlewild_client::market::Wish;
use idlewild_compute_primitives::{
    chunk::{Stage, Step},
    project::Input,
    resources::{Dimension, Mismatch},
    view::{ChunkView, ComputeTerms, Due, FitView, ProjectView, ProviderView, Standing},
    Balance, ChunkIndex, Clock, ProjectId, ProviderId,
};
use idlewild_storage_primitives::geometry::Geometry;
use serde::Serialize;

use crate::{watch::WatchError, Sdk};

/// Keys that are asked for side by side.
const AT_ONCE: usize = 16;
/// Providers of a page.
const PAGE: u32 = 64;
/// How long providers keep outputs where nothing else is said, in blocks of the clock.
const KEPT: Clock = 2_400;
/// How a replica stands that has not bound a result.
const RUNS: &str = "runs";

/// What is known of why a project is not further.
#[derive(Clone, Debug, Serialize)]
pub struct Explanation {
    /// The project.
    pub project: ProjectId,
    /// The clock.
    pub now: Clock,
    /// Whether it gives out no more chunks.
    pub closed: bool,
    /// By when each chunk has to be begun.
    pub deadline: Clock,
    /// What a chunk pays for each block that it may run.
    pub rate: Balance,
    /// What a chunk pays.
    pub price: Balance,
    /// What it costs its provider about to store what it wrote, where that could be asked.
    pub storing: Option<Balance>,
    /// Chunks that are not over.
    pub chunks: Vec<ChunkWait>,
    /// Every provider, and what keeps it from the job.
    pub providers: Vec<Keeps>,
}

/// What a chunk waits for.
#[derive(Clone, Debug, Serialize)]
pub struct ChunkWait {
    /// Its place.
    pub chunk: ChunkIndex,
    /// What it waits for.
    pub due: Due,
    /// Until when; 0 for no limit.
    pub until: Clock,
    /// Providers of those that were tried in vain: silent when drawn, late, or wrong.
    pub tried: Vec<ProviderId>,
    /// Providers that race for it.
    pub claims: Vec<ProviderId>,
    /// Providers that were drawn and have to begin.
    pub drawn: Vec<ProviderId>,
    /// Its replicas, and where each stands.
    pub replicas: Vec<(ProviderId, &'static str)>,
    /// Replicas that are wanted.
    pub wanted: u8,
}

/// What keeps a provider from a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Keeps {
    /// The provider.
    pub provider: ProviderId,
    /// What keeps it; nothing where it could claim.
    pub reasons: Vec<Reason>,
}

/// A thing that keeps a provider from a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "what")]
pub enum Reason {
    /// It takes no new work.
    Standing {
        /// How it stands.
        standing: Standing,
    },
    /// It has too little of something.
    Lacks {
        /// Of what.
        dimension: Dimension,
        /// What is needed.
        needed: u32,
        /// What is free.
        free: u32,
        /// Whether it would be enough with nothing else to do.
        busy: bool,
    },
    /// It is not what is asked for.
    Mismatch {
        /// In what.
        mismatch: Mismatch,
    },
    /// It asks more than is paid.
    TooDear {
        /// What it asks, in plancks a block.
        asks: Balance,
        /// What is paid.
        pays: Balance,
    },
    /// What is paid is not enough for its machine and for storing what a chunk writes.
    Unprofitable {
        /// What it asks for its machine.
        asks: Balance,
        /// What storing costs about.
        storing: Balance,
        /// What is paid.
        pays: Balance,
    },
    /// Too little of its bond stands for nothing else.
    Bond {
        /// What would stand for a chunk.
        needed: Balance,
        /// What there is.
        spare: Balance,
    },
    /// It would take longer than trackers can wait.
    TooSlow {
        /// Its grade, in thousandths of the reference machine.
        grade: u32,
    },
    /// It is the requester's own.
    Own,
}

impl Reason {
    /// Those that the chain's word on a fit gives, where so much is paid in a block.
    pub fn of(fit: &FitView, pays: Balance) -> Vec<Self> {
        let mut reasons = Vec::new();
        if fit.standing != Standing::Active {
            reasons.push(Self::Standing { standing: fit.standing });
        }
        let lacks = fit.lacks.iter();
        reasons.extend(lacks.map(|(dimension, needed, free)| Self::Lacks {
            dimension: *dimension,
            needed: *needed,
            free: *free,
            busy: fit.is_large_enough,
        }));
        reasons.extend(fit.mismatches.iter().map(|mismatch| Self::Mismatch { mismatch: *mismatch }));
        if fit.too_dear {
            reasons.push(Self::TooDear { asks: fit.rate, pays });
        }
        reasons
    }

    /// In words.
    pub fn words(&self) -> String {
        match self {
            Self::Standing { standing } => format!("is {}", format!("{standing:?}").to_lowercase()),
            Self::Lacks { dimension, needed, free, busy } => {
                let when = if *busy { " as long as it is busy" } else { "" };
                format!("has {free} {} of {needed}{when}", unit(*dimension))
            },
            Self::Mismatch { mismatch } => match mismatch {
                Mismatch::Region => "is in another region".into(),
                Mismatch::Arch => "has another processor".into(),
                Mismatch::Tier => "keeps tenants less apart".into(),
                Mismatch::Runtime => "cannot run such programs".into(),
                Mismatch::GpuModel => "has another graphics processor".into(),
                Mismatch::HostClass => "is of another class of hosts".into(),
                Mismatch::Organisation => "works for another organisation alone".into(),
            },
            Self::TooDear { asks, pays } => {
                let (asks, pays) = (show_coins(*asks), show_coins(*pays));
                format!("asks {asks} a block, and {pays} is paid")
            },
            Self::Unprofitable { asks, storing, pays } => {
                let (asks, storing, pays) = (show_coins(*asks), show_coins(*storing), show_coins(*pays));
                format!(
                    "asks {asks} for its machine and pays about {storing} to store what a chunk writes, and {pays} is paid: raise \
                     the price"
                )
            },
            Self::Bond { needed, spare } => {
                let (needed, spare) = (show_coins(*needed), show_coins(*spare));
                format!("has {spare} of bond to spare, and a chunk takes {needed}")
            },
            Self::TooSlow { grade } => format!("is too slow: {:.2} of the reference machine", f64::from(*grade) / 1_000.0),
            Self::Own => "is the requester's own".into(),
        }
    }
}

fn unit(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::CpuMilli => "thousandths of a core",
        Dimension::RamMib => "MiB of memory",
        Dimension::DiskMib => "MiB of disk",
        Dimension::Gpus => "graphics processors",
        Dimension::VramMib => "MiB of graphics memory",
        Dimension::UpKbps => "kbit/s up",
        Dimension::DownKbps => "kbit/s down",
    }
}

impl Explanation {
    /// Providers that nothing keeps from it.
    pub fn willing(&self) -> usize {
        self.providers.iter().filter(|keeps| keeps.reasons.is_empty()).count()
    }
}

fn wait_of(chunk: ChunkView, machines: &[Machine]) -> ChunkWait {
    let stand = |step: &Step| match step {
        Step::Running { .. } => RUNS,
        Step::Committed { .. } => "has committed",
        Step::Revealed { .. } => "has revealed",
    };
    ChunkWait {
        chunk: chunk.index,
        due: chunk.due,
        until: chunk.until,
        tried: machines.iter().filter(|(_, operator)| chunk.tried.contains(operator)).map(|(provider, _)| *provider).collect(),
        claims: chunk.claims,
        drawn: chunk.drawn,
        replicas: chunk.replicas.iter().map(|replica| (replica.provider, stand(&replica.step))).collect(),
        wanted: chunk.wanted,
    }
}

/// A provider, and its operator.
type Machine = (ProviderId, [u8; 32]);

/// What a chunk pays in a block, and what comes off that for storing what it writes.
struct Pay {
    rate: Balance,
    storing: Option<Balance>,
}

/// What keeps a provider from a project, from what the chain says of the fit and of the provider.
fn keeps(project: &ProjectView, terms: &ComputeTerms, fit: &FitView, view: &ProviderView, pay: &Pay) -> Keeps {
    let spec = &project.spec;
    let mut reasons = Reason::of(fit, pay.rate);
    let (asks, storing) = (fit.rate.saturating_mul(spec.run.into()), pay.storing.unwrap_or(0));
    if !fit.too_dear && spec.price < asks.saturating_add(storing) {
        reasons.push(Reason::Unprofitable { asks, storing, pays: spec.price });
    }
    let needed = match spec.program.class.is_compared() {
        true => terms.trust.bond(spec.price, view.score),
        false => spec.price,
    };
    let spare = view.bond.saturating_sub(view.locked);
    if fit.under_bonded || spare < needed {
        reasons.push(Reason::Bond { needed, spare });
    }
    let grade = view.grade.unwrap_or_default().core;
    // As the chain counts it, but without the cap.
    let slow = u64::from(spec.run).saturating_mul(1_000).div_ceil(u64::from(grade.clamp(1, 1_000)));
    if slow > u64::from(terms.deadlines.longest_run()) {
        reasons.push(Reason::TooSlow { grade });
    }
    if view.operator == project.owner {
        reasons.push(Reason::Own);
    }
    Keeps { provider: fit.provider, reasons }
}

impl Sdk {
    /// Why a project is not further: of each chunk what it waits for, of each provider what keeps it away.
    pub async fn explain(&self, id: ProjectId) -> Result<Explanation, WatchError> {
        let project = self.project(id).await?;
        let terms = self.compute.compute_terms().await?;
        let spec = &project.spec;
        let rate = spec.price.checked_div(spec.run.into()).unwrap_or(spec.price);
        let chunks = self.chunks(id).await?.into_iter();
        let pay = Pay { rate, storing: self.storing().await };
        let (providers, machines) = self.keeps(&project, &terms, &pay).await?;
        let chunks = chunks.filter(|chunk| !matches!(chunk.stage, Stage::Final { .. }));
        let mut chunks: Vec<ChunkWait> = chunks.map(|chunk| wait_of(chunk, &machines)).collect();
        if matches!(spec.input, Input::Wrapped { .. }) {
            self.note_keys(id, &mut chunks).await?;
        }
        let (now, closed, deadline) = (terms.now, project.closed, spec.deadline);
        Ok(Explanation { project: id, now, closed, deadline, rate, price: spec.price, storing: pay.storing, chunks, providers })
    }

    /// Tells of those that have begun and have no key of a private input yet.
    async fn note_keys(&self, project: ProjectId, chunks: &mut [ChunkWait]) -> Result<(), ReadError> {
        let begun = chunks.iter_mut().flat_map(|wait| {
            let chunk = wait.chunk;
            wait.replicas.iter_mut().filter(|(_, stand)| *stand == RUNS).map(move |replica| (chunk, replica))
        });
        let noted = begun.map(|(chunk, (provider, stand))| async move {
            if self.compute.key_for(project, chunk, *provider).await?.is_none() {
                *stand = "waits for the input's key, which `idlewild run` hands over";
            }
            Ok(())
        });
        let noted: Vec<_> = noted.collect();
        stream::iter(noted).buffer_unordered(AT_ONCE).try_collect().await
    }

    /// What it costs a provider that changed nothing of its configuration to store the output of a chunk; `None` where nobody says.
    async fn storing(&self) -> Option<Balance> {
        let term = self.session.chain().terms().await.ok()?.timing.min_term.max(KEPT);
        let wish = Wish { geometry: Geometry { data: 2, parity: 1 }, copies: 1, term, max_price: None };
        self.session.offer_for_output(&wish).await.ok().map(|offer| offer.pay)
    }

    /// What keeps each provider from a project, and whose it is.
    async fn keeps(
        &self,
        project: &ProjectView,
        terms: &ComputeTerms,
        pay: &Pay,
    ) -> Result<(Vec<Keeps>, Vec<Machine>), ReadError> {
        let spec = &project.spec;
        let (mut found, mut machines, mut after) = (Vec::new(), Vec::new(), None);
        loop {
            let asked = self.compute.explain(spec.resources, spec.wishes, spec.organisation, pay.rate, after, PAGE);
            let page = asked.await?;
            for fit in &page.providers {
                if let Some(view) = self.compute.provider(fit.provider).await? {
                    machines.push((view.id, view.operator));
                    found.push(keeps(project, terms, fit, &view, pay));
                }
            }
            after = match page.next {
                Some(next) => Some(next),
                None => return Ok((found, machines)),
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use idlewild_compute_primitives::{
        chunk::Deadlines,
        lease::LeaseRules,
        panel::PanelRules,
        program::{Bundle, Class, Form, Program},
        project::{Limits, ProjectSpec},
        resources::{Attributes, Grade, Prices, Resources, Wishes},
        trust::TrustRules,
    };

    use super::*;

    fn terms() -> ComputeTerms {
        let (deadlines, trust) = (Deadlines::default(), TrustRules::default());
        let (leases, panels) = (LeaseRules::default(), PanelRules::default());
        ComputeTerms {
            now: 5,
            deadlines,
            trust,
            leases,
            panels,
            least_bond: 1,
            seat_bond: 1,
            seat_fee: 1,
            stake: 1,
            project_deposit: 1,
            probe: 1,
        }
    }

    fn project() -> ProjectView {
        let bundle = Bundle { root: 1, key: [1; 32] };
        let program = Program { form: Form::Module, digest: [1; 32], bundle, class: Class::Deterministic };
        let spec = ProjectSpec {
            program,
            app: None,
            tasks: 1,
            per_chunk: 1,
            root: [1; 32],
            input: Input::Public(bundle),
            limits: Limits::default(),
            resources: Resources::default(),
            wishes: Wishes::default(),
            run: 20,
            price: 1_000,
            replicas: 1,
            deadline: 50,
            reply_to: [1; 32],
            organisation: None,
        };
        ProjectView { id: 1, owner: [1; 32], spec, escrow: 1, held: 1, chunks: 1, finished: 0, closed: false, created: 1 }
    }

    fn fit() -> FitView {
        FitView {
            provider: 7,
            standing: Standing::Active,
            lacks: Vec::new(),
            is_large_enough: true,
            mismatches: Vec::new(),
            rate: 45,
            too_dear: false,
            under_bonded: false,
        }
    }

    fn provider() -> ProviderView {
        ProviderView {
            id: 7,
            operator: [2; 32],
            peer_key: [3; 32],
            endpoint: Vec::new(),
            offered: Resources::default(),
            free: Resources::default(),
            attributes: Attributes::default(),
            prices: Prices::default(),
            grade: None,
            bond: 50_000,
            locked: 40_000,
            score: 0,
            lost: 0,
            late: 0,
            busy: 0,
            standing: Standing::Active,
        }
    }

    fn reasons(fit: &FitView, view: &ProviderView) -> Vec<Reason> {
        keeps(&project(), &terms(), fit, view, &Pay { rate: 50, storing: Some(100) }).reasons
    }

    #[test]
    fn whatever_keeps_a_provider_is_told() {
        assert_eq!(reasons(&fit(), &provider()), []);
        let lacks = vec![(Dimension::RamMib, 2, 1), (Dimension::Gpus, 1, 0)];
        let mismatches = vec![Mismatch::Organisation];
        let fit = FitView {
            rate: 60,
            lacks,
            mismatches,
            too_dear: true,
            standing: Standing::Paused,
            is_large_enough: false,
            ..fit()
        };
        let slow = Grade { core: 399, ..Grade::default() };
        let view = ProviderView { locked: 40_001, grade: Some(slow), operator: [1; 32], ..provider() };
        let found = reasons(&fit, &view);
        assert_eq!(
            found,
            [
                Reason::Standing { standing: Standing::Paused },
                Reason::Lacks { dimension: Dimension::RamMib, needed: 2, free: 1, busy: false },
                Reason::Lacks { dimension: Dimension::Gpus, needed: 1, free: 0, busy: false },
                Reason::Mismatch { mismatch: Mismatch::Organisation },
                Reason::TooDear { asks: 60, pays: 50 },
                Reason::Bond { needed: 10_000, spare: 9_999 },
                Reason::TooSlow { grade: 399 },
                Reason::Own,
            ]
        );
        for reason in found {
            assert!(reason.words().len() > 5);
        }
    }

    #[test]
    fn what_storing_costs_comes_off_what_is_paid() {
        let fit = FitView { rate: 46, ..fit() };
        assert_eq!(reasons(&fit, &provider()), [Reason::Unprofitable { asks: 920, storing: 100, pays: 1_000 }]);
    }

    #[test]
    fn a_grade_that_is_just_enough_is_no_reason() {
        let grade = Grade { core: 400, ..Grade::default() };
        assert_eq!(reasons(&fit(), &ProviderView { grade: Some(grade), ..provider() }), []);
    }
}
