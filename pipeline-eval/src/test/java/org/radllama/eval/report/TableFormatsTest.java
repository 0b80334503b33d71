package org.radllama.eval.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TableFormatsTest {
  /** Comments of readers and names of runs are anybody's text. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "=1+1|'=1+1",
        "=HYPERLINK(\"http://x\")|\"'=HYPERLINK(\"\"http://x\"\")\"",
        "@SUM(A1)|'@SUM(A1)",
        "+cmd|'+cmd",
        "-2+3|'-2+3",
        "-0.25|-0.25",
        "+3.5e-7|+3.5e-7",
        "-12%|-12%",
        "-0.1 [-0.3 to 0.2]|-0.1 [-0.3 to 0.2]",
        "-|-",
        "no change - stable|no change - stable",
        "1=1|1=1"
      })
  void nothingIsAFormula(String cell, String expected) {
    assertThat(TableFormats.csvLine(List.of(cell, "x"))).isEqualTo(expected + ",x\n");
  }
}
