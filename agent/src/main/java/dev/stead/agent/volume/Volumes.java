package dev.stead.agent.volume;

import dev.stead.agent.bundle.Headroom;
import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// All volumes of this machine. Nothing here is ever deleted but what a restore has replaced, and
/// the volumes of an app that somebody removes with its data.
///
/// A volume with a size lies in an [Image] where the machine can mount one; elsewhere it is a plain
/// directory whose size is looked at and told. A restore happens in two halves, so that it can be
/// undone: [#receive] brings the new content beside the old, [#swap] puts it in its place while no
/// instance runs, then [#keep] or [#takeBack]. Each may be done again after a crash.
///
/// Safe for concurrent use, but for two callers at work on one app, whom the app's lease keeps
/// apart.
public final class Volumes {
  private final Path root;
  private final Headroom headroom;

  /// Copies that are being sent or received.
  private final Set<Path> travelling = ConcurrentHashMap.newKeySet();

  /// @param root where they lie
  public Volumes(Path root, Headroom headroom) {
    this.root = root.toAbsolutePath().normalize();
    this.headroom = headroom;
  }

  /// A volume as it is now.
  ///
  /// @param bytesUsed by its files
  /// @param bytesMax what the machine lets it grow to; empty where nothing is enforced
  public record Usage(String app, String name, Path path, long bytesUsed, OptionalLong bytesMax) {}

  /// A volume that can be used.
  ///
  /// @param notes what is worth telling about it
  public record Opened(Path path, List<String> notes) {}

  /// Opens a volume, made when it is not there, mounted, and as large as is wanted.
  public Opened open(String app, String name, OptionalLong bytesWanted) {
    var volume = Volume.of(root, app, name);
    try {
      return new Opened(volume.directory(), opened(volume, name, bytesWanted));
    } catch (IOException e) {
      throw headroom.refused(e, "opening volume %s of %s".formatted(name, app));
    }
  }

  private List<String> opened(Volume volume, String name, OptionalLong wanted) throws IOException {
    Files.createDirectories(volume.directory());
    var image = new Image(volume);
    if (image.exists()) {
      image.mount();
      return wanted.isPresent() ? resized(image, name, wanted.getAsLong()) : List.of();
    }
    if (wanted.isEmpty()) {
      return List.of();
    }
    var hindrance = Image.hindrance();
    if (!hindrance.isEmpty()) {
      return List.of(watched(name, hindrance));
    }
    if (holdsFiles(volume.directory())) {
      return List.of(
          "volume %s was made without a size: its size is watched, not enforced; a backup and a restore of it change that"
              .formatted(name));
    }
    return made(volume, name, wanted.getAsLong());
  }

  private List<String> made(Volume volume, String name, long bytes) throws IOException {
    var size = Math.max(bytes, Image.BYTES_MIN);
    headroom.require(size, "making volume " + name);
    var image = new Image(volume);
    try {
      image.make(size);
      image.mount();
      return List.of();
    } catch (IOException e) {
      if (!image.isMounted()) {
        Files.deleteIfExists(volume.image());
      }
      return List.of(watched(name, String.valueOf(e.getMessage())));
    }
  }

  private static String watched(String name, String why) {
    return "the size of volume %s is watched, not enforced: %s".formatted(name, why);
  }

  private List<String> resized(Image image, String name, long wanted) throws IOException {
    var now = image.bytes();
    if (wanted < now) {
      return wanted < Image.BYTES_MIN
          ? List.of()
          : List.of(
              "volume %s keeps its %d MiB: a volume grows and never shrinks"
                  .formatted(name, now >> 20));
    }
    if (wanted > now) {
      headroom.require(wanted - now, "growing volume " + name);
      try {
        image.grow(wanted);
      } catch (IOException e) {
        return List.of("volume %s keeps its %d MiB: %s".formatted(name, now >> 20, e.getMessage()));
      }
      return List.of("volume %s grew from %d to %d MiB".formatted(name, now >> 20, wanted >> 20));
    }
    return List.of();
  }

  /// Where a volume's files lie.
  public Path directory(String app, String name) {
    return Volume.of(root, app, name).directory();
  }

