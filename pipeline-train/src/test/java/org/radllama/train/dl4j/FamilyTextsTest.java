package org.radllama.train.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.radllama.run.Json;
import org.radllama.train.engine.Decoding;
import org.radllama.train.engine.Decoding.EarlyStopping;
import org.radllama.train.kernels.Backend;
import org.radllama.train.kernels.Backends;

/**
 * Models of every family continue prompts as transformers does, greedily and by beam search: the
 * texts of family-reference.json, which src/test/scripts/family_reference.py makes.
 */
class FamilyTextsTest {
  static Stream<Arguments> cases() {
    List<JsonNode> nodes = new ArrayList<>();
    Reference.read("family-reference.json").forEach(nodes::add);
    return nodes.stream()
        .flatMap(
            node -> Backends.all().map(backend -> Arguments.of(Reference.of(node), node, backend)));
  }

  @ParameterizedTest(name = "{0} {2}")
  @MethodSource("cases")
  void textsAreTransformers(Reference r, JsonNode node, Backend backend) {
    List<int[]> prompts = new ArrayList<>();
    for (JsonNode n : node.get("prompts")) {
      prompts.add(Arrays.copyOf(r.examples().get(0).tokens(), n.asInt()));
    }
    int added = node.get("greedy").get(0).size();
    try (Dl4jEngine engine =
        new Dl4jEngine(r.config(), r.adaptation(), r.base(backend), false, backend::kernels)) {
      assertSame(node.get("greedy"), engine, r, prompts, new Decoding.Greedy(), added);
      Decoding.Strategy beams = new Decoding.Beams(3, 1, EarlyStopping.FALSE);
      assertSame(node.get("beams"), engine, r, prompts, beams, added);
    }
  }

  private static void assertSame(
      JsonNode expected,
      Dl4jEngine engine,
      Reference r,
      List<int[]> prompts,
      Decoding.Strategy strategy,
      int added) {
    List<int[]> made =
        EngineCalls.generate(engine, prompts, r.trainable(), new Decoding(added, -1, strategy));
    for (int i = 0; i < made.size(); i++) {
      assertThat(made.get(i)).isEqualTo(Json.mapper().convertValue(expected.get(i), int[].class));
    }
  }
}
