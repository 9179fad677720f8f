package dev.stead.agent.deploy;

import dev.stead.sdk.AppMode;
import io.avaje.jsonb.Json;
import io.avaje.jsonb.Json.Naming;
import java.util.Objects;

/// Whether an app's requests pass; the value of `apps/APP/mode`. It belongs to the app and to none
/// of its releases: a deploy, a rollback, a stop and a start leave it as it is.
@Json(naming = Naming.LowerHyphen)
record Mode(AppMode mode) {
  Mode {
    Objects.requireNonNull(mode, "mode is missing");
  }
}
