package org.radllama.train.dl4j;

import static org.radllama.text.Format.format;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.radllama.failure.MissingResourceException;
import org.radllama.train.engine.Adaptation;
import org.radllama.train.engine.Decoding;
import org.radllama.train.engine.DropoutKey;
import org.radllama.train.engine.GradientSum;
import org.radllama.train.engine.LoraEngine;
import org.radllama.train.engine.LossSum;
import org.radllama.train.engine.MicroBatch;
import org.radllama.train.kernels.Arena;
import org.radllama.train.kernels.Kernels;
import org.radllama.train.llama.LlamaConfig;
import org.radllama.train.llama.LlamaWeights;

/** The engine on DL4J and ND4J: one frozen base, and a network for each thread that calls. */
public final class Dl4jEngine implements LoraEngine {
  private final LlamaConfig config;
  private final Adaptation adaptation;
  final FrozenBase base;
  private final boolean recompute;
  private final Supplier<Kernels> kernels;
  private final int parameterCount;
  private final ReadWriteLock running = new ReentrantReadWriteLock();
  private boolean closed;
  private final Deque<LlamaNetwork> idle = new ArrayDeque<>();
  final List<LlamaNetwork> all = new ArrayList<>();

  /** An engine whose threads each compute with kernels of their own. */
  Dl4jEngine(
      LlamaConfig config,
      Adaptation adaptation,
      FrozenBase base,
      boolean recompute,
      Supplier<Kernels> kernels) {
    this.kernels = kernels;
    this.config = config;
    this.adaptation = adaptation;
    this.base = base;
    this.recompute = recompute;
    this.parameterCount = LlamaWeights.layout(config, adaptation).parameterCount();
  }

  @Override
  public int parameterCount() {
    return parameterCount;
  }

  @Override
  public GradientSum gradient(MicroBatch batch, float[] trainable, DropoutKey key) {
    requireAll(trainable);
    return with(trainable, network -> network.gradient(Pass.of(batch, key)));
  }

  @Override
  public LossSum loss(MicroBatch batch, float[] trainable) {
    requireAll(trainable);
    return with(trainable, network -> network.loss(Pass.of(batch, null)));
  }

  @Override
  public List<int[]> generate(List<int[]> prompts, long[] keys, float[] trainable, Decoding how) {
    boolean adapted = trainable.length > 0;
    return with(
        trainable, network -> new Continuation(config, network, how, adapted).run(prompts, keys));
  }

  private void requireAll(float[] trainable) {
    if (trainable.length != parameterCount) {
      throw new IllegalArgumentException(
          format("%d trainable numbers given, the model has %d", trainable.length, parameterCount));
    }
  }

  /** Work on a network that holds the numbers, alone for its time. */
  <T> T with(float[] trainable, Function<LlamaNetwork, T> work) {
    boolean bare = trainable.length == 0 && adaptation instanceof Adaptation.Lora;
    if (!bare) {
      requireAll(trainable);
    }
    running.readLock().lock();
    try {
      LlamaNetwork network = borrow();
      Arena.Mark mark = network.arena().mark();
      try {
        network.load(trainable);
        return work.apply(network);
      } catch (RuntimeException e) {
        network.arena().release(mark); // what it could not finish with
        throw memoryNamed(e);
      } finally {
        synchronized (idle) {
          idle.push(network);
        }
      }
    } finally {
      running.readLock().unlock();
    }
  }

  /** What libtorch says of a full GPU as what it is. */
  static RuntimeException memoryNamed(RuntimeException e) {
    String message = String.valueOf(e.getMessage());
    if (!message.contains("CUDA out of memory")
        && !message.contains("CUBLAS_STATUS_ALLOC_FAILED")) {
      return e;
    }
    return new MissingResourceException(
        "the GPU's memory is full: take a larger one, hold the base as bf16 (base-precision), or make the work smaller with recompute = on, micro-batch-tokens, max-length or generate.batch-size",
        e);
  }

  private LlamaNetwork borrow() {
    synchronized (idle) {
      if (closed) {
        throw new IllegalStateException("the engine is closed");
      }
      if (!idle.isEmpty()) {
        return idle.pop();
      }
    }
    LlamaNetwork network = new LlamaNetwork(config, adaptation, base, recompute, kernels.get());
    synchronized (idle) {
      all.add(network);
    }
    return network;
  }

  /** Waits for calls under way, which work on the memory that this frees. */
  @Override
  public void close() {
    running.writeLock().lock();
    try {
      synchronized (idle) {
        if (closed) {
          return;
        }
        closed = true;
        all.forEach(LlamaNetwork::close);
        all.clear();
        idle.clear();
      }
      base.close();
    } finally {
      running.writeLock().unlock();
    }
  }
}
