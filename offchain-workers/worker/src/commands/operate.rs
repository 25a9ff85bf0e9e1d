//! `pause`, `resume`, `exit`, `bond` and `remove`: what an operator decides, told to the chain.

use std::{path::Path, sync::Arc};

use idlewild_chain_client::{
    coins::{parse_coins, show_coins},
    Call, CapacityClient, ChainClient, ConnectError, ReadError, RpcClient, SubmitError, Submitter,
};
use idlewild_network::Identity;
use idlewild_storage_primitives::{Balance, MinerId};

use super::run::{load_operator, RunError};
use crate::{
    args::Bond,
    config::{Config, ConfigError},
};

/// What an operator wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// No new slots.
    Pause,
    /// New slots again.
    Resume,
    /// To leave.
    Exit,
    /// More bond.
    AddBond(Balance),
    /// Less bond.
    WithdrawBond(Balance),
    /// More bond for claims of rounds.
    AddClaimBond(Balance),
    /// Less of it.
    WithdrawClaimBond(Balance),
    /// To be gone.
    Remove,
}

/// Why a wish did not come true.
#[derive(Debug, thiserror::Error)]
pub enum OperateError {
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The operator's keys.
    #[error(transparent)]
    Operator(#[from] RunError),
    /// The peer key.
    #[error(transparent)]
    Peer(#[from] idlewild_network::identity::IdentityError),
    /// The node.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The chain could not be asked.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The transaction came to nothing.
    #[error(transparent)]
    Submit(#[from] SubmitError),
    /// Nothing to decide about.
    #[error("the chain knows no miner with this peer key: `idlewild-worker run` registers it")]
    Unregistered,
    /// The storage role is off.
    #[error("the configuration has no section [storage]: there is no miner of shards to tell the chain about")]
    Off,
    /// An amount is none.
    #[error("{0}")]
    Amount(String),
}

impl Wish {
    /// What the arguments of `bond` ask for.
    pub fn of_bond(args: &Bond) -> Result<Self, OperateError> {
        let parse = |text: &str| parse_coins(text).map_err(OperateError::Amount);
        match (&args.amount.add, &args.amount.withdraw) {
            (Some(coins), _) if args.claims => Ok(Self::AddClaimBond(parse(coins)?)),
            (Some(coins), _) => Ok(Self::AddBond(parse(coins)?)),
            (None, Some(coins)) if args.claims => Ok(Self::WithdrawClaimBond(parse(coins)?)),
            (None, Some(coins)) => Ok(Self::WithdrawBond(parse(coins)?)),
            (None, None) => Err(OperateError::Amount("say how much: --add COINS or --withdraw COINS".into())),
        }
    }

    /// What is said to the chain about the account itself; `None` where it is about its miner.
    fn call_of_account(self) -> Option<Call> {
        match self {
            Self::AddClaimBond(amount) => Some(Call::BondCapacity { amount }),
            Self::WithdrawClaimBond(amount) => Some(Call::UnbondCapacity { amount }),
            _ => None,
        }
    }

    /// What is said about a miner.
    fn call_of_miner(self, miner: MinerId) -> Option<Call> {
        Some(match self {
            Self::Pause => Call::Pause { miner },
            Self::Resume => Call::Resume { miner },
            Self::Exit => Call::Exit { miner },
            Self::AddBond(amount) => Call::AddBond { miner, amount },
            Self::WithdrawBond(amount) => Call::WithdrawBond { miner, amount },
            Self::Remove => Call::Remove { miner },
            Self::AddClaimBond(_) | Self::WithdrawClaimBond(_) => return None,
        })
    }
}

/// Tells the chain what the operator wants.
pub async fn run(path: &Path, wish: Wish) -> Result<(), OperateError> {
    let config = Config::load(path)?;
    match wish.call_of_account() {
        Some(call) => run_for_account(&config, call).await,
        None => run_for_miner(&config, wish).await,
    }
}

async fn run_for_account(config: &Config, call: Call) -> Result<(), OperateError> {
    let operator = load_operator(&config.keys)?;
    let client = Arc::new(RpcClient::connect(&config.chain.node).await?);
    let submitter = Submitter::new(client.clone(), operator);
    let outcome = submitter.submit(call).await?;
    println!("done in block {}", outcome.block);
    match client.capacity_bond(submitter.account()).await? {
        Some((bond, 0)) => println!("{} stand for claims", show_coins(bond)),
        Some((bond, left)) => println!("{} stand for claims, which are taken in {left} rounds", show_coins(bond)),
        None => println!("nothing stands for claims any more: none are taken"),
    }
    Ok(())
}

async fn run_for_miner(config: &Config, wish: Wish) -> Result<(), OperateError> {
    let operator = load_operator(&config.keys)?;
    let storing = config.storing().ok_or(OperateError::Off)?;
    let identity = Identity::load(&storing.peer)?;
    let chain: Arc<dyn ChainClient> = Arc::new(RpcClient::connect(&config.chain.node).await?);
    let record = chain.miner_of_peer(identity.peer_key()).await?.ok_or(OperateError::Unregistered)?;
    let submitter = Submitter::new(chain.clone(), operator);
    // Once only: bond must not be added twice.
    let Some(call) = wish.call_of_miner(record.id) else { return Ok(()) };
    let outcome = submitter.submit(call).await?;
    println!("done in block {}", outcome.block);
    match chain.miner(record.id).await? {
        Some(now) => println!(
            "miner {} is {:?}, answers for {} slots, and has a bond of {}, of which {} is required",
            now.id,
            now.status,
            now.slots,
            show_coins(now.bond),
            show_coins(now.required)
        ),
        None => println!("miner {} is gone, and its bond is free", record.id),
    }
    Ok(())
}
