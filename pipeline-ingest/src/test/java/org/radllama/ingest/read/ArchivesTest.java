package org.radllama.ingest.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.Zip64Mode;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;
import org.junit.jupiter.api.Test;
import org.radllama.ingest.format.Packed;
import org.radllama.ingest.format.TarArchive;
import org.radllama.ingest.format.ZipArchive;
import org.radllama.ingest.format.ZipMember;
import org.radllama.ingest.record.Outcome;
import org.radllama.ingest.record.Reason;
import org.radllama.run.RandomInput;

/** Our readers of archives against other people's writers, whole and damaged. */
class ArchivesTest {
  private static final int MAX = 3000;

  private final Random random = new Random(5);

  @Test
  void readsBackWhatJavaZips() throws Exception {
    for (int round = 0; round < 60; round++) {
      Map<String, byte[]> files = files();
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
        zip.setComment("c".repeat(random.nextInt(3) * 30_000));
        zip.putNextEntry(new ZipEntry("folder/"));
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
          ZipEntry entry = new ZipEntry(file.getKey());
          if (random.nextBoolean()) {
            CRC32 crc = new CRC32();
            crc.update(file.getValue());
            entry.setMethod(ZipEntry.STORED);
            entry.setSize(file.getValue().length);
            entry.setCrc(crc.getValue());
          }
          zip.putNextEntry(entry);
          zip.write(file.getValue());
        }
      }
      assertThat(unzip(bytes.toByteArray())).usingRecursiveComparison().isEqualTo(files);
    }
  }

  @Test
  void readsBackZip64() throws Exception {
    Map<String, byte[]> files = files();
    SeekableInMemoryByteChannel bytes = new SeekableInMemoryByteChannel();
    try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(bytes)) {
      zip.setUseZip64(Zip64Mode.Always);
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        zip.putArchiveEntry(new ZipArchiveEntry(file.getKey()));
        zip.write(file.getValue());
        zip.closeArchiveEntry();
      }
    }
    byte[] whole = Arrays.copyOf(bytes.array(), (int) bytes.size());
    assertThat(unzip(whole)).usingRecursiveComparison().isEqualTo(files);
  }

  /** More files than the old format counts. */
  @Test
  void countsBeyondTheOldLimit() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (int i = 0; i < 70_000; i++) {
        zip.putNextEntry(new ZipEntry("s" + i));
      }
    }
    try (ZipArchive zip = new ZipArchive(input(bytes.toByteArray()))) {
      assertThat(zip.members()).hasSize(70_000);
      assertThat(zip.read(zip.members().get(69_999), MAX).value()).isEmpty();
    }
  }

  /** Whatever one byte becomes: an error, a rejection, or what was there. Never another text. */
  @Test
  void givesNothingElseOutOfADamagedZip() throws Exception {
    Map<String, byte[]> files = Map.of("a/s1.txt", text(300), "b", text(40));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (String name : List.of("a/s1.txt", "b")) {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(files.get(name));
      }
    }
    byte[] whole = bytes.toByteArray();
    for (int i = 0; i < whole.length; i++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] damaged = whole.clone();
        damaged[i] ^= (byte) (1 << bit);
        readsOnly(damaged, files);
      }
      readsOnly(Arrays.copyOf(whole, i), files);
    }
  }

  private static void readsOnly(byte[] archive, Map<String, byte[]> files) {
    try (ZipArchive zip = new ZipArchive(input(archive))) {
      for (ZipMember member : zip.members()) {
        if (member.problem() == null && !member.isFolder()) {
          Outcome<byte[]> content = zip.read(member, MAX);
          if (content.isKept()) {
            assertThat(files.values()).anyMatch(f -> Arrays.equals(f, content.value()));
          }
        }
      }
    } catch (IOException e) {
      assertThat(e.getMessage()).isNotEmpty();
    }
  }

  @Test
  void unpacksNothingBeyondTheLimitWhateverTheDirectorySays() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("s1.txt"));
      zip.write(new byte[5_000_000]);
    }
    try (ZipArchive zip = new ZipArchive(input(bytes.toByteArray()))) {
      ZipMember honest = zip.members().get(0);
      assertThat(zip.read(honest, MAX).rejection().reason()).isEqualTo(Reason.TOO_LARGE);
      ZipMember liar =
          new ZipMember(honest.name(), 0, honest.compressed(), 9, 8, honest.crc(), 0, 0);
      assertThat(zip.read(liar, 10_000).rejection().reason()).isEqualTo(Reason.UNREADABLE);
    }
  }

  @Test
  void readsBackWhatOthersTar() throws Exception {
    for (int round = 0; round < 60; round++) {
      Map<String, byte[]> files = files();
      byte[] tar = tar(files, round % 2 == 0);
      assertThat(untar(tar)).usingRecursiveComparison().isEqualTo(files);
    }
  }

  @Test
  void namesWhatIsNoPlainFile() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      for (byte type : List.of(TarArchiveEntry.LF_LINK, TarArchiveEntry.LF_SYMLINK, (byte) '3')) {
        TarArchiveEntry link = new TarArchiveEntry("s1.txt", type);
        link.setLinkName("/etc/passwd");
        tar.putArchiveEntry(link);
        tar.closeArchiveEntry();
      }
      tar.putArchiveEntry(new TarArchiveEntry("folder/"));
      tar.closeArchiveEntry();
    }
    TarArchive tar = new TarArchive(new ByteArrayInputStream(bytes.toByteArray()));
    for (int i = 0; i < 3; i++) {
      assertThat(tar.next().type()).isEqualTo(TarArchive.Type.OTHER);
    }
    assertThat(tar.next().type()).isEqualTo(TarArchive.Type.FOLDER);
    assertThat(tar.next()).isNull();
  }

  /** Wherever a tar or its gzip ends early, reading fails: no report is lost in silence. */
  @Test
  void failsOnAnArchiveThatEndsEarly() throws Exception {
    byte[] tar = tar(Map.of("p10/p1/s1.txt", text(700), "x".repeat(150), text(5)), true);
    int content = tar.length;
    while (tar[content - 1] == 0) {
      content--;
    }
    for (int length = 0; length <= content; length += 64) {
      byte[] cut = Arrays.copyOf(tar, length);
      assertThatThrownBy(() -> untar(cut)).isInstanceOf(IOException.class);
    }
    byte[] gzip = gzip(tar);
    for (int length = 2; length < gzip.length; length += 3) {
      byte[] cut = Arrays.copyOf(gzip, length);
      assertThatThrownBy(() -> untar(Packed.unpacked(new ByteArrayInputStream(cut), 1 << 20)))
          .isInstanceOf(EOFException.class);
    }
    byte[] wrong = gzip.clone();
    wrong[gzip.length - 6] ^= 1;
    assertThatThrownBy(() -> untar(Packed.unpacked(new ByteArrayInputStream(wrong), 1 << 20)))
        .isInstanceOf(IOException.class);
    ByteArrayOutputStream two = new ByteArrayOutputStream();
    two.write(tar);
    two.write(tar);
    assertThatThrownBy(() -> untar(two.toByteArray())).hasMessageContaining("more behind the end");
  }

  @Test
  void stopsUnpackingAtTheLimit() throws Exception {
    byte[] bomb = gzip(new byte[10_000_000]);
    assertThat(bomb.length).isLessThan(20_000);
    try (InputStream in = Packed.unpacked(new ByteArrayInputStream(bomb), 1 << 20)) {
      assertThatThrownBy(() -> in.transferTo(ByteArrayOutputStream.nullOutputStream()))
          .isInstanceOf(Packed.TooMuch.class)
          .hasMessageContaining("read.max-archive-bytes");
    }
  }

  @Test
  void judgesNames() {
    for (String name :
        List.of("files/p10/p10000032/s50414267.txt", "mimic-cxr-reports/files/p10/p1/s5.txt")) {
      assertThat(EntryName.of(SourceKind.MIMIC_CXR, name)).isEqualTo(EntryName.REPORT);
    }
    for (String name :
        List.of(
            "/p10/p1/s5.txt",
            "files/../../p10/p1/s5.txt",
            "..",
            "C:/p10/p1/s5.txt",
            "p10\\p1\\s5.txt",
            "p10/p1/s5\u0000.txt",
            "")) {
      assertThat(EntryName.of(SourceKind.MIMIC_CXR, name)).isEqualTo(EntryName.UNSAFE);
    }
    for (String name :
        List.of("p10/p1/s5.txt.zip", "p10/s5.txt", "__MACOSX/p10/p1/._s5.txt", "a..b")) {
      assertThat(EntryName.of(SourceKind.MIMIC_CXR, name)).isEqualTo(EntryName.OTHER);
    }
    assertThat(EntryName.of(SourceKind.OPENI_XML, "ecgen-radiology/1.XML"))
        .isEqualTo(EntryName.REPORT);
    assertThat(EntryName.of(SourceKind.OPENI_XML, "x/._1.xml")).isEqualTo(EntryName.OTHER);
  }

  private Map<String, byte[]> files() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (int i = random.nextInt(5); i >= 0; i--) {
      String name = "d/".repeat(random.nextInt(90)) + "\u00e9 " + i + ".txt";
      files.put(name, text(random.nextInt(MAX)));
    }
    return files;
  }

  private byte[] text(int length) {
    byte[] text = new byte[length];
    for (int i = 0; i < length; i++) {
      text[i] = (byte) "clear lungs \n".charAt(random.nextInt(13));
    }
    return text;
  }

  private static Map<String, byte[]> unzip(byte[] archive) throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    try (ZipArchive zip = new ZipArchive(input(archive))) {
      for (ZipMember member : zip.members()) {
        if (!member.isFolder()) {
          assertThat(member.problem()).isNull();
          files.put(member.name(), zip.read(member, MAX).value());
        }
      }
    }
    return files;
  }

  private static byte[] tar(Map<String, byte[]> files, boolean gnu) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8")) {
      tar.setLongFileMode(
          gnu ? TarArchiveOutputStream.LONGFILE_GNU : TarArchiveOutputStream.LONGFILE_POSIX);
      tar.setAddPaxHeadersForNonAsciiNames(!gnu);
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        TarArchiveEntry entry = new TarArchiveEntry(file.getKey());
        entry.setSize(file.getValue().length);
        tar.putArchiveEntry(entry);
        tar.write(file.getValue());
        tar.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }

  private static Map<String, byte[]> untar(byte[] archive) throws IOException {
    return untar(new ByteArrayInputStream(archive));
  }

  private static Map<String, byte[]> untar(InputStream in) throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    try (TarArchive tar = new TarArchive(in)) {
      for (TarArchive.Entry entry = tar.next(); entry != null; entry = tar.next()) {
        assertThat(entry.type()).isEqualTo(TarArchive.Type.FILE);
        files.put(entry.name(), tar.read(MAX));
      }
    }
    return files;
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream gzip = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(gzip)) {
      out.write(bytes);
    }
    return gzip.toByteArray();
  }

  private static RandomInput input(byte[] bytes) {
    return new RandomInput() {
      @Override
      public long size() {
        return bytes.length;
      }

      @Override
      public void readFully(long position, byte[] into, int length) throws IOException {
        if (position < 0 || position + length > bytes.length) {
          throw new EOFException("the file ends early");
        }
        System.arraycopy(bytes, (int) position, into, 0, length);
      }

      @Override
      public void close() {}
    };
  }
}
