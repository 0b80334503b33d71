/**
 * What an object store does in one step: it creates an object unless there is one, replaces one
 * that has not changed, and shows what is written only once it is whole. Hadoop's file systems say
 * nothing of this; S3's is reached through the client of Hadoop's own s3a.
 */
package org.radllama.store;
