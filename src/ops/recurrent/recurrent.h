// The loop that every recurrent network runs, whatever its weights are: float here, quantized in
// ops/quantized.
#pragma once
#include <memory>

#include "ops/op.h"

namespace tealight {

struct CellState {
  Tensor h, c;  // (N, H); c only of an LSTM
};
using Step = CellState (*)(const Tensor& from_input, const Tensor& from_hidden, const CellState&);
CellState lstm_step(const Tensor& from_input, const Tensor& from_hidden, const CellState&);
CellState gru_step(const Tensor& from_input, const Tensor& from_hidden, const CellState&);
CellState tanh_step(const Tensor& from_input, const Tensor& from_hidden, const CellState&);
CellState relu_step(const Tensor& from_input, const Tensor& from_hidden, const CellState&);

/// The two products of one layer and direction.
struct Gates {
  virtual ~Gates() = default;
  virtual Tensor input(const Tensor& x) const = 0;   // (..., I) -> (..., gates * H)
  virtual Tensor hidden(const Tensor& h) const = 0;  // (N, H) -> (N, gates * H)
  virtual Tensor projection() const { return {}; }   // LSTM's w_hr (P, H), or undefined
  /// All steps over x (T, N, I) in one call, if there is one that takes them: gives (T, N, H) and
  /// leaves the last state in `s`.
  virtual std::optional<Tensor> layer(Step, const Tensor&, CellState&, bool) const { return {}; }
};
struct DenseGates : Gates {
  Tensor w_ih, w_hh, w_hr;
  std::optional<Tensor> b_ih, b_hh;
  Tensor input(const Tensor& x) const override;
  Tensor hidden(const Tensor& h) const override;
  Tensor projection() const override { return w_hr; }
  /// By tealight::recurrent_layer: float32, no projection, and shapes that fit.
  std::optional<Tensor> layer(Step step, const Tensor& x, CellState& s,
                              bool reverse) const override;
};

struct RecurrentCall {
  Tensor input;                               // (T, N, I), (N, T, I) if batch_first, or packed rows
  std::vector<int64_t> batch_sizes;           // of packed rows; else empty
  std::vector<std::unique_ptr<Gates>> gates;  // layers x directions
  Step step = nullptr;
  Tensor h0, c0;  // (layers * directions, N, H)
  int64_t layers = 1;
  double dropout = 0;  // between layers, while training
  bool train = false, bidirectional = false, batch_first = false;
};
struct RecurrentResult {
  Tensor output, h, c;
};
RecurrentResult run_recurrent(const RecurrentCall&);

}  // namespace tealight
