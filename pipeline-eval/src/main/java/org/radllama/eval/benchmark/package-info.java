/**
 * Programs that measure the module at work, each run by hand: no job uses them. They make their own
 * texts.
 */
package org.radllama.eval.benchmark;
