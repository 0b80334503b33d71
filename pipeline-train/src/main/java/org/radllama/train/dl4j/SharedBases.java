package org.radllama.train.dl4j;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.nd4j.linalg.factory.Nd4j;
import org.radllama.failure.BadInputException;
import org.radllama.train.checkpoint.BaseModel;
import org.radllama.train.engine.Precision;
import org.radllama.train.kernels.Backend;
import org.radllama.train.kernels.NativeMemory;
import org.radllama.train.llama.LlamaConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bases of this JVM: engines of different adapters on one directory share its weights, if they
 * hold them in the same precision.
 */
final class SharedBases {
  private static final Logger LOG = LoggerFactory.getLogger(SharedBases.class);
  private static final Map<Key, FrozenBase> OPEN = new HashMap<>();

  private SharedBases() {}

  /**
   * What makes two bases the same.
   *
   * @param device the GPU that holds it with ND4J, else 0
   * @param files names, sizes and times of the directory's files
   */
  private record Key(
      Backend backend,
      int device,
      FrozenBase.Form form,
      LlamaConfig config,
      Path dir,
      String files) {}

  /**
   * The base of a directory, loaded if nobody holds it; the caller closes it.
   *
   * @throws BadInputException when it cannot be read or is not of this shape
   */
  static FrozenBase open(
      Backend backend, FrozenBase.Form form, LlamaConfig config, String dir, Configuration hadoop) {
    synchronized (OPEN) {
      Key key = key(backend, form, config, dir, hadoop);
      FrozenBase base = OPEN.get(key);
      if (base == null || !base.share()) {
        base = load(key, dir, hadoop);
        OPEN.put(key, base);
      }
      OPEN.values().removeIf(FrozenBase::freed);
      return base;
    }
  }

  private static Key key(
      Backend backend, FrozenBase.Form form, LlamaConfig config, String dir, Configuration hadoop) {
    try {
      Path path = new Path(dir);
      FileSystem fs = path.getFileSystem(hadoop);
      String files =
          fs.exists(path)
              ? Arrays.stream(fs.listStatus(path))
                  .map(
                      f -> f.getPath().getName() + " " + f.getLen() + " " + f.getModificationTime())
                  .sorted()
                  .collect(Collectors.joining("\n"))
              : "";
      int device = Nd4j.getAffinityManager().getDeviceForCurrentThread();
      return new Key(backend, device, form, config, fs.makeQualified(path), files);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void requireMemory(Precision precision, LlamaConfig config) {
    NativeMemory.require(
        FrozenBase.bytes(precision, config),
        "the base model as %s (base-precision, one of %s)"
            .formatted(
                precision.label(),
                Arrays.stream(Precision.values()).map(Precision::label).toList()));
  }

  private static FrozenBase load(Key key, String dir, Configuration hadoop) {
    Precision precision = key.form.precision();
    LlamaConfig config = key.config;
    long start = System.nanoTime();
    try (BaseModel checkpoint = BaseModel.open(hadoop, dir)) {
      if (!checkpoint.config().equals(config)) {
        throw new BadInputException(dir + ": config.json changed since the job was planned");
      }
      if (key.backend.onHost()) {
        requireMemory(precision, config);
      }
      FrozenBase base =
          FrozenBase.load(
              key.backend,
              key.form,
              config,
              (tensor, at, into, count) -> {
                try {
                  checkpoint.read(tensor, at, into, 0, count);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      LOG.info(
          "base model of {} MB as {} loaded in {} s",
          base.bytes() >> 20,
          precision.label(),
          (System.nanoTime() - start) / 1_000_000_000);
      return base;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
