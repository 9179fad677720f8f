package dev.stead.rig.load;

import java.io.IOException;

/// One client of the app: does the same thing again and again.
interface Visitor extends AutoCloseable {
  /// One exchange, from the first byte sent to the last one read.
  ///
  /// @throws IOException when it failed, in any way; the message says how
  Ending visit() throws IOException;

  @Override
  void close() throws IOException;
}
