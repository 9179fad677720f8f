package dev.stead.rig.server;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/// A test class that uses real servers: its constructors and methods may take a [Rig], which all
/// classes of a test run share. Where there can be no servers (no root, no `systemd-nspawn`) the
/// class is skipped and says so; with `CI=true` it fails.
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RigExtension.class)
public @interface OnServers {}
