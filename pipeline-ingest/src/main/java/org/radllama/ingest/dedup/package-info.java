/**
 * Duplicates and leakage. Findings alone decide: impressions repeat by nature. Reports are grouped
 * by what counts as the same, held-out reports always stay, one report of train survives. Today a
 * group is the reports with equal normalised findings; near duplicates will give the same pass
 * larger groups. The rules are plain Java over sorted members; Spark only brings the members of a
 * group together, as a stream, so that a group of any size fits.
 */
package org.radllama.ingest.dedup;
