package dev.stead.rig.load;

import java.util.ArrayList;
import java.util.List;

/// What became of the exchanges of one kind. Safe for concurrent use.
final class Tally {
  /// More failures than these are only counted.
  private static final int KEPT_MAX = 20;

  private final Object lock = new Object();
  private final List<String> failures = new ArrayList<>();
  private final List<Report.Cut> cuts = new ArrayList<>();
  private int inFlight;
  private int done;
  private int failed;

  void begun() {
    synchronized (lock) {
      inFlight++;
    }
  }

  void ended(Ending ending) {
    synchronized (lock) {
      inFlight--;
      switch (ending) {
        case Ending.Done() -> done++;
        case Ending.Cut(int release, String how) ->
            cuts.add(new Report.Cut(release, how, System.nanoTime()));
      }
    }
  }

  void failed(String reason) {
    synchronized (lock) {
      inFlight--;
      failed++;
      if (failures.size() < KEPT_MAX) {
        failures.add(reason);
      }
    }
  }

  int inFlight() {
    synchronized (lock) {
      return inFlight;
    }
  }

  Report.Line line() {
    synchronized (lock) {
      return new Report.Line(done, failed, List.copyOf(failures), List.copyOf(cuts));
    }
  }
}
