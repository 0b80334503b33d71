/**
 * All that is known of each report, brought together by its id: the report itself, what every
 * system says of it, scores that others computed. Ids without a partner are counted and listed, and
 * whether they are scored is a setting.
 *
 * <p>Nothing here holds a corpus: rows go through one shuffle by id, sorted, and a report at a time
 * comes out ({@code JoinedReports}). Which partition an id belongs to is a function of the id, so
 * that files, splits of files and their order change nothing. Only an ingest run's split and its
 * train split, which the baselines read anyway, are on the driver.
 */
package org.radllama.eval.join;
