package org.radllama.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files read, listed, written and renamed on this machine and on another kind of file system. */
class FilesTest {
  @TempDir java.nio.file.Path folder;
  private final Configuration hadoop = HookedFileSystem.configuration();

  private Path path(String scheme, String child) {
    return new Path(scheme + ":" + folder.resolve(child));
  }

  private FileSystem fs(String scheme) throws IOException {
    return LocalFiles.withoutChecksums(path(scheme, "x"), hadoop);
  }

  private java.nio.file.Path file(String name, String text) throws IOException {
    java.nio.file.Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "hooked"})
  void writesAndReadsTexts(String scheme) throws IOException {
    TextFiles.write(fs(scheme), path(scheme, "a/b.txt"), "a longer text");
    TextFiles.write(fs(scheme), path(scheme, "a/b.txt"), "äöü\n");
    assertThat(folder.resolve("a")).isDirectoryContaining(f -> f.endsWith("b.txt"));
    assertThat(folder.resolve("a").toFile().list()).containsExactly("b.txt");
    try (var in = InputFiles.open(fs(scheme), path(scheme, "a/b.txt"))) {
      assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("äöü\n");
    }
    try (RandomInput in = InputFiles.openRandom(fs(scheme), path(scheme, "a/b.txt"))) {
      byte[] into = new byte[2];
      in.readFully(2, into, 2);
      assertThat(new String(into, StandardCharsets.UTF_8)).isEqualTo("ö");
      assertThat(in.size()).isEqualTo(7);
      assertThatThrownBy(() -> in.readFully(6, into, 2)).isInstanceOf(EOFException.class);
    }
    for (Path missing : List.of(path(scheme, "none"), path(scheme, "none/none"))) {
      assertThatThrownBy(() -> InputFiles.open(fs(scheme), missing))
          .isInstanceOf(FileNotFoundException.class);
      assertThatThrownBy(() -> InputFiles.openRandom(fs(scheme), missing))
          .isInstanceOf(FileNotFoundException.class);
      assertThatThrownBy(() -> FileTree.node(fs(scheme), missing))
          .isInstanceOf(FileNotFoundException.class);
      assertThatThrownBy(() -> FileTree.children(fs(scheme), missing))
          .isInstanceOf(FileNotFoundException.class);
    }
  }

  @Test
  void jsonHasTheSameBytesForTheSameContent() throws IOException {
    ObjectNode node = Json.mapper().createObjectNode();
    node.put("a", 1).putArray("b").add("x").add(0.5);
    node.putObject("empty");
    String expected =
        "{\n  \"a\" : 1,\n  \"b\" : [\n    \"x\",\n    0.5\n  ],\n  \"empty\" : { }\n}\n";
    assertThat(Json.text(node)).isEqualTo(expected);
    Json.write(fs("file"), path("file", "a.json"), node);
    assertThat(folder.resolve("a.json")).hasContent(expected);
    assertThat(Json.read(fs("file"), path("file", "a.json"))).isEqualTo(node);
    file("half.json", "{\"a\"");
    assertThatThrownBy(() -> Json.read(fs("file"), path("file", "half.json")))
        .isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "hooked"})
  void renamesOnlyToANewName(String scheme) throws IOException {
    file("from/a.txt", "a");
    file("taken/b.txt", "b");
    assertThatThrownBy(
            () -> Renaming.rename(fs(scheme), path(scheme, "from"), path(scheme, "taken")))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(folder.resolve("taken").toFile().list()).containsExactly("b.txt");
    Renaming.rename(fs(scheme), path(scheme, "from"), path(scheme, "to"));
    assertThat(folder.resolve("to/a.txt")).hasContent("a");
    assertThat(folder.resolve("from")).doesNotExist();
    assertThatThrownBy(() -> Renaming.rename(fs(scheme), path(scheme, "from"), path(scheme, "new")))
        .isInstanceOf(FileNotFoundException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "hooked"})
  void replacesAFile(String scheme) throws IOException {
    file("next", "new");
    file("latest", "old");
    Renaming.replace(fs(scheme), path(scheme, "next"), path(scheme, "latest"));
    assertThat(folder.resolve("latest")).hasContent("new");
    assertThat(folder.resolve("next")).doesNotExist();
    assertThatThrownBy(
            () -> Renaming.replace(fs(scheme), path(scheme, "next"), path(scheme, "latest")))
        .isInstanceOf(IOException.class);
    assertThat(folder.resolve("latest")).hasContent("new");
  }

  @Test
  void aRenameThatFailsLeavesBoth() throws IOException {
    file("from/a.txt", "a");
    HookedFileSystem.fail("rename", "to");
    assertThatThrownBy(
            () -> Renaming.rename(fs("hooked"), path("hooked", "from"), path("hooked", "to")))
        .hasMessage("the disk is gone");
    assertThat(folder.resolve("from/a.txt")).exists();
    assertThat(folder.resolve("to")).doesNotExist();
  }

  private void links() throws IOException {
    file("real/a.txt", "a");
    Files.createSymbolicLink(folder.resolve("to-file"), folder.resolve("real/a.txt"));
    Files.createSymbolicLink(folder.resolve("to-folder"), folder.resolve("real"));
    Files.createSymbolicLink(folder.resolve("to-nothing"), folder.resolve("none"));
    Files.createSymbolicLink(folder.resolve("to-itself"), folder.resolve("to-itself"));
    Files.createSymbolicLink(folder.resolve("real/up"), folder);
    file(".hidden.crc", "of Hadoop");
  }

  @Test
  void followsLinksAndNamesThoseThatLeadNowhere() throws IOException {
    links();
    List<FileTree.Node> nodes = FileTree.children(fs("file"), path("file", ""));
    assertThat(nodes)
        .extracting(n -> n.name() + " " + n.kind() + " " + n.bytes() + " " + n.problem())
        .containsExactly(
            "real FOLDER 0 ",
            "to-file FILE 1 ",
            "to-folder FOLDER 0 ",
            "to-itself BROKEN 0 a link that leads nowhere",
            "to-nothing BROKEN 0 a link to nothing");
    assertThat(nodes.get(0).key()).isNotEmpty().isEqualTo(nodes.get(2).key());
    assertThat(FileTree.node(fs("file"), path("file", "real")).isFolder()).isTrue();
    assertThat(FileTree.children(fs("hooked"), path("hooked", "real")))
        .extracting(FileTree.Node::name)
        .containsExactly("a.txt", "up");
  }

  @Test
  void listsEveryFileOnceWithItsDigest() throws IOException {
    file("b/c.txt", "abc");
    file("a.txt", "");
    String abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    List<Digests.Entry> expected =
        List.of(
            new Digests.Entry("a.txt", 0, Digests.sha256("")),
            new Digests.Entry("b/c.txt", 3, abc));
    assertThat(Digests.listing(fs("file"), path("file", ""))).isEqualTo(expected);
    assertThat(Digests.listing(fs("hooked"), path("hooked", ""))).isEqualTo(expected);
    assertThat(Digests.listing(fs("file"), path("file", "b/c.txt")))
        .containsExactly(new Digests.Entry("*.txt", 3, abc));
    assertThat(Digests.ofListing(expected))
        .isEqualTo(
            Digests.sha256("a.txt\t0\t" + Digests.sha256("") + "\nb/c.txt\t3\t" + abc + "\n"));
  }

  @Test
  void listsCirclesOnceAndStopsAtWhatCannotBeRead() throws IOException {
    links();
    assertThatThrownBy(() -> Digests.listing(fs("file"), path("file", "")))
        .isInstanceOfSatisfying(
            JobFailure.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.INPUT))
        .hasMessageMatching("cannot read .*/to-(itself|nothing) \\(a link .*\\)");
    assertThat(Digests.listing(fs("file"), path("file", ""), true, Optional.empty()))
        .extracting(e -> e.path() + " " + (e.sha256().length() == 64 ? "read" : e.sha256()))
        .containsExactly(
            "real/a.txt read",
            "real/up listed elsewhere",
            "to-file read",
            "to-folder listed elsewhere",
            "to-itself unreadable",
            "to-nothing unreadable");
  }
}
