package org.radllama.dataset;

import java.util.List;

/**
 * The Alpaca template with an input, as the authors of Radiology-GPT and Radiology-Llama2 use it.
 */
public final class PromptTemplate {
  /** The instruction of the same group's published inference code. */
  public static final String INSTRUCTION =
      "Derive the impression from findings in the radiology report";

  /** The template's name, recorded beside an adapter. */
  public static final String NAME = "alpaca";

  private static final String FINDINGS = "Findings: ";

  private PromptTemplate() {}

  /** The model's input for one findings section: {@code Findings: {findings}}. */
  public static String input(String findings) {
    return FINDINGS + findings;
  }

  /**
   * The model's input with background: each section on a line of its own, such as {@code
   * Indication: {indication}}, then {@code Findings: {findings}}. Sections that the report lacks
   * are left out.
   *
   * @param sections those wanted, in their order; with none the input is the findings' alone
   */
  public static String input(
      List<BackgroundSection> sections, Background background, String findings) {
    StringBuilder input = new StringBuilder();
    for (BackgroundSection section : sections) {
      if (background.has(section)) {
        input.append(section.heading()).append(background.text(section)).append('\n');
      }
    }
    return input.append(input(findings)).toString();
  }

  /** A similar report, shown before the input: its findings, its impression and an empty line. */
  public static String similarReport(String findings, String impression) {
    return "Similar report\n" + input(findings) + "\nImpression: " + impression + "\n\n";
  }

  /** The impression of a similar report alone, shown before the input, on a line of its own. */
  public static String similarImpression(String impression) {
    return "Impression of a similar report: " + impression + "\n";
  }

  /** Whether what stands before an index of an input's background is a heading without its text. */
  public static boolean endsInHeading(String background, int end) {
    String line = background.substring(background.lastIndexOf('\n', end - 1) + 1, end) + " ";
    for (BackgroundSection section : BackgroundSection.values()) {
      if (section.heading().startsWith(line)) {
        return true;
      }
    }
    return false;
  }

  /** How many characters of an example's input stand before its findings' own line. */
  public static int backgroundLength(InstructionExample example) {
    String own = input(example.findings());
    return example.input().endsWith(own) ? example.input().length() - own.length() : 0;
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

  /** What a user says in a chat: the instruction, a blank line, the input. */
  public static String question(String instruction, String input) {
    return instruction + "\n\n" + input;
  }

  /** The question of one example. */
  public static String question(InstructionExample example) {
    return question(example.instruction(), example.input());
  }

  /** The prompt of one example. */
  public static String prompt(InstructionExample example) {
    return prompt(example.instruction(), example.input());
  }
}
