/**
 * The reader study: who judges which impressions, the forms, the key, and the returned ratings.
 *
 * <p>A study is drawn and blinded by {@code StudyPlan} into a {@code StudyKey}, which alone says
 * what an item is. {@code Form} writes a reader's page from key and texts; {@code ReturnedFile}
 * reads what the page exported and {@code Unblinded} joins it with the key. {@code StudyStatistics}
 * computes, {@code StudyJson}, {@code StudyPage} and {@code RatingsCsv} write. Plain Java; the
 * files are opened by the module's root package.
 *
 * <p>Blinding: ids of items and their order are keyed hashes (HMAC-SHA256) under a secret that is
 * only in the key. The secret is a digest of settings, predictions and texts, so that the same
 * inputs make the same bytes, and the seed alone unblinds nothing. Whoever has the predictions can
 * look up the texts without the secret; forms cannot prevent that.
 *
 * <p>Forms hold report text; key and results do not. Readers' comments may quote reports and are in
 * the ratings file only: not in {@code study.json}, pages, messages or {@code toString}.
 */
package org.radllama.eval.study;
