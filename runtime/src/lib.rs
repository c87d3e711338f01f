//! The runtime of generated OAuth clients.
