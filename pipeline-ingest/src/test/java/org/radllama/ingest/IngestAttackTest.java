package org.radllama.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.ingest.synthetic.SyntheticCorpus;
import org.radllama.run.Digests;
import org.radllama.run.ExitCode;
import org.radllama.run.JobFailure;

/**
 * Hostile and broken input beside a good corpus: each is rejected with its reason or stops the job
 * with one line, the good records survive, nothing is fetched, and nothing is written but the run.
 */
class IngestAttackTest extends IngestTestBase {
  /** Stands for report text. */
  private static final String CANARY = "zebrafinch";

  private static final int GOOD = 40;
  private static final int HUGE = 50_000_000;

  @TempDir Path dir;
  private Path good;
  private Path in;
  private ServerSocket outside;

  @BeforeEach
  void write() throws Exception {
    in = Files.createDirectories(dir.resolve("in"));
    good = Files.createDirectories(dir.resolve("good"));
    outside = new ServerSocket(0, 9, InetAddress.getLoopbackAddress());
    outside.setSoTimeout(1);
    new SyntheticCorpus(3).writeMimicCxr(good, GOOD);
  }

  /** All tests share one session. */
  @Override
  void stopSpark() {}

  @AfterAll
  static void stopSparkAtLast() {
    stopSession();
  }

  @AfterEach
  void nobodyCalled() throws Exception {
    assertThatThrownBy(outside::accept).isInstanceOf(SocketTimeoutException.class);
    outside.close();
  }

  @Test
  void survivesAHostileTree() throws Exception {
    Path files = in.resolve("files");
    copy(good.resolve("files"), files);
    Path patient = Files.createDirectories(files.resolve("p19/p19999999"));
    file(patient, 1, new byte[0]);
    file(patient, 2, new byte[HUGE]);
    file(patient, 3, (" FINDINGS: " + CANARY + " \u00e9").getBytes(StandardCharsets.ISO_8859_1));
    file(patient, 4, (" FINDINGS: " + CANARY).getBytes(StandardCharsets.UTF_16));
    file(patient, 5, (" FINDINGS: " + CANARY).getBytes(StandardCharsets.UTF_16LE));
    file(patient, 6, (CANARY + "\u0000").getBytes(StandardCharsets.UTF_8));
    Files.createDirectory(patient.resolve("s59000007.txt"));
    Path loop = patient.resolve("s59000008.txt");
    Files.createSymbolicLink(loop, loop.getFileName());
    Files.createSymbolicLink(patient.resolve("s59000009.txt"), dir.resolve("nothing"));
    boolean pipe =
        new ProcessBuilder("mkfifo", patient.resolve("s59000010.txt").toString()).start().waitFor()
            == 0;
    Path study = files.resolve("p10/p10000000/s50000000.txt");
    Files.createSymbolicLink(patient.resolve("s50000000.txt"), study);
    Files.createDirectories(patient.resolve("s59000001/image.dcm"));
    Files.writeString(patient.resolve("s59000011.TXT"), CANARY);
    Files.writeString(patient.resolve("index.html"), CANARY);
    Files.writeString(files.resolve("p19/README"), CANARY);
    Files.createDirectory(files.resolve("notes"));
    Files.createSymbolicLink(files.resolve("p18"), files);
    Files.createSymbolicLink(files.resolve("p19/p18"), patient.getParent());
    Map<String, Integer> expected = new TreeMap<>();
    expected.put("empty", 1);
    expected.put("too_large", 1);
    expected.put("not_utf8", 2);
    expected.put("binary", 2);
    expected.put("unreadable", pipe ? 6 : 5);
    expected.put("not_a_report", 4);
    expected.put("duplicate_id", 1);
    survives(expected, "--mimic-cxr", in);
  }

  private static void file(Path folder, int study, byte[] bytes) throws IOException {
    Files.write(folder.resolve(String.format(Locale.ROOT, "s%d.txt", 59_000_000 + study)), bytes);
  }

