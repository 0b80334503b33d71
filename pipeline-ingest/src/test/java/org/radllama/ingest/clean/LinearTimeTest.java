package org.radllama.ingest.clean;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.radllama.ingest.section.HeaderNames;
import org.radllama.ingest.section.MimicSections;
import org.radllama.ingest.section.ReportSections;

/**
 * Texts of two megabytes made of what begins something that never ends. Searched to their end from
 * each beginning they take hours; no clock is needed to see that they do not.
 */
class LinearTimeTest {
  private static final int LENGTH = 2 << 20;

  private static String repeated(String part) {
    return part.repeat(LENGTH / part.length());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<!--",
        "<style>",
        "<script><style>",
        "<style></style ",
        "<head></",
        "<p ",
        "<a b",
        "<title>&",
        "</td>"
      })
  void html(String part) {
    String text = repeated(part);
    assertThat(HtmlText.decode(text).length()).isLessThanOrEqualTo(text.length());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"IMPRESSION (\n", "IMPRESSION (", "Findings: (a\n", "FINDINGS  ", "1. ", ": "})
  void sections(String part) {
    HeaderNames names = new HeaderNames(List.of("en"), List.of(), List.of(), List.of());
    String text = repeated(part);
    ReportSections sections =
        ReportSections.of(text + "\nIMPRESSION: Clear.", names, MimicSections.Repeated.LAST);
    assertThat(sections.impression()).endsWith("Clear.");
  }

  @Test
  void hiddenElementsEndAsBefore() {
    assertThat(HtmlText.decode("a<style>b</STYLE >c<style>d</style>e")).isEqualTo("ace");
    assertThat(HtmlText.decode("a<style>b</script>c</style>d<script>e")).isEqualTo("ade");
    assertThat(HtmlText.decode("a<style>b</style")).isEqualTo("ab</style");
    assertThat(HtmlText.decode("a<!--b-->c<!--d")).isEqualTo("acd");
    String far = "x".repeat(100_000);
    assertThat(HtmlText.decode("a<style>" + far + "</style>b")).isEqualTo("a" + far + "b");
  }
}
