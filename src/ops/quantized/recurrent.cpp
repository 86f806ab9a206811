// Quantized recurrent networks and embeddings.
#include "ops/recurrent/recurrent.h"

#include "core/half.h"
#include "ops/copy.h"
#include "ops/fns.h"
#include "ops/quantize.h"
#include "ops/quantized/layers.h"
#include "tealight/ops.h"

namespace tealight::ops {
namespace {

struct PackedGates : Gates {
  intrusive_ptr<LinearParams> ih, hh;
  Tensor input(const Tensor& x) const override { return dynamic_linear(x, *ih); }
  Tensor hidden(const Tensor& h) const override { return dynamic_linear(h, *hh); }
};

// Until PyTorch 1.5 the list held the two packed weights of each cell one after the other.
bool holds_pairs(const ListImpl& params) {
  return params.size() % 2 == 0 && !params.empty() && params[0].isObject() &&
         params[0].toObjectRef().cls->name == LinearParams::kClassName;
}

RecurrentCall call_of(const Tensor& input, const ListImpl& params, int64_t layers, double dropout,
                      bool train, bool bidirectional, bool batch_first) {
  RecurrentCall c;
  const bool pairs = holds_pairs(params);
  for (size_t i = 0; i < params.size(); i += pairs ? 2 : 1) {
    auto g = std::make_unique<PackedGates>();
    if (pairs) {
      g->ih = custom_object<LinearParams>(params[i]);
      g->hh = custom_object<LinearParams>(params[i + 1]);
    } else {
      const auto cell = custom_object<CellParams>(params[i]);
      g->ih = cell->ih, g->hh = cell->hh;
    }
    c.gates.push_back(std::move(g));
  }
  c.input = input, c.layers = layers, c.dropout = dropout, c.train = train,
  c.bidirectional = bidirectional, c.batch_first = batch_first;
  return c;
}
std::vector<int64_t> batch_sizes_of(const Tensor& t) {
  TL_CHECK(t.dim() == 1 && t.scalar_type() == kLong && t.numel() > 0,
           "batch_sizes must be a 1-d int64 tensor with at least one element");
  const Tensor c = t.contiguous();
  std::vector<int64_t> r(c.as<int64_t>(), c.as<int64_t>() + c.numel());
  for (size_t i = 0; i < r.size(); ++i)
    TL_CHECK(r[i] > 0 && (i == 0 || r[i] <= r[i - 1]),
             "batch_sizes must be positive and not grow, but got ", DimVector(r));
  return r;
}
using Triple = std::tuple<Tensor, Tensor, Tensor>;
using Pair = std::tuple<Tensor, Tensor>;

Triple lstm_run(RecurrentCall c, const std::vector<Tensor>& hx) {
  TL_CHECK(hx.size() == 2, "quantized_lstm expects two hidden states");
  c.step = lstm_step, c.h0 = hx[0], c.c0 = hx[1];
  RecurrentResult r = run_recurrent(c);
  return {r.output, r.h, r.c};
}
Triple lstm_input(const Tensor& x, const std::vector<Tensor>& hx, const ListImpl& p, bool,
                  int64_t layers, double dropout, bool train, bool bidirectional, bool batch_first,
                  std::optional<ScalarType>, bool) {
  return lstm_run(call_of(x, p, layers, dropout, train, bidirectional, batch_first), hx);
}
Triple lstm_data(const Tensor& x, const Tensor& batch_sizes, const std::vector<Tensor>& hx,
                 const ListImpl& p, bool, int64_t layers, double dropout, bool train,
                 bool bidirectional, std::optional<ScalarType>, bool) {
  RecurrentCall c = call_of(x, p, layers, dropout, train, bidirectional, false);
  c.batch_sizes = batch_sizes_of(batch_sizes);
  return lstm_run(std::move(c), hx);
}
Pair gru_input(const Tensor& x, const Tensor& hx, const ListImpl& p, bool, int64_t layers,
               double dropout, bool train, bool bidirectional, bool batch_first) {
  RecurrentCall c = call_of(x, p, layers, dropout, train, bidirectional, batch_first);
  c.step = gru_step, c.h0 = hx;
  RecurrentResult r = run_recurrent(c);
  return {r.output, r.h};
}
Pair gru_data(const Tensor& x, const Tensor& batch_sizes, const Tensor& hx, const ListImpl& p, bool,
              int64_t layers, double dropout, bool train, bool bidirectional) {
  RecurrentCall c = call_of(x, p, layers, dropout, train, bidirectional, false);
  c.step = gru_step, c.h0 = hx, c.batch_sizes = batch_sizes_of(batch_sizes);
  RecurrentResult r = run_recurrent(c);
  return {r.output, r.h};
}

PackedGates cell_gates(const Value& w_ih, const Value& w_hh) {
  PackedGates g;
  g.ih = linear_params(w_ih), g.hh = linear_params(w_hh);
  return g;
}
// The biases of cells lie in the packed parameters; those passed beside them are the same.
Pair lstm_cell_q(const Tensor& x, const std::vector<Tensor>& hx, const Value& w_ih,
                 const Value& w_hh, const Tensor&, const Tensor&) {
  TL_CHECK(hx.size() == 2, "quantized_lstm_cell expects two hidden states");
  const PackedGates g = cell_gates(w_ih, w_hh);
  const CellState s = lstm_step(g.input(x), g.hidden(hx[0]), {hx[0], hx[1]});
  return {s.h, s.c};
}
template <Step S>
Tensor cell_q(const Tensor& x, const Tensor& hx, const Value& w_ih, const Value& w_hh,
              const Tensor&, const Tensor&) {
  const PackedGates g = cell_gates(w_ih, w_hh);
  return S(g.input(x), g.hidden(hx), {hx, {}}).h;
}

Value make_cell(const Value& w_ih, const Value& w_hh, const char* kind,
                const std::optional<Tensor>& b_ih, const std::optional<Tensor>& b_hh,
                std::vector<int64_t> ints) {
  const CustomClass* c = find_custom_class(CellParams::kClassName);
  std::vector<Tensor> biases;
  if (b_ih) biases.push_back(*b_ih);
  if (b_hh) biases.push_back(*b_hh);
  const Value state = make_tuple_value({kind, biases, make_list(Type::get(TypeKind::Float)), ints,
                                        make_list(Type::get(TypeKind::Any), {w_ih, w_hh})});
  return make_custom_object(*c, c->setstate(state));
}
Value make_dynamic_cell(const Value& w_ih, const Value& w_hh, const Tensor& b_ih,
                        const Tensor& b_hh, bool reduce_range) {
  return make_cell(w_ih, w_hh, "quantized_dynamic", b_ih, b_hh, {reduce_range});
}
Value make_half_cell(const Value& w_ih, const Value& w_hh) {
  return make_cell(w_ih, w_hh, "quantized_fp16", {}, {}, {});
}

// ---- embeddings: a row is q * scale + (-zero_point * scale), with both factors rounded to float16
// for 4 bits

Tensor embedding_rows(const Value& packed, const Tensor& indices) {
  const auto p = custom_object<EmbeddingParams>(packed);
  TL_CHECK(indices.scalar_type() == kLong || indices.scalar_type() == kInt,
           "quantized embedding: expected int32 or int64 indices, but got ", indices.scalar_type());
  const Tensor index = converted(indices, kLong).contiguous(), w = p->weight.contiguous();
  const Quantizer& q = *w.quantizer();
  const int64_t rows = w.size(0), columns = w.size(1);
  TL_CHECK(q.per_channel() && int64_t(q.scales.size()) == rows,
           "quantized embedding: the weight is not quantized per row");
  DimVector sizes(indices.sizes());
  sizes.push_back(columns);
  Tensor out(Fact(kFloat, sizes));
  float* to = out.as<float>();
  for (int64_t i = 0; i < index.numel(); ++i, to += columns) {
    const int64_t row = index.as<int64_t>()[i];
    if (row < 0 || row >= rows)
      throw IndexError(
          str("quantized embedding: index ", row, " is out of range of ", rows, " rows"));
    float scale = float(q.scales[size_t(row)]);
    const float zero = q.float_zero_points.empty() ? float(q.zero_points[size_t(row)])
                                                   : q.float_zero_points[size_t(row)];
    float offset = -zero * scale;
    if (p->bits == 4) scale = float(Half(scale)), offset = float(Half(offset));
    for (int64_t k = 0; k < columns; ++k) {
      const int64_t at = row * columns + k;
      const uint8_t v = p->bits == 4 && w.scalar_type() == kQUInt4x2
                            ? uint8_t(w.as<uint8_t>()[at / 2] >> (at % 2 * 4) & 15)
                            : w.as<uint8_t>()[at];
      to[k] = scale * float(v) + offset;
    }
  }
  return out;
}
Tensor embedding_byte(const Value& packed, const Tensor& indices, bool pruned) {
  TL_CHECK(!pruned, "quantized embedding: pruned weights are not supported");
  return embedding_rows(packed, indices);
}
Tensor embedding_bag_rows(const Value& packed, const Tensor& indices,
                          const std::optional<Tensor>& offsets, bool, int64_t mode, bool,
                          const std::optional<Tensor>& weights, const std::optional<Tensor>&,
                          bool include_last) {
  TL_CHECK(mode == 0, "quantized embedding_bag: only the mode 'sum' is supported");
  Tensor rows = embedding_rows(packed, indices);
  if (weights) rows = mul(rows, unsqueeze(reshape(*weights, indices.sizes()), -1));
  if (indices.dim() == 2) return sum(rows, {1});
  TL_CHECK(offsets, "quantized embedding_bag: offsets are needed for 1-d indices");
  const Tensor starts = converted(*offsets, kLong).contiguous();
  std::vector<Tensor> bags;
  const int64_t n = starts.numel() - (include_last ? 1 : 0);
  for (int64_t i = 0; i < n; ++i) {
    const int64_t from = starts.as<int64_t>()[i],
                  to = i + 1 < starts.numel() ? starts.as<int64_t>()[i + 1] : indices.numel();
    TL_CHECK(from >= 0 && from <= to && to <= indices.numel(), "quantized embedding_bag: offsets ",
             from, " to ", to, " are out of range");
    bags.push_back(sum(narrow(rows, 0, from, to - from), {0}));
  }
  return stack(bags, 0);
}
Value embedding_prepack(const Tensor& weight) {
  const CustomClass* c = find_custom_class(EmbeddingParams::kClassName);
  const int64_t bits = weight.scalar_type() == kQUInt4x2 ? 4 : 8;
  return make_custom_object(*c, c->setstate(make_tuple_value({1, std::vector<Tensor>{weight},
                                                              make_list(Type::get(TypeKind::Float)),
                                                              std::vector<int64_t>{bits}})));
}
Tensor embedding_unpack(const Value& packed) {
  return custom_object<EmbeddingParams>(packed)->weight;
}

#define TL_CELL "__torch__.torch.classes.rnn.CellParamsBase"
#define TL_LINEAR "__torch__.torch.classes.quantized.LinearPackedParamsBase"
#define TL_EMBEDDING "__torch__.torch.classes.quantized.EmbeddingPackedParamsBase"
#define TL_ARGS \
  TL_CELL       \
  "[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional"
#define TL_WEIGHTS TL_LINEAR " w_ih, " TL_LINEAR " w_hh, "
#define TL_BAG \
  "Tensor indices, Tensor? offsets=None, bool scale_grad_by_freq=False, int mode=0, bool pruned_weights=False, Tensor? per_sample_weights=None, Tensor? compressed_indices_mapping=None, bool include_last_offset=False) -> Tensor"
constexpr Fn rows[] = {
    TL_FN(
        "aten::quantized_lstm.input(Tensor input, Tensor[] hx, " TL_ARGS
        ", bool batch_first, *, ScalarType? dtype=None, bool use_dynamic=False) -> (Tensor, Tensor, Tensor)",
        lstm_input),
    TL_FN("aten::quantized_lstm.data(Tensor data, Tensor batch_sizes, Tensor[] hx, " TL_ARGS
          ", *, ScalarType? dtype=None, bool use_dynamic=False) -> (Tensor, Tensor, Tensor)",
          lstm_data),
    TL_FN("aten::quantized_gru.input(Tensor input, Tensor hx, " TL_ARGS
          ", bool batch_first) -> (Tensor, Tensor)",
          gru_input),
    TL_FN("aten::quantized_gru.data(Tensor data, Tensor batch_sizes, Tensor hx, " TL_ARGS
          ") -> (Tensor, Tensor)",
          gru_data),
    TL_FN("quantized::quantized_lstm_cell_dynamic(Tensor input, Tensor[] hx, " TL_WEIGHTS
          "Tensor bias_ih, Tensor bias_hh) -> (Tensor, Tensor)",
          lstm_cell_q),
    TL_FN("quantized::quantized_gru_cell_dynamic(Tensor input, Tensor hx, " TL_WEIGHTS
          "Tensor b_ih, Tensor b_hh) -> Tensor",
          cell_q<gru_step>),
    TL_FN("quantized::quantized_rnn_tanh_cell_dynamic(Tensor input, Tensor hx, " TL_WEIGHTS
          "Tensor b_ih, Tensor b_hh) -> Tensor",
          cell_q<tanh_step>),
    TL_FN("quantized::quantized_rnn_relu_cell_dynamic(Tensor input, Tensor hx, " TL_WEIGHTS
          "Tensor b_ih, Tensor b_hh) -> Tensor",
          cell_q<relu_step>),
    TL_FN("quantized::make_quantized_cell_params_dynamic(" TL_WEIGHTS
          "Tensor bias_ih, Tensor bias_hh, bool reduce_range=False) -> " TL_CELL,
          make_dynamic_cell),
    TL_FN("quantized::make_quantized_cell_params_fp16(" TL_LINEAR " w_ih, " TL_LINEAR
          " w_hh) -> " TL_CELL,
          make_half_cell),
    TL_FN("quantized::embedding_byte(" TL_EMBEDDING
          " weight, Tensor indices, bool pruned_weights=False) -> Tensor",
          embedding_byte),
    TL_FN("quantized::embedding_4bit(" TL_EMBEDDING
          " weight, Tensor indices, bool pruned_weights=False) -> Tensor",
          embedding_byte),
    TL_FN("quantized::embedding_bag_byte(" TL_EMBEDDING " weight, " TL_BAG, embedding_bag_rows),
    TL_FN("quantized::embedding_bag_4bit(" TL_EMBEDDING " weight, " TL_BAG, embedding_bag_rows),
    TL_FN("quantized::embedding_bag_prepack(Tensor weight) -> " TL_EMBEDDING, embedding_prepack),
    TL_FN("quantized::embedding_bag_unpack(" TL_EMBEDDING " W_prepack) -> Tensor",
          embedding_unpack),
};

}  // namespace
TL_FNS(quantized_recurrent){rows};
}  // namespace tealight::ops
