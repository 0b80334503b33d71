/*
 * A GPU that computes nothing, as CUDA's runtime library: its memory is the host's, copies are made, kernels are counted and
 * not run. So libtorch's build for GPUs can be driven without one: it shows wrong devices, missing operations, launches,
 * copies, waiting and memory, but neither values nor speed.
 *
 * NULL_GPU_SM in the environment is its compute capability, 90 (for 9.0) unless said otherwise; it has 80 GiB.
 */
#include "null.h"
#include <driver_types.h>
#include <sys/mman.h>

#define BLOCKS 65536
static struct {
  void *at;
  size_t bytes;
} blocks[BLOCKS];
static size_t used, peak;
static long launches, copies, waits;
static int busy;
static __thread int device;

static void lock(void) {
  while (__sync_lock_test_and_set(&busy, 1)) {
  }
}

static void unlock(void) { __sync_lock_release(&busy); }

static long setting(const char *name, long otherwise) {
  const char *value = getenv(name);
  return value ? atol(value) : otherwise;
}

static size_t limit = (size_t)81920 << 20;
static size_t memory(void) { return limit; }
static int capability(void) { return (int)setting("NULL_GPU_SM", 90); }

/* What the check asks and sets. */
API long null_gpu_launches(void) { return launches; }
API long null_gpu_copies(void) { return copies; }
API long null_gpu_waits(void) { return waits; }
API long null_gpu_peak_mb(void) { return (long)(peak >> 20); }
API void null_gpu_limit(long megabytes) { limit = (size_t)megabytes << 20; }

