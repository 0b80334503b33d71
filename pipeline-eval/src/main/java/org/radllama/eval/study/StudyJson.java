package org.radllama.eval.study;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
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
    root.set("readers", readers(study));
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

  private static ObjectNode readers(Unblinded study) {
    ObjectNode readers = Json.mapper().createObjectNode();
    study
        .key()
        .readers()
        .forEach(reader -> readers.set(reader.name(), reader(study, reader.name())));
    return readers;
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
    ObjectNode node = Json.mapper().createObjectNode();
    put(node, "mean", mean.value());
    put(node, "low", mean.low());
    put(node, "high", mean.high());
    node.put("n", mean.counts().stream().mapToInt(n -> n).sum());
    node.put("reports", mean.reports());
    mean.counts().forEach(node.putArray("counts")::add);
    return node;
  }

  private static ObjectNode preference(Preference preference) {
    ObjectNode node = Json.mapper().createObjectNode();
    put(node, "share", preference.share());
    put(node, "low", preference.low());
    put(node, "high", preference.high());
    return node.put("alone", preference.alone())
        .put("shared", preference.shared())
        .put("n", preference.votes());
  }

  private static ObjectNode agreement(Agreement agreement) {
    ObjectNode node = Json.mapper().createObjectNode();
    put(node, "krippendorff_alpha_ordinal", agreement.alpha());
    node.put("n", agreement.units());
    ObjectNode icc = node.putObject("icc_2_1");
    put(icc, "value", agreement.icc().value());
    put(icc, "low", agreement.icc().low());
    put(icc, "high", agreement.icc().high());
    icc.put("n", agreement.icc().targets()).put("readers", agreement.icc().raters());
    ArrayNode kappas = node.putArray("quadratic_weighted_kappa");
    for (StudyStatistics.Kappa kappa : agreement.kappas()) {
      ObjectNode one = kappas.addObject().put("a", kappa.a()).put("b", kappa.b());
      put(one, "value", kappa.value());
      one.put("n", kappa.units());
    }
    return node;
  }

  private static ObjectNode repeat(Repeat repeat) {
    ObjectNode node = Json.mapper().createObjectNode();
    put(node, "same", repeat.same());
    put(node, "difference", repeat.difference());
    put(node, "quadratic_weighted_kappa", repeat.kappa());
    return node.put("n", repeat.units());
  }

  private static ObjectNode comparison(Comparison c) {
    ObjectNode node =
        Json.mapper()
            .createObjectNode()
            .put("dimension", c.dimension().name().toLowerCase(Locale.ROOT))
            .put("a", c.a())
            .put("b", c.b());
    put(node, "difference", c.difference());
    return node.put("n", c.test().n() + c.test().zeros())
        .put("zeros", c.test().zeros())
        .put("w_plus", c.test().plus())
        .put("w_minus", c.test().minus())
        .put("exact", c.test().exact())
        .put("p", c.test().p())
        .put("p_holm", c.holm());
  }

  private static void put(ObjectNode node, String name, double value) {
    if (Double.isFinite(value)) {
      node.put(name, value);
    } else {
      node.putNull(name);
    }
  }
}
