package org.radllama.deploy.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.radllama.ingest.record.Reason;

/**
 * {@code docs/reference.md} says what the code says. {@code -Dradllama.write-docs=true} writes its
 * generated parts anew.
 */
class CodeReferenceTest {
  private static final Path ROOT = Path.of(System.getProperty("radllama.root"));

  @Test
  void commandsFlagsCodesColumnsAndPrompt() throws Exception {
    Path page = ROOT.resolve("docs/reference.md");
    String text = Files.readString(page);
    String expected = CodeReference.fill(text, new CodeReference(ROOT).blocks());
    if (Boolean.getBoolean("radllama.write-docs")) {
      Files.writeString(page, expected);
    }
    assertThat(page)
        .as("docs/reference.md is not what the code says: -Dradllama.write-docs=true writes it")
        .hasContent(expected);
  }

  /** The parser of the Javadoc misses none. */
  @Test
  void everyReasonAndColumnIsThere() throws Exception {
    Map<String, String> blocks = new CodeReference(ROOT).blocks();
    for (Reason reason : Reason.values()) {
      String stage = reason.stage().name().toLowerCase(Locale.ROOT);
      assertThat(blocks.get("reasons")).contains("| " + stage + " | `" + reason.label() + "` |");
    }
    assertThat(blocks.get("columns").lines()).hasSize(2 + 13);
    assertThat(blocks.get("metrics").lines()).hasSize(2 + 9);
    assertThat(blocks.get("flags")).contains("`--reports FILE\\|DIR`", "`pack\\|score`");
  }
}
