package dev.stead.store.document;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.store.Side;
import dev.stead.store.Value;
import dev.stead.store.document.ThreeWay.Outcome;
import dev.stead.store.document.ThreeWay.Outcome.Agreed;
import dev.stead.store.document.ThreeWay.Outcome.Clashed;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ThreeWayTest {
  @Test
  void whatOnlyOneSideChangedIsTaken() {
    assertThat(merge("1", "2", "1")).isEqualTo(agreed("2"));
    assertThat(merge("1", "1", "2")).isEqualTo(agreed("2"));
    assertThat(merge("1", "2", "2")).isEqualTo(agreed("2"));
    assertThat(ThreeWay.merge(json("1"), json("1"), Optional.empty()))
        .isEqualTo(new Agreed(Optional.empty()));
  }

  @Test
  void membersOfObjectsAreMergedOneByOne() {
    assertThat(
            merge(
                "{'a':1,'b':{'x':1,'y':1},'gone':1,'theirs-gone':1}",
                "{'a':2,'b':{'x':1,'y':2},'theirs-gone':1,'new':[1]}",
                "{'a':1,'b':{'x':3,'y':1},'gone':1,'other':null}"))
        .isEqualTo(agreed("{'a':2,'b':{'x':3,'y':2},'new':[1],'other':null}"));
  }

  @Test
  void whatBothChangedDifferentlyIsNamedByItsPath() {
    assertThat(
            merge(
                "{'a':1,'b':{'x/~':1},'c':[1]}",
                "{'a':2,'b':{'x/~':2},'c':[1,2]}",
                "{'a':3,'b':{'x/~':3},'c':[0,1]}"))
        .isEqualTo(new Clashed(List.of("/a", "/b/x~1~0", "/c")));
  }

  @Test
  void aMemberDeletedHereAndChangedThereIsAClash() {
    assertThat(merge("{'a':1}", "{}", "{'a':2}")).isEqualTo(new Clashed(List.of("/a")));
  }

  @Test
  void whatIsNoObjectClashesAsAWhole() {
    assertThat(merge("[1]", "[2]", "[3]")).isEqualTo(new Clashed(List.of("")));
    assertThat(merge("{'a':1}", "{'a':", "{}")).isEqualTo(new Clashed(List.of("")));
    assertThat(ThreeWay.merge(Optional.empty(), json("{'a':1}"), json("{'b':1}")))
        .isEqualTo(new Clashed(List.of("")));
  }

  @Test
  void aClashIsSettledByTheSideThatIsChosen() {
    var base = json("{'a':1,'b':{'x':1},'c':1}");
    var ours = json("{'a':2,'b':{'x':2}}");
    var theirs = json("{'a':3,'b':{},'c':3}");
    assertThat(ThreeWay.merge(base, ours, theirs, Map.of("/a", Side.OURS)))
        .isEqualTo(new Clashed(List.of("/b/x", "/c")));
    var chosen = Map.of("/a", Side.THEIRS, "/b/x", Side.THEIRS, "/c", Side.OURS);
    assertThat(ThreeWay.merge(base, ours, theirs, chosen)).isEqualTo(agreed("{'a':3,'b':{}}"));
    assertThat(ThreeWay.merge(json("1"), json("2"), json("3"), Map.of("", Side.THEIRS)))
        .isEqualTo(agreed("3"));
  }

  @Test
  void numbersKeepTheirDigits() {
    assertThat(
            merge(
                "{'a':1,'n':1.10000000000000000000000001}",
                "{'a':2,'n':1.10000000000000000000000001}",
                "{'a':1,'n':1.10000000000000000000000001,'b':12345678901234567890}"))
        .isEqualTo(agreed("{'a':2,'n':1.10000000000000000000000001,'b':12345678901234567890}"));
  }

  private static Outcome merge(String base, String ours, String theirs) {
    return ThreeWay.merge(json(base), json(ours), json(theirs));
  }

  private static Outcome agreed(String document) {
    return new Agreed(json(document));
  }

  private static Optional<Value> json(String document) {
    return Optional.of(Value.json(document.replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
  }
}
