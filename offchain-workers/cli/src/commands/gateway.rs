//! `idlewild gateway`

mod allow;
mod grant;
mod history;
mod init;
mod key;
mod ls;
mod publish;
mod retire;
mod start;
mod status;

use std::path::PathBuf;

use idlewild_gateway::control::history::Restore;

use crate::{
    args::{Common, Gateway, GatewayCommand},
    keystore::folder_of,
};

/// Does something with a gateway.
pub async fn run(common: &Common, gateway: Gateway) -> anyhow::Result<()> {
    let folder = match gateway.dir {
        Some(dir) => dir,
        None => default_folder(common)?,
    };
    match gateway.command {
        GatewayCommand::Init(init) => init::run(common, &folder, &init).await,
        GatewayCommand::Start => start::run(&folder).await,
        GatewayCommand::Status => status::run(common, &folder).await,
        GatewayCommand::Flush { bucket, wait } => status::flush(common, &folder, bucket, wait).await,
        GatewayCommand::Publish { bucket, yes } => publish::run(common, &folder, &bucket, yes).await,
        GatewayCommand::Ls => ls::run(common, &folder).await,
        GatewayCommand::Grant { gateway, chosen } => grant::grant(common, &folder, gateway.as_deref(), &chosen).await,
        GatewayCommand::Withdraw { gateway, chosen } => grant::withdraw(common, &folder, gateway.as_deref(), &chosen).await,
        GatewayCommand::Retire { gateway, yes } => retire::run(common, &folder, gateway.as_deref(), yes).await,
        GatewayCommand::Announce { endpoint } => ls::announce(common, &folder, &endpoint).await,
        GatewayCommand::History { bucket, key, limit } => history::run(common, &folder, bucket, key, limit).await,
        GatewayCommand::Restore { bucket, key, version } => {
            history::restore(common, &folder, Restore { bucket, key, version }).await
        },
        GatewayCommand::Allow { coins } => allow::run(common, &folder, &coins).await,
        GatewayCommand::Key(command) => key::run(common, &folder, command).await,
    }
}

/// The gateway's folder where none is named.
pub(crate) fn default_folder(common: &Common) -> anyhow::Result<PathBuf> {
    Ok(folder_of(common.home.as_deref())?.with_file_name("gateway"))
}
