package org.radllama.train.export;

import java.util.Optional;
import org.radllama.dataset.PromptTemplate;

/**
 * A {@code Modelfile} from which {@code ollama create} makes a model: who asks it gives the
 * findings alone, and the prompt of training is put around them.
 */
public final class OllamaModelfile {
  private OllamaModelfile() {}

  /**
   * Of a whole model.
   *
   * @param gguf the file's name beside this one
   * @param prompt what the model was taught with; taught with none, it gets what it is asked as it
   *     stands, and a chat template is left to Ollama, which finds it in the file
   * @param end text of the end token
   */
  public static String of(String gguf, TaughtPrompt prompt, String end) {
    return text("FROM ./" + gguf, Optional.empty(), prompt, end);
  }

  /**
   * Of an adapter, whose base is not here: its line FROM must be filled in.
   *
   * @param gguf the adapter's file
   * @param prompt see {@link #of}
   * @param end text of the end token
   */
  public static String ofAdapter(String gguf, TaughtPrompt prompt, String end) {
    String base =
        "# The model that was adapted, as a GGUF file or by its name in Ollama.\nFROM ./base.gguf";
    return text(base, Optional.of("ADAPTER ./" + gguf), prompt, end);
  }

  private static String text(
      String base, Optional<String> adapter, TaughtPrompt prompt, String end) {
    return base
        + "\n"
        + adapter.map(line -> line + "\n").orElse("")
        + template(prompt)
        + "PARAMETER stop \""
        + end
        + "\"\nPARAMETER temperature 0\n";
  }

  private static String template(TaughtPrompt prompt) {
    String asked =
        switch (prompt) {
          case ALPACA ->
              PromptTemplate.prompt(
                  PromptTemplate.INSTRUCTION, PromptTemplate.input("{{ .Prompt }}"));
          case NONE -> "{{ .Prompt }}";
          case CHAT -> "";
        };
    return asked.isEmpty() ? "" : "TEMPLATE \"\"\"" + asked + "\"\"\"\n";
  }
}
