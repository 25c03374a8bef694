//! People as annotators: what their verdicts come to, and how far they agree.
