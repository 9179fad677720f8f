package dev.stead.edge.http;

/// A client's connection as its [Worker] sees it.
interface Connection {
  /// Ends what is overdue.
  void sweep(long nowNanos);

  void close();
}