  /// Every volume there is, also of apps that are gone.
  public List<Usage> list() {
    try {
      var all = new ArrayList<Usage>();
      for (var app : directories(root)) {
        addUsages(app, all);
      }
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException("looking at the volumes in " + root, e);
    }
  }

  private static void addUsages(Path app, List<Usage> all) throws IOException {
    for (var directory : directories(app)) {
      if (directory.getFileName().toString().indexOf('.') < 0) {
        all.add(usage(app.getFileName().toString(), new Volume(directory)));
      }
    }
  }

  private static Usage usage(String app, Volume volume) throws IOException {
    var image = new Image(volume);
    var enforced = image.exists() && image.isMounted();
    var size = enforced ? OptionalLong.of(image.bytes()) : OptionalLong.empty();
    var name = volume.directory().getFileName().toString();
    return new Usage(app, name, volume.directory(), Programs.bytesUsed(volume.directory()), size);
  }

  /// Copies a volume beside itself. No instance may be writing to it.
  public void snapshot(String app, String name) {
    var volume = Volume.of(root, app, name);
    var what = "copying volume %s of %s".formatted(name, app);
    if (travelling.contains(volume.snapshot())) {
      throw new ProblemException(
          Problem.of(Code.BUSY, what, "a former copy of it is still being sent"));
    }
    try {
      remove(volume.snapshot());
      headroom.require(Programs.bytesUsed(volume.directory()), what);
      Files.createDirectories(volume.snapshot());
      Programs.run(
          "cp", "-a", "--reflink=auto", volume.directory() + "/.", volume.snapshot().toString());
    } catch (IOException e) {
      throw headroom.refused(e, what);
    }
  }

  /// Where a copy is sent, opened once it is sure that there is one.
  public interface Destination {
    OutputStream open() throws IOException;
  }

  /// Sends a copy as a compressed tar archive and removes it. The stream is closed only when all of
  /// it was sent.
  public void send(String app, String name, Destination to) throws IOException {
    var snapshot = Volume.of(root, app, name).snapshot();
    var what = "sending volume %s of %s".formatted(name, app);
    if (Files.notExists(snapshot)) {
      throw new ProblemException(Problem.of(Code.NOT_FOUND, what, "no copy of it was made"));
    }
    try (var _ = travel(snapshot, what)) {
      var archive = to.open();
      Programs.drain(archive, "tar", "-C", snapshot.toString(), "-czf", "-", ".");
      archive.close();
      remove(snapshot);
    }
  }

  /// Receives an archive that [#send] made, beside the volume. Its files get the volume's owner.
  public void receive(String app, String name, OptionalLong bytesWanted, InputStream from)
      throws IOException {
    var volume = Volume.of(root, app, name);
    var incoming = volume.incoming();
    try (var _ = travel(incoming.directory(), "receiving volume " + name)) {
      discard(incoming);
      opened(incoming, name, bytesWanted);
      var directory = incoming.directory().toString();
      Programs.feed(from, "tar", "-C", directory, "-xzpf", "-", "--no-same-owner");
      if (Image.isRoot() && Files.exists(volume.directory())) {
        Programs.run("chown", "-R", "--reference=" + volume.directory(), directory);
      }
    } catch (IOException e) {
      discard(incoming);
      throw new IOException(
          "receiving volume %s of %s: %s".formatted(name, app, e.getMessage()), e);
    }
  }

  /// Whether something was received that can be put in the volume's place.
  public boolean isReceived(String app, String name) {
    var incoming = Volume.of(root, app, name).incoming().directory();
    return Files.exists(incoming) && !travelling.contains(incoming);
  }

  /// Puts what was received in the volume's place. No instance may be using it.
  public void swap(String app, String name) {
    var volume = Volume.of(root, app, name);
    try {
      discard(volume.former());
      move(volume, volume.former());
      move(volume.incoming(), volume);
    } catch (IOException e) {
      throw new ProblemException(
          Problem.of(
              Code.VOLUME,
              "restoring volume %s of %s".formatted(name, app),
              String.valueOf(e.getMessage())),
          e);
    }
  }

  /// Removes what restores of the app have replaced.
  public void keep(String app) {
    for (var volume : replaced(app)) {
      try {
        discard(volume.former());
        discard(volume.incoming());
      } catch (IOException e) {
        throw new UncheckedIOException("removing the former volume " + volume.directory(), e);
      }
    }
  }

