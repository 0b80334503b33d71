package org.radllama.ingest;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Packs folders, in no order. */
final class Archives {
  private Archives() {}

  static Path zip(Path folder, String prefix, Path to) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(to))) {
      for (Path file : shuffled(folder)) {
        zip.putNextEntry(new ZipEntry(prefix + folder.relativize(file)));
        Files.copy(file, zip);
      }
    }
    return to;
  }

  static Path tgz(Path folder, String prefix, Path to) throws IOException {
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(to));
        TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
      for (Path file : shuffled(folder)) {
        TarArchiveEntry entry = new TarArchiveEntry(prefix + folder.relativize(file));
        entry.setSize(Files.size(file));
        tar.putArchiveEntry(entry);
        Files.copy(file, tar);
        tar.closeArchiveEntry();
      }
    }
    return to;
  }

  private static List<Path> shuffled(Path folder) throws IOException {
    try (Stream<Path> found = Files.walk(folder)) {
      List<Path> files = new ArrayList<>(found.filter(Files::isRegularFile).toList());
      Collections.shuffle(files, new Random(files.size()));
      return files;
    }
  }
}
