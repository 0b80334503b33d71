/**
 * What can go wrong that is not a defect, as exceptions that any package may throw: an impossible
 * setting, an input that cannot be used, a resource that is missing. Their messages hold no report
 * text, so a job may print them; only {@code run} knows which exit code each becomes.
 */
package org.radllama.failure;
