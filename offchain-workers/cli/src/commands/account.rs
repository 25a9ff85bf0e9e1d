//! `idlewild account`

use std::{
    fs,
    io::{BufRead, IsTerminal},
    path::{Path, PathBuf},
};

use anyhow::Context;
use idlewild_chain_client::{coins::show_coins, Holdings};
use idlewild_storage_primitives::Balance;
use serde::Serialize;
use zeroize::Zeroizing;

use super::share;
use crate::{
    args::{AccountCommand, Common},
    connection,
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
        AccountCommand::Announce => share::announce(common).await,
        AccountCommand::Conceal => share::conceal(common).await,
        AccountCommand::Balance { of } => balance(common, of.as_deref()).await,
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

#[derive(Serialize)]
struct Coins {
    #[serde(flatten)]
    holdings: Holdings,
    total: Balance,
}

/// Shows what an account has, and what of it is on hold for what.
pub async fn balance(common: &Common, account: Option<&str>) -> anyhow::Result<()> {
    let public = connection::public_key(common, account)?;
    let holdings = connection::chain(common).await?.holdings(public).await?;
    let coins = Coins { total: holdings.total(), holdings };
    show(common.json, &coins, || words(&coins))?;
    Ok(())
}

fn words(coins: &Coins) -> String {
    let Holdings { balance, holds } = &coins.holdings;
    let line = |what: &str, amount| vec![what.to_owned(), show_coins(amount)];
    let mut lines = vec![line("free", balance.free), line("on hold", balance.held)];
    lines.extend(holds.iter().map(|hold| line(&format!("  {}", hold.reason.words()), hold.amount)));
    lines.push(line("total", coins.total));
    table(&lines)
}

#[cfg(test)]
mod tests {
    use idlewild_chain_client::{coins::COIN, AccountBalance, HoldReason};

    use super::*;

    fn coins(found: &[(HoldReason, Balance)]) -> Coins {
        let held = found.iter().map(|(_, amount)| amount).sum();
        let holdings = Holdings::new(AccountBalance { free: COIN * 3 / 2, held }, found.iter().copied());
        Coins { total: holdings.total(), holdings }
    }

    #[test]
    fn what_is_on_hold_stands_below_its_sum() {
        let bonds = coins(&[(HoldReason::MinerBond, 2 * COIN), (HoldReason::Escrows, COIN / 4)]);
        let expected = "free                              1.5 IDW\n\
                        on hold                           2.25 IDW\n\
                        \x20 bond of a miner                 2 IDW\n\
                        \x20 jobs and services: pay to come  0.25 IDW\n\
                        total                             3.75 IDW";
        assert_eq!(words(&bonds), expected);
        assert_eq!(words(&coins(&[])), "free     1.5 IDW\non hold  0 IDW\ntotal    1.5 IDW");
    }

    #[test]
    fn programs_get_the_same_in_one_object() {
        let told = serde_json::to_value(coins(&[(HoldReason::MinerBond, 2)])).unwrap();
        let expected = serde_json::json!({
            "free": COIN as u64 * 3 / 2,
            "held": 2,
            "holds": [{ "reason": "miner_bond", "amount": 2 }],
            "total": COIN as u64 * 3 / 2 + 2,
        });
        assert_eq!(told, expected);
    }
}
