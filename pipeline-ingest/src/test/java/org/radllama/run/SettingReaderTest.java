package org.radllama.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import org.junit.jupiter.api.Test;
import org.radllama.failure.BadSettingException;

class SettingReaderTest {
  private enum Kind {
    ONE_WAY,
    OTHER
  }

  private static SettingReader reader(String settings) {
    return new SettingReader(ConfigFactory.parseString(settings));
  }

  @Test
  void readsWhatIsSound() {
    SettingReader reader =
        reader(
            "text = x, blank = \" \", on = true, long = 5000000000, few = 3, half = 0.5,"
                + " size = 5 GB, names = [a, b], counts = [1, 2], kind = one-way, deep.er = 4");
    assertThat(reader.text("text")).isEqualTo("x");
    assertThat(reader.optionalText("text")).contains("x");
    assertThat(reader.optionalText("blank")).isEmpty();
    assertThat(reader.flag("on")).isTrue();
    assertThat(reader.longNumber("long")).isEqualTo(5_000_000_000L);
    assertThat(reader.atLeast(3, "few")).isEqualTo(3);
    assertThat(reader.number("half")).isEqualTo(0.5);
    assertThat(reader.share("half")).isEqualTo(0.5);
    assertThat(reader.bytes("size", Long.MAX_VALUE)).isEqualTo(5_000_000_000L);
    assertThat(reader.texts("names")).containsExactly("a", "b");
    assertThat(reader.integers("counts")).containsExactly(1, 2);
    assertThat(reader.oneOf("kind", Kind.class)).isEqualTo(Kind.ONE_WAY);
    assertThat(reader.each("names", String::length)).containsExactly(1, 1);
    assertThat(reader.at("deep").atLeast(1, "er")).isEqualTo(4);
    assertThatCode(reader::report).doesNotThrowAnyException();
  }

  @Test
  void reportsAllThatIsWrongTogether() {
    SettingReader reader =
        reader(
            "few = 2, word = x, share = 1.5, size = much, big = 9 GB, names = 3, counts = [a],"
                + " kind = none, deep.er = 0, list = [good, bad]");
    reader.problem("--flag is missing");
    reader.require(true, "never said");
    reader.require(false, "%s and %s do not go together", "a", "b");
    assertThat(reader.atLeast(3, "few")).isEqualTo(3);
    assertThat(reader.atLeast(3, "word")).isEqualTo(3);
    reader.share("share");
    reader.bytes("size", 10);
    reader.bytes("big", 1000);
    assertThat(reader.texts("names")).isEmpty();
    assertThat(reader.integers("counts")).isEmpty();
    assertThat(reader.oneOf("kind", Kind.class)).isEqualTo(Kind.ONE_WAY);
    reader.at("deep").atLeast(1, "er");
    assertThat(reader.each("list", SettingReaderTest::good)).containsExactly("good");
    assertThat(reader.<String>made(() -> good("worse"), null)).isNull();
    // A second look at the same setting is no second problem.
    reader.atLeast(3, "few");
    assertThatThrownBy(reader::report)
        .isInstanceOfSatisfying(
            JobFailure.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE))
        .hasMessage(
            "configuration: "
                + String.join(
                    "; ",
                    "--flag is missing",
                    "a and b do not go together",
                    "few must be at least 3, not 2",
                    "word must be a whole number of at least 3",
                    "share must be between 0 and 1, not 1.5",
                    "size is much, must be a size like 5 GB, 500 MB or 100 kB",
                    "big must be between 1 and 1000 bytes, not 9000000000",
                    "names must be a list of texts",
                    "counts must be a list of whole numbers",
                    "kind must be one of [one-way, other], not none",
                    "deep.er must be at least 1, not 0",
                    "bad is not good",
                    "worse is not good"));
  }

  private static String good(String text) {
    if (!text.equals("good")) {
      throw new BadSettingException(text + " is not good");
    }
    return text;
  }
}
