//! The example: a small shop's help desk, its prompts, its rubric, and the program that writes and checks its sentences.
