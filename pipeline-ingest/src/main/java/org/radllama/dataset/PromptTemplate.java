package org.radllama.dataset;

/**
 * The Alpaca template with an input, as the authors of Radiology-GPT and Radiology-Llama2 use it.
 */
public final class PromptTemplate {
  /** The instruction of the same group's published inference code. */
  public static final String INSTRUCTION =
      "Derive the impression from findings in the radiology report";

  /** The template's name, recorded beside an adapter. */
  public static final String NAME = "alpaca";

  private PromptTemplate() {}

  /** The model's input for one findings section: {@code Findings: {findings}}. */
  public static String input(String findings) {
    return "Findings: " + findings;
  }

  /** The prompt, ending in {@code ### Response:\n}; the output follows it without a space. */
  public static String prompt(String instruction, String input) {
    return "Below is an instruction that describes a task, paired with an input that provides"
        + " further context. Write a response that appropriately completes the request.\n\n"
        + "### Instruction:\n"
        + instruction
        + "\n\n### Input:\n"
        + input
        + "\n\n### Response:\n";
  }

  /** The prompt of one example. */
  public static String prompt(InstructionExample example) {
    return prompt(example.instruction(), example.input());
  }
}
