package org.radllama.train.engine;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import org.apache.hadoop.conf.Configuration;
import org.radllama.failure.MissingResourceException;
import org.radllama.train.engine.EngineSettings.EngineKind;

/** The engines of this JVM: each specification is opened once and shared by all tasks. */
public final class Engines {
  private static final Map<Place, LoraEngine> OPEN = new HashMap<>();

  /** Each device has an engine of its own, since memory of one is far from another. */
  private record Place(EngineSpec spec, int device) {}

  private Engines() {}

  /**
   * The engine for a specification, opened on first use.
   *
   * @throws org.radllama.failure.BadInputException for an unreadable base
   * @throws MissingResourceException when this machine cannot run it
   */
  public static LoraEngine shared(EngineSpec spec, Configuration hadoop) {
    return shared(spec, hadoop, EngineProvider.ANY_DEVICE);
  }

  /**
   * The engine for a specification on one device, to which the calling thread is bound.
   *
   * @param device an index as CUDA counts, or {@link EngineProvider#ANY_DEVICE}
   */
  public static LoraEngine shared(EngineSpec spec, Configuration hadoop, int device) {
    EngineProvider provider = provider(spec.settings().engine());
    provider.bind(device);
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

  /** What {@code engine = KIND} means on this machine, and why. */
  public static String explain(EngineKind kind) {
    EngineProvider chosen = provider(kind);
    String name = chosen.kind().name().toLowerCase(Locale.ROOT);
    return kind == EngineKind.AUTO ? name + " (" + chosen.why() + ")" : name;
  }

  /** The provider of a kind of engine on this machine. */
  public static EngineProvider provider(EngineKind kind) {
    return ServiceLoader.load(EngineProvider.class, Engines.class.getClassLoader()).stream()
        .map(ServiceLoader.Provider::get)
        .filter(p -> kind == EngineKind.AUTO ? p.available() : p.kind() == kind)
        .findFirst()
        .orElseThrow(() -> new MissingResourceException("there is no engine %s here", kind));
  }
}
