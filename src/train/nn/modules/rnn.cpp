// Recurrent layers and cells.
#include "tealight/nn/modules/rnn.h"

#include <cmath>

#include "tealight/nn/init.h"
#include "tealight/ops.h"
#include "tealight/tensor_methods.h"
#include "tealight/torch_macros.h"
#include "train/nn/modules/describe.h"

namespace torch::nn {
namespace {

using utils::rnn::PackedSequence;

/// Each weight of a recurrent layer starts between these bounds.
double bound_of(int64_t hidden_size) { return 1 / std::sqrt(double(hidden_size)); }

/// A state for sequences sorted by length, or as they were before.
Tensor reordered(const Tensor& state, const Tensor& order) {
  return order.defined() ? state.index_select(1, order) : state;
}

/// The data of a packed sequence replaced.
PackedSequence packed_as(const PackedSequence& like, const Tensor& data) {
  return PackedSequence(data, like.batch_sizes(), like.sorted_indices(), like.unsorted_indices());
}

int64_t gates_of(const RNNOptionsBase& o) {
  if (std::holds_alternative<enumtype::kLSTM>(o.mode())) return 4;
  return std::holds_alternative<enumtype::kGRU>(o.mode()) ? 3 : 1;
}

/// "RNN(...)" without "Impl" at the end.
std::string holder_name(const Module& module) {
  const std::string name = module.name();
  return name.substr(0, name.size() - 4);
}

/// The options of a layer, as far as all kinds have them.
template <class Options>
RNNOptionsBase base_options(RNNOptionsBase::rnn_options_base_mode_t mode, const Options& o) {
  return RNNOptionsBase(mode, o.input_size(), o.hidden_size())
      .num_layers(o.num_layers())
      .bias(o.bias())
      .batch_first(o.batch_first())
      .dropout(o.dropout())
      .bidirectional(o.bidirectional());
}

void check_options(const RNNOptionsBase& o) {
  TL_CHECK(0 <= o.dropout() && o.dropout() <= 1,
           "dropout should be a number in range [0, 1] representing the probability of an element "
           "being zeroed");
  if (o.dropout() > 0 && o.num_layers() == 1)
    TORCH_WARN(
        "dropout option adds dropout after all but last recurrent layer, so non-zero dropout "
        "expects num_layers greater than 1, but got dropout=",
        o.dropout(), " and num_layers=", o.num_layers());
  TL_CHECK(o.hidden_size() > 0, "hidden_size must be greater than zero");
  TL_CHECK(o.num_layers() > 0, "num_layers must be greater than zero");
  TL_CHECK(0 <= o.proj_size() && o.proj_size() < o.hidden_size(),
           "proj_size has to be a positive integer, smaller than hidden_size or zero to disable "
           "projections");
}

}  // namespace

// ---- layers

template <class Derived>
int64_t RNNImplBase<Derived>::hidden_features() const {
  return options_base.proj_size() > 0 ? options_base.proj_size() : options_base.hidden_size();
}

template <class Derived>
void RNNImplBase<Derived>::reset() {
  const auto& o = options_base;
  check_options(o);
  const int64_t gates = gates_of(o) * o.hidden_size(), directions = o.bidirectional() ? 2 : 1;
  flat_weights_names_.clear();
  const auto add = [&](const std::string& name, std::vector<int64_t> size) {
    this->register_parameter(name, torch::empty(size));
    flat_weights_names_.push_back(name);
  };
  for (int64_t layer = 0; layer < o.num_layers(); ++layer) {
    for (const char* direction : {"", "_reverse"}) {
      if (*direction && !o.bidirectional()) continue;
      const std::string suffix = str("_l", layer, direction);
      add("weight_ih" + suffix,
          {gates, layer == 0 ? o.input_size() : hidden_features() * directions});
      add("weight_hh" + suffix, {gates, hidden_features()});
      if (o.bias()) {
        add("bias_ih" + suffix, {gates});
        add("bias_hh" + suffix, {gates});
      }
      if (o.proj_size() > 0) add("weight_hr" + suffix, {o.proj_size(), o.hidden_size()});
    }
  }
  reset_parameters();
}

template <class Derived>
void RNNImplBase<Derived>::reset_parameters() {
  const double bound = bound_of(options_base.hidden_size());
  for (const Tensor& weight : this->parameters()) init::uniform_(weight, -bound, bound);
}

template <class Derived>
std::vector<Tensor> RNNImplBase<Derived>::all_weights() const {
  std::vector<Tensor> weights;
  weights.reserve(flat_weights_names_.size());
  for (const std::string& name : flat_weights_names_) weights.push_back(this->parameters_[name]);
  return weights;
}

template <class Derived>
void RNNImplBase<Derived>::pretty_print(std::ostream& stream) const {
  const auto& o = options_base;
  const std::string name = holder_name(*this).substr(std::string("torch::nn::").size());
  describe(stream, name, "(input_size=", o.input_size(), ", hidden_size=", o.hidden_size(),
           ", num_layers=", o.num_layers(), ", bias=", o.bias(), ", batch_first=", o.batch_first(),
           ", dropout=", o.dropout(), ", bidirectional=", o.bidirectional(),
           o.proj_size() > 0 ? str(", proj_size=", o.proj_size()) : "", ")");
}

template <class Derived>
void RNNImplBase<Derived>::check_input(const Sequence& input) const {
  const int64_t dims = input.batch_sizes.defined() ? 2 : 3;
  TL_CHECK(input.data.dim() == dims, "input must have ", dims, " dimensions, got ",
           input.data.dim());
  TL_CHECK(input.data.size(-1) == options_base.input_size(),
           "input.size(-1) must be equal to input_size. Expected ", options_base.input_size(),
           ", got ", input.data.size(-1));
}

template <class Derived>
Tensor RNNImplBase<Derived>::initial_state(const Sequence& input, const Tensor& given,
                                           int64_t features, const char* name) const {
  const auto& o = options_base;
  const int64_t batch = input.batch_sizes.defined() ? input.batch_sizes[0].template item<int64_t>()
                                                    : input.data.size(o.batch_first() ? 0 : 1);
  const std::vector<int64_t> size{o.num_layers() * (o.bidirectional() ? 2 : 1), batch, features};
  if (!given.defined()) return torch::zeros(size, input.data.options());
  const Tensor state = reordered(given, input.sorted_indices);
  TL_CHECK(state.sizes() == IntArrayRef(size), "Expected ", name, " size ", IntArrayRef(size),
           ", got ", state.sizes());
  return state;
}

template <class Derived>
template <class Result, class State>
Result RNNImplBase<Derived>::run(const char* name, const Sequence& input,
                                 const State& state) const {
  const auto& o = options_base;
  const std::vector<Tensor> weights = all_weights();
  using tealight::detail::call_as;
  if (input.batch_sizes.defined())
    return call_as<Result>(find_overload(str("aten::", name, ".data")), input.data,
                           input.batch_sizes, state, TensorList(weights), o.bias(), o.num_layers(),
                           o.dropout(), this->is_training(), o.bidirectional());
  return call_as<Result>(find_overload(str("aten::", name, ".input")), input.data, state,
                         TensorList(weights), o.bias(), o.num_layers(), o.dropout(),
                         this->is_training(), o.bidirectional(), o.batch_first());
}

RNNImpl::RNNImpl(const RNNOptions& o)
    : RNNImplBase(std::holds_alternative<enumtype::kTanh>(o.nonlinearity())
                      ? base_options(kRNN_TANH, o)
                      : base_options(kRNN_RELU, o)),
      options(o) {}
std::tuple<Tensor, Tensor> RNNImpl::run_on(const Sequence& input, const Tensor& hx) {
  check_input(input);
  const Tensor state = initial_state(input, hx, hidden_features(), "hidden");
  const bool tanh = std::holds_alternative<enumtype::kRNN_TANH>(options_base.mode());
  return run<std::tuple<Tensor, Tensor>>(tanh ? "rnn_tanh" : "rnn_relu", input, state);
}

GRUImpl::GRUImpl(const GRUOptions& o) : RNNImplBase(base_options(kGRU, o)), options(o) {}
std::tuple<Tensor, Tensor> GRUImpl::run_on(const Sequence& input, const Tensor& hx) {
  check_input(input);
  const Tensor state = initial_state(input, hx, hidden_features(), "hidden");
  return run<std::tuple<Tensor, Tensor>>("gru", input, state);
}

#define TL_FORWARD(Name)                                                              \
  std::tuple<Tensor, Tensor> Name##Impl::forward(const Tensor& input, Tensor hx) {    \
    return run_on({input}, hx);                                                       \
  }                                                                                   \
  std::tuple<PackedSequence, Tensor> Name##Impl::forward_with_packed_input(           \
      const PackedSequence& packed, Tensor hx) {                                      \
    const auto [output, hidden] =                                                     \
        run_on({packed.data(), packed.batch_sizes(), packed.sorted_indices()}, hx);   \
    return {packed_as(packed, output), reordered(hidden, packed.unsorted_indices())}; \
  }
