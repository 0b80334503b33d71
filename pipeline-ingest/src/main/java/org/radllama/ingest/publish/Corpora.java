package org.radllama.ingest.publish;

import java.util.List;

/** What is known of the corpora: names, licences, dates, how to cite them. */
final class Corpora {
  private Corpora() {}

  record Corpus(
      String id, String name, String licence, String licenceUrl, String published, String cite) {}

  private static final List<Corpus> KNOWN =
      List.of(
          new Corpus(
              "mimic-cxr",
              "MIMIC-CXR 2.0.0",
              "PhysioNet Credentialed Health Data License: credentialed users only, no sharing, no"
                  + " re-identification",
              "https://physionet.org/content/mimic-cxr/view-license/2.0.0/",
              "2019-09-19",
              "Johnson AEW, Pollard TJ, Berkowitz SJ, et al. MIMIC-CXR, a de-identified publicly"
                  + " available database of chest radiographs with free-text reports. Sci Data."
                  + " 2019;6:317."),
          new Corpus(
              "openi",
              "Indiana University Chest X-ray Collection (Open-i)",
              "CC BY-NC-ND 4.0: non-commercial, no derivatives passed on",
              "https://creativecommons.org/licenses/by-nc-nd/4.0/",
              "2013-08-01",
              "Demner-Fushman D, Kohli MD, Rosenman MB, et al. Preparing a collection of radiology"
                  + " examinations for distribution and retrieval. J Am Med Inform Assoc."
                  + " 2016;23(2):304-310."));

  static Corpus of(String source) {
    return KNOWN.stream()
        .filter(corpus -> corpus.id().equals(source))
        .findFirst()
        .orElse(new Corpus(source, source, "not stated", "", "", ""));
  }
}
