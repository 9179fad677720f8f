package dev.stead.agent;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.random.RandomGenerator;

/// Ports for what a test starts. They are below the range that the system takes ports for
/// connections from (on Linux 32768 and above), and that of the instances: one that was merely free
/// a moment ago may by now belong to a connection of the test beside it.
public final class FreePort {
  private static final int FIRST = 10_000;
  private static final int BOUND = 20_000;

  private FreePort() {}

  public static int next() {
    return RandomGenerator.getDefault()
        .ints(FIRST, BOUND)
        .filter(FreePort::isFree)
        .findFirst()
        .orElseThrow();
  }

  private static boolean isFree(int port) {
    try (var socket = new ServerSocket(port)) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
