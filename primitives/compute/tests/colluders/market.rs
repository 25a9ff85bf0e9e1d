//! Our rules. Every decision is that of the crate: whether a provider is trusted and how often it is checked, its bond, who is drawn, who
//! judges, what a verdict is, what is paid and where a slashed bond goes. Here are only the order in which the chain's calls ask for
//! them, and time.
//!
//! Time goes by in turns, in each of which a provider runs one chunk. All that waits does so for as long as it may: an agreed result
//! for the whole time in which it can be challenged, a verdict for the whole time that a panel has.
//!
//! Colluders know all that stands on chain. Whoever began with an honest provider, or is drawn beside one later, does not lie, as that is
//! always found out: they lie when they are alone, and when all replicas are theirs. Whoever is drawn to check a friend says what it
//! said. Trackers of theirs vote for the lie of a friend. They add nothing to their bonds, as nobody else does.

use idlewild_compute_primitives::{
    chunk::{majority, Deadlines},
    draw::{is_checked, is_sampled, panel, winners, SEED_AFTER},
    hash,
    money::{split, Slash},
    panel::{verdict, Question},
    trust::{Chance, TrustRules, CERTAIN},
    Balance, ChunkIndex, Digest, ProviderId, SeatId,
};
use rand::{rngs::StdRng, Rng};

use crate::world::{Looks, Tally, World};

/// What the chain is begun with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules {
    pub(crate) trust: TrustRules,
    pub(crate) deadlines: Deadlines,
    pub(crate) sampled: Chance,
}

/// What a chunk is paid.
pub(crate) const PRICE: Balance = 1_000_000;
/// Those who have work to be done, drawn anew for each chunk.
const REQUESTERS: usize = 16;
/// Providers that claim a chunk.
const CLAIMS: usize = 3;
/// Trackers' seats.
const SEATS: SeatId = 500;
/// Chunks that are begun in a turn, for each hundred providers: the others run second replicas, or have nothing to do.
const LOAD: u64 = 75;
const PROJECT: u64 = 1;

const RIGHT: Digest = [1; 32];
const WRONG: Digest = [2; 32];

/// What came of it for the clique.
#[derive(Clone, Debug, Default)]
pub(crate) struct Market {
    pub(crate) tally: Tally,
    pub(crate) looks: Looks,
    /// Runs by trackers.
    pub(crate) judged: u64,
    /// Lies.
    pub(crate) lies: u64,
    /// What lies were paid, and what they cost for certain: what is slashed, without what friends may get back of it.
    pub(crate) paid_for_lies: Balance,
    pub(crate) lost_for_good: Balance,
    /// Colluders that were slashed once at least, and those of them that can work alone no more.
    pub(crate) caught: u64,
    pub(crate) out: u64,
    /// Honest providers that were slashed.
    pub(crate) honest_slashed: u64,
}

#[derive(Clone, Default)]
struct Provider {
    bond: Balance,
    locked: Balance,
    points: [u16; REQUESTERS],
    score: u16,
    /// The turn in which it lost a result.
    last_lost: Option<u32>,
    lost: u32,
    is_busy: bool,
}

#[derive(Clone, Copy)]
struct Replica {
    provider: ProviderId,
    bond: Balance,
    since: u32,
    is_wrong: bool,
}

impl Replica {
    fn root(&self) -> Digest {
        if self.is_wrong {
            WRONG
        } else {
            RIGHT
        }
    }
}

struct Chunk {
    index: ChunkIndex,
    requester: usize,
    replicas: Vec<Replica>,
    wanted: usize,
    chance: Chance,
    decided: bool,
    again: bool,
    tried: Vec<ProviderId>,
    sample: Sample,
    paid: bool,
}

/// Whether a tracker runs it again.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sample {
    Undrawn,
    Not,
    Asked,
    Passed,
}

/// What happens to a chunk in a turn to come.
enum Due {
    /// It can be final.
    Final(Chunk),
    /// A tracker says what it found.
    Sampled(Chunk),
    /// Trackers say what is right.
    Judged(Chunk),
}

struct Simulation {
    world: World,
    rules: Rules,
    chance: StdRng,
    turn: u32,
    seed: Digest,
    providers: Vec<Provider>,
    idle: Vec<ProviderId>,
    begun: u64,
    open: u64,
    /// Chunks that want a replica, and those that run.
    wanting: Vec<Chunk>,
    running: Vec<Chunk>,
    /// What is due in the turns to come.
    due: std::collections::VecDeque<Vec<Due>>,
    panels: u64,
    result: Market,
}

