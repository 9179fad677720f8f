package dev.stead.ship;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class IgnoredTest {
  @Test
  void aNameFitsAtEveryDepth() {
    var ignored = Ignored.of(List.of("*.log", "secret?"));
    assertOut(ignored, "a.log", "x/y/a.log", "secret1", "d/secret1/file");
    assertIn(ignored, "a.logs", "secret", "secret12", "a.log.txt");
  }

  @Test
  void aSlashAnchorsAtTheProject() {
    var ignored = Ignored.of(List.of("/top.txt", "docs/*.md"));
    assertOut(ignored, "top.txt", "docs/a.md");
    assertIn(ignored, "x/top.txt", "docs/x/a.md", "x/docs/a.md");
  }

  @Test
  void aSlashAtTheEndMeansDirectoriesOnly() {
    var ignored = Ignored.of(List.of("build/"));
    assertOut(ignored, "build/a", "x/build/a/b");
    assertIn(ignored, "build", "x/build");
  }

  @Test
  void twoStarsSpanDirectories() {
    var ignored = Ignored.of(List.of("a/**/z", "**/deep/*.txt", "out/**"));
    assertOut(ignored, "a/z", "a/b/z", "a/b/c/z", "deep/x.txt", "q/deep/x.txt", "out/a", "out/a/b");
    assertIn(ignored, "a/b/zz", "deep/q/x.txt", "outer/a");
  }

  @Test
  void setsAndQuotesAreUnderstood() {
    var ignored = Ignored.of(List.of("v[0-9].txt", "n[!ab].txt", "\\#hash", "\\!bang", "star\\*"));
    assertOut(ignored, "v1.txt", "nc.txt", "#hash", "!bang", "star*");
    assertIn(ignored, "vx.txt", "na.txt", "star1", "hash");
  }

  @Test
  void theLastRuleThatFitsDecides() {
    var ignored = Ignored.of(List.of("*.log", "!keep.log", "tmp/keep.log"));
    assertOut(ignored, "a.log", "tmp/keep.log");
    assertIn(ignored, "keep.log", "x/keep.log");
  }

  @Test
  void nothingUnderADirectoryThatIsOutIsTakenBack() {
    assertOut(Ignored.of(List.of("gone/", "!gone/keep")), "gone/keep");
  }

  @Test
  void commentsBlankLinesAndTrailingSpacesSayNothing() {
    var ignored = Ignored.of(List.of("# a", "", "  ", "x.txt  ", "y\\ "));
    assertOut(ignored, "x.txt", "y ");
    assertIn(ignored, "# a", "a", "y");
  }

  private static void assertOut(Ignored ignored, String... paths) {
    assertThat(paths).allMatch(ignored::file);
  }

  private static void assertIn(Ignored ignored, String... paths) {
    assertThat(paths).noneMatch(ignored::file);
  }
}
