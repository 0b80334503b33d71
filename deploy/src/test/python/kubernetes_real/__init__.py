"""deploy/kubernetes on a real API server: what deploy/kubernetes/check runs."""
