/**
 * The files of an evaluation: {@code predictions.jsonl}, {@code unmatched.jsonl}, {@code
 * metrics.json} and {@code report.html}. Nothing is computed here but what a plot needs; words of
 * reports are in {@code predictions.jsonl} alone, unless the page is to show examples.
 */
package org.radllama.eval.report;
