package org.radllama.ingest.privacy;

import java.io.Serializable;

/**
 * An identifier in a text.
 *
 * @param kind what it is
 * @param start its first character, counted in UTF-16 units from 0
 * @param end behind its last
 */
public record Hit(Identifier kind, int start, int end) implements Serializable {}
