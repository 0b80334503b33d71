package org.radllama.run;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.radllama.store.ObjectStores;

/** The files below a directory; on an object store by one listing of all of them. */
final class FileLengths {
  private FileLengths() {}

  /** Lengths in bytes by path below the directory. */
  static Map<String, Long> below(FileSystem fs, Path directory) throws IOException {
    Map<String, Long> lengths = new TreeMap<>();
    if (ObjectStores.of(fs).isPresent()) {
      all(fs, directory).forEach((name, status) -> lengths.put(name, status.getLen()));
    } else {
      collect(fs, directory, "", lengths);
    }
    return lengths;
  }

  /** The files of an object store below a directory, which is not looked at itself. */
  static Map<String, FileStatus> all(FileSystem fs, Path directory) throws IOException {
    Map<String, FileStatus> all = new TreeMap<>();
    String prefix = fs.makeQualified(directory).toUri().getPath() + "/";
    try {
      RemoteIterator<LocatedFileStatus> files = fs.listFiles(directory, true);
      while (files.hasNext()) {
        LocatedFileStatus file = files.next();
        all.put(file.getPath().toUri().getPath().substring(prefix.length()), file);
      }
    } catch (FileNotFoundException e) {
      // No file, no directory.
    }
    return all;
  }

  private static void collect(FileSystem fs, Path folder, String prefix, Map<String, Long> lengths)
      throws IOException {
    for (FileStatus child : fs.listStatus(folder)) {
      String name = prefix + child.getPath().getName();
      if (child.isDirectory()) {
        collect(fs, child.getPath(), name + "/", lengths);
      } else {
        lengths.put(name, child.getLen());
      }
    }
  }
}
