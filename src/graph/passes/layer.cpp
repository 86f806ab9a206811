#include "graph/passes/layer.h"

#include <algorithm>

#include "ops/copy.h"
#include "ops/packed.h"
#include "tealight/operators.h"
#include "tealight/ops.h"

namespace tealight::ir {
namespace {

bool is_one_of(const Node& n, std::initializer_list<std::string_view> kinds) {
  return std::any_of(kinds.begin(), kinds.end(), [&](std::string_view k) { return n.is(k); });
}

const Value* constant_argument(const Node& n, std::string_view name) {
  const Var* v = n.named_input(name);
  return v ? constant_value(v) : nullptr;
}

}  // namespace

std::optional<Layer> constant_layer(Node* n) {
  Layer layer{n, {}, {}};
  if (n->is("aten::linear")) {
    layer.linear = true;
  } else if (is_one_of(*n, {"aten::conv1d", "aten::conv2d", "aten::conv3d", "aten::_convolution",
                            "aten::convolution", "aten::conv_transpose1d", "aten::conv_transpose2d",
                            "aten::conv_transpose3d"})) {
    const Value* groups = constant_argument(*n, "groups");
    if (!groups) return std::nullopt;
    layer.groups = groups->toInt();
    layer.transposed = n->kind().starts_with("aten::conv_transpose");
    if (n->named_input("transposed")) {
      const Value* transposed = constant_argument(*n, "transposed");
      if (!transposed) return std::nullopt;
      layer.transposed = transposed->toBool();
    }
  } else {
    return std::nullopt;
  }
  const Value *weight = constant_argument(*n, "weight"), *bias = constant_argument(*n, "bias");
  if (!weight || !bias || !weight->isTensor() || !weight->toTensor().is_floating_point())
    return std::nullopt;
  layer.weight = weight->toTensor();
  if (bias->isTensor()) layer.bias = bias->toTensor();
  if (layer.bias && layer.bias->scalar_type() != layer.weight.scalar_type()) return std::nullopt;
  if (layer.weight.dim() < 2 || layer.groups < 1) return std::nullopt;
  return layer;
}

int64_t Layer::channels() const { return transposed ? weight.size(1) * groups : weight.size(0); }

namespace {

uint64_t hash_of(const Tensor& t) {
  uint64_t h = 1469598103934665603u;  // FNV-1a
  for (size_t i = 0; i < t.nbytes(); ++i) h = (h ^ t.as<uint8_t>()[i]) * 1099511628211u;
  return h;
}

// Rows of float weights, and their bias behind them. Kept beside the weights, so that plans for
// other sizes find it, and what kernels packed of it.
Tensor shared_scaled_rows(const Tensor& w, const std::optional<Tensor>& bias,
                          const Tensor& given_scale, const Tensor& given_shift, Tensor& new_bias) {
  const Tensor scale = contiguous(given_scale), shift = contiguous(given_shift);
  const int64_t rows = w.size(0), length = w.numel() / std::max<int64_t>(rows, 1);
  const Tensor b = bias ? contiguous(*bias) : Tensor();
  const std::string recipe =
      str("scaled;", hash_of(scale), ";", hash_of(shift), ";", b.defined() ? hash_of(b) : 0);
  const size_t weight_bytes = w.nbytes();
  auto storage = packed_weights(w, recipe, weight_bytes + size_t(rows) * 4, [&](void* to) {
    float* y = static_cast<float*>(to);
    const float* x = w.as<float>();
    for (int64_t row = 0; row < rows; ++row) {
      const double s = scale.as<double>()[row];
      for (int64_t i = 0; i < length; ++i) *y++ = float(double(*x++) * s);
    }
    for (int64_t row = 0; row < rows; ++row)
      *y++ = float((b.defined() ? double(b.as<float>()[row]) : 0) * scale.as<double>()[row] +
                   shift.as<double>()[row]);
  });
  new_bias = Tensor(storage, Fact(kFloat, {rows}), w.numel());
  return Tensor(storage, Fact(kFloat, w.sizes()), 0);
}

}  // namespace

// weight (O, I / groups, k...); of a transposed convolution (I, O / groups, k...), where the output
// channels of a group are fed by its share of the input's.
void Layer::scale_output(const Tensor& scale, const Tensor& shift) {
  const ScalarType dtype = weight.scalar_type();
  if (!transposed && dtype == kFloat && weight.is_contiguous() && weight.numel() > 0) {
    Tensor b;
    weight = shared_scaled_rows(weight, bias, scale, shift, b);
    bias = b;
    return replace_constants();
  }
  const Tensor w = weight.to(kDouble);
  const DimVector shape(w.sizes());
  DimVector factors(shape.size(), 1);
  if (transposed) {
    DimVector grouped = shape;
    factors.push_back(1);
    grouped[0] /= groups;
    grouped.insert(0, groups);
    factors[0] = groups;
    factors[2] = shape[1];
    weight = (w.reshape(grouped) * scale.reshape(factors)).reshape(shape).to(dtype);
  } else {
    factors[0] = shape[0];
    weight = (w * scale.reshape(factors)).to(dtype);
  }
  bias = (bias ? bias->to(kDouble) * scale + shift : shift).to(dtype);
  replace_constants();
}

void Layer::replace_constants() {
  Builder builder(node);
  builder.set_source(node->source());
  const auto replace = [&](std::string_view argument, const Tensor& value) {
    for (size_t i = 0; i < node->inputs().size(); ++i)
      if (node->overload()->schema.arguments[i].name == argument)
        node->set_input(i, builder.constant(value));
  };
  replace("weight", weight);
  replace("bias", *bias);
}

bool only_shape_is_used(const Var* v, const Node* except) {
  return std::all_of(v->uses().begin(), v->uses().end(), [&](const Use& u) {
    return u.user == except ||
           is_one_of(*u.user, {"aten::dim", "aten::size", "aten::numel", "aten::is_floating_point",
                               "prim::dtype", "prim::device", "prim::is_cuda", "prim::layout"});
  });
}

}  // namespace tealight::ir
