// Quantized functions, with the parameters that their prepack functions make.
#include "functions.h"

namespace tealight::parity {
namespace {

std::vector<std::pair<Value, FunctionSample>>& recipes() {
  static std::vector<std::pair<Value, FunctionSample>> all;
  return all;
}

Tensor doubles(int64_t n, double lo, double hi) { return sample({n}, kDouble, lo, hi, 9); }
Tensor bytes(IntArrayRef sizes, double scale = 0.05, int64_t zero = 100, uint64_t seed = 1) {
  return quantize_per_tensor(sample(sizes, kFloat, -3, 3, seed), scale, zero, kQUInt8);
}
Tensor weights(IntArrayRef sizes) {
  return quantize_per_tensor(sample(sizes, kFloat, -1, 1, 5), 0.02, 0, kQInt8);
}
Tensor channel_weights(IntArrayRef sizes, int64_t axis = 0) {
  const int64_t n = sizes[size_t(axis)];
  return quantize_per_channel(sample(sizes, kFloat, -1, 1, 5), doubles(n, 0.01, 0.03),
                              zeros({n}, TensorOptions(kLong)), axis, kQInt8);
}

void quantized_pointwise(Samples& all) {
  const Value none;
  const Tensor a = bytes({2, 3, 4, 5}), b = bytes({2, 3, 4, 5}, 0.04, 120, 2);
  for (const char* name :
       {"quantized::add", "quantized::add_relu", "quantized::mul", "quantized::mul_relu"})
    all.push_back({name, {a, b, 0.07, 110}});
  for (const char* name :
       {"quantized::add_scalar", "quantized::add_scalar_relu", "quantized::add.Scalar",
        "quantized::add_relu.Scalar", "quantized::mul_scalar", "quantized::mul_scalar_relu",
        "quantized::mul.Scalar", "quantized::mul_relu.Scalar"})
    for (double number : {1.25, -0.5, 0.}) all.push_back({name, {a, number}});
  all.push_back({"quantized::matmul", {bytes({3, 4}), bytes({4, 5}, 0.04, 120, 2), 0.3, 100}});
  for (const char* name : {"quantized::cat", "quantized::cat_relu"}) {
    all.push_back({name, {tensors({a, b}), 1, 0.06, 90}});
    all.push_back({name, {tensors({a, b}), -1, none, none}});
  }
  all.push_back({"quantized::clamp", {a, -1.0, 2.0}});
  all.push_back({"quantized::relu6", {a, false}});
  all.push_back({"quantized::celu", {a, 0.05, 100, 1.2}});
  all.push_back({"quantized::elu", {a, 0.05, 100, 1.2, 1, 1}});
  all.push_back({"quantized::hardswish", {a, 0.05, 100}});
  all.push_back({"quantized::sigmoid", {a, 1. / 256, 0}});
  all.push_back({"quantized::leaky_relu", {a, 0.2, false, 0.05, 100}});
  all.push_back({"quantized::prelu", {a, sample({3}, kFloat, 0, 1), 0.05, 100}});
  all.push_back({"quantized::softmax", {a, -1, 1. / 256, 0}});
  all.push_back(
      {"aten::quantized_max_pool2d", {a, Ints{2, 2}, Ints{2, 2}, Ints{0, 0}, Ints{1, 1}, false}});
  all.push_back({"aten::dequantize.tensors", {tensors({a, b})}});
  all.push_back({"aten::dequantize.list", {tensors({a, b})}});
  all.push_back({"aten::dequantize.tensor", {a}});
  all.push_back(
      {"aten::_make_per_tensor_quantized_tensor", {sample({2, 3}, kByte, 0, 255), 0.1, 7}});
  all.push_back({"aten::_make_per_channel_quantized_tensor",
                 {sample({2, 3}, kChar, -99, 99), doubles(2, 0.1, 0.2), longs({0, 3}), 0}});
  all.push_back({"aten::quantize_per_tensor.tensor_qparams",
                 {sample({2, 3}), sample({}, kFloat, 0.1, 0.2), sample({}, kInt, 0, 9), kQUInt8}});
}

// A number first or in a tensor; results into a tensor whose scale and zero point hold.
void quantized_forms(Samples& all) {
  const Tensor a = bytes({2, 3, 4}), b = bytes({2, 3, 4}, 0.04, 120, 2);
  const auto out = [](double scale = 0.05, int64_t zero = 100) {
    return bytes({2, 3, 4}, scale, zero, 3);
  };
  for (const std::string name :
       {"quantized::add", "quantized::add_relu", "quantized::mul", "quantized::mul_relu"}) {
    all.push_back({name + ".Scalar2", {1.25, a}});
    all.push_back({name + ".out", {a, b, out(0.07, 110)}});
    all.push_back({name + "_out", {a, b, out(0.07, 110)}});
  }
  const Tensor number = sample({}, kFloat, 1, 2);
  for (const std::string kind : {"add", "mul"}) {
    std::vector<Value> plain{a, 0.}, relu{a, 0.};
    call(find_overload("quantized::" + kind + "_scalar"), plain);
    call(find_overload("quantized::" + kind + "_scalar_relu"), relu);
    const auto like = [&](const std::vector<Value>& result) {
      const Tensor r = result.at(0).toTensor();
      return out(r.q_scale(), r.q_zero_point());
    };
    for (const std::string form : {"", "_relu"}) {
      const Tensor into = like(form.empty() ? plain : relu);
      all.push_back({"quantized::" + kind + form + ".Scalar_out", {a, 0., into}});
      all.push_back({"quantized::" + kind + "_scalar" + form + "_out", {a, 0., into}});
      all.push_back({"quantized::" + kind + "_scalar" + form + ".Tensor", {a, number}});
      all.push_back({"quantized::" + kind + "_scalar" + form + "_out.Tensor", {a, number, into}});
    }
  }
  all.push_back({"aten::quantize_per_tensor.tensors",
                 {tensors({sample({2, 3}), sample({4})}), sample({2}, kFloat, 0.1, 0.2),
                  longs({3, 5}), kQUInt8}});
  all.push_back({"aten::_make_per_tensor_quantized_tensor.out",
                 {sample({2, 3}, kByte, 0, 255), 0.1, 7, bytes({2, 3}, 0.1, 7)}});
  all.push_back({"aten::quantize_per_tensor.tensor_qparams_out",
                 {sample({2, 3}), sample({}, kFloat, 0.1, 0.2), sample({}, kInt, 0, 9), kQUInt8,
                  bytes({2, 3})}});
}

void quantized_norms(Samples& all) {
  const auto channel = [](double lo, double hi, uint64_t seed) {
    return sample({4}, kFloat, lo, hi, seed);
  };
  const Tensor weight = channel(0.5, 1.5, 2), bias = channel(-1, 1, 3), mean = channel(-1, 1, 4),
               variance = channel(0.5, 2, 5);
  for (int64_t dims : {1, 2, 3})
    for (const char* relu : {"", "_relu"}) {
      const Ints sizes = dims == 1   ? Ints{2, 4}
                         : dims == 2 ? Ints{2, 4, 3, 5}
                                     : Ints{2, 4, 3, 5, 2};
      all.push_back({str("quantized::batch_norm", dims, "d", relu),
                     {bytes(sizes), weight, bias, mean, variance, 1e-5, 0.06, 110}});
    }
  const Tensor x = bytes({2, 4, 3, 5});
  all.push_back({"quantized::group_norm", {x, 2, weight, bias, 1e-5, 0.03, 110}});
  all.push_back({"quantized::instance_norm", {x, weight, bias, 1e-5, 0.03, 110}});
  all.push_back({"quantized::layer_norm",
                 {x, Ints{5}, sample({5}, kFloat, 0.5, 1.5), sample({5}), 1e-5, 0.03, 110}});
}

void quantized_linear(Samples& all) {
  const Value none;
  const Tensor x = bytes({3, 6}), floats = sample({3, 6}), bias = sample({5});
  for (const Tensor& w : {weights({5, 6}), channel_weights({5, 6})})
    for (const Value& b : {none, Value(bias)}) {
      const Value packed = made("quantized::linear_prepack", {w, b});
      for (const char* name : {"quantized::linear", "quantized::linear_relu"})
        all.push_back({name, {x, packed, 0.08, 120}});
      for (const char* name : {"quantized::linear_dynamic", "quantized::linear_relu_dynamic"})
        all.push_back({name, {floats, packed, false}});
      all.push_back({"quantized::linear_unpack", {packed}});
    }
  const Value half =
      made("quantized::linear_prepack_fp16", {sample({5, 6}, kFloat, -1, 1, 5), bias});
  for (const char* name : {"quantized::linear_dynamic_fp16", "quantized::linear_relu_dynamic_fp16"})
    all.push_back({name, {floats, half}});
  all.push_back({"quantized::linear_unpack_fp16", {half}});
}

void quantized_conv(Samples& all) {
  const auto add = [&](int64_t d, const Tensor& x, const Tensor& w, int64_t groups) {
    const auto each = [&](int64_t n) { return Ints(size_t(d), n); };
    const Tensor bias = sample({w.size(0)});
    const Value packed =
        made(str("quantized::conv", d, "d_prepack"), {w, bias, each(2), each(1), each(1), groups});
    const char* form = d == 1 ? "" : ".new";
    for (const char* relu : {"", "_relu"})
      all.push_back({str("quantized::conv", d, "d", relu, form), {x, packed, 0.1, 120}});
    all.push_back({str("quantized::conv", d, "d_unpack"), {packed}});
    if (d == 2) all.push_back({"quantized::conv_unpack", {packed}});
    if (d == 1) return;
    for (const char* relu : {"", "_relu"})
      all.push_back({str("quantized::conv", d, "d", relu),
                     {x, packed, each(2), each(1), each(1), groups, 0.1, 120}});
  };
  add(1, bytes({2, 4, 9}), weights({6, 2, 3}), 2);
  for (const Tensor& w : {weights({6, 2, 3, 3}), channel_weights({6, 2, 3, 3})})
    add(2, bytes({2, 4, 7, 6}), w, 2);
  add(2, bytes({1, 8, 7, 6}), channel_weights({8, 1, 3, 3}), 8);
  add(2, bytes({1, 8, 7, 6}), channel_weights({16, 8, 1, 1}), 1);
  // biases that do not fit into 32 bits
  add(2, bytes({1, 4, 5, 6}),
      quantize_per_channel(sample({6, 4, 1, 1}, kFloat, -2e-8, 2e-8), doubles(6, 1e-8, 2e-8),
                           zeros({6}, TensorOptions(kLong)), 0, kQInt8),
      1);
  add(3, bytes({1, 4, 5, 6, 4}), weights({6, 4, 3, 3, 3}), 1);
  const auto transposed = [&](int64_t d, const Tensor& x, const Tensor& w) {
    const auto each = [&](int64_t n) { return Ints(size_t(d), n); };
    const Value packed = made(str("quantized::conv_transpose", d, "d_prepack"),
                              {w, sample({w.size(1)}), each(2), each(1), each(1), each(1), 1});
    all.push_back({str("quantized::conv_transpose", d, "d"), {x, packed, 0.1, 120}});
    if (d < 3) all.push_back({str("quantized::conv_transpose", d, "d_unpack"), {packed}});
  };
  transposed(1, bytes({2, 4, 9}), weights({4, 6, 3}));
  transposed(2, bytes({2, 4, 5, 6}), weights({4, 6, 3, 3}));
  transposed(3, bytes({1, 4, 3, 4, 3}), weights({4, 6, 3, 3, 3}));
}

void quantized_embedding(Samples& all) {
  const Value table = made(
      "aten::quantize_per_channel",
      {sample({6, 8}), sample({6}, kFloat, 0.01, 0.03), sample({6}, kFloat, -2, 2, 4), 0, kQUInt8});
  const Value packed = made("quantized::embedding_bag_prepack", {table});
  const Tensor index = longs({1, 0, 3, 5, 2}), offsets = longs({0, 2, 2});
  all.push_back({"quantized::embedding_byte", {packed, index, false}});
  all.push_back({"quantized::embedding_bag_byte",
                 {packed, index, offsets, false, 0, false, Value(), Value(), false}});
  all.push_back(
      {"quantized::embedding_bag_byte",
       {packed, index, offsets, false, 0, false, sample({5}, kFloat, 0, 1), Value(), false}});
  all.push_back({"quantized::embedding_bag_unpack", {packed}});
}

void quantized_recurrent(Samples& all) {
  const auto cell = [](int64_t gates, int64_t inputs, int64_t hidden) {
    const auto packed = [&](int64_t columns, uint64_t seed) {
      return made("quantized::linear_prepack",
                  {quantize_per_tensor(sample({gates * hidden, columns}, kFloat, -1, 1, seed), 0.02,
                                       0, kQInt8),
                   sample({gates * hidden}, kFloat, -1, 1, seed + 1)});
    };
    return std::pair(packed(inputs, 11), packed(hidden, 13));
  };
  const auto params = [&](int64_t gates, int64_t inputs, int64_t hidden) {
    const auto [ih, hh] = cell(gates, inputs, hidden);
    const Tensor b = sample({gates * hidden}, kFloat, -1, 1, 17);
    return made("quantized::make_quantized_cell_params_dynamic", {ih, hh, b, b, false});
  };
  const Tensor x = sample({5, 2, 6}), h = sample({1, 2, 4}, kFloat, -1, 1, 7),
               c = sample({1, 2, 4}, kFloat, -1, 1, 8);
  const auto list = [](const Value& v) { return make_list(Type::get(TypeKind::Any), {v}); };
  all.push_back({"aten::quantized_lstm.input",
                 {x, tensors({h, c}), list(params(4, 6, 4)), true, 1, 0., false, false, false,
                  kQInt8, true}});
  all.push_back({"aten::quantized_gru.input",
                 {x, h, list(params(3, 6, 4)), true, 1, 0., false, false, false}});
  const Tensor batch = sample({7, 6}), batch_sizes = longs({2, 2, 2, 1});
  all.push_back({"aten::quantized_lstm.data",
                 {batch, batch_sizes, tensors({h, c}), list(params(4, 6, 4)), true, 1, 0., false,
                  false, kQInt8, true}});
  all.push_back({"aten::quantized_gru.data",
                 {batch, batch_sizes, h, list(params(3, 6, 4)), true, 1, 0., false, false}});
  const auto half = [](int64_t columns, uint64_t seed) {
    return made("quantized::linear_prepack_fp16",
                {sample({16, columns}, kFloat, -1, 1, seed), sample({16}, kFloat, -1, 1, seed)});
  };
  all.push_back(
      {"aten::quantized_lstm.input",
       {x, tensors({h, c}),
        list(made("quantized::make_quantized_cell_params_fp16", {half(6, 11), half(4, 13)})), true,
        1, 0., false, false, false, kHalf, true}});
  const Tensor step = sample({2, 6}), hidden = sample({2, 4}, kFloat, -1, 1, 7);
  const auto add = [&](const char* name, int64_t gates, const Value& state) {
    const auto [ih, hh] = cell(gates, 6, 4);
    const Tensor b = sample({gates * 4}, kFloat, -1, 1, 17);
    all.push_back({name, {step, state, ih, hh, b, b}});
  };
  add("quantized::quantized_lstm_cell_dynamic", 4,
      tensors({hidden, sample({2, 4}, kFloat, -1, 1, 8)}));
  add("quantized::quantized_gru_cell_dynamic", 3, hidden);
  add("quantized::quantized_rnn_relu_cell_dynamic", 1, hidden);
  add("quantized::quantized_rnn_tanh_cell_dynamic", 1, hidden);
}

void prepacked(Samples& all) {
  const Value none;
  const Ints one{1, 1}, zero{0, 0};
  for (const Value& bound : {none, Value(0.5)}) {
    const Value linear =
        made("prepacked::linear_clamp_prepack", {sample({5, 6}), sample({5}), none, bound});
    all.push_back({"prepacked::linear_clamp_run", {sample({3, 6}), linear}});
    all.push_back({"prepacked::unpack_prepacked_sizes_linear", {linear}});
    const Value conv = made("prepacked::conv2d_clamp_prepack",
                            {sample({6, 2, 3, 3}), sample({6}), one, one, one, 2, none, bound});
    all.push_back({"prepacked::conv2d_clamp_run", {sample({1, 4, 6, 5}), conv}});
    all.push_back({"prepacked::unpack_prepacked_sizes_conv2d", {conv}});
    const Value transposed =
        made("prepacked::conv2d_transpose_clamp_prepack",
             {sample({4, 3, 3, 3}), sample({3}), one, one, zero, one, 1, none, bound});
    all.push_back({"prepacked::conv2d_transpose_clamp_run", {sample({1, 4, 6, 5}), transposed}});
  }
}

}  // namespace

Value made(const std::string& name, const std::vector<Value>& args) {
  std::vector<Value> stack = args;
  call(find_overload(name), stack);
  recipes().emplace_back(stack.at(0), FunctionSample{name, args});
  return stack.at(0);
}
const FunctionSample* recipe_of(const Value& v) {
  for (const auto& [value, recipe] : recipes())
    if (value.is(v)) return &recipe;
  return nullptr;
}

std::vector<FunctionSample> quantized_function_samples() {
  Samples all;
  for (auto add : {quantized_pointwise, quantized_forms, quantized_norms, quantized_linear,
                   quantized_conv, quantized_embedding, quantized_recurrent, prepacked})
    add(all);
  return all;
}

}  // namespace tealight::parity
