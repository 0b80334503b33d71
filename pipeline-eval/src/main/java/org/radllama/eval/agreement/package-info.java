/**
 * How far readers agree, and whether their ratings tell systems apart: Krippendorff's alpha,
 * weighted kappa, the intraclass correlation, the signed-rank test. Plain Java over arrays of
 * numbers; knows neither readers nor reports.
 */
package org.radllama.eval.agreement;
