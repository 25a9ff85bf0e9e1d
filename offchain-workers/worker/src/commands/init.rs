//! `init`: keys and a configuration.

use std::{
    fs, io,
    net::IpAddr,
    path::{Path, PathBuf},
};

use idlewild_capacity_primitives::format::{payload, Payload};
use idlewild_chain_client::{coins::parse_coins, Keypair};
use idlewild_files::whole_file::{self, FileError};
use idlewild_network::Identity;
use subxt_signer::{bip39::Mnemonic, SecretUri};

use crate::{args::Init, capacity::folder::Survey, config::parse_bytes, sizes::gib};

/// The name of the configuration in its folder.
pub const CONFIG_NAME: &str = "idlewild-worker.toml";
const TEMPLATE: &str = include_str!("../config_template.toml");
const NETWORK: &str = include_str!("../config_template_network.toml");
const STORAGE: &str = include_str!("../config_template_storage.toml");
const CAPACITY: &str = include_str!("../config_template_capacity.toml");
const COMPUTE: &str = include_str!("../config_template_compute.toml");
const TRACKER: &str = include_str!("../config_template_tracker.toml");
/// What stands in the file for a worker without plots.
const NO_PLOTS: &str = "# Plots on idle space win rounds: `idlewild-worker init --plots FOLDER` in a new folder shows the section to add here.\n\n";

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
    if args.no_storage && args.plots.is_empty() && !args.compute && !args.tracker {
        return Err(InitError::Value(
            "with neither shards nor plots nor jobs there is nothing to do: leave out --no-storage, or give --plots, --compute or \
             --tracker"
                .into(),
        ));
    }
    for size in [&args.capacity, &args.plot_space, &args.plot_leave] {
        parse_bytes(size).map_err(InitError::Value)?;
    }
    for amount in [&args.price, &args.bond, &args.claim_bond, &args.compute_bond] {
        parse_coins(amount).map_err(InitError::Value)?;
    }
    fs::create_dir_all(&args.dir).map_err(|source| InitError::Write { path: args.dir.clone(), source })?;
    let secret_path = args.dir.join("operator.secret");
    let (secret, made) = secret_of(args, &secret_path)?;
    let account = operator_keys(&secret).map_err(InitError::Value)?.public_key().to_account_id();
    check_plots(args, &payload(&account.0))?;
    let (mut peer, mut storage) = (String::new(), String::new());
    if !args.no_storage || args.compute {
        make_peer_key(&args.dir.join("peer.key"))?;
        peer = "# The miner's network identity, an ed25519 key. Whoever has it can sign receipts in the miner's name.\npeer = \"peer.key\"\n".into();
        storage = network_section(args);
    }
    if !args.no_storage {
        storage += &storage_section(args);
    }
    let mut jobs = String::new();
    if args.compute {
        let address = quoted(&args.address.to_string());
        jobs += &COMPUTE.replace("@COMPUTE_BOND@", &quoted(&args.compute_bond)).replace("@ADDRESS@", &address);
    }
    if args.tracker {
        jobs += TRACKER;
    }
    let capacity = if args.plots.is_empty() { NO_PLOTS.into() } else { capacity_section(args) };
    let text = TEMPLATE
        .replace("@NODE@", &quoted(&args.node))
        .replace("@OPERATOR@", &quoted("operator.secret"))
        .replace("@PEER@", &peer)
        .replace("@RPC@", &quoted(&args.rpc))
        .replace("@METRICS@", &quoted(&args.metrics))
        .replace("@STORAGE@", &storage)
        .replace("@CAPACITY@", &capacity)
        .replace("@JOBS@", &jobs);
    write(&path, &text, whole_file::OPEN)?;
    println!("configuration  {}", path.display());
    println!("operator       {account}");
    if made {
        println!();
        println!("A new account was made. Its mnemonic is in {}:", args.dir.join("operator.secret").display());
        println!("keep a copy of that file somewhere safe. Whoever has it has the miner's coins.");
    }
    println!();
    println!("Next: send the operator {} and a little for fees, then", bonds(args));
    println!("  idlewild-worker doctor --config {}", path.display());
    println!("  idlewild-worker run --config {}", path.display());
    Ok(())
}

