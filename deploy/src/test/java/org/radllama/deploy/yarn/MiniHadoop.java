package org.radllama.deploy.yarn;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.yarn.api.records.ApplicationId;
import org.apache.hadoop.yarn.api.records.ApplicationReport;
import org.apache.hadoop.yarn.client.api.YarnClient;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.exceptions.YarnException;
import org.apache.hadoop.yarn.server.MiniYARNCluster;

/** HDFS and YARN, one node each, with two GPUs that are only counted. */
final class MiniHadoop implements AutoCloseable {
  /** For two executors of 1 GB and several drivers. */
  private static final int NODE_MB = 8192;

  private final Path folder;
  private MiniDFSCluster hdfs;
  private MiniYARNCluster yarn;
  private YarnClient client;

  private MiniHadoop(Path folder) {
    this.folder = folder;
  }

  static MiniHadoop start(Path folder) throws IOException {
    MiniHadoop hadoop = new MiniHadoop(folder);
    try {
      hadoop.start();
      return hadoop;
    } catch (IOException | RuntimeException | Error e) {
      hadoop.close();
      throw e;
    }
  }

  private void start() throws IOException {
    YarnConfiguration conf = new YarnConfiguration();
    conf.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, folder.resolve("hdfs").toString());
    conf.setInt("dfs.replication", 1);
    hdfs = new MiniDFSCluster.Builder(conf).numDataNodes(1).build();
    hdfs.waitActive();
    conf.set("fs.defaultFS", hdfs.getURI().toString());
    conf.setInt("yarn.scheduler.minimum-allocation-mb", 256);
    conf.setInt(YarnConfiguration.YARN_MINICLUSTER_NM_PMEM_MB, NODE_MB);
    conf.setBoolean("yarn.nodemanager.vmem-check-enabled", false);
    conf.setBoolean("yarn.nodemanager.pmem-check-enabled", false);
    conf.setFloat(
        "yarn.nodemanager.disk-health-checker.max-disk-utilization-per-disk-percentage", 99);
    conf.set("yarn.scheduler.capacity.root.queues", "default");
    conf.setInt("yarn.scheduler.capacity.root.default.capacity", 100);
    conf.setFloat("yarn.scheduler.capacity.maximum-am-resource-percent", 0.9f);
    conf.set(
        "yarn.scheduler.capacity.resource-calculator",
        "org.apache.hadoop.yarn.util.resource.DominantResourceCalculator");
    yarn = new MiniYARNCluster("radllama-yarn", 1, 1, 1, 1);
    yarn.init(conf);
    yarn.start();
    client = YarnClient.createYarnClient();
    client.init(yarn.getConfig());
    client.start();
    writeClientFiles();
  }

  private void writeClientFiles() throws IOException {
    Files.createDirectories(configuration());
    Configuration running = yarn.getConfig();
    write("core-site.xml", Map.of("fs.defaultFS", hdfs.getURI().toString()));
    write("hdfs-site.xml", Map.of("dfs.replication", "1"));
    Configuration site = new Configuration(false);
    for (String key : List.of("address", "scheduler.address", "webapp.address")) {
      String full = "yarn.resourcemanager." + key;
      site.set(full, running.get(full));
    }
    try (OutputStream out = Files.newOutputStream(configuration().resolve("yarn-site.xml"))) {
      site.writeXml(out);
    }
    write("resource-types.xml", Map.of("yarn.resource-types", "yarn.io/gpu"));
  }

  private void write(String file, Map<String, String> settings) throws IOException {
    Configuration conf = new Configuration(false);
    settings.forEach(conf::set);
    try (OutputStream out = Files.newOutputStream(configuration().resolve(file))) {
      conf.writeXml(out);
    }
  }

  /** What HADOOP_CONF_DIR names. */
  Path configuration() {
    return folder.resolve("conf");
  }

  FileSystem fileSystem() throws IOException {
    return hdfs.getFileSystem();
  }

  String uri() {
    return hdfs.getURI().toString();
  }

  ApplicationReport report(String application) throws IOException {
    try {
      return client.getApplicationReport(ApplicationId.fromString(application));
    } catch (YarnException e) {
      throw new IOException(e);
    }
  }

  /** The directories in which containers of an application write their output, sorted. */
  List<Path> containers(String application) throws IOException {
    Path logs =
        Path.of(yarn.getNodeManager(0).getConfig().get("yarn.nodemanager.log-dirs"))
            .resolve(application);
    if (!Files.isDirectory(logs)) {
      return List.of();
    }
    try (Stream<Path> found = Files.list(logs)) {
      return found.sorted().toList();
    }
  }

  /** What the driver wrote to standard error. */
  String driverLog(String application) throws IOException {
    List<Path> containers = containers(application);
    Path log = containers.isEmpty() ? null : containers.get(0).resolve("stderr");
    return log == null || !Files.exists(log) ? "" : Files.readString(log);
  }

  /** The processes of an application's executors. */
  static List<ProcessHandle> executors(String application) {
    return ProcessHandle.allProcesses()
        .filter(p -> commandLine(p).contains("YarnCoarseGrainedExecutorBackend"))
        .filter(p -> commandLine(p).contains("\0" + application + "\0"))
        .filter(p -> commandLine(p).split("\0")[0].endsWith("/java"))
        .toList();
  }

  /** The words that a process was started with, each ended by a NUL. */
  private static String commandLine(ProcessHandle process) {
    try {
      return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"));
    } catch (IOException | UncheckedIOException e) {
      return ""; // It ended just now.
    }
  }

  @Override
  public void close() {
    if (client != null) {
      client.stop();
    }
    if (yarn != null) {
      yarn.stop();
    }
    if (hdfs != null) {
      hdfs.shutdown();
    }
  }
}
