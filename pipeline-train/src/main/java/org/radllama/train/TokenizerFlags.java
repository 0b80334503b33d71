package org.radllama.train;

import java.util.Map;
import org.kohsuke.args4j.Option;
import org.radllama.run.JobFlags;

/** Flags of {@link TokenizerJob}. */
public final class TokenizerFlags extends JobFlags {
  @Option(name = "--dataset", metaVar = "RUN_DIR", usage = "a published run of ingest (required)")
  public String dataset;

  @Option(
      name = "--vocab-size",
      metaVar = "N",
      usage = "largest number of tokens (setting vocab-size)")
  public Integer vocabularySize;

  @Override
  protected Map<String, Object> overlay() {
    Map<String, Object> overlay = super.overlay();
    if (vocabularySize != null) {
      overlay.put("vocab-size", vocabularySize);
    }
    return overlay;
  }

  @Override
  protected String example() {
    return "tokenizer --dataset runs/dataset --vocab-size 1024 --out runs --run-id tokenizer";
  }
}
