/** The one writer of Parquet files, whose bytes depend on the rows alone. */
package org.radllama.parquet;
