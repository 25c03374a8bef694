// Causal attention over segments, with grouped queries: no matrix of all scores is ever made.
//
// A block takes TILE queries of one head, and the keys TILE at a time. The softmax is made as the keys come (Milakov and
// Gimelshein 2018); the way back computes the probabilities again (Dao et al. 2022).

#define TILE 32
#define THREADS 256
#define SIDE 16 // threads are SIDE × SIDE; each takes 2 × 2 scores
#define PAIRS (TILE / SIDE)

// Values of a row in shared memory: whole groups of four, and four more so that rows begin in different banks.
#define STRIDE(width) (((width) + 3) / 4 * 4 + 4)

struct Shape {
    int heads, group, width;
    float scale;
    int window; // 0 where there is none
};

// A segment: its first query row, its queries, where its keys begin in the list, and how many it has.
struct Span {
    int row, rows, key, keys;
};

// Where the keys begin that the query sees whose last key is `end` − 1.
__device__ __forceinline__ int first_seen(const Shape &shape, int end) {
    return shape.window > 0 ? max(0, end - shape.window) : 0;
}

// Copies up to TILE rows of `width` values into shared memory, with zeros behind them and below them.
__device__ __forceinline__ void load_rows(float *shared, const float *values, u64 columns, int column, int width,
                                          const int *list, int first, int count) {
    int stride = STRIDE(width), filled = stride - 4;
    for (int place = threadIdx.x; place < TILE * filled; place += THREADS) {
        int row = place / filled, i = place % filled;
        float value = 0.0f;
        if (row < count && i < width)
            value = values[(u64)(list ? list[first + row] : first + row) * columns + column + i];
        shared[row * stride + i] = value;
    }
}

__device__ __forceinline__ float along_four(float4 a, float4 b) {
    return a.x * b.x + a.y * b.y + a.z * b.z + a.w * b.w;
}

// Scores of this thread's queries and keys: rows y + SIDE·a of `left`, rows x + SIDE·b of `right`.
__device__ __forceinline__ void scores(const float *left, const float *right, int width, float out[PAIRS][PAIRS]) {
    int x = threadIdx.x % SIDE, y = threadIdx.x / SIDE, stride = STRIDE(width);
    for (int a = 0; a < PAIRS; a++)
        for (int b = 0; b < PAIRS; b++) out[a][b] = 0.0f;
    for (int i = 0; i < width; i += 4) {
        float4 l[PAIRS], r[PAIRS];
        for (int a = 0; a < PAIRS; a++) l[a] = *(const float4 *)(left + (y + SIDE * a) * stride + i);
        for (int b = 0; b < PAIRS; b++) r[b] = *(const float4 *)(right + (x + SIDE * b) * stride + i);
        for (int a = 0; a < PAIRS; a++)
            for (int b = 0; b < PAIRS; b++) out[a][b] += along_four(l[a], r[b]);
    }
}

// Puts the scaled scores into shared memory, −∞ where a query does not see the key. `before` keys stand before the
// segment's first query.
__device__ __forceinline__ void keep_scores(float *shared, float out[PAIRS][PAIRS], const Shape &shape, int before,
                                            int query, int queries, int key) {
    int x = threadIdx.x % SIDE, y = threadIdx.x / SIDE;
    for (int a = 0; a < PAIRS; a++)
        for (int b = 0; b < PAIRS; b++) {
            int q = query + y + SIDE * a, k = key + x + SIDE * b, end = before + q + 1;
            int seen = q < queries && k < end && k >= first_seen(shape, end);
            shared[(y + SIDE * a) * (TILE + 1) + x + SIDE * b] = seen ? out[a][b] * shape.scale : MINUS_INFINITY;
        }
}

__device__ __forceinline__ float warp_sum(float value) {
    for (int distance = WARP / 2; distance > 0; distance /= 2) value += __shfl_xor_sync(EVERY_LANE, value, distance);
    return value;
}

