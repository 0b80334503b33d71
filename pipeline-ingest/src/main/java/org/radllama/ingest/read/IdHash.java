package org.radllama.ingest.read;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import org.apache.commons.codec.digest.HmacAlgorithms;
import org.apache.commons.codec.digest.HmacUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.radllama.failure.BadInputException;
import org.radllama.ingest.record.Document;
import org.radllama.ingest.record.Outcome;
import org.radllama.ingest.record.Rejection;
import org.radllama.run.Digests;
import org.radllama.run.InputFiles;
import org.radllama.run.RunInput;
import org.radllama.run.SettingReader;

/**
 * Puts digests in place of the ids of reports and patients: the first 32 hexadecimal digits of
 * their HMAC-SHA-256 under a salt. The same id has the same digest wherever the salt is the same.
 */
public final class IdHash implements Serializable {
  /** Leaves ids as they are. */
  public static final IdHash NONE = new IdHash("", null);

  private static final int LEAST = 16;
  private static final int MOST = 1 << 20;
  private static final int DIGITS = 32;

  private final String path;
  private final byte[] salt;

  private IdHash(String path, byte[] salt) {
    this.path = path;
    this.salt = salt;
  }

  /** The settings {@code hash-ids} and {@code hash-salt} below {@code reports}: the salt's file. */
  public static Optional<String> saltFile(SettingReader reports) {
    boolean hash = reports.flag("hash-ids");
    Optional<String> file = reports.optionalText("hash-salt");
    reports.require(
        hash == file.isPresent(),
        "reports.hash-ids = true and reports.hash-salt = FILE go together");
    String source = reports.text("source");
    reports.require(
        !hash
            || !(source.equals(SourceKind.MIMIC_CXR.source())
                || source.equals(SourceKind.OPENI_CSV.source())),
        "reports.hash-ids is not for %s, whose ids are public and stand in its split files",
        source);
    return file;
  }

  /**
   * Reads a salt.
   *
   * @throws BadInputException where it cannot be read or has fewer than 16 bytes
   */
  public static IdHash of(String file, Configuration hadoop) {
    Path at = new Path(file);
    try (InputStream in = InputFiles.open(at.getFileSystem(hadoop), at)) {
      byte[] salt = in.readNBytes(MOST);
      if (salt.length < LEAST) {
        throw new BadInputException(
            "reports.hash-salt: %s has fewer than %d bytes, so that it could be guessed",
            file, LEAST);
      }
      return new IdHash(file, salt);
    } catch (IOException e) {
      throw new BadInputException(
          "reports.hash-salt: cannot read %s (%s)".formatted(file, e.getClass().getSimpleName()),
          e);
    }
  }

  /** A digest in place of the salt's own, which says no more of it than the ids do. */
  public List<RunInput> runInputs() {
    return salt == null
        ? List.of()
        : List.of(
            RunInput.partly(
                "hash-salt", path, List.of(new Digests.Entry("*", 0, digest("radllama")))));
  }

  private String digest(String raw) {
    return salt == null
        ? raw
        : new HmacUtils(HmacAlgorithms.HMAC_SHA_256, salt).hmacHex(raw).substring(0, DIGITS);
  }

  /** An id with its source in front. */
  public String full(String id) {
    int bare = id.indexOf('/') + 1;
    return id.substring(0, bare) + digest(id.substring(bare));
  }

  /** What stands for a file's name, which may be a patient's. */
  String name(String file) {
    return file.isEmpty() ? file : digest(file);
  }

  /** What a record became, its ids digested; its place, where it has no id, is named without. */
  Outcome<Document> hashed(Outcome<Document> read, ReportPlace place) {
    if (salt == null) {
      return read;
    }
    if (read.isKept()) {
      Document document = read.value();
      return Outcome.kept(document.named(full(document.id()), digest(document.patient())));
    }
    Rejection rejection = read.rejection();
    return rejection.id().equals(place.id())
        ? read
        : rejection.named(full(rejection.id()), rejection.source(), rejection.origin()).outcome();
  }

  /** The salt is a secret. */
  @Override
  public String toString() {
    return "IdHash[]";
  }
}
