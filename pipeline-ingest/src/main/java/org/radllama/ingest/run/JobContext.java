package org.radllama.ingest.run;

import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.SparkSession;

/** What a job's body works with. */
public final class JobContext {
  private final String job;
  private final Settings settings;
  private final Console console;
  private SparkSession spark;

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
    return spark == null
        ? SparkHadoopUtil.get().newConfiguration(new SparkConf())
        : spark.sparkContext().hadoopConfiguration();
  }

  /** The session, started on first use. What was given to spark-submit stands. */
  public SparkSession spark() {
    if (spark == null) {
      SparkConf conf = new SparkConf();
      conf.setIfMissing("spark.app.name", "radllama-" + job);
      conf.setIfMissing("spark.master", "local[*]");
      conf.setIfMissing("spark.ui.showConsoleProgress", "false");
      spark = SparkSession.builder().config(conf).getOrCreate();
    }
    return spark;
  }

  void stop() {
    if (spark != null) {
      spark.stop();
    }
  }
}