__device__ __forceinline__ float warp_maximum(float value) {
    for (int distance = WARP / 2; distance > 0; distance /= 2)
        value = fmaxf(value, __shfl_xor_sync(EVERY_LANE, value, distance));
    return value;
}

// Takes a tile of scores into the running maximum and sum of each query; the scores become exp(score − maximum), and
// `shrink` says what earlier sums are to be multiplied with. A warp takes TILE / 8 queries, a lane a key.
__device__ __forceinline__ void take_tile(float *scores, float *largest, float *sums, float *shrink) {
    int lane = threadIdx.x % WARP;
    for (int row = threadIdx.x / WARP; row < TILE; row += THREADS / WARP) {
        float score = scores[row * (TILE + 1) + lane], old = largest[row];
        float now = fmaxf(old, warp_maximum(score));
        float share = now == MINUS_INFINITY ? 0.0f : expf(score - now);
        float factor = now == MINUS_INFINITY ? 1.0f : expf(old - now);
        float sum = warp_sum(share);
        scores[row * (TILE + 1) + lane] = share;
        if (lane == 0) {
            largest[row] = now;
            sums[row] = sums[row] * factor + sum;
            shrink[row] = factor;
        }
    }
}

// JOBS · SIDE values of a head at most.
template <int JOBS>
__device__ __forceinline__ void attend(const float *qkv, u64 query_columns, const float *memory, u64 memory_columns,
                                       int first_key, int first_value, const int2 *tiles, const Span *spans,
                                       const int *keys, Shape shape, float *out, float *shared) {
    int2 tile = tiles[blockIdx.x];
    Span span = spans[tile.x];
    int head = blockIdx.y, width = shape.width, stride = STRIDE(width);
    int x = threadIdx.x % SIDE, y = threadIdx.x / SIDE;
    int count = min(TILE, span.rows - tile.y), before = span.keys - span.rows;
    float *q = shared, *k = q + TILE * stride, *v = k + TILE * stride, *s = v + TILE * stride;
    float *largest = s + TILE * (TILE + 1), *sums = largest + TILE, *shrink = sums + TILE;
    load_rows(q, qkv, query_columns, head * width, width, 0, span.row + tile.y, count);
    if (threadIdx.x < TILE) {
        largest[threadIdx.x] = MINUS_INFINITY;
        sums[threadIdx.x] = 0.0f;
    }
    float sum[PAIRS][JOBS];
    for (int a = 0; a < PAIRS; a++)
        for (int j = 0; j < JOBS; j++) sum[a][j] = 0.0f;
    int end = before + tile.y + count, column = head / shape.group * width;
    for (int key = first_seen(shape, before + tile.y + 1) / TILE * TILE; key < end; key += TILE) {
        int here = min(TILE, end - key);
        __syncthreads();
        load_rows(k, memory, memory_columns, first_key + column, width, keys, span.key + key, here);
        load_rows(v, memory, memory_columns, first_value + column, width, keys, span.key + key, here);
        __syncthreads();
        float product[PAIRS][PAIRS];
        scores(q, k, width, product);
        keep_scores(s, product, shape, before, tile.y, span.rows, key);
        __syncthreads();
        take_tile(s, largest, sums, shrink);
        __syncthreads();
        for (int a = 0; a < PAIRS; a++) {
            int row = y + SIDE * a;
            float factor = shrink[row];
#pragma unroll
            for (int j = 0; j < JOBS; j++) sum[a][j] *= factor;
        }
        for (int i = 0; i < TILE; i++) {
            float share[PAIRS];
            for (int a = 0; a < PAIRS; a++) share[a] = s[(y + SIDE * a) * (TILE + 1) + i];
#pragma unroll
            for (int j = 0; j < JOBS; j++) {
                if (x + SIDE * j >= width) continue;
                float value = v[i * stride + x + SIDE * j];
                for (int a = 0; a < PAIRS; a++) sum[a][j] += share[a] * value;
            }
        }
    }
    __syncthreads();
    for (int a = 0; a < PAIRS; a++) {
        int row = y + SIDE * a;
        if (row >= count) continue;
        u64 start = ((u64)(span.row + tile.y + row) * shape.heads + head) * width;
#pragma unroll
        for (int j = 0; j < JOBS; j++)
            if (x + SIDE * j < width) out[start + x + SIDE * j] = sum[a][j] / sums[row];
    }
}

