// LSTM, GRU and plain recurrent networks and their cells. Weights are as PyTorch's modules hold
// them:
//   w_ih (gates * H, I), w_hh (gates * H, H), biases (gates * H); LSTM's gates i f g o, GRU's r z
//   n.
// The input's product is one matrix product for the whole sequence; only the hidden one runs step
// by step.
#include "ops/recurrent/recurrent.h"

#include "ops/samples.h"
#include "tealight/ops.h"

namespace tealight {

Tensor DenseGates::input(const Tensor& x) const { return linear(x, w_ih, b_ih); }
Tensor DenseGates::hidden(const Tensor& h) const { return linear(h, w_hh, b_hh); }

CellState lstm_step(const Tensor& from_input, const Tensor& from_hidden, const CellState& s) {
  const std::vector<Tensor> gates = chunk(add(from_input, from_hidden), 4, -1);
  const Tensor c = add(mul(sigmoid(gates[1]), s.c), mul(sigmoid(gates[0]), tanh(gates[2])));
  return {mul(sigmoid(gates[3]), tanh(c)), c};
}
CellState gru_step(const Tensor& from_input, const Tensor& from_hidden, const CellState& s) {
  const std::vector<Tensor> i = chunk(from_input, 3, -1), h = chunk(from_hidden, 3, -1);
  const Tensor r = sigmoid(add(i[0], h[0])), z = sigmoid(add(i[1], h[1])),
               n = tanh(add(i[2], mul(r, h[2])));
  return {add(mul(sub(s.h, n), z), n), {}};
}
CellState tanh_step(const Tensor& from_input, const Tensor& from_hidden, const CellState&) {
  return {tanh(add(from_input, from_hidden)), {}};
}
CellState relu_step(const Tensor& from_input, const Tensor& from_hidden, const CellState&) {
  return {relu(add(from_input, from_hidden)), {}};
}

namespace {

// One direction of one layer over x (T, N, I); gives (T, N, H) and leaves the last state in `s`.
Tensor run_direction(const Gates& gates, Step step, const Tensor& x, CellState& s, bool reverse,
                     bool project, const Tensor& w_hr) {
  if (std::optional<Tensor> y = gates.layer(step, x, s, reverse)) return *y;
  const Tensor inputs = gates.input(x);
  const int64_t steps = x.size(0);
  std::vector<Tensor> outputs(static_cast<size_t>(steps));
  for (int64_t k = 0; k < steps; ++k) {
    const int64_t t = reverse ? steps - 1 - k : k;
    s = step(select(inputs, 0, t), gates.hidden(s.h), s);
    if (project) s.h = linear(s.h, w_hr);
    outputs[size_t(t)] = s.h;
  }
  if (steps == 0) {
    DimVector sizes(s.h.sizes());
    sizes.insert(0, 0);
    return zeros(sizes, s.h.options());
  }
  return stack(outputs, 0);
}

// The same over packed rows: `batch_sizes[t]` sequences are alive at step t, the longest first.
Tensor run_packed(const Gates& gates, Step step, const Tensor& data, IntArrayRef batch_sizes,
                  CellState& s, bool reverse) {
  const Tensor inputs = gates.input(data);
  std::vector<int64_t> starts{0};
  for (int64_t n : batch_sizes) starts.push_back(starts.back() + n);
  std::vector<Tensor> outputs(batch_sizes.size());
  const auto rows = [](const Tensor& t, int64_t from, int64_t n) {
    return t.defined() ? narrow(t, 0, from, n) : t;
  };
  const auto join = [](const Tensor& a, const Tensor& b) {
    return a.defined() ? cat({a, b}, 0) : Tensor();
  };
  const CellState initial = s;
  CellState alive;     // of the sequences that run at this step
  CellState finished;  // forward: of those that have ended
  for (size_t k = 0; k < batch_sizes.size(); ++k) {
    const size_t t = reverse ? batch_sizes.size() - 1 - k : k;
    const int64_t n = batch_sizes[t];
    if (!alive.h.defined()) alive = {rows(initial.h, 0, n), rows(initial.c, 0, n)};
    const int64_t now = alive.h.size(0);
    if (reverse && n > now)
      alive = {join(alive.h, rows(initial.h, now, n - now)),
               join(alive.c, rows(initial.c, now, n - now))};
    if (!reverse && n < now) {
      const CellState ended{rows(alive.h, n, now - n), rows(alive.c, n, now - n)};
      finished = finished.h.defined()
                     ? CellState{join(ended.h, finished.h), join(ended.c, finished.c)}
                     : ended;
      alive = {rows(alive.h, 0, n), rows(alive.c, 0, n)};
    }
    alive = step(narrow(inputs, 0, starts[t], n), gates.hidden(alive.h), alive);
    outputs[t] = alive.h;
  }
  s = finished.h.defined() ? CellState{join(alive.h, finished.h), join(alive.c, finished.c)}
                           : alive;
  return cat(outputs, 0);
}

}  // namespace

RecurrentResult run_recurrent(const RecurrentCall& call) {
  Tensor x = call.batch_first ? transpose(call.input, 0, 1) : call.input;
  const size_t directions = call.bidirectional ? 2 : 1;
  TL_CHECK(call.gates.size() == size_t(call.layers) * directions, "expected weights for ",
           size_t(call.layers) * directions, " layers and directions, but got ", call.gates.size());
  TL_CHECK(call.h0.dim() == 3 && call.h0.size(0) == int64_t(call.gates.size()),
           "expected hidden state with ", call.gates.size(),
           " layers x directions in front, but got ", call.h0.sizes());
  const int64_t batch = call.batch_sizes.empty() ? x.size(1) : call.batch_sizes[0];
  for (const Tensor& h : {call.h0, call.c0})
    TL_CHECK(!h.defined() || h.size(1) == batch || batch == 1,  // one input for many states is fine
             "expected hidden states for a batch of ", batch, ", but got ", h.sizes());
  std::vector<Tensor> last_h, last_c;
  for (int64_t layer = 0; layer < call.layers; ++layer) {
    std::vector<Tensor> outputs;
    for (size_t d = 0; d < directions; ++d) {
      const int64_t i = layer * int64_t(directions) + int64_t(d);
      CellState s{select(call.h0, 0, i), call.c0.defined() ? select(call.c0, 0, i) : Tensor()};
      const Gates& gates = *call.gates[size_t(i)];
      outputs.push_back(call.batch_sizes.empty()
                            ? run_direction(gates, call.step, x, s, d == 1,
                                            gates.projection().defined(), gates.projection())
                            : run_packed(gates, call.step, x, call.batch_sizes, s, d == 1));
      last_h.push_back(s.h);
      last_c.push_back(s.c);
    }
    x = outputs.size() == 1 ? outputs[0] : cat(outputs, -1);
    if (call.train && call.dropout > 0 && layer + 1 < call.layers)
      x = dropout(x, call.dropout, true);
  }
  return {call.batch_first ? transpose(x, 0, 1) : x, stack(last_h, 0),
          call.c0.defined() ? stack(last_c, 0) : Tensor()};
}

namespace ops {
namespace {

// Weights of all layers and directions: w_ih, w_hh, and with biases b_ih, b_hh, and with a
// projection w_hr.
std::vector<std::unique_ptr<Gates>> dense_gates(const std::vector<Tensor>& params, bool has_biases,
                                                bool projected) {
  const size_t each = 2 + (has_biases ? 2 : 0) + (projected ? 1 : 0);
  TL_CHECK(params.size() % each == 0, "got an incorrect number of RNN parameters: ", params.size(),
           " is no multiple of ", each);
  std::vector<std::unique_ptr<Gates>> gates;
  for (size_t i = 0; i < params.size(); i += each) {
    auto g = std::make_unique<DenseGates>();
    g->w_ih = params[i], g->w_hh = params[i + 1];
    if (has_biases) g->b_ih = params[i + 2], g->b_hh = params[i + 3];
    if (projected) g->w_hr = params[i + each - 1];
    gates.push_back(std::move(g));
  }
  return gates;
}

RecurrentCall call_of(const Tensor& input, const std::vector<Tensor>& params, bool has_biases,
                      int64_t layers, double dropout, bool train, bool bidirectional,
                      bool batch_first, bool projected = false) {
  RecurrentCall c;
  c.input = input;
  c.gates = dense_gates(params, has_biases, projected);
  c.layers = layers, c.dropout = dropout, c.train = train, c.bidirectional = bidirectional,
  c.batch_first = batch_first;
  return c;
}
std::vector<int64_t> batch_sizes_of(const Tensor& t) {
  TL_CHECK(t.dim() == 1 && t.scalar_type() == kLong && t.numel() > 0,
           "batch_sizes must be a 1-d int64 tensor with at least one element, but got ",
           t.scalar_type(), t.sizes());
  const Tensor sizes = t.contiguous();
  const int64_t* n = sizes.as<int64_t>();
  std::vector<int64_t> r(n, n + sizes.numel());
  for (size_t i = 0; i < r.size(); ++i)
    TL_CHECK(r[i] > 0 && (i == 0 || r[i] <= r[i - 1]),
             "batch_sizes must be positive and not grow, but got ", DimVector(r));
  return r;
}

using Triple = std::tuple<Tensor, Tensor, Tensor>;
using Pair = std::tuple<Tensor, Tensor>;

Triple lstm_input(const Tensor& input, const std::vector<Tensor>& hx,
                  const std::vector<Tensor>& params, bool has_biases, int64_t layers,
                  double dropout, bool train, bool bidirectional, bool batch_first) {
  TL_CHECK(hx.size() == 2, "lstm expects two hidden states");
  RecurrentCall c = call_of(input, params, has_biases, layers, dropout, train, bidirectional,
                            batch_first, hx[0].size(2) != hx[1].size(2));
  c.step = lstm_step, c.h0 = hx[0], c.c0 = hx[1];
  RecurrentResult r = run_recurrent(c);
  return {r.output, r.h, r.c};
}
Triple lstm_data(const Tensor& data, const Tensor& batch_sizes, const std::vector<Tensor>& hx,
                 const std::vector<Tensor>& params, bool has_biases, int64_t layers, double dropout,
                 bool train, bool bidirectional) {
  TL_CHECK(hx.size() == 2, "lstm expects two hidden states");
  RecurrentCall c = call_of(data, params, has_biases, layers, dropout, train, bidirectional, false);
  c.step = lstm_step, c.h0 = hx[0], c.c0 = hx[1], c.batch_sizes = batch_sizes_of(batch_sizes);
  RecurrentResult r = run_recurrent(c);
  return {r.output, r.h, r.c};
}
template <Step S>
Pair one_input(const Tensor& input, const Tensor& hx, const std::vector<Tensor>& params,
               bool has_biases, int64_t layers, double dropout, bool train, bool bidirectional,
               bool batch_first) {
  RecurrentCall c =
      call_of(input, params, has_biases, layers, dropout, train, bidirectional, batch_first);
  c.step = S, c.h0 = hx;
  RecurrentResult r = run_recurrent(c);
  return {r.output, r.h};
}
template <Step S>
Pair one_data(const Tensor& data, const Tensor& batch_sizes, const Tensor& hx,
              const std::vector<Tensor>& params, bool has_biases, int64_t layers, double dropout,
              bool train, bool bidirectional) {
  RecurrentCall c = call_of(data, params, has_biases, layers, dropout, train, bidirectional, false);
  c.step = S, c.h0 = hx, c.batch_sizes = batch_sizes_of(batch_sizes);
  RecurrentResult r = run_recurrent(c);
  return {r.output, r.h};
}

DenseGates cell_gates(const Tensor& w_ih, const Tensor& w_hh, const std::optional<Tensor>& b_ih,
                      const std::optional<Tensor>& b_hh) {
  DenseGates g;
  g.w_ih = w_ih, g.w_hh = w_hh, g.b_ih = b_ih, g.b_hh = b_hh;
  return g;
}
Pair lstm_cell_impl(const Tensor& input, const std::vector<Tensor>& hx, const Tensor& w_ih,
                    const Tensor& w_hh, const std::optional<Tensor>& b_ih,
                    const std::optional<Tensor>& b_hh) {
  TL_CHECK(hx.size() == 2, "lstm_cell expects two hidden states");
  const DenseGates g = cell_gates(w_ih, w_hh, b_ih, b_hh);
  const CellState s = lstm_step(g.input(input), g.hidden(hx[0]), {hx[0], hx[1]});
  return {s.h, s.c};
}
template <Step S>
Tensor cell(const Tensor& input, const Tensor& hx, const Tensor& w_ih, const Tensor& w_hh,
            const std::optional<Tensor>& b_ih, const std::optional<Tensor>& b_hh) {
  const DenseGates g = cell_gates(w_ih, w_hh, b_ih, b_hh);
  return S(g.input(input), g.hidden(hx), {hx, {}}).h;
}

// ---- packed sequences

Pair pack_padded(const Tensor& given, const Tensor& lengths, bool batch_first) {
  TL_CHECK(lengths.dim() == 1 && lengths.scalar_type() == kLong,
           "'lengths' argument should be a 1D CPU int64 tensor, but got ", lengths.dim(), "D ",
           lengths.scalar_type(), " tensor");
  const Tensor input = batch_first ? transpose(given, 0, 1) : given, longs = lengths.contiguous();
  const int64_t* n = longs.as<int64_t>();
  const int64_t batch = longs.numel();
  TL_CHECK(input.numel() > 0, "Cannot pack empty tensors.");
  TL_CHECK(input.size(1) == batch, "Expected `len(lengths)` to be equal to batch_size, but got ",
           batch, " (batch_size=", input.size(1), ")");
  TL_CHECK(
      n[batch - 1] > 0,
      "Length of all samples has to be greater than 0, but found an element in 'lengths' that is <= 0");
  for (int64_t i = 1; i < batch; ++i)
    TL_CHECK(
        n[i] <= n[i - 1],
        "`lengths` array must be sorted in decreasing order when `enforce_sorted` is True. You can pass `enforce_sorted=False` to pack_padded_sequence and/or pack_sequence to sidestep this requirement if you do not need ONNX exportability.");
  TL_CHECK(n[0] <= input.size(0), "Expected sequence length to be at most ", input.size(0),
           ", but got ", n[0]);
  std::vector<Tensor> rows;
  Tensor sizes(Fact(kLong, {n[0]}));
  int64_t alive = batch;
  for (int64_t t = 0; t < n[0]; ++t) {
    while (n[alive - 1] <= t) --alive;
    rows.push_back(narrow(select(input, 0, t), 0, 0, alive));
    sizes.as<int64_t>()[t] = alive;
  }
  return {cat(rows, 0), sizes};
}
Pair pad_packed(const Tensor& data, const Tensor& sizes_tensor, bool batch_first,
                const Scalar& padding, int64_t total_length) {
  const std::vector<int64_t> sizes = batch_sizes_of(sizes_tensor);
  const int64_t steps = int64_t(sizes.size()), batch = sizes[0];
  TL_CHECK(
      total_length <= 0 || total_length >= steps,
      "Expected total_length to be at least the length of the longest sequence in input, but got total_length=",
      total_length, " and max sequence length being ", steps);
  DimVector shape(data.sizes());
  shape[0] = batch;
  shape.insert(0, std::max(total_length, steps));
  Tensor out = full(shape, padding, data.options());
  Tensor lengths(Fact(kLong, {batch}));
  int64_t at = 0;
  for (int64_t t = 0; t < steps; ++t) {
    narrow(select(out, 0, t), 0, 0, sizes[size_t(t)]).copy_(narrow(data, 0, at, sizes[size_t(t)]));
    at += sizes[size_t(t)];
    for (int64_t b = 0; b < sizes[size_t(t)]; ++b) lengths.as<int64_t>()[b] = t + 1;
  }
  return {batch_first ? transpose(out, 0, 1) : out, lengths};
}

std::vector<Tensor> params(int64_t gates, int64_t layers, bool bidirectional, int64_t I = 3,
                           int64_t H = 4) {
  std::vector<Tensor> p;
  uint64_t seed = 1;
  for (int64_t l = 0; l < layers; ++l)
    for (int d = 0; d < (bidirectional ? 2 : 1); ++d)
      for (const DimVector& s :
           {DimVector{gates * H, l ? H * (bidirectional ? 2 : 1) : I}, DimVector{gates * H, H},
            DimVector{gates * H}, DimVector{gates * H}})
        p.push_back(sample(s, kFloat, -0.5, 0.5, ++seed));
  return p;
}
std::vector<Tensor> two_states(int64_t n) {
  return {sample({n, 2, 4}, kFloat, -1, 1, 7), sample({n, 2, 4}, kFloat, -1, 1, 8)};
}
Tensor steps_alive() {
  Tensor t(Fact(kLong, {3}));
  t.as<int64_t>()[0] = t.as<int64_t>()[1] = 2;
  t.as<int64_t>()[2] = 1;
  return t;
}
Tensor lengths() {
  Tensor t(Fact(kLong, {2}));
  t.as<int64_t>()[0] = 3;
  t.as<int64_t>()[1] = 2;
  return t;
}
std::vector<Sample> lstm_samples() {
  return {
      {{sample({5, 2, 3}), two_states(1), params(4, 1, false), true, 1, 0., false, false, false}},
      {{sample({2, 5, 3}), two_states(4), params(4, 2, true), true, 2, 0., false, true, true}}};
}
std::vector<Sample> lstm_data_samples() {
  return {{{sample({5, 3}), steps_alive(), two_states(2), params(4, 1, true), true, 1, 0., false,
            true}}};
}
template <int64_t G>
std::vector<Sample> one_samples() {
  return {
      {{sample({5, 2, 3}), sample({1, 2, 4}), params(G, 1, false), true, 1, 0., false, false,
        false}},
      {{sample({2, 5, 3}), sample({4, 2, 4}), params(G, 2, true), true, 2, 0., false, true, true}}};
}
template <int64_t G>
std::vector<Sample> one_data_samples() {
  return {{{sample({5, 3}), steps_alive(), sample({2, 2, 4}), params(G, 1, true), true, 1, 0.,
            false, true}}};
}
template <int64_t G>
std::vector<Sample> cell_samples() {
  const auto p = params(G, 1, false);
  return {{{sample({2, 3}), sample({2, 4}), p[0], p[1], p[2], p[3]}}};
}
std::vector<Sample> lstm_cell_samples() {
  const auto p = params(4, 1, false);
  return {{{sample({2, 3}), std::vector<Tensor>{sample({2, 4}), sample({2, 4}, kFloat, -1, 1, 2)},
            p[0], p[1], p[2], p[3]}}};
}
std::vector<Sample> pack_samples() {
  return {{{sample({4, 2, 3}), lengths(), false}}, {{sample({2, 4, 3}), lengths(), true}}};
}
std::vector<Sample> pad_samples() {
  return {{{sample({5, 3}), steps_alive(), true, 0.5, 5}},
          {{sample({5, 3}), steps_alive(), false, 0., -1}}};
}

}  // namespace

#define TL_RNN_ARGS \
  "Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional"
#define TL_CELL_ARGS "Tensor w_ih, Tensor w_hh, Tensor? b_ih=None, Tensor? b_hh=None"
TL_OP(lstm){
    .schemas = {"aten::lstm.input(Tensor input, Tensor[] hx, " TL_RNN_ARGS
                ", bool batch_first) -> (Tensor, Tensor, Tensor)"},
    .function = function<lstm_input>,
    .traits = Trait::composite,
    .samples = TL_TEST(lstm_samples),
};
TL_OP(lstm_packed){
    .schemas = {"aten::lstm.data(Tensor data, Tensor batch_sizes, Tensor[] hx, " TL_RNN_ARGS
                ") -> (Tensor, Tensor, Tensor)"},
    .function = function<lstm_data>,
    .traits = Trait::composite,
    .samples = TL_TEST(lstm_data_samples),
};
TL_OP(gru){
    .schemas = {"aten::gru.input(Tensor input, Tensor hx, " TL_RNN_ARGS
                ", bool batch_first) -> (Tensor, Tensor)"},
    .function = function<one_input<gru_step>>,
    .traits = Trait::composite,
    .samples = TL_TEST(one_samples<3>),
};
TL_OP(gru_packed){
    .schemas = {"aten::gru.data(Tensor data, Tensor batch_sizes, Tensor hx, " TL_RNN_ARGS
                ") -> (Tensor, Tensor)"},
    .function = function<one_data<gru_step>>,
    .traits = Trait::composite,
    .samples = TL_TEST(one_data_samples<3>),
};
TL_OP(rnn_tanh){
    .schemas = {"aten::rnn_tanh.input(Tensor input, Tensor hx, " TL_RNN_ARGS
                ", bool batch_first) -> (Tensor, Tensor)"},
    .function = function<one_input<tanh_step>>,
    .traits = Trait::composite,
    .samples = TL_TEST(one_samples<1>),
};
TL_OP(rnn_tanh_packed){
    .schemas = {"aten::rnn_tanh.data(Tensor data, Tensor batch_sizes, Tensor hx, " TL_RNN_ARGS
                ") -> (Tensor, Tensor)"},
    .function = function<one_data<tanh_step>>,
    .traits = Trait::composite,
    .samples = TL_TEST(one_data_samples<1>),
};
TL_OP(rnn_relu){
    .schemas = {"aten::rnn_relu.input(Tensor input, Tensor hx, " TL_RNN_ARGS
                ", bool batch_first) -> (Tensor, Tensor)"},
    .function = function<one_input<relu_step>>,
    .traits = Trait::composite,
    .samples = TL_TEST(one_samples<1>),
};
TL_OP(rnn_relu_packed){
    .schemas = {"aten::rnn_relu.data(Tensor data, Tensor batch_sizes, Tensor hx, " TL_RNN_ARGS
                ") -> (Tensor, Tensor)"},
    .function = function<one_data<relu_step>>,
    .traits = Trait::composite,
    .samples = TL_TEST(one_data_samples<1>),
};
TL_OP(lstm_cell){
    .schemas = {"aten::lstm_cell(Tensor input, Tensor[] hx, " TL_CELL_ARGS ") -> (Tensor, Tensor)"},
    .function = function<lstm_cell_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(lstm_cell_samples),
};
TL_OP(gru_cell){
    .schemas = {"aten::gru_cell(Tensor input, Tensor hx, " TL_CELL_ARGS ") -> Tensor"},
    .function = function<cell<gru_step>>,
    .traits = Trait::composite,
    .samples = TL_TEST(cell_samples<3>),
};
TL_OP(rnn_tanh_cell){
    .schemas = {"aten::rnn_tanh_cell(Tensor input, Tensor hx, " TL_CELL_ARGS ") -> Tensor"},
    .function = function<cell<tanh_step>>,
    .traits = Trait::composite,
    .samples = TL_TEST(cell_samples<1>),
};
TL_OP(rnn_relu_cell){
    .schemas = {"aten::rnn_relu_cell(Tensor input, Tensor hx, " TL_CELL_ARGS ") -> Tensor"},
    .function = function<cell<relu_step>>,
    .traits = Trait::composite,
    .samples = TL_TEST(cell_samples<1>),
};
TL_OP(pack_padded_sequence){
    .schemas =
        {"aten::_pack_padded_sequence(Tensor input, Tensor lengths, bool batch_first) -> (Tensor, Tensor)"},
    .function = function<pack_padded>,
    .traits = Trait::composite | Trait::copied_out,
    .samples = TL_TEST(pack_samples),
};
TL_OP(pad_packed_sequence){
    .schemas =
        {"aten::_pad_packed_sequence(Tensor data, Tensor batch_sizes, bool batch_first, Scalar padding_value, int total_length) -> (Tensor, Tensor)"},
    .function = function<pad_packed>,
    .traits = Trait::composite,
    .samples = TL_TEST(pad_samples),
};
#undef TL_RNN_ARGS
#undef TL_CELL_ARGS
}  // namespace ops
}  // namespace tealight
