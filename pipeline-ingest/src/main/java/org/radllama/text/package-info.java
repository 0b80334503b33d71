/** White space, sentences and formatted text. Nothing here knows a report, a run or a model. */
package org.radllama.text;