/// What is put up, role by role.
fn bonds(args: &Init) -> String {
    let roles = [
        (!args.no_storage, args.bond.as_str()),
        (!args.plots.is_empty(), &args.claim_bond),
        (args.compute, &args.compute_bond),
    ];
    let bonds: Vec<&str> = roles.iter().filter(|(is_on, _)| *is_on).map(|(_, bond)| *bond).collect();
    let coins = (!bonds.is_empty()).then(|| format!("{} coins", bonds.join(" + ")));
    // What a seat takes is the chain's to say, which is not asked here.
    let seat = args.tracker.then(|| "the bond of a tracker's seat, which `doctor` tells,".to_owned());
    coins.into_iter().chain(seat).collect::<Vec<_>>().join(" and ")
}

/// Refuses to give plots that are there less space than they take: no more would be made, and nobody would know why.
fn check_plots(args: &Init, payload: &Payload) -> Result<(), InitError> {
    let space = parse_bytes(&args.plot_space).map_err(InitError::Value)?;
    for folder in &args.plots {
        let path = args.dir.join(folder);
        let survey = match Survey::of(&path, payload) {
            Ok(survey) => survey,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(source) => return Err(InitError::Read { path, source }),
        };
        if survey.bytes() > space {
            let (taken, given) = (gib(survey.bytes()), gib(space));
            return Err(InitError::Value(format!(
                "this account's plots in {} take {taken}, and --plot-space gives them {given}: give them that much at least, or \
                delete some",
                path.display()
            )));
        }
    }
    Ok(())
}

fn make_peer_key(path: &Path) -> Result<(), InitError> {
    // Left by an attempt that did not get to its end: it may be in somebody's hands already, and is as good as any.
    if !path.exists() {
        Identity::create(path)?;
    }
    Identity::load(path)?;
    Ok(())
}

fn network_section(args: &Init) -> String {
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
    NETWORK.replace("@LISTEN@", &listen).replace("@ENDPOINT@", &quoted(&endpoint))
}

fn storage_section(args: &Init) -> String {
    STORAGE
        .replace("@FOLDER@", &quoted("storage"))
        .replace("@CAPACITY@", &quoted(&args.capacity))
        .replace("@PRICE@", &quoted(&args.price))
        .replace("@BOND@", &quoted(&args.bond))
        .replace("@SETTLE@", &args.settle_every.to_string())
}

