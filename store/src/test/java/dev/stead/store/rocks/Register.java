package dev.stead.store.rocks;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Says whether what clients saw of one key, each from its own side, can have happened one call
/// after the other, each at some moment between its start and its end. The search is that of Wing
/// and Gong (Testing and verifying concurrent objects, 1993), which remembers where it was in vain
/// as Lowe does (Testing for linearizability, 2017).
///
/// The state is the revision that the key has, 0 before any.
final class Register {
  private final List<Call> calls;
  private final Set<Tried> inVain = new HashSet<>();

  private Register(List<Call> calls) {
    this.calls = calls;
  }

  /// What a client did and saw.
  sealed interface Seen {
    /// It read this revision; 0 when the key was not there.
    record Read(long revision) implements Seen {}

    /// It wrote, having expected the one revision and got the other.
    record Swapped(long from, long to) implements Seen {}

    /// It was refused, since the key had another revision than it expected.
    record Refused(long expected, long found) implements Seen {}
  }

  /// One call, with the moments of its start and end.
  record Call(long start, long end, Seen seen) {}

  private record Tried(BitSet done, long revision) {}

  static boolean isLinearizable(List<Call> history) {
    List<Call> calls = new ArrayList<>(history);
    calls.sort(Comparator.comparingLong(Call::start));
    return new Register(calls).goesOn(new BitSet(), 0);
  }

  private boolean goesOn(BitSet done, long revision) {
    if (done.cardinality() == calls.size()) {
      return true;
    }
    if (!inVain.add(new Tried((BitSet) done.clone(), revision))) {
      return false;
    }
    long firstEnd = Long.MAX_VALUE;
    for (int i = done.nextClearBit(0); i < calls.size(); i = done.nextClearBit(i + 1)) {
      firstEnd = Math.min(firstEnd, calls.get(i).end());
    }
    for (int i = done.nextClearBit(0);
        i < calls.size() && calls.get(i).start() <= firstEnd;
        i = done.nextClearBit(i + 1)) {
      if (takes(i, done, revision)) {
        return true;
      }
    }
    return false;
  }

  /// Whether this call can come next, and all others after it.
  private boolean takes(int call, BitSet done, long revision) {
    Seen seen = calls.get(call).seen();
    boolean fits =
        switch (seen) {
          case Seen.Read(long found) -> found == revision;
          case Seen.Swapped(long from, long _) -> from == revision;
          case Seen.Refused(long expected, long found) -> found == revision && expected != revision;
        };
    if (!fits) {
      return false;
    }
    done.set(call);
    boolean fitting = goesOn(done, seen instanceof Seen.Swapped swap ? swap.to() : revision);
    done.clear(call);
    return fitting;
  }
}
