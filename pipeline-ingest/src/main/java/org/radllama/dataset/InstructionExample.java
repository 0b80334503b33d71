package org.radllama.dataset;

import static org.radllama.text.Format.format;

/**
 * One Findings to Impression example, as the dataset's Parquet and JSONL files hold it.
 *
 * @param id {@code mimic-cxr/s50414267}, {@code openi/CXR1} or {@code SOURCE/ID}
 * @param source the corpus: {@code mimic-cxr}, {@code openi} or the name given
 * @param patient the patient within the source; splits never share one
 * @param instruction the task, in words
 * @param input what the model reads, see {@link PromptTemplate#input}
 * @param output the impression, which is what the model learns to write
 * @param findings the cleaned findings section
 * @param impression the cleaned impression section
 * @param label {@code normal}, {@code abnormal} or {@code unknown}
 * @param indication why the study was asked for; this and the following are empty where there is
 *     none, and in datasets without the columns
 * @param comparison the studies that it is compared with
 * @param technique how the images were taken
 * @param history what is known of the patient
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
    String label,
    String indication,
    String comparison,
    String technique,
    String history) {
  public InstructionExample {
    indication = orEmpty(indication);
    comparison = orEmpty(comparison);
    technique = orEmpty(technique);
    history = orEmpty(history);
  }

  /** An example without background. */
  @SuppressWarnings("checkstyle:ParameterNumber") // As many as the record has.
  public InstructionExample(
      String id,
      String source,
      String patient,
      String instruction,
      String input,
      String output,
      String findings,
      String impression,
      String label) {
    this(
        id,
        source,
        patient,
        instruction,
        input,
        output,
        findings,
        impression,
        label,
        "",
        "",
        "",
        "");
  }

  private static String orEmpty(String text) {
    return text == null ? "" : text;
  }

  /** The same example with other findings, and an input that ends in them. */
  public InstructionExample withFindings(String newInput, String newFindings) {
    return new InstructionExample(
        id,
        source,
        patient,
        instruction,
        newInput,
        output,
        newFindings,
        impression,
        label,
        indication,
        comparison,
        technique,
        history);
  }

  /** Report text is patient data, so this names the example and its lengths only. */
  @Override
  public String toString() {
    return format(
        "InstructionExample[id=%s, findings=%d chars, impression=%d chars]",
        id, findings.length(), impression.length());
  }
}