  @Test
  void survivesHostileArchives() throws Exception {
    Map<String, Integer> expected = new TreeMap<>();
    expected.put("unsafe_entry", 4);
    expected.put("not_a_report", 3);
    expected.put("too_large", 1);
    expected.put("not_utf8", 1);
    expected.put("duplicate_id", 1);
    survives(expected, "--mimic-cxr", hostileZip());
    expected.put("unsafe_entry", 5);
    survives(expected, "--mimic-cxr", hostileTar());
  }

  private byte[] innerZip() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("files/p10/p10000000/s50000000.txt"));
      zip.write(new byte[100]);
    }
    return bytes.toByteArray();
  }

  private Path hostileZip() throws IOException {
    Path to = in.resolve("hostile.zip");
    try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(to)) {
      for (Map.Entry<String, byte[]> entry : goodFiles().entrySet()) {
        put(zip, new ZipArchiveEntry("files/" + entry.getKey()), entry.getValue());
      }
      for (Map.Entry<String, byte[]> entry : hostileFiles().entrySet()) {
        put(zip, new ZipArchiveEntry(entry.getKey()), entry.getValue());
      }
      ZipArchiveEntry link = new ZipArchiveEntry("files/p19/p19999999/s59000001.txt");
      link.setUnixMode(0120777);
      put(zip, link, "/etc/passwd".getBytes(StandardCharsets.UTF_8));
      put(
          zip,
          new ZipArchiveEntry("other/files/p10/p10000000/s50000000.txt"),
          goodFiles().values().iterator().next());
    }
    return to;
  }

  private static void put(ZipArchiveOutputStream zip, ZipArchiveEntry entry, byte[] bytes)
      throws IOException {
    zip.putArchiveEntry(entry);
    zip.write(bytes);
    zip.closeArchiveEntry();
  }

  /** Names that point outside, a nested archive, a bomb in one file, and what is no report. */
  private Map<String, byte[]> hostileFiles() throws IOException {
    byte[] text = CANARY.getBytes(StandardCharsets.UTF_8);
    Map<String, byte[]> files = new TreeMap<>();
    files.put("../../../../../../../../" + dir + "/escaped/p10/p1/s5.txt", text);
    files.put("files/../../p10/p1/s5.txt", text);
    files.put("files/p19/..", text);
    files.put("files/p19/p19999999/nested.zip", innerZip());
    files.put("files/p19/p19999999/s59000003.txt", innerZip());
    files.put("files/p19/p19999999/s59000004.txt", new byte[HUGE]);
    files.put("SHA256SUMS.txt", text);
    files.put("files/p19/s59000005.txt", text);
    return files;
  }

  private Path hostileTar() throws IOException {
    Path to = in.resolve("hostile.tar.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(to));
        TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
      for (Map.Entry<String, byte[]> entry : goodFiles().entrySet()) {
        put(tar, new TarArchiveEntry("files/" + entry.getKey()), entry.getValue());
      }
      for (Map.Entry<String, byte[]> entry : hostileFiles().entrySet()) {
        put(tar, new TarArchiveEntry(entry.getKey(), true), entry.getValue());
      }
      for (byte type : List.of(TarArchiveEntry.LF_SYMLINK, TarArchiveEntry.LF_LINK)) {
        TarArchiveEntry link =
            new TarArchiveEntry(
                String.format(Locale.ROOT, "files/p19/p19999999/s5900000%d.txt", type), type);
        link.setLinkName("/etc/passwd");
        put(tar, link, new byte[0]);
      }
      put(
          tar,
          new TarArchiveEntry("files/p10/p10000000/s50000000.txt"),
          goodFiles().values().iterator().next());
    }
    return to;
  }

  private static void put(TarArchiveOutputStream tar, TarArchiveEntry entry, byte[] bytes)
      throws IOException {
    entry.setSize(bytes.length);
    tar.putArchiveEntry(entry);
    tar.write(bytes);
    tar.closeArchiveEntry();
  }

  private Map<String, byte[]> goodFiles() throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    Path root = good.resolve("files");
    try (Stream<Path> found = Files.walk(root)) {
      for (Path file : found.filter(Files::isRegularFile).toList()) {
        files.put(root.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
    return files;
  }

  @Test
  void stopsAtBombs() throws Exception {
    Path zip = in.resolve("bomb.zip");
    Path tar = in.resolve("bomb.tgz");
    byte[] mib = new byte[1 << 20];
    try (ZipOutputStream zips = new ZipOutputStream(Files.newOutputStream(zip));
        OutputStream out = new GZIPOutputStream(Files.newOutputStream(tar));
        TarArchiveOutputStream tars = new TarArchiveOutputStream(out)) {
      for (int i = 0; i < 40; i++) {
        String name = String.format(Locale.ROOT, "files/p10/p10000000/s5%07d.txt", i);
        zips.putNextEntry(new ZipEntry(name));
        zips.write(mib);
        put(tars, new TarArchiveEntry(name), mib);
      }
    }
    Path gz = in.resolve("bomb.jsonl.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(gz))) {
      for (int i = 0; i < 40; i++) {
        out.write('{');
        out.write(mib);
      }
    }
    for (Path bomb : List.of(zip, tar)) {
      stops("read.max-archive-bytes", "--mimic-cxr", bomb, "--set", "read.max-archive-bytes=20MiB");
    }
    stops("read.max-archive-bytes", "--reports", gz, "--set", "read.max-archive-bytes=20MiB");
  }

  /** Entries that share their bytes, the way 42 kB become petabytes. */
  @Test
  void refusesEntriesThatShareTheirBytes() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (int i = 0; i < 2; i++) {
        zip.putNextEntry(
            new ZipEntry(String.format(Locale.ROOT, "files/p10/p10000000/s5%07d.txt", i)));
        zip.write(CANARY.getBytes(StandardCharsets.UTF_8));
      }
    }
    byte[] archive = bytes.toByteArray();
    // The second entry of the directory gets the first one's offset.
    for (int i = archive.length - 1, seen = 0; seen == 0; i--) {
      if (archive[i] == 'P' && archive[i + 2] == 1) {
        Arrays.fill(archive, i + 42, i + 46, (byte) 0);
        seen++;
      }
    }
    Path zip = Files.write(in.resolve("a.zip"), archive);
    stops("no report in", "--mimic-cxr", zip);
  }

  @Test
  void survivesHostileXml() throws Exception {
    new SyntheticCorpus(3).writeOpenI(in, GOOD);
    Path folder = in.resolve("ecgen-radiology");
    int port = outside.getLocalPort();
    String report = "<eCitation><uId id='%d'/><AbstractText Label='FINDINGS'>%s</AbstractText>%s";
    String[] hostile = {
      "<!DOCTYPE eCitation SYSTEM 'http://127.0.0.1:" + port + "/x.dtd'>" + report + "</eCitation>",
      "<!DOCTYPE e [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>" + report + "&x;</eCitation>",
      "<!DOCTYPE e [<!ENTITY % x SYSTEM 'http://127.0.0.1:" + port + "/'> %x;]>" + report,
      "<!DOCTYPE e [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>]>"
          + report,
      report + "<a>".repeat(100_000),
      report + "</b></eCitation>",
      report,
      "<html>" + report + "</html>",
      report + "&nbsp;</eCitation>",
      report + "</eCitation>" + report,
    };
    for (int i = 0; i < hostile.length; i++) {
      String xml = hostile[i].replace("%d", "90" + i).replace("%s", CANARY);
      Files.writeString(folder.resolve("90" + i + ".xml"), xml);
    }
    Files.write(folder.resolve("910.xml"), "<eCitation/>".getBytes(StandardCharsets.UTF_16));
    Files.write(folder.resolve("917.xml"), "<a>\u00e9".getBytes(StandardCharsets.ISO_8859_1));
    Files.writeString(folder.resolve("911.xml"), "");
    Files.write(folder.resolve("912.xml"), new byte[HUGE]);
    Files.createDirectory(folder.resolve("913.xml"));
    Files.createSymbolicLink(folder.resolve("914.xml"), Path.of("914.xml"));
    Files.createSymbolicLink(folder.resolve("again"), in);
    Files.writeString(folder.resolve("915.xml"), "<eCitation><uId id='a b'/></eCitation>");
    Files.copy(folder.resolve("1.xml"), folder.resolve("916.xml"));
    Map<String, Integer> expected = new TreeMap<>();
    expected.put("forbidden_doctype", 4);
    expected.put("malformed_xml", 6);
    expected.put("missing_id", 1);
    expected.put("not_utf8", 1);
    expected.put("empty", 1);
    expected.put("too_large", 1);
    expected.put("unreadable", 2);
    expected.put("malformed_id", 1);
    expected.put("duplicate_id", 1);
    survives(expected, "--openi-xml", in, "--set", "clean.min-findings-words=0");
  }

  @Test
  void survivesHostileTables() throws Exception {
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < GOOD; i++) {
      rows.add(
          String.format(
              Locale.ROOT, "{\"id\":\"%d\",\"findings\":\"f %d\",\"impression\":\"i i\"}", i, i));
    }
    rows.add(3, "{\"id\":\"a\",\"findings\":\"" + "x".repeat(HUGE));
    rows.add(5, "{\"id\":\"a\",\"findings\":\"" + CANARY + "\"");
    rows.add(7, "{\"id\":\"" + CANARY + " is no id\",\"findings\":\"\",\"impression\":\"\"}");
    rows.add(9, "{\"id\":\"a\",\"findings\":\"" + CANARY + "\\u0000\"}");
    rows.add(rows.get(0));
    Path jsonl = Files.write(in.resolve("a.jsonl"), rows);
    Map<String, Integer> expected = new TreeMap<>();
    expected.put("too_large", 1);
    expected.put("malformed_json", 1);
    expected.put("malformed_id", 1);
    expected.put("binary", 1);
    expected.put("duplicate_id", 1);
    String[] all = {"--set", "clean.min-findings-words=0"};
    survives(expected, "--reports", jsonl, all[0], all[1]);
    StringBuilder csv = new StringBuilder("ids,finding,impression\n");
    for (int i = 0; i < GOOD; i++) {
      csv.append(i).append(",\"f ").append(i).append("\",\"i, i\"\n");
      csv.append(i == 4 ? "a,\"" + CANARY + "\n" : "");
      csv.append(i == 6 ? "a,\"" + "x".repeat(HUGE) + "\",i\n" : "");
      csv.append(i == 8 ? "a,b\nc,d,e,f\n,d,e\n" : "");
    }
    Path file = Files.writeString(in.resolve("a.csv"), csv.append("z,\"" + CANARY));
    expected.clear();
    expected.put("unclosed_quote", 2);
    expected.put("too_large", 1);
    expected.put("malformed_row", 2);
    expected.put("missing_id", 1);
    survives(expected, "--openi-csv", file, all[0], all[1]);
  }

  @Test
  void stopsAtDamagedSplitsAndTables() throws Exception {
    byte[] split = Files.readAllBytes(good.resolve("mimic-cxr-2.0.0-split.csv.gz"));
    Path cut = Files.write(in.resolve("split.gz"), Arrays.copyOf(split, split.length - 20));
    stops(
        "cannot read split.gz to its end", "--mimic-cxr", good, "--split-file", "mimic-cxr=" + cut);
    Path some =
        Files.writeString(in.resolve("s.csv"), "id,split\n50000000,train\n50000001,train\n");
    survives(
        GOOD - 2 - 1,
        Map.of("not_in_split_file", GOOD - 2 - 1, "no_findings", 1),
        "--mimic-cxr",
        good,
        "--split-file",
        "mimic-cxr=" + some);
    ByteArrayOutputStream gzip = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(gzip)) {
      for (int i = 0; i < 20_000; i++) {
        out.write(
            String.format(Locale.ROOT, "{\"id\":%d,\"findings\":\"%s\"}\n", i, CANARY)
                .getBytes(StandardCharsets.UTF_8));
      }
    }
    Path jsonl =
        Files.write(in.resolve("a.gz"), Arrays.copyOf(gzip.toByteArray(), gzip.size() - 9));
    stops("cannot be read beyond row", "--reports", jsonl);
  }

  private void survives(Map<String, Integer> rejected, Object... args) throws Exception {
    // One of the forty synthetic MIMIC-CXR studies has no findings.
    Map<String, Integer> all = new TreeMap<>(rejected);
    boolean mimic = args[0].equals("--mimic-cxr");
    if (mimic) {
      all.put("no_findings", 1);
    }
    survives(0, all, args);
  }

  private void survives(int fewer, Map<String, Integer> rejected, Object... args) throws Exception {
    Map<String, String> before = listing();
    Object[] some = Arrays.copyOf(args, args.length + 8);
    some[args.length] = "--set";
    some[args.length + 1] = "read.max-unreadable-share=1";
    some[args.length + 2] = "--set";
    some[args.length + 3] = "dedup.exact=false";
    some[args.length + 4] = "--set";
    some[args.length + 5] = "dedup.near=false";
    some[args.length + 6] = "--set";
    some[args.length + 7] = "reject { max-share = 1, allow-empty-train = true }";
    try (CapturedLog log = new CapturedLog()) {
      run(some);
      assertThat(log.text()).doesNotContain(CANARY);
    }
    Path run = dir.resolve("out/r");
    JsonNode counts = counts(run);
    Map<String, Integer> got = new TreeMap<>();
    counts
        .get("rejected")
        .fields()
        .forEachRemaining(e -> got.put(e.getKey(), e.getValue().asInt()));
    assertThat(got).isEqualTo(rejected);
    int kept = 0;
    for (String split : List.of("train", "validate", "test")) {
      kept += counts.get(split).asInt();
    }
    int noFindings = rejected.getOrDefault("no_findings", 0);
    assertThat(kept).isEqualTo(GOOD - noFindings - fewer);
    try (Stream<Path> files = Files.walk(run)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).doesNotContain(CANARY);
      }
    }
    delete(dir.resolve("out"));
    assertThat(listing()).isEqualTo(before);
    if (!rejected.containsKey("not_in_split_file")) {
      stops("read.max-unreadable-share", args);
    }
  }

  private void stops(String message, Object... args) {
    try (CapturedLog log = new CapturedLog()) {
      assertThatThrownBy(() -> run(args))
          .isInstanceOfSatisfying(
              JobFailure.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.INPUT))
          .message()
          .contains(message)
          .doesNotContain(CANARY, "\n");
      assertThat(log.text()).doesNotContain(CANARY);
    }
    assertThat(dir.resolve("out/r")).doesNotExist();
  }

  private void run(Object... args) throws Exception {
    List<String> flags = new ArrayList<>(Stream.of(args).map(Object::toString).toList());
    flags.addAll(List.of("--out", dir.resolve("out").toString(), "--run-id", "r"));
    flags.addAll(List.of("--set", "split.mimic-cxr-by-seed=true"));
    ingest(2, flags.toArray(String[]::new));
  }

  /** Everything in the test's folder but the output. */
  private Map<String, String> listing() throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> found = Files.walk(dir)) {
      for (Path file : found.filter(f -> !f.startsWith(dir.resolve("out"))).toList()) {
        boolean small = Files.isRegularFile(file) && Files.size(file) < 1 << 20;
        files.put(file.toString(), small ? Digests.sha256(Files.readAllBytes(file)) : "");
      }
    }
    return files;
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> found = Files.walk(from)) {
      for (Path file : found.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> found = Files.walk(folder)) {
      for (Path file : found.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(file);
      }
    }
  }
}
