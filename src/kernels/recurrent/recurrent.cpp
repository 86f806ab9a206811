#include "kernels/recurrent/recurrent.h"

#include <algorithm>
#include <cstring>

#include "core/base.h"
#include "core/parallel.h"
#include "kernels/gemm/gemm.h"
#include "kernels/linear/linear.h"
#define TL_THIS_FILE "kernels/recurrent/recurrent.cpp"
#include "kernels/simd/foreach_isa.h"

#include "kernels/norm/lanes-inl.h"

namespace tealight::TL_ISA {

// One sequence's step of `n` hidden numbers: its gates to c and h. If Keep, the gates become their
// activations.
template <bool Keep>
inline void lstm_cell(int64_t n, float* gates, const float* before, float* c, float* h) {
  using L = Lanes<float>;
  for (int64_t k = 0; k < n; k += L::count) {
    const auto gate = [&](int64_t which) { return L::load(gates + which * n + k, n - k); };
    const f32v i = sigmoid(gate(0)), f = sigmoid(gate(1)), g = tanh(gate(2)), o = sigmoid(gate(3)),
               state = fma(f, L::load(before + k, n - k), i * g);
    L::store(state, c + k, n - k);
    L::store(o * tanh(state), h + k, n - k);
    if (!Keep) continue;
    const f32v activated[] = {i, f, g, o};
    for (int which = 0; which < 4; ++which)
      L::store(activated[which], gates + which * n + k, n - k);
  }
}

// Back through it. grad_c: of the state behind the step, becomes that of the one before.
inline void lstm_cell_gradient(int64_t n, const float* gates, const float* before, const float* c,
                               const float* grad_h, float* grad_c, float* to_gates) {
  using L = Lanes<float>;
  const f32v one(1.f);
  for (int64_t k = 0; k < n; k += L::count) {
    const auto load = [&](const float* p) { return L::load(p + k, n - k); };
    const f32v i = load(gates), f = load(gates + n), g = load(gates + 2 * n),
               o = load(gates + 3 * n), tanh_c = tanh(load(c)), dh = load(grad_h),
               dc = fma(dh * o, fnma(tanh_c, tanh_c, one), load(grad_c));
    const f32v to[] = {dc * g * i * (one - i), dc * load(before) * f * (one - f),
                       dc * i * fnma(g, g, one), dh * tanh_c * o * (one - o)};
    for (int which = 0; which < 4; ++which) L::store(to[which], to_gates + which * n + k, n - k);
    L::store(dc * f, grad_c + k, n - k);
  }
}

// from_input and from_hidden: what the two products gave, for GRU's n gate takes them apart.
inline void gru_cell(int64_t n, const float* from_input, const float* from_hidden,
                     const float* before, float* h) {
  using L = Lanes<float>;
  for (int64_t k = 0; k < n; k += L::count) {
    const auto in = [&](int64_t which) { return L::load(from_input + which * n + k, n - k); };
    const auto hidden = [&](int64_t which) { return L::load(from_hidden + which * n + k, n - k); };
    const f32v r = sigmoid(in(0) + hidden(0)), z = sigmoid(in(1) + hidden(1)),
               fresh = tanh(fma(r, hidden(2), in(2)));
    L::store(fma(z, L::load(before + k, n - k) - fresh, fresh), h + k, n - k);
  }
}

}  // namespace tealight::TL_ISA

