//! `idlewild account`

use std::{
    fs,
    io::{BufRead, IsTerminal},
    path::{Path, PathBuf},
};

use anyhow::Context;
use serde::Serialize;
use zeroize::Zeroizing;

use crate::{
    args::{AccountCommand, Common},
    keystore::{folder_of, Account, Keystore, PasswordSource, Secret},
    output::{show, table},
};

/// Carries out a command about accounts.
pub async fn run(common: &Common, command: AccountCommand) -> anyhow::Result<()> {
    let keystore = Keystore::open(folder_of(common.home.as_deref())?)?;
    let passwords = PasswordSource::new(common.password_file.clone());
    match command {
        AccountCommand::New { name, words } => new(common, &keystore, &passwords, &name, words.parse()?),
        AccountCommand::Import { name, suri, file } => {
            import(common, &keystore, &passwords, &name, suri.map(Zeroizing::new), file.as_deref())
        },
        AccountCommand::Export { name, secret: true, .. } => reveal(common, &keystore, &passwords, &name),
        AccountCommand::Export { name, out, .. } => export(&keystore, &name, out),
        AccountCommand::Ls => list(common, &keystore),
        AccountCommand::Balance { account } => balance(common, account).await,
    }
}

#[derive(Serialize)]
struct Made<'a> {
    #[serde(flatten)]
    account: &'a Account,
    mnemonic: &'a str,
}

fn new(common: &Common, keystore: &Keystore, passwords: &PasswordSource, name: &str, words: usize) -> anyhow::Result<()> {
    keystore.free(name)?;
    let password = passwords.choose(name)?;
    let secret = Secret::generate(words)?;
    let account = keystore.add(name, &secret, &password)?;
    let mnemonic = secret.mnemonic().unwrap_or_default();
    show(common.json, &Made { account: &account, mnemonic: &mnemonic }, || {
        format!(
            "Account   {}\nAddress   {}\n\n    {}\n\n\
             WRITE THESE WORDS DOWN NOW, on paper, in this order, and show them to nobody.\n\
             They are not shown again unless you ask with your password. Whoever has them has your\n\
             coins and can read your files; without them and without this machine, both are lost.",
            account.name, account.ss58, *mnemonic
        )
    })?;
    Ok(())
}

fn import(
    common: &Common,
    keystore: &Keystore,
    passwords: &PasswordSource,
    name: &str,
    suri: Option<Zeroizing<String>>,
    file: Option<&Path>,
) -> anyhow::Result<()> {
    keystore.free(name)?;
    let account = match file {
        Some(file) => {
            let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
            keystore.add_exported(name, &text)?
        },
        None => {
            let suri = match suri {
                Some(suri) => suri,
                None => match piped_line()? {
                    Some(line) => line,
                    None => passwords.ask_secret("Mnemonic or secret URI: ")?,
                },
            };
            let secret = Secret::from_suri(&suri)?;
            let password = passwords.choose(name)?;
            keystore.add(name, &secret, &password)?
        },
    };
    show(common.json, &account, || format!("Account   {}\nAddress   {}", account.name, account.ss58))?;
    Ok(())
}

/// The first line of standard input, where that is no terminal and has one.
fn piped_line() -> std::io::Result<Option<Zeroizing<String>>> {
    let input = std::io::stdin();
    if input.is_terminal() {
        return Ok(None);
    }
    let mut line = Zeroizing::new(String::new());
    input.lock().read_line(&mut line)?;
    Ok((!line.trim().is_empty()).then_some(line))
}

fn export(keystore: &Keystore, name: &str, out: Option<PathBuf>) -> anyhow::Result<()> {
    match out {
        Some(out) => {
            keystore.export_to(name, &out)?;
            eprintln!("wrote {}; it opens with this account's password", out.display());
        },
        // The file is JSON already, whoever reads it.
        None => {
            let text = keystore.export(name)?;
            show(false, &(), || text)?;
        },
    }
    Ok(())
}

#[derive(Serialize)]
struct Revealed<'a> {
    #[serde(flatten)]
    account: &'a Account,
    mnemonic: Option<&'a str>,
    seed: &'a str,
}

fn reveal(common: &Common, keystore: &Keystore, passwords: &PasswordSource, name: &str) -> anyhow::Result<()> {
    let account = keystore.account(name)?;
    let secret = keystore.reveal(name, &passwords.enter(name)?)?;
    let mnemonic = secret.mnemonic();
    let seed = Zeroizing::new(format!("0x{}", *Zeroizing::new(hex::encode(secret.seed().as_slice()))));
    let revealed = Revealed { account: &account, mnemonic: mnemonic.as_ref().map(|words| words.as_str()), seed: &seed };
    show(common.json, &revealed, || {
        let words = mnemonic.as_ref().map_or("none: the account came from a seed or a derived URI", |words| words);
        format!("Address   {}\nMnemonic  {words}\nSeed      {}\n\nShow these to nobody.", account.ss58, *seed)
    })?;
    Ok(())
}

fn list(common: &Common, keystore: &Keystore) -> anyhow::Result<()> {
    let listing = keystore.list()?;
    for damaged in &listing.damaged {
        eprintln!("warning: {damaged}");
    }
    show(common.json, &listing.accounts, || {
        if listing.accounts.is_empty() {
            return "no accounts yet; make one with: idlewild account new NAME".into();
        }
        let rows = listing.accounts.iter().map(|account| vec![account.name.clone(), account.ss58.clone()]);
        table(&rows.collect::<Vec<_>>())
    })?;
    Ok(())
}

async fn balance(common: &Common, account: Option<String>) -> anyhow::Result<()> {
    let public = crate::connection::public_key(common, account.as_deref())?;
    let chain = crate::connection::chain(common).await?;
    let balance = chain.balance(public).await?;
    let show_coins = idlewild_chain_client::coins::show_coins;
    show(common.json, &balance, || format!("free     {}\non hold  {}", show_coins(balance.free), show_coins(balance.held)))?;
    Ok(())
}