/// What came of it.
pub(crate) fn run(world: &World, rules: &Rules) -> Market {
    let mut simulation = Simulation::new(*world, *rules);
    while simulation.begun < world.chunks() || simulation.open > 0 {
        let tally = simulation.result.tally;
        simulation.result.looks.look(world, simulation.begun, &tally);
        simulation.next_turn();
    }
    let all = simulation.providers.iter().enumerate();
    for (id, provider) in all.filter(|(_, provider)| provider.lost > 0) {
        if World::colludes(id as u32) {
            simulation.result.caught += 1;
            simulation.result.out += u64::from(provider.bond < rules.trust.bond(PRICE, rules.trust.trusted_from));
        } else {
            simulation.result.honest_slashed += 1;
        }
    }
    let Market { tally, looks, .. } = simulation.result.clone();
    Market { looks: looks.end(tally), ..simulation.result }
}

impl Simulation {
    fn new(world: World, rules: Rules) -> Self {
        // As much as it takes to be never without work: one chunk that runs, and those that are not final.
        let bond = rules.trust.bond(PRICE, u16::MAX) * u128::from(1 + Self::turns(rules, rules.deadlines.challenge));
        let provider = Provider { bond, ..Default::default() };
        Self {
            world,
            rules,
            chance: world.chance(),
            turn: 0,
            seed: Digest::default(),
            providers: vec![provider; world.providers as usize],
            idle: (0..world.providers).collect(),
            begun: 0,
            open: 0,
            wanting: Vec::new(),
            running: Vec::new(),
            due: Default::default(),
            panels: 0,
            result: Market::default(),
        }
    }

    /// Turns that so many blocks and the wait for randomness take, where each is as long as a chunk may run.
    fn turns(rules: Rules, blocks: u32) -> u32 {
        (blocks + SEED_AFTER + 1).div_ceil(rules.deadlines.longest_run())
    }

    fn next_turn(&mut self) {
        self.turn += 1;
        self.seed = hash(&[self.world.seed.to_le_bytes().as_slice(), &self.turn.to_le_bytes()].concat());
        for due in self.due.pop_front().unwrap_or_default() {
            match due {
                Due::Final(chunk) => self.finalise(chunk),
                Due::Sampled(chunk) => self.sampled(chunk),
                Due::Judged(chunk) => self.judged(chunk),
            }
        }
        // Those that wait already go first.
        for chunk in std::mem::take(&mut self.wanting) {
            self.give_out(chunk);
        }
        for _ in 0..u64::from(self.world.providers) * LOAD / 100 {
            if self.begun == self.world.chunks() {
                break;
            }
            let chunk = Chunk {
                index: self.begun as ChunkIndex,
                requester: self.chance.gen_range(0..REQUESTERS),
                replicas: Vec::new(),
                wanted: 0,
                chance: CERTAIN,
                decided: false,
                again: false,
                tried: Vec::new(),
                sample: Sample::Undrawn,
                paid: false,
            };
            self.begun += 1;
            self.open += 1;
            self.give_out(chunk);
        }
        // All that run have a result at the end of the turn.
        for chunk in std::mem::take(&mut self.running) {
            for replica in chunk.replicas.iter().filter(|replica| replica.since == self.turn) {
                self.providers[replica.provider as usize].is_busy = false;
                self.idle.push(replica.provider);
            }
            self.committed(chunk);
        }
    }

