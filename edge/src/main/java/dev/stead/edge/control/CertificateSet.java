package dev.stead.edge.control;

import io.avaje.jsonb.Json;
import io.avaje.jsonb.Json.Naming;
import java.util.List;
import java.util.Objects;

/// Every certificate that the edge serves. Pushed whole, kept on disk, replaced atomically. A host
/// that none of them is for is answered with one that the edge has signed itself.
///
/// @param generation rises with every push; an older one than the one in force is refused
@Json(naming = Naming.LowerHyphen)
public record CertificateSet(long generation, List<Certificate> certificates) {
  public CertificateSet {
    Objects.requireNonNull(certificates, "certificates is missing");
    certificates = List.copyOf(certificates);
  }
}
