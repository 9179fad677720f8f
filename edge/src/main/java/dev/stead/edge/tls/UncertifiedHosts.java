package dev.stead.edge.tls;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The hosts that clients have asked for by TLS and that no certificate is for, until the agent has
/// taken them: it may get one. Safe for concurrent use; nothing here blocks.
public final class UncertifiedHosts {
  /// So many wait for the agent. What comes beyond is not noted: a client that still wants it comes
  /// again, and one that makes names up fills no memory.
  public static final int HOSTS_MAX = 64;

  private static final int CHARS_MAX = 253;

  private final Set<String> hosts = ConcurrentHashMap.newKeySet();

  UncertifiedHosts() {}

  /// @param host in lower case; empty when the client names none
  void note(String host) {
    if (!host.isEmpty() && host.length() <= CHARS_MAX && hosts.size() < HOSTS_MAX) {
      hosts.add(host);
    }
  }

  /// All of them, each once: they are forgotten here.
  public List<String> take() {
    return List.copyOf(hosts).stream().filter(hosts::remove).toList();
  }
}
