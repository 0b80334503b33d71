package org.radllama.eval.predict;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.radllama.run.Digests;
import org.radllama.run.Json;
import org.radllama.run.LocalFiles;
import org.radllama.run.PartFiles;
import org.radllama.run.RunDirectory;

/**
 * What models wrote, kept by batch as it comes, so that a run whose driver is lost, or whose task
 * fails once too often, computes little again. A file is there whole or not at all; one that does
 * not match its digest is computed again.
 *
 * @param folder where, below the run's directory
 * @param origin tells what the run is made from and by: texts of another are not found
 */
public record KeptTexts(String folder, String origin) implements Serializable {
  /** The folder in a run's work directory, which is not published. */
  public static final String FOLDER = "_texts";

  private static final int DIGEST = 64;

  /** Those of a run. */
  public static KeptTexts of(RunDirectory run) {
    return new KeptTexts(run.path(FOLDER).toString(), Digests.sha256(Json.text(run.origin())));
  }

  /** The name of a batch, by all that decides what happens to it. */
  String name(String label, List<int[]> prompts, long[] keys) {
    StringBuilder all = new StringBuilder(origin).append('\n').append(label);
    prompts.forEach(prompt -> all.append(Arrays.toString(prompt)));
    return Digests.sha256(all.append(Arrays.toString(keys)).toString()) + ".tokens";
  }

  /** The texts of a batch, if they are there. */
  Optional<List<int[]>> read(Configuration hadoop, String name) throws IOException {
    Path file = new Path(folder, name);
    byte[] bytes;
    try (InputStream in = file.getFileSystem(hadoop).open(file)) {
      bytes = in.readAllBytes();
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
    int length = Math.max(0, bytes.length - DIGEST);
    byte[] content = Arrays.copyOf(bytes, length);
    String digest = new String(bytes, length, bytes.length - length, StandardCharsets.US_ASCII);
    if (!Digests.sha256(content).equals(digest)) {
      return Optional.empty();
    }
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(content));
    List<int[]> texts = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      int[] ids = new int[in.readInt()];
      for (int i = 0; i < ids.length; i++) {
        ids[i] = in.readInt();
      }
      texts.add(ids);
    }
    return Optional.of(texts);
  }

  /**
   * Keeps the texts of a batch.
   *
   * @param attempt tells this attempt of a task from all others
   */
  void write(Configuration hadoop, String name, List<int[]> texts, long attempt)
      throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    DataOutputStream data = new DataOutputStream(content);
    data.writeInt(texts.size());
    for (int[] ids : texts) {
      data.writeInt(ids.length);
      for (int id : ids) {
        data.writeInt(id);
      }
    }
    PartFiles.Attempt part = new PartFiles(new Path(folder), hadoop).begin(name, attempt);
    try (OutputStream out = part.open()) {
      content.writeTo(out);
      out.write(Digests.sha256(content.toByteArray()).getBytes(StandardCharsets.US_ASCII));
    }
    part.settle(texts.size());
  }

  /** Removes all of them. */
  public void clear(Configuration hadoop) throws IOException {
    Path all = new Path(folder);
    LocalFiles.withoutChecksums(all, hadoop).delete(all, true);
  }
}
