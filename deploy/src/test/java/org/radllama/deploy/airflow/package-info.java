/** Runs the tests of Airflow's DAGs, which are Python like them, with the build. */
package org.radllama.deploy.airflow;
