package dev.stead.edge.control;

import io.avaje.jsonb.Json;
import io.avaje.jsonb.Json.Naming;
import java.util.List;
import java.util.Objects;

/// Hosts that clients have asked for by TLS and that no certificate is for. What they say is a
/// stranger's word: it need not be a name at all.
///
/// @param hosts in lower case, each told once
@Json(naming = Naming.LowerHyphen)
public record Uncertified(List<String> hosts) {
  public Uncertified {
    Objects.requireNonNull(hosts, "hosts is missing");
    hosts = List.copyOf(hosts);
  }
}
