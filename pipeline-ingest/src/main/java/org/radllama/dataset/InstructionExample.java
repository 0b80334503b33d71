package org.radllama.dataset;

import static org.radllama.text.Format.format;

/**
 * One Findings to Impression example, as the dataset's Parquet and JSONL files hold it.
 *
 * @param id {@code mimic-cxr/s50414267}, {@code openi/CXR1} or {@code SOURCE/ID}
 * @param source the corpus: {@code mimic-cxr}, {@code openi} or the name given
 * @param patient the patient within the source; splits never share one
 * @param instruction what the model is told to do
 * @param input {@code Findings: } and the findings
 * @param output the impression, which is what the model learns to write
 * @param findings the cleaned findings section
 * @param impression the cleaned impression section
 * @param label {@code normal}, {@code abnormal} or {@code unknown}
 */
public record InstructionExample(
    String id,
    String source,
    String patient,
    String instruction,
    String input,
    String output,
    String findings,
    String impression,
    String label) {

  /** Report text is patient data, so this names the example and its lengths only. */
  @Override
  public String toString() {
    return format(
        "InstructionExample[id=%s, findings=%d chars, impression=%d chars]",
        id, findings.length(), impression.length());
  }
}
