//! Jobs, services and images as an API: what the command line does, for programs.
