package dev.stead.edge.control;

import java.util.List;

/// Every certificate that the edge serves. Pushed whole, kept on disk, replaced atomically. A host
/// that none of them is for is answered with one that the edge has signed itself.
///
/// @param generation rises with every push; an older one than the one in force is refused
public record CertificateSet(long generation, List<Certificate> certificates) {
  public CertificateSet {
    certificates = List.copyOf(certificates);
  }
}
