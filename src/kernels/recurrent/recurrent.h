// One layer and direction of a recurrent net over a whole sequence: the input's product for all
// steps at once, then a product with the state and the cell for each.
//
// Gates lie as in PyTorch: LSTM's i f g o, GRU's r z n.
#pragma once
#include <cstddef>
#include <cstdint>

namespace tealight::kernels {

enum class Cell : uint8_t { lstm, gru, tanh, relu };
constexpr int64_t gate_count(Cell c) { return c == Cell::lstm ? 4 : c == Cell::gru ? 3 : 1; }

struct RecurrentShape {
  Cell cell;
  int64_t steps, batch, inputs, hidden;
  bool reverse;  // from the last step to the first
};

/// w_ih (gates * hidden, inputs) and w_hh (gates * hidden, hidden) by pack_linear_weights; the
/// biases may be null.
struct RecurrentWeights {
  const float *w_ih, *w_hh, *b_ih, *b_hh;
};

/// x (steps, batch, inputs) to y (steps, batch, hidden); h and, of an LSTM, c (batch, hidden)
/// become the state after the last step. Runs on the thread pool; the same bits for every number of
/// threads.
size_t recurrent_scratch_bytes(const RecurrentShape& shape);
void recurrent_f32(const RecurrentShape& shape, const RecurrentWeights& weights, const float* x,
                   const float* h0, const float* c0, float* y, float* h, float* c, void* scratch);

/// The same for an LSTM that trains: gates (steps, batch, 4 * hidden) behind their activations, and
/// cells (steps, batch, hidden) are what lstm_gradient_f32 reads.
void lstm_kept_f32(const RecurrentShape& shape, const RecurrentWeights& weights, const float* x,
                   const float* h0, const float* c0, float* y, float* h, float* c, float* gates,
                   float* cells, void* scratch);

struct LstmGradient {
  const float *y, *h, *c;  // of the results; null where the loss does not depend on one
};
/// The gradient of the sums that go into the gates, (steps, batch, 4 * hidden), and of h0 and c0.
/// w_hh: (4 * hidden, hidden), not packed.
size_t lstm_gradient_scratch_bytes(const RecurrentShape& shape);
void lstm_gradient_f32(const RecurrentShape& shape, const float* w_hh, const LstmGradient& grads,
                       const float* gates, const float* cells, const float* c0, float* grad_gates,
                       float* grad_h0, float* grad_c0, void* scratch);

}  // namespace tealight::kernels
