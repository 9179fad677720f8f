package dev.stead.agent.deploy;

import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;

/// The ports that instances listen on: a range of Stead's own, outside the one that the system
/// takes its own ports from. A port is reserved from the plan on until its instance is gone.
final class Ports {
  static final int FIRST = 21_000;
  static final int LAST = 28_999;

  private final RandomGenerator random;
  private final ReentrantLock lock = new ReentrantLock();
  // Guarded by the lock.
  private final Set<Integer> reserved = new HashSet<>();

  Ports(RandomGenerator random) {
    this.random = random;
  }

  /// Reserves a port that nobody listens on.
  ///
  /// @throws ProblemException `D-NO-PORT`
  int reserve() {
    var count = LAST - FIRST + 1;
    var start = random.nextInt(count);
    for (var i = 0; i < count; i++) {
      var port = FIRST + (start + i) % count;
      if (!claim(port)) {
        continue;
      }
      if (isFree(port)) {
        return port;
      }
      release(port);
    }
    throw new ProblemException(
        Problem.of(
            Code.NO_PORT,
            "finding a port for a new instance",
            "every port from %d to %d is in use".formatted(FIRST, LAST)));
  }

  /// Marks a port as in use by an instance that was there before this agent.
  void keep(int port) {
    claim(port);
  }

  void release(int port) {
    lock.lock();
    try {
      reserved.remove(port);
    } finally {
      lock.unlock();
    }
  }

  /// Whether nobody listens there, on any address.
  static boolean isFree(int port) {
    try (var socket = new ServerSocket(port)) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  private boolean claim(int port) {
    lock.lock();
    try {
      return reserved.add(port);
    } finally {
      lock.unlock();
    }
  }
}
