package org.radllama.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.radllama.failure.BadInputException;
import org.radllama.failure.BadSettingException;
import org.radllama.failure.MissingResourceException;

class JobMainTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private ExitCode execute(Job<JobFlags> body, String... args) {
    Console console =
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    return JobMain.execute("ingest", new JobFlags(), args, body, console);
  }

  private static Job<JobFlags> failing(Throwable e) {
    return (context, flags) -> {
      if (e instanceof Error error) {
        throw error;
      }
      throw (Exception) e;
    };
  }

  private String printed() {
    return err.toString(StandardCharsets.UTF_8);
  }

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(new BadSettingException("seen"), ExitCode.USAGE),
        Arguments.of(new BadInputException("seen"), ExitCode.INPUT),
        Arguments.of(new MissingResourceException("seen"), ExitCode.RESOURCES),
        Arguments.of(JobFailure.usage("seen"), ExitCode.USAGE),
        Arguments.of(JobFailure.input("seen"), ExitCode.INPUT),
        Arguments.of(JobFailure.busy("seen"), ExitCode.BUSY),
        Arguments.of(JobFailure.taken("seen"), ExitCode.TAKEN),
        Arguments.of(JobFailure.resources("seen"), ExitCode.RESOURCES),
        Arguments.of(JobFailure.diverged("seen"), ExitCode.DIVERGED));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void saysWhatFailedAndExitsWithItsCode(RuntimeException failure, ExitCode code) {
    assertThat(execute(failing(failure))).isEqualTo(code);
    assertThat(printed()).isEqualTo("radllama ingest: seen\n");
  }

  @ParameterizedTest
  @MethodSource("failures")
  void findsThemBelowOtherExceptions(RuntimeException failure, ExitCode code) {
    Exception spark = new Exception("Job aborted: PATIENT", new RuntimeException("x", failure));
    assertThat(execute(failing(spark))).isEqualTo(code);
    assertThat(printed()).isEqualTo("radllama ingest: seen\n");
  }

  static Stream<Throwable> defects() {
    return Stream.of(
        new IllegalArgumentException("PATIENT"),
        new IllegalStateException("PATIENT", new java.io.IOException("PATIENT")),
        new java.io.IOException("PATIENT"),
        new StackOverflowError("PATIENT"),
        new AssertionError("PATIENT"),
        new NoClassDefFoundError("PATIENT"));
  }

  @ParameterizedTest
  @MethodSource("defects")
  void namesADefectWithoutItsMessage(Throwable defect) {
    assertThat(execute(failing(defect))).isEqualTo(ExitCode.DEFECT);
    assertThat(printed())
        .startsWith("radllama ingest: a defect: " + defect.getClass().getName() + " at ")
        .doesNotContain("PATIENT");
  }

  @Test
  void givesTheBodyItsSettingsAndConsole() {
    ExitCode code =
        execute(
            (context, flags) ->
                context.console().result(context.settings().config().getString("limit")),
            "--set",
            "limit=4");
    assertThat(code).isEqualTo(ExitCode.DONE);
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("4\n");
    assertThat(printed()).isEmpty();
  }

  @Test
  void refusesUnknownFlagsAndSettings() {
    assertThat(execute(failing(new IllegalStateException()), "--nonsense"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(printed()).contains("--nonsense", "(--help lists the flags)");
    assertThat(execute((context, flags) -> context.settings().config(), "--set", "limt=4"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(printed()).contains("configuration: limt is not a setting");
    assertThat(execute((context, flags) -> {}, "--set", "x={include url(\"http://localhost:1\")}"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(printed()).contains("include is not allowed");
  }

  @Test
  void printsItsFlagsAndStops() {
    assertThat(execute(failing(new IllegalStateException()), "--help")).isEqualTo(ExitCode.DONE);
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("usage: ingest FLAGS", "--run-id");
  }

  @Test
  void codesAreAContract() {
    assertThat(Arrays.stream(ExitCode.values()).map(ExitCode::code))
        .containsExactly(0, 2, 3, 4, 5, 6, 7, 8, 70);
  }
}
