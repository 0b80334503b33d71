/**
 * Train reports that are similar to a report: found by the words of their findings, shown in a
 * prompt as examples. The search is plain Java over numbers; executors get no report text.
 */
package org.radllama.train.retrieve;
