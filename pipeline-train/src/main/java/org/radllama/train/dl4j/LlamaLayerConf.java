package org.radllama.train.dl4j;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.nn.params.EmptyParamInitializer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.radllama.train.engine.ParameterLayout.Slot;

/** A layer's configuration: the trainable tensors it owns, and how its implementation is made. */
final class LlamaLayerConf extends BaseOutputLayer {
  private final List<Slot> slots;
  private final transient LayerRun run;
  private final transient BiFunction<NeuralNetConfiguration, LayerRun, BaseLayer<LlamaLayerConf>>
      make;

  /**
   * A configuration.
   *
   * @param name of the layer
   * @param slots its trainable tensors, in the order of the flat vector; may be empty
   */
  LlamaLayerConf(
      String name,
      List<Slot> slots,
      LayerRun run,
      BiFunction<NeuralNetConfiguration, LayerRun, BaseLayer<LlamaLayerConf>> make) {
    this.slots = List.copyOf(slots);
    this.run = run;
    this.make = make;
    setLayerName(name);
  }

  @Override
  public org.deeplearning4j.nn.api.Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray paramsView,
      boolean initializeParams,
      DataType dataType) {
    BaseLayer<LlamaLayerConf> layer = make.apply(conf, run);
    layer.setListeners(listeners);
    layer.setIndex(index);
    layer.setParamsViewArray(paramsView);
    layer.setParamTable(initializer().init(conf, paramsView, initializeParams));
    layer.setConf(conf);
    return layer;
  }

  @Override
  public ParamInitializer initializer() {
    return new SlotInitializer();
  }

  /** The layer's part of the flat vector, cut into named tensors. */
  private final class SlotInitializer extends EmptyParamInitializer {
    @Override
    public long numParams(NeuralNetConfiguration conf) {
      return slots.stream().mapToLong(Slot::size).sum();
    }

    @Override
    public long numParams(Layer layer) {
      return numParams((NeuralNetConfiguration) null);
    }

    @Override
    public List<String> paramKeys(Layer layer) {
      return slots.stream().map(Slot::name).toList();
    }

    @Override
    public List<String> weightKeys(Layer layer) {
      return paramKeys(layer);
    }

    @Override
    public boolean isWeightParam(Layer layer, String key) {
      return true;
    }

    @Override
    public Map<String, INDArray> init(
        NeuralNetConfiguration conf, INDArray view, boolean initializeParams) {
      Map<String, INDArray> tensors = new LinkedHashMap<>();
      long at = 0;
      for (Slot slot : slots) {
        long rows = slot.shape().size() == 1 ? 1 : slot.shape().get(0);
        INDArray part =
            view.reshape(view.length()).get(NDArrayIndex.interval(at, at + slot.size()));
        tensors.put(slot.name(), part.reshape('c', rows, slot.size() / rows));
        at += slot.size();
      }
      return tensors;
    }

    @Override
    public Map<String, INDArray> getGradientsFromFlattened(
        NeuralNetConfiguration conf, INDArray view) {
      return init(conf, view, false);
    }
  }
}
