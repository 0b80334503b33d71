/**
 * Looks for identifiers that de-identification should have removed in what would be published:
 * dates, ages, numbers, addresses and names, by named patterns. What is found is counted and placed
 * by offsets; it is never quoted.
 */
package org.radllama.ingest.privacy;
