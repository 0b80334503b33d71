/**
 * What a training run needs of its cluster and reports about itself: slots, GPUs, memory and
 * security settings checked before anything is loaded, and files that spark-submit ships. No
 * gradient and no report is known here.
 */
package org.radllama.train.cluster;
