//! Images over our own network: content-addressed layers, verified pulls, and a loopback OCI registry.
