package dev.stead.rig.bench.edge;

/// What the backend answers.
enum Payload {
  SMALL("small", 200),
  LARGE("large", 100 << 10);

  private final String label;
  private final int bytes;

  Payload(String label, int bytes) {
    this.label = label;
    this.bytes = bytes;
  }

  String path() {
    return "/" + label;
  }

  int bytes() {
    return bytes;
  }

  @Override
  public String toString() {
    return label;
  }
}
