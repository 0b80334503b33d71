package org.radllama.eval.score.family;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;

/** Scores by a model that the user brought. It must be opened before it counts. */
public sealed interface EncoderFamily extends ScoreFamily permits BertScoreFamily, CheXbertFamily {
  /**
   * The same, ready to count.
   *
   * @param references all that will be scored against; read only where the scores depend on them
   */
  EncoderFamily opened(Configuration hadoop, JavaRDD<String> references) throws IOException;

  @Override
  default boolean countsTogether() {
    return true;
  }
}
