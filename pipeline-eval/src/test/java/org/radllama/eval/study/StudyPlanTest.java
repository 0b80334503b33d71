package org.radllama.eval.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.radllama.dataset.InstructionExample;
import org.radllama.eval.OpenISplit;
import org.radllama.failure.BadInputException;
import org.radllama.run.Digests;

class StudyPlanTest {
  private static final List<String> SYSTEMS = List.of("base", "ours", "reference");

  private static List<StudyKey.Report> sample(int n) {
    List<StudyKey.Report> sample = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      sample.add(new StudyKey.Report("openi/CXR" + i, "openi", "normal", "openi"));
    }
    return sample;
  }

  private static StudyKey key(StudyPlan plan, int reports) {
    return plan.key(sample(reports), SYSTEMS, Digests.sha256("a secret"));
  }

  /** For many shapes: everyone judges every system of their reports once, repeats come late. */
  @Test
  void everyReaderGetsTheirShareAndRepeatsComeLater() {
    Random random = new Random(2);
    for (int trial = 0; trial < 40; trial++) {
      int n = 1 + random.nextInt(20);
      double repeats = trial % 2 == 0 ? random.nextInt(25) : random.nextDouble();
      double overlap = trial % 3 == 0 ? 1 : random.nextDouble();
      StudyPlan plan = new StudyPlan(List.of("ann", "ben", "eve"), repeats, overlap);
      StudyKey key = key(plan, n);
      Set<String> ids = new HashSet<>();
      Map<String, Integer> judges = new HashMap<>();
      for (StudyKey.Reader reader : key.readers()) {
        Map<String, Integer> firstAt = new HashMap<>();
        int again = 0;
        for (int at = 0; at < reader.blocks().size(); at++) {
          StudyKey.Block block = reader.blocks().get(at);
          assertThat(ids.add(block.id())).isTrue();
          assertThat(block.items().stream().map(StudyKey.Item::system).sorted())
              .containsExactlyElementsOf(SYSTEMS);
          block.items().forEach(item -> assertThat(ids.add(item.id())).isTrue());
          if (block.showing() == 1) {
            assertThat(firstAt.put(block.report(), at)).isNull();
            judges.merge(block.report(), 1, Integer::sum);
          } else {
            again++;
            int own = reader.blocks().size() - plan.again(firstReports(reader));
            assertThat(at - firstAt.get(block.report())).isGreaterThanOrEqualTo((own + 1) / 2);
          }
        }
        assertThat(again).isEqualTo(plan.again(firstReports(reader)));
      }
      assertThat(ids).allMatch(id -> id.matches("x[0-9a-f]{16}"));
      assertThat(judges).hasSize(n);
      long byAll = judges.values().stream().filter(j -> j == 3).count();
      assertThat(byAll).isEqualTo(Math.round(overlap * n));
      assertThat(judges.values()).allMatch(j -> j == 1 || j == 3);
    }
  }

  private static int firstReports(StudyKey.Reader reader) {
    return (int) reader.blocks().stream().filter(b -> b.showing() == 1).count();
  }

  /** Every system stands equally often at every place, within what chance allows. */
  @Test
  void ordersAreMixed() {
    StudyKey key = key(new StudyPlan(List.of("ann", "ben"), 0, 1), 300);
    int[][] places = new int[3][3];
    for (StudyKey.Reader reader : key.readers()) {
      for (StudyKey.Block block : reader.blocks()) {
        for (int i = 0; i < 3; i++) {
          places[SYSTEMS.indexOf(block.items().get(i).system())][i]++;
        }
      }
    }
    for (int[] ofSystem : places) {
      // 600 draws at 1/3: six standard deviations are 69.
      assertThat(Arrays.stream(ofSystem)).allMatch(n -> Math.abs(n - 200) < 69);
    }
    assertThat(reports(key, 0)).isNotEqualTo(reports(key, 1));
    assertThat(reports(key, 0)).isNotEqualTo(reports(key, 0).stream().sorted().toList());
    StudyKey other =
        new StudyPlan(List.of("ann", "ben"), 0, 1)
            .key(sample(300), SYSTEMS, Digests.sha256("another"));
    assertThat(reports(other, 0)).isNotEqualTo(reports(key, 0));
  }

  private static List<String> reports(StudyKey key, int reader) {
    return key.readers().get(reader).blocks().stream().map(StudyKey.Block::report).toList();
  }

  @Test
  void keyIsReadBackAndItsDigestTellsChanges() {
    StudyKey key = key(new StudyPlan(List.of("ann"), 2, 1), 5);
    assertThat(StudyKey.of(key.toJson(), "key.json")).isEqualTo(key);
    ObjectNode changed = key.toJson();
    ((ObjectNode) changed.at("/readers/0/blocks/0/items/0")).put("system", "ours");
    assertInput(changed, "was changed after it was written");
    assertInput(key.toJson().put("format", "other"), "is not the key.json of a study");
    ObjectNode without = key.toJson();
    without.remove("readers");
    assertInput(without, "was changed after it was written");
  }

  private static void assertInput(ObjectNode node, String message) {
    assertThatThrownBy(() -> StudyKey.of(node, "key.json"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(message);
  }

  @Test
  void drawKeepsTheSharesOfTheStrata() {
    List<InstructionExample> items = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      String reference = i % 4 == 0 ? "one two three" : "word ".repeat(30);
      String label = i % 5 == 0 ? "abnormal" : "normal";
      items.add(OpenISplit.example("openi/CXR" + i, "findings", reference, label));
    }
    Strata strata = new Strata(List.of(Strata.By.LABEL, Strata.By.LENGTH), List.of(8, 24));
    List<InstructionExample> drawn = strata.draw(items, 40, 7);
    Map<String, Long> counts =
        drawn.stream().collect(Collectors.groupingBy(strata::of, Collectors.counting()));
    assertThat(counts)
        .containsOnly(
            Map.entry("abnormal/words_0_8", 2L),
            Map.entry("abnormal/words_25_up", 6L),
            Map.entry("normal/words_0_8", 8L),
            Map.entry("normal/words_25_up", 24L));
    List<InstructionExample> mixed = new ArrayList<>(items);
    Collections.shuffle(mixed, new Random(1));
    assertThat(strata.draw(mixed, 40, 7)).isEqualTo(drawn);
    assertThat(strata.draw(items, 40, 8)).isNotEqualTo(drawn);
    assertThat(strata.draw(items, 200, 7)).hasSameElementsAs(items);
    assertThat(new Strata(List.of(), List.of()).draw(items, 41, 7)).doesNotHaveDuplicates();
    for (int n = 1; n < 200; n++) {
      assertThat(strata.draw(items, n, 7)).hasSize(n).doesNotHaveDuplicates();
    }
  }

  @Test
  void plansThatCannotBeAreRefused() {
    assertThatThrownBy(() -> new StudyPlan(List.of("a"), 1.5, 1)).hasMessageContaining("1.5");
    assertThatThrownBy(() -> new StudyPlan(List.of("a"), 0, 1.1)).hasMessageContaining("1.1");
  }
}
