//! `init`: keys and a configuration.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use idlewild_chain_client::{coins::parse_coins, Keypair};
use idlewild_network::Identity;
use subxt_signer::{bip39::Mnemonic, SecretUri};

use crate::{args::Init, config::parse_bytes};

/// The name of the configuration in its folder.
pub const CONFIG_NAME: &str = "idlewild-worker.toml";
const TEMPLATE: &str = include_str!("../config_template.toml");

/// Why a worker could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// There is one already.
    #[error("{0} exists already. Choose another folder with --dir, or edit that file")]
    Exists(PathBuf),
    /// A file cannot be written.
    #[error("{path} cannot be written: {source}")]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A value makes no sense.
    #[error("{0}")]
    Value(String),
    /// The peer key cannot be made.
    #[error(transparent)]
    Peer(#[from] idlewild_network::identity::IdentityError),
}

/// Makes keys and a configuration in `args.dir`.
pub fn run(args: &Init) -> Result<(), InitError> {
    let path = args.dir.join(CONFIG_NAME);
    if path.exists() {
        return Err(InitError::Exists(path));
    }
    parse_bytes(&args.capacity).map_err(InitError::Value)?;
    parse_coins(&args.price).map_err(InitError::Value)?;
    parse_coins(&args.bond).map_err(InitError::Value)?;
    fs::create_dir_all(&args.dir).map_err(|source| InitError::Write { path: args.dir.clone(), source })?;
    let (secret, made) = match &args.operator {
        Some(secret) => (secret.clone(), false),
        None => (new_mnemonic()?, true),
    };
    let account = operator_keys(&secret).map_err(InitError::Value)?.public_key().to_account_id();
    write_secret(&args.dir.join("operator.secret"), &secret)?;
    Identity::create(&args.dir.join("peer.key"))?;
    let endpoint = match args.address {
        std::net::IpAddr::V4(address) => format!("/ip4/{address}/tcp/{}", args.port),
        std::net::IpAddr::V6(address) => format!("/ip6/{address}/tcp/{}", args.port),
    };
    let listen = match args.address {
        std::net::IpAddr::V4(address) if address.is_loopback() => format!("\"{endpoint}\""),
        _ => format!("\"/ip4/0.0.0.0/tcp/{0}\", \"/ip4/0.0.0.0/udp/{0}/quic-v1\"", args.port),
    };
    let text = TEMPLATE
        .replace("@NODE@", &args.node)
        .replace("@OPERATOR@", "operator.secret")
        .replace("@PEER@", "peer.key")
        .replace("@LISTEN@", &listen)
        .replace("@ENDPOINT@", &endpoint)
        .replace("@FOLDER@", "storage")
        .replace("@CAPACITY@", &args.capacity)
        .replace("@PRICE@", &args.price)
        .replace("@BOND@", &args.bond)
        .replace("@SETTLE@", &args.settle_every.to_string())
        .replace("@RPC@", &args.rpc)
        .replace("@METRICS@", &args.metrics);
    write_atomically(&path, text.as_bytes(), 0o644)?;
    println!("configuration  {}", path.display());
    println!("operator       {account}");
    if made {
        println!();
        println!("A new account was made. Its mnemonic is in {}:", args.dir.join("operator.secret").display());
        println!("keep a copy of that file somewhere safe. Whoever has it has the miner's coins.");
    }
    println!();
    println!("Next: send the operator {} coins and a little for fees, then", args.bond);
    println!("  idlewild-worker doctor --config {}", path.display());
    println!("  idlewild-worker run --config {}", path.display());
    Ok(())
}

/// The operator's keys, from a mnemonic or a secret URI.
pub fn operator_keys(secret: &str) -> Result<Keypair, String> {
    // The reason is told, the secret never.
    let uri: SecretUri = secret.trim().parse().map_err(|_| "the operator's secret is no secret URI".to_owned())?;
    Keypair::from_uri(&uri).map_err(|error| format!("the operator's secret gives no key: {error}"))
}

fn new_mnemonic() -> Result<String, InitError> {
    let mut entropy = [0u8; 16];
    rand::RngCore::fill_bytes(&mut rand::rngs::OsRng, &mut entropy);
    let mnemonic = Mnemonic::from_entropy(&entropy).map_err(|error| InitError::Value(error.to_string()))?;
    Ok(mnemonic.to_string())
}

fn write_secret(path: &Path, secret: &str) -> Result<(), InitError> {
    if path.exists() {
        return Err(InitError::Exists(path.into()));
    }
    write_atomically(path, format!("{}\n", secret.trim()).as_bytes(), 0o600)
}

fn write_atomically(path: &Path, bytes: &[u8], mode: u32) -> Result<(), InitError> {
    use std::os::unix::fs::OpenOptionsExt;
    let temporary = path.with_extension("tmp");
    let written = (|| {
        let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(mode).open(&temporary)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&temporary, path)
    })();
    written.map_err(|source| InitError::Write { path: path.into(), source })
}
