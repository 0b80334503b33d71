package org.radllama.eval.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Made-up impressions with predictions, as long as real ones: references of 37 words in the mean
 * (median 29, 95th percentile about 100, at most 140), a prediction that keeps, changes and drops
 * sentences. Pair k is a function of the seed and k.
 */
public final class SyntheticPairs {
  private static final int LONGEST = 140;

  private static final String[] STATEMENTS = {
    "No acute cardiopulmonary abnormality",
    "Stable cardiomegaly with mild pulmonary vascular congestion",
    "Small bilateral pleural effusions, left greater than right",
    "No evidence of pneumothorax or focal consolidation",
    "Right lower lobe opacity may represent atelectasis or pneumonia",
    "Unchanged position of the endotracheal tube, 3.5 cm above the carina",
    "Degenerative changes of the thoracic spine",
    "Interval improvement in the previously described airspace disease",
    "Low lung volumes with bibasilar atelectasis",
    "Tortuous aorta, unchanged from the prior examination",
    "Calcified granuloma in the left upper lobe",
    "Mild interstitial edema is not excluded",
    "Healed fractures of the right sixth and seventh ribs",
    "The cardiomediastinal silhouette is within normal limits",
    "Recommend follow up CT to exclude an underlying nodule",
    "Left PICC terminates in the lower SVC",
    "Emphysematous changes without acute infiltrate",
    "Status post median sternotomy and CABG"
  };

  private static final String[] CHANGES = {
    "mild",
    "moderate",
    "severe",
    "new",
    "stable",
    "left",
    "right",
    "bilateral",
    "small",
    "large",
    "chronic",
    "acute",
    "probable",
    "possible",
    "unchanged",
    "improved",
    "persistent",
    "patchy"
  };

  private final long seed;

  /** Pairs of a seed. */
  public SyntheticPairs(long seed) {
    this.seed = seed;
  }

  /** A reference and a prediction. */
  public record Texts(String reference, String prediction) {}

  /** The texts of pair {@code k}. */
  public Texts pair(long k) {
    SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + k);
    // Log-normal: median 29, mean 37.
    int words = (int) Math.min(LONGEST, Math.round(29 * StrictMath.exp(0.7 * gaussian(random))));
    List<String> reference = sentences(random, Math.max(2, words));
    List<String> prediction = new ArrayList<>();
    for (String sentence : reference) {
      double fate = random.nextDouble();
      if (fate < 0.5) {
        prediction.add(sentence);
      } else if (fate < 0.75) {
        prediction.add(changed(sentence, random));
      } else {
        prediction.addAll(sentences(random, sentence.split(" ").length));
      }
    }
    return new Texts(text(reference), text(prediction));
  }

  /** Sentences of so many words together. */
  private static List<String> sentences(SplittableRandom random, int words) {
    List<String> sentences = new ArrayList<>();
    int left = words;
    while (left > 0) {
      String[] statement = STATEMENTS[random.nextInt(STATEMENTS.length)].split(" ");
      int taken = Math.min(left, statement.length);
      String sentence = String.join(" ", List.of(statement).subList(0, taken));
      sentences.add(random.nextInt(4) == 0 ? changed(sentence, random) : sentence);
      left -= taken;
    }
    return sentences;
  }

  private static String changed(String sentence, SplittableRandom random) {
    String[] words = sentence.split(" ");
    words[random.nextInt(words.length)] = CHANGES[random.nextInt(CHANGES.length)];
    return String.join(" ", words);
  }

  private static String text(List<String> sentences) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < sentences.size(); i++) {
      text.append(i + 1).append(". ").append(sentences.get(i)).append(". ");
    }
    return text.toString().strip();
  }

  private static double gaussian(SplittableRandom random) {
    double radius = Math.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
    return radius * StrictMath.cos(2 * Math.PI * random.nextDouble());
  }
}
