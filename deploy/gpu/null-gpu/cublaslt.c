/* Descriptions of cuBLASLt, and one way for each product; the products do nothing. */
#include "null.h"

static int made(void **what) {
  *what = calloc(1, 1024);
  return 0;
}
static int gone(void *what) {
  free(what);
  return 0;
}
API int cublasLtMatmulDescCreate(void **d, int compute, int scale) { return made(d); }
API int cublasLtMatrixLayoutCreate(void **d, int type, uint64_t rows, uint64_t cols, int64_t ld) { return made(d); }
API int cublasLtMatmulPreferenceCreate(void **d) { return made(d); }
API int cublasLtMatmulDescDestroy(void *d) { return gone(d); }
API int cublasLtMatrixLayoutDestroy(void *d) { return gone(d); }
API int cublasLtMatmulPreferenceDestroy(void *d) { return gone(d); }
API int cublasLtMatmulAlgoGetHeuristic(
    void *h, void *a, void *b, void *c, void *d, void *e, void *preference, int wanted, void *results, int *found) {
  memset(results, 0, 64);
  *found = 1;
  return 0;
}
API size_t cublasLtGetVersion(void) { return 130100; }
