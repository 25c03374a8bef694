// What every operation shares. Compiled on the user's machine by NVIDIA's run-time compiler, without its headers.

typedef unsigned short half_bits; // bf16
typedef unsigned int u32;
typedef unsigned long long u64;

#define WARP 32
#define EVERY_LANE 0xffffffffu
#define MINUS_INFINITY __uint_as_float(0xff800000u)

__device__ __forceinline__ float widen(half_bits value) { return __uint_as_float((u32)value << 16); }

// To the nearest bf16, ties to even; a NaN stays one.
__device__ __forceinline__ half_bits narrow(float value) {
    u32 bits = __float_as_uint(value);
    if ((bits & 0x7fffffffu) > 0x7f800000u) return (half_bits)((bits >> 16) | 0x40u);
    return (half_bits)((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
}

__device__ __forceinline__ float weight_at(const void *values, int half, u64 place) {
    return half ? widen(((const half_bits *)values)[place]) : ((const float *)values)[place];
}

// The sum over all threads of a block, in every thread. `shared` has a place for each warp.
__device__ __forceinline__ float block_sum(float value, float *shared) {
    for (int distance = WARP / 2; distance > 0; distance /= 2) value += __shfl_xor_sync(EVERY_LANE, value, distance);
    __syncthreads();
    if (threadIdx.x % WARP == 0) shared[threadIdx.x / WARP] = value;
    __syncthreads();
    float sum = 0.0f;
    for (int warp = 0; warp < blockDim.x / WARP; warp++) sum += shared[warp];
    return sum;
}

// The largest over all threads of a block, in every thread.
__device__ __forceinline__ float block_maximum(float value, float *shared) {
    for (int distance = WARP / 2; distance > 0; distance /= 2)
        value = fmaxf(value, __shfl_xor_sync(EVERY_LANE, value, distance));
    __syncthreads();
    if (threadIdx.x % WARP == 0) shared[threadIdx.x / WARP] = value;
    __syncthreads();
    float largest = shared[0];
    for (int warp = 1; warp < blockDim.x / WARP; warp++) largest = fmaxf(largest, shared[warp]);
    return largest;
}

// The finaliser of SplitMix64, as in random.rs.
__device__ __forceinline__ u64 mix(u64 value) {
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9ull;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EBull;
    return value ^ (value >> 31);
}

// 0 where an input is left out, `kept` elsewhere: the mask that the processor makes.
__device__ __forceinline__ float dropout_factor(u64 key, u64 place, u64 threshold, float kept) {
    return (mix(key + place) >> 32) < threshold ? 0.0f : kept;
}

__device__ __forceinline__ u64 element() { return (u64)blockIdx.x * blockDim.x + threadIdx.x; }
