package org.radllama.deploy.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What the constants of the packaged classes name: nothing that makes objects, code or requests out
 * of bytes that were read, and nothing whose result depends on the machine's language, encoding or
 * time zone. A class can call nothing that its constants do not name.
 */
class ForbiddenCallsTest {
  /** Java's deserialisation, and libraries that do the like or run what they read. */
  private static final List<String> FORBIDDEN =
      List.of(
          "java/io/ObjectInputStream",
          "java/beans/XMLDecoder",
          "java/rmi/",
          "javax/management/remote/",
          "javax/naming/",
          "javax/script/",
          "com/esotericsoftware/",
          "com/thoughtworks/xstream/",
          "org/yaml/snakeyaml/",
          "org/apache/commons/lang3/SerializationUtils",
          "org/apache/hadoop/io/SequenceFile",
          "org/apache/hadoop/io/ObjectWritable",
          "org/apache/spark/serializer/",
          "org/deeplearning4j/util/ModelSerializer",
          "objectFile",
          "activateDefaultTyping",
          "enableDefaultTyping",
          "com/fasterxml/jackson/annotation/JsonTypeInfo",
          "defineClass",
          "java/net/URLClassLoader",
          "javax/xml/parsers/",
          "javax/xml/transform/",
          "javax/xml/bind/");

  /**
   * Calls that take the locale, the charset or the time zone of the machine, as {@code
   * class.method(parameters}. The compiler's rule DefaultLocale sees {@code "...".formatted(...)},
   * where it depends on the format.
   */
  private static final Pattern DEFAULTS =
      Pattern.compile(
          String.join(
              "|",
              "java/util/(Locale\\.getDefault|TimeZone\\.getDefault|Calendar\\.getInstance)\\(.*",
              "java/util/(GregorianCalendar|Scanner)\\.<init>\\(.*",
              "java/util/Formatter\\.<init>\\(((?!Ljava/util/Locale;).)*",
              "java/lang/String\\.to(Lower|Upper)Case\\(",
              "java/lang/String\\.format\\((?!Ljava/util/Locale;).*",
              "java/io/(PrintStream|PrintWriter)\\.(format|printf)\\((?!Ljava/util/Locale;).*",
              "java/text/(Decimal|SimpleDate|Message|Choice)Format\\.<init>\\(((?!Locale;).)*",
              "java/text/\\w+\\.get\\w*Instance\\(((?!Locale;).)*",
              "java/time/format/DateTimeFormatter\\.ofPattern\\(Ljava/lang/String;",
              "java/lang/String\\.getBytes\\(",
              "java/lang/String\\.<init>\\(\\[B(II)?",
              "java/io/(FileReader|FileWriter)\\.<init>\\(((?!Charset;).)*",
              "java/io/(InputStreamReader|OutputStreamWriter)\\.<init>\\(Ljava/io/\\w+;",
              "java/io/(PrintStream|PrintWriter)\\.<init>\\("
                  + "(Ljava/io/(OutputStream|File);|Ljava/lang/String;)Z?",
              "java/io/ByteArrayOutputStream\\.toString\\(",
              "java/nio/charset/Charset\\.defaultCharset\\(",
              "java/time/ZoneId\\.systemDefault\\(",
              "java/time/Clock\\.systemDefaultZone\\(",
              "java/time/(Local\\w+|Zoned\\w+|Offset\\w+|Year|YearMonth|MonthDay)\\.now\\("));

  /** Reads itself out of Spark's broadcast, which no input file reaches. */
  private static final String BROADCAST = "org/radllama/ingest/dedup/TextTable";

  @Test
  void noPackagedClassDeserialisesOrRunsWhatItReads() throws IOException {
    Map<String, Set<String>> found = new TreeMap<>();
    packaged().forEach((name, constants) -> look(name, constants.names(), found));
    assertThat(found.keySet()).as(found.toString()).containsExactly(BROADCAST);
    assertThat(found.get(BROADCAST)).containsExactly("java/io/ObjectInputStream");
  }

  @Test
  void noPackagedClassDependsOnTheMachinesDefaults() throws IOException {
    assertThat("java/io/InputStreamReader.<init>(Ljava/io/InputStream;").matches(DEFAULTS);
    assertThat("java/lang/String.getBytes(Ljava/nio/charset/Charset;").doesNotMatch(DEFAULTS);
    Map<String, List<String>> found = new TreeMap<>();
    packaged()
        .forEach(
            (name, constants) -> {
              List<String> calls =
                  constants.calls().stream().filter(DEFAULTS.asMatchPredicate()).toList();
              if (!calls.isEmpty()) {
                found.put(name, calls);
              }
            });
    assertThat(found).isEmpty();
  }

  /** The constants of every packaged class, by its name. */
  private static Map<String, Constants> packaged() throws IOException {
    Map<String, Constants> classes = new TreeMap<>();
    for (Path jar : jars()) {
      try (JarFile file = new JarFile(jar.toFile())) {
        for (var entry : file.stream().filter(e -> isOurs(e.getName())).toList()) {
          try (InputStream in = file.getInputStream(entry)) {
            classes.put(entry.getName().replace(".class", ""), Constants.of(in));
          }
        }
      }
    }
    assertThat(classes).hasSizeGreaterThan(400);
    return classes;
  }

  private static void look(String name, Set<String> constants, Map<String, Set<String>> found) {
    for (String constant : constants) {
      for (String forbidden : FORBIDDEN) {
        if (constant.contains(forbidden)) {
          found.computeIfAbsent(name, n -> new TreeSet<>()).add(forbidden);
        }
      }
    }
    boolean xml = constants.contains("javax/xml/stream/XMLInputFactory");
    if (xml && !constants.contains("javax.xml.stream.supportDTD")) {
      found.computeIfAbsent(name, n -> new TreeSet<>()).add("XML with document types");
    }
  }

  private static boolean isOurs(String entry) {
    return entry.startsWith("org/radllama/") && entry.endsWith(".class");
  }

  private static List<Path> jars() throws IOException {
    List<Path> jars = new ArrayList<>();
    for (String module : List.of("pipeline-ingest", "pipeline-train", "pipeline-eval")) {
      Path target = Path.of(System.getProperty("radllama.root"), module, "target");
      try (Stream<Path> files = Files.list(target)) {
        files
            .filter(f -> f.getFileName().toString().matches(module + "-[0-9.]+(-SNAPSHOT)?\\.jar"))
            .forEach(jars::add);
      }
    }
    assertThat(jars).as("needs the packaged modules").hasSize(3);
    return jars;
  }
}
