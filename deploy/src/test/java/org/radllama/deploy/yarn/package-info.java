/**
 * The jobs on YARN and HDFS as a user runs them: by {@code deploy/yarn/submit}, in cluster mode, in
 * containers that a real ResourceManager and NodeManager start. Both run in the test's own JVM.
 */
package org.radllama.deploy.yarn;
