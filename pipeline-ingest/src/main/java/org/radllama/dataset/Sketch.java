package org.radllama.dataset;

import static org.radllama.text.Format.format;

/**
 * All that is known of a text when it is compared: no word of it, only hashes.
 *
 * @param text names the text
 * @param shingles its distinct shingles, ascending
 * @param keys its key in every band
 * @param polarity its negations and sides, see {@link PolarityWords#signature}
 */
public record Sketch(Fingerprint text, long[] shingles, int[] keys, long polarity) {

  /** Makes sketches under one notion of similarity. */
  public static final class Maker {
    private final int shingleWords;
    private final MinHashBands bands;

    /** A maker. */
    public Maker(Similarity similarity) {
      this.shingleWords = similarity.shingleWords();
      this.bands = MinHashBands.of(similarity.jaccard());
    }

    /** The sketch of findings. */
    public Sketch of(String findings) {
      String normalized = NormalizedFindings.of(findings);
      Fingerprint text = Fingerprint.of(normalized, findings);
      return of(normalized, text);
    }

    /**
     * The sketch of findings whose fingerprint is known.
     *
     * @param normalized see {@link NormalizedFindings}
     */
    public Sketch of(String normalized, Fingerprint text) {
      long[] shingles = Shingles.of(normalized, text, shingleWords);
      return new Sketch(text, shingles, bands.keys(shingles), PolarityWords.signature(normalized));
    }
  }

  @Override
  public String toString() {
    return format("Sketch[%s, %d shingles]", text.shortName(), shingles.length);
  }
}
