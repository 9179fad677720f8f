package dev.stead.cli.guess;

/// One guessed value and the reason for it, which becomes the comment beside it.
record Said(String value, String why) {}
