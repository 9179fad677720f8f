package dev.stead.edge;

import dev.stead.edge.http.HttpEdge;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;

/// Both clocks, standing still until a test moves one of them.
final class TestTime implements InstantSource {
  private final MockTicker ticker = Ticker.newMockTicker();
  private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

  HttpEdge.Time time() {
    return new HttpEdge.Time(ticker, this);
  }

  void advance(Duration by) {
    ticker.advance(by.toNanos(), TimeUnit.NANOSECONDS);
  }

  void stepWallClock(Duration by) {
    now = now.plus(by);
  }

  @Override
  public Instant instant() {
    return now;
  }
}