    /// Some of those that have nothing to do claim, and bonds decide.
    fn give_out(&mut self, mut chunk: Chunk) {
        let mut claims: Vec<(ProviderId, Balance)> = Vec::with_capacity(CLAIMS);
        for _ in 0..CLAIMS * 4 {
            if claims.len() == CLAIMS || self.idle.is_empty() {
                break;
            }
            let at = self.chance.gen_range(0..self.idle.len());
            let id = self.idle[at];
            let provider = &self.providers[id as usize];
            if provider.is_busy {
                // It was drawn before in this turn.
                self.idle.swap_remove(at);
                continue;
            }
            let is_new = claims.iter().all(|(other, _)| *other != id)
                && chunk.replicas.iter().all(|replica| replica.provider != id)
                && !chunk.tried.contains(&id);
            if is_new && provider.bond - provider.locked >= self.rules.trust.bond(PRICE, provider.score) {
                claims.push((id, provider.bond));
            }
        }
        let drawn = winners(&self.seed, PROJECT, chunk.index, &claims, claims.len());
        if let (Some(first), true) = (drawn.first(), chunk.replicas.is_empty()) {
            let score = self.providers[*first as usize].score;
            let is_trusted = self.rules.trust.checked(score) < CERTAIN;
            chunk.wanted = if is_trusted && !chunk.again { 1 } else { 2 };
            chunk.chance = if chunk.wanted == 1 { self.rules.trust.checked(score) } else { CERTAIN };
        }
        let missing = chunk.wanted.saturating_sub(chunk.replicas.len());
        let drawn: Vec<ProviderId> = drawn.into_iter().take(missing).collect();
        for id in &drawn {
            self.add(&mut chunk, *id);
        }
        if !drawn.is_empty() && drawn.len() == missing {
            self.decide_to_lie(&mut chunk, drawn.len());
            self.running.push(chunk);
        } else {
            // There were too few: whoever came waits for the others.
            for id in drawn {
                self.providers[id as usize].is_busy = false;
                self.idle.push(id);
            }
            self.wanting.push(chunk);
        }
    }

    fn add(&mut self, chunk: &mut Chunk, id: ProviderId) {
        let provider = &mut self.providers[id as usize];
        let bond = self.rules.trust.bond(PRICE, provider.score);
        provider.locked += bond;
        provider.is_busy = true;
        chunk.replicas.push(Replica { provider: id, bond, since: self.turn, is_wrong: false });
        self.result.tally.runs += 1;
    }

    /// The clique decides about those that were added last.
    fn decide_to_lie(&mut self, chunk: &mut Chunk, added: usize) {
        if chunk.replicas.iter().any(|replica| !World::colludes(replica.provider)) {
            return;
        }
        let before = chunk.replicas.len() - added;
        let (before, new) = chunk.replicas.split_at_mut(before);
        let is_trusted =
            |replica: &Replica| self.rules.trust.checked(self.providers[replica.provider as usize].score) < CERTAIN;
        let is_wrong = match before.first() {
            Some(friend) => friend.is_wrong,
            None => new.iter().any(is_trusted) && self.world.is_lie(&mut self.chance),
        };
        for replica in new {
            replica.is_wrong = is_wrong;
            self.result.lies += u64::from(is_wrong);
        }
    }

    fn committed(&mut self, mut chunk: Chunk) {
        if chunk.wanted == 1 && !chunk.decided {
            chunk.decided = true;
            if is_checked(&self.seed, PROJECT, chunk.index, chunk.chance) {
                chunk.wanted = 2;
                return self.wanting.push(chunk);
            }
        }
        let roots: Vec<Digest> = chunk.replicas.iter().map(Replica::root).collect();
        match majority(&roots) {
            Some((_, count)) if count == roots.len() => self.agree(chunk),
            _ => self.dispute(chunk),
        }
    }

    fn agree(&mut self, mut chunk: Chunk) {
        chunk.paid = true;
        for replica in &chunk.replicas {
            self.pay(replica, split(PRICE).0);
        }
        if is_sampled(&self.seed, PROJECT, chunk.index, self.rules.sampled) {
            return self.ask_sample(chunk);
        }
        chunk.sample = Sample::Not;
        self.put(self.rules.deadlines.challenge, Due::Final(chunk));
    }

    fn pay(&mut self, replica: &Replica, amount: Balance) {
        if replica.is_wrong {
            self.result.paid_for_lies += amount;
        }
    }

    fn put(&mut self, blocks: u32, due: Due) {
        let at = Self::turns(self.rules, blocks) as usize - 1;
        while self.due.len() <= at {
            self.due.push_back(Vec::new());
        }
        self.due[at].push(due);
    }

    fn ask_sample(&mut self, mut chunk: Chunk) {
        chunk.sample = Sample::Asked;
        self.put(self.rules.deadlines.adjudicate, Due::Sampled(chunk));
    }

    fn dispute(&mut self, chunk: Chunk) {
        self.put(self.rules.deadlines.adjudicate, Due::Judged(chunk));
    }

