package org.radllama.train.engine;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.radllama.run.JobFailure;

/** The engines of this JVM: each specification is opened once and shared by all tasks. */
public final class Engines {
  private static final Map<Place, LoraEngine> OPEN = new HashMap<>();

  /** Each device has an engine of its own, since memory of one is far from another. */
  private record Place(EngineSpec spec, int device) {}

  private Engines() {}

  /**
   * The engine for a specification, opened on first use.
   *
   * @throws JobFailure exit 2 for an unknown engine, 3 for an unreadable base, 5 when this machine
   *     cannot run it
   */
  public static LoraEngine shared(EngineSpec spec, Configuration hadoop) {
    return shared(spec, hadoop, EngineProvider.ANY_DEVICE);
  }

  /**
   * The engine for a specification on one device, to which the calling thread is bound.
   *
   * @param device an index as CUDA counts, or {@link EngineProvider#ANY_DEVICE}
   * @throws JobFailure as the other
   */
  public static LoraEngine shared(EngineSpec spec, Configuration hadoop, int device) {
    EngineProvider provider = provider(spec.engine());
    if (device != EngineProvider.ANY_DEVICE) {
      provider.bind(device);
    }
    synchronized (OPEN) {
      return OPEN.computeIfAbsent(new Place(spec, device), p -> provider.open(spec, hadoop));
    }
  }

  /** Frees every engine of this JVM. */
  public static void closeAll() {
    synchronized (OPEN) {
      OPEN.values().forEach(LoraEngine::close);
      OPEN.clear();
    }
  }

  /** What {@code engine = NAME} means on this machine, and why. */
  public static String explain(String name) {
    EngineProvider chosen = provider(name);
    return name.equals("auto") ? chosen.name() + " (" + chosen.why() + ")" : chosen.name();
  }

  private static EngineProvider provider(String name) {
    List<EngineProvider> all =
        ServiceLoader.load(EngineProvider.class, Engines.class.getClassLoader()).stream()
            .map(ServiceLoader.Provider::get)
            .toList();
    return all.stream()
        .filter(p -> name.equals("auto") ? p.available() : p.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                JobFailure.usage(
                    "engine is %s, must be auto or one of %s"
                        .formatted(
                            name,
                            all.stream().map(EngineProvider::name).collect(Collectors.toList()))));
  }
}
