package dev.stead.agent.supervisor;

import java.io.InputStream;
import java.io.OutputStream;

/// A command under way. Closing it ends the command and all its processes.
public interface Task extends AutoCloseable {
  OutputStream input();

  InputStream output();

  /// Empty when it has a terminal: both streams are one there.
  InputStream errorOutput();

  /// Blocks until it ends.
  Exit await() throws InterruptedException;

  void resize(TaskSpec.Terminal size);

  @Override
  void close();
}
