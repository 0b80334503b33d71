/**
 * Tables by their names in the session's catalogs, by Spark SQL alone: no library of a table format
 * is needed to build this.
 */
package org.radllama.catalog;
