// Made by `deno task kernels` from the sources in src/kernels/assembly/.
import type { Address, Count, Flag, Code, Bits, Float, Double, Signature } from "../signature.ts";
import { address, most, number, panels, span, sum } from "../signature.ts";

/** The operands of every kernel that callers supply. */
export interface KernelOperands {
  /**
   * Adam (Kingma and Ba 2015): w -= rate m / (sqrt(v) / correction + epsilon), with `rate` already divided by 1 - beta1^t
   * and `correction` = sqrt(1 - beta2^t). `keep` = 1 - rate decay shrinks w first (AdamW, Loshchilov and Hutter 2019);
   * `decay` is added to the gradient instead, as L2 regularization.
   */
  adam_step: [
    n: Count,
    count: Count,
    spans: Address,
    w: Address,
    g: Address,
    m: Address,
    v: Address,
    rate: Float,
    beta1: Float,
    beta2: Float,
    rest1: Float,
    rest2: Float,
    epsilon: Float,
    correction: Float,
    keep: Float,
    decay: Float,
    scale: Float,
  ];
  /**
   * y[r] += b for every row of `n` floats. Workers share the rows.
   */
  add_bias: [
    rows: Count,
    n: Count,
    b: Address,
    y: Address,
  ];
  /**
   * y += a b.
   */
  add_product: [
    n: Count,
    a: Address,
    b: Address,
    y: Address,
  ];
  /**
   * sums[j] += x[0, j] + x[1, j] + ..., from left to right; `ldx` is the row length in floats. Four rows are added at a
   * time. Workers share the columns.
   */
  add_row_sums: [
    rows: Count,
    n: Count,
    x: Address,
    ldx: Count,
    sums: Address,
  ];
  /**
   * y += scale x.
   */
  add_scaled: [
    n: Count,
    scale: Float,
    x: Address,
    y: Address,
  ];
  /**
   * scores[b, t, s] = v . tanh(q[t, b] + k[s, b]) for q[T, B, A], k[S, B, A], v[A]. Workers share the sequences.
   */
  additive_scores: [
    B: Count,
    T: Count,
    S: Count,
    A: Count,
    q: Address,
    k: Address,
    v: Address,
    scores: Address,
  ];
  /**
   * Adds to dq, dk and dv the gradients that follow from dScores[b, t, s]. Pairs with a zero gradient are skipped, such
   * as those beyond a sequence's end. Workers share the columns of A.
   */
  additive_scores_backward: [
    B: Count,
    T: Count,
    S: Count,
    A: Count,
    q: Address,
    k: Address,
    v: Address,
    dScores: Address,
    dq: Address,
    dk: Address,
    dv: Address,
  ];
  /**
   * y = scale x + shift.
   */
  affine: [
    n: Count,
    x: Address,
    scale: Float,
    shift: Float,
    y: Address,
  ];
  /**
   * C_i[m, n] (+)= op(A_i)[m, k] op(B_i)[k, n] for i < count; `lda`, `ldb`, `ldc` are row lengths and `nextA`, `nextB`,
   * `nextC` the distances from one matrix to the next, in floats. Workers share the products.
   */
  batched_matmul: [
    count: Count,
    transposedA: Flag,
    transposedB: Flag,
    m: Count,
    n: Count,
    k: Count,
    a: Address,
    lda: Count,
    nextA: Count,
    b: Address,
    ldb: Count,
    nextB: Count,
    c: Address,
    ldc: Count,
    nextC: Count,
    accumulate: Flag,
  ];
  /**
   * y = f(a, b).
   */
  binary: [
    f: Code,
    n: Count,
    a: Address,
    b: Address,
    y: Address,
  ];
  /**
   * The gradient of `cho_gru_forward`. `dOutput`[N, H] (null for none) is the gradient of the hidden states; `dh`[B, H]
   * holds that of the final states on entry and, if `initial` is 1, that of h0 on return. `gates` receives the gradient
   * of W_ih x. `packedRZ` and `packedN` are the two parts of W_hh, packed. With weights packed as bfloat16 numbers,
   * `gatesHalf` receives the result in `gates` as such. `room`[B, 4H] receives intermediate values.
   */
  cho_gru_backward: [
    steps: Count,
    sizes: Address,
    H: Count,
    gates: Address,
    h: Address,
    h0: Address,
    dOutput: Address | 0,
    dh: Address,
    initial: Flag,
    packedRZ: Address,
    packedN: Address,
    gatesHalf: Address | 0,
    room: Address,
  ];
  /**
   * Runs the recurrence over a packed batch. On entry, `gates`[N, 3H] holds W_ih x; on return, the activated gates, with
   * r h_{t-1} in `rh`[N, H] and the hidden states in `h`[N, H]. `bias`[3H] = b_ih + b_hh. `packedRZ` and `packedN` are
   * the two parts of W_hh^T, packed. With weights packed as bfloat16 numbers, `h0Half` holds h0 as such, and `rhHalf` and
   * `hHalf`[N, H] receive `rh` and `h` as such. `room`[B, 2H] is for native products only.
   */
  cho_gru_forward: [
    steps: Count,
    sizes: Address,
    H: Count,
    gates: Address,
    rh: Address,
    h: Address,
    h0: Address,
    bias: Address,
    packedRZ: Address,
    packedN: Address,
    rhHalf: Address | 0,
    hHalf: Address | 0,
    h0Half: Address | 0,
    room: Address,
  ];
  /**
   * The first half of a step of `cho_gru_forward`, for products that were computed before: `gates`[rows, 3H] holds W_ih x
   * and, of r and z, also W_hh h_{t-1}. Activates r and z, and writes r h_{t-1} to `rh`[rows, H].
   */
  cho_gru_reset: [
    rows: Count,
    H: Count,
    gates: Address,
    bias: Address,
    previous: Address,
    rh: Address,
  ];
  /**
   * The second half of a step of `cho_gru_forward`: the sums of n in `gates`[rows, 3H] include the product with
   * r h_{t-1}. Activates n and writes the states to `h`[rows, H].
   */
  cho_gru_update: [
    rows: Count,
    H: Count,
    gates: Address,
    bias: Address,
    previous: Address,
    h: Address,
  ];
  /**
   * x = min(max(x, low), high); NaN stays NaN.
   */
  clamp: [
    n: Count,
    low: Float,
    high: Float,
    x: Address,
  ];
  /**
   * to[i, j, k, l] (+)= from[i, j, k, l] over a d0 x d1 x d2 x d3 block with any strides (in floats): transposes, slices,
   * concatenations and broadcasts. If a stride of `to` is 0, the values are added in ascending order by one worker.
   */
  copy_strided: [
    d0: Count,
    d1: Count,
    d2: Count,
    d3: Count,
    from: Address,
    f0: Count,
    f1: Count,
    f2: Count,
    f3: Count,
    to: Address,
    t0: Count,
    t1: Count,
    t2: Count,
    t3: Count,
    accumulate: Flag,
  ];
  /**
   * Cross-entropy of rows of n logits, with label smoothing and class weights, and its gradient:
   * x       += bias, unless the address of the bias is 0
   * q_c      = w_c (smoothing / n + (c == y ? 1 - smoothing : 0)), where y = targets[r]
   * losses_r = sum_c q_c (L - x_c), where L = log sum_c e^x_c
   * dx_c     = scale (Q e^(x_c - L) - q_c), where Q = sum_c q_c, unless the address of dx is 0
   * half     = dx as bfloat16 numbers, unless its address is 0
   * A row with a negative target has a loss and a gradient of 0. All weights are 1 if their address is 0, which smoothing
   * does not allow.
   */
  cross_entropy: [
    rows: Count,
    n: Count,
    x: Address,
    bias: Address | 0,
    targets: Address,
    weights: Address | 0,
    smoothing: Float,
    scale: Float,
    losses: Address,
    dx: Address | 0,
    half: Address | 0,
  ];
  /**
   * Continues the states of rows by n further logits, those of the classes from `first` on, after x += bias unless the
   * address of the bias is 0. Begins them if `first` is 0. `bias` and `weights` begin at class 0.
   */
  cross_entropy_columns: [
    rows: Count,
    n: Count,
    first: Count,
    x: Address,
    bias: Address | 0,
    targets: Address,
    weights: Address | 0,
    smoothing: Float,
    states: Address,
  ];
  /**
   * losses = the cross-entropy of rows whose states have gone through all n columns, as `cross_entropy` computes it.
   */
  cross_entropy_losses: [
    rows: Count,
    n: Count,
    targets: Address,
    weights: Address | 0,
    smoothing: Float,
    states: Address,
    losses: Address,
  ];
  /**
   * The gradients of n logits of each row, those of the classes from `first` on, out of `classes`, as `cross_entropy`
   * computes them, as bfloat16 numbers:
   * half = scale (Q e^(x_c - L) - q_c), where x has no bias yet
   */
  cross_entropy_slopes: [
    rows: Count,
    n: Count,
    first: Count,
    classes: Count,
    x: Address,
    bias: Address | 0,
    targets: Address,
    weights: Address | 0,
    smoothing: Float,
    scale: Float,
    states: Address,
    half: Address,
  ];
  /**
   * The loss of B sequences of logits [T, B, C]: -log of the sum of the probabilities, softmax(x), of all alignments of
   * their labels. A sequence has lengths[b] frames and sizes[b] of S labels, none of them the blank. If it has no
   * alignment, its loss is infinity, or 0 if `zeroes`. `alignments` keeps what the gradient needs.
   */
  ctc_loss: [
    T: Count,
    B: Count,
    C: Count,
    S: Count,
    blank: Count,
    zeroes: Flag,
    x: Address,
    lengths: Address,
    labels: Address,
    sizes: Address,
    alignments: Address,
    losses: Address,
  ];
  /**
   * dx += the gradient of the losses of `ctc_loss` times `slopes`; none for a sequence without an alignment. The last row
   * of each sequence's `alignments` is replaced.
   */
  ctc_loss_backward: [
    T: Count,
    B: Count,
    C: Count,
    S: Count,
    blank: Count,
    x: Address,
    lengths: Address,
    labels: Address,
    sizes: Address,
    alignments: Address,
    slopes: Address,
    dx: Address,
  ];
  /**
   * y (+)= x mask / (1 - rate): dropout of n weights, and its gradient when called with gradients. It keeps an element
   * with 16 random bits, half of a word, so that large matrices take half the time that `dropout` takes.
   */
  drop_weights: [
    n: Count,
    rate: Float,
    x: Address,
    y: Address,
    accumulate: Flag,
    seedLow: Bits,
    seedHigh: Bits,
    stream: Bits,
    step: Bits,
  ];
  /**
   * y (+)= x mask / (1 - rate): inverted dropout, and its gradient when called with gradients. The mask has `period`
   * elements and is applied `repeats` times, which is locked dropout (Gal and Ghahramani 2016) if the period is one time
   * step. Workers share the period.
   */
  dropout: [
    repeats: Count,
    period: Count,
    rate: Float,
    x: Address,
    y: Address,
    accumulate: Flag,
    seedLow: Bits,
    seedHigh: Bits,
    stream: Bits,
    step: Bits,
  ];
  /**
   * One update of dynamic evaluation (Krause et al. 2018): w += d (trained - w) - rate g / (r + epsilon), where r =
   * sqrt(share s) is the root of the mean squared gradient and d = min(1, decay r). If `s` is null, d = decay and the
   * gradient is not divided. If `adds` is 1, the squared gradient is first added to s.
   */
  dynamic_step: [
    n: Count,
    w: Address,
    g: Address,
    trained: Address,
    s: Address | 0,
    adds: Flag,
    share: Float,
    rate: Float,
    decay: Float,
    epsilon: Float,
  ];
  /**
   * x = value for every element.
   */
  fill: [
    n: Count,
    value: Float,
    x: Address,
  ];
  /**
   * Converts bfloat16 numbers to floats, or adds them to floats. Workers share the run.
   */
  from_half: [
    accumulate: Flag,
    n: Count,
    from: Address,
    to: Address,
  ];
  /**
   * to[r] = from[index[r]] for rows of `width` floats; a negative index gives zeros.
   */
  gather_rows: [
    rows: Count,
    width: Count,
    index: Address,
    from: Address,
    to: Address,
  ];
  /**
   * The gradient of `gru_forward`. `dOutput`[N, H] (null for none) is the gradient of the hidden states; `dh`[B, H] holds
   * that of the final states on entry and that of h0 on return. `gates` receives the gradient of W_ih x, and `hn` that of
   * W_hn h. `packedRZ` and `packedN` are the two parts of W_hh, packed. With weights packed as bfloat16 numbers,
   * `gatesHalf` and `hnHalf` receive the results in `gates` and `hn` as such. `room`[B, 2H] is for native products only.
   */
  gru_backward: [
    steps: Count,
    sizes: Address,
    H: Count,
    gates: Address,
    hn: Address,
    h: Address,
    h0: Address | 0,
    dOutput: Address | 0,
    dh: Address,
    initial: Flag,
    packedRZ: Address,
    packedN: Address,
    gatesHalf: Address | 0,
    hnHalf: Address | 0,
    room: Address,
  ];
  /**
   * Runs the recurrence over a packed batch. On entry, `gates`[N, 3H] holds W_ih x; on return, the activated gates, with
   * W_hn h + b_hn in `hn`[N, H] and the hidden states in `h`[N, H]. `h0`[B, H] is null for zeros; `bias`[3H] = b_ih +
   * b_hh for r and z, b_in for n. `packedRZ` and `packedN` are the two parts of W_hh^T, packed; null if `gates` and `hn`
   * already contain the recurrent products. With weights packed as bfloat16 numbers, `h0Half` holds h0 as such, and
   * `hHalf`[N, H] receives `h` as such. `room`[B, 2H] is for native products only.
   */
  gru_forward: [
    steps: Count,
    sizes: Address,
    H: Count,
    gates: Address,
    hn: Address,
    h: Address,
    h0: Address | 0,
    bias: Address,
    biasHN: Address,
    packedRZ: Address | 0,
    packedN: Address | 0,
    hHalf: Address | 0,
    h0Half: Address | 0,
    room: Address,
  ];
  /**
   * places[r] = the indexes of the `count` largest of the n floats of row r: largest first, ties in ascending order, then
   * -1 if there are fewer. NaN is skipped.
   */
  largest: [
    rows: Count,
    n: Count,
    count: Count,
    x: Address,
    places: Address,
  ];
  /**
   * Workers share the rows. `means` and `scales` (1 / standard deviation) store one float per row for the backward pass.
   */
  layer_norm: [
    rows: Count,
    n: Count,
    epsilon: Double,
    x: Address,
    weight: Address,
    bias: Address,
    y: Address,
    means: Address,
    scales: Address,
  ];
  /**
   * dx += scale (g - mean(g) - normal mean(g normal)) with g = dy weight. Workers share the rows.
   */
  layer_norm_backward: [
    rows: Count,
    n: Count,
    x: Address,
    weight: Address,
    means: Address,
    scales: Address,
    dy: Address,
    dx: Address,
  ];
  /**
   * dWeight += sum of dy normal and dBias += sum of dy, over the rows. Workers share the columns.
   */
  layer_norm_weights: [
    rows: Count,
    n: Count,
    x: Address,
    means: Address,
    scales: Address,
    dy: Address,
    dWeight: Address,
    dBias: Address,
  ];
  /**
   * y = x - log(sum(e^x)) for each row of n floats.
   */
  log_softmax: [
    rows: Count,
    n: Count,
    x: Address,
    y: Address,
  ];
  /**
   * dx += dy - e^y sum(dy) for each row of n floats, where y = log_softmax(x).
   */
  log_softmax_backward: [
    rows: Count,
    n: Count,
    y: Address,
    dy: Address,
    dx: Address,
  ];
  /**
   * The gradient of `lstm_forward`. `dOutput`[N, P] (null for none) is the gradient of the hidden states. `dh`[B, P] and
   * `dc`[B, H] hold those of the final states on entry and, if `initial` is not 0, those of h0 and c0 on return. `gates`
   * receives the gradient of the pre-activations. With a projection, `dH`[N, P] receives the whole gradient of every
   * hidden state, and `dm`[B, H] is scratch. `packedHH` and `packedHR` are W_hh and W_hr, packed. With weights packed as
   * bfloat16 numbers, `gatesHalf`[N, 4H] and `dHHalf`[N, P] receive the results in `gates` and `dH` as such.
   */
  lstm_backward: [
    steps: Count,
    sizes: Address,
    H: Count,
    P: Count,
    gates: Address,
    c: Address,
    tanhC: Address,
    c0: Address | 0,
    dOutput: Address | 0,
    dh: Address,
    dc: Address,
    dH: Address | 0,
    dm: Address | 0,
    initial: Flag,
    packedHH: Address,
    packedHR: Address | 0,
    gatesHalf: Address | 0,
    dHHalf: Address | 0,
  ];
  /**
   * The gradient of `lstm_forward_by_columns`; operands as for `lstm_backward`. `packed` is W_hh, packed by
   * `pack_columns` in parts of `share` columns, `size` floats apart. `space` starts with a zero.
   */
  lstm_backward_by_columns: [
    steps: Count,
    sizes: Address,
    H: Count,
    gates: Address,
    c: Address,
    tanhC: Address,
    c0: Address | 0,
    dOutput: Address | 0,
    dh: Address,
    dc: Address,
    initial: Flag,
    share: Count,
    size: Count,
    packed: Address,
    gatesHalf: Address | 0,
    space: Address,
  ];
  /**
   * Runs the recurrence over a packed batch. On entry, `gates`[N, 4H] holds W_ih x; on return, the activated gates. `c`,
   * `tanhC` and `m` are [N, H] and `h` is [N, P]; without a projection, P = H and `h` is `m`. `h0`[B, P] and `c0`[B, H]
   * are null for zeros, both or neither; `bias`[4H] = b_ih + b_hh. `packedHH` and `packedHR` are W_hh^T and W_hr^T,
   * packed; `packedHH` is null if `gates` already contains the recurrent product, and `packedHR` if there is no
   * projection or the caller computes it. With weights packed as bfloat16 numbers, `h0` holds such numbers, and
   * `hHalf`[N, P] and `mHalf`[N, H] receive `h` and `m` as such.
   */
  lstm_forward: [
    steps: Count,
    sizes: Address,
    H: Count,
    P: Count,
    gates: Address,
    h: Address,
    c: Address,
    tanhC: Address,
    m: Address,
    h0: Address | 0,
    c0: Address | 0,
    bias: Address,
    packedHH: Address | 0,
    packedHR: Address | 0,
    hHalf: Address | 0,
    mHalf: Address | 0,
  ];
  /**
   * `lstm_forward` without a projection, with workers that share the units. `packed` and `bias` have the columns of the
   * parts one after the other, the four gates of a part's units in each; `packed` is made by `pack_columns` in parts of
   * 4 * share columns, `size` floats apart. `space` starts with a zero.
   */
  lstm_forward_by_columns: [
    steps: Count,
    sizes: Address,
    H: Count,
    gates: Address,
    h: Address,
    c: Address,
    tanhC: Address,
    h0: Address | 0,
    c0: Address | 0,
    bias: Address,
    share: Count,
    size: Count,
    packed: Address,
    hHalf: Address | 0,
    space: Address,
  ];
  /**
   * C[m, n] (+)= op(A)[m, k] op(B)[k, n], row-major; `lda`, `ldb`, `ldc` are row lengths in floats, and `scratch` holds
   * `product_scratch()` bytes per worker. Workers share the rows of a tall C or the columns of a wide one.
   */
  matmul: [
    transposedA: Flag,
    transposedB: Flag,
    m: Count,
    n: Count,
    k: Count,
    a: Address,
    lda: Count,
    b: Address,
    ldb: Count,
    c: Address,
    ldc: Count,
    accumulate: Flag,
  ];
  /**
   * C[m, n] (+)= op(A) op(B) of bfloat16 matrices, summed as floats; row lengths in elements. Only with native products.
   * Workers share the rows of a tall C or the columns of a wide one.
   */
  matmul_half: [
    transposedA: Flag,
    transposedB: Flag,
    m: Count,
    n: Count,
    k: Count,
    a: Address,
    lda: Count,
    b: Address,
    ldb: Count,
    c: Address,
    ldc: Count,
    accumulate: Flag,
  ];
  /**
   * C[m, n] (+)= A[m, k] W^T with W[n, k] quantized by `pack_int8`; `lda` and `ldc` in floats, `scratch` as for `matmul`.
   * Workers share the panels. A row must fit the scratch memory, so k is at most 100,000.
   */
  matmul_int8: [
    m: Count,
    n: Count,
    k: Count,
    a: Address,
    lda: Count,
    packed: Address,
    scales: Address,
    c: Address,
    ldc: Count,
    accumulate: Flag,
  ];
  /**
   * C[m, n] (+)= A[m, k] B with B packed by `pack`; `lda` and `ldc` in floats. Workers share the panels.
   */
  matmul_packed: [
    m: Count,
    n: Count,
    k: Count,
    a: Address,
    lda: Count,
    packed: Address,
    c: Address,
    ldc: Count,
    accumulate: Flag,
  ];
  /**
   * y[u, b, k] = the largest of x[t, b, k] over the steps of window u, [u size, (u + 1) size), that are below lengths[b];
   * at[u, b, k] = the first t that attains it. A window without such steps gives 0 and -1. NaN counts as larger than any
   * number. Workers share the windows of all sequences.
   */
  max_pool: [
    B: Count,
    K: Count,
    windows: Count,
    size: Count,
    lengths: Address,
    x: Address,
    y: Address,
    at: Address,
  ];
  /**
   * dx[at[u, b, k], b, k] += dy[u, b, k] where a maximum was found. Workers share the windows of all sequences.
   */
  max_pool_backward: [
    B: Count,
    K: Count,
    windows: Count,
    at: Address,
    dy: Address,
    dx: Address,
  ];
  /**
   * The gradient of `min_gru_forward`. `dOutput`[N, H] (null for none) is the gradient of the hidden states; `dh`[B, H]
   * holds that of the final states on entry and that of h0 on return. `gates` receives the gradient of W_ih x.
   */
  min_gru_backward: [
    steps: Count,
    sizes: Address,
    H: Count,
    gates: Address,
    h: Address,
    h0: Address | 0,
    dOutput: Address | 0,
    dh: Address,
  ];
  /**
   * Runs the recurrence over a packed batch. On entry, `gates`[N, 2H] holds W_ih x; on return, the activated gates, with
   * the hidden states in `h`[N, H]. `h0`[B, H] is null for zeros, `bias`[2H] for none.
   */
  min_gru_forward: [
    steps: Count,
    sizes: Address,
    H: Count,
    gates: Address,
    h: Address,
    h0: Address | 0,
    bias: Address | 0,
  ];
  /**
   * The gradient of `mogrifier_forward`. `dOutput`[N, H] (null for none) is the gradient of the hidden states. `dh`[B, H]
   * and `dc`[B, H] hold those of the final states on entry and those of h0 and c0 on return. `gates`, `scalesX` and
   * `scalesH` receive the gradients of the pre-activations, and `dx`[N, E] that of x. The weights are packed.
   */
  mogrifier_backward: [
    steps: Count,
    sizes: Address,
    E: Count,
    H: Count,
    rounds: Count,
    xs: Address,
    hs: Address,
    scalesX: Address,
    scalesH: Address,
    gates: Address,
    c: Address,
    tanhC: Address,
    c0: Address,
    dOutput: Address | 0,
    dh: Address,
    dc: Address,
    dx: Address,
    packedIH: Address,
    packedHH: Address,
    packedQ: Address,
    sizeQ: Count,
    packedR: Address,
    sizeR: Count,
    half: Address | 0,
  ];
  /**
   * Runs the recurrence over a packed batch of inputs `x`[N, E] from the states `h0` and `c0`. With X = ceil(rounds / 2)
   * and Y = rounds - X: `xs`[X, N, E] receives x^1, x^3, ..., `hs`[1 + Y, N, H] h^0, h^2, ..., and `scalesX`[X, N, E] and
   * `scalesH`[Y, N, H] the logistic functions of the rounds. The others are as for `lstm_forward`. `packedQ` are the
   * packed transposes of the X matrices Q[E, H], `sizeQ` floats apart, and `packedR` those of the Y matrices R[H, E].
   * `half`, not null for weights packed as bfloat16 numbers, has room for the inputs of a product.
   */
  mogrifier_forward: [
    steps: Count,
    sizes: Address,
    E: Count,
    H: Count,
    rounds: Count,
    x: Address,
    xs: Address,
    hs: Address,
    scalesX: Address,
    scalesH: Address,
    gates: Address,
    h: Address,
    c: Address,
    tanhC: Address,
    h0: Address,
    c0: Address,
    bias: Address,
    packedIH: Address,
    packedHH: Address,
    packedQ: Address,
    sizeQ: Count,
    packedR: Address,
    sizeR: Count,
    half: Address | 0,
  ];
  /**
   * Scales n numbers by twice the logistic function of `s`, which it replaces: to = 2 sigmoid(s) from. One round for
   * products that were computed before. Workers share the numbers.
   */
  mogrify: [
    n: Count,
    s: Address,
    from: Address,
    to: Address,
  ];
  /**
   * Packs all of B[k, n] (or of B[n, k] if transposed) for `multiply`: ceil(n / 8) panels of k x 8 floats. `ldb` is B's
   * row length in floats. Workers share the panels.
   */
  pack: [
    transposed: Flag,
    k: Count,
    n: Count,
    b: Address,
    ldb: Count,
    packed: Address,
  ];
  /**
   * Packs B[k, n] (or B[n, k] if transposed) in parts of `share` columns, the last of which may have fewer, each as
   * `pack_weights` does and `size` floats behind the one before. Only with native products that pack.
   */
  pack_columns: [
    transposed: Flag,
    k: Count,
    n: Count,
    b: Address,
    share: Count,
    size: Count,
    packed: Address,
  ];
  /**
   * Quantizes W[n, k] row by row for `matmul_int8`: ceil(n / 8) panels in `packed`, the scales in `scales`[n]; the
   * largest absolute value of each row becomes 127. `ldw` is W's row length in floats. Workers share the panels.
   */
  pack_int8: [
    k: Count,
    n: Count,
    w: Address,
    ldw: Count,
    packed: Address,
    scales: Address,
  ];
  /**
   * Packs B[k, n] (or B[n, k] if transposed) for the products of time loops, in the form that the engine's products read:
   * panels, the rows of B[k, n], or the native library's layout. `ldb` is B's row length in floats.
   */
  pack_weights: [
    transposed: Flag,
    k: Count,
    n: Count,
    b: Address,
    ldb: Count,
    packed: Address,
  ];
  /**
   * patches[n, i, j, a, b, c] = x[n, i stride + a - padding, j stride + b - padding, c], zeros outside the pictures: the
   * parts of N pictures [H, W, C] that filters of K x K values cover at OH x OW places. Workers share the pictures.
   */
  picture_patches: [
    N: Count,
    H: Count,
    W: Count,
    C: Count,
    OH: Count,
    OW: Count,
    K: Count,
    stride: Count,
    padding: Count,
    x: Address,
    patches: Address,
  ];
  /**
   * Adds the gradients of patches to those of the pictures: dx[n, i stride + a - padding, j stride + b - padding, c] +=
   * dpatches[n, i, j, a, b, c] inside the pictures, in ascending order of the patches. Workers share the pictures.
   */
  picture_patches_backward: [
    N: Count,
    H: Count,
    W: Count,
    C: Count,
    OH: Count,
    OW: Count,
    K: Count,
    stride: Count,
    padding: Count,
    dpatches: Address,
    dx: Address,
  ];
  /**
   * The gradient of `qrnn_forward`. `dOutput`[N, H] (null for none) is the gradient of the outputs; `dc`[B, H] holds that
   * of the final states on entry and that of c0 on return. `gates` receives the gradient of W_ih x.
   */
  qrnn_backward: [
    steps: Count,
    sizes: Address,
    H: Count,
    gates: Address,
    c: Address,
    c0: Address | 0,
    dOutput: Address | 0,
    dc: Address,
  ];
  /**
   * Runs the recurrence over a packed batch. On entry, `gates`[N, 3H] holds W_ih x; on return, the activated gates, with
   * the states in `c`[N, H] and the outputs in `h`[N, H]. `c0`[B, H] is null for zeros, `bias`[3H] for none.
   */
  qrnn_forward: [
    steps: Count,
    sizes: Address,
    H: Count,
    gates: Address,
    c: Address,
    h: Address,
    c0: Address | 0,
    bias: Address | 0,
  ];
  /**
   * x = uniform numbers in [0, 1). Workers share the run.
   */
  random_uniform: [
    n: Count,
    x: Address,
    seedLow: Bits,
    seedHigh: Bits,
    stream: Bits,
    step: Bits,
  ];
  /**
   * RMSprop (Tieleman and Hinton 2012): s = alpha s + rest g^2, d = g / (sqrt(s) + epsilon). If `velocity` is not null,
   * the step goes through v = momentum v + d.
   */
  rmsprop_step: [
    n: Count,
    count: Count,
    spans: Address,
    w: Address,
    g: Address,
    s: Address,
    velocity: Address | 0,
    rate: Float,
    alpha: Float,
    rest: Float,
    epsilon: Float,
    momentum: Float,
    decay: Float,
    scale: Float,
  ];
  /**
   * The gradient of `rnn_forward`. `dOutput`[N, H] (null for none) is the gradient of the hidden states; `dh`[B, H] holds
   * that of the final states on entry and, if `initial` is not 0, that of h0 on return; `dGates`[N, H] receives that of
   * the pre-activations. `packedHH` is W_hh, packed. With weights packed as bfloat16 numbers, `dGatesHalf` receives
   * `dGates` as such.
   */
  rnn_backward: [
    relu: Flag,
    steps: Count,
    sizes: Address,
    H: Count,
    h: Address,
    dOutput: Address | 0,
    dh: Address,
    dGates: Address,
    initial: Flag,
    packedHH: Address,
    dGatesHalf: Address | 0,
  ];
  /**
   * Runs the recurrence over a packed batch. On entry, `h`[N, H] holds W_ih x; on return, the hidden states. `h0`[B, H]
   * is null for zeros; `bias`[H] = b_ih + b_hh. `packedHH` is W_hh^T, packed; null if `h` already contains the recurrent
   * product. With weights packed as bfloat16 numbers, `h0` holds such numbers, and `hHalf`[N, H] receives `h` as such.
   */
  rnn_forward: [
    relu: Flag,
    steps: Count,
    sizes: Address,
    H: Count,
    h: Address,
    h0: Address | 0,
    bias: Address,
    packedHH: Address | 0,
    hHalf: Address | 0,
  ];
  /**
   * to[index[r]] += from[r] for rows of `width` floats, in ascending order of r; negative indexes are skipped. Workers
   * share the columns, since several rows may meet in one.
   */
  scatter_add_rows: [
    rows: Count,
    width: Count,
    index: Address,
    from: Address,
    to: Address,
  ];
  /**
   * w -= rate d with d = g, the velocity v = momentum v + undamped g, or g + momentum v (Nesterov 1983). `velocity` is
   * null without momentum; in the first step, `undamped` is 1.
   */
  sgd_step: [
    n: Count,
    count: Count,
    spans: Address,
    w: Address,
    g: Address,
    velocity: Address | 0,
    rate: Float,
    momentum: Float,
    undamped: Float,
    nesterov: Flag,
    decay: Float,
    scale: Float,
  ];
  /**
   * y = softmax(x) for each row of n floats.
   */
  softmax: [
    rows: Count,
    n: Count,
    x: Address,
    y: Address,
  ];
  /**
   * dx += y (dy - sum(dy y)) for each row of n floats.
   */
  softmax_backward: [
    rows: Count,
    n: Count,
    y: Address,
    dy: Address,
    dx: Address,
  ];
  /**
   * Softmax of the first lengths[r] floats of row r; the others become 0.
   */
  softmax_ragged: [
    rows: Count,
    n: Count,
    lengths: Address,
    x: Address,
    y: Address,
  ];
  /**
   * The gradient of `sru_forward`. `dOutput`[N, H] (null for none) is the gradient of the outputs; `dc`[B, H] holds that
   * of the final states on entry and that of c0 on return. `gates` receives the gradient of W_ih x. Those of the skipped
   * input `x` and of v are added to `dx`[N, H] and `dV`[2H], each null for none.
   */
  sru_backward: [
    steps: Count,
    sizes: Address,
    H: Count,
    G: Count,
    gates: Address,
    c: Address,
    c0: Address | 0,
    x: Address | 0,
    scale: Float,
    v: Address,
    dOutput: Address | 0,
    dc: Address,
    dx: Address | 0,
    dV: Address | 0,
  ];
  /**
   * Runs the recurrence over a packed batch. On entry, `gates`[N, G H] holds W_ih x; on return, f and r are activated,
   * with the states in `c`[N, H] and the outputs in `h`[N, H]. `c0`[B, H] is null for zeros, `bias`[2H] for none. The
   * skipped input is `scale` times `x`[N, H] with G = 3, or the block s of `gates` with G = 4; `x` is then null and
   * `scale` is 1.
   */
  sru_forward: [
    steps: Count,
    sizes: Address,
    H: Count,
    G: Count,
    gates: Address,
    c: Address,
    h: Address,
    c0: Address | 0,
    x: Address | 0,
    scale: Float,
    v: Address,
    bias: Address | 0,
  ];
  /**
   * y = scale (x[0] + x[1] + ...), added in double precision by one worker.
   */
  sum: [
    n: Count,
    x: Address,
    scale: Double,
    y: Address,
  ];
  /**
   * parts[i] = sum of the squares of the i-th 4096 floats, as doubles. Only floats in the `count` ascending spans
   * [start, end) are read, besides up to 3 before a span; the others count as zeros. Workers take turns, because spans
   * may be dense in one half only.
   */
  sum_squares: [
    n: Count,
    x: Address,
    count: Count,
    spans: Address,
    parts: Address,
  ];
  /**
   * Converts floats to bfloat16 numbers, rounding to nearest, ties to even. Workers share the run.
   */
  to_half: [
    n: Count,
    from: Address,
    to: Address,
  ];
  /**
   * to[c, r] = from[r, c] for a matrix of rows x columns floats. Workers share the columns.
   */
  transpose_matrix: [
    rows: Count,
    columns: Count,
    from: Address,
    to: Address,
  ];
  /**
   * y = f(x).
   */
  unary: [
    f: Code,
    n: Count,
    x: Address,
    y: Address,
  ];
  /**
   * dx += dy f'(x), computed from y = f(x).
   */
  unary_backward: [
    f: Code,
    n: Count,
    x: Address,
    y: Address,
    dy: Address,
    dx: Address,
  ];
  /**
   * x[i] = 0 for all i < n in `count` spans [start, end). Workers share the spans.
   */
  zero_spans: [
    n: Count,
    count: Count,
    spans: Address,
    x: Address,
  ];
}