#if TL_ONCE
namespace tealight::kernels {
namespace {

struct Routines {
  void (*lstm)(int64_t, float*, const float*, float*, float*);
  void (*lstm_kept)(int64_t, float*, const float*, float*, float*);
  void (*lstm_gradient)(int64_t, const float*, const float*, const float*, const float*, float*,
                        float*);
  void (*gru)(int64_t, const float*, const float*, const float*, float*);
};
#define TL_ROUTINES(isa, ...) \
  Routines { isa::lstm_cell<false>, isa::lstm_cell<true>, isa::lstm_cell_gradient, isa::gru_cell }
constexpr Routines routines[] = TL_EACH_ISA(TL_ROUTINES, );
#undef TL_ROUTINES

// Floats of scratch: the input's product of all steps, one step of the state's, the bias.
struct Scratch {
  float *from_input, *from_hidden, *bias;
  static int64_t input_floats(const RecurrentShape& s) {
    return round_up(s.steps * s.batch * gate_count(s.cell) * s.hidden, 16);
  }
  static int64_t hidden_floats(const RecurrentShape& s) {
    return s.cell == Cell::gru ? round_up(s.batch * 3 * s.hidden, 16) : 0;
  }
  Scratch(const RecurrentShape& s, void* memory)
      : from_input(static_cast<float*>(memory)),
        from_hidden(from_input + input_floats(s)),
        bias(from_hidden + hidden_floats(s)) {}
};

// All cells but GRU's add both biases to one sum.
const float* joint_bias(const RecurrentShape& s, const RecurrentWeights& w, float* sum) {
  if (!w.b_ih || !w.b_hh) return w.b_ih ? w.b_ih : w.b_hh;
  for (int64_t i = 0; i < gate_count(s.cell) * s.hidden; ++i) sum[i] = w.b_ih[i] + w.b_hh[i];
  return sum;
}

int64_t grain_of_rows(int64_t G) { return std::max<int64_t>(1, 2048 / std::max<int64_t>(1, G)); }

// The state after one step; `gates` holds the input's part.
void run_step(const RecurrentShape& s, const RecurrentWeights& w, const float* before, float* gates,
              float* from_hidden, float* c, float* h, Reading reading) {
  const int64_t H = s.hidden, G = gate_count(s.cell) * H;
  const Routines& cell = routines[current_isa()];
  const int64_t grain = grain_of_rows(G);
  if (s.cell == Cell::lstm) {
    linear_f32(s.batch, G, H, before, H, w.w_hh, gates, G, {nullptr, gates, G, {}}, reading);
    parallel_for(0, s.batch, grain, [&](int64_t n, int64_t end) {
      for (; n < end; ++n) cell.lstm(H, gates + n * G, c + n * H, c + n * H, h + n * H);
    });
  } else if (s.cell == Cell::gru) {
    linear_f32(s.batch, G, H, before, H, w.w_hh, from_hidden, G, {w.b_hh, nullptr, 0, {}}, reading);
    parallel_for(0, s.batch, grain, [&](int64_t n, int64_t end) {
      for (; n < end; ++n)
        cell.gru(H, gates + n * G, from_hidden + n * G, before + n * H, h + n * H);
    });
  } else {
    const Activation f = s.cell == Cell::tanh ? Activation{Activation::Kind::tanh}
                                              : Activation{Activation::Kind::clamp, 0};
    linear_f32(s.batch, G, H, before, H, w.w_hh, h, H, {nullptr, gates, G, f}, reading);
  }
}

}  // namespace

size_t recurrent_scratch_bytes(const RecurrentShape& s) {
  return size_t(Scratch::input_floats(s) + Scratch::hidden_floats(s) +
                gate_count(s.cell) * s.hidden) *
         sizeof(float);
}

void recurrent_f32(const RecurrentShape& s, const RecurrentWeights& w, const float* x,
                   const float* h0, const float* c0, float* y, float* h, float* c, void* scratch) {
  const Scratch memory(s, scratch);
  const int64_t H = s.hidden, G = gate_count(s.cell) * H, state = s.batch * H;
  if (c0 && state) std::memcpy(c, c0, size_t(state) * sizeof(float));
  const float* bias = s.cell == Cell::gru ? w.b_ih : joint_bias(s, w, memory.bias);
  linear_f32(s.steps * s.batch, G, s.inputs, x, s.inputs, w.w_ih, memory.from_input, G, {bias});
  const float* before = h0;
  for (int64_t k = 0; k < s.steps; ++k) {
    const int64_t t = s.reverse ? s.steps - 1 - k : k;
    run_step(s, w, before, memory.from_input + t * s.batch * G, memory.from_hidden, c,
             y + t * state, k % 2 ? Reading::backwards : Reading::forwards);
    before = y + t * state;
  }
  if (state) std::memcpy(h, before, size_t(state) * sizeof(float));
}

void lstm_kept_f32(const RecurrentShape& s, const RecurrentWeights& w, const float* x,
                   const float* h0, const float* c0, float* y, float* h, float* c, float* gates,
                   float* cells, void* scratch) {
  const int64_t H = s.hidden, G = 4 * H, state = s.batch * H;
  linear_f32(s.steps * s.batch, G, s.inputs, x, s.inputs, w.w_ih, gates, G,
             {joint_bias(s, w, Scratch(s, scratch).bias)});
  const float *h_before = h0, *c_before = c0;
  for (int64_t k = 0; k < s.steps; ++k) {
    const int64_t t = s.reverse ? s.steps - 1 - k : k;
    float *now = gates + t * s.batch * G, *h_now = y + t * state, *c_now = cells + t * state;
    linear_f32(s.batch, G, H, h_before, H, w.w_hh, now, G, {nullptr, now, G, {}},
               k % 2 ? Reading::backwards : Reading::forwards);
    parallel_for(0, s.batch, grain_of_rows(G), [&](int64_t n, int64_t end) {
      for (; n < end; ++n)
        routines[current_isa()].lstm_kept(H, now + n * G, c_before + n * H, c_now + n * H,
                                          h_now + n * H);
    });
    h_before = h_now, c_before = c_now;
  }
  if (!state) return;
  std::memcpy(h, h_before, size_t(state) * sizeof(float));
  std::memcpy(c, c_before, size_t(state) * sizeof(float));
}

size_t lstm_gradient_scratch_bytes(const RecurrentShape& s) {
  return packed_b_f32_bytes(4 * s.hidden, s.hidden) + size_t(s.batch * s.hidden) * sizeof(float);
}

void lstm_gradient_f32(const RecurrentShape& s, const float* w_hh, const LstmGradient& grads,
                       const float* gates, const float* cells, const float* c0, float* grad_gates,
                       float* grad_h0, float* grad_c0, void* scratch) {
  const int64_t H = s.hidden, G = 4 * H, state = s.batch * H;
  float *packed = static_cast<float*>(scratch),
        *grad_h = packed + packed_b_f32_bytes(G, H) / sizeof(float);
  pack_b_f32(G, H, w_hh, H, false, packed);
  const auto start = [&](const float* given, float* to) {
    given ? std::copy_n(given, state, to) : std::fill_n(to, state, 0.f);
  };
  start(grads.h, grad_h0);  // holds what the step behind gave
  start(grads.c, grad_c0);
  for (int64_t k = s.steps; k-- > 0;) {
    const int64_t t = s.reverse ? s.steps - 1 - k : k, before = s.reverse ? t + 1 : t - 1;
    const float* c_before = k ? cells + before * state : c0;
    float* to_gates = grad_gates + t * s.batch * G;
    parallel_for(0, s.batch, grain_of_rows(G), [&](int64_t n, int64_t end) {
      for (; n < end; ++n) {
        for (int64_t i = n * H; i < (n + 1) * H; ++i)
          grad_h[i] = grad_h0[i] + (grads.y ? grads.y[t * state + i] : 0.f);
        routines[current_isa()].lstm_gradient(H, gates + (t * s.batch + n) * G, c_before + n * H,
                                              cells + t * state + n * H, grad_h + n * H,
                                              grad_c0 + n * H, to_gates + n * G);
      }
    });
    gemm_f32(s.batch, H, G, to_gates, G, ALayout::rows, packed, grad_h0, H);
  }
}

}  // namespace tealight::kernels
#endif
