package org.radllama.eval.report;

import java.util.Map;

/** What people call scores. */
public final class Names {
  private static final Map<String, String> KNOWN =
      Map.ofEntries(
          Map.entry("bleu4", "BLEU-4"),
          Map.entry("chrf", "chrF"),
          Map.entry("exact_match", "Exact match"),
          Map.entry("length_ratio", "Length ratio"),
          Map.entry("copy_rate", "Copy rate"),
          Map.entry("attributes_score", "Attributes score"),
          Map.entry("attributes_major_errors", "Major errors"),
          Map.entry("attributes_minor_errors", "Minor errors"),
          Map.entry("attributes_contradictions", "Contradictions"),
          Map.entry("attributes_recommendations_f1", "Recommendations F1"),
          Map.entry("findings_micro_f1", "Findings F1, micro"),
          Map.entry("findings_macro_f1", "Findings F1, macro"),
          Map.entry("findings_micro_precision", "Findings precision"),
          Map.entry("findings_micro_recall", "Findings recall"),
          Map.entry("findings_missed_abnormals", "Missed abnormals"),
          Map.entry("bertscore_f1", "BERTScore F"),
          Map.entry("bertscore_rescaled_f1", "BERTScore F, rescaled"),
          Map.entry("bertscore_idf_f1", "BERTScore F, idf"),
          Map.entry("bertscore_idf_rescaled_f1", "BERTScore F, idf, rescaled"),
          Map.entry("chexbert_micro_f1_14", "CheXbert F1, micro 14"),
          Map.entry("chexbert_macro_f1_14", "CheXbert F1, macro 14"),
          Map.entry("chexbert_micro_f1_5", "CheXbert F1, micro 5"),
          Map.entry("chexbert_macro_f1_5", "CheXbert F1, macro 5"));

  private Names() {}

  /** R-L for {@code rougeL_fmeasure}; an unknown name stays. */
  public static String of(String metric) {
    String type = metric.split("_")[0];
    if (type.startsWith("rouge") && type.length() > 5) {
      String shown = "R-" + type.substring(5);
      return shown
          + (metric.contains("_unicode") ? " unicode" : "")
          + (metric.contains("_unstemmed") ? " unstemmed" : "");
    }
    return KNOWN.getOrDefault(metric, metric);
  }
}