// `d_qkv` begins as zeros: several blocks add to the gradient of the same keys.
template <int JOBS>
__device__ __forceinline__ void attend_back(const float *qkv, const float *out, const float *d_out, u64 columns,
                                            const int2 *tiles, const Span *spans, const int *keys, Shape shape,
                                            float *d_qkv, float *shared) {
    int2 tile = tiles[blockIdx.x];
    Span span = spans[tile.x];
    int head = blockIdx.y, width = shape.width, stride = STRIDE(width);
    int x = threadIdx.x % SIDE, y = threadIdx.x / SIDE, lane = threadIdx.x % WARP;
    int count = min(TILE, span.rows - tile.y), before = span.keys - span.rows;
    float *q = shared, *d = q + TILE * stride, *k = d + TILE * stride, *v = k + TILE * stride;
    float *p = v + TILE * stride, *ds = p + TILE * (TILE + 1);
    float *largest = ds + TILE * (TILE + 1), *sums = largest + TILE, *shrink = sums + TILE, *along = shrink + TILE;
    int out_columns = shape.heads * width, key_heads = shape.heads / shape.group;
    int key_column = (shape.heads + head / shape.group) * width, value_column = key_column + key_heads * width;
    load_rows(q, qkv, columns, head * width, width, 0, span.row + tile.y, count);
    load_rows(d, d_out, out_columns, head * width, width, 0, span.row + tile.y, count);
    for (int row = threadIdx.x / WARP; row < TILE; row += THREADS / WARP) {
        float sum = 0.0f;
        for (int i = lane; i < width && row < count; i += WARP) {
            u64 place = (u64)(span.row + tile.y + row) * out_columns + head * width + i;
            sum += out[place] * d_out[place];
        }
        sum = warp_sum(sum);
        if (lane == 0) {
            along[row] = sum;
            largest[row] = MINUS_INFINITY;
            sums[row] = 0.0f;
        }
    }
    int end = before + tile.y + count, first = first_seen(shape, before + tile.y + 1) / TILE * TILE;
    float product[PAIRS][PAIRS];
    for (int key = first; key < end; key += TILE) {
        __syncthreads();
        load_rows(k, qkv, columns, key_column, width, keys, span.key + key, min(TILE, end - key));
        __syncthreads();
        scores(q, k, width, product);
        keep_scores(p, product, shape, before, tile.y, span.rows, key);
        __syncthreads();
        take_tile(p, largest, sums, shrink);
    }
    float d_query[PAIRS][JOBS];
    for (int a = 0; a < PAIRS; a++)
        for (int j = 0; j < JOBS; j++) d_query[a][j] = 0.0f;
    for (int key = first; key < end; key += TILE) {
        int here = min(TILE, end - key);
        __syncthreads();
        load_rows(k, qkv, columns, key_column, width, keys, span.key + key, here);
        load_rows(v, qkv, columns, value_column, width, keys, span.key + key, here);
        __syncthreads();
        scores(q, k, width, product);
        keep_scores(p, product, shape, before, tile.y, span.rows, key);
        scores(d, v, width, product);
        for (int a = 0; a < PAIRS; a++)
            for (int b = 0; b < PAIRS; b++) {
                int row = y + SIDE * a, place = row * (TILE + 1) + x + SIDE * b;
                float share = p[place] == MINUS_INFINITY ? 0.0f : expf(p[place] - largest[row]) / sums[row];
                p[place] = share;
                ds[place] = share * (product[a][b] - along[row]) * shape.scale;
            }
        __syncthreads();
        for (int i = 0; i < TILE; i++) {
            float slope[PAIRS];
            for (int a = 0; a < PAIRS; a++) slope[a] = ds[(y + SIDE * a) * (TILE + 1) + i];
#pragma unroll
            for (int j = 0; j < JOBS; j++) {
                if (x + SIDE * j >= width) continue;
                float value = k[i * stride + x + SIDE * j];
                for (int a = 0; a < PAIRS; a++) d_query[a][j] += slope[a] * value;
            }
        }
        float d_key[PAIRS][JOBS], d_value[PAIRS][JOBS];
        for (int a = 0; a < PAIRS; a++)
            for (int j = 0; j < JOBS; j++) d_key[a][j] = d_value[a][j] = 0.0f;
        for (int i = 0; i < count; i++) {
            float slope[PAIRS], share[PAIRS];
            for (int a = 0; a < PAIRS; a++) {
                slope[a] = ds[i * (TILE + 1) + y + SIDE * a];
                share[a] = p[i * (TILE + 1) + y + SIDE * a];
            }
#pragma unroll
            for (int j = 0; j < JOBS; j++) {
                if (x + SIDE * j >= width) continue;
                float query = q[i * stride + x + SIDE * j], slopes = d[i * stride + x + SIDE * j];
                for (int a = 0; a < PAIRS; a++) {
                    d_key[a][j] += slope[a] * query;
                    d_value[a][j] += share[a] * slopes;
                }
            }
        }
        for (int a = 0; a < PAIRS; a++) {
            int row = y + SIDE * a;
            if (row >= here) continue;
            u64 start = (u64)keys[span.key + key + row] * columns;
#pragma unroll
            for (int j = 0; j < JOBS; j++) {
                if (x + SIDE * j >= width) continue;
                atomicAdd(&d_qkv[start + key_column + x + SIDE * j], d_key[a][j]);
                atomicAdd(&d_qkv[start + value_column + x + SIDE * j], d_value[a][j]);
            }
        }
    }
    for (int a = 0; a < PAIRS; a++) {
        int row = y + SIDE * a;
        if (row >= count) continue;
        u64 start = (u64)(span.row + tile.y + row) * columns + head * width;
#pragma unroll
        for (int j = 0; j < JOBS; j++)
            if (x + SIDE * j < width) d_qkv[start + x + SIDE * j] = d_query[a][j];
    }
}

