package org.radllama.train.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.radllama.train.decode.TokenSearch.Beam;
import org.radllama.train.engine.Decoding;
import org.radllama.train.engine.Decoding.EarlyStopping;

/** Over models that are functions of the tokens so far, drawn at random. */
class BeamSearchTest {
  private static final double[] PENALTIES = {1, 0, 2, 0.6, -1};

  /** Logits as a function of the tokens, with more or less room for the end token 0. */
  private record RandomModel(long seed, int vocabulary, double spread, double end)
      implements Function<int[], float[]> {
    @Override
    public float[] apply(int[] tokens) {
      Random random = new Random(seed * 31 + Arrays.hashCode(tokens));
      float[] logits = new float[vocabulary];
      for (int i = 0; i < vocabulary; i++) {
        logits[i] = (float) (random.nextGaussian() * spread + (i == 0 ? end : 0));
      }
      return logits;
    }
  }

  @ParameterizedTest
  @EnumSource
  void findsWhatTheRulesFindStepByStep(EarlyStopping earlyStopping) {
    Random random = new Random(7);
    int empty = 0;
    int full = 0;
    for (int i = 0; i < 1500; i++) {
      int beams = 2 + random.nextInt(4);
      int most = 1 + random.nextInt(12);
      RandomModel model =
          new RandomModel(
              i, 2 * beams + random.nextInt(12), 0.3 + 3 * random.nextDouble(), i % 7 - 2);
      Decoding how =
          new Decoding(
              most, 0, new Decoding.Beams(beams, PENALTIES[i % PENALTIES.length], earlyStopping));
      int[] found = search(model, how);
      assertThat(found).as("%s %s", model, how).isEqualTo(new NaiveBeams(model, how).run());
      empty += found.length == 0 ? 1 : 0;
      full += found.length == most ? 1 : 0;
    }
    assertThat(empty).isBetween(50, 1000);
    assertThat(full).isBetween(50, 1000);
  }

  /** With as many beams as there are texts nothing is passed over. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4})
  void findsTheBestOfAllTexts(int vocabulary) {
    for (int i = 0; i < 120; i++) {
      int most = 1 + i % (vocabulary == 2 ? 6 : 4);
      double penalty = PENALTIES[i % PENALTIES.length];
      RandomModel model = new RandomModel(i, vocabulary, 2, i % 5 - 2);
      int beams = (int) Math.max(2, Math.pow(vocabulary, most));
      Decoding how = new Decoding(most, 0, new Decoding.Beams(beams, penalty, EarlyStopping.NEVER));
      Best best = new Best(model, most, penalty);
      best.visit(new int[0], 0);
      assertThat(search(model, how)).as("%s %s", model, how).isEqualTo(best.tokens);
    }
  }

  /** Exhaustive search. */
  private static final class Best {
    private final RandomModel model;
    private final int most;
    private final double penalty;
    private double score = Double.NEGATIVE_INFINITY;
    private int[] tokens;

    Best(RandomModel model, int most, double penalty) {
      this.model = model;
      this.most = most;
      this.penalty = penalty;
    }

    void visit(int[] text, double logs) {
      if (text.length == most) {
        offer(text, logs, most);
        return;
      }
      float[] logits = model.apply(text);
      double sum = 0;
      for (float logit : logits) {
        sum += Math.exp(logit);
      }
      for (int token = 0; token < logits.length; token++) {
        double next = logs + logits[token] - Math.log(sum);
        if (token == 0) {
          offer(text, next, text.length + 1);
        } else {
          int[] longer = Arrays.copyOf(text, text.length + 1);
          longer[text.length] = token;
          visit(longer, next);
        }
      }
    }

    private void offer(int[] text, double logs, int length) {
      double own = logs / Math.pow(length, penalty);
      if (own > score) {
        score = own;
        tokens = text;
      }
    }
  }

  @Test
  void equalContinuationsRankByBeamThenById() {
    Decoding how = new Decoding(3, 9, new Decoding.Beams(3, 1, EarlyStopping.FALSE));
    TokenSearch search = TokenSearch.of(how, 0);
    float[][] uniform = new float[3][10];
    assertThat(search.next(uniform))
        .containsExactly(new Beam(0, 0), new Beam(0, 1), new Beam(0, 2));
    assertThat(search.next(uniform))
        .containsExactly(new Beam(0, 0), new Beam(0, 1), new Beam(0, 2));
    assertThat(search.next(uniform)).isEmpty();
    assertThat(search.texts().get(0)).containsExactly(0, 0, 2);
  }

  private static int[] search(Function<int[], float[]> model, Decoding how) {
    TokenSearch search = TokenSearch.of(how, 0);
    List<int[]> texts = List.of(new int[0]);
    while (!texts.isEmpty()) {
      List<int[]> longer = new ArrayList<>();
      for (Beam beam : search.next(texts.stream().map(model).toArray(float[][]::new))) {
        int[] parent = texts.get(beam.parent());
        int[] text = Arrays.copyOf(parent, parent.length + 1);
        text[parent.length] = beam.token();
        longer.add(text);
      }
      texts = longer;
    }
    return search.texts().get(0);
  }
}
