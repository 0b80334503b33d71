package org.radllama.lineage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LineageSettingsTest {
  private static final String RUN = "11111111-2222-3333-4444-555555555555";
  private static final String URL = "OPENLINEAGE_URL";

  private static Optional<LineageSettings> of(
      Map<String, String> spark, Map<String, String> environment) {
    return LineageSettings.of(key -> Optional.ofNullable(spark.get(key)), environment);
  }

  @Test
  void theEnvironmentIsEnough() {
    LineageSettings settings =
        of(
                Map.of(),
                Map.of(
                    URL,
                    "https://lineage.example:5000/",
                    "OPENLINEAGE_API_KEY",
                    "key",
                    "OPENLINEAGE_PARENT_ID",
                    "http://airflow/dag.task/" + RUN))
            .orElseThrow();
    assertThat(settings.url()).contains(URI.create("https://lineage.example:5000/api/v1/lineage"));
    assertThat(settings.apiKey()).contains("key");
    assertThat(settings.namespace()).isEqualTo("radllama");
    assertThat(settings.parent()).contains(new Parent("http://airflow", "dag.task", RUN));
  }

  @Test
  void sparksSettingsWin() {
    LineageSettings settings =
        of(
                Map.of(
                    "spark.openlineage.transport.type",
                    "http",
                    "spark.openlineage.transport.url",
                    "http://a",
                    "spark.openlineage.transport.endpoint",
                    "/events",
                    "spark.openlineage.namespace",
                    "ward"),
                Map.of(URL, "http://b", "OPENLINEAGE_NAMESPACE", "other"))
            .orElseThrow();
    assertThat(settings.url()).contains(URI.create("http://a/events"));
    assertThat(settings.namespace()).isEqualTo("ward");
  }

  @Test
  void offByTheEnvironmentAndForOtherTransports() {
    assertThat(of(Map.of(), Map.of())).isEmpty();
    assertThat(of(Map.of(), Map.of(URL, "http://b", "OPENLINEAGE_DISABLED", "True"))).isEmpty();
    assertThat(of(Map.of("spark.openlineage.transport.type", "kafka"), Map.of())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "airflow", "airflow/task", "airflow/task/run-of-monday"})
  void aParentThatIsNoneIsLeftOut(String id) {
    assertThat(
            of(Map.of(), Map.of(URL, "http://b", "OPENLINEAGE_PARENT_ID", id))
                .orElseThrow()
                .parent())
        .isEmpty();
  }

  @Test
  void aKeyThatNoHeaderTakesIsNotQuoted() {
    assertThatThrownBy(
            () -> of(Map.of(), Map.of(URL, "http://b", "OPENLINEAGE_API_KEY", "se\ncret")))
        .hasMessageContaining("OPENLINEAGE_API_KEY")
        .hasMessageNotContaining("cret cannot");
  }

  @ParameterizedTest
  @CsvSource({
    "file:/runs/a, file, /runs/a",
    "hdfs://nn:8020/runs/a, hdfs://nn:8020, /runs/a",
    "s3a://key:secret@bucket/runs/a, s3://bucket, runs/a",
    "gs://bucket/runs/a, gs://bucket, runs/a",
    "abfss://box@account/runs/a, abfss://box@account, /runs/a",
  })
  void datasetsAreNamedAsOpenLineageNamesThem(URI place, String namespace, String name) {
    LineageDataset dataset =
        new LineageDataset(place, "", 0, 0, OptionalLong.empty(), Map.of(), Optional.empty());
    assertThat(dataset.namespace()).isEqualTo(namespace);
    assertThat(dataset.name()).isEqualTo(name);
  }
}
