package org.radllama.train.kernels;

import java.lang.ref.Reference;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;
import org.radllama.train.engine.Precision;
import org.radllama.train.kernels.Gemm.Panel;

/**
 * oneDNN's products {@code y (m, n) = alpha x (m, k) w (n, k)^T + beta y} on the calling thread.
 * Its code is made for a shape when that is first seen, from the best instructions of this
 * processor (the environment's ONEDNN_MAX_CPU_ISA lowers them); weights may be in its own layout,
 * and in fewer bits than x.
 *
 * <p>On today's processors it sums up a row in the same order however many others there are. Where
 * it does not ({@link RowsApart}), rows are multiplied so that they still do not depend on others.
 */
final class OneDnn {
  private static final engine CPU = new engine(engine.kind.cpu, 0);

  static {
    Nd4j.getBackend(); // loads what sets the number of threads
  }

  /** A primitive's working memory belongs to the thread that made it. */
  private static final ThreadLocal<OneDnn> OF_THREAD = ThreadLocal.withInitial(OneDnn::new);

  /** Blocks of a model have the same few shapes: oneDNN is asked once for each. */
  private static final Map<Packed, Layout> LAYOUTS = new ConcurrentHashMap<>();

  private record Packed(Precision precision, int n, int k) {}

  /** Shapes kept for a thread, those used last. */
  private static final int SHAPES = 512;

