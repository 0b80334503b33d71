/**
 * One optimiser step on the cluster: which examples it takes, how they are cut into micro-batches,
 * and how their gradients are summed on executors along one fixed tree. The plan and the tree are
 * plain Java; only {@link org.radllama.train.step.SparkGradients} knows Spark.
 */
package org.radllama.train.step;
