/** The one counter-based random number generator of all jobs. */
package org.radllama.random;