TL_FORWARD(RNN)
TL_FORWARD(GRU)
#undef TL_FORWARD

LSTMImpl::LSTMImpl(const LSTMOptions& o)
    : RNNImplBase(base_options(kLSTM, o).proj_size(o.proj_size())), options(o) {}
std::tuple<Tensor, LSTMImpl::State> LSTMImpl::run_on(const Sequence& input,
                                                     const std::optional<State>& hx) {
  check_input(input);
  const auto [hidden, cell] = hx.value_or(State());
  const std::vector<Tensor> state{initial_state(input, hidden, hidden_features(), "hidden[0]"),
                                  initial_state(input, cell, options.hidden_size(), "hidden[1]")};
  auto [output, last_hidden, last_cell] =
      run<std::tuple<Tensor, Tensor, Tensor>>("lstm", input, TensorList(state));
  return {output, {last_hidden, last_cell}};
}
std::tuple<Tensor, LSTMImpl::State> LSTMImpl::forward(const Tensor& input,
                                                      std::optional<State> hx) {
  return run_on({input}, hx);
}
std::tuple<PackedSequence, LSTMImpl::State> LSTMImpl::forward_with_packed_input(
    const PackedSequence& packed, std::optional<State> hx) {
  const auto [output, state] =
      run_on({packed.data(), packed.batch_sizes(), packed.sorted_indices()}, hx);
  const Tensor& order = packed.unsorted_indices();
  return {packed_as(packed, output),
          {reordered(std::get<0>(state), order), reordered(std::get<1>(state), order)}};
}

