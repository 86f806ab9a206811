// tealight::recurrent_layer: one layer and direction of an LSTM, a GRU or a plain recurrent net in
// float32, which aten::lstm and its kin are made of: one step of a plan.
#include "core/base.h"
#include "kernels/linear/linear.h"
#include "kernels/recurrent/recurrent.h"
#include "ops/gradients.h"
#include "ops/linear/linear.h"
#include "ops/recurrent/recurrent.h"
#include "ops/samples.h"
#include "tealight/grad_mode.h"
#include "tealight/ops.h"

namespace tealight {
namespace ops {
namespace {

using namespace kernels;

std::optional<Cell> cell_named(std::string_view name) {
  if (name == "lstm") return Cell::lstm;
  if (name == "gru") return Cell::gru;
  if (name == "tanh") return Cell::tanh;
  if (name == "relu") return Cell::relu;
  return std::nullopt;
}

// Arguments by their places.
enum { kInput, kH0, kC0, kWIh, kWHh, kBIh, kBHh };

bool fits(Cell cell, const Fact& x, const Fact& h0, OptionalFact c0, const Fact& w_ih,
          const Fact& w_hh, OptionalFact b_ih, OptionalFact b_hh) {
  if (x.dim() != 3 || h0.dim() != 2 || w_ih.dim() != 2 || w_hh.dim() != 2) return false;
  for (OptionalFact f : {&x, &h0, c0, &w_ih, &w_hh, b_ih, b_hh})
    if (f && f->dtype != kFloat) return false;
  const int64_t H = h0.sizes[1], G = gate_count(cell) * H;
  for (OptionalFact b : {b_ih, b_hh})
    if (b && (b->dim() != 1 || b->sizes[0] != G)) return false;
  return h0.sizes[0] == x.sizes[1] && (c0 != nullptr) == (cell == Cell::lstm) &&
         (!c0 || c0->sizes == h0.sizes) && w_ih.sizes == DimVector{G, x.sizes[2]} &&
         w_hh.sizes == DimVector{G, H};
}

std::vector<Fact> infer_layer(const Fact& x, const Fact& h0, OptionalFact c0, const Fact& w_ih,
                              const Fact& w_hh, OptionalFact b_ih, OptionalFact b_hh,
                              std::string_view name, bool) {
  const std::optional<Cell> cell = cell_named(name);
  TL_CHECK(cell, "recurrent_layer: no cell is called '", name, "'");
  TL_CHECK(fits(*cell, x, h0, c0, w_ih, w_hh, b_ih, b_hh), "recurrent_layer: input ", x.sizes,
           ", state ", h0.sizes, " and weights ", w_ih.sizes, ", ", w_hh.sizes,
           " must be float32 and fit each other");
  return {Fact(kFloat, {x.sizes[0], x.sizes[1], h0.sizes[1]}), Fact(kFloat, h0.sizes),
          Fact(kFloat, c0 ? c0->sizes : DimVector{0})};
}
std::vector<Fact> infer_kept(const Fact& x, const Fact& h0, OptionalFact c0, const Fact& w_ih,
                             const Fact& w_hh, OptionalFact b_ih, OptionalFact b_hh,
                             std::string_view name, bool reverse) {
  TL_CHECK(name == "lstm", "recurrent_layer_kept: there is none for '", name, "'");
  std::vector<Fact> facts = infer_layer(x, h0, c0, w_ih, w_hh, b_ih, b_hh, name, reverse);
  facts.push_back(Fact(kFloat, {x.sizes[0], x.sizes[1], w_hh.sizes[0]}));
  facts.push_back(facts[0]);
  return facts;
}

RecurrentShape shape_of(const Call& c) {
  const Fact& x = c.in(kInput);
  return {*cell_named(c.arg<std::string_view>(7)),
          x.sizes[0],
          x.sizes[1],
          x.sizes[2],
          c.in(kH0).sizes[1],
          c.arg<bool>(8)};
}
void run(const RecurrentShape& s, const void* w_ih, const void* w_hh, const Pointers& p,
         void* scratch) {
  const RecurrentWeights weights{static_cast<const float*>(w_ih), static_cast<const float*>(w_hh),
                                 p.in<float>(kBIh), p.in<float>(kBHh)};
  recurrent_f32(s, weights, p.in<float>(kInput), p.in<float>(kH0), p.in<float>(kC0), p.out<float>(),
                p.out<float>(1), p.out<float>(2), scratch);
}
Offer prepare_packed(const Call& c) {
  if (!c.inputs[kWIh]->storage() || !c.inputs[kWHh]->storage()) return "the weights are not known";
  const RecurrentShape s = shape_of(c);
  return Kernel(
      [s, w_ih = packed_linear_weights(*c.inputs[kWIh]),
       w_hh = packed_linear_weights(*c.inputs[kWHh])](const Pointers& p) {
        run(s, w_ih->data(), w_hh->data(), p, p.scratch<void>());
      },
      recurrent_scratch_bytes(s));
}
// Weights that are not known before, or change with every step: packed where they are used.
struct PackedInScratch {
  RecurrentShape s;
  int64_t G;
  size_t hh_at, end;  // bytes
  explicit PackedInScratch(const RecurrentShape& shape)
      : s(shape),
        G(gate_count(s.cell) * s.hidden),
        hh_at(size_t(round_up(int64_t(linear_weights_bytes(G, s.inputs)), 64))),
        end(hh_at + size_t(round_up(int64_t(linear_weights_bytes(G, s.hidden)), 64))) {}
  std::pair<float*, float*> pack(const Pointers& p) const {
    float *w_ih = p.scratch<float>(), *w_hh = p.scratch<float>(hh_at);
    pack_linear_weights(G, s.inputs, p.in<float>(kWIh), s.inputs, w_ih);
    pack_linear_weights(G, s.hidden, p.in<float>(kWHh), s.hidden, w_hh);
    return {w_ih, w_hh};
  }
};
Offer prepare_unpacked(const Call& c) {
  const RecurrentShape s = shape_of(c);
  const PackedInScratch weights(s);
  return Kernel(
      [=](const Pointers& p) {
        const auto [w_ih, w_hh] = weights.pack(p);
        run(s, w_ih, w_hh, p, p.scratch<void>(weights.end));
      },
      weights.end + recurrent_scratch_bytes(s));
}
Offer prepare_kept(const Call& c) {
  const RecurrentShape s = shape_of(c);
  const PackedInScratch weights(s);
  return Kernel(
      [=](const Pointers& p) {
        const auto [w_ih, w_hh] = weights.pack(p);
        lstm_kept_f32(s, {w_ih, w_hh, p.in<float>(kBIh), p.in<float>(kBHh)}, p.in<float>(kInput),
                      p.in<float>(kH0), p.in<float>(kC0), p.out<float>(), p.out<float>(1),
                      p.out<float>(2), p.out<float>(3), p.out<float>(4),
                      p.scratch<void>(weights.end));
      },
      weights.end + recurrent_scratch_bytes(s));
}
constexpr Impl kept_kernels[] = {{"lstm", prepare_kept}};
constexpr Impl layer_kernels[] = {{"packed", prepare_packed}, {"unpacked", prepare_unpacked}};

// ---- gradients: the gates are computed again, step by step, and followed backwards

// What one step's cell passes on: to the two products, and to the state before past them.
struct StepGradient {
  Tensor from_input, from_hidden, h, c;
};
Tensor through_sigmoid(const Tensor& g, const Tensor& y) { return mul(g, mul(y, rsub(y, 1))); }
Tensor through_tanh(const Tensor& g, const Tensor& y) { return mul(g, rsub(mul(y, y), 1)); }

StepGradient lstm_gradient(const Tensor& gates, const CellState& before, const Tensor& c,
                           const Tensor& dh, const Tensor& dc) {
  const std::vector<Tensor> v = chunk(gates, 4, -1);
  const Tensor i = sigmoid(v[0]), f = sigmoid(v[1]), g = tanh(v[2]), o = sigmoid(v[3]),
               tanh_c = tanh(c), d = add(dc, through_tanh(mul(dh, o), tanh_c));
  const Tensor to_gates = cat({through_sigmoid(mul(d, g), i), through_sigmoid(mul(d, before.c), f),
                               through_tanh(mul(d, i), g), through_sigmoid(mul(dh, tanh_c), o)},
                              -1);
  return {to_gates, to_gates, {}, mul(d, f)};
}
StepGradient gru_gradient(const Tensor& from_input, const Tensor& from_hidden, const Tensor& before,
                          const Tensor& dh) {
  const std::vector<Tensor> x = chunk(from_input, 3, -1), h = chunk(from_hidden, 3, -1);
  const Tensor r = sigmoid(add(x[0], h[0])), z = sigmoid(add(x[1], h[1])),
               n = tanh(add(x[2], mul(r, h[2])));
  const Tensor dn = through_tanh(mul(dh, rsub(z, 1)), n), dr = through_sigmoid(mul(dn, h[2]), r),
               dz = through_sigmoid(mul(dh, sub(before, n)), z);
  return {cat({dr, dz, dn}, -1), cat({dr, dz, mul(dn, r)}, -1), mul(dh, z), {}};
}

// One step as it ran.
struct Ran {
  int64_t t;
  CellState before;
  Tensor from_input, from_hidden, c;
};

std::vector<Ran> run_again(const GradCall& g, Cell cell) {
  const auto bias = [&](size_t at) {
    return g.in(at).defined() ? std::optional(g.in(at)) : std::nullopt;
  };
  const Tensor inputs = linear(g.in(kInput), g.in(kWIh), bias(kBIh));
  const int64_t T = inputs.size(0);
  std::vector<Ran> steps;
  CellState s{g.in(kH0), g.in(kC0)};
  for (int64_t k = 0; k < T; ++k) {
    const int64_t t = g.arg<bool>(8) ? T - 1 - k : k;
    Ran step{t, s, select(inputs, 0, t), linear(s.h, g.in(kWHh), bias(kBHh)), {}};
    s.h = select(g.out(0), 0, t);
    if (cell == Cell::lstm)
      step.c = s.c = lstm_step(step.from_input, step.from_hidden, step.before).c;
    steps.push_back(step);
  }
  return steps;
}

StepGradient step_gradient(Cell cell, const Ran& s, const Tensor& y, const Tensor& dh,
                           const Tensor& dc) {
  if (cell == Cell::lstm)
    return lstm_gradient(add(s.from_input, s.from_hidden), s.before, s.c, dh, dc);
  if (cell == Cell::gru) return gru_gradient(s.from_input, s.from_hidden, s.before.h, dh);
  const Tensor d = cell == Cell::tanh ? through_tanh(dh, y) : mul(dh, gt(y, 0));
  return {d, d, {}, {}};
}

// The gradient of a weight (G, K) from those of its products (T, N, G) and what it met (T, N, K).
Tensor to_weight(const Tensor& d, const Tensor& x) {
  return matmul(transpose(flatten(d, 0, 1), 0, 1), flatten(x, 0, 1));
}

Grads layer_backward(const GradCall& g) {
  const Cell cell = *cell_named(g.args[7].toStringRef());
  const Tensor &x = g.in(kInput), &w_hh = g.in(kWHh);
  const auto start = [](const Tensor& given, const Tensor& like) {
    return given.defined() ? given : zeros_like(like);
  };
  Tensor dh = start(g.grads[1], g.in(kH0)), dc;
  if (cell == Cell::lstm) dc = start(g.grads[2], g.in(kC0));
  const std::vector<Ran> steps = run_again(g, cell);
  std::vector<Tensor> to_input(steps.size()), to_hidden(steps.size()), states(steps.size());
  for (size_t k = steps.size(); k-- > 0;) {
    const Ran& s = steps[k];
    if (g.grads[0].defined()) dh = add(dh, select(g.grads[0], 0, s.t));
    const StepGradient d = step_gradient(cell, s, select(g.out(0), 0, s.t), dh, dc);
    dh = matmul(d.from_hidden, w_hh);
    if (d.h.defined()) dh = add(dh, d.h);
    dc = d.c;
    const size_t at = size_t(s.t);
    to_input[at] = d.from_input, to_hidden[at] = d.from_hidden, states[at] = s.before.h;
  }
  Grads grads(7);
  grads[kH0] = dh, grads[kC0] = dc;
  if (steps.empty()) return grads;
  const Tensor d_in = stack(to_input, 0), d_hidden = stack(to_hidden, 0);
  grads[kInput] = matmul(d_in, g.in(kWIh));
  grads[kWIh] = to_weight(d_in, x), grads[kWHh] = to_weight(d_hidden, stack(states, 0));
  if (g.in(kBIh).defined()) grads[kBIh] = sum(d_in, {0, 1});
  if (g.in(kBHh).defined()) grads[kBHh] = sum(d_hidden, {0, 1});
  return grads;
}

// ---- the same for an LSTM whose gates were kept: all steps in one kernel

enum { kGradY, kGradH, kGradC, kGates, kCells, kFirstC, kWeights };

std::vector<Fact> infer_gates_gradient(OptionalFact, OptionalFact, OptionalFact, const Fact& gates,
                                       const Fact& cells, const Fact& c0, const Fact& w_hh, bool) {
  TL_CHECK(gates.dim() == 3 && c0.dim() == 2 &&
               w_hh.sizes == DimVector({gates.sizes[2], c0.sizes[1]}) &&
               cells.sizes == DimVector({gates.sizes[0], gates.sizes[1], c0.sizes[1]}),
           "lstm_gates_gradient: gates ", gates.sizes, ", cells ", cells.sizes, " and weights ",
           w_hh.sizes, " do not fit each other");
  return {Fact(kFloat, gates.sizes), Fact(kFloat, c0.sizes), Fact(kFloat, c0.sizes)};
}
Offer prepare_gates_gradient(const Call& c) {
  const Fact &gates = c.in(kGates), &c0 = c.in(kFirstC);
  const RecurrentShape s{Cell::lstm, gates.sizes[0], gates.sizes[1],
                         0,          c0.sizes[1],    c.arg<bool>(7)};
  return Kernel(
      [s](const Pointers& p) {
        lstm_gradient_f32(s, p.in<float>(kWeights),
                          {p.in<float>(kGradY), p.in<float>(kGradH), p.in<float>(kGradC)},
                          p.in<float>(kGates), p.in<float>(kCells), p.in<float>(kFirstC),
                          p.out<float>(0), p.out<float>(1), p.out<float>(2), p.scratch<void>());
      },
      lstm_gradient_scratch_bytes(s));
}
constexpr Impl gates_gradient_kernels[] = {{"lstm_f32", prepare_gates_gradient}};

Grads kept_backward(const GradCall& g) {
  if (GradMode::is_enabled() || g.grad(3).defined() || g.grad(4).defined())
    return layer_backward(g);
  static const Overload& op = find_overload("tealight::lstm_gates_gradient");
  const auto given = [](const Tensor& t) { return t.defined() ? std::optional(t) : std::nullopt; };
  const bool reverse = g.arg<bool>(8);
  const auto [d, h0, c0] = detail::call_as<std::tuple<Tensor, Tensor, Tensor>>(
      op, given(g.grad(0)), given(g.grad(1)), given(g.grad(2)), g.out(3), g.out(4), g.in(kC0),
      g.in(kWHh), reverse);
  Grads grads(7);
  grads[kH0] = h0, grads[kC0] = c0;
  const int64_t T = d.size(0);
  if (T == 0) return grads;
  const Tensor first = unsqueeze(g.in(kH0), 0),
               others = narrow(g.out(0), 0, reverse ? 1 : 0, T - 1),
               states = reverse ? cat({others, first}, 0) : cat({first, others}, 0);
  if (g.wants(kInput)) grads[kInput] = matmul(d, g.in(kWIh));
  if (g.wants(kWIh)) grads[kWIh] = to_weight(d, g.in(kInput));
  if (g.wants(kWHh)) grads[kWHh] = to_weight(d, states);
  if (g.wants(kBIh) || g.wants(kBHh)) {
    const Tensor bias = sum(d, {0, 1});
    if (g.in(kBIh).defined()) grads[kBIh] = bias;
    if (g.in(kBHh).defined()) grads[kBHh] = bias;
  }
  return grads;
}

std::vector<Sample> layer_samples() {
  std::vector<Sample> samples;
  const auto small = [](IntArrayRef sizes, uint64_t seed) {
    return sample(sizes, kFloat, -0.6, 0.6, seed);
  };
  for (const char* cell : {"lstm", "gru", "tanh", "relu"}) {
    const int64_t G = 3 * gate_count(*cell_named(cell));
    const bool lstm = G == 12;
    samples.push_back(
        {{small({3, 2, 4}, 1), small({2, 3}, 2), lstm ? Value(small({2, 3}, 3)) : Value(),
          small({G, 4}, 4), small({G, 3}, 5), small({G}, 6), small({G}, 7), cell, !lstm}});
  }
  return samples;
}

std::vector<Sample> kept_samples() {
  std::vector<Sample> samples(2, layer_samples()[0]);
  samples[1].args[8] = true;
  return samples;
}

}  // namespace

TL_OP(recurrent_layer){
    .schemas =
        {"tealight::recurrent_layer(Tensor input, Tensor h0, Tensor? c0, Tensor w_ih, Tensor w_hh, Tensor? b_ih, Tensor? b_hh, str cell, bool reverse) -> (Tensor, Tensor, Tensor)"},
    .infer = infer<infer_layer>,
    .kernels = layer_kernels,
    .backward = TL_TRAIN(layer_backward),
    .reads = {args(0, 1, 2, 3, 4, 5, 6), outs(0)},
    .samples = TL_TEST(layer_samples),
};

TL_OP(recurrent_layer_kept){
    .schemas =
        {"tealight::recurrent_layer_kept(Tensor input, Tensor h0, Tensor? c0, Tensor w_ih, Tensor w_hh, Tensor? b_ih, Tensor? b_hh, str cell, bool reverse) -> (Tensor, Tensor, Tensor, Tensor, Tensor)"},
    .infer = infer<infer_kept>,
    .kernels = kept_kernels,
    .backward = TL_TRAIN(kept_backward),
    .reads = {args(0, 1, 2, 3, 4, 5, 6), outs(0, 3, 4)},
    .samples = TL_TEST(kept_samples),
};
TL_OP(lstm_gates_gradient){
    .schemas =
        {"tealight::lstm_gates_gradient(Tensor? grad_y, Tensor? grad_h, Tensor? grad_c, Tensor gates, Tensor cells, Tensor c0, Tensor w_hh, bool reverse) -> (Tensor, Tensor, Tensor)"},
    .infer = infer<infer_gates_gradient>,
    .kernels = gates_gradient_kernels,
    .backward = TL_TRAIN(not_twice_differentiable),
};

}  // namespace ops

namespace {

// Whether a call with these tensors would be recorded for backward().
bool is_recorded(std::initializer_list<const Tensor*> tensors) {
  return GradMode::is_enabled() && std::any_of(tensors.begin(), tensors.end(), [](const Tensor* t) {
           return t->defined() && t->requires_grad();
         });
}

}  // namespace

std::optional<Tensor> DenseGates::layer(Step step, const Tensor& x, CellState& s,
                                        bool reverse) const {
  const char* cell = step == lstm_step   ? "lstm"
                     : step == gru_step  ? "gru"
                     : step == tanh_step ? "tanh"
                                         : "relu";
  const auto fact = [](const Tensor& t) { return t.defined() ? &t.fact() : nullptr; };
  const auto bias = [&](const std::optional<Tensor>& b) { return b ? fact(*b) : nullptr; };
  if (w_hr.defined() || !ops::fits(*ops::cell_named(cell), x.fact(), s.h.fact(), fact(s.c),
                                   w_ih.fact(), w_hh.fact(), bias(b_ih), bias(b_hh)))
    return std::nullopt;
  const bool lstm = s.c.defined();
  if (lstm && is_recorded({&x, &s.h, &s.c, &w_ih, &w_hh})) {
    static const Overload& kept = find_overload("tealight::recurrent_layer_kept");
    auto [y, h, c, gates, cells] =
        detail::call_as<std::tuple<Tensor, Tensor, Tensor, Tensor, Tensor>>(
            kept, x, s.h, s.c, w_ih, w_hh, b_ih, b_hh, cell, reverse);
    s = {h, c};
    return y;
  }
  static const Overload& op = find_overload("tealight::recurrent_layer");
  auto [y, h, c] = detail::call_as<std::tuple<Tensor, Tensor, Tensor>>(
      op, x, s.h, lstm ? std::optional(s.c) : std::nullopt, w_ih, w_hh, b_ih, b_hh, cell, reverse);
  s = {h, lstm ? c : Tensor()};
  return y;
}

}  // namespace tealight
