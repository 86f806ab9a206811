// Recurrent layers and cells: torch/nn/modules/rnn.h.
#pragma once
#include "tealight/nn/modules/common.h"
#include "tealight/nn/options/rnn.h"
#include "tealight/nn/utils/rnn.h"

namespace torch::nn {

/// Weights of RNN, LSTM and GRU, and what their forward functions share.
template <class Derived>
class TL_API RNNImplBase : public Cloneable<Derived> {
 public:
  explicit RNNImplBase(const RNNOptionsBase& options_) : options_base(options_) {
    RNNImplBase::reset();
  }
  void reset() override;
  void reset_parameters();
  void pretty_print(std::ostream& stream) const override;
  /// For cuDNN; there is nothing to do on a CPU.
  void flatten_parameters() {}
  std::vector<Tensor> all_weights() const;

  RNNOptionsBase options_base;

 protected:
  /// A sequence, or with batch_sizes a packed one.
  struct Sequence {
    const Tensor& data;
    Tensor batch_sizes = {}, sorted_indices = {};
  };
  /// [layers * directions, batch, features] of zeros, or the given state in the sequence's order.
  Tensor initial_state(const Sequence& input, const Tensor& given, int64_t features,
                       const char* name) const;
  int64_t hidden_features() const;
  void check_input(const Sequence& input) const;
  /// The operator's arguments after the state.
  template <class Result, class State>
  Result run(const char* name, const Sequence& input, const State& state) const;

  std::vector<std::string> flat_weights_names_;

 private:
  std::vector<Tensor> flat_weights() const;
};

class TL_API RNNImpl : public RNNImplBase<RNNImpl> {
 public:
  RNNImpl(int64_t input_size, int64_t hidden_size) : RNNImpl(RNNOptions(input_size, hidden_size)) {}
  explicit RNNImpl(const RNNOptions& options_);
  std::tuple<Tensor, Tensor> forward(const Tensor& input, Tensor hx = {});
  std::tuple<utils::rnn::PackedSequence, Tensor> forward_with_packed_input(
      const utils::rnn::PackedSequence& packed_input, Tensor hx = {});

  RNNOptions options;

 protected:
  FORWARD_HAS_DEFAULT_ARGS({1, AnyValue(Tensor())})

 private:
  std::tuple<Tensor, Tensor> run_on(const Sequence& input, const Tensor& hx);
};
TORCH_MODULE(RNN);

class TL_API LSTMImpl : public RNNImplBase<LSTMImpl> {
 public:
  using State = std::tuple<Tensor, Tensor>;  // hidden, cell
  LSTMImpl(int64_t input_size, int64_t hidden_size)
      : LSTMImpl(LSTMOptions(input_size, hidden_size)) {}
  explicit LSTMImpl(const LSTMOptions& options_);
  std::tuple<Tensor, State> forward(const Tensor& input, std::optional<State> hx_opt = {});
  std::tuple<utils::rnn::PackedSequence, State> forward_with_packed_input(
      const utils::rnn::PackedSequence& packed_input, std::optional<State> hx_opt = {});

  LSTMOptions options;

 protected:
  FORWARD_HAS_DEFAULT_ARGS({1, AnyValue(std::optional<std::tuple<Tensor, Tensor>>())})

 private:
  std::tuple<Tensor, State> run_on(const Sequence& input, const std::optional<State>& hx);
};
TORCH_MODULE(LSTM);

class TL_API GRUImpl : public RNNImplBase<GRUImpl> {
 public:
  GRUImpl(int64_t input_size, int64_t hidden_size) : GRUImpl(GRUOptions(input_size, hidden_size)) {}
  explicit GRUImpl(const GRUOptions& options_);
  std::tuple<Tensor, Tensor> forward(const Tensor& input, Tensor hx = {});
  std::tuple<utils::rnn::PackedSequence, Tensor> forward_with_packed_input(
      const utils::rnn::PackedSequence& packed_input, Tensor hx = {});

  GRUOptions options;

 protected:
  FORWARD_HAS_DEFAULT_ARGS({1, AnyValue(Tensor())})

 private:
  std::tuple<Tensor, Tensor> run_on(const Sequence& input, const Tensor& hx);
};
TORCH_MODULE(GRU);

/// Weights of one step.
template <class Derived>
class TL_API RNNCellImplBase : public Cloneable<Derived> {
 public:
  explicit RNNCellImplBase(const RNNCellOptionsBase& options_) : options_base(options_) {
    RNNCellImplBase::reset();
  }
  void reset() override;
  void reset_parameters();
  void pretty_print(std::ostream& stream) const override;

  RNNCellOptionsBase options_base;
  Tensor weight_ih, weight_hh, bias_ih, bias_hh;

 protected:
  /// `x`, checked, with a batch dimension; zeros of the hidden size where it is not defined.
  /// `state`: what messages call it, unless it is the input.
  Tensor batched(const Tensor& x, const Tensor& input, const char* name,
                 const char* state = "") const;
  virtual std::string get_nonlinearity_str() const { return {}; }
};

class TL_API RNNCellImpl : public RNNCellImplBase<RNNCellImpl> {
 public:
  RNNCellImpl(int64_t input_size, int64_t hidden_size)
      : RNNCellImpl(RNNCellOptions(input_size, hidden_size)) {}
  explicit RNNCellImpl(const RNNCellOptions& options_);
  Tensor forward(const Tensor& input, const Tensor& hx = {});

  RNNCellOptions options;

 protected:
  FORWARD_HAS_DEFAULT_ARGS({1, AnyValue(Tensor())})
  std::string get_nonlinearity_str() const override;
};
TORCH_MODULE(RNNCell);

class TL_API LSTMCellImpl : public RNNCellImplBase<LSTMCellImpl> {
 public:
  LSTMCellImpl(int64_t input_size, int64_t hidden_size)
      : LSTMCellImpl(LSTMCellOptions(input_size, hidden_size)) {}
  explicit LSTMCellImpl(const LSTMCellOptions& options_);
  std::tuple<Tensor, Tensor> forward(const Tensor& input,
                                     std::optional<std::tuple<Tensor, Tensor>> hx_opt = {});

  LSTMCellOptions options;

 protected:
  FORWARD_HAS_DEFAULT_ARGS({1, AnyValue(std::optional<std::tuple<Tensor, Tensor>>())})
};
TORCH_MODULE(LSTMCell);

class TL_API GRUCellImpl : public RNNCellImplBase<GRUCellImpl> {
 public:
  GRUCellImpl(int64_t input_size, int64_t hidden_size)
      : GRUCellImpl(GRUCellOptions(input_size, hidden_size)) {}
  explicit GRUCellImpl(const GRUCellOptions& options_);
  Tensor forward(const Tensor& input, const Tensor& hx = {});

  GRUCellOptions options;

 protected:
  FORWARD_HAS_DEFAULT_ARGS({1, AnyValue(Tensor())})
};
TORCH_MODULE(GRUCell);

}  // namespace torch::nn