template class RNNImplBase<RNNImpl>;
template class RNNImplBase<LSTMImpl>;
template class RNNImplBase<GRUImpl>;

// ---- cells

template <class Derived>
void RNNCellImplBase<Derived>::reset() {
  const auto& o = options_base;
  const int64_t gates = o.num_chunks() * o.hidden_size();
  const auto bias = [&](const char* name) {
    return this->register_parameter(name, o.bias() ? torch::empty({gates}) : Tensor(), o.bias());
  };
  weight_ih = this->register_parameter("weight_ih", torch::empty({gates, o.input_size()}));
  weight_hh = this->register_parameter("weight_hh", torch::empty({gates, o.hidden_size()}));
  bias_ih = bias("bias_ih");
  bias_hh = bias("bias_hh");
  reset_parameters();
}

template <class Derived>
void RNNCellImplBase<Derived>::reset_parameters() {
  const double bound = bound_of(options_base.hidden_size());
  for (const Tensor& weight : this->parameters()) init::uniform_(weight, -bound, bound);
}

template <class Derived>
void RNNCellImplBase<Derived>::pretty_print(std::ostream& stream) const {
  const std::string nonlinearity = get_nonlinearity_str();
  const bool usual = nonlinearity.empty() || nonlinearity == "kTanh";
  stream << holder_name(*this) << '(' << options_base.input_size() << ", "
         << options_base.hidden_size() << (options_base.bias() ? "" : ", bias=false")
         << (usual ? "" : ", nonlinearity=" + nonlinearity) << ')';
}

