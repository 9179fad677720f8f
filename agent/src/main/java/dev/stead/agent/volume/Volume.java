package dev.stead.agent.volume;

import java.nio.file.Path;

/// Where one volume lies, and what may lie beside it for a while:
///
/// ```
/// volumes/cv/data/            what the app sees; the mount point where there is an image
/// volumes/cv/data.img         its file system, where it has a size that is enforced
/// volumes/cv/data.snapshot/   a copy for a backup, until that was sent
/// volumes/cv/data.incoming/   what is to be restored, with an image of its own likewise
/// volumes/cv/data.former/     what a restore replaced, until the app runs with the new one
/// ```
///
/// No name of a volume has a dot in it, so none of these is taken for a volume.
record Volume(Path directory) {
  static final String FORMER = ".former";
  private static final String IMAGE = ".img";

  static Volume of(Path root, String app, String name) {
    return new Volume(root.resolve(app).resolve(name));
  }

  Path image() {
    return directory.resolveSibling(directory.getFileName() + IMAGE);
  }

  Path snapshot() {
    return beside(".snapshot").directory;
  }

  Volume incoming() {
    return beside(".incoming");
  }

  Volume former() {
    return beside(FORMER);
  }

  private Volume beside(String suffix) {
    return new Volume(directory.resolveSibling(directory.getFileName() + suffix));
  }
}
