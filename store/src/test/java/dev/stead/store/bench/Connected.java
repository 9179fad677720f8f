package dev.stead.store.bench;

import java.io.Closeable;
import java.io.IOException;

/// A client with a connection of its own.
record Connected(Closeable connection, Load.Client actor) implements Load.Client {
  @Override
  public void act(long number) throws Exception {
    actor.act(number);
  }

  @Override
  public void close() throws IOException {
    connection.close();
  }
}
