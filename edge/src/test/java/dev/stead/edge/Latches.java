package dev.stead.edge;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;

/// Waiting in an app's script, which ends when the app is closed.
final class Latches {
  private Latches() {}

  static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException("the app was closed while it waited", e);
    }
  }
}