#define ATTENTION(JOBS, WIDTH)                                                                                         \
    extern "C" __global__ void __launch_bounds__(THREADS) attention_##WIDTH(                                           \
        const float *qkv, u64 query_columns, const float *memory, u64 memory_columns, int first_key, int first_value,  \
        const int2 *tiles, const Span *spans, const int *keys, int heads, int group, int width, float scale,           \
        int window, float *out) {                                                                                      \
        extern __shared__ __align__(16) float shared[];                                                                              \
        Shape shape = {heads, group, width, scale, window};                                                            \
        attend<JOBS>(qkv, query_columns, memory, memory_columns, first_key, first_value, tiles, spans, keys, shape,    \
                     out, shared);                                                                                     \
    }                                                                                                                  \
    extern "C" __global__ void __launch_bounds__(THREADS) attention_back_##WIDTH(                                      \
        const float *qkv, const float *out, const float *d_out, u64 columns, const int2 *tiles, const Span *spans,     \
        const int *keys, int heads, int group, int width, float scale, int window, float *d_qkv) {                     \
        extern __shared__ __align__(16) float shared[];                                                                              \
        Shape shape = {heads, group, width, scale, window};                                                            \
        attend_back<JOBS>(qkv, out, d_out, columns, tiles, spans, keys, shape, d_qkv, shared);                         \
    }

ATTENTION(4, 64)
ATTENTION(8, 128)
ATTENTION(16, 256)
