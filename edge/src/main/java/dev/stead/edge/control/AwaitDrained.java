package dev.stead.edge.control;

import java.util.List;

/// Asks to be answered when these targets have drained.
public record AwaitDrained(List<String> targets) {
  public AwaitDrained {
    targets = List.copyOf(targets);
  }
}
