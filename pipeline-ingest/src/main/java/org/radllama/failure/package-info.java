/**
 * What can go wrong that is not a defect, as exceptions that any package may throw: a setting that
 * cannot be, an input that cannot be used, a resource that is missing. Their messages are ours and
 * hold no report text, so a job prints them; which exit code each becomes is known in {@code run}
 * alone.
 */
package org.radllama.failure;
