package org.radllama.train.kernels;

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

/** Where libtorch computes. Only this class makes tensors, so that none is made elsewhere. */
final class TorchDevice {
  private static final Map<TorchBackend, TorchDevice> KNOWN = new ConcurrentHashMap<>();

  static {
    NativeMemory.unbound();
    Libtorch.load();
  }

  private final Device device;
  private final boolean cpu;
  private final ScalarType activations;

  private TorchDevice(TorchBackend backend) {
    // Threads are tasks here; torch's own would be too many.
    torch.set_num_threads(1);
    // Kept, or else the scope in which this is first called would end it.
    device = new Device(backend.device()).retainReference();
    cpu = backend.device().equals("cpu");
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
