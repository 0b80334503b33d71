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
   * @param prompted whether the model was taught with the prompt of training; otherwise it gets
   *     what it is asked as it stands
   * @param end text of the end token
   */
  public static String of(String gguf, boolean prompted, String end) {
    return text("FROM ./" + gguf, Optional.empty(), prompted, end);
  }

  /**
   * Of an adapter, whose base is not here: its line FROM must be filled in.
   *
   * @param gguf the adapter's file
   * @param prompted see {@link #of}
   * @param end text of the end token
   */
  public static String ofAdapter(String gguf, boolean prompted, String end) {
    String base =
        "# The model that was adapted, as a GGUF file or by its name in Ollama.\nFROM ./base.gguf";
    return text(base, Optional.of("ADAPTER ./" + gguf), prompted, end);
  }

  private static String text(String base, Optional<String> adapter, boolean prompted, String end) {
    String template =
        prompted
            ? PromptTemplate.prompt(
                PromptTemplate.INSTRUCTION, PromptTemplate.input("{{ .Prompt }}"))
            : "{{ .Prompt }}";
    return base
        + "\n"
        + adapter.map(line -> line + "\n").orElse("")
        + "TEMPLATE \"\"\""
        + template
        + "\"\"\"\nPARAMETER stop \""
        + end
        + "\"\nPARAMETER temperature 0\n";
  }
}
