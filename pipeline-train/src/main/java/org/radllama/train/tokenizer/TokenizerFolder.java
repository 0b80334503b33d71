package org.radllama.train.tokenizer;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.failure.BadInputException;
import org.radllama.run.InputFiles;
import org.radllama.train.gguf.GgufReader;

/**
 * The files of a tokenizer, under the names that Hugging Face gives them: those of a directory, or
 * those made from what a GGUF file says about its tokenizer.
 */
public interface TokenizerFolder {
  /** Largest file that is read, in bytes. */
  long LARGEST = 256L << 20;

  /**
   * A model's or a tokenizer's directory, or a GGUF file.
   *
   * @throws BadInputException when a GGUF file is damaged, or its tokenizer is of a kind that is
   *     not done here
   */
  static TokenizerFolder open(FileSystem fs, Path path) throws IOException {
    if (!InputFiles.isFile(fs, path)) {
      return new Directory(fs, path);
    }
    try (GgufReader file = GgufReader.open(fs, path)) {
      return new Made(path.toUri().getPath(), GgufTokenizerFiles.of(file));
    }
  }

  /** A file's bytes, empty when there is no such file. */
  Optional<byte[]> read(String name) throws IOException;

  /** What messages call a file, or the whole for an empty name. */
  String shown(String name);

  /** Files that lie there. */
  record Directory(FileSystem fs, Path path) implements TokenizerFolder {
    @Override
    public Optional<byte[]> read(String name) throws IOException {
      Path file = new Path(path, name);
      if (!fs.exists(file)) {
        return Optional.empty();
      }
      long length = fs.getFileStatus(file).getLen();
      if (length > LARGEST) {
        throw new BadInputException(
            "%s has %d bytes, a tokenizer has at most %d", shown(name), length, LARGEST);
      }
      try (InputStream in = fs.open(file)) {
        return Optional.of(in.readAllBytes());
      }
    }

    @Override
    public String shown(String name) {
      String root = path.toUri().getPath();
      return name.isEmpty() ? root : root + "/" + name;
    }
  }

  /** Files in memory. */
  record Made(String source, Map<String, byte[]> files) implements TokenizerFolder {
    @Override
    public Optional<byte[]> read(String name) {
      return Optional.ofNullable(files.get(name));
    }

    @Override
    public String shown(String name) {
      return name.isEmpty() ? source : source + " (as " + name + ")";
    }
  }
}
