package org.radllama.ingest.publish;

import static org.radllama.text.Format.format;

import java.io.Serializable;
import org.apache.spark.Partitioner;
import org.radllama.dataset.Split;
import org.radllama.run.PartFiles;

/**
 * Which rank goes into which file: every split is cut into parts of a set number of rows, so that
 * the files depend on the records alone. An empty split has no file: readers stumble over empty
 * ones. Ranks count all splits one after another.
 */
final class PartPlan extends Partitioner implements Serializable {
  /** One file of one split. */
  record File(Split split, int number) implements Serializable {
    String parquet() {
      return "parquet/split=" + split.label() + "/part-" + digits() + ".parquet";
    }

    /** Lines that are merged into those of a folder. */
    String lines(String folder) {
      return PartFiles.PIECES + "/" + folder + "/" + split.label() + "-" + digits() + ".jsonl";
    }

    private String digits() {
      return format("%05d", number);
    }
  }

  private final long[] firstRank = new long[Split.values().length + 1];
  private final int[] firstPart = new int[Split.values().length + 1];
  private final int rowsPerPart;

  PartPlan(IngestTally tally, int rowsPerPart) {
    this.rowsPerPart = rowsPerPart;
    for (int i = 0; i < Split.values().length; i++) {
      long rows = tally.kept(Split.values()[i]);
      firstRank[i + 1] = firstRank[i] + rows;
      long parts = (rows + rowsPerPart - 1) / rowsPerPart;
      firstPart[i + 1] = Math.addExact(firstPart[i], Math.toIntExact(parts));
    }
  }

  @Override
  public int numPartitions() {
    return firstPart[firstPart.length - 1];
  }

  @Override
  public int getPartition(Object rank) {
    long r = (Long) rank;
    int split = 0;
    while (r >= firstRank[split + 1]) {
      split++;
    }
    return firstPart[split] + (int) ((r - firstRank[split]) / rowsPerPart);
  }

  File file(int partition) {
    int split = 0;
    while (partition >= firstPart[split + 1]) {
      split++;
    }
    return new File(Split.values()[split], partition - firstPart[split]);
  }
}
