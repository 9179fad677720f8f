package dev.stead.agent.deploy;

import java.util.random.RandomGenerator;

/// Random letters and digits that nobody confuses, for names that nobody else has.
record Letters(RandomGenerator random) {
  private static final String ALL = "abcdefghijkmnpqrstuvwxyz23456789";

  String draw(int count) {
    var text = new StringBuilder();
    for (var i = 0; i < count; i++) {
      text.append(ALL.charAt(random.nextInt(ALL.length())));
    }
    return text.toString();
  }
}
