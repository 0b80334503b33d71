package org.radllama.train.export;

import java.util.Optional;
import org.radllama.dataset.PromptTemplate;
import org.radllama.train.peft.AdapterInfo;

/**
 * A {@code Modelfile} from which {@code ollama create} makes a model: who asks it gives the
 * findings alone, and the prompt of training is put around them. A model that was taught to read
 * more than findings is given its whole input.
 */
public final class OllamaModelfile {
  private OllamaModelfile() {}

  /**
   * Of a whole model.
   *
   * @param gguf the file's name beside this one
   * @param info how the model was taught; taught with no prompt, it gets what it is asked as it
   *     stands, and a chat template is left to Ollama, which finds it in the file
   * @param end text of the end token
   */
  public static String of(String gguf, Optional<AdapterInfo> info, String end) {
    return text("FROM ./" + gguf, Optional.empty(), info, end);
  }

  /**
   * Of an adapter, whose base is not here: its line FROM must be filled in.
   *
   * @param gguf the adapter's file
   * @param info see {@link #of}
   * @param end text of the end token
   */
  public static String ofAdapter(String gguf, Optional<AdapterInfo> info, String end) {
    String base =
        "# The model that was adapted, as a GGUF file or by its name in Ollama.\nFROM ./base.gguf";
    return text(base, Optional.of("ADAPTER ./" + gguf), info, end);
  }

  private static String text(
      String base, Optional<String> adapter, Optional<AdapterInfo> info, String end) {
    return base
        + "\n"
        + adapter.map(line -> line + "\n").orElse("")
        + template(info)
        + "PARAMETER stop \""
        + end
        + "\"\nPARAMETER temperature 0\n";
  }

  private static String template(Optional<AdapterInfo> info) {
    TaughtInput taught = TaughtInput.of(info);
    String input = taught.isFindings() ? PromptTemplate.input("{{ .Prompt }}") : "{{ .Prompt }}";
    String asked =
        switch (TaughtPrompt.of(info)) {
          case ALPACA -> PromptTemplate.prompt(PromptTemplate.INSTRUCTION, input);
          case NONE -> "{{ .Prompt }}";
          case CHAT -> "";
        };
    String comment =
        taught.isFindings()
            ? ""
            : "# Asked with all that stands under \"Input\", as the model card shows it.\n";
    return asked.isEmpty() ? "" : comment + "TEMPLATE \"\"\"" + asked + "\"\"\"\n";
  }
}
