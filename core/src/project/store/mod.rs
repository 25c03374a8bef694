//! A project's records in one database.