fn capacity_section(args: &Init) -> String {
    let folder = |path: &PathBuf| {
        let (path, space, leave) = (quoted(&path.to_string_lossy()), quoted(&args.plot_space), quoted(&args.plot_leave));
        format!(
            "# One section for each disk, as these are read side by side.\n[[capacity.folders]]\npath = {path}\n\
            # How much plots may take here, in multiples of 1 GiB. Plots that take more already stay, and no more are made.\n\
            space = {space}\n\
            # How much of the disk plots leave free, for paid data to come in: with less, they give way, and are made again when there is room.\nleave = {leave}\n\n"
        )
    };
    let folders: String = args.plots.iter().map(folder).collect();
    CAPACITY.replace("@CLAIM_BOND@", &quoted(&args.claim_bond)).replace("@FOLDERS@", &folders)
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
    use idlewild_capacity::Plot;

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
            no_storage: false,
            plots: Vec::new(),
            plot_space: "100 GiB".into(),
            plot_leave: "4 GiB".into(),
            claim_bond: "10".into(),
            compute: false,
            compute_bond: "100".into(),
            tracker: false,
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
            assert!(config.capacity.is_none());
            let network = config.network.unwrap();
            assert!(network.endpoint.contains(address), "{}", network.endpoint);
            let family = if address.contains(':') { "/ip6/" } else { "/ip4/" };
            assert!(network.listen.iter().all(|listen| listen.starts_with(family)), "{:?}", network.listen);
        }
    }

    #[test]
    fn a_worker_may_keep_plots_beside_shards_or_alone() {
        for no_storage in [false, true] {
            let folder = tempfile::tempdir().unwrap();
            let plots = vec![folder.path().join("a \"disk\""), "b".into()];
            run(&Init { plots: plots.clone(), no_storage, ..args(folder.path()) }).unwrap();
            let config = Config::load(&folder.path().join(CONFIG_NAME)).unwrap();
            assert_eq!(config.storing().is_some(), !no_storage);
            assert_eq!(folder.path().join("peer.key").exists(), !no_storage);
            let capacity = config.capacity.unwrap();
            let paths: Vec<_> = capacity.folders.iter().map(|plots| plots.path.clone()).collect();
            assert_eq!(paths, [plots[0].clone(), folder.path().join("b")], "relative ones start from the file's folder");
            assert!(capacity.folders.iter().all(|plots| (plots.space, plots.leave) == (100 << 30, 4 << 30)));
            assert_eq!((capacity.bond, capacity.share), (10_000_000_000_000, 100));
        }
        let folder = tempfile::tempdir().unwrap();
        let refused = run(&Init { no_storage: true, ..args(folder.path()) });
        assert!(matches!(refused, Err(InitError::Value(_))));
    }

    #[test]
    fn a_worker_may_run_jobs_and_judge_with_shards_or_without() {
        let seat = "the bond of a tracker's seat, which `doctor` tells,";
        for (no_storage, compute, tracker, put_up) in [
            (false, true, true, format!("100 + 250 coins and {seat}")),
            (true, true, false, "250 coins".to_owned()),
            (true, false, true, seat.to_owned()),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let args = Init { no_storage, compute, tracker, compute_bond: "250".into(), ..args(folder.path()) };
            run(&args).unwrap();
            let config = Config::load(&folder.path().join(CONFIG_NAME)).unwrap();
            assert_eq!(config.storing().is_some(), !no_storage);
            assert_eq!(config.keys.peer.is_some() && config.network.is_some(), !no_storage || compute);
            assert_eq!(config.compute.map(|compute| compute.bond), compute.then_some(250_000_000_000_000));
            assert_eq!(config.tracker.is_some(), tracker);
            assert_eq!(bonds(&args), put_up);
        }
    }

    #[test]
    fn plots_that_are_there_are_not_given_less_than_they_take() {
        let dir = tempfile::tempdir().unwrap();
        let plots = dir.path().join("plots");
        fs::create_dir(&plots).unwrap();
        let account = operator_keys("//Alice").unwrap().public_key().0;
        for seed in [1, 2] {
            let plot = Plot::x1(payload(&account), [seed; 32], 2);
            fs::File::create(plots.join(plot.to_string())).unwrap().set_len(plot.bytes()).unwrap();
        }
        let with = |space: &str| {
            let plots = vec![plots.clone()];
            run(&Init { operator: Some("//Alice".into()), plots, plot_space: space.into(), ..args(dir.path()) })
        };
        let error = with("3 GiB").unwrap_err().to_string();
        assert!(error.contains("take 4.0 GiB") && error.contains("--plot-space gives them 3.0 GiB"), "{error}");
        assert!(!dir.path().join(CONFIG_NAME).exists());
        with("4 GiB").unwrap();
        let marks = Config::load(&dir.path().join(CONFIG_NAME)).unwrap().capacity.unwrap().marks;
        assert_eq!(marks, dir.path().join("plot-marks.toml"), "beside the configuration");
    }

    #[test]
    fn values_that_cannot_be_are_named() {
        let folder = tempfile::tempdir().unwrap();
        run(&Init { plots: vec!["plots".into()], ..args(folder.path()) }).unwrap();
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
            ("share = 100", "share = 0", "capacity.share"),
            ("space = \"100 GiB\"", "space = \"much\"", "space"),
            (
                "[[capacity.folders]]",
                "[[capacity.folders]]\npath = \"plots\"\nspace = \"1 GiB\"\n[[capacity.folders]]",
                "twice",
            ),
            ("[network]", "[networks]", "networks"),
        ] {
            assert!(good.contains(from), "{from}");
            fs::write(&path, good.replace(from, to)).unwrap();
            let error = Config::load(&path).unwrap_err().to_string();
            assert!(error.contains(named), "{to}: {error}");
        }
    }
}
