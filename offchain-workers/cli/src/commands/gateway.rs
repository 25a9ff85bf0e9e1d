//! `idlewild gateway`

mod allow;
mod init;
mod key;
mod start;
mod status;

use std::path::PathBuf;

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
        GatewayCommand::Allow { coins } => allow::run(common, &folder, &coins).await,
        GatewayCommand::Key(command) => key::run(common, &folder, command).await,
    }
}

fn default_folder(common: &Common) -> anyhow::Result<PathBuf> {
    Ok(folder_of(common.home.as_deref())?.with_file_name("gateway"))
}
