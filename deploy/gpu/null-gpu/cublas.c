/* Handles of cuBLAS; its products do nothing. */
#include "null.h"

API int cublasCreate_v2(void **handle) {
  *handle = calloc(1, 4096);
  return 0;
}
API int cublasGetPointerMode_v2(void *handle, int *mode) {
  *mode = 0;
  return 0;
}
API int cublasGetMathMode(void *handle, int *mode) {
  *mode = 0;
  return 0;
}
