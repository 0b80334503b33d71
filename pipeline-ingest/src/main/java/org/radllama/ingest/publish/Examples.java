package org.radllama.ingest.publish;

import org.radllama.dataset.InstructionExample;
import org.radllama.dataset.PromptTemplate;
import org.radllama.ingest.record.Report;

/** Turns reports into instruction examples. */
final class Examples {
  private Examples() {}

  static InstructionExample of(Report report) {
    return new InstructionExample(
        report.id(),
        report.source(),
        report.patient(),
        PromptTemplate.INSTRUCTION,
        PromptTemplate.input(report.findings()),
        report.impression(),
        report.findings(),
        report.impression(),
        report.label().label());
  }
}