  /// Puts back what restores of the app have replaced.
  public void takeBack(String app) {
    for (var volume : replaced(app)) {
      try {
        discard(volume);
        discard(volume.incoming());
        move(volume.former(), volume);
      } catch (IOException e) {
        throw new UncheckedIOException("putting volume back: " + volume.directory(), e);
      }
    }
  }

  /// Removes copies that an earlier agent did not send or put in place. Those of a restore under
  /// way stay, for [#keep] or [#takeBack].
  public void sweep() {
    try {
      for (var app : directories(root)) {
        if (replaced(app.getFileName().toString()).isEmpty()) {
          sweep(app);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("sweeping the volumes in " + root, e);
    }
  }

  private void sweep(Path app) throws IOException {
    for (var directory : directories(app)) {
      var volume = new Volume(directory);
      discard(volume.incoming());
      remove(volume.snapshot());
    }
  }

  /// Whether an app has a volume here, or had one when it went.
  public boolean has(String app) {
    try {
      return !directories(root.resolve(app)).isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException("looking at the volumes of " + app, e);
    }
  }

  /// Removes an app's volumes with what lies beside them. No instance may be using one.
  ///
  /// @throws ProblemException `A-BUSY` while a copy of one is sent or received
  public void remove(String app) {
    var all = root.resolve(app);
    var what = "removing the volumes of " + app;
    if (travelling.stream().anyMatch(copy -> copy.startsWith(all))) {
      throw new ProblemException(
          Problem.of(Code.BUSY, what, "a copy of one is being sent or received"));
    }
    try {
      for (var directory : directories(all)) {
        discard(new Volume(directory));
      }
      remove(all);
    } catch (IOException e) {
      throw new UncheckedIOException(what + ": " + e.getMessage(), e);
    }
  }

  /// Unmounts all, for the end of Stead here.
  public void unmount() {
    try {
      for (var app : directories(root)) {
        for (var directory : directories(app)) {
          new Image(new Volume(directory)).unmount();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("unmounting the volumes in " + root, e);
    }
  }

  /// Those that a restore has replaced, or was about to as the agent ended.
  private List<Volume> replaced(String app) {
    try (var all = Files.list(Files.createDirectories(root.resolve(app)))) {
      return all.map(path -> path.getFileName().toString())
          .filter(file -> file.contains(Volume.FORMER))
          .map(file -> file.substring(0, file.indexOf('.')))
          .distinct()
          .map(name -> Volume.of(root, app, name))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("looking at the volumes of " + app, e);
    }
  }

  /// Each half may have been done before.
  private static void move(Volume from, Volume to) throws IOException {
    var image = new Image(from);
    image.unmount();
    if (image.exists()) {
      Files.move(from.image(), to.image(), StandardCopyOption.ATOMIC_MOVE);
    }
    if (Files.exists(from.directory())) {
      Files.move(from.directory(), to.directory(), StandardCopyOption.ATOMIC_MOVE);
    }
    Files.createDirectories(to.directory());
    var moved = new Image(to);
    if (moved.exists()) {
      moved.mount();
    }
  }

  private static void discard(Volume volume) throws IOException {
    new Image(volume).unmount();
    Files.deleteIfExists(volume.image());
    remove(volume.directory());
  }

  private static void remove(Path directory) throws IOException {
    if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      Programs.run("rm", "-rf", "--one-file-system", directory.toString());
    }
  }

  private static boolean holdsFiles(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      return files.findAny().isPresent();
    }
  }

  private static List<Path> directories(Path in) throws IOException {
    if (Files.notExists(in)) {
      return List.of();
    }
    try (var all = Files.list(in)) {
      return all.filter(path -> Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
          .sorted()
          .toList();
    }
  }

  private Journey travel(Path copy, String what) {
    if (!travelling.add(copy)) {
      throw new ProblemException(
          Problem.of(Code.BUSY, what, "somebody else is doing so at the moment"));
    }
    return new Journey(travelling, copy);
  }

  /// A copy on its way; closing says that it has arrived.
  private record Journey(Set<Path> travelling, Path copy) implements AutoCloseable {
    @Override
    public void close() {
      travelling.remove(copy);
    }
  }
}
