package org.radllama.run;

import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.SparkSession;

/** What a job's body works with. */
public final class JobContext {
  /**
   * Keys whose values Spark shows neither in its web interface nor in event logs: its own and those
   * of storage keys. A value that matches is hidden too.
   */
  private static final String SECRETS =
      "(?i)secret|passw(or)?d|passphrase|token|credential"
          + "|(access|account|api|private|encryption|shared|storage)[._-]?key";

  private final String job;
  private final Settings settings;
  private final Console console;
  private volatile SparkSession spark;

  /** Whether this JVM ever had a session of a job. */
  private static volatile boolean started;

  JobContext(String job, Settings settings, Console console) {
    this.job = job;
    this.settings = settings;
    this.console = console;
  }

  /** A context around a session that already runs, as tests and notebooks have it. */
  public static JobContext of(String job, Settings settings, SparkSession spark) {
    JobContext context = new JobContext(job, settings, Console.system());
    context.spark = spark;
    return context;
  }

  /** The effective configuration. */
  public Settings settings() {
    return settings;
  }

  /** Where the job prints. */
  public Console console() {
    return console;
  }

  /** Hadoop's configuration with what {@code spark.hadoop.*} adds, session or not. */
  public Configuration hadoop() {
    SparkSession started = spark;
    return started == null
        ? SparkHadoopUtil.get().newConfiguration(new SparkConf())
        : started.sparkContext().hadoopConfiguration();
  }

  /** Spark's settings as they were given, session or not. */
  public SparkConf sparkConf() {
    SparkSession started = spark;
    return started == null ? new SparkConf() : started.sparkContext().getConf();
  }

  /**
   * Starts the session in the background, for a job that has long work to do before it needs one.
   * On YARN it also keeps the application from being given up for its late start.
   */
  public void startSpark() {
    if (spark == null) {
      Thread starting = new Thread(this::spark, "start-spark");
      // What goes wrong here goes wrong again where the session is asked for, and is reported
      // there.
      starting.setUncaughtExceptionHandler((thread, e) -> {});
      starting.setDaemon(true);
      starting.start();
    }
  }

  /** The session, started on first use. What was given to spark-submit stands. */
  public synchronized SparkSession spark() {
    if (spark == null) {
      SparkConf conf = new SparkConf();
      conf.setIfMissing("spark.app.name", "radllama-" + job);
      conf.setIfMissing("spark.master", "local[*]");
      conf.setIfMissing("spark.ui.showConsoleProgress", "false");
      conf.setIfMissing("spark.redaction.regex", SECRETS);
      if (conf.get("spark.master").matches("local(\\[.*)?")) {
        // What is shuffled and spilled is report text, under a folder that others may read. In one
        // process no key is handed around; Spark warns of that unless the other two are set.
        conf.setIfMissing("spark.authenticate", "true");
        conf.setIfMissing("spark.network.crypto.enabled", "true");
        conf.setIfMissing("spark.io.encryption.enabled", "true");
      }
      started = true;
      spark = SparkSession.builder().config(conf).getOrCreate();
    }
    return spark;
  }

  /**
   * Starts and stops a session without executors, if this JVM never had one. YARN counts a driver
   * that ends without one as failed, whatever it did, and gets no exit code.
   */
  static void startedOnce() {
    SparkConf conf = new SparkConf();
    if (!started && "yarn".equals(conf.get("spark.master", ""))) {
      conf.set("spark.executor.instances", "0");
      conf.set("spark.dynamicAllocation.enabled", "false");
      conf.setIfMissing("spark.redaction.regex", SECRETS);
      SparkSession.builder().config(conf).getOrCreate().stop();
    }
  }

  synchronized void stop() {
    if (spark != null) {
      spark.stop();
    }
  }
}
