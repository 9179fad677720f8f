package dev.stead.cli;

import dev.stead.sdk.StoreRequests.At;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;

/// A branch and a point in its past in one word: `production`, `try@rev:17`, `@2h`.
final class PointName implements ITypeConverter<At> {
  private final PastPoint point = new PastPoint();

  @Override
  public At convert(String value) {
    int split = value.lastIndexOf('@');
    var branch = Optional.of(split < 0 ? value : value.substring(0, split));
    return new At(
        branch.filter(name -> !name.isEmpty()),
        split < 0 ? Optional.empty() : Optional.of(point.convert(value.substring(split + 1))));
  }
}
