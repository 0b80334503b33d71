package org.radllama.eval.score;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Serializable;
import java.util.List;
import org.radllama.eval.findings.Assertion;
import org.radllama.eval.findings.Evidence;
import org.radllama.eval.findings.FindingLabeller;

/**
 * Whether predictions are written with the words that their labels come from.
 *
 * @param shown whether
 * @param phrases that go before the labeller's own
 */
public record FindingEvidence(boolean shown, List<String> phrases) implements Serializable {
  /** Predictions without evidence. */
  public static final FindingEvidence NONE = new FindingEvidence(false, List.of());

  /** Copies the phrases. */
  public FindingEvidence {
    phrases = List.copyOf(phrases);
  }

  /** Writes it; for one thread. */
  Writer writer() {
    return new Writer(shown ? new FindingLabeller(phrases) : null);
  }

  /** Adds evidence to lines. */
  static final class Writer {
    private final FindingLabeller labeller;

    private Writer(FindingLabeller labeller) {
      this.labeller = labeller;
    }

    /** Adds {@code findings}, each with its state, its mention and its cue and their offsets. */
    void addTo(ObjectNode line, String reference, String prediction) {
      if (labeller != null) {
        ObjectNode findings = line.putObject("findings");
        add(findings.putArray("reference"), reference);
        add(findings.putArray("prediction"), prediction);
      }
    }

    private void add(ArrayNode all, String text) {
      for (Evidence evidence : labeller.evidence(text)) {
        ObjectNode node = all.addObject();
        node.put("observation", evidence.observation().label());
        node.put("state", state(evidence.assertion()));
        add(node, "mention", evidence.mention(), text);
        if (evidence.cue() != null) {
          add(node, "cue", evidence.cue(), text);
        }
      }
    }

    private static void add(ObjectNode node, String name, Evidence.Span span, String text) {
      node.put(name, span.of(text));
      node.putArray(name + "_at").add(span.start()).add(span.end());
    }

    private static String state(Assertion assertion) {
      return switch (assertion) {
        case POSITIVE -> "present";
        case UNCERTAIN -> "uncertain";
        case NEGATIVE -> "absent";
        case ABSENT -> "not stated";
      };
    }
  }
}
