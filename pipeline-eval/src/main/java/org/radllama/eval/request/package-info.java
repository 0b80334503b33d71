/**
 * Findings that wait for an impression: read from a table of reports, cleaned as a dataset was,
 * with a reason for each one that is rejected. Report text never leaves it but to the model.
 */
package org.radllama.eval.request;
