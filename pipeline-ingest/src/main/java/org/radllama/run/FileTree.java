package org.radllama.run;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * What lies in a folder, told apart before anything is opened. Links are followed; one that leads
 * nowhere or in a circle is named as such, where Hadoop's own listing leaves it out or fails.
 */
public final class FileTree {
  private FileTree() {}

  /** What a path leads to. */
  public enum Kind {
    FILE,
    FOLDER,
    /** A link to nothing or to itself, a pipe, a device: nothing that may be opened. */
    BROKEN
  }

  /**
   * Something in a folder.
   *
   * @param path its path
   * @param kind what it is, links followed
   * @param bytes a file's length
   * @param key the same for all paths that lead to one folder; empty where there are no links
   * @param problem what is broken, otherwise empty
   */
  public record Node(Path path, Kind kind, long bytes, String key, String problem) {
    /** The last part of the path. */
    public String name() {
      return path.getName();
    }

    /** Whether it is a file. */
    public boolean isFile() {
      return kind == Kind.FILE;
    }

    /** Whether it is a folder. */
    public boolean isFolder() {
      return kind == Kind.FOLDER;
    }
  }

  /**
   * What a path leads to.
   *
   * @throws FileNotFoundException when there is nothing
   */
  public static Node node(FileSystem fs, Path path) throws IOException {
    FileStatus status = fs.getFileStatus(path);
    return LocalFiles.isLocal(fs) ? local(LocalFiles.path(path), status.getPath()) : remote(status);
  }

  /**
   * What links must not lead out of.
   *
   * @param real the folder, links resolved; null where there are no bounds
   */
  public record Bounds(java.nio.file.Path real) {
    /** Links may lead anywhere. */
    public static final Bounds NONE = new Bounds(null);

    /** Links must stay below a folder; other file systems than the local one have none. */
    public static Bounds of(FileSystem fs, Path folder) {
      try {
        return LocalFiles.isLocal(fs) ? new Bounds(LocalFiles.path(folder).toRealPath()) : NONE;
      } catch (IOException e) {
        // Listing it will say what is wrong.
        return NONE;
      }
    }

    private boolean holds(java.nio.file.Path child) {
      try {
        return real == null || !Files.isSymbolicLink(child) || child.toRealPath().startsWith(real);
      } catch (IOException e) {
        // A link to nothing, which is named as such.
        return true;
      }
    }
  }

  /** What a folder holds, sorted by name; Hadoop's checksum files are left out. */
  public static List<Node> children(FileSystem fs, Path folder) throws IOException {
    return children(fs, folder, Bounds.NONE);
  }

  /** The same, in which links that lead out of bounds are broken. */
  public static List<Node> children(FileSystem fs, Path folder, Bounds bounds) throws IOException {
    List<Node> nodes = new ArrayList<>();
    if (LocalFiles.isLocal(fs)) {
      try (DirectoryStream<java.nio.file.Path> found =
          Files.newDirectoryStream(LocalFiles.path(folder))) {
        for (java.nio.file.Path child : found) {
          String name = child.getFileName().toString();
          if (!(name.startsWith(".") && name.endsWith(".crc"))) {
            Path path = new Path(folder, new Path(null, null, name));
            nodes.add(
                bounds.holds(child)
                    ? local(child, path)
                    : broken(path, "a link that leads out of the folder (read.follow-links)"));
          }
        }
      } catch (NoSuchFileException e) {
        throw InputFiles.missing(folder, e);
      }
    } else {
      for (FileStatus status : fs.listStatus(folder)) {
        nodes.add(remote(status));
      }
    }
    nodes.sort(Comparator.comparing(Node::name));
    return nodes;
  }

  /** Something that may not be opened, and why. */
  public static Node broken(Path path, String problem) {
    return new Node(path, Kind.BROKEN, 0, "", problem);
  }

  private static Node remote(FileStatus status) {
    Path path = status.getPath();
    if (status.isDirectory()) {
      return new Node(path, Kind.FOLDER, 0, "", "");
    }
    return status.isFile()
        ? new Node(path, Kind.FILE, status.getLen(), "", "")
        : broken(path, "a link");
  }

  private static Node local(java.nio.file.Path file, Path path) {
    BasicFileAttributes attributes;
    try {
      attributes = Files.readAttributes(file, BasicFileAttributes.class);
    } catch (NoSuchFileException e) {
      return broken(path, "a link to nothing");
    } catch (FileSystemException e) {
      return broken(
          path, Files.isSymbolicLink(file) ? "a link that leads nowhere" : "not accessible");
    } catch (IOException e) {
      return broken(path, "not accessible");
    }
    if (attributes.isDirectory()) {
      return new Node(path, Kind.FOLDER, 0, String.valueOf(attributes.fileKey()), "");
    }
    return attributes.isRegularFile()
        ? new Node(path, Kind.FILE, attributes.size(), "", "")
        : broken(path, "neither a file nor a folder");
  }
}
