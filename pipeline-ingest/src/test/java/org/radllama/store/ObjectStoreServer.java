package org.radllama.store;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MalformedURLException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.radllama.installed.Installed;

/**
 * An S3 server with one empty bucket on this machine's loopback, for tests: versitygw, where {@code
 * deploy/object-stores/install} put it, or on the PATH. A test is skipped, and says so, where there
 * is none, or no Hadoop file system for S3, which the build does not bring since it is 280 MB.
 */
public final class ObjectStoreServer implements AutoCloseable {
  private static final String BUCKET = "bucket";
  private static final String ACCESS_KEY = "radllama";
  private static final String SECRET_KEY = "radllama-secret";
  private static final List<String> JARS =
      List.of("hadoop-aws-3.3.4.jar", "aws-java-sdk-bundle-1.12.262.jar");

  /** What the access log says of a request: the bucket's owner, bucket, time, three ids, and it. */
  private static final Pattern REQUEST =
      Pattern.compile("^\\S+ \\S+ \\[[^]]*] \\S+ \\S+ \\S+ (?:s3_)?(\\S+) ");

  private final Path folder;
  private final int port;
  private final Process process;
  private final Thread end = new Thread(this::kill);
  private int counted;

  private ObjectStoreServer(Path folder, Path server) throws IOException {
    this.folder = folder;
    this.port = freePort();
    Files.createDirectories(bucket());
    ProcessBuilder builder =
        new ProcessBuilder(
                server.toString(),
                "--port",
                "127.0.0.1:" + port,
                "--quiet",
                "--access-log",
                log().toString(),
                "posix",
                bucket().getParent().toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("printed").toFile());
    builder.environment().put("ROOT_ACCESS_KEY", ACCESS_KEY);
    builder.environment().put("ROOT_SECRET_KEY", SECRET_KEY);
    this.process = builder.start();
    Runtime.getRuntime().addShutdownHook(end);
  }

  /**
   * Starts a server.
   *
   * @param folder where its bucket and logs go; on a file system with extended attributes
   */
  public static ObjectStoreServer start(Path folder) throws IOException, InterruptedException {
    Optional<Path> server = server();
    assumeTrue(server.isPresent(), () -> missing("versitygw"));
    for (Path jar : jars()) {
      assumeTrue(Files.exists(jar), () -> missing(jar.getFileName().toString()));
    }
    ObjectStoreServer started = new ObjectStoreServer(folder, server.get());
    started.awaitStart();
    return started;
  }

  private static String missing(String what) {
    return "no " + what + " in " + cache() + " (deploy/object-stores/install puts it there)";
  }

  private void awaitStart() throws IOException, InterruptedException {
    for (int i = 0; i < 200; i++) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
        return;
      } catch (IOException notYet) {
        if (!process.isAlive()) {
          break;
        }
        Thread.sleep(50);
      }
    }
    close();
    throw new IOException("versitygw: " + Files.readString(folder.resolve("printed")));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static Path cache() {
    return Installed.folder("RADLLAMA_OBJECT_STORES", "object-stores");
  }

  private static Optional<Path> server() {
    return Stream.concat(
            Stream.of(cache()),
            Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(Path::of))
        .map(place -> place.resolve("versitygw"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static URL url(Path jar) {
    try {
      return jar.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Hadoop's S3 file system and its SDK, for other processes' class paths. */
  public static List<Path> jars() {
    return JARS.stream().map(cache()::resolve).toList();
  }

  /** Loads Hadoop's S3 file system, and all else from the test's own loader. */
  public ClassLoader loader() {
    return S3a.LOADER;
  }

  /** How Hadoop gets here: the properties {@code fs.s3a.*}. */
  public Map<String, String> settings() {
    return settings(port);
  }

  /** The same by another port of this machine, such as a proxy's. */
  public Map<String, String> settings(int to) {
    SortedMap<String, String> settings = new TreeMap<>();
    settings.put("fs.s3a.endpoint", "http://127.0.0.1:" + to);
    settings.put("fs.s3a.endpoint.region", "us-east-1");
    settings.put("fs.s3a.path.style.access", "true");
    settings.put("fs.s3a.connection.ssl.enabled", "false");
    settings.put(
        "fs.s3a.aws.credentials.provider", "org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider");
    settings.put("fs.s3a.access.key", ACCESS_KEY);
    settings.put("fs.s3a.secret.key", SECRET_KEY);
    settings.put("fs.s3a.directory.marker.retention", "keep");
    return settings;
  }

  /** Settings for this JVM, in which {@code s3a://} leads here. */
  public Configuration configuration() {
    Configuration hadoop = new Configuration();
    hadoop.setClassLoader(loader());
    settings().forEach(hadoop::set);
    return hadoop;
  }

  /** A place in the bucket, as {@code s3a://bucket/runs}. */
  public String uri(String key) {
    return "s3a://" + BUCKET + "/" + key;
  }

  /**
   * The bucket as the server keeps it: an object {@code a/b} is the file {@code b} in {@code a}.
   */
  public Path bucket() {
    return folder.resolve("buckets").resolve(BUCKET);
  }

  /** The server's port on the loopback. */
  public int port() {
    return port;
  }

  /**
   * The requests that it answered since this was asked last, by S3's names of the operations, as
   * {@code PutObject}.
   */
  public SortedMap<String, Integer> requests() throws IOException, InterruptedException {
    List<String> lines = Files.readAllLines(log());
    for (int before = -1; before < lines.size(); lines = Files.readAllLines(log())) {
      before = lines.size();
      Thread.sleep(100); // It writes a request down after it was answered.
    }
    SortedMap<String, Integer> requests = new TreeMap<>();
    for (String line : lines.subList(counted, lines.size())) {
      Matcher request = REQUEST.matcher(line);
      if (request.find()) {
        requests.merge(request.group(1), 1, Integer::sum);
      }
    }
    counted = lines.size();
    return requests;
  }

  private Path log() {
    return folder.resolve("access.log");
  }

  private void kill() {
    process.destroyForcibly();
  }

  /** One for all servers of a JVM: s3a keeps statistics there that only one loader may have. */
  private static final class S3a {
    private static final URLClassLoader LOADER =
        new URLClassLoader(
            "s3a",
            jars().stream().map(ObjectStoreServer::url).toArray(URL[]::new),
            ObjectStoreServer.class.getClassLoader());
  }

  @Override
  public void close() throws IOException {
    Runtime.getRuntime().removeShutdownHook(end);
    kill();
    process.onExit().orTimeout(10, TimeUnit.SECONDS).exceptionally(late -> null).join();
  }
}
