package dev.stead.store;

import java.time.Duration;

/// How much of the history of the keys under a prefix [Store#compact] leaves. The newest value of a
/// key always stays, and so does what a live branch was forked or merged from.
public sealed interface Retention {
  /// Everything, as for keys without a rule.
  record All() implements Retention {}

  /// So many of the newest revisions of each key.
  record Newest(int revisions) implements Retention {}

  /// What was the newest at any time within this period.
  record Within(Duration period) implements Retention {}
}
