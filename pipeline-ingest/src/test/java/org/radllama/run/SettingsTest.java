package org.radllama.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  private static final String REFUSED =
      "configuration: include is not allowed in --config or --set: write the settings themselves";

  @TempDir Path folder;

  private static Settings of(String... sets) {
    return Settings.load("ingest", Optional.empty(), List.of(sets), Map.of());
  }

  private Settings ofFile(String text) throws IOException {
    String file = Files.writeString(folder.resolve("my.conf"), text).toString();
    return Settings.load("ingest", Optional.of(file), List.of(), Map.of());
  }

  private static void refused(ThrowingCallable code, String... parts) {
    assertThatThrownBy(code)
        .isInstanceOfSatisfying(
            JobFailure.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE))
        .hasMessageContainingAll(parts);
  }

  @Test
  void laysFileSetsAndFlagsOverTheReference() throws IOException {
    assertThat(of().config().getInt("limit")).isZero();
    String file =
        Files.writeString(folder.resolve("my.conf"), "limit = 1, split.seed = 5").toString();
    Settings settings =
        Settings.load("ingest", Optional.of(file), List.of("limit=2"), Map.of("limit", 3));
    assertThat(settings.config().getInt("limit")).isEqualTo(3);
    assertThat(settings.config().getInt("split.seed")).isEqualTo(5);
    assertThat(settings.reference().getInt("limit")).isZero();
    assertThat(Settings.load("ingest", Optional.of(file), List.of("limit=2"), Map.of()).config())
        .satisfies(c -> assertThat(c.getInt("limit")).isEqualTo(2));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "include \"FILE\"",
        "include required(\"FILE\")",
        "include file(\"FILE\")",
        "include required(file(\"FILE\"))",
        "include classpath(\"org/radllama/conf/train.conf\")",
        "include url(\"URL\")",
        "include required(url(\"URL\"))",
        "split { include url(\"URL\") }"
      })
  void refusesEveryKindOfInclude(String include) throws IOException {
    AtomicInteger asked = new AtomicInteger();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          asked.incrementAndGet();
          exchange.sendResponseHeaders(200, -1);
        });
    server.start();
    try {
      Path other = Files.writeString(folder.resolve("other.conf"), "limit = 7");
      String url = "http://localhost:" + server.getAddress().getPort() + "/a.conf";
      String text = include.replace("FILE", other.toString()).replace("URL", url);
      refused(() -> ofFile(text), REFUSED);
      refused(() -> of("limit=1\n" + text), REFUSED);
      refused(() -> of("split={" + text + "}"), REFUSED);
    } finally {
      server.stop(0);
    }
    assertThat(asked).hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PATH", "user.home", "java.version"})
  void takesNothingFromTheEnvironmentOrFromSystemProperties(String name) throws IOException {
    assertThat(System.getenv("PATH")).isNotBlank();
    refused(() -> of("reports.source=${" + name + "}"), "configuration: ", name);
    refused(() -> ofFile("limit = 1\nreports.source = \"a \"${" + name + "}"), name);
    Settings settings = of("reports.source=${?" + name + "}");
    assertThat(settings.config().getString("reports.source"))
        .isEqualTo(settings.reference().getString("reports.source"));
  }

  @Test
  void followsReferencesToOtherSettings() throws IOException {
    assertThat(ofFile("split.seed = 9\nlimit = ${split.seed}").config().getInt("limit"))
        .isEqualTo(9);
    assertThat(of("limit=${split.seed}").config().getInt("limit"))
        .isEqualTo(of().config().getInt("split.seed"));
  }

  @Test
  void reportsEveryKeyAndTypeThatIsWrong() {
    Settings settings = of("limt=1", "split.seed=x", "run.stale-after=soon", "card=3");
    String[] problems = {
      "limt is not a setting (known here: [",
      "split.seed must be a number, not a string",
      "run.stale-after must be a time",
      "card must be a object, not a number"
    };
    refused(settings::config, problems);
    refused(settings::toJson, problems);
    assertThat(settings.sound().getInt("split.seed"))
        .isEqualTo(settings.reference().getInt("split.seed"));
    SettingReader reader = new SettingReader(settings);
    reader.at("split").require(false, "split is not good, either");
    refused(reader::report, problems);
    refused(reader::report, "split is not good, either");
  }

  @Test
  void refusesWhatIsNoPair() {
    refused(() -> of("hunter2"), "--set must be KEY=VALUE");
    assertThatThrownBy(() -> of("hunter2")).hasMessageNotContaining("hunter2");
    refused(
        () -> Settings.load("ingest", Optional.of(folder + "/none.conf"), List.of(), Map.of()),
        "--config: cannot read ");
    refused(
        () -> Settings.load("ingest", Optional.of("shipped:none.conf"), List.of(), Map.of()),
        "--config: shipped:none.conf was not shipped to this machine");
  }
}
