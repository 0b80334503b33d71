package org.radllama.installed;

import java.nio.file.Path;

/** What scripts of {@code deploy} have installed for tests that need it. */
public final class Installed {
  private Installed() {}

  /**
   * The folder where a script puts it, whether it has run or not.
   *
   * @param variable of the environment, which names another folder
   * @param name below {@code radllama} in the user's cache
   */
  public static Path folder(String variable, String name) {
    String named = System.getenv(variable);
    if (named != null && !named.isEmpty()) {
      return Path.of(named);
    }
    String cache = System.getenv("XDG_CACHE_HOME");
    return (cache == null || cache.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(cache))
        .resolve("radllama")
        .resolve(name);
  }
}
