//! `idlewild service`

mod amounts;
mod compose;
mod deploy;
mod file;
mod keep;
mod show;

use idlewild_chain_client::coins::{parse_coins, show_coins};
use idlewild_compute_primitives::{lease::ahead, resources::BLOCKS_PER_HOUR, Balance, ServiceId};
use idlewild_sdk::Sdk;

use self::show::{Kept, Row};
use crate::{
    args::{Common, ServiceCommand},
    connection,
    output::{ask_to_pay, plain_lines, show as print, table},
};

/// Does what was asked for.
pub async fn run(common: &Common, command: ServiceCommand) -> anyhow::Result<()> {
    match command {
        ServiceCommand::Deploy(deploy) => deploy::run(common, deploy).await,
        ServiceCommand::Keep { service } => keep::run(common, service).await,
        ServiceCommand::Ls => ls(common).await,
        ServiceCommand::Stat { service, explain } => stat(common, service, explain).await,
        ServiceCommand::Logs { service, lease, lines } => logs(common, service, lease, lines).await,
        ServiceCommand::Scale { service, instances, yes } => scale(common, service, instances, yes).await,
        ServiceCommand::TopUp { service, amount } => top_up(common, service, &amount).await,
        ServiceCommand::Stop { service } => stop(common, service).await,
    }
}

async fn sdk(common: &Common) -> anyhow::Result<Sdk> {
    Ok(Sdk::new(connection::session(common).await?, connection::compute(common).await?))
}

/// What a rate comes to in an hour.
fn by_hour(rate: Balance) -> Balance {
    rate.saturating_mul(BLOCKS_PER_HOUR.into())
}

async fn ls(common: &Common) -> anyhow::Result<()> {
    let sdk = sdk(common).await?;
    let now = sdk.compute().compute_terms().await?.now;
    let rows: Vec<Row> = sdk.services().await?.iter().map(|view| Row::of(view, now)).collect();
    print(common.json, &rows, || {
        let heading = ["service", "live", "instances", "wanted", "most an hour", "held", "endpoints"];
        let mut cells: Vec<Vec<String>> = vec![heading.iter().map(|cell| (*cell).to_owned()).collect()];
        cells.extend(rows.iter().map(Row::cells));
        table(&cells)
    })?;
    Ok(())
}

async fn stat(common: &Common, service: ServiceId, explain: bool) -> anyhow::Result<()> {
    let sdk = sdk(common).await?;
    let view = sdk.service(service).await?;
    let now = sdk.compute().compute_terms().await?.now;
    let fits = if explain { sdk.explain_service(&view.asking()).await? } else { Vec::new() };
    let kept = Kept::of(&view, now, &fits);
    print(common.json, &kept, || kept.words(explain))?;
    Ok(())
}

async fn logs(common: &Common, service: ServiceId, lease: Option<u64>, lines: u32) -> anyhow::Result<()> {
    let logs = sdk(common).await?.service_logs(service, lease, lines).await?;
    let many = logs.len() > 1;
    let texts: Vec<serde_json::Value> =
        logs.iter().map(|log| serde_json::json!({ "lease": log.lease, "log": String::from_utf8_lossy(&log.bytes) })).collect();
    print(common.json, &texts, || {
        let parts = logs.iter().map(|log| {
            let text = plain_lines(&String::from_utf8_lossy(&log.bytes));
            if many {
                format!("lease {}:\n{text}", log.lease)
            } else {
                text
            }
        });
        parts.collect::<Vec<_>>().join("\n")
    })?;
    Ok(())
}

async fn scale(common: &Common, service: ServiceId, instances: u8, yes: bool) -> anyhow::Result<()> {
    let sdk = sdk(common).await?;
    let view = sdk.service(service).await?;
    let active = view.leases.iter().filter(|lease| lease.closing.is_none()).count();
    let waiting = Balance::from(instances).saturating_sub(active as Balance);
    let probe = sdk.compute().compute_terms().await?.probe;
    let needed = ahead(view.spec.max_rate, view.spec.term, probe).saturating_mul(waiting).saturating_sub(view.free);
    if needed > 0 && !yes {
        eprintln!("{} are put on hold at most; what is not used comes back", show_coins(needed));
        ask_to_pay(&show_coins(needed))?;
    }
    let outcome = sdk.scale_service(service, instances).await?;
    print(common.json, &serde_json::json!({ "service": service, "instances": instances, "block": outcome.block }), || {
        format!(
            "service {service} has {instances} instances; `idlewild service keep {service}` finds machines for those that wait"
        )
    })?;
    Ok(())
}

async fn top_up(common: &Common, service: ServiceId, amount: &str) -> anyhow::Result<()> {
    let amount = parse_coins(amount).map_err(anyhow::Error::msg)?;
    let outcome = sdk(common).await?.top_up_service(service, amount).await?;
    print(common.json, &serde_json::json!({ "service": service, "amount": amount, "block": outcome.block }), || {
        format!("{} more pay the machines of service {service}", show_coins(amount))
    })?;
    Ok(())
}

async fn stop(common: &Common, service: ServiceId) -> anyhow::Result<()> {
    let outcome = sdk(common).await?.stop_service(service).await?;
    print(common.json, &serde_json::json!({ "service": service, "block": outcome.block }), || {
        format!(
            "service {service} is over; what its machines cannot cost any more came back, the rest does as they are paid out"
        )
    })?;
    Ok(())
}
