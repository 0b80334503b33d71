package org.radllama.ingest.publish;

import java.util.List;
import org.radllama.run.Json;

/** What is known of the corpora: names, licences, dates, how to cite them. */
final class Corpora {
  private Corpora() {}

  record Corpus(
      String id, String name, String licence, String licenceUrl, String published, String cite) {}

  private static final List<Corpus> KNOWN =
      List.of(Json.shipped(Corpora.class, "corpora.json", Corpus[].class));

  static Corpus of(String source) {
    return KNOWN.stream()
        .filter(corpus -> corpus.id().equals(source))
        .findFirst()
        .orElse(new Corpus(source, source, "not stated", "", "", ""));
  }
}
