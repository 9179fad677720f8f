package dev.stead.sdk;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A revision of the store, and the lineage that it was counted in: `17`, or where a backup took
/// the store's place `17-6ba7b810-9dad-11d1-80b4-00c04fd430c8`. A restored store counts revisions
/// again that were told before, so that a number alone may stand for another commit there.
///
/// In quotes it is the ETag (RFC 9110, 8.8.3) of what the revision wrote, without them the id of a
/// watch's event.
///
/// @param lineage empty where no backup took the store's place
public record RevisionTag(long revision, String lineage) {
  private static final Pattern TEXT =
      Pattern.compile("(\"?)(?<revision>[0-9]{1,18})(-(?<lineage>[0-9A-Za-z-]+))?\\1");

  /// Reads an ETag or the id of an event.
  ///
  /// @throws IllegalArgumentException when it is neither
  public static RevisionTag of(String text) {
    Matcher parts = TEXT.matcher(text.strip());
    if (!parts.matches()) {
      throw new IllegalArgumentException("'%s' is no revision".formatted(text));
    }
    String lineage = parts.group("lineage");
    return new RevisionTag(Long.parseLong(parts.group("revision")), lineage == null ? "" : lineage);
  }

  /// Whether it was counted in a lineage. Where nothing was committed yet, at 0, all are the same.
  public boolean isOf(String other) {
    return revision == 0 || lineage.equals(other);
  }

  public String etag() {
    return "\"" + this + "\"";
  }

  /// What [#of] reads.
  @Override
  public String toString() {
    return lineage.isEmpty() ? Long.toString(revision) : revision + "-" + lineage;
  }
}
