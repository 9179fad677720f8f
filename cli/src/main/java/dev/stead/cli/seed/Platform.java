package dev.stead.cli.seed;

import java.util.List;
import java.util.Optional;

/// A family of systems that Stead can be seeded on. What differs between families stands here;
/// everything else asks for systemd and a POSIX shell.
///
/// To add one: implement this, add it to [#ALL], and put the scripts it names beside `debian/` in
/// the resources. `stead seed --plan` then names it, and the rig's story of a bare server
/// (`SeedStoryTest`) says whether it works.
interface Platform {
  /// Those that are known; the first that recognises a system has it.
  List<Platform> ALL = List.of(new Debian());

  /// What the family is called.
  String name();

  /// Whether a system is of this family, by its `/etc/os-release`.
  boolean recognises(Probe probe);

  /// Why this version of the family is refused; empty when it is supported.
  Optional<String> refusal(Probe probe);

  /// The script that makes the group `stead` and the user `stead-edge`, and puts the user who seeds
  /// into the group when it is called with a name.
  String users();

  /// The script that removes every user and group that Stead made.
  String noUsers();

  /// How its packages are installed, for fixes: `apt-get install`.
  String installing();

  /// The family of a system.
  static Optional<Platform> of(Probe probe) {
    return ALL.stream().filter(platform -> platform.recognises(probe)).findFirst();
  }
}
