package org.radllama.train.export;

import static org.radllama.text.Format.format;

import java.util.List;
import java.util.Optional;
import org.radllama.dataset.Background;
import org.radllama.dataset.BackgroundSection;
import org.radllama.dataset.PromptTemplate;
import org.radllama.train.peft.AdapterInfo;
import org.radllama.train.retrieve.SimilarRule;

/**
 * What a model was taught to read as its input, besides the findings.
 *
 * @param sections the background sections in front of the findings, in their order
 * @param similar the similar reports in front of everything
 */
public record TaughtInput(List<BackgroundSection> sections, SimilarRule similar) {

  /** What the file beside an adapter or a model says. */
  public static TaughtInput of(Optional<AdapterInfo> info) {
    return new TaughtInput(
        info.map(AdapterInfo::sections).orElse(List.of()).stream()
            .map(BackgroundSection::of)
            .toList(),
        info.map(AdapterInfo::similar).orElse(SimilarRule.NONE));
  }

  /** Whether it is the findings alone. */
  public boolean isFindings() {
    return sections.isEmpty() && similar.isNone();
  }

  /** An input with words in capitals where a report's texts stand. */
  public String example() {
    StringBuilder input = new StringBuilder();
    if (!similar.isNone()) {
      input.append(similar.text("ITS FINDINGS", "ITS IMPRESSION"));
    }
    Background named = Background.of(s -> "THE " + s.name());
    return input.append(PromptTemplate.input(sections, named, "THE FINDINGS")).toString();
  }

  /** What a person has to know to write such an input; empty for findings alone. */
  public String rules() {
    StringBuilder rules = new StringBuilder();
    if (!similar.isNone()) {
      rules.append(
          format(
              "The input begins with the %d most similar reports of the train split, the most similar last,"
                  + " each in the form shown above. RadLlama's generate finds them; without them the model answers worse. ",
              similar.count()));
    }
    if (!sections.isEmpty()) {
      rules.append(
          format(
              "A section that a report does not have (%s) is left out with its line.",
              String.join(", ", sections.stream().map(BackgroundSection::label).toList())));
    }
    return rules.toString().strip();
  }
}
