package org.radllama.ingest.publish;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;
import org.radllama.dataset.BackgroundSection;
import org.radllama.dataset.Similarity;
import org.radllama.dataset.Split;
import org.radllama.ingest.dedup.Clustering;
import org.radllama.ingest.dedup.Verdict;
import org.radllama.ingest.privacy.Identifier;
import org.radllama.ingest.record.Edit;
import org.radllama.ingest.record.HeaderRule;
import org.radllama.ingest.record.Reason;
import org.radllama.run.Json;

/** The manifest's view of a {@link IngestTally}. */
public final class ManifestCounts {
  private ManifestCounts() {}

  /**
   * {@code counts}: {@code read}, {@code train}, {@code validate}, {@code test}, {@code rejected}
   * by reason, {@code duplicates} by kind; read is the sum of all the others.
   */
  public static ObjectNode json(IngestTally tally) {
    return json(tally.sources());
  }

  /** The same of each source. */
  public static ObjectNode bySource(IngestTally tally) {
    ObjectNode node = Json.mapper().createObjectNode();
    tally.sources().forEach(source -> node.set(source.name, json(List.of(source))));
    return node;
  }

  /** Held-out reports with a neighbour in train, by split; of these those with equal findings. */
  public static ObjectNode leakage(IngestTally tally) {
    ObjectNode node = Json.mapper().createObjectNode();
    for (Split split : List.of(Split.VALIDATE, Split.TEST)) {
      node.put(split.label(), tally.leaked(split));
    }
    ObjectNode exact = node.putObject("exact");
    for (Split split : List.of(Split.VALIDATE, Split.TEST)) {
      exact.put(split.label(), tally.leakedExactly(split));
    }
    return node;
  }

  private static Long counted(OptionalLong pairs) {
    return pairs.isPresent() ? (Long) pairs.getAsLong() : null;
  }

  /** Near duplicates over all splits, under the similarity that was set. */
  public static ObjectNode near(Clustering clustering, Similarity similarity) {
    ObjectNode node = Json.mapper().createObjectNode();
    node.put("shingle_words", similarity.shingleWords());
    node.put("jaccard", similarity.jaccard());
    node.put("reports", clustering.reports());
    node.put("texts", clustering.texts());
    node.put("pairs", counted(clustering.pairs()));
    node.put("contradictions_kept", counted(clustering.contradictions()));
    node.put("kept", clustering.clusters());
    node.put("removed", clustering.reports() - clustering.clusters());
    node.put("largest_group", clustering.largest());
    node.put("exhaustive", clustering.pairs().isPresent());
    return node;
  }

  /** By source, how many of the reports that passed all rules had each edit. */
  public static ObjectNode edits(IngestTally tally) {
    ObjectNode node = Json.mapper().createObjectNode();
    for (IngestTally.Source source : tally.sources()) {
      ObjectNode edits = node.putObject(source.name);
      for (Edit edit : Edit.values()) {
        if (source.edits.of(edit) > 0) {
          edits.put(edit.label(), source.edits.of(edit));
        }
      }
    }
    return node;
  }

  /**
   * By source, the identifiers that were found in the reports published: {@code reports} in which
   * one is left, and by kind those {@code left} and {@code masked} and the {@code reports} with
   * any.
   */
  public static ObjectNode identifiers(IngestTally tally) {
    ObjectNode node = Json.mapper().createObjectNode();
    for (IngestTally.Source source : tally.sources()) {
      ObjectNode found = node.putObject(source.name);
      found.put("reports", source.withIdentifiers);
      ObjectNode kinds = found.putObject("kinds");
      for (Identifier kind : Identifier.values()) {
        if (source.identified.of(kind) > 0) {
          kinds
              .putObject(kind.label())
              .put("left", source.identifiers.of(kind))
              .put("masked", source.identifiersMasked.of(kind))
              .put("reports", source.identified.of(kind));
        }
      }
    }
    return node;
  }

  /** By source, the ids of published {@code reports} and {@code patients} with forms of a kind. */
  public static ObjectNode idForms(IngestTally tally) {
    ObjectNode node = Json.mapper().createObjectNode();
    for (IngestTally.Source source : tally.sources()) {
      if (source.reportIds.sum() + source.patientIds.sum() > 0) {
        ObjectNode forms = node.putObject(source.name);
        forms.set("reports", positive(source.reportIds, Identifier.values(), Identifier::label));
        forms.set("patients", positive(source.patientIds, Identifier.values(), Identifier::label));
      }
    }
    return node;
  }

  /**
   * By source, by which form of header the findings and the impression were found in whole texts of
   * free form.
   */
  public static ObjectNode sections(IngestTally tally) {
    ObjectNode node = Json.mapper().createObjectNode();
    for (IngestTally.Source source : tally.sources()) {
      if (source.findingsBy.sum() > 0) {
        ObjectNode sections = node.putObject(source.name);
        sections.set("findings", rules(source.findingsBy));
        sections.set("impression", rules(source.impressionBy));
      }
    }
    return node;
  }

  private static ObjectNode rules(EnumCounts<HeaderRule> counts) {
    return positive(counts, HeaderRule.values(), HeaderRule::label);
  }

  private static <K extends Enum<K>> ObjectNode positive(
      EnumCounts<K> counts, K[] kinds, Function<K, String> label) {
    ObjectNode node = Json.mapper().createObjectNode();
    for (K kind : kinds) {
      if (counts.of(kind) > 0) {
        node.put(label.apply(kind), counts.of(kind));
      }
    }
    return node;
  }

  /** By source, how many of the reports published have each background section. */
  public static ObjectNode background(IngestTally tally) {
    ObjectNode node = Json.mapper().createObjectNode();
    for (IngestTally.Source source : tally.sources()) {
      ObjectNode sections = node.putObject(source.name);
      for (BackgroundSection section : BackgroundSection.values()) {
        sections.put(section.label(), source.background.of(section));
      }
    }
    return node;
  }

  private static ObjectNode json(Collection<IngestTally.Source> sources) {
    ObjectNode node = Json.mapper().createObjectNode();
    node.put("read", sources.stream().mapToLong(s -> s.read).sum());
    for (Split split : Split.values()) {
      node.put(split.label(), sources.stream().mapToLong(s -> s.kept.of(split)).sum());
    }
    ObjectNode rejected = node.putObject("rejected");
    for (Reason reason : Reason.values()) {
      long n = sources.stream().mapToLong(s -> s.rejected.of(reason)).sum();
      if (n > 0) {
        rejected.put(reason.label(), n);
      }
    }
    ObjectNode duplicates = node.putObject("duplicates");
    for (Verdict.Kind kind : Verdict.Kind.values()) {
      duplicates.put(kind.label(), sources.stream().mapToLong(s -> s.duplicates.of(kind)).sum());
    }
    return node;
  }
}
