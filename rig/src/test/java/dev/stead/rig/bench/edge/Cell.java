package dev.stead.rig.bench.edge;

import java.util.List;
import java.util.stream.Stream;

/// One kind of load: so many connections, each with one request at a time.
record Cell(Payload payload, Speech speech, int connections) {
  static List<Cell> all() {
    return Stream.of(Payload.values())
        .flatMap(payload -> Stream.of(Speech.values()).flatMap(speech -> both(payload, speech)))
        .toList();
  }

  private static Stream<Cell> both(Payload payload, Speech speech) {
    return Stream.of(64, 256).map(connections -> new Cell(payload, speech, connections));
  }

  @Override
  public String toString() {
    return "%s-%s-%d".formatted(payload, speech, connections);
  }
}
