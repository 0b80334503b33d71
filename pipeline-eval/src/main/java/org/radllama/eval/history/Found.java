package org.radllama.eval.history;

/** What a folder turned out to be. */
public sealed interface Found permits PublishedRun, SetAside {}
