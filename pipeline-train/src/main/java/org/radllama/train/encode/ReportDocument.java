package org.radllama.train.encode;

import org.radllama.dataset.InstructionExample;

/** A report as the text a base model is trained on. */
public final class ReportDocument {
  /** The two sections under their names, one a line. */
  private static final String FORMAT = "Findings: %s\nImpression: %s";

  private ReportDocument() {}

  /** {@code Findings: {findings}\nImpression: {impression}}. */
  public static String of(InstructionExample example) {
    return FORMAT.formatted(example.findings(), example.impression());
  }
}
