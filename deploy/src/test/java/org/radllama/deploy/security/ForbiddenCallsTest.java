package org.radllama.deploy.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What the constants of the packaged classes name: nothing that makes objects, code or requests out
 * of bytes that were read. A class can call nothing that its constants do not name.
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

  /** Reads itself out of Spark's broadcast, which no input file reaches. */
  private static final String BROADCAST = "org/radllama/ingest/dedup/TextTable";

  @Test
  void noPackagedClassDeserialisesOrRunsWhatItReads() throws IOException {
    TreeMap<String, TreeSet<String>> found = new TreeMap<>();
    int classes = 0;
    for (Path jar : jars()) {
      try (JarFile file = new JarFile(jar.toFile())) {
        for (var entry : file.stream().filter(e -> isOurs(e.getName())).toList()) {
          classes++;
          try (InputStream in = file.getInputStream(entry)) {
            look(entry.getName().replace(".class", ""), names(in), found);
          }
        }
      }
    }
    assertThat(classes).isGreaterThan(400);
    assertThat(found.keySet()).as(found.toString()).containsExactly(BROADCAST);
    assertThat(found.get(BROADCAST)).containsExactly("java/io/ObjectInputStream");
  }

  private static void look(
      String name, Set<String> constants, TreeMap<String, TreeSet<String>> found) {
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

  /** The texts among a class file's constants (Java Virtual Machine Specification, 4.4). */
  private static Set<String> names(InputStream file) throws IOException {
    DataInputStream in = new DataInputStream(file);
    assertThat(in.readInt()).isEqualTo(0xCAFEBABE);
    in.skipNBytes(4);
    int count = in.readUnsignedShort();
    Set<String> names = new TreeSet<>();
    for (int i = 1; i < count; i++) {
      int tag = in.readUnsignedByte();
      switch (tag) {
        case 1 -> names.add(in.readUTF());
        case 3, 4, 9, 10, 11, 12, 17, 18 -> in.skipNBytes(4);
        case 5, 6 -> {
          in.skipNBytes(8);
          i++;
        }
        case 7, 8, 16, 19, 20 -> in.skipNBytes(2);
        case 15 -> in.skipNBytes(3);
        default -> throw new IOException("no constant has the tag " + tag);
      }
    }
    return names;
  }
}
