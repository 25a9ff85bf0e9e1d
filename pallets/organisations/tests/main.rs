//! What each call does, refuses and leaves as it was.
