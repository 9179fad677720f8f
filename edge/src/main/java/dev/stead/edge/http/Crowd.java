package dev.stead.edge.http;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Everybody who is connected, counted: all together, and each address for itself. One for all
/// event loops.
///
/// Who may not come in is told so and then let go; those few are not counted as clients, but are
/// themselves bounded by [#TURNED_AWAY_MAX].
final class Crowd {
  /// So many may be reading why they were turned away; whoever comes then is cut without a word.
  static final int TURNED_AWAY_MAX = 256;

  /// Beyond three quarters of all places, idle connections are let go early.
  private static final int DENSE_SHARE_PERCENT = 75;

  private static final int PERCENT = 100;

  private final Bounds bounds;
  private final int dense;
  private final AtomicInteger all = new AtomicInteger();
  private final AtomicInteger turnedAway = new AtomicInteger();
  private final ConcurrentHashMap<Long, Integer> byOrigin = new ConcurrentHashMap<>();

  Crowd(Bounds bounds) {
    this.bounds = bounds;
    this.dense = Math.toIntExact((long) bounds.connectionsMax() * DENSE_SHARE_PERCENT / PERCENT);
  }

  /// What becomes of a connection; each but `CUT` ends with [#leave].
  enum Admission {
    ADMITTED,
    /// A trusted proxy, behind which stand many: not counted by its address.
    ADMITTED_PROXY,
    /// Its address has as many as one may have: to be told, and let go.
    ADDRESS_FULL,
    /// There is no place for anybody: to be told, and let go.
    FULL,
    /// To be closed at once.
    CUT
  }

  /// Counts a connection that has come.
  Admission enter(InetAddress address) {
    if (all.incrementAndGet() > bounds.connectionsMax()) {
      all.decrementAndGet();
      return turnAway(Admission.FULL);
    }
    if (byOrigin.merge(origin(address), 1, Integer::sum) > bounds.connectionsPerAddressMax()) {
      leave(address, Admission.ADMITTED);
      return turnAway(Admission.ADDRESS_FULL);
    }
    return Admission.ADMITTED;
  }

  /// Counts a trusted proxy's connection that has come.
  Admission enterProxy() {
    if (all.incrementAndGet() > bounds.connectionsMax()) {
      all.decrementAndGet();
      return turnAway(Admission.FULL);
    }
    return Admission.ADMITTED_PROXY;
  }

  private Admission turnAway(Admission why) {
    if (turnedAway.incrementAndGet() > TURNED_AWAY_MAX) {
      turnedAway.decrementAndGet();
      return Admission.CUT;
    }
    return why;
  }

  /// Ends what [#enter] began.
  void leave(InetAddress address, Admission was) {
    switch (was) {
      case ADMITTED -> {
        all.decrementAndGet();
        byOrigin.computeIfPresent(origin(address), (_, count) -> count == 1 ? null : count - 1);
      }
      case ADMITTED_PROXY -> all.decrementAndGet();
      case ADDRESS_FULL, FULL -> turnedAway.decrementAndGet();
      case CUT -> {}
    }
  }

  /// Whether places are getting scarce.
  boolean dense() {
    return all.get() > dense;
  }

  /// Who counts as one: an IPv4 address, or the 64 bits of an IPv6 network, within which a single
  /// machine may choose its address freely (RFC 4291 2.5.1).
  private static long origin(InetAddress address) {
    ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
    // No IPv6 network of global use begins with 16 zero bits.
    return address instanceof Inet6Address
        ? bytes.getLong()
        : Integer.toUnsignedLong(bytes.getInt());
  }
}
