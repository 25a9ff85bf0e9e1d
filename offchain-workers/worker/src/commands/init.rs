//! `init`: keys and a configuration.

use std::{
    fs,
    net::IpAddr,
    path::{Path, PathBuf},
};

use idlewild_chain_client::{coins::parse_coins, Keypair};
use idlewild_network::{
    whole_file::{self, FileError},
    Identity,
};
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
    /// A file cannot be read.
    #[error("{path} cannot be read: {source}")]
    Read {
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
    let secret_path = args.dir.join("operator.secret");
    let (secret, made) = secret_of(args, &secret_path)?;
    let account = operator_keys(&secret).map_err(InitError::Value)?.public_key().to_account_id();
    let peer_path = args.dir.join("peer.key");
    // Left by an attempt that did not get to its end: it may be in somebody's hands already, and is as good as any.
    if !peer_path.exists() {
        Identity::create(&peer_path)?;
    }
    Identity::load(&peer_path)?;
    let (family, anywhere) = match args.address {
        IpAddr::V4(_) => ("ip4", "0.0.0.0"),
        IpAddr::V6(_) => ("ip6", "::"),
    };
    let endpoint = format!("/{family}/{}/tcp/{}", args.address, args.port);
    let listen = match args.address.is_loopback() {
        true => quoted(&endpoint),
        false => [format!("/{family}/{anywhere}/tcp/{}", args.port), format!("/{family}/{anywhere}/udp/{}/quic-v1", args.port)]
            .map(|address| quoted(&address))
            .join(", "),
    };
    let text = TEMPLATE
        .replace("@NODE@", &quoted(&args.node))
        .replace("@OPERATOR@", &quoted("operator.secret"))
        .replace("@PEER@", &quoted("peer.key"))
        .replace("@LISTEN@", &listen)
        .replace("@ENDPOINT@", &quoted(&endpoint))
        .replace("@FOLDER@", &quoted("storage"))
        .replace("@CAPACITY@", &quoted(&args.capacity))
        .replace("@PRICE@", &quoted(&args.price))
        .replace("@BOND@", &quoted(&args.bond))
        .replace("@SETTLE@", &args.settle_every.to_string())
        .replace("@RPC@", &quoted(&args.rpc))
        .replace("@METRICS@", &quoted(&args.metrics));
    write(&path, &text, 0o644)?;
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

/// The operator's secret: the one given, one that an earlier attempt left, or a new one, and whether it was made here.
fn secret_of(args: &Init, path: &Path) -> Result<(String, bool), InitError> {
    if path.exists() {
        let found = fs::read_to_string(path).map_err(|source| InitError::Read { path: path.into(), source })?;
        return match &args.operator {
            // Coins may have been sent to it.
            Some(given) if given.trim() != found.trim() => Err(InitError::Exists(path.into())),
            _ => Ok((found.trim().to_owned(), args.operator.is_none())),
        };
    }
    let (secret, made) = match &args.operator {
        Some(secret) => (secret.clone(), false),
        None => (new_mnemonic()?, true),
    };
    operator_keys(&secret).map_err(InitError::Value)?;
    write(path, &format!("{}\n", secret.trim()), whole_file::PRIVATE)?;
    Ok((secret, made))
}

/// A text as TOML writes it, whatever is in it.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn write(path: &Path, text: &str, mode: u32) -> Result<(), InitError> {
    whole_file::create(path, text.as_bytes(), mode).map_err(|error| match error {
        FileError::Exists => InitError::Exists(path.into()),
        FileError::Io(source) => InitError::Write { path: path.into(), source },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn args(dir: &Path) -> Init {
        Init {
            dir: dir.into(),
            node: "ws://127.0.0.1:9944".into(),
            operator: None,
            port: 4001,
            address: IpAddr::from([127, 0, 0, 1]),
            capacity: "10 GiB".into(),
            price: "0.01".into(),
            bond: "100".into(),
            rpc: "127.0.0.1:9955".into(),
            metrics: String::new(),
            settle_every: 24,
        }
    }

    #[test]
    fn an_attempt_that_broke_off_is_gone_on_with() {
        let folder = tempfile::tempdir().unwrap();
        let args = args(folder.path());
        run(&args).unwrap();
        let (secret, peer) = (folder.path().join("operator.secret"), folder.path().join("peer.key"));
        let before = (fs::read(&secret).unwrap(), fs::read(&peer).unwrap());
        assert!(matches!(run(&args), Err(InitError::Exists(_))));
        fs::remove_file(folder.path().join(CONFIG_NAME)).unwrap();
        run(&args).unwrap();
        assert_eq!((fs::read(&secret).unwrap(), fs::read(&peer).unwrap()), before, "keys are never made twice");
        fs::remove_file(folder.path().join(CONFIG_NAME)).unwrap();
        let other = Init { operator: Some("//Alice".into()), ..args };
        assert!(matches!(run(&other), Err(InitError::Exists(path)) if path == secret), "a secret is never overwritten");
    }

    #[test]
    fn every_address_and_every_text_gives_a_sound_configuration() {
        for address in ["127.0.0.1", "203.0.113.7", "::1", "2001:db8::7"] {
            let folder = tempfile::tempdir().unwrap();
            let node = "ws://host/a\"b\\c".to_owned();
            run(&Init { address: address.parse().unwrap(), node: node.clone(), ..args(folder.path()) }).unwrap();
            let config = Config::load(&folder.path().join(CONFIG_NAME)).unwrap();
            assert_eq!(config.chain.node, node);
            assert!(config.network.endpoint.contains(address), "{}", config.network.endpoint);
            let family = if address.contains(':') { "/ip6/" } else { "/ip4/" };
            assert!(config.network.listen.iter().all(|listen| listen.starts_with(family)), "{:?}", config.network.listen);
        }
    }

    #[test]
    fn values_that_cannot_be_are_named() {
        let folder = tempfile::tempdir().unwrap();
        run(&args(folder.path())).unwrap();
        let path = folder.path().join(CONFIG_NAME);
        let good = fs::read_to_string(&path).unwrap();
        for (from, to, named) in [
            ("endpoint = \"/ip4/127.0.0.1/tcp/4001\"", "endpoint = \"127.0.0.1:4001\"", "network.endpoint"),
            ("endpoint = \"/ip4/127.0.0.1/tcp/4001\"", "endpoint = \"/ip4/0.0.0.0/tcp/4001\"", "network.endpoint"),
            ("listen = [\"/ip4/127.0.0.1/tcp/4001\"]", "listen = [\"/ip4/127.0.0.1/udp/1\"]", "network.listen"),
            ("bootstrap = []", "bootstrap = [\"nobody\"]", "network.bootstrap"),
            ("rpc = \"127.0.0.1:9955\"", "rpc = \"0.0.0.0:9955\"", "status.rpc"),
            ("metrics = \"\"", "metrics = \"9615\"", "status.metrics"),
            ("filter = \"info\"", "filter = \"info=very\"", "log.filter"),
            ("node = \"ws://127.0.0.1:9944\"", "node = \"http://127.0.0.1:9944\"", "chain.node"),
            ("repair = true", "repairs = true", "repairs"),
        ] {
            assert!(good.contains(from), "{from}");
            fs::write(&path, good.replace(from, to)).unwrap();
            let error = Config::load(&path).unwrap_err().to_string();
            assert!(error.contains(named), "{to}: {error}");
        }
    }
}