  private final stream queue;
  private final Map<Shape, Product> products =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Shape, Product> eldest) {
          return size() > SHAPES;
        }
      };
  private FloatPointer pairIn = new FloatPointer(2);
  private FloatPointer pairOut = new FloatPointer(2);

  private OneDnn() {
    // The threads are ours; this setting is the calling thread's own.
    NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(1);
    queue = new stream(CPU);
  }

  /**
   * Weights (n, k).
   *
   * @param at their first byte
   * @param scales a factor for each of the n rows, or null
   * @param stride elements between the beginnings of two rows, or 0 where they lie as {@link
   *     #layout} says
   */
  record Weights(Precision precision, Pointer at, FloatPointer scales, int n, int k, int stride) {
    /** A matrix of floats, row by row. */
    static Weights of(Matrix w) {
      FloatPointer at = HostMatrix.of(w).pointer();
      return new Weights(Precision.F32, at, null, w.rows(), w.cols(), w.cols());
    }

    boolean packed() {
      return stride == 0;
    }

    /** Some columns of floats. */
    private Weights columns(int from, int count) {
      return new Weights(precision, new FloatPointer(at).getPointer(from), null, n, count, stride);
    }
  }

  private record Shape(
      int m,
      int n,
      int k,
      int inStride,
      int outStride,
      Precision precision,
      int stride,
      float alpha,
      float beta,
      Gemm rounded) {}

  /**
   * A product of floats that lie in any of three ways, for which both factors are rounded to bf16
   * where this processor is faster so. How long its rows are is not bounded: {@link
   * RoundedProducts} has tried them.
   */
  static void rounded(
      Gemm how, Products.Size size, float alpha, Panel a, Panel b, float beta, Panel c) {
    int n = size.n();
    int k = size.k();
    Weights w = new Weights(Precision.F32, b.at(), null, n, k, b.stride());
    Shape shape =
        new Shape(size.m(), n, k, a.stride(), c.stride(), w.precision, w.stride, alpha, beta, how);
    OneDnn mine = OF_THREAD.get();
    mine.products.computeIfAbsent(shape, Product::new).run(mine.queue, a.at(), w, c.at());
  }

  /** See the class. Packed weights are no longer than {@link LongRows} says. */
  static void multiply(int m, Panel x, Weights w, float alpha, float beta, Panel y) {
    int longest = w.packed() ? w.k : LongRows.plain();
    if (w.k <= longest) {
      atOnce(m, x, w, alpha, beta, y);
      return;
    }
    if (longest == 0) { // no length is right on this processor
      Panel rows = new Panel(new FloatPointer(w.at), w.stride);
      for (int row = 0; row < m; row++) {
        Gemm.NT.once(1, w.n, w.k, alpha, x.at(row, 0), rows, beta, y.at(row, 0));
      }
      return;
    }
    for (int from = 0; from < w.k; from += longest) {
      Weights some = w.columns(from, Math.min(longest, w.k - from));
      atOnce(m, x.at(0, from), some, alpha, from == 0 ? beta : 1, y);
    }
  }

  /** The product without cutting rows of weights. */
  static void atOnce(int m, Panel x, Weights w, float alpha, float beta, Panel y) {
    if (m == 0) {
      return;
    }
    RowsApart apart = RowsApart.of(w.precision, w.packed());
    if (apart == RowsApart.ALONE) {
      for (int row = 0; row < m; row++) {
        run(1, x.at(row, 0), w, alpha, beta, y.at(row, 0));
      }
    } else if (m == 1 && apart == RowsApart.IN_COMPANY) {
      OF_THREAD.get().runPair(x, w, alpha, beta, y);
    } else {
      run(m, x, w, alpha, beta, y);
    }
  }

  /** The product, in whatever way oneDNN multiplies m rows. */
  static void run(int m, Panel x, Weights w, float alpha, float beta, Panel y) {
    Shape shape =
        new Shape(m, w.n, w.k, x.stride(), y.stride(), w.precision, w.stride, alpha, beta, null);
    OneDnn mine = OF_THREAD.get();
    mine.products.computeIfAbsent(shape, Product::new).run(mine.queue, x.at(), w, y.at());
  }

  private void runPair(Panel x, Weights w, float alpha, float beta, Panel y) {
    pairIn = room(pairIn, 2L * w.k);
    pairOut = room(pairOut, 2L * w.n);
    FloatPointer.memcpy(pairIn, x.at(), (long) w.k * Float.BYTES);
    FloatPointer.memcpy(pairIn.getPointer(w.k), x.at(), (long) w.k * Float.BYTES);
    if (beta != 0) {
      FloatPointer.memcpy(pairOut, y.at(), (long) w.n * Float.BYTES);
      FloatPointer.memcpy(pairOut.getPointer(w.n), y.at(), (long) w.n * Float.BYTES);
    }
    run(2, new Panel(pairIn, w.k), w, alpha, beta, new Panel(pairOut, w.n));
    FloatPointer.memcpy(y.at(), pairOut, (long) w.n * Float.BYTES);
  }

  private static FloatPointer room(FloatPointer there, long floats) {
    if (there.capacity() >= floats) {
      return there;
    }
    there.deallocate();
    return new FloatPointer(floats);
  }

  /** The layout that oneDNN prefers for weights (n, k), for few rows of x. */
  static Layout layout(Precision precision, int n, int k) {
    return LAYOUTS.computeIfAbsent(
        new Packed(precision, n, k),
        p -> Layout.of(packed(precision, n, k), n, k, Integer.BYTES / precision.perWord()));
  }

  private static memory.desc packed(Precision precision, int n, int k) {
    Shape shape = new Shape(8, n, k, k, n, precision, 0, 1, 0, null);
    memory.desc any = new memory.desc(dims(k, n), type(precision), memory.format_tag.any);
    return description(shape, any).weights_desc();
  }

  private static memory.desc byRows(Shape s) {
    boolean across = s.rounded == Gemm.NN || s.rounded == Gemm.TN;
    long[] strides = across ? dims(s.stride, 1) : dims(1, s.stride);
    return new memory.desc(dims(s.k, s.n), type(s.precision), strides);
  }

  private static matmul.primitive_desc description(Shape s, memory.desc weights) {
    primitive_attr attributes = new primitive_attr();
    if (s.rounded != null) {
      attributes.set_fpmath_mode(dnnl.fpmath_mode.bf16, false);
    }
    if (s.precision != Precision.F32) {
      // Computes with floats, which the weights are turned into.
      attributes.set_fpmath_mode(dnnl.fpmath_mode.strict, true);
    }
    if (s.precision == Precision.INT8) {
      attributes.set_scales_mask(dnnl.DNNL_ARG_WEIGHTS, 1 << 1);
    }
    post_ops after = new post_ops();
    if (s.alpha != 1) {
      after.append_eltwise(dnnl.algorithm.eltwise_linear, s.alpha, 0);
    }
    if (s.beta != 0) {
      after.append_sum(s.beta, 0, memory.data_type.f32);
    }
    attributes.set_post_ops(after);
    long[] in = s.rounded == Gemm.TN ? dims(1, s.inStride) : dims(s.inStride, 1);
    memory.desc x = new memory.desc(dims(s.m, s.k), memory.data_type.f32, in);
    memory.desc y = new memory.desc(dims(s.m, s.n), memory.data_type.f32, dims(s.outStride, 1));
    return new matmul.primitive_desc(CPU, x, weights, y, attributes, false);
  }

  private static long[] dims(long... dims) {
    return dims;
  }

  private static memory.data_type type(Precision precision) {
    return switch (precision) {
      case F32 -> memory.data_type.f32;
      case BF16 -> memory.data_type.bf16;
      case FP16 -> memory.data_type.f16;
      case INT8 -> memory.data_type.s8;
    };
  }

  /** The code for a shape, with what it knows of its operands' layouts. */
  private static final class Product {
    private final matmul code;
    private final memory x;
    private final memory weights;
    private final memory scales;
    private final memory y;
    private final IntMemoryMap operands = new IntMemoryMap();

    Product(Shape s) {
      memory.desc how = s.stride == 0 ? packed(s.precision, s.n, s.k) : byRows(s);
      matmul.primitive_desc description = description(s, how);
      code = new matmul(description);
      x = new memory(description.src_desc(), CPU, (Pointer) null);
      weights = new memory(how, CPU, (Pointer) null);
      y = new memory(description.dst_desc(), CPU, (Pointer) null);
      operands.put(dnnl.DNNL_ARG_SRC, x);
      operands.put(dnnl.DNNL_ARG_WEIGHTS, weights);
      operands.put(dnnl.DNNL_ARG_DST, y);
      scales = s.precision == Precision.INT8 ? scales(s.n) : null;
      if (scales != null) {
        operands.put(dnnl.DNNL_ARG_ATTR_SCALES | dnnl.DNNL_ARG_WEIGHTS, scales);
      }
    }

    private static memory scales(int n) {
      memory.desc row = new memory.desc(dims(n), memory.data_type.f32, memory.format_tag.a);
      return new memory(row, CPU, (Pointer) null);
    }

    void run(stream queue, FloatPointer in, Weights w, FloatPointer out) {
      try {
        x.set_data_handle(in);
        weights.set_data_handle(w.at);
        y.set_data_handle(out);
        if (scales != null) {
          scales.set_data_handle(w.scales);
        }
        code.execute(queue, operands);
        queue._wait();
      } finally {
        // A pointer is the owner of its memory, or holds on to the owner.
        Reference.reachabilityFence(in);
        Reference.reachabilityFence(w);
        Reference.reachabilityFence(out);
      }
    }
  }
}
