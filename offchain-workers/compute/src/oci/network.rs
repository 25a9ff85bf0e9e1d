//! A network of its own for each lease, with a fence around it.

use std::collections::HashMap;

use bollard::models::NetworkCreateRequest;

use super::{
    context::Context,
    engine::{AskError, Engine},
    firewall::Firewall,
    held::Belongings,
    names::Names,
};
use crate::executor::ExecutorError;

/// Raises the fence, and makes the network once it stands, so that there is no moment without one.
pub(super) async fn open(
    engine: &Engine,
    firewall: &Firewall,
    names: &Names,
    labels: &HashMap<String, String>,
) -> Result<(), ExecutorError> {
    let _alone = firewall.alone().await;
    firewall.raise(&names.chain(), &names.bridge()).await?;
    let options =
        [("com.docker.network.bridge.name", names.bridge()), ("com.docker.network.bridge.enable_icc", "false".to_owned())];
    let request = NetworkCreateRequest {
        name: names.container.clone(),
        driver: Some("bridge".into()),
        // The fence knows of no such addresses.
        enable_ipv6: Some(false),
        options: Some(options.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()),
        labels: Some(labels.clone()),
        ..Default::default()
    };
    engine.ask("making a network", engine.docker().create_network(request)).await?;
    Ok(())
}

/// Removes the network and then its fence. It is no fault that there is neither.
pub(super) async fn close(engine: &Engine, firewall: &Firewall, names: &Names) -> Result<(), String> {
    let _alone = firewall.alone().await;
    remove(engine, &names.container).await.map_err(|error| error.to_string())?;
    firewall.lower(&names.chain()).await.map_err(|error| error.to_string())
}

/// Sees that the fence of what is on a network stands, and raises it where it does not.
pub(super) async fn guard(belongings: &Belongings) -> Result<(), ExecutorError> {
    let Belongings { context, names, networked, .. } = belongings;
    match networked {
        true => context.firewall.raise(&names.chain(), &names.bridge()).await,
        false => Ok(()),
    }
}

/// Starts a container, and sees before and after that its fence stands. One that began without is ended. Within is what the engine says
/// of the start.
pub(super) async fn start(belongings: &Belongings) -> Result<Result<(), AskError>, ExecutorError> {
    let Belongings { context: Context { engine, firewall, .. }, names, networked, .. } = belongings;
    guard(belongings).await?;
    if let Err(error) = engine.start(&names.container).await {
        return Ok(Err(error));
    }
    let stands = match networked {
        true => firewall.stands(&names.chain(), &names.bridge()).await,
        false => Ok(true),
    };
    if let Ok(true) = stands {
        return Ok(Ok(()));
    }
    engine.kill(&names.container).await?;
    stands?;
    let reason =
        "the fence around a container was taken away while it was started; does another program empty iptables' tables?";
    Err(ExecutorError::Engine(reason.into()))
}

/// Removes a network.
pub(super) async fn remove(engine: &Engine, name: &str) -> Result<(), AskError> {
    match engine.ask("removing a network", engine.docker().remove_network(name)).await {
        Err(AskError::Refused { status: 404, .. }) => Ok(()),
        other => other,
    }
}
