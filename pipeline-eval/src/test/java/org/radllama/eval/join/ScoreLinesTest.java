package org.radllama.eval.join;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ScoreLinesTest {

  @Test
  void readsCsv() {
    ScoreLines csv = ScoreLines.of("\uFEFFradgraph,id,\"bert\"");
    assertThat(csv.metrics()).containsExactly("radgraph", "bert");
    assertThat(csv.parse("radgraph,id,\"bert\"", true))
        .isInstanceOf(LineFormat.Parsed.Nothing.class);
    LineFormat.Parsed.Row row = (LineFormat.Parsed.Row) csv.parse("0.5,\"a,\"\"b\",", false);
    assertThat(row.id()).isEqualTo("a,\"b");
    assertThat(((JoinRow.Values) row.row()).values()).containsExactly(0.5, Double.NaN);
    assertThat(csv.parse("0.5,a", false).toString()).contains("a different number of cells");
    assertThat(csv.parse("x,a,1", false).toString()).contains("no number in column radgraph");
    assertThat(csv.parse("0,a,Infinity", false).toString()).contains("no finite number");
    assertThat(csv.parse("0,\"a,1", false)).isInstanceOf(LineFormat.Parsed.Bad.class);
  }

  @Test
  void readsJsonl() {
    ScoreLines jsonl = ScoreLines.of("{\"id\":1,\"f1\":0.25,\"note\":\"x\"}");
    assertThat(jsonl.metrics()).containsExactly("f1");
    LineFormat.Parsed.Row row =
        (LineFormat.Parsed.Row) jsonl.parse("{\"f1\":1,\"id\":\"b\"}", false);
    assertThat(row.id()).isEqualTo("b");
    assertThat(((JoinRow.Values) row.row()).values()).containsExactly(1);
    assertThat(jsonl.parse("{\"id\":\"b\",\"other\":1}", false).toString())
        .contains("does not name");
    assertThat(jsonl.parse("[]", false).toString()).contains("is not JSON");
    assertThat(jsonl.parse("  ", false)).isInstanceOf(LineFormat.Parsed.Nothing.class);
  }

  @Test
  void refusesFilesThatNameNoScores() {
    assertThatThrownBy(() -> ScoreLines.of("a,b")).hasMessageContaining("column id");
    assertThatThrownBy(() -> ScoreLines.of("id")).hasMessageContaining("names no score");
    assertThatThrownBy(() -> ScoreLines.of("id,x,x")).hasMessageContaining("twice");
    assertThatThrownBy(() -> ScoreLines.of("id,a b")).hasMessageContaining("not column 1");
    assertThatThrownBy(() -> ScoreLines.of("{\"id\":1}")).hasMessageContaining("names no score");
  }
}
