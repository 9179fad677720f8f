package dev.stead.rig.load;

/// How long a visitor keeps a stream.
interface Stay {
  boolean isOver();
}
