package org.radllama.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The jobs' single jars, against the thin jar and the libraries that were put into each. */
final class JobJarTest {
  private static final Path ROOT = Path.of(System.getProperty("radllama.root"));
  private static final String SERVICES = "META-INF/services/";

  @ParameterizedTest
  @ValueSource(strings = {"ingest", "train", "eval"})
  void holdsEveryClassOnceAndEveryService(String module) throws IOException {
    Path job = Jobs.jar(module);
    Map<String, Long> classes = new HashMap<>();
    Map<String, Set<String>> services = new TreeMap<>();
    for (Path part : parts(module)) {
      read(part, classes, services);
    }
    Map<String, Long> merged = new HashMap<>();
    Map<String, Set<String>> mergedServices = new TreeMap<>();
    read(job, merged, mergedServices);
    assertThat(merged).hasSizeGreaterThan(300).isEqualTo(classes);
    assertThat(mergedServices).isEqualTo(services);
    try (JarFile jar = new JarFile(job.toFile())) {
      List<String> names = jar.stream().map(ZipEntry::getName).toList();
      assertThat(names).doesNotHaveDuplicates();
      assertThat(names)
          .noneMatch(n -> n.matches("META-INF/[^/]+\\.(SF|RSA|DSA|EC)|(.*/)?module-info\\.class"));
    }
  }

  /** The annotations of JSR 305 apart, which change nothing where they are. */
  @Test
  void noClassIsSparksToo() throws IOException {
    Path job = Jobs.jar("eval");
    Map<String, Long> own = new HashMap<>();
    read(job, own, new TreeMap<>());
    Set<String> both = new TreeSet<>();
    List<Path> sparks = jars(ROOT.resolve("deploy/target/spark/jars"));
    assertThat(sparks).hasSizeGreaterThan(100);
    assertThat(own).containsKey("org/radllama/eval/EvalJob.class");
    for (Path jar : sparks) {
      Map<String, Long> theirs = new HashMap<>();
      read(jar, theirs, new TreeMap<>());
      theirs.keySet().retainAll(own.keySet());
      both.addAll(theirs.keySet());
    }
    assertThat(both).allMatch(c -> c.startsWith("javax/annotation/"));
  }

  private static List<Path> parts(String module) throws IOException {
    List<Path> parts = new ArrayList<>(jars(ROOT.resolve("pipeline-" + module + "/target/lib")));
    String job = Jobs.jar(module).toString();
    parts.add(Path.of(job.replaceFirst("-job\\.jar$", ".jar")));
    return parts;
  }

  private static List<Path> jars(Path folder) throws IOException {
    List<Path> jars = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*.jar")) {
      found.forEach(jars::add);
    }
    Collections.sort(jars);
    return jars;
  }

  /** Classes with their checksums, and the providers of each service. */
  private static void read(Path file, Map<String, Long> classes, Map<String, Set<String>> services)
      throws IOException {
    try (JarFile jar = new JarFile(file.toFile())) {
      for (ZipEntry entry : Collections.list(jar.entries())) {
        String name = entry.getName();
        if (name.endsWith(".class") && !name.endsWith("module-info.class")) {
          classes.put(name, entry.getCrc());
        } else if (name.startsWith(SERVICES) && !entry.isDirectory()) {
          try (InputStream in = jar.getInputStream(entry)) {
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.replaceFirst("#.*", "").strip())
                .filter(line -> !line.isEmpty())
                .forEach(line -> services.computeIfAbsent(name, n -> new TreeSet<>()).add(line));
          }
        }
      }
    }
  }
}
