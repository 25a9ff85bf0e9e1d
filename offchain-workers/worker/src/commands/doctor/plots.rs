//! What would keep plots from being made, and from winning.

use std::path::Path;

use idlewild_capacity_primitives::{format::payload, Balance};
use idlewild_chain_client::{coins::show_coins, AccountId32, CapacityClient, RpcClient};
use idlewild_files::{disk::free_in, whole_file};

use super::{probe, Checks};
use crate::{
    capacity::{
        bounds::Bounds,
        effort,
        folder::{Survey, WARP_BYTES},
        marks::Marks,
        memory,
    },
    commands::Failure,
    config::{Capacity, Plots},
    sizes::gib,
};

/// Whether plots can be made, and where their space will not suffice. Whose they are is known with the operator's key.
pub(super) fn check_plots(checks: &mut Checks, capacity: &Capacity, shards: Option<&Path>, operator: Option<[u8; 32]>) {
    match memory::fit(effort(capacity.threads)) {
        Ok(effort) => {
            let words = format!("enough to plot with {} threads, which takes {}", effort.threads, gib(effort.memory()));
            checks.good("memory", words);
        },
        // A worker that plots at this moment has it.
        Err(error) => checks.hint("memory", format!("{error}, unless the worker is plotting already")),
    }
    let marks = checks.note("marks", marks_of(capacity), |_| capacity.marks.display().to_string());
    let account = capacity.account.or(operator);
    for plots in &capacity.folders {
        let what = format!("plots in {}", plots.path.display());
        if let Some(Err(error)) = marks.as_ref().map(|marks| marks.check(&plots.path)) {
            checks.bad(&what, error);
        } else if let Err(error) = probe(&plots.path) {
            checks.bad(&what, format!("the folder cannot be written: {error}"));
        } else {
            check_room(checks, &what, plots, shards, account);
        }
    }
}

/// The marks that are known, if more of them can be.
fn marks_of(capacity: &Capacity) -> Result<Marks, Failure> {
    let folder = whole_file::folder_of(&capacity.marks);
    probe(folder).map_err(|error| {
        let (folder, file) = (folder.display(), capacity.marks.display());
        format!("{folder} cannot be written: {error}. {file} is kept there: name another file in capacity.marks")
    })?;
    Ok(Marks::load(&capacity.marks)?)
}

fn check_room(checks: &mut Checks, what: &str, plots: &Plots, shards: Option<&Path>, account: Option<[u8; 32]>) {
    let survey = account.map(|account| Survey::of(&plots.path, &payload(&account))).transpose();
    let survey = match survey {
        Ok(survey) => survey.unwrap_or_default(),
        Err(error) => return checks.bad(what, format!("the folder cannot be listed: {error}")),
    };
    // A disk that nobody can ask is taken at its word.
    let free = free_in(&plots.path).unwrap_or(u64::MAX);
    let Bounds { leave, margin, .. } = Bounds::of(plots, shards);
    let stays = leave.saturating_add(margin);
    let room = free.saturating_sub(stays).saturating_add(survey.bytes());
    if let Some(words) = survey.above(plots.space) {
        checks.hint(what, words);
    } else if plots.space < WARP_BYTES || room < WARP_BYTES {
        let room = gib(room.min(plots.space));
        checks.bad(what, format!("a plot takes {} at least, and there is {room}", gib(WARP_BYTES)));
    } else if room < plots.space.saturating_sub(margin) {
        checks.hint(what, format!("there is room for {} of {}, with {} left free", gib(room), gib(plots.space), gib(stays)));
    } else {
        checks.good(what, format!("room for {}", gib(plots.space)));
    }
}

/// Bytes of plots that give way to shards on the same disk.
pub(super) fn beside_shards(capacity: &Capacity, shards: &Path, operator: Option<[u8; 32]>) -> u64 {
    let Some(account) = capacity.account.or(operator) else { return 0 };
    let beside = capacity.folders.iter().filter(|plots| Bounds::of(plots, Some(shards)).beside_shards);
    let surveys = beside.filter_map(|plots| Survey::of(&plots.path, &payload(&account)).ok());
    surveys.fold(0, |bytes, survey| bytes.saturating_add(survey.bytes()))
}

/// Whether the chain hears claims, which the operator makes for itself or for another account. Returns what the operator has yet to put
/// up for them.
pub(super) async fn check_claims(checks: &mut Checks, capacity: &Capacity, client: &RpcClient, operator: [u8; 32]) -> Balance {
    match look_at_claims(capacity, client, operator).await {
        Ok((words, missing)) => {
            checks.good("claims", words);
            missing
        },
        Err(words) => {
            checks.bad("claims", words);
            0
        },
    }
}

/// How it stands with claims and what the operator has yet to put up for them, or what is wrong.
async fn look_at_claims(capacity: &Capacity, client: &RpcClient, operator: [u8; 32]) -> Result<(String, Balance), Failure> {
    let account = capacity.account.unwrap_or(operator);
    let name = AccountId32(account);
    if account != operator && !client.may_claim_for(account, operator).await? {
        return Err(
            format!("the operator may not claim for {name}: that account makes it a proxy of the kind `Plotter`").into()
        );
    }
    let least = client.final_rounds().await?.rounds.first().map_or(0, |round| round.bond);
    let (bond, left) = client.capacity_bond(account).await?.unwrap_or_default();
    if capacity.bond.max(bond) < least {
        let (least, bond) = (show_coins(least), show_coins(capacity.bond));
        return Err(format!("a claim needs a bond of {least} now, and capacity.bond is {bond}: raise it").into());
    }
    let missing = capacity.bond.saturating_sub(bond);
    let stands = show_coins(bond);
    match missing {
        0 if left > 0 => Ok((format!("{stands} stand for them, and they are taken in {left} rounds"), 0)),
        0 => Ok((format!("{stands} stand for them"), 0)),
        _ if account == operator => {
            Ok((format!("{} of bond are missing: `idlewild-worker run` puts them up", show_coins(missing)), missing))
        },
        _ => {
            let wanted = show_coins(capacity.bond);
            Err(format!("{stands} stand for those of {name}, and capacity.bond is {wanted}: that account puts up the rest")
                .into())
        },
    }
}
