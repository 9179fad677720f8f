package dev.stead.agent.supervisor;

/// How the limits of instances are enforced on this machine.
public record Limits(Enforcement memory, Enforcement cpu) {

  public enum Enforcement {
    CGROUP_V2("cgroup v2"),
    CGROUP_V1("cgroup v1"),
    /// Looked at twice a second and ended when over: a short peak goes unseen.
    WATCHED("watched"),
    NONE("not enforced");

    private final String text;

    Enforcement(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /// For people: `memory limits: cgroup v1, cpu limits: cgroup v1`.
  public String explain() {
    return "memory limits: %s, cpu limits: %s".formatted(memory, cpu);
  }
}
