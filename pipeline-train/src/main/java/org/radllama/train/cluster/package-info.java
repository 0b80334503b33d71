/**
 * What a training run needs of its cluster and reports about itself: slots, GPUs, memory and
 * security settings checked before anything is loaded, and files that spark-submit ships. Knows
 * nothing of gradients and reports.
 */
package org.radllama.train.cluster;
