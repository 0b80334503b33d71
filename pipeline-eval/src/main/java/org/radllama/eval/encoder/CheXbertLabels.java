package org.radllama.eval.encoder;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * CheXbert's labels (Smit et al., arXiv 2004.09167): 13 observations of four classes, blank,
 * positive, negative and uncertain, and No Finding of two, each by a product with the first token's
 * numbers of the last layer. For one thread.
 */
public final class CheXbertLabels {
  /** The classes of each head. */
  public static final List<Integer> CLASSES = classes();

  private static final int MOST_KEPT = 50_000;

  private final EncoderModel model;
  private final Encoder encoder;
  private final Map<String, int[]> known = new HashMap<>();

  /** Labels by a model that was read with {@link #CLASSES}. */
  public CheXbertLabels(EncoderModel model) {
    this.model = model;
    this.encoder = new Encoder(model);
  }

  private static List<Integer> classes() {
    List<Integer> classes = new ArrayList<>(Collections.nCopies(13, 4));
    classes.add(2);
    return List.copyOf(classes);
  }

  /** Labels texts that will be asked for next, together. */
  public void prepare(Collection<String> texts) {
    if (known.size() > MOST_KEPT) {
      known.clear();
    }
    Set<String> fresh = new LinkedHashSet<>(texts);
    fresh.removeAll(known.keySet());
    List<String> read = new ArrayList<>(fresh);
    encoder.read(
        read.stream().map(model::tokens).toList(),
        (text, numbers) -> known.put(read.get(text), labels(encoder.heads(numbers))));
  }

  private static int[] labels(float[][] heads) {
    int[] labels = new int[heads.length];
    for (int i = 0; i < heads.length; i++) {
      for (int k = 1; k < heads[i].length; k++) {
        labels[i] = heads[i][k] > heads[i][labels[i]] ? k : labels[i];
      }
    }
    return labels;
  }

  /** The class of each observation, in CheXbert's order. */
  public int[] of(String text) {
    if (!known.containsKey(text)) {
      prepare(List.of(text));
    }
    return known.get(text).clone();
  }
}
