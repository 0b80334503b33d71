package org.radllama.eval.study;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.radllama.eval.agreement.IntraclassCorrelation;
import org.radllama.eval.study.StudyStatistics.Agreement;
import org.radllama.eval.study.StudyStatistics.Comparison;
import org.radllama.eval.study.StudyStatistics.Mean;
import org.radllama.eval.study.StudyStatistics.Preference;
import org.radllama.eval.study.StudyStatistics.Repeat;
import org.radllama.run.Json;

/**
 * {@code study.json}: {@code counts}, {@code readers.NAME}, {@code means.SYSTEM.DIMENSION}, {@code
 * preferences.SYSTEM}, {@code agreement.DIMENSION}, {@code self_agreement.READER.DIMENSION}, {@code
 * comparisons}. What is not defined is null.
 */
public final class StudyJson {
  private StudyJson() {}

  /** The whole file. */
  public static ObjectNode of(Unblinded study, StudyStatistics statistics) {
    ObjectNode root = Json.mapper().createObjectNode();
    root.put("study", study.key().digest());
    root.set("counts", counts(study));
    ObjectNode readers = root.putObject("readers");
    study.key().readers().forEach(r -> readers.set(r.name(), reader(study, r.name())));
    ObjectNode means = root.putObject("means");
    for (Mean mean : statistics.means()) {
      means.withObject("/" + mean.system()).set(mean.dimension().label(), mean(mean));
    }
    ObjectNode preferences = root.putObject("preferences");
    statistics.preferences().forEach(p -> preferences.set(p.system(), preference(p)));
    ObjectNode agreement = root.putObject("agreement");
    statistics.agreements().forEach(a -> agreement.set(a.dimension().label(), agreement(a)));
    ObjectNode self = root.putObject("self_agreement");
    for (Repeat repeat : statistics.repeats()) {
      self.withObject("/" + repeat.reader()).set(repeat.dimension().label(), repeat(repeat));
    }
    ArrayNode comparisons = root.putArray("comparisons");
    statistics.comparisons().forEach(c -> comparisons.add(comparison(c)));
    return root;
  }

  /** What was packed, came back and did not. */
  public static ObjectNode counts(Unblinded study) {
    return Json.mapper()
        .createObjectNode()
        .put("readers", study.key().readers().size())
        .put("returned", study.returned().size())
        .put("returned_twice", study.same())
        .put("reports", study.key().reports().size())
        .put("systems", study.key().systems().size())
        .put("items", study.rows().size())
        .put("packed", study.packed())
        .put("rated", study.rated())
        .put("missing", study.missing());
  }

  private static ObjectNode reader(Unblinded study, String name) {
    long items = 0;
    long missing = 0;
    long comments = 0;
    for (Unblinded.Row row : study.rows()) {
      if (row.reader().equals(name)) {
        items++;
        missing += row.judgement().ratings().stream().filter(r -> r == 0).count();
        comments += row.judgement().comment().isBlank() ? 0 : 1;
      }
    }
    return Json.mapper()
        .createObjectNode()
        .put("returned", study.returned().containsKey(name))
        .put("items", items)
        .put("packed", items * Dimension.values().length)
        .put("rated", items * Dimension.values().length - missing)
        .put("missing", missing)
        .put("comments", comments);
  }

  private static ObjectNode mean(Mean mean) {
    ObjectNode node = interval("mean", mean.value(), mean.low(), mean.high());
    node.put("n", mean.counts().stream().mapToInt(n -> n).sum());
    node.put("reports", mean.reports());
    mean.counts().forEach(node.putArray("counts")::add);
    return node;
  }

  private static ObjectNode preference(Preference preference) {
    return interval("share", preference.share(), preference.low(), preference.high())
        .put("alone", preference.alone())
        .put("shared", preference.shared())
        .put("n", preference.votes());
  }

  private static ObjectNode agreement(Agreement agreement) {
    ObjectNode node = Json.mapper().createObjectNode();
    node.put("krippendorff_alpha_ordinal", finite(agreement.alpha())).put("n", agreement.units());
    IntraclassCorrelation icc = agreement.icc();
    node.set(
        "icc_2_1",
        interval("value", icc.value(), icc.low(), icc.high())
            .put("n", icc.targets())
            .put("readers", icc.raters()));
    ArrayNode kappas = node.putArray("quadratic_weighted_kappa");
    for (StudyStatistics.Kappa kappa : agreement.kappas()) {
      kappas
          .addObject()
          .put("a", kappa.a())
          .put("b", kappa.b())
          .put("value", finite(kappa.value()))
          .put("n", kappa.units());
    }
    return node;
  }

  private static ObjectNode repeat(Repeat repeat) {
    return Json.mapper()
        .createObjectNode()
        .put("same", finite(repeat.same()))
        .put("difference", finite(repeat.difference()))
        .put("quadratic_weighted_kappa", finite(repeat.kappa()))
        .put("n", repeat.units());
  }

  private static ObjectNode comparison(Comparison c) {
    return Json.mapper()
        .createObjectNode()
        .put("dimension", c.dimension().label())
        .put("a", c.a())
        .put("b", c.b())
        .put("difference", finite(c.difference()))
        .put("n", c.test().n() + c.test().zeros())
        .put("zeros", c.test().zeros())
        .put("w_plus", c.test().plus())
        .put("w_minus", c.test().minus())
        .put("exact", c.test().exact())
        .put("p", c.test().p())
        .put("p_holm", c.holm());
  }

  private static ObjectNode interval(String name, double value, double low, double high) {
    return Json.mapper()
        .createObjectNode()
        .put(name, finite(value))
        .put("low", finite(low))
        .put("high", finite(high));
  }

  /** Null where it is not defined. */
  private static Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }
}
