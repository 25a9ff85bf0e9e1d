//! A network of its own for each lease, with a fence around it.

use std::collections::HashMap;

use bollard::models::NetworkCreateRequest;

use super::{
    engine::{AskError, Engine},
    firewall::Firewall,
    names::Names,
};
use crate::executor::ExecutorError;

/// Raises the fence and then makes the network, so that there is no moment without one.
pub(super) async fn open(
    engine: &Engine,
    firewall: &Firewall,
    names: &Names,
    labels: &HashMap<String, String>,
) -> Result<(), ExecutorError> {
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
    remove(engine, &names.container).await.map_err(|error| error.to_string())?;
    firewall.lower(&names.chain()).await.map_err(|error| error.to_string())
}

/// Removes a network.
pub(super) async fn remove(engine: &Engine, name: &str) -> Result<(), AskError> {
    match engine.ask("removing a network", engine.docker().remove_network(name)).await {
        Err(AskError::Refused { status: 404, .. }) => Ok(()),
        other => other,
    }
}
