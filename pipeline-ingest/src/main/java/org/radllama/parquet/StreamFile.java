package org.radllama.parquet;

import java.io.IOException;
import java.io.OutputStream;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.radllama.run.PartFiles;

/** A Parquet file that is a stream, on a store where nothing has a path before it is whole. */
final class StreamFile implements OutputFile {
  private final PartFiles.Attempt attempt;

  StreamFile(PartFiles.Attempt attempt) {
    this.attempt = attempt;
  }

  @Override
  public PositionOutputStream create(long blockSizeHint) throws IOException {
    return new Counted(attempt.open());
  }

  @Override
  public PositionOutputStream createOrOverwrite(long blockSizeHint) throws IOException {
    return create(blockSizeHint);
  }

  @Override
  public boolean supportsBlockSize() {
    return false;
  }

  @Override
  public long defaultBlockSize() {
    return 0;
  }

  private static final class Counted extends PositionOutputStream {
    private final OutputStream out;
    private long position;

    Counted(OutputStream out) {
      this.out = out;
    }

    @Override
    public long getPos() {
      return position;
    }

    @Override
    public void write(int b) throws IOException {
      out.write(b);
      position++;
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
      out.write(bytes, from, count);
      position += count;
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}
