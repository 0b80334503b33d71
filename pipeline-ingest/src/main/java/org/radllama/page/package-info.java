/**
 * HTML pages and SVG charts that need no network: the dataset card, the training curves and the
 * evaluation report are built from these. Knows nothing of what it shows.
 */
package org.radllama.page;
