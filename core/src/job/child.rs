//! A job in a child process.
