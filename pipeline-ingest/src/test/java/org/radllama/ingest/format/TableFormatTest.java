package org.radllama.ingest.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.luben.zstd.Zstd;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.radllama.ingest.record.Outcome;
import org.radllama.ingest.record.Reason;
import org.radllama.run.Json;

class TableFormatTest {
  private static final Charset WINDOWS = Charset.forName("windows-1252");
  private static final Map<TextEncoding, Charset> CHARSETS =
      Map.of(
          TextEncoding.UTF_8, StandardCharsets.UTF_8,
          TextEncoding.WINDOWS_1252, WINDOWS,
          TextEncoding.ISO_8859_1, StandardCharsets.ISO_8859_1,
          TextEncoding.UTF_16, StandardCharsets.UTF_16,
          TextEncoding.UTF_16LE, StandardCharsets.UTF_16LE,
          TextEncoding.UTF_16BE, StandardCharsets.UTF_16BE);

  /** Random tables in every encoding come back as they were, whatever their length. */
  @Test
  void readsEveryEncodingThatIsDeclared() throws Exception {
    Random random = new Random(5);
    for (Map.Entry<TextEncoding, Charset> encoding : CHARSETS.entrySet()) {
      boolean wide = encoding.getValue().name().startsWith("UTF");
      String letters = "abc xyz,\u00e9\u00fc\u00df" + (wide ? "\u0414\u4e2d\ud83e\udec1" : "");
      letters += encoding.getKey() == TextEncoding.WINDOWS_1252 ? "\u201c\u2013\u20ac" : "";
      int[] points = letters.codePoints().toArray();
      StringBuilder csv = new StringBuilder("id,text\n");
      List<String> expected = new ArrayList<>();
      for (int row = 0; row < 3000; row++) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(20); i > 0; i--) {
          text.appendCodePoint(points[random.nextInt(points.length)]);
        }
        csv.append(row).append(",\"").append(text).append("\"\n");
        expected.add(row + "|" + text);
      }
      byte[] bytes = csv.toString().getBytes(encoding.getValue());
      assertThat(Rows.rows(bytes, encoding.getKey(), "id", "text")).isEqualTo(expected);
    }
  }

  @Test
  void takesTheByteOrderMarkForWhatItSays() throws Exception {
    String csv = "id,text\n1,\u00e9\ud83e\udec1\n";
    for (TextEncoding declared : TextEncoding.values()) {
      for (Charset charset :
          List.of(StandardCharsets.UTF_8, StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
        byte[] bytes = ("\ufeff" + csv).getBytes(charset);
        assertThat(Rows.rows(bytes, declared, "id", "text"))
            .containsExactly("1|\u00e9\ud83e\udec1");
      }
    }
    byte[] json = "\ufeff{\"id\": 1, \"text\": \"\u00e9\"}\n".getBytes(StandardCharsets.UTF_16LE);
    assertThat(Rows.rows(json, TextEncoding.AUTO, "id", "text")).containsExactly("1|\u00e9");
  }

  /** Bytes that an encoding has not cost their row; none becomes a replacement character. */
  @Test
  void rejectsTheRowsWhoseBytesAreNoText() throws Exception {
    byte[] bad = "id,text\n1,a\n2,b?c\n3,d\n".getBytes(StandardCharsets.US_ASCII);
    int at = new String(bad, StandardCharsets.US_ASCII).indexOf('?');
    for (Map.Entry<TextEncoding, Integer> wrong :
        Map.of(
                TextEncoding.AUTO, 0xe9,
                TextEncoding.UTF_8, 0xe9,
                TextEncoding.WINDOWS_1252, 0x81,
                TextEncoding.ISO_8859_1, 0x93)
            .entrySet()) {
      bad[at] = (byte) wrong.getValue().intValue();
      assertThat(Rows.rows(bad, wrong.getKey(), "id", "text"))
          .containsExactly("1|a", "not_utf8", "3|d");
    }
    byte[] half = "id,text\n1,a\n2,b?c\n3,d\n".getBytes(StandardCharsets.UTF_16LE);
    half[2 * at] = 0;
    half[2 * at + 1] = (byte) 0xd8;
    assertThat(Rows.rows(half, TextEncoding.UTF_16LE, "id", "text"))
        .containsExactly("1|a", "not_utf8", "3|d");
    byte[] cut = Arrays.copyOf(half, half.length - 1);
    assertThat(Rows.rows(cut, TextEncoding.UTF_16LE, "id", "text"))
        .containsExactly("1|a", "not_utf8", "not_utf8");
    // Without a mark or a word UTF-16 is no text, and the message says what may help.
    assertThatThrownBy(() -> Rows.rows(half, TextEncoding.AUTO, "id"))
        .hasMessageContaining("header that cannot be read: binary")
        .hasMessageContaining("reports.encoding");
  }

  @Test
  void readsXmlByItsDeclaration() {
    for (String name : List.of("ISO-8859-1", "windows-1252", "UTF-8", "iso-8859-15")) {
      String xml = "<?xml version='1.0' encoding=\"" + name + "\"?><a>caf\u00e9</a>";
      assertThat(TextEncoding.xml(xml.getBytes(Charset.forName(name))).value()).isEqualTo(xml);
    }
    String plain = "<?xml version='1.0'?><a>caf\u00e9 encoding='x'</a>";
    assertThat(TextEncoding.xml(plain.getBytes(StandardCharsets.UTF_8)).value()).isEqualTo(plain);
    assertThat(TextEncoding.xml(plain.getBytes(StandardCharsets.UTF_16LE)).value())
        .isEqualTo(plain);
    assertThat(TextEncoding.xml(plain.getBytes(StandardCharsets.UTF_16)).value()).contains(plain);
    assertThat(reason(TextEncoding.xml(plain.getBytes(WINDOWS)))).isEqualTo(Reason.NOT_UTF8);
    String latin = "<?xml version='1.0' encoding='iso-8859-1'?><a>\u201c</a>";
    assertThat(reason(TextEncoding.xml(latin.getBytes(WINDOWS)))).isEqualTo(Reason.NOT_UTF8);
    for (String name : List.of("klingon", "UTF-16")) {
      String xml = "<?xml version='1.0' encoding='" + name + "'?><a/>";
      assertThat(reason(TextEncoding.xml(xml.getBytes(StandardCharsets.US_ASCII))))
          .isEqualTo(Reason.MALFORMED_XML);
    }
  }

  private static Reason reason(Outcome<?> outcome) {
    return outcome.rejection().reason();
  }

  /** An array reads as the lines of its elements do, however it is laid out. */
  @Test
  void readsArraysAsTheirElements() throws Exception {
    Random random = new Random(11);
    String[] atoms = {"a", "\"", "\\", "{", "]", ",", "\n", "\u00e9", "\ud83e\udec1"};
    for (int round = 0; round < 200; round++) {
      ArrayNode array = Json.mapper().createArrayNode();
      StringBuilder lines = new StringBuilder();
      for (int i = random.nextInt(5); i > 0; i--) {
        StringBuilder text = new StringBuilder();
        for (int c = random.nextInt(8); c > 0; c--) {
          text.append(atoms[random.nextInt(atoms.length)]);
        }
        ObjectNode row = array.addObject().put("id", i).put("text", text.toString());
        row.putArray("x").addObject().put("id", "[");
        lines.append(row).append('\n');
      }
      byte[] whole = lines.toString().getBytes(StandardCharsets.UTF_8);
      List<String> expected = new ArrayList<>();
      if (whole.length > 0) {
        expected = Rows.rows(whole, TextEncoding.AUTO, "id", "text");
        assertThat(expected).hasSize(array.size());
      }
      for (String text : List.of(array.toString(), array.toPrettyString(), "\ufeff \n" + array)) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        assertThat(Rows.rows(bytes, TextEncoding.AUTO, "id", "text")).isEqualTo(expected);
      }
    }
    String long1 = "{\"id\": 3, \"text\": \"" + "x".repeat(Rows.MAX) + "\"}";
    String mixed = "[{\"id\": 1}, 7, {\"id\": 1.5}, " + long1 + ",, {\"id\" 4}, {\"id\": 5}]";
    assertThat(Rows.rows(mixed.getBytes(StandardCharsets.UTF_8), TextEncoding.AUTO, "id"))
        .containsExactly(
            "1",
            "malformed_json",
            "malformed_json",
            "too_large",
            "malformed_json",
            "malformed_json",
            "5");
    for (String broken : List.of("[{\"id\": 1}", "[{\"id\": 1}] x", "[{\"id\": \"1}]")) {
      byte[] bytes = broken.getBytes(StandardCharsets.UTF_8);
      assertThatThrownBy(() -> Rows.rows(bytes, TextEncoding.AUTO, "id"))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void unpacksZstdWithinTheBound() throws Exception {
    byte[] csv = "id,text\n1,a\n2,b\n".getBytes(StandardCharsets.UTF_8);
    byte[] packed = Zstd.compress(csv);
    assertThat(Rows.rows(packed, TextEncoding.AUTO, "id", "text")).containsExactly("1|a", "2|b");
    byte[] cut = Arrays.copyOf(packed, packed.length - 3);
    assertThatThrownBy(() -> Rows.rows(cut, TextEncoding.AUTO, "id"))
        .isInstanceOf(IOException.class);
    byte[] bomb = Zstd.compress(("id\n" + "1\n".repeat(1 << 20)).getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> Rows.rows(bomb, TextEncoding.AUTO, "id"))
        .isInstanceOf(Packed.TooMuch.class)
        .hasMessageContaining("read.max-archive-bytes");
  }

  /** A missing column is told with those that are there, never with what may be report text. */
  @Test
  void namesTheColumnsThatItSaw() throws Exception {
    assertThat(seen("Accession No.,findings (text),[impression]\n1,a,b\n"))
        .isEqualTo("; its columns are Accession No., findings (text), [impression]");
    assertThat(seen("id;findings;impression\n1;a;b\n"))
        .isEqualTo(
            "; its columns are id, findings, impression; they are taken apart by \";\","
                + " not by \",\" (reports.delimiter)");
    assertThat(seen("id\tfindings\n1\ta\n")).contains("taken apart by tabs");
    for (String headless :
        List.of(
            "17,The lungs are clear.,No disease.\n",
            "A1002003,Clear,Normal\n",
            "zebra,\"finch of more words than a name has\",x\n",
            "zebra;No disease of the chest is seen;x\n",
            "id,No\\\\.br\\\\ effusion\n1,a\n",
            "id,zebra: lungs\n1,a\n",
            "text,zebra\n1,a\n")) {
      assertThat(seen(headless))
          .contains("is there a header?")
          .doesNotContain("lungs", "A100", "zebra", "disease");
    }
    assertThat(seen("report_id,zebra,Befundtext\n1,a,b\n"))
        .isEqualTo(
            "; its columns are report_id, Befundtext and 1 with unusual names, not shown"
                + " (is there a header?)");
    byte[] json = "{\"ID\": 1, \"Befund\": \"x\"}\n".getBytes(StandardCharsets.UTF_8);
    try (RecordTable table = Rows.open(json, TextEncoding.AUTO, TableFormat.Choice.AUTO, "id")) {
      assertThat(table.hasColumn("id")).isFalse();
      assertThat(table.seen()).isEqualTo("; its columns are ID, Befund");
      assertThat(Rows.rows(table, "id")).hasSize(1);
    }
  }

  private static String seen(String csv) throws IOException {
    byte[] bytes = csv.getBytes(StandardCharsets.UTF_8);
    try (RecordTable table = Rows.open(bytes, TextEncoding.AUTO, TableFormat.Choice.AUTO)) {
      return table.seen();
    }
  }
}
