package org.radllama.ingest.run;

/**
 * A file or directory that a job reads.
 *
 * @param name what it is to the job, such as {@code openi-csv}
 * @param path a Hadoop path
 */
public record RunInput(String name, String path) {}
