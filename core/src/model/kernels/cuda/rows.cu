// Rows: embeddings, norms, rotary positions, activations, copies.

// One block a row: rows of a table times `scale`.
extern "C" __global__ void embed(const void *table, int half, const u32 *ids, float scale, float *out, int columns) {
    u64 from = (u64)ids[blockIdx.x] * columns, to = (u64)blockIdx.x * columns;
    for (int column = threadIdx.x; column < columns; column += blockDim.x)
        out[to + column] = weight_at(table, half, from + column) * scale;
}

extern "C" __global__ void round_values(const float *values, half_bits *out, u64 count) {
    u64 place = element();
    if (place < count) out[place] = narrow(values[place]);
}

extern "C" __global__ void widen_values(const half_bits *values, float *out, u64 count) {
    u64 place = element();
    if (place < count) out[place] = widen(values[place]);
}

extern "C" __global__ void add_bias(float *y, const float *bias, int columns, u64 count) {
    u64 place = element();
    if (place < count) y[place] += bias[place % columns];
}

extern "C" __global__ void drop(const float *x, float *out, u64 key, u64 threshold, float kept, u64 count) {
    u64 place = element();
    if (place < count) out[place] = x[place] * dropout_factor(key, place, threshold, kept);
}

extern "C" __global__ void add_dropped(const float *x, float *out, u64 key, u64 threshold, float kept, u64 count) {
    u64 place = element();
    if (place < count) out[place] += x[place] * dropout_factor(key, place, threshold, kept);
}

// One block a norm: `groups` norms of `width` values stand in each row, the first at `first`.
extern "C" __global__ void rms_norm(const float *x, float *y, const float *weight, const float *residual, float offset,
                                    float epsilon, int columns, int first, int width, int groups) {
    __shared__ float shared[WARP];
    u64 start = (u64)(blockIdx.x / groups) * columns + first + (blockIdx.x % groups) * width;
    float sum = 0.0f;
    for (int i = threadIdx.x; i < width; i += blockDim.x) sum += x[start + i] * x[start + i];
    float inverse = 1.0f / sqrtf(block_sum(sum, shared) / width + epsilon);
    for (int i = threadIdx.x; i < width; i += blockDim.x) {
        float value = x[start + i] * inverse * (weight[i] + offset);
        y[start + i] = residual ? residual[start + i] + value : value;
    }
}

// The gradient of x, added to `added` where that is given.
extern "C" __global__ void rms_norm_back(const float *x, const float *dy, const float *weight, const float *added,
                                         float *dx, float offset, float epsilon, int columns, int first, int width,
                                         int groups) {
    __shared__ float shared[WARP];
    u64 start = (u64)(blockIdx.x / groups) * columns + first + (blockIdx.x % groups) * width;
    float squares = 0.0f, along = 0.0f;
    for (int i = threadIdx.x; i < width; i += blockDim.x) {
        float value = x[start + i];
        squares += value * value;
        along += value * dy[start + i] * (weight[i] + offset);
    }
    float inverse = 1.0f / sqrtf(block_sum(squares, shared) / width + epsilon);
    float factor = block_sum(along, shared) / width * inverse * inverse * inverse;
    for (int i = threadIdx.x; i < width; i += blockDim.x) {
        float value = dy[start + i] * (weight[i] + offset) * inverse - x[start + i] * factor;
        dx[start + i] = added ? added[start + i] + value : value;
    }
}

// Adds a norm's weight gradient. A block takes `share` norms, a thread the columns that fall to it.
extern "C" __global__ void rms_norm_weight_back(const float *x, const float *dy, float *d_weight, float epsilon,
                                                int columns, int first, int width, int groups, int norms, int share) {
    __shared__ float shared[WARP];
    int end = min(norms, (int)(blockIdx.x + 1) * share);
    for (int norm = blockIdx.x * share; norm < end; norm++) {
        u64 start = (u64)(norm / groups) * columns + first + (norm % groups) * width;
        float sum = 0.0f;
        for (int i = threadIdx.x; i < width; i += blockDim.x) sum += x[start + i] * x[start + i];
        float inverse = 1.0f / sqrtf(block_sum(sum, shared) / width + epsilon);
        for (int i = threadIdx.x; i < width; i += blockDim.x)
            atomicAdd(&d_weight[i], dy[start + i] * x[start + i] * inverse);
    }
}

// Adds the sum of some rows to `sums`: blockIdx.y takes `share` rows.
extern "C" __global__ void add_column_sums(const float *rows, float *sums, int columns, int count, int share) {
    int column = blockIdx.x * blockDim.x + threadIdx.x;
    if (column >= columns) return;
    int end = min(count, (int)(blockIdx.y + 1) * share);
    float sum = 0.0f;
    for (int row = blockIdx.y * share; row < end; row++) sum += rows[(u64)row * columns + column];
    atomicAdd(&sums[column], sum);
}

