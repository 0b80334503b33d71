package org.radllama.ingest.section;

import org.radllama.ingest.record.HeaderRule;

/**
 * What may be a header in a report of free form.
 *
 * @param start where the section before it ends
 * @param body where its own text starts
 * @param heading what its name says
 * @param rule by what form it was found
 * @param sure whether its form alone says that it is one; otherwise it counts only where no other
 *     header has its meaning
 * @param qualified whether words before the name say of which part, as in {@code CHEST FINDINGS}
 * @param apart whether it stands out of running text: in capitals among other text, marked up, or
 *     at the start of a paragraph
 */
record Header(
    int start,
    int body,
    Heading heading,
    HeaderRule rule,
    boolean sure,
    boolean qualified,
    boolean apart) {

  boolean isInLine() {
    return rule == HeaderRule.IN_LINE;
  }
}
