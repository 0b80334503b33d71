package org.radllama.eval.join;

import static org.radllama.text.Format.format;

import java.io.IOException;
import java.io.InputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.LongWritable;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;
import org.apache.hadoop.mapreduce.InputSplit;
import org.apache.hadoop.mapreduce.JobContext;
import org.apache.hadoop.mapreduce.RecordReader;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.hadoop.mapreduce.lib.input.FileInputFormat;
import org.apache.hadoop.mapreduce.lib.input.FileSplit;
import org.apache.hadoop.util.LineReader;
import org.radllama.failure.BadInputException;
import org.radllama.ingest.format.Packed;

/**
 * Lines with the place where they begin, as Hadoop's TextInputFormat reads them, but with bounds: a
 * small compressed file may hold one endless line, or endless lines. Of a line that is too long no
 * more than {@link #MOST_LINE} + 1 bytes are kept.
 */
public final class BoundedLines extends FileInputFormat<LongWritable, Text> {
  /** Bytes of the longest line. */
  static final int MOST_LINE = 16 << 20;

  /** Most bytes that a compressed file is unpacked to. */
  static final long MOST_UNPACKED = 64L << 30;

  @Override
  protected boolean isSplitable(JobContext context, Path file) {
    return new CompressionCodecFactory(context.getConfiguration()).getCodec(file) == null;
  }

  @Override
  public RecordReader<LongWritable, Text> createRecordReader(
      InputSplit split, TaskAttemptContext context) {
    return new Reader();
  }

  /** Lines one after the other. */
  static final class Lines implements AutoCloseable {
    private final LineReader in;
    private final long most;
    private long position;

    /**
     * The lines from a place on.
     *
     * @param from where they begin; a line that began before it is passed over
     */
    Lines(Configuration hadoop, Path file, long from) throws IOException {
      FSDataInputStream stream = file.getFileSystem(hadoop).open(file);
      CompressionCodec codec = new CompressionCodecFactory(hadoop).getCodec(file);
      InputStream plain = codec == null ? stream : codec.createInputStream(stream);
      most = codec == null ? Long.MAX_VALUE : MOST_UNPACKED;
      if (from > 0) {
        stream.seek(from - 1);
        position = from - 1;
      }
      in = new LineReader(plain, hadoop);
      if (from > 0) {
        next(new Text(), 0); // To the end of the line that the byte before belongs to.
      }
    }

    /**
     * The lines of a stream.
     *
     * @param most how many bytes it may have
     */
    Lines(InputStream plain, long most) {
      this.most = most;
      in = new LineReader(plain);
    }

    /** Where the next line begins. */
    long position() {
      return position;
    }

    /** Reads a line; false at the end. */
    boolean next(Text line) throws IOException {
      return next(line, MOST_LINE + 1);
    }

    private boolean next(Text line, int kept) throws IOException {
      int read;
      try {
        read = in.readLine(line, kept, Integer.MAX_VALUE);
      } catch (IOException e) {
        // What decompressors throw; what file systems do has classes of its own.
        if (most < Long.MAX_VALUE
            && (Packed.isDamage(e) || e.getClass().equals(IOException.class))) {
          throw new BadInputException(
              "a compressed file of predictions or scores is damaged or cut short", e);
        }
        throw e;
      }
      position += read;
      if (position > most) {
        throw new BadInputException(
            format(
                "a compressed file of predictions or scores unpacks to more than %d bytes", most));
      }
      return read > 0;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }

  private static final class Reader extends RecordReader<LongWritable, Text> {
    private final LongWritable key = new LongWritable();
    private final Text value = new Text();
    private Lines lines;
    private long end;

    @Override
    public void initialize(InputSplit split, TaskAttemptContext context) throws IOException {
      FileSplit part = (FileSplit) split;
      Configuration hadoop = context.getConfiguration();
      boolean packed = new CompressionCodecFactory(hadoop).getCodec(part.getPath()) != null;
      end = packed ? Long.MAX_VALUE : part.getStart() + part.getLength();
      lines = new Lines(hadoop, part.getPath(), part.getStart());
    }

    @Override
    public boolean nextKeyValue() throws IOException {
      key.set(lines.position());
      return lines.position() < end && lines.next(value);
    }

    @Override
    public LongWritable getCurrentKey() {
      return key;
    }

    @Override
    public Text getCurrentValue() {
      return value;
    }

    @Override
    public float getProgress() {
      return 0;
    }

    @Override
    public void close() throws IOException {
      if (lines != null) {
        lines.close();
      }
    }
  }
}
