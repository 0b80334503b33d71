package org.radllama.train.kernels;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The device that libtorch computes on. */
final class TorchDevice {
  /** What makes cuBLAS add up in the same order every time. */
  private static final List<String> CUBLAS_IN_ORDER = Arrays.asList(":4096:8", ":16:8");

  private static final Map<TorchBackend, TorchDevice> KNOWN = new ConcurrentHashMap<>();

  static {
    NativeMemory.unbound();
    Libtorch.load();
  }

  private final Device device;
  private final boolean cpu;
  private final ScalarType activations;

  private TorchDevice(TorchBackend backend) {
    cpu = backend.onHost();
    // Threads are tasks here; torch's own would be too many.
    torch.set_num_threads(1);
    // Without this setting of the environment, cuBLAS would be refused; operations only warn then.
    boolean strict = cpu || CUBLAS_IN_ORDER.contains(System.getenv("CUBLAS_WORKSPACE_CONFIG"));
    torch.globalContext().setDeterministicAlgorithms(true, !strict);
    torch.globalContext().setDeterministicFillUninitializedMemory(false);
    // Kept, or else the scope in which this is first called would end it.
    device = new Device(backend.device()).retainReference();
    activations = TorchBackend.type(backend.activations());
  }

  static TorchDevice of(TorchBackend backend) {
    return KNOWN.computeIfAbsent(backend, TorchDevice::new);
  }

  boolean cpu() {
    return cpu;
  }

  /** The type of intermediates. */
  ScalarType activations() {
    return activations;
  }

  private TensorOptions options(ScalarType type) {
    return new TensorOptions()
        .dtype(new ScalarTypeOptional(type))
        .device(new DeviceOptional(device));
  }

  Tensor empty(ScalarType type, long... shape) {
    return torch.empty(shape, options(type), null);
  }

  Tensor zeros(ScalarType type, long... shape) {
    return torch.zeros(shape, options(type));
  }

  /** Copies numbers to the device, which waits for it: what is asked for again should be kept. */
  Tensor longs(long... values) {
    TensorOptions host = new TensorOptions().dtype(new ScalarTypeOptional(ScalarType.Long));
    return torch
        .from_blob(new LongPointer(values), new long[] {values.length}, host)
        .clone()
        .to(device, ScalarType.Long);
  }

  /** Moves a tensor of the host. */
  Tensor floats(Tensor host) {
    return host.clone().to(device, ScalarType.Float);
  }
}
