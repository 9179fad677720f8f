package dev.stead.edge.http;

import com.github.luben.zstd.RecyclingBufferPool;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/// A way to make a body smaller on its way (RFC 9110 8.4.1), the preferred one first.
enum Coding {
  ZSTD("zstd", ".zst"),
  /// Of files that were compressed beforehand alone; see decisions.md.
  BROTLI("br", ".br"),
  GZIP("gzip", ".gz");

  private static final int GZIP_BUFFER_BYTES = 8 * 1024;
  private static final int ZSTD_LEVEL = 1;

  /// With level 1 some 500 KiB for each answer under way (RFC 8878 3.1.1.1.2).
  private static final int ZSTD_WINDOW_LOG = 17;

  private final String token;
  private final String suffix;

  Coding(String token, String suffix) {
    this.token = token;
    this.suffix = suffix;
  }

  String token() {
    return token;
  }

  /// What the name of a file that is compressed so ends with.
  String suffix() {
    return suffix;
  }

  /// What the client takes, best first (RFC 9110 12.5.3).
  ///
  /// @param accept `Accept-Encoding`; null when the request has none
  static List<Coding> accepted(@Nullable String accept) {
    if (accept == null || accept.isEmpty()) {
      return List.of();
    }
    String[] elements = accept.toLowerCase(Locale.ROOT).split(",", -1);
    return Stream.of(values())
        .filter(coding -> coding.weight(elements) > 0)
        .sorted(Comparator.comparingDouble((Coding coding) -> coding.weight(elements)).reversed())
        .toList();
  }

  private double weight(String[] elements) {
    double any = 0;
    for (String element : elements) {
      String[] parts = element.split(";", -1);
      String name = parts[0].strip();
      if (name.equals(token)) {
        return quality(parts);
      }
      if (name.equals("*")) {
        any = quality(parts);
      }
    }
    return any;
  }

  private static double quality(String[] parts) {
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].strip();
      if (parameter.startsWith("q=")) {
        return parameter.matches("q=[01](\\.[0-9]{0,3})?")
            ? Double.parseDouble(parameter.substring(2))
            : 0;
      }
    }
    return 1;
  }

  /// Compresses what is written into it; what a flush has passed on can be read by the client.
  ///
  /// @throws IllegalArgumentException for what comes in files alone
  OutputStream into(OutputStream sink) throws IOException {
    return switch (this) {
      case ZSTD ->
          new ZstdOutputStreamNoFinalizer(sink, RecyclingBufferPool.INSTANCE, ZSTD_LEVEL)
              .setWindowLog(ZSTD_WINDOW_LOG);
      case GZIP -> new GZIPOutputStream(sink, GZIP_BUFFER_BYTES, true);
      case BROTLI -> throw new IllegalArgumentException("brotli is for files");
    };
  }
}
