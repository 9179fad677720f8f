package dev.stead.cli;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Objects;

/// The cause that a [FileSystemException] names by its class only, in words.
final class FileTrouble {
  private FileTrouble() {}

  static String why(FileSystemException e) {
    return switch (e) {
      case NoSuchFileException _ -> "it does not exist";
      case AccessDeniedException _ -> "its permissions do not allow it";
      case NotDirectoryException _ -> "it is not a directory";
      case FileAlreadyExistsException _ -> "it exists already";
      default -> Objects.requireNonNullElse(e.getReason(), e.toString());
    };
  }
}
