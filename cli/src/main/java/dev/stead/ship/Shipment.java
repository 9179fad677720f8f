package dev.stead.ship;

import dev.stead.sdk.Code;
import dev.stead.sdk.Manifest;
import dev.stead.sdk.Manifest.Chunk;
import dev.stead.sdk.Manifest.FileEntry;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import dev.stead.sdk.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;

/// A project's files, chosen and cut, ready to be uploaded. Equal files make an equal shipment, on
/// any machine.
///
/// @param id the bundle's name: SHA-256 of the manifest's JSON, hex
/// @param pieces where each chunk can be read again, by its SHA-256
/// @param bytes size of all files
/// @param notes what the deployer may not expect about the choice of files
public record Shipment(
    String id, Manifest manifest, Map<String, Piece> pieces, long bytes, List<String> notes) {

  private static final HexFormat HEX = HexFormat.of();

  /// Where a chunk lies.
  record Piece(Path file, long offset, int size) {}

  /// Chooses and cuts the files of a project.
  ///
  /// @param include patterns as in `[build] include`; empty = what git tracks, else everything
  /// @param progress told the bytes read so far
  /// @throws ProblemException when a pattern matches nothing or a link leaves the project
  public static Shipment pack(Path project, List<String> include, LongConsumer progress)
      throws IOException {
    var selection = Selection.of(project, include);
    var packing = new Packing(progress);
    var files = new ArrayList<FileEntry>();
    for (var path : selection.paths()) {
      files.add(packing.entry(project, path));
    }
    var manifest = new Manifest(files);
    var json = Wire.write(manifest);
    var id = HEX.formatHex(sha256().digest(json));
    return new Shipment(id, manifest, packing.pieces, packing.bytes, selection.notes());
  }

  /// What travels when the agent does not know the bundle.
  byte[] manifestJson() {
    return Wire.write(manifest);
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  /// What grows while files are cut.
  private static final class Packing {
    private final LongConsumer progress;
    private final Map<String, Piece> pieces = new HashMap<>();
    private long bytes;

    Packing(LongConsumer progress) {
      this.progress = progress;
    }

    FileEntry entry(Path project, String path) throws IOException {
      var file = project.resolve(path);
      return Files.isSymbolicLink(file) ? link(project, path, file) : regular(path, file);
    }

    private FileEntry regular(String path, Path file) throws IOException {
      var whole = sha256();
      var one = sha256();
      var chunks = new ArrayList<Chunk>();
      long before = bytes;
      try (var in = Files.newInputStream(file)) {
        FastCdc.cut(
            in,
            (buffer, offset, length) -> {
              whole.update(buffer, offset, length);
              one.update(buffer, offset, length);
              var hash = HEX.formatHex(one.digest());
              chunks.add(new Chunk(hash, length));
              pieces.putIfAbsent(hash, new Piece(file, bytes - before, length));
              bytes += length;
              progress.accept(bytes);
            });
      }
      return new FileEntry(
          path,
          Files.isExecutable(file),
          Optional.empty(),
          bytes - before,
          HEX.formatHex(whole.digest()),
          chunks);
    }

    private static FileEntry link(Path project, String path, Path file) throws IOException {
      var target = Files.readSymbolicLink(file);
      var root = project.toAbsolutePath().normalize();
      var end = root.resolve(path).resolveSibling(target).normalize();
      if (target.isAbsolute() || !end.startsWith(root)) {
        throw new ProblemException(
            new Problem(
                Code.NOTHING_TO_SHIP.id(),
                "packing " + path,
                "it is a symbolic link to %s, outside the project".formatted(target),
                "Make it a relative link inside the project, or name it in .steadignore.",
                List.of()));
      }
      return new FileEntry(
          path,
          false,
          Optional.of(target.toString()),
          0,
          HEX.formatHex(sha256().digest()),
          List.of());
    }
  }
}