// In place: the first `heads` heads of each row are turned.
extern "C" __global__ void rotate(float *qkv, const float *cosines, const float *sines, int columns, int heads,
                                  int half, float direction, u64 count) {
    u64 place = element();
    if (place >= count) return;
    int i = place % half, head = place / half % heads;
    u64 row = place / half / heads;
    float cosine = cosines[row * half + i], sine = sines[row * half + i] * direction;
    float *first = qkv + row * columns + head * 2 * half + i, *second = first + half;
    float a = *first, b = *second;
    *first = a * cosine - b * sine;
    *second = b * cosine + a * sine;
}

// s and d(x·s)/dx of an activation x·s(x).
__device__ __forceinline__ void activation(float x, int gelu, float *share, float *slope) {
    float inner = x, inner_slope = 1.0f;
    if (gelu) {
        // ½(1 + tanh u) = sigmoid(2u), with 2u = 2·√(2/π)·(x + 0.044715·x³).
        float factor = 1.5957691216057308f, cubic = 0.044715f * x * x;
        inner = x * (cubic + 1.0f) * factor;
        inner_slope = (3.0f * cubic + 1.0f) * factor;
    }
    *share = 1.0f / (1.0f + expf(-inner));
    *slope = *share * ((1.0f - *share) * x * inner_slope + 1.0f);
}

extern "C" __global__ void gate(const float *gate_up, float *out, int width, int gelu, u64 count) {
    u64 place = element();
    if (place >= count) return;
    u64 from = place / width * 2 * width + place % width;
    float x = gate_up[from], share, slope;
    activation(x, gelu, &share, &slope);
    out[place] = x * share * gate_up[from + width];
}

extern "C" __global__ void gate_back(const float *gate_up, const float *d_out, float *d, int width, int gelu,
                                     u64 count) {
    u64 place = element();
    if (place >= count) return;
    u64 from = place / width * 2 * width + place % width;
    float x = gate_up[from], share, slope;
    activation(x, gelu, &share, &slope);
    d[from] = d_out[place] * gate_up[from + width] * slope;
    d[from + width] = d_out[place] * x * share;
}

// One block a row of `out`.
extern "C" __global__ void gather_rows(const float *x, const u32 *rows, float *out, int columns) {
    u64 from = (u64)rows[blockIdx.x] * columns, to = (u64)blockIdx.x * columns;
    for (int column = threadIdx.x; column < columns; column += blockDim.x) out[to + column] = x[from + column];
}

// One block a row of `x`, added to the row of `out` that `rows` names, times its factor where there are factors.
extern "C" __global__ void scatter_rows(const float *x, const u32 *rows, const float *factors, float *out,
                                        int columns) {
    u64 from = (u64)blockIdx.x * columns, to = (u64)rows[blockIdx.x] * columns;
    float factor = factors ? factors[blockIdx.x] : 1.0f;
    for (int column = threadIdx.x; column < columns; column += blockDim.x)
        atomicAdd(&out[to + column], x[from + column] * factor);
}

extern "C" __global__ void scale_rows(float *x, const float *factors, int columns, u64 count) {
    u64 place = element();
    if (place < count) x[place] *= factors[place / columns];
}

// One block a row: its columns from `first` on go to the row of `cache` that is its slot.
extern "C" __global__ void write_slots(const float *qkv, const u32 *slots, float *cache, int columns, int first) {
    int width = columns - first;
    u64 from = (u64)blockIdx.x * columns + first, to = (u64)slots[blockIdx.x] * width;
    for (int column = threadIdx.x; column < width; column += blockDim.x) cache[to + column] = qkv[from + column];
}

// One block a row of logits: log softmax at the target; the row becomes onehot(target) − softmax, times the row's factor
// where there are factors. Written to `halves` where the product that follows takes bf16, else in place.
extern "C" __global__ void log_softmax(float *logits, const u32 *targets, const float *factors, float *values,
                                       half_bits *halves, int slopes, int vocabulary) {
    __shared__ float shared[WARP];
    u64 start = (u64)blockIdx.x * vocabulary;
    u32 target = targets[blockIdx.x];
    float largest = MINUS_INFINITY, sum = 0.0f;
    for (int i = threadIdx.x; i < vocabulary; i += blockDim.x) largest = fmaxf(largest, logits[start + i]);
    largest = block_maximum(largest, shared);
    for (int i = threadIdx.x; i < vocabulary; i += blockDim.x) sum += expf(logits[start + i] - largest);
    sum = block_sum(sum, shared);
    if (threadIdx.x == 0 && values) values[blockIdx.x] = logits[start + target] - largest - logf(sum);
    __syncthreads();
    if (!slopes) return;
    float factor = factors ? factors[blockIdx.x] : 1.0f;
    for (int i = threadIdx.x; i < vocabulary; i += blockDim.x) {
        float share = expf(logits[start + i] - largest) / sum;
        float slope = ((i == target ? 1.0f : 0.0f) - share) * factor;
        if (halves) halves[start + i] = narrow(slope);
        else logits[start + i] = slope;
    }
}
