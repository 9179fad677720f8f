package dev.stead.agent.bundle;

import dev.stead.sdk.Wire;
import io.avaje.jsonb.Json;
import io.avaje.jsonb.Json.Naming;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// The release directories, `APP/vN/`, each with a note beside it, `APP/vN.json`, of what it was
/// made from.
///
/// A directory that has its name is whole: it is made as `APP/vN.making` and renamed, and renamed
/// to `APP/vN.gone` before it is deleted. What bears one of these names when the agent starts goes.
final class Releases {
  private static final String MAKING = ".making";
  private static final String GONE = ".gone";
  private static final String NOTE = ".json";

  private final Path directory;

  Releases(Path directory) throws IOException {
    this.directory = Files.createDirectories(directory);
    for (var app : list(directory)) {
      for (var release : list(app)) {
        if (release.toString().endsWith(MAKING) || release.toString().endsWith(GONE)) {
          Trees.delete(release);
        }
      }
    }
  }

  /// What a release directory was made from. The note's own time is when it was done: a file
  /// modified later is no longer what the bundle said.
  @Json(naming = Naming.LowerHyphen)
  record Note(String bundle, Sharing sharing) {
    Note {
      Objects.requireNonNull(bundle, "bundle is missing");
      Objects.requireNonNull(sharing, "sharing is missing");
    }
  }

  /// A release directory and its note.
  record Made(Path directory, Path note, int release) {
    Optional<Note> read() throws IOException {
      try {
        return Optional.of(Wire.read(Files.readAllBytes(note), Note.class));
      } catch (NoSuchFileException e) {
        return Optional.empty();
      }
    }
  }

  Path directory(String app, int release) {
    return directory.resolve(app).resolve("v" + release);
  }

  /// Where a release is to be made; whatever an earlier attempt left there is deleted.
  Path making(String app, int release) throws IOException {
    var making = beside(directory(app, release), MAKING);
    Trees.delete(making);
    return Files.createDirectories(making);
  }

  /// Gives the directory made its name, once it is durable.
  void publish(Path making, String app, int release, Note note) throws IOException {
    var named = directory(app, release);
    Files.write(beside(named, NOTE), Wire.write(note));
    Trees.force(making);
    Files.move(making, named, StandardCopyOption.ATOMIC_MOVE);
    Trees.forceNames(directory.resolve(app));
  }

  /// Deletes what was begun and not published.
  void abandon(String app, int release) throws IOException {
    Trees.delete(beside(directory(app, release), MAKING));
  }

  void remove(String app, int release) throws IOException {
    var named = directory(app, release);
    Files.deleteIfExists(beside(named, NOTE));
    if (Files.isDirectory(named)) {
      var gone = beside(named, GONE);
      Trees.delete(gone);
      Files.move(named, gone, StandardCopyOption.ATOMIC_MOVE);
      Trees.delete(gone);
    }
  }

  /// The release directories of an app, newest first.
  List<Made> made(String app) throws IOException {
    var made = new ArrayList<Made>();
    for (var path : list(directory.resolve(app))) {
      var name = path.getFileName().toString();
      if (name.matches("v[0-9]{1,9}")) {
        made.add(new Made(path, beside(path, NOTE), Integer.parseInt(name, 1, name.length(), 10)));
      }
    }
    made.sort(Comparator.comparingInt(Made::release).reversed());
    return made;
  }

  private static Path beside(Path release, String suffix) {
    return release.resolveSibling(release.getFileName() + suffix);
  }

  private static List<Path> list(Path directory) throws IOException {
    try (var all = Files.list(directory)) {
      return all.toList();
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    }
  }
}
