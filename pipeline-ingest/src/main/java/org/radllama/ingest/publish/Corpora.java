package org.radllama.ingest.publish;

import java.util.List;
import org.radllama.run.Json;

/** What is known of the corpora: names, licences, dates, how to cite them. */
final class Corpora {
  /** What is said where nobody knows. */
  static final String NOT_STATED = "not stated";

  private Corpora() {}

  record Corpus(
      String id,
      String name,
      String licence,
      String licenceUrl,
      String published,
      String cite,
      String deidentification,
      String language,
      String population) {}

  private static final List<Corpus> KNOWN =
      List.of(Json.shipped(Corpora.class, "corpora.json", Corpus[].class));

  /** What is known of a source, and before that, what the settings say. */
  static Corpus of(String source, CardSettings.Claims claims) {
    Corpus corpus =
        claims.synthetic()
            ? unknown(source, source + " (synthetic)", "synthetic")
            : KNOWN.stream()
                .filter(known -> known.id().equals(source))
                .findFirst()
                .orElse(unknown(source, source, NOT_STATED));
    boolean own = !claims.licence().isEmpty();
    return new Corpus(
        corpus.id(),
        corpus.name(),
        own ? claims.licence() : corpus.licence(),
        own ? "" : corpus.licenceUrl(),
        corpus.published(),
        corpus.cite(),
        or(claims.deidentification(), corpus.deidentification()),
        or(claims.language(), corpus.language()),
        or(claims.population(), corpus.population()));
  }

  private static String or(String said, String known) {
    return said.isEmpty() ? known : said;
  }

  private static Corpus unknown(String source, String name, String all) {
    return new Corpus(source, name, all, "", "", "", all, NOT_STATED, all);
  }
}
