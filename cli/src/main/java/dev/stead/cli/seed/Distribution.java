package dev.stead.cli.seed;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What of this distribution a server gets: every file with its hash.
///
/// @param directory where it lies here
/// @param name VERSION-HASH8, its directory's name on the server: two builds that differ in a byte
///   lie beside each other
/// @param state the forms of state it writes and reads
record Distribution(Path directory, String name, List<Entry> entries, StateFormat state) {
  private static final Set<String> STAY_HERE = Set.of("examples", "cache/cli.aot");
  private static final int KEY_LENGTH = 24;
  private static final int HASH_LENGTH = 8;
  private static final int BUFFER = 1 << 16;

  Distribution {
    entries = List.copyOf(entries);
  }

  /// A file. Its time travels too: the runtime takes an AOT cache only beside jars of the same
  /// time.
  ///
  /// @param path in the distribution
  /// @param key names content, mode and time together
  record Entry(String path, String key, String mode, String sha256, long bytes, long time) {
    /// Its line in the list `files`, drawn in `install.sh`.
    String line() {
      return "%s %s %s %d %s".formatted(key, mode, sha256, time, path);
    }
  }

  /// Reads and hashes a distribution.
  static Distribution read(Path directory, String version) throws IOException {
    var entries = new ArrayList<Entry>();
    try (Stream<Path> all = Files.walk(directory)) {
      for (var file : all.filter(Files::isRegularFile).sorted().toList()) {
        var path = directory.relativize(file).toString();
        if (STAY_HERE.stream().noneMatch(stays -> Path.of(path).startsWith(stays))) {
          entries.add(entry(file, path));
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    var name = version + "-" + sha256(list(entries)).substring(0, HASH_LENGTH);
    var state = StateFormat.read(Files.readString(directory.resolve("server/state")));
    return new Distribution(directory, name, entries, state);
  }

  long bytes() {
    return entries.stream().mapToLong(Entry::bytes).sum();
  }

  /// The text of the list `files`.
  String list() {
    return list(entries);
  }

  private static String list(List<Entry> entries) {
    return entries.stream().map(entry -> entry.line() + "\n").collect(Collectors.joining());
  }

  private static Entry entry(Path file, String path) throws IOException {
    var mode = Files.getPosixFilePermissions(file).contains(PosixFilePermission.OWNER_EXECUTE);
    var rights = mode ? "0755" : "0644";
    long time = Files.getLastModifiedTime(file).toMillis() / 1000;
    var hash = sha256(file);
    var key = sha256("%s %s %d".formatted(hash, rights, time)).substring(0, KEY_LENGTH);
    return new Entry(path, key, rights, hash, Files.size(file), time);
  }

  private static String sha256(Path file) throws IOException {
    var digest = digest();
    try (InputStream in = Files.newInputStream(file)) {
      var buffer = new byte[BUFFER];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static String sha256(String text) {
    return HexFormat.of().formatHex(digest().digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