    fn finalise(&mut self, chunk: Chunk) {
        let is_doubtful = match chunk.replicas.as_slice() {
            [alone] => chunk.sample == Sample::Not && self.providers[alone.provider as usize].last_lost >= Some(alone.since),
            _ => false,
        };
        if is_doubtful {
            return self.ask_sample(chunk);
        }
        let is_wrong = chunk.replicas.iter().any(|replica| replica.is_wrong);
        self.pay_out(&chunk);
        self.finish(Some(is_wrong));
    }

    fn finish(&mut self, is_wrong: Option<bool>) {
        self.open -= 1;
        self.result.tally.accepted += u64::from(is_wrong.is_some());
        self.result.tally.wrong += u64::from(is_wrong == Some(true));
    }

    fn pay_out(&mut self, chunk: &Chunk) {
        for replica in &chunk.replicas {
            self.pay(replica, if chunk.paid { split(PRICE).1 } else { PRICE });
            let provider = &mut self.providers[replica.provider as usize];
            provider.locked -= replica.bond;
            let points = &mut provider.points[chunk.requester];
            if *points < self.rules.trust.most_of_requester {
                *points += 1;
                provider.score += 1;
            }
        }
    }

    /// What trackers say, of whom so many have to agree; `others` sat in an earlier round.
    fn ask(&mut self, question: &Question, round: u8, about_lie: bool, others: &[SeatId]) -> (Option<Digest>, Vec<SeatId>) {
        let (places, agree) = question.size_in(round);
        self.panels += 1;
        let seats = panel(&self.seed, self.panels, round, SEATS, places, |seat| !others.contains(&seat));
        self.result.tally.runs += seats.len() as u64;
        self.result.judged += seats.len() as u64;
        let votes: Vec<Digest> =
            seats.iter().map(|seat| if about_lie && World::colludes(*seat) { WRONG } else { RIGHT }).collect();
        (verdict(question, &votes, agree), seats)
    }

    fn sampled(&mut self, mut chunk: Chunk) {
        let question = Question::Sample { project: PROJECT, chunk: chunk.index };
        let is_wrong = chunk.replicas.iter().any(|replica| replica.is_wrong);
        let (found, _) = self.ask(&question, 0, is_wrong, &[]);
        if found == chunk.replicas.first().map(Replica::root) {
            chunk.sample = Sample::Passed;
            // It has waited for longer than anybody may challenge it.
            self.finalise(chunk);
        } else {
            self.dispute(chunk);
        }
    }

    fn judged(&mut self, mut chunk: Chunk) {
        let question = Question::Dispute { project: PROJECT, chunk: chunk.index };
        let about_lie = chunk.replicas.iter().any(|replica| replica.is_wrong);
        let (mut found, seats) = self.ask(&question, 0, about_lie, &[]);
        if found.is_none() {
            found = self.ask(&question, 1, about_lie, &seats).0;
        }
        let Some(root) = found else {
            // Everybody is paid for the time, and what was agreed to before stands.
            let stands = chunk.paid.then(|| chunk.replicas.iter().any(|replica| replica.is_wrong));
            for replica in &chunk.replicas {
                self.pay(replica, if chunk.paid { split(PRICE).1 } else { PRICE });
                self.providers[replica.provider as usize].locked -= replica.bond;
            }
            return self.finish(stands);
        };
        let (right, wrong): (Vec<Replica>, Vec<Replica>) =
            chunk.replicas.iter().copied().partition(|replica| replica.root() == root);
        for replica in &wrong {
            self.lose(replica);
            chunk.tried.push(replica.provider);
        }
        chunk.replicas = right;
        if let Some(replica) = chunk.replicas.first() {
            let is_wrong = replica.is_wrong;
            self.pay_out(&chunk);
            return self.finish(Some(is_wrong));
        }
        // Nobody has what is right.
        chunk.again = true;
        chunk.decided = false;
        chunk.wanted = 0;
        chunk.paid = false;
        chunk.sample = Sample::Undrawn;
        self.wanting.push(chunk);
    }

    fn lose(&mut self, replica: &Replica) {
        let provider = &mut self.providers[replica.provider as usize];
        let slashed = replica.bond.min(provider.bond);
        provider.bond -= slashed;
        provider.locked -= replica.bond;
        provider.points = Default::default();
        provider.score = 0;
        provider.last_lost = Some(self.turn);
        provider.lost += 1;
        if replica.is_wrong {
            let parts = Slash::of(slashed);
            self.result.lost_for_good += parts.requester + parts.treasury;
        }
    }
}
