/** White space and sentences. Nothing here knows a report, a run or a model. */
package org.radllama.text;