template <class Derived>
Tensor RNNCellImplBase<Derived>::batched(const Tensor& x, const Tensor& input, const char* name,
                                         const char* state) const {
  const int64_t hidden = options_base.hidden_size(), features = options_base.input_size();
  if (!x.defined())
    return torch::zeros({input.dim() == 2 ? input.size(0) : 1, hidden}, input.options());
  TL_CHECK(x.dim() == 1 || x.dim() == 2, "Expected ", name, " to be 1D or 2D, got ", x.dim(),
           "D instead");
  TL_CHECK(*state || x.size(-1) == features, "input has inconsistent input_size: got ", x.size(-1),
           " expected ", features);
  TL_CHECK(!*state || x.size(-1) == hidden, state, " has inconsistent hidden_size: got ",
           x.size(-1), ", expected ", hidden);
  return input.dim() == 2 ? x : x.unsqueeze(0);
}

RNNCellImpl::RNNCellImpl(const RNNCellOptions& o)
    : RNNCellImplBase(RNNCellOptionsBase(o.input_size(), o.hidden_size(), o.bias(), 1)),
      options(o) {}
std::string RNNCellImpl::get_nonlinearity_str() const {
  return enumtype::get_enum_name(options.nonlinearity());
}
Tensor RNNCellImpl::forward(const Tensor& input, const Tensor& hx) {
  const Tensor x = batched(input, input, "input"), h = batched(hx, input, "hidden", "hidden0");
  const bool tanh = std::holds_alternative<enumtype::kTanh>(options.nonlinearity());
  const Tensor next = tanh ? torch::rnn_tanh_cell(x, h, weight_ih, weight_hh, bias_ih, bias_hh)
                           : torch::rnn_relu_cell(x, h, weight_ih, weight_hh, bias_ih, bias_hh);
  return input.dim() == 2 ? next : next.squeeze(0);
}

LSTMCellImpl::LSTMCellImpl(const LSTMCellOptions& o)
    : RNNCellImplBase(RNNCellOptionsBase(o.input_size(), o.hidden_size(), o.bias(), 4)),
      options(o) {}
std::tuple<Tensor, Tensor> LSTMCellImpl::forward(const Tensor& input,
                                                 std::optional<std::tuple<Tensor, Tensor>> hx) {
  const Tensor x = batched(input, input, "input");
  const auto [hidden, cell] = hx.value_or(std::tuple<Tensor, Tensor>());
  const auto [next_hidden, next_cell] = torch::lstm_cell(
      x, {batched(hidden, input, "hx[0]", "hidden0"), batched(cell, input, "hx[1]", "hidden1")},
      weight_ih, weight_hh, bias_ih, bias_hh);
  if (input.dim() == 2) return {next_hidden, next_cell};
  return {next_hidden.squeeze(0), next_cell.squeeze(0)};
}

GRUCellImpl::GRUCellImpl(const GRUCellOptions& o)
    : RNNCellImplBase(RNNCellOptionsBase(o.input_size(), o.hidden_size(), o.bias(), 3)),
      options(o) {}
Tensor GRUCellImpl::forward(const Tensor& input, const Tensor& hx) {
  const Tensor x = batched(input, input, "input"), h = batched(hx, input, "hidden", "hidden0");
  const Tensor next = torch::gru_cell(x, h, weight_ih, weight_hh, bias_ih, bias_hh);
  return input.dim() == 2 ? next : next.squeeze(0);
}

template class RNNCellImplBase<RNNCellImpl>;
template class RNNCellImplBase<LSTMCellImpl>;
template class RNNCellImplBase<GRUCellImpl>;

}  // namespace torch::nn
