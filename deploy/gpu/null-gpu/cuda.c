/* The driver, of which libtorch asks whether a device is in use. */
#include "null.h"

API int cuDevicePrimaryCtxGetState(int device, unsigned *flags, int *active) {
  *active = 1;
  return 0;
}
