package org.radllama.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.OptionalLong;
import org.apache.spark.sql.catalyst.parser.CatalystSqlParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.radllama.failure.BadSettingException;

class TableNameTest {
  private static TableName of(String text) {
    return TableName.of("--reports-table", text);
  }

  @Test
  void partsAndSnapshot() {
    assertThat(of("db.t")).isEqualTo(new TableName(List.of("db", "t"), OptionalLong.empty()));
    assertThat(of("lake.a.b.t@4295600221937411217"))
        .isEqualTo(
            new TableName(List.of("lake", "a", "b", "t"), OptionalLong.of(4295600221937411217L)));
    assertThat(of("db.`odd.na``me@1`@0"))
        .isEqualTo(new TableName(List.of("db", "odd.na`me@1"), OptionalLong.of(0)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"db.t", "lake.db.t@7", "db.`odd.na``me@1`@0", "`a b`.`c'; DROP TABLE x`"})
  void sparkReadsWhatIsQuotedAsItWasMeant(String text) {
    TableName name = of(text);
    assertThat(of(name.toString())).isEqualTo(name);
    assertThat(new CatalystSqlParser().parseMultipartIdentifier(name.sql()).mkString("\n"))
        .isEqualTo(String.join("\n", name.parts()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "t",
        "db.",
        ".t",
        "db..t",
        "db.t@",
        "db.t@main",
        "db.t@-1",
        "db.t@99999999999999999999",
        "db.t x",
        "db.t; DROP TABLE t",
        "db.`t",
        "db.``",
        "db.t`x`",
        "db.t@1@2",
        "db.t@01"
      })
  void whatIsNoNameIsRefused(String text) {
    assertThatThrownBy(() -> of(text))
        .isInstanceOf(BadSettingException.class)
        .hasMessageStartingWith("--reports-table must be [CATALOG.]DB.TABLE[@SNAPSHOT]");
  }
}