static int take(void **at, size_t bytes) {
  void *p = MAP_FAILED;
  lock();
  if (used + bytes <= memory()) {
    p = mmap(0, bytes ? bytes : 512, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  }
  if (p != MAP_FAILED) {
    used += bytes;
    peak = used > peak ? used : peak;
    for (int i = 0; i < BLOCKS; i++) {
      if (!blocks[i].at) {
        blocks[i].at = p;
        blocks[i].bytes = bytes;
        break;
      }
    }
  }
  unlock();
  *at = p == MAP_FAILED ? 0 : p;
  return *at ? cudaSuccess : cudaErrorMemoryAllocation;
}

static void give(void *at) {
  size_t bytes = 0;
  lock();
  for (int i = 0; i < BLOCKS; i++) {
    if (at && blocks[i].at == at) {
      bytes = blocks[i].bytes;
      used -= bytes;
      blocks[i].at = 0;
      break;
    }
  }
  unlock();
  if (bytes) {
    munmap(at, bytes);
  }
}

static int launch(void) {
  __sync_fetch_and_add(&launches, 1);
  return cudaSuccess;
}

static int copy(void *to, const void *from, size_t bytes) {
  __sync_fetch_and_add(&copies, 1);
  memcpy(to, from, bytes);
  return cudaSuccess;
}

static int wait(void) {
  __sync_fetch_and_add(&waits, 1);
  return cudaSuccess;
}

static int handle(void **h) {
  *h = calloc(1, 64);
  return cudaSuccess;
}

API void **__cudaRegisterFatBinary(void *binary) {
  static void *h;
  return &h;
}
API void __cudaRegisterFatBinaryEnd(void **h) {}
API void __cudaUnregisterFatBinary(void **h) {}
API void __cudaRegisterFunction(void **h, const char *host) {}
API void __cudaRegisterVar(void **h, char *host) {}

static __thread struct {
  size_t shared;
  void *stream;
} call;

struct size3 {
  unsigned x, y, z;
};
API unsigned __cudaPushCallConfiguration(struct size3 grid, struct size3 block, size_t shared, void *stream) {
  call.shared = shared;
  call.stream = stream;
  return 0;
}
API int __cudaPopCallConfiguration(struct size3 *grid, struct size3 *block, size_t *shared, void **stream) {
  *grid = *block = (struct size3){1, 1, 1};
  *shared = call.shared;
  *stream = call.stream;
  return cudaSuccess;
}
API int __cudaGetKernel(void **kernel, const void *f) {
  *kernel = (void *)f;
  return cudaSuccess;
}
API int __cudaLaunchKernel(const void *f) { return launch(); }
API int cudaLaunchKernel(const void *f) { return launch(); }
API int cudaLaunchKernelExC(const void *how, const void *f, void **arguments) { return launch(); }

API int cudaGetDeviceCount(int *n) {
  *n = 1;
  return cudaSuccess;
}
API int cudaGetDevice(int *d) {
  *d = device;
  return cudaSuccess;
}
API int cudaSetDevice(int d) {
  device = d;
  return cudaSuccess;
}
API int cudaGetDeviceProperties(struct cudaDeviceProp *p, int d) {
  memset(p, 0, sizeof *p);
  strcpy(p->name, "null GPU");
  p->major = capability() / 10;
  p->minor = capability() % 10;
  p->totalGlobalMem = memory();
  p->multiProcessorCount = 132;
  p->warpSize = 32;
  p->maxThreadsPerBlock = 1024;
  p->maxThreadsPerMultiProcessor = 2048;
  p->maxBlocksPerMultiProcessor = 32;
  p->sharedMemPerBlock = 49152;
  p->sharedMemPerBlockOptin = 232448;
  p->sharedMemPerMultiprocessor = 233472;
  p->regsPerBlock = p->regsPerMultiprocessor = 65536;
  p->l2CacheSize = 50 << 20;
  p->textureAlignment = 512;
  p->maxThreadsDim[0] = p->maxThreadsDim[1] = 1024;
  p->maxThreadsDim[2] = 64;
  p->maxGridSize[0] = 2147483647;
  p->maxGridSize[1] = p->maxGridSize[2] = 65535;
  return cudaSuccess;
}
API int cudaDeviceGetAttribute(int *value, int attribute, int d) {
  switch (attribute) {
    case cudaDevAttrComputeCapabilityMajor: *value = capability() / 10; break;
    case cudaDevAttrComputeCapabilityMinor: *value = capability() % 10; break;
    case cudaDevAttrMultiProcessorCount: *value = 132; break;
    case cudaDevAttrMaxSharedMemoryPerBlockOptin: *value = 232448; break;
    case cudaDevAttrMaxSharedMemoryPerBlock: *value = 49152; break;
    case cudaDevAttrWarpSize: *value = 32; break;
    case cudaDevAttrMaxThreadsPerBlock: *value = 1024; break;
    case cudaDevAttrMaxThreadsPerMultiProcessor: *value = 2048; break;
    default: *value = 1;
  }
  return cudaSuccess;
}
API int cudaDeviceGetPCIBusId(char *id, int n, int d) {
  snprintf(id, n, "0000:00:0%d.0", d);
  return cudaSuccess;
}
API int cudaDeviceCanAccessPeer(int *can, int a, int b) {
  *can = 0;
  return cudaSuccess;
}
API int cudaDriverGetVersion(int *version) {
  *version = 13010;
  return cudaSuccess;
}
API int cudaRuntimeGetVersion(int *version) { return cudaDriverGetVersion(version); }

API int cudaMalloc(void **at, size_t bytes) { return take(at, bytes); }
API int cudaMallocAsync(void **at, size_t bytes, void *stream) { return take(at, bytes); }
API int cudaFree(void *at) {
  give(at);
  return cudaSuccess;
}
API int cudaFreeAsync(void *at, void *stream) { return cudaFree(at); }
API int cudaHostAlloc(void **at, size_t bytes, unsigned flags) { return posix_memalign(at, 4096, bytes ? bytes : 1); }
API int cudaFreeHost(void *at) {
  free(at);
  return cudaSuccess;
}
API int cudaMemGetInfo(size_t *left, size_t *all) {
  *all = memory();
  *left = *all - used;
  return cudaSuccess;
}
API int cudaMemcpy(void *to, const void *from, size_t bytes, int kind) {
  wait();
  return copy(to, from, bytes);
}
/* Large copies to the device are not made: nobody reads what they bring, and a model's weights would fill the host. */
API int cudaMemcpyAsync(void *to, const void *from, size_t bytes, int kind, void *stream) {
  int made = bytes < 1 << 16 || kind == cudaMemcpyDeviceToHost;
  return copy(to, from, made ? bytes : 0);
}
API int cudaMemset(void *at, int value, size_t bytes) {
  memset(at, value, bytes);
  return cudaSuccess;
}
API int cudaMemsetAsync(void *at, int value, size_t bytes, void *stream) { return cudaSuccess; }

API int cudaPointerGetAttributes(struct cudaPointerAttributes *a, const void *p) {
  memset(a, 0, sizeof *a);
  a->type = cudaMemoryTypeUnregistered;
  lock();
  for (int i = 0; i < BLOCKS; i++) {
    const char *at = blocks[i].at;
    if (at && (const char *)p >= at && (const char *)p < at + blocks[i].bytes) {
      a->type = cudaMemoryTypeDevice;
      a->devicePointer = (void *)p;
    }
  }
  unlock();
  return cudaSuccess;
}
API int cudaGetSymbolAddress(void **at, const void *symbol) {
  *at = (void *)symbol;
  return cudaSuccess;
}

API int cudaStreamSynchronize(void *stream) { return wait(); }
API int cudaDeviceSynchronize(void) { return wait(); }
API int cudaStreamCreateWithPriority(void **stream, unsigned flags, int priority) { return handle(stream); }
API int cudaEventCreateWithFlags(void **event, unsigned flags) { return handle(event); }
API int cudaEventCreate(void **event) { return handle(event); }
API int cudaEventElapsedTime(float *ms, void *a, void *b) {
  *ms = 1;
  return cudaSuccess;
}
API int cudaDeviceGetStreamPriorityRange(int *least, int *greatest) {
  *least = 0;
  *greatest = -5;
  return cudaSuccess;
}
API int cudaStreamIsCapturing(void *stream, int *status) {
  *status = 0;
  return cudaSuccess;
}
API int cudaStreamGetCaptureInfo(void *stream, int *status, unsigned long long *id) {
  *status = 0;
  return cudaSuccess;
}

API int cudaFuncGetAttributes(struct cudaFuncAttributes *a, const void *f) {
  memset(a, 0, sizeof *a);
  a->maxThreadsPerBlock = 1024;
  a->binaryVersion = a->ptxVersion = capability();
  a->numRegs = 32;
  return cudaSuccess;
}
API int cudaOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(int *n, const void *f, int block, size_t shared, unsigned flags) {
  *n = 2;
  return cudaSuccess;
}

API const char *cudaGetErrorString(int error) { return error == cudaErrorMemoryAllocation ? "out of memory" : "no error"; }
API const char *cudaGetErrorName(int error) { return error ? "cudaErrorNull" : "cudaSuccess"; }

static int nothing(void) { return 0; }
static int primary(int d, unsigned *flags, int *active) {
  *active = 1;
  return 0;
}
API int cudaGetDriverEntryPointByVersion(const char *name, void **f, unsigned version, unsigned long long flags, int *found) {
  *f = strstr(name, "PrimaryCtxGetState") ? (void *)primary : (void *)nothing;
  if (found) {
    *found = 0;
  }
  return cudaSuccess;
}
