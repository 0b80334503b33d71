package org.radllama.eval;

import java.util.Optional;

/**
 * What became of a report.
 *
 * @param published its directory; empty for a dry run
 * @param runs runs in it
 * @param setAside folders that are no readable runs
 * @param flags things to look at
 */
public record ReportResult(Optional<String> published, int runs, int setAside, int flags) {}