/** The signature of every kernel. */
export const SIGNATURES: { readonly [Kernel in keyof KernelOperands]: Signature } = {
  adam_step: {
    operands: [
      number("n", "count"),
      number("count", "count"),
      address("spans", "reads", "i32", ([, count]) => 2 * count),
      address("w", "updates", "f32", ([n]) => n),
      address("g", "reads", "f32", ([n]) => n),
      address("m", "updates", "f32", ([n]) => n),
      address("v", "updates", "f32", ([n]) => n),
      number("rate", "float"),
      number("beta1", "float"),
      number("beta2", "float"),
      number("rest1", "float"),
      number("rest2", "float"),
      number("epsilon", "float"),
      number("correction", "float"),
      number("keep", "float"),
      number("decay", "float"),
      number("scale", "float"),
    ],
    usesScratch: false,
    work: ([n]) => 4 * n,
  },
  add_bias: {
    operands: [
      number("rows", "count"),
      number("n", "count"),
      address("b", "reads", "f32", ([, n]) => n),
      address("y", "updates", "f32", ([rows, n]) => rows * n),
    ],
    usesScratch: false,
    work: ([rows, n]) => 4 * rows * n,
  },
  add_product: {
    operands: [
      number("n", "count"),
      address("a", "reads", "f32", ([n]) => n),
      address("b", "reads", "f32", ([n]) => n),
      address("y", "updates", "f32", ([n]) => n),
    ],
    usesScratch: false,
    work: ([n]) => 4 * n,
  },
  add_row_sums: {
    operands: [
      number("rows", "count"),
      number("n", "count"),
      address("x", "reads", "f32", ([rows, n, , ldx]) => span(rows, ldx, n, 1)),
      number("ldx", "count"),
      address("sums", "updates", "f32", ([, n]) => n),
    ],
    usesScratch: false,
    work: ([rows, n]) => 4 * rows * n,
  },
  add_scaled: {
    operands: [
      number("n", "count"),
      number("scale", "float"),
      address("x", "reads", "f32", ([n]) => n),
      address("y", "updates", "f32", ([n]) => n),
    ],
    usesScratch: false,
    work: ([n]) => 4 * n,
  },
  additive_scores: {
    operands: [
      number("B", "count"),
      number("T", "count"),
      number("S", "count"),
      number("A", "count"),
      address("q", "reads", "f32", ([B, T, , A]) => T * B * A),
      address("k", "reads", "f32", ([B, , S, A]) => S * B * A),
      address("v", "reads", "f32", ([, , , A]) => A),
      address("scores", "writes", "f32", ([B, T, S]) => B * T * S),
    ],
    usesScratch: false,
    work: ([B, T, S, A]) => 16 * B * T * S * A,
  },
  additive_scores_backward: {
    operands: [
      number("B", "count"),
      number("T", "count"),
      number("S", "count"),
      number("A", "count"),
      address("q", "reads", "f32", ([B, T, , A]) => T * B * A),
      address("k", "reads", "f32", ([B, , S, A]) => S * B * A),
      address("v", "reads", "f32", ([, , , A]) => A),
      address("dScores", "reads", "f32", ([B, T, S]) => B * T * S),
      address("dq", "updates", "f32", ([B, T, , A]) => T * B * A),
      address("dk", "updates", "f32", ([B, , S, A]) => S * B * A),
      address("dv", "updates", "f32", ([, , , A]) => A),
    ],
    usesScratch: false,
    work: ([B, T, S, A]) => 24 * B * T * S * A,
  },
  affine: {
    operands: [
      number("n", "count"),
      address("x", "reads", "f32", ([n]) => n),
      number("scale", "float"),
      number("shift", "float"),
      address("y", "writes", "f32", ([n]) => n, { inPlace: ["x"] }),
    ],
    usesScratch: false,
    work: ([n]) => 4 * n,
  },
  batched_matmul: {
    operands: [
      number("count", "count"),
      number("transposedA", "flag"),
      number("transposedB", "flag"),
      number("m", "count"),
      number("n", "count"),
      number("k", "count"),
      address("a", "reads", "f32", ([count, transposedA, , m, , k, , lda, nextA]) => span(count, nextA, transposedA ? k : m, lda, transposedA ? m : k, 1)),
      number("lda", "count"),
      number("nextA", "count"),
      address("b", "reads", "f32", ([count, , transposedB, , n, k, , , , , ldb, nextB]) => span(count, nextB, transposedB ? n : k, ldb, transposedB ? k : n, 1)),
      number("ldb", "count"),
      number("nextB", "count"),
      address("c", "updates", "f32", ([count, , , m, n, , , , , , , , , ldc, nextC]) => span(count, nextC, m, ldc, n, 1)),
      number("ldc", "count"),
      number("nextC", "count"),
      number("accumulate", "flag"),
    ],
    usesScratch: true,
    work: ([count, , , m, n, k]) => count * m * n * k,
  },
  binary: {
    operands: [
      number("f", "code"),
      number("n", "count"),
      address("a", "reads", "f32", ([, n]) => n),
      address("b", "reads", "f32", ([, n]) => n),
      address("y", "writes", "f32", ([, n]) => n, { inPlace: ["a", "b"] }),
    ],
    usesScratch: false,
    work: ([, n]) => 4 * n,
  },
  cho_gru_backward: {
    operands: [
      number("steps", "count"),
      address("sizes", "reads", "i32", ([steps]) => steps),
      number("H", "count"),
      address("gates", "updates", "f32", ([steps, sizes, H], read) => sum(read, sizes, steps) * 3 * H),
      address("h", "reads", "f32", ([steps, sizes, H], read) => sum(read, sizes, steps) * H),
      address("h0", "reads", "f32", ([, sizes, H], read) => read(sizes, 0) * H),
      address("dOutput", "reads", "f32", ([steps, sizes, H], read) => sum(read, sizes, steps) * H, { isOptional: true }),
      address("dh", "updates", "f32", ([, sizes, H], read) => read(sizes, 0) * H),
      number("initial", "flag"),
      address("packedRZ", "reads", "f32", ([, , H]) => panels(2 * H, H)),
      address("packedN", "reads", "f32", ([, , H]) => panels(H, H)),
      address("gatesHalf", "writes", "u16", ([steps, sizes, H], read) => sum(read, sizes, steps) * 3 * H, { isOptional: true }),
      address("room", "writes", "f32", ([, sizes, H], read) => read(sizes, 0) * 4 * H),
    ],
    usesScratch: true,
    work: ([steps, sizes, H], read) => read(sizes, 0) < 2 ? 0 : 9 * steps * read(sizes, 0) * H * H,
  },
  cho_gru_forward: {
    operands: [
      number("steps", "count"),
      address("sizes", "reads", "i32", ([steps]) => steps),
      number("H", "count"),
      address("gates", "updates", "f32", ([steps, sizes, H], read) => sum(read, sizes, steps) * 3 * H),
      address("rh", "writes", "f32", ([steps, sizes, H], read) => sum(read, sizes, steps) * H),
      address("h", "writes", "f32", ([steps, sizes, H], read) => sum(read, sizes, steps) * H),
      address("h0", "reads", "f32", ([, sizes, H], read) => read(sizes, 0) * H),
      address("bias", "reads", "f32", ([, , H]) => 3 * H),
      address("packedRZ", "reads", "f32", ([, , H]) => panels(H, 2 * H)),
      address("packedN", "reads", "f32", ([, , H]) => panels(H, H)),
      address("rhHalf", "writes", "u16", ([steps, sizes, H], read) => sum(read, sizes, steps) * H, { isOptional: true }),
      address("hHalf", "writes", "u16", ([steps, sizes, H], read) => sum(read, sizes, steps) * H, { isOptional: true }),
      address("h0Half", "reads", "u16", ([, sizes, H], read) => read(sizes, 0) * H, { isOptional: true }),
      address("room", "writes", "f32", ([, sizes, H], read) => read(sizes, 0) * 2 * H),
    ],
    usesScratch: true,
    work: ([steps, sizes, H], read) => read(sizes, 0) < 2 ? 0 : 9 * steps * read(sizes, 0) * H * H,
  },
  cho_gru_reset: {
    operands: [
      number("rows", "count"),
      number("H", "count"),
      address("gates", "updates", "f32", ([rows, H]) => rows * 3 * H),
      address("bias", "reads", "f32", ([, H]) => 3 * H),
      address("previous", "reads", "f32", ([rows, H]) => rows * H),
      address("rh", "writes", "f32", ([rows, H]) => rows * H),
    ],
    usesScratch: false,
    work: ([rows, H]) => 9 * rows * H,
  },
  cho_gru_update: {
    operands: [
      number("rows", "count"),
      number("H", "count"),
      address("gates", "updates", "f32", ([rows, H]) => rows * 3 * H),
      address("bias", "reads", "f32", ([, H]) => 3 * H),
      address("previous", "reads", "f32", ([rows, H]) => rows * H),
      address("h", "writes", "f32", ([rows, H]) => rows * H),
    ],
    usesScratch: false,
    work: ([rows, H]) => 9 * rows * H,
  },
  clamp: {
    operands: [
      number("n", "count"),
      number("low", "float"),
      number("high", "float"),
      address("x", "updates", "f32", ([n]) => n),
    ],
    usesScratch: false,
    work: ([n]) => 4 * n,
  },
  copy_strided: {
    operands: [
      number("d0", "count"),
      number("d1", "count"),
      number("d2", "count"),
      number("d3", "count"),
      address("from", "reads", "f32", ([d0, d1, d2, d3, , f0, f1, f2, f3]) => span(d0, f0, d1, f1, d2, f2, d3, f3)),
      number("f0", "count"),
      number("f1", "count"),
      number("f2", "count"),
      number("f3", "count"),
      address("to", "updates", "f32", ([d0, d1, d2, d3, , , , , , , t0, t1, t2, t3]) => span(d0, t0, d1, t1, d2, t2, d3, t3)),
      number("t0", "count"),
      number("t1", "count"),
      number("t2", "count"),
      number("t3", "count"),
      number("accumulate", "flag"),
    ],
    usesScratch: false,
    work: () => 0,
  },
  cross_entropy: {
    operands: [
      number("rows", "count"),
      number("n", "count"),
      address("x", "updates", "f32", ([rows, n]) => rows * n),
      address("bias", "reads", "f32", ([, n]) => n, { isOptional: true }),
      address("targets", "reads", "i32", ([rows]) => rows),
      address("weights", "reads", "f32", ([, n]) => n, { isOptional: true }),
      number("smoothing", "float"),
      number("scale", "float"),
      address("losses", "writes", "f32", ([rows]) => rows),
      address("dx", "writes", "f32", ([rows, n]) => rows * n, { isOptional: true, inPlace: ["x"] }),
      address("half", "writes", "u16", ([rows, n]) => rows * n, { isOptional: true }),
    ],
    usesScratch: false,
    work: ([rows, n]) => 4 * rows * n,
  },
  cross_entropy_columns: {
    operands: [
      number("rows", "count"),
      number("n", "count"),
      number("first", "count"),
      address("x", "updates", "f32", ([rows, n]) => rows * n),
      address("bias", "reads", "f32", ([, n, first]) => first + n, { isOptional: true }),
      address("targets", "reads", "i32", ([rows]) => rows),
      address("weights", "reads", "f32", ([, n, first]) => first + n, { isOptional: true }),
      number("smoothing", "float"),
      address("states", "updates", "f32", ([rows]) => 4 * rows),
    ],
    usesScratch: false,
    work: ([rows, n]) => 4 * rows * n,
  },
  cross_entropy_losses: {
    operands: [
      number("rows", "count"),
      number("n", "count"),
      address("targets", "reads", "i32", ([rows]) => rows),
      address("weights", "reads", "f32", ([, n]) => n, { isOptional: true }),
      number("smoothing", "float"),
      address("states", "reads", "f32", ([rows]) => 4 * rows),
      address("losses", "writes", "f32", ([rows]) => rows),
    ],
    usesScratch: false,
    work: ([rows]) => 16 * rows,
  },
  cross_entropy_slopes: {
    operands: [
      number("rows", "count"),
      number("n", "count"),
      number("first", "count"),
      number("classes", "count"),
      address("x", "reads", "f32", ([rows, n]) => rows * n),
      address("bias", "reads", "f32", ([, n, first]) => first + n, { isOptional: true }),
      address("targets", "reads", "i32", ([rows]) => rows),
      address("weights", "reads", "f32", ([, , , classes]) => classes, { isOptional: true }),
      number("smoothing", "float"),
      number("scale", "float"),
      address("states", "reads", "f32", ([rows]) => 4 * rows),
      address("half", "writes", "u16", ([rows, n]) => rows * n),
    ],
    usesScratch: false,
    work: ([rows, n]) => 4 * rows * n,
  },
  ctc_loss: {
    operands: [
      number("T", "count"),
      number("B", "count"),
      number("C", "count"),
      number("S", "count"),
      number("blank", "count"),
      number("zeroes", "flag"),
      address("x", "reads", "f32", ([T, B, C]) => T * B * C),
      address("lengths", "reads", "i32", ([, B]) => B),
      address("labels", "reads", "i32", ([, B, , S]) => B * S),
      address("sizes", "reads", "i32", ([, B]) => B),
      address("alignments", "writes", "f64", ([T, B, , S]) => B * (T + 2) * (2 * S + 4)),
      address("losses", "writes", "f32", ([, B]) => B),
    ],
    usesScratch: false,
    work: ([T, B, C, S]) => T * B * (4 * C + 40 * S),
  },
  ctc_loss_backward: {
    operands: [
      number("T", "count"),
      number("B", "count"),
      number("C", "count"),
      number("S", "count"),
      number("blank", "count"),
      address("x", "reads", "f32", ([T, B, C]) => T * B * C),
      address("lengths", "reads", "i32", ([, B]) => B),
      address("labels", "reads", "i32", ([, B, , S]) => B * S),
      address("sizes", "reads", "i32", ([, B]) => B),
      address("alignments", "updates", "f64", ([T, B, , S]) => B * (T + 2) * (2 * S + 4)),
      address("slopes", "reads", "f32", ([, B]) => B),
      address("dx", "updates", "f32", ([T, B, C]) => T * B * C),
    ],
    usesScratch: false,
    work: ([T, B, C, S]) => T * B * (4 * C + 40 * S),
  },
  drop_weights: {
    operands: [
      number("n", "count"),
      number("rate", "float"),
      address("x", "reads", "f32", ([n]) => n),
      address("y", "updates", "f32", ([n]) => n),
      number("accumulate", "flag"),
      number("seedLow", "bits"),
      number("seedHigh", "bits"),
      number("stream", "bits"),
      number("step", "bits"),
    ],
    usesScratch: false,
    work: ([n]) => 4 * n,
  },
  dropout: {
    operands: [
      number("repeats", "count"),
      number("period", "count"),
      number("rate", "float"),
      address("x", "reads", "f32", ([repeats, period]) => repeats * period),
      address("y", "updates", "f32", ([repeats, period]) => repeats * period),
      number("accumulate", "flag"),
      number("seedLow", "bits"),
      number("seedHigh", "bits"),
      number("stream", "bits"),
      number("step", "bits"),
    ],
    usesScratch: false,
    work: ([repeats, period]) => 8 * repeats * period,
  },
  dynamic_step: {
    operands: [
      number("n", "count"),
      address("w", "updates", "f32", ([n]) => n),
      address("g", "reads", "f32", ([n]) => n),
      address("trained", "reads", "f32", ([n]) => n),
      address("s", "updates", "f32", ([n]) => n, { isOptional: true }),
      number("adds", "flag"),
      number("share", "float"),
      number("rate", "float"),
      number("decay", "float"),
      number("epsilon", "float"),
    ],
    usesScratch: false,
    work: ([n]) => 4 * n,
  },
  fill: {
    operands: [
      number("n", "count"),
      number("value", "float"),
      address("x", "writes", "f32", ([n]) => n),
    ],
    usesScratch: false,
    work: ([n]) => 4 * n,
  },
  from_half: {
    operands: [
      number("accumulate", "flag"),
      number("n", "count"),
      address("from", "reads", "u16", ([, n]) => n),
      address("to", "updates", "f32", ([, n]) => n),
    ],
    usesScratch: false,
    work: ([, n]) => 4 * n,
  },
  gather_rows: {
    operands: [
      number("rows", "count"),
      number("width", "count"),
      address("index", "reads", "i32", ([rows]) => rows),
      address("from", "reads", "f32", ([rows, width, index], read) => (most(read, index, rows) + 1) * width),
      address("to", "writes", "f32", ([rows, width]) => rows * width),
    ],
    usesScratch: false,
    work: ([rows, width]) => 4 * rows * width,
  },
  gru_backward: {
    operands: [
      number("steps", "count"),
      address("sizes", "reads", "i32", ([steps]) => steps),
      number("H", "count"),
      address("gates", "updates", "f32", ([steps, sizes, H], read) => sum(read, sizes, steps) * 3 * H),
      address("hn", "updates", "f32", ([steps, sizes, H], read) => sum(read, sizes, steps) * H),
      address("h", "reads", "f32", ([steps, sizes, H], read) => sum(read, sizes, steps) * H),
      address("h0", "reads", "f32", ([, sizes, H], read) => read(sizes, 0) * H, { isOptional: true }),
      address("dOutput", "reads", "f32", ([steps, sizes, H], read) => sum(read, sizes, steps) * H, { isOptional: true }),
      address("dh", "updates", "f32", ([, sizes, H], read) => read(sizes, 0) * H),
      number("initial", "flag"),
      address("packedRZ", "reads", "f32", ([, , H]) => panels(2 * H, H)),
      address("packedN", "reads", "f32", ([, , H]) => panels(H, H)),
      address("gatesHalf", "writes", "u16", ([steps, sizes, H], read) => sum(read, sizes, steps) * 3 * H, { isOptional: true }),
      address("hnHalf", "writes", "u16", ([steps, sizes, H], read) => sum(read, sizes, steps) * H, { isOptional: true }),
      address("room", "writes", "f32", ([, sizes, H], read) => read(sizes, 0) * 2 * H),
    ],
    usesScratch: true,
    work: ([steps, sizes, H], read) => read(sizes, 0) < 2 ? 0 : 9 * steps * read(sizes, 0) * H * H,
  },
  gru_forward: {
    operands: [
      number("steps", "count"),
      address("sizes", "reads", "i32", ([steps]) => steps),
      number("H", "count"),
      address("gates", "updates", "f32", ([steps, sizes, H], read) => sum(read, sizes, steps) * 3 * H),
      address("hn", "updates", "f32", ([steps, sizes, H], read) => sum(read, sizes, steps) * H),
      address("h", "writes", "f32", ([steps, sizes, H], read) => sum(read, sizes, steps) * H),
      address("h0", "reads", "f32", ([, sizes, H], read) => read(sizes, 0) * H, { isOptional: true }),
      address("bias", "reads", "f32", ([, , H]) => 3 * H),
      address("biasHN", "reads", "f32", ([, , H]) => H),
      address("packedRZ", "reads", "f32", ([, , H]) => panels(H, 2 * H), { isOptional: true }),
      address("packedN", "reads", "f32", ([, , H]) => panels(H, H), { isOptional: true }),
      address("hHalf", "writes", "u16", ([steps, sizes, H], read) => sum(read, sizes, steps) * H, { isOptional: true }),
      address("h0Half", "reads", "u16", ([, sizes, H], read) => read(sizes, 0) * H, { isOptional: true }),
      address("room", "writes", "f32", ([, sizes, H], read) => read(sizes, 0) * 2 * H),
    ],
    usesScratch: true,
    work: ([steps, sizes, H], read) => read(sizes, 0) < 2 ? 0 : 9 * steps * read(sizes, 0) * H * H,
  },
  largest: {
    operands: [
      number("rows", "count"),
      number("n", "count"),
      number("count", "count"),
      address("x", "reads", "f32", ([rows, n]) => rows * n),
      address("places", "writes", "i32", ([rows, , count]) => rows * count),
    ],
    usesScratch: false,
    work: ([rows, n]) => 4 * rows * n,
  },
  layer_norm: {
    operands: [
      number("rows", "count"),
      number("n", "count"),
      number("epsilon", "double"),
      address("x", "reads", "f32", ([rows, n]) => rows * n),
      address("weight", "reads", "f32", ([, n]) => n),
      address("bias", "reads", "f32", ([, n]) => n),
      address("y", "writes", "f32", ([rows, n]) => rows * n),
      address("means", "writes", "f32", ([rows]) => rows),
      address("scales", "writes", "f32", ([rows]) => rows),
    ],
    usesScratch: false,
    work: ([rows, n]) => 4 * rows * n,
  },
  layer_norm_backward: {
    operands: [
      number("rows", "count"),
      number("n", "count"),
      address("x", "reads", "f32", ([rows, n]) => rows * n),
      address("weight", "reads", "f32", ([, n]) => n),
      address("means", "reads", "f32", ([rows]) => rows),
      address("scales", "reads", "f32", ([rows]) => rows),
      address("dy", "reads", "f32", ([rows, n]) => rows * n),
      address("dx", "updates", "f32", ([rows, n]) => rows * n),
    ],
    usesScratch: false,
    work: ([rows, n]) => 4 * rows * n,
  },
  layer_norm_weights: {
    operands: [
      number("rows", "count"),
      number("n", "count"),
      address("x", "reads", "f32", ([rows, n]) => rows * n),
      address("means", "reads", "f32", ([rows]) => rows),
      address("scales", "reads", "f32", ([rows]) => rows),
      address("dy", "reads", "f32", ([rows, n]) => rows * n),
      address("dWeight", "updates", "f32", ([, n]) => n),
      address("dBias", "updates", "f32", ([, n]) => n),
    ],
    usesScratch: false,
    work: ([rows, n]) => 4 * rows * n,
  },
  log_softmax: {
    operands: [
      number("rows", "count"),
      number("n", "count"),
      address("x", "reads", "f32", ([rows, n]) => rows * n),
      address("y", "writes", "f32", ([rows, n]) => rows * n, { inPlace: ["x"] }),
    ],
    usesScratch: false,
    work: ([rows, n]) => 4 * rows * n,
  },
  log_softmax_backward: {
    operands: [
      number("rows", "count"),
      number("n", "count"),
      address("y", "reads", "f32", ([rows, n]) => rows * n),
      address("dy", "reads", "f32", ([rows, n]) => rows * n),
      address("dx", "updates", "f32", ([rows, n]) => rows * n),
    ],
    usesScratch: false,
    work: ([rows, n]) => 4 * rows * n,
  },
  lstm_backward: {
    operands: [
      number("steps", "count"),
      address("sizes", "reads", "i32", ([steps]) => steps),
      number("H", "count"),
      number("P", "count"),
      address("gates", "updates", "f32", ([steps, sizes, H], read) => sum(read, sizes, steps) * 4 * H),
      address("c", "reads", "f32", ([steps, sizes, H], read) => sum(read, sizes, steps) * H),
      address("tanhC", "reads", "f32", ([steps, sizes, H], read) => sum(read, sizes, steps) * H),
      address("c0", "reads", "f32", ([, sizes, H], read) => read(sizes, 0) * H, { isOptional: true }),
      address("dOutput", "reads", "f32", ([steps, sizes, , P], read) => sum(read, sizes, steps) * P, { isOptional: true }),
      address("dh", "updates", "f32", ([, sizes, , P], read) => read(sizes, 0) * P),
      address("dc", "updates", "f32", ([, sizes, H], read) => read(sizes, 0) * H),
      address("dH", "writes", "f32", ([steps, sizes, , P], read) => sum(read, sizes, steps) * P, { isOptional: true }),
      address("dm", "writes", "f32", ([, sizes, H], read) => read(sizes, 0) * H, { isOptional: true }),
      number("initial", "flag"),
      address("packedHH", "reads", "f32", ([, , H, P]) => panels(4 * H, P)),
      address("packedHR", "reads", "f32", ([, , H, P]) => panels(P, H), { isOptional: true }),
      address("gatesHalf", "writes", "u16", ([steps, sizes, H], read) => sum(read, sizes, steps) * 4 * H, { isOptional: true }),
      address("dHHalf", "writes", "u16", ([steps, sizes, , P], read) => sum(read, sizes, steps) * P, { isOptional: true }),
    ],
    usesScratch: true,
    work: ([steps, sizes, H], read) => read(sizes, 0) < 2 ? 0 : 16 * steps * read(sizes, 0) * H * H,
  },
  lstm_backward_by_columns: {
    operands: [
      number("steps", "count"),
      address("sizes", "reads", "i32", ([steps]) => steps),
      number("H", "count"),
      address("gates", "updates", "f32", ([steps, sizes, H], read) => sum(read, sizes, steps) * 4 * H),
      address("c", "reads", "f32", ([steps, sizes, H], read) => sum(read, sizes, steps) * H),
      address("tanhC", "reads", "f32", ([steps, sizes, H], read) => sum(read, sizes, steps) * H),
      address("c0", "reads", "f32", ([, sizes, H], read) => read(sizes, 0) * H, { isOptional: true }),
      address("dOutput", "reads", "f32", ([steps, sizes, H], read) => sum(read, sizes, steps) * H, { isOptional: true }),
      address("dh", "updates", "f32", ([, sizes, H], read) => read(sizes, 0) * H),
      address("dc", "updates", "f32", ([, sizes, H], read) => read(sizes, 0) * H),
      number("initial", "flag"),
      number("share", "count"),
      number("size", "count"),
      address("packed", "reads", "f32", ([, , H, , , , , , , , , share, size]) => Math.ceil(H / share) * size),
      address("gatesHalf", "writes", "u16", ([steps, sizes, H], read) => sum(read, sizes, steps) * 4 * H, { isOptional: true }),
      address("space", "updates", "f32", ([, sizes, H], read) => 16 + read(sizes, 0) * H),
    ],
    usesScratch: false,
    work: ([steps, sizes, H], read) => 16 * steps * read(sizes, 0) * H * H,
  },
  lstm_forward: {
    operands: [
      number("steps", "count"),
      address("sizes", "reads", "i32", ([steps]) => steps),
      number("H", "count"),
      number("P", "count"),
      address("gates", "updates", "f32", ([steps, sizes, H], read) => sum(read, sizes, steps) * 4 * H),
      address("h", "writes", "f32", ([steps, sizes, , P], read) => sum(read, sizes, steps) * P, { inPlace: ["m"] }),
      address("c", "writes", "f32", ([steps, sizes, H], read) => sum(read, sizes, steps) * H),
      address("tanhC", "writes", "f32", ([steps, sizes, H], read) => sum(read, sizes, steps) * H),
      address("m", "writes", "f32", ([steps, sizes, H], read) => sum(read, sizes, steps) * H),
      address("h0", "reads", "f32", ([, sizes, , P], read) => read(sizes, 0) * P, { isOptional: true }),
      address("c0", "reads", "f32", ([, sizes, H], read) => read(sizes, 0) * H, { isOptional: true }),
      address("bias", "reads", "f32", ([, , H]) => 4 * H),
      address("packedHH", "reads", "f32", ([, , H, P]) => panels(P, 4 * H), { isOptional: true }),
      address("packedHR", "reads", "f32", ([, , H, P]) => panels(H, P), { isOptional: true }),
      address("hHalf", "writes", "u16", ([steps, sizes, , P], read) => sum(read, sizes, steps) * P, { isOptional: true }),
      address("mHalf", "writes", "u16", ([steps, sizes, H], read) => sum(read, sizes, steps) * H, { isOptional: true }),
    ],
    usesScratch: true,
    work: ([steps, sizes, H], read) => read(sizes, 0) < 2 ? 0 : 16 * steps * read(sizes, 0) * H * H,
  },
  lstm_forward_by_columns: {
    operands: [
      number("steps", "count"),
      address("sizes", "reads", "i32", ([steps]) => steps),
      number("H", "count"),
      address("gates", "updates", "f32", ([steps, sizes, H], read) => sum(read, sizes, steps) * 4 * H),
      address("h", "writes", "f32", ([steps, sizes, H], read) => sum(read, sizes, steps) * H),
      address("c", "writes", "f32", ([steps, sizes, H], read) => sum(read, sizes, steps) * H),
      address("tanhC", "writes", "f32", ([steps, sizes, H], read) => sum(read, sizes, steps) * H),
      address("h0", "reads", "f32", ([, sizes, H], read) => read(sizes, 0) * H, { isOptional: true }),
      address("c0", "reads", "f32", ([, sizes, H], read) => read(sizes, 0) * H, { isOptional: true }),
      address("bias", "reads", "f32", ([, , H]) => 4 * H),
      number("share", "count"),
      number("size", "count"),
      address("packed", "reads", "f32", ([, , H, , , , , , , , share, size]) => Math.ceil(H / share) * size),
      address("hHalf", "writes", "u16", ([steps, sizes, H], read) => sum(read, sizes, steps) * H, { isOptional: true }),
      address("space", "updates", "f32", ([, sizes, H], read) => 16 + 5 * read(sizes, 0) * H),
    ],
    usesScratch: false,
    work: ([steps, sizes, H], read) => 16 * steps * read(sizes, 0) * H * H,
  },
  matmul: {
    operands: [
      number("transposedA", "flag"),
      number("transposedB", "flag"),
      number("m", "count"),
      number("n", "count"),
      number("k", "count"),
      address("a", "reads", "f32", ([transposedA, , m, , k, , lda]) => span(transposedA ? k : m, lda, transposedA ? m : k, 1)),
      number("lda", "count"),
      address("b", "reads", "f32", ([, transposedB, , n, k, , , , ldb]) => span(transposedB ? n : k, ldb, transposedB ? k : n, 1)),
      number("ldb", "count"),
      address("c", "updates", "f32", ([, , m, n, , , , , , , ldc]) => span(m, ldc, n, 1)),
      number("ldc", "count"),
      number("accumulate", "flag"),
    ],
    usesScratch: true,
    work: ([, , m, n, k]) => m * n * k,
  },
  matmul_half: {
    operands: [
      number("transposedA", "flag"),
      number("transposedB", "flag"),
      number("m", "count"),
      number("n", "count"),
      number("k", "count"),
      address("a", "reads", "u16", ([transposedA, , m, , k, , lda]) => span(transposedA ? k : m, lda, transposedA ? m : k, 1)),
      number("lda", "count"),
      address("b", "reads", "u16", ([, transposedB, , n, k, , , , ldb]) => span(transposedB ? n : k, ldb, transposedB ? k : n, 1)),
      number("ldb", "count"),
      address("c", "updates", "f32", ([, , m, n, , , , , , , ldc]) => span(m, ldc, n, 1)),
      number("ldc", "count"),
      number("accumulate", "flag"),
    ],
    usesScratch: false,
    work: ([, , m, n, k]) => m * n * k,
  },
  matmul_int8: {
    operands: [
      number("m", "count"),
      number("n", "count"),
      number("k", "count"),
      address("a", "reads", "f32", ([m, , k, , lda]) => span(m, lda, k, 1)),
      number("lda", "count"),
      address("packed", "reads", "i8", ([, n, k]) => 16 * Math.ceil(n / 8) * Math.ceil(k / 2)),
      address("scales", "reads", "f32", ([, n]) => n),
      address("c", "updates", "f32", ([m, n, , , , , , , ldc]) => span(m, ldc, n, 1)),
      number("ldc", "count"),
      number("accumulate", "flag"),
    ],
    usesScratch: true,
    work: ([m, n, k]) => m * n * k / 2,
  },
  matmul_packed: {
    operands: [
      number("m", "count"),
      number("n", "count"),
      number("k", "count"),
      address("a", "reads", "f32", ([m, , k, , lda]) => span(m, lda, k, 1)),
      number("lda", "count"),
      address("packed", "reads", "f32", ([, n, k]) => panels(k, n)),
      address("c", "updates", "f32", ([m, n, , , , , , ldc]) => span(m, ldc, n, 1)),
      number("ldc", "count"),
      number("accumulate", "flag"),
    ],
    usesScratch: true,
    work: ([m, n, k]) => m * n * k,
  },
  max_pool: {
    operands: [
      number("B", "count"),
      number("K", "count"),
      number("windows", "count"),
      number("size", "count"),
      address("lengths", "reads", "i32", ([B]) => B),
      address("x", "reads", "f32", ([B, K, , , lengths], read) => most(read, lengths, B) * B * K),
      address("y", "writes", "f32", ([B, K, windows]) => windows * B * K),
      address("at", "writes", "i32", ([B, K, windows]) => windows * B * K),
    ],
    usesScratch: false,
    work: ([B, K, , , lengths], read) => 4 * B * K * read(lengths, 0),
  },
  max_pool_backward: {
    operands: [
      number("B", "count"),
      number("K", "count"),
      number("windows", "count"),
      address("at", "reads", "i32", ([B, K, windows]) => windows * B * K),
      address("dy", "reads", "f32", ([B, K, windows]) => windows * B * K),
      address("dx", "updates", "f32", ([B, K, windows, at], read) => (most(read, at, windows * B * K) + 1) * B * K),
    ],
    usesScratch: false,
    work: ([B, K, windows]) => 4 * windows * B * K,
  },
  min_gru_backward: {
    operands: [
      number("steps", "count"),
      address("sizes", "reads", "i32", ([steps]) => steps),
      number("H", "count"),
      address("gates", "updates", "f32", ([steps, sizes, H], read) => sum(read, sizes, steps) * 2 * H),
      address("h", "reads", "f32", ([steps, sizes, H], read) => sum(read, sizes, steps) * H),
      address("h0", "reads", "f32", ([, sizes, H], read) => read(sizes, 0) * H, { isOptional: true }),
      address("dOutput", "reads", "f32", ([steps, sizes, H], read) => sum(read, sizes, steps) * H, { isOptional: true }),
      address("dh", "updates", "f32", ([, sizes, H], read) => read(sizes, 0) * H),
    ],
    usesScratch: false,
    work: ([steps, sizes, H], read) => 16 * steps * read(sizes, 0) * H,
  },
  min_gru_forward: {
    operands: [
      number("steps", "count"),
      address("sizes", "reads", "i32", ([steps]) => steps),
      number("H", "count"),
      address("gates", "updates", "f32", ([steps, sizes, H], read) => sum(read, sizes, steps) * 2 * H),
      address("h", "writes", "f32", ([steps, sizes, H], read) => sum(read, sizes, steps) * H),
      address("h0", "reads", "f32", ([, sizes, H], read) => read(sizes, 0) * H, { isOptional: true }),
      address("bias", "reads", "f32", ([, , H]) => 2 * H, { isOptional: true }),
    ],
    usesScratch: false,
    work: ([steps, sizes, H], read) => 16 * steps * read(sizes, 0) * H,
  },
  mogrifier_backward: {
    operands: [
      number("steps", "count"),
      address("sizes", "reads", "i32", ([steps]) => steps),
      number("E", "count"),
      number("H", "count"),
      number("rounds", "count"),
      address("xs", "reads", "f32", ([steps, sizes, E, , rounds], read) => Math.ceil(rounds / 2) * sum(read, sizes, steps) * E),
      address("hs", "reads", "f32", ([steps, sizes, , H, rounds], read) => (1 + rounds - Math.ceil(rounds / 2)) * sum(read, sizes, steps) * H),
      address("scalesX", "updates", "f32", ([steps, sizes, E, , rounds], read) => Math.ceil(rounds / 2) * sum(read, sizes, steps) * E),
      address("scalesH", "updates", "f32", ([steps, sizes, , H, rounds], read) => (rounds - Math.ceil(rounds / 2)) * sum(read, sizes, steps) * H),
      address("gates", "updates", "f32", ([steps, sizes, , H], read) => sum(read, sizes, steps) * 4 * H),
      address("c", "reads", "f32", ([steps, sizes, , H], read) => sum(read, sizes, steps) * H),
      address("tanhC", "reads", "f32", ([steps, sizes, , H], read) => sum(read, sizes, steps) * H),
      address("c0", "reads", "f32", ([, sizes, , H], read) => read(sizes, 0) * H),
      address("dOutput", "reads", "f32", ([steps, sizes, , H], read) => sum(read, sizes, steps) * H, { isOptional: true }),
      address("dh", "updates", "f32", ([, sizes, , H], read) => read(sizes, 0) * H),
      address("dc", "updates", "f32", ([, sizes, , H], read) => read(sizes, 0) * H),
      address("dx", "writes", "f32", ([steps, sizes, E], read) => sum(read, sizes, steps) * E),
      address("packedIH", "reads", "f32", ([, , E, H]) => panels(4 * H, E)),
      address("packedHH", "reads", "f32", ([, , , H]) => panels(4 * H, H)),
      address("packedQ", "reads", "f32", ([, , , , rounds, , , , , , , , , , , , , , , , sizeQ]) => Math.ceil(rounds / 2) * sizeQ),
      number("sizeQ", "count"),
      address("packedR", "reads", "f32", ([, , , , rounds, , , , , , , , , , , , , , , , , , sizeR]) => (rounds - Math.ceil(rounds / 2)) * sizeR),
      number("sizeR", "count"),
      address("half", "writes", "u16", ([, sizes, E, H], read) => read(sizes, 0) * (4 * H + E), { isOptional: true }),
    ],
    usesScratch: true,
    work: ([steps, sizes, E, H, rounds], read) => read(sizes, 0) < 2 ? 0 : 4 * steps * read(sizes, 0) * H * (4 * H + 4 * E + rounds * E),
  },
  mogrifier_forward: {
    operands: [
      number("steps", "count"),
      address("sizes", "reads", "i32", ([steps]) => steps),
      number("E", "count"),
      number("H", "count"),
      number("rounds", "count"),
      address("x", "reads", "f32", ([steps, sizes, E], read) => sum(read, sizes, steps) * E),
      address("xs", "writes", "f32", ([steps, sizes, E, , rounds], read) => Math.ceil(rounds / 2) * sum(read, sizes, steps) * E),
      address("hs", "writes", "f32", ([steps, sizes, , H, rounds], read) => (1 + rounds - Math.ceil(rounds / 2)) * sum(read, sizes, steps) * H),
      address("scalesX", "writes", "f32", ([steps, sizes, E, , rounds], read) => Math.ceil(rounds / 2) * sum(read, sizes, steps) * E),
      address("scalesH", "writes", "f32", ([steps, sizes, , H, rounds], read) => (rounds - Math.ceil(rounds / 2)) * sum(read, sizes, steps) * H),
      address("gates", "writes", "f32", ([steps, sizes, , H], read) => sum(read, sizes, steps) * 4 * H),
      address("h", "writes", "f32", ([steps, sizes, , H], read) => sum(read, sizes, steps) * H),
      address("c", "writes", "f32", ([steps, sizes, , H], read) => sum(read, sizes, steps) * H),
      address("tanhC", "writes", "f32", ([steps, sizes, , H], read) => sum(read, sizes, steps) * H),
      address("h0", "reads", "f32", ([, sizes, , H], read) => read(sizes, 0) * H),
      address("c0", "reads", "f32", ([, sizes, , H], read) => read(sizes, 0) * H),
      address("bias", "reads", "f32", ([, , , H]) => 4 * H),
      address("packedIH", "reads", "f32", ([, , E, H]) => panels(E, 4 * H)),
      address("packedHH", "reads", "f32", ([, , , H]) => panels(H, 4 * H)),
      address("packedQ", "reads", "f32", ([, , , , rounds, , , , , , , , , , , , , , , , sizeQ]) => Math.ceil(rounds / 2) * sizeQ),
      number("sizeQ", "count"),
      address("packedR", "reads", "f32", ([, , , , rounds, , , , , , , , , , , , , , , , , , sizeR]) => (rounds - Math.ceil(rounds / 2)) * sizeR),
      number("sizeR", "count"),
      address("half", "writes", "u16", ([, sizes, E, H], read) => read(sizes, 0) * (4 * H + E), { isOptional: true }),
    ],
    usesScratch: true,
    work: ([steps, sizes, E, H, rounds], read) => read(sizes, 0) < 2 ? 0 : 4 * steps * read(sizes, 0) * H * (4 * H + 4 * E + rounds * E),
  },
  mogrify: {
    operands: [
      number("n", "count"),
      address("s", "updates", "f32", ([n]) => n),
      address("from", "reads", "f32", ([n]) => n),
      address("to", "writes", "f32", ([n]) => n, { inPlace: ["from"] }),
    ],
    usesScratch: false,
    work: ([n]) => 4 * n,
  },
  pack: {
    operands: [
      number("transposed", "flag"),
      number("k", "count"),
      number("n", "count"),
      address("b", "reads", "f32", ([transposed, k, n, , ldb]) => span(transposed ? n : k, ldb, transposed ? k : n, 1)),
      number("ldb", "count"),
      address("packed", "writes", "f32", ([, k, n]) => panels(k, n)),
    ],
    usesScratch: false,
    work: ([, k, n]) => 4 * k * n,
  },
  pack_columns: {
    operands: [
      number("transposed", "flag"),
      number("k", "count"),
      number("n", "count"),
      address("b", "reads", "f32", ([, k, n]) => k * n),
      number("share", "count"),
      number("size", "count"),
      address("packed", "writes", "f32", ([, , n, , share, size]) => Math.ceil(n / share) * size),
    ],
    usesScratch: false,
    work: ([, k, n]) => 4 * k * n,
  },
  pack_int8: {
    operands: [
      number("k", "count"),
      number("n", "count"),
      address("w", "reads", "f32", ([k, n, , ldw]) => span(n, ldw, k, 1)),
      number("ldw", "count"),
      address("packed", "writes", "i8", ([k, n]) => 16 * Math.ceil(n / 8) * Math.ceil(k / 2)),
      address("scales", "writes", "f32", ([, n]) => n),
    ],
    usesScratch: false,
    work: ([k, n]) => 4 * k * n,
  },
  pack_weights: {
    operands: [
      number("transposed", "flag"),
      number("k", "count"),
      number("n", "count"),
      address("b", "reads", "f32", ([transposed, k, n, , ldb]) => transposed ? span(n, ldb, k, 1) : span(k, ldb, n, 1)),
      number("ldb", "count"),
      address("packed", "writes", "f32", ([, k, n]) => panels(k, n)),
    ],
    usesScratch: false,
    work: ([, k, n]) => 4 * k * n,
  },
  picture_patches: {
    operands: [
      number("N", "count"),
      number("H", "count"),
      number("W", "count"),
      number("C", "count"),
      number("OH", "count"),
      number("OW", "count"),
      number("K", "count"),
      number("stride", "count"),
      number("padding", "count"),
      address("x", "reads", "f32", ([N, H, W, C]) => N * H * W * C),
      address("patches", "writes", "f32", ([N, , , C, OH, OW, K]) => N * OH * OW * K * K * C),
    ],
    usesScratch: false,
    work: ([N, , , C, OH, OW, K]) => N * OH * OW * K * K * C,
  },
  picture_patches_backward: {
    operands: [
      number("N", "count"),
      number("H", "count"),
      number("W", "count"),
      number("C", "count"),
      number("OH", "count"),
      number("OW", "count"),
      number("K", "count"),
      number("stride", "count"),
      number("padding", "count"),
      address("dpatches", "reads", "f32", ([N, , , C, OH, OW, K]) => N * OH * OW * K * K * C),
      address("dx", "updates", "f32", ([N, H, W, C]) => N * H * W * C),
    ],
    usesScratch: false,
    work: ([N, , , C, OH, OW, K]) => N * OH * OW * K * K * C,
  },
  qrnn_backward: {
    operands: [
      number("steps", "count"),
      address("sizes", "reads", "i32", ([steps]) => steps),
      number("H", "count"),
      address("gates", "updates", "f32", ([steps, sizes, H], read) => sum(read, sizes, steps) * 3 * H),
      address("c", "reads", "f32", ([steps, sizes, H], read) => sum(read, sizes, steps) * H),
      address("c0", "reads", "f32", ([, sizes, H], read) => read(sizes, 0) * H, { isOptional: true }),
      address("dOutput", "reads", "f32", ([steps, sizes, H], read) => sum(read, sizes, steps) * H, { isOptional: true }),
      address("dc", "updates", "f32", ([, sizes, H], read) => read(sizes, 0) * H),
    ],
    usesScratch: false,
    work: ([steps, sizes, H], read) => 24 * steps * read(sizes, 0) * H,
  },
  qrnn_forward: {
    operands: [
      number("steps", "count"),
      address("sizes", "reads", "i32", ([steps]) => steps),
      number("H", "count"),
      address("gates", "updates", "f32", ([steps, sizes, H], read) => sum(read, sizes, steps) * 3 * H),
      address("c", "writes", "f32", ([steps, sizes, H], read) => sum(read, sizes, steps) * H),
      address("h", "writes", "f32", ([steps, sizes, H], read) => sum(read, sizes, steps) * H),
      address("c0", "reads", "f32", ([, sizes, H], read) => read(sizes, 0) * H, { isOptional: true }),
      address("bias", "reads", "f32", ([, , H]) => 3 * H, { isOptional: true }),
    ],
    usesScratch: false,
    work: ([steps, sizes, H], read) => 24 * steps * read(sizes, 0) * H,
  },
  random_uniform: {
    operands: [
      number("n", "count"),
      address("x", "writes", "f32", ([n]) => n),
      number("seedLow", "bits"),
      number("seedHigh", "bits"),
      number("stream", "bits"),
      number("step", "bits"),
    ],
    usesScratch: false,
    work: () => 0,
  },
  rmsprop_step: {
    operands: [
      number("n", "count"),
      number("count", "count"),
      address("spans", "reads", "i32", ([, count]) => 2 * count),
      address("w", "updates", "f32", ([n]) => n),
      address("g", "reads", "f32", ([n]) => n),
      address("s", "updates", "f32", ([n]) => n),
      address("velocity", "updates", "f32", ([n]) => n, { isOptional: true }),
      number("rate", "float"),
      number("alpha", "float"),
      number("rest", "float"),
      number("epsilon", "float"),
      number("momentum", "float"),
      number("decay", "float"),
      number("scale", "float"),
    ],
    usesScratch: false,
    work: ([n]) => 4 * n,
  },
  rnn_backward: {
    operands: [
      number("relu", "flag"),
      number("steps", "count"),
      address("sizes", "reads", "i32", ([, steps]) => steps),
      number("H", "count"),
      address("h", "reads", "f32", ([, steps, sizes, H], read) => sum(read, sizes, steps) * H),
      address("dOutput", "reads", "f32", ([, steps, sizes, H], read) => sum(read, sizes, steps) * H, { isOptional: true }),
      address("dh", "updates", "f32", ([, , sizes, H], read) => read(sizes, 0) * H),
      address("dGates", "writes", "f32", ([, steps, sizes, H], read) => sum(read, sizes, steps) * H),
      number("initial", "flag"),
      address("packedHH", "reads", "f32", ([, , , H]) => panels(H, H)),
      address("dGatesHalf", "writes", "u16", ([, steps, sizes, H], read) => sum(read, sizes, steps) * H, { isOptional: true }),
    ],
    usesScratch: true,
    work: ([, steps, sizes, H], read) => read(sizes, 0) < 2 ? 0 : steps * read(sizes, 0) * H * H,
  },
  rnn_forward: {
    operands: [
      number("relu", "flag"),
      number("steps", "count"),
      address("sizes", "reads", "i32", ([, steps]) => steps),
      number("H", "count"),
      address("h", "updates", "f32", ([, steps, sizes, H], read) => sum(read, sizes, steps) * H),
      address("h0", "reads", "f32", ([, , sizes, H], read) => read(sizes, 0) * H, { isOptional: true }),
      address("bias", "reads", "f32", ([, , , H]) => H),
      address("packedHH", "reads", "f32", ([, , , H]) => panels(H, H), { isOptional: true }),
      address("hHalf", "writes", "u16", ([, steps, sizes, H], read) => sum(read, sizes, steps) * H, { isOptional: true }),
    ],
    usesScratch: true,
    work: ([, steps, sizes, H], read) => read(sizes, 0) < 2 ? 0 : steps * read(sizes, 0) * H * H,
  },
  scatter_add_rows: {
    operands: [
      number("rows", "count"),
      number("width", "count"),
      address("index", "reads", "i32", ([rows]) => rows),
      address("from", "reads", "f32", ([rows, width]) => rows * width),
      address("to", "updates", "f32", ([rows, width, index], read) => (most(read, index, rows) + 1) * width),
    ],
    usesScratch: false,
    work: ([rows, width]) => 4 * rows * width,
  },
  sgd_step: {
    operands: [
      number("n", "count"),
      number("count", "count"),
      address("spans", "reads", "i32", ([, count]) => 2 * count),
      address("w", "updates", "f32", ([n]) => n),
      address("g", "reads", "f32", ([n]) => n),
      address("velocity", "updates", "f32", ([n]) => n, { isOptional: true }),
      number("rate", "float"),
      number("momentum", "float"),
      number("undamped", "float"),
      number("nesterov", "flag"),
      number("decay", "float"),
      number("scale", "float"),
    ],
    usesScratch: false,
    work: ([n]) => 4 * n,
  },
  softmax: {
    operands: [
      number("rows", "count"),
      number("n", "count"),
      address("x", "reads", "f32", ([rows, n]) => rows * n),
      address("y", "writes", "f32", ([rows, n]) => rows * n, { inPlace: ["x"] }),
    ],
    usesScratch: false,
    work: ([rows, n]) => 4 * rows * n,
  },
  softmax_backward: {
    operands: [
      number("rows", "count"),
      number("n", "count"),
      address("y", "reads", "f32", ([rows, n]) => rows * n),
      address("dy", "reads", "f32", ([rows, n]) => rows * n),
      address("dx", "updates", "f32", ([rows, n]) => rows * n),
    ],
    usesScratch: false,
    work: ([rows, n]) => 4 * rows * n,
  },
  softmax_ragged: {
    operands: [
      number("rows", "count"),
      number("n", "count"),
      address("lengths", "reads", "i32", ([rows]) => rows),
      address("x", "reads", "f32", ([rows, n]) => rows * n),
      address("y", "writes", "f32", ([rows, n]) => rows * n),
    ],
    usesScratch: false,
    work: ([rows, n]) => 4 * rows * n,
  },
  sru_backward: {
    operands: [
      number("steps", "count"),
      address("sizes", "reads", "i32", ([steps]) => steps),
      number("H", "count"),
      number("G", "count"),
      address("gates", "updates", "f32", ([steps, sizes, H, G], read) => sum(read, sizes, steps) * G * H),
      address("c", "reads", "f32", ([steps, sizes, H], read) => sum(read, sizes, steps) * H),
      address("c0", "reads", "f32", ([, sizes, H], read) => read(sizes, 0) * H, { isOptional: true }),
      address("x", "reads", "f32", ([steps, sizes, H], read) => sum(read, sizes, steps) * H, { isOptional: true }),
      number("scale", "float"),
      address("v", "reads", "f32", ([, , H]) => 2 * H),
      address("dOutput", "reads", "f32", ([steps, sizes, H], read) => sum(read, sizes, steps) * H, { isOptional: true }),
      address("dc", "updates", "f32", ([, sizes, H], read) => read(sizes, 0) * H),
      address("dx", "updates", "f32", ([steps, sizes, H], read) => sum(read, sizes, steps) * H, { isOptional: true }),
      address("dV", "updates", "f32", ([, , H]) => 2 * H, { isOptional: true }),
    ],
    usesScratch: false,
    work: ([steps, sizes, H], read) => 32 * steps * read(sizes, 0) * H,
  },
  sru_forward: {
    operands: [
      number("steps", "count"),
      address("sizes", "reads", "i32", ([steps]) => steps),
      number("H", "count"),
      number("G", "count"),
      address("gates", "updates", "f32", ([steps, sizes, H, G], read) => sum(read, sizes, steps) * G * H),
      address("c", "writes", "f32", ([steps, sizes, H], read) => sum(read, sizes, steps) * H),
      address("h", "writes", "f32", ([steps, sizes, H], read) => sum(read, sizes, steps) * H),
      address("c0", "reads", "f32", ([, sizes, H], read) => read(sizes, 0) * H, { isOptional: true }),
      address("x", "reads", "f32", ([steps, sizes, H], read) => sum(read, sizes, steps) * H, { isOptional: true }),
      number("scale", "float"),
      address("v", "reads", "f32", ([, , H]) => 2 * H),
      address("bias", "reads", "f32", ([, , H]) => 2 * H, { isOptional: true }),
    ],
    usesScratch: false,
    work: ([steps, sizes, H], read) => 24 * steps * read(sizes, 0) * H,
  },
  sum: {
    operands: [
      number("n", "count"),
      address("x", "reads", "f32", ([n]) => n),
      number("scale", "double"),
      address("y", "writes", "f32", () => 1),
    ],
    usesScratch: false,
    work: () => 0,
  },
  sum_squares: {
    operands: [
      number("n", "count"),
      address("x", "reads", "f32", ([n]) => n),
      number("count", "count"),
      address("spans", "reads", "i32", ([, , count]) => 2 * count),
      address("parts", "writes", "f64", ([n]) => Math.ceil(n / 4096)),
    ],
    usesScratch: false,
    work: ([n]) => 4 * n,
  },
  to_half: {
    operands: [
      number("n", "count"),
      address("from", "reads", "f32", ([n]) => n),
      address("to", "writes", "u16", ([n]) => n),
    ],
    usesScratch: false,
    work: ([n]) => 4 * n,
  },
  transpose_matrix: {
    operands: [
      number("rows", "count"),
      number("columns", "count"),
      address("from", "reads", "f32", ([rows, columns]) => rows * columns),
      address("to", "writes", "f32", ([rows, columns]) => rows * columns),
    ],
    usesScratch: false,
    work: ([rows, columns]) => 4 * rows * columns,
  },
  unary: {
    operands: [
      number("f", "code"),
      number("n", "count"),
      address("x", "reads", "f32", ([, n]) => n),
      address("y", "writes", "f32", ([, n]) => n, { inPlace: ["x"] }),
    ],
    usesScratch: false,
    work: ([, n]) => 4 * n,
  },
  unary_backward: {
    operands: [
      number("f", "code"),
      number("n", "count"),
      address("x", "reads", "f32", ([, n]) => n),
      address("y", "reads", "f32", ([, n]) => n),
      address("dy", "reads", "f32", ([, n]) => n),
      address("dx", "updates", "f32", ([, n]) => n),
    ],
    usesScratch: false,
    work: ([, n]) => 4 * n,
  },
  zero_spans: {
    operands: [
      number("n", "count"),
      number("count", "count"),
      address("spans", "reads", "i32", ([, count]) => 2 * count),
      address("x", "updates", "f32", ([n]) => n),
    ],
    usesScratch: false,
    work: ([n]) => 4 * n,
  },
};
