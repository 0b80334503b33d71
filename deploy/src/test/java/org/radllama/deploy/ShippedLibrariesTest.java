package org.radllama.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the packaged jars say of themselves and of what is in them, against what is in them. */
final class ShippedLibrariesTest {
  private static final Path ROOT = Path.of(System.getProperty("radllama.root"));

  /** {@code (licence) name (group:artifact:version - address)}. */
  private static final Pattern LISTED =
      Pattern.compile("\\([^():]+:([^():]+):([^():]+) - [^()]*\\)$", Pattern.MULTILINE);

  private static final Pattern NATIVE =
      Pattern.compile(".*/([^/]+?)(-\\d+)?\\.(so(\\.\\d+)*|dll|dylib|jnilib|a)");

  @ParameterizedTest
  @ValueSource(strings = {"ingest", "train", "eval"})
  void jarsNameVersionAndCommitAndCarryTheLicence(String module) throws IOException {
    for (Path jar : jars(target(module), "pipeline-*.jar")) {
      try (JarFile file = new JarFile(jar.toFile())) {
        Attributes main = file.getManifest().getMainAttributes();
        assertThat(main.getValue("Implementation-Title")).isEqualTo("RadLlama " + module);
        assertThat(jar.getFileName().toString())
            .startsWith(
                "pipeline-" + module + "-" + main.getValue(Attributes.Name.IMPLEMENTATION_VERSION));
        assertThat(main.getValue("Implementation-Commit")).matches("[0-9a-f]{40}|unknown");
      }
      assertThat(text(jar, "META-INF/LICENSE"))
          .startsWith(Files.readString(ROOT.resolve("LICENSE")));
      assertThat(text(jar, "META-INF/NOTICE")).startsWith(Files.readString(ROOT.resolve("NOTICE")));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ingest", "train", "eval"})
  void theListOfLicencesNamesTheLibrariesThatShip(String module) throws IOException {
    assumeJobJars();
    for (Path jar : List.of(jar(module, ""), jar(module, "-job"))) {
      assertThat(listed(text(jar, "META-INF/THIRD-PARTY.txt")))
          .as("%s", jar)
          .isEqualTo(shipped(module));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ingest", "train", "eval"})
  void theBillOfMaterialsNamesTheLibrariesThatShip(String module) throws IOException {
    assumeTrue(
        Files.exists(target(module).resolve("bom.json")),
        "skipped: Maven makes no bill of materials offline");
    assertThat(components(module)).isEqualTo(shipped(module));
  }

  @ParameterizedTest
  @ValueSource(strings = {"train", "eval"})
  void theNoticeNamesEveryNativeLibrary(String module) throws IOException {
    assumeJobJars();
    Set<String> found = new TreeSet<>();
    List<Path> jars = new ArrayList<>(jars(target(module).resolve("lib"), "*.jar"));
    jars.add(jar(module, "-job"));
    for (Path jar : jars) {
      try (JarFile file = new JarFile(jar.toFile())) {
        file.stream()
            .map(entry -> NATIVE.matcher(entry.getName()))
            .filter(name -> name.matches())
            .forEach(name -> found.add(name.group(1)));
      }
    }
    Map<String, String> notice =
        Pattern.compile("^(\\S+) {2,}\\S.*? {2,}(\\S.*)$", Pattern.MULTILINE)
            .matcher(text(jar(module, "-job"), "META-INF/NOTICE"))
            .results()
            .collect(Collectors.toMap(row -> row.group(1), row -> row.group(2), (a, b) -> a));
    assertThat(found).contains("libopenblas", "libgfortran", "libgomp");
    assertThat(notice.keySet()).containsAll(found);
    assertThat(notice.get("libgomp")).isEqualTo("GPL-3.0-or-later WITH GCC-exception-3.1");
  }

  private static void assumeJobJars() {
    assumeFalse(Boolean.getBoolean("radllama.job.jar.skip"), "skipped: no job jars were made");
  }

  /** Names and versions of the libraries beside the job's thin jar. */
  private static Set<String> shipped(String module) throws IOException {
    return jars(target(module).resolve("lib"), "*.jar").stream()
        .map(jar -> jar.getFileName().toString().replaceFirst("(-linux-x86_64(-gpu)?)?\\.jar$", ""))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> listed(String list) {
    return LISTED
        .matcher(list)
        .results()
        .map((MatchResult row) -> row.group(1) + "-" + row.group(2))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> components(String module) throws IOException {
    JsonNode bom = new ObjectMapper().readTree(target(module).resolve("bom.json").toFile());
    Set<String> names = new TreeSet<>();
    for (JsonNode component : bom.path("components")) {
      names.add(component.path("name").asText() + "-" + component.path("version").asText());
    }
    return names;
  }

  private static String text(Path jar, String entry) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      ZipEntry found = file.getEntry(entry);
      assertThat(found).as("%s in %s", entry, jar).isNotNull();
      return new String(file.getInputStream(found).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static Path target(String module) {
    return ROOT.resolve("pipeline-" + module + "/target");
  }

  private static Path jar(String module, String kind) throws IOException {
    List<Path> found = jars(target(module), "pipeline-*[0-9T]" + kind + ".jar");
    return found.get(0);
  }

  private static List<Path> jars(Path folder, String names) throws IOException {
    List<Path> jars = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, names)) {
      found.forEach(jars::add);
    }
    assertThat(jars).as("%s in %s: needs mvn package", names, folder).isNotEmpty();
    return jars;
  }
}
