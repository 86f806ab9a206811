// States of packed-parameter classes, in every version that PyTorch wrote (docs/formats.md lists
// them).
#include "ops/quantized/classes.h"

#include "ops/copy.h"
#include "ops/quantize.h"
#include "ops/quantized/params.h"
#include "tealight/ops.h"

namespace tealight {
namespace {

#define TL_CLASS(name) "__torch__.torch.classes." name
constexpr const char* kConv2d = TL_CLASS("quantized.Conv2dPackedParamsBase");
constexpr const char* kConv3d = TL_CLASS("quantized.Conv3dPackedParamsBase");
constexpr const char* kSparseLinear = TL_CLASS("sparse.LinearPackedParamsBase");

const std::vector<Value>& fields(const Value& state, size_t at_least, const char* what) {
  const std::vector<Value>& items =
      state.isTuple() ? state.toTupleRef().items : state.toListRef().items;
  if (items.size() < at_least)
    corrupt(str(what, ": the packed parameters have ", items.size(), " fields where at least ",
                at_least, " are expected"));
  return items;
}
std::optional<Tensor> optional_tensor(const Value& v) {
  if (v.isNone() || !v.toTensor().defined()) return std::nullopt;
  return v.toTensor();
}
std::optional<Scalar> optional_scalar(const Value& v) {
  if (v.isNone()) return std::nullopt;
  return v.toScalar();
}
DimVector numbers(const Tensor& t) {
  const Tensor longs = converted(tealight::flatten(t), kLong).contiguous();
  return DimVector(IntArrayRef(longs.as<int64_t>(), size_t(longs.numel())));
}

// ---- convolutions

// [dims, stride..., padding..., dilation..., output padding..., groups, flags]
void read_config(ConvParams& p, const DimVector& config) {
  if (config.empty() || config[0] < 1 || config[0] > 3 ||
      int64_t(config.size()) != 4 * config[0] + 3)
    corrupt(str("packed convolution: the configuration ", config, " has a wrong length"));
  const size_t d = size_t(config[0]);
  const auto part = [&](size_t i) {
    return DimVector(config.begin() + 1 + i * d, config.begin() + 1 + (i + 1) * d);
  };
  p.stride = part(0), p.padding = part(1), p.dilation = part(2), p.output_padding = part(3);
  p.groups = config[1 + 4 * d];
  const int64_t flags = config[2 + 4 * d];
  if (flags & ~int64_t(1)) corrupt(str("packed convolution: flags ", flags, " are not known"));
  p.transpose = flags & 1;
}

void check_conv(const ConvParams& p) {
  if (!p.weight.defined() || p.weight.scalar_type() != kQInt8 || !p.weight.quantizer())
    corrupt("packed convolution: the weight is no qint8 tensor");
  if (p.weight.dim() != int64_t(p.dims()) + 2 || p.groups < 1)
    corrupt(str("packed convolution: weight ", p.weight.sizes(), " does not fit ", p.dims(),
                " dimensions and ", p.groups, " groups"));
  const int64_t outs = p.transpose ? p.weight.size(1) * p.groups : p.weight.size(0);
  if (p.bias && p.bias->numel() != outs)
    corrupt(str("packed convolution: bias ", p.bias->sizes(), " does not fit ", outs,
                " output channels"));
}

// Version 1: (weight, bias, [stride tensors], [padding tensors], [dilation tensors], groups tensor)
void read_conv_v1(ConvParams& p, const std::vector<Value>& f) {
  const auto list = [](const Value& v) {
    DimVector r;
    for (const Tensor& t : v.toTensorVector()) r.push_back(t.item().toLong());
    return r;
  };
  p.weight = f[0].toTensor();
  p.bias = optional_tensor(f[1]);
  p.stride = list(f[2]), p.padding = list(f[3]), p.dilation = list(f[4]);
  p.output_padding = DimVector(p.stride.size(), 0);
  p.groups = f[5].isTensor() ? f[5].toTensor().item().toLong() : f[5].toInt();
}

intrusive_ptr<intrusive_ptr_target> conv_setstate(const Value& state) {
  auto p = make_intrusive<ConvParams>();
  const std::vector<Value>& f = fields(state, 2, "packed convolution");
  if (f[0].isTensor()) {
    read_conv_v1(*p, fields(state, 6, "packed convolution"));
  } else if (f[0].isString()) {  // ("2", [config, weight], [bias])
    const std::vector<Tensor> tensors = f[1].toTensorVector();
    if (f.size() < 3 || tensors.size() < 2) corrupt("packed convolution: too few tensors");
    read_config(*p, numbers(tensors[0]));
    p->weight = tensors[1];
    const auto& optionals = f[2].toListRef().items;
    if (!optionals.empty()) p->bias = optional_tensor(optionals[0]);
  } else {  // (3, config, [None, weight, bias])
    if (f.size() < 3) corrupt("packed convolution: too few fields");
    read_config(*p, f[1].toDimVector());
    const auto tensors = f[2].toOptionalTensorVector();
    if (tensors.size() < 3 || !tensors[1]) corrupt("packed convolution: the weight is missing");
    p->weight = *tensors[1];
    p->bias = tensors[2];
  }
  check_conv(*p);
  return p;
}
Value conv_getstate(const Value& self) {
  const auto p = conv_params(self);
  std::vector<int64_t> config{int64_t(p->dims())};
  for (const DimVector* v : {&p->stride, &p->padding, &p->dilation, &p->output_padding})
    config.insert(config.end(), v->begin(), v->end());
  config.push_back(p->groups);
  config.push_back(p->transpose);
  Tensor numbers(Fact(kShort, {int64_t(config.size())}));
  for (size_t i = 0; i < config.size(); ++i) numbers.as<int16_t>()[i] = int16_t(config[i]);
  return make_tuple_value({"2", std::vector<Tensor>{numbers, p->weight},
                           make_list(Type::optional(Type::get(TypeKind::Tensor)),
                                     {p->bias ? Value(*p->bias) : Value()})});
}

using Stack = std::vector<Value>;
void reply(Stack& s, Value v) {
  s.clear();
  s.push_back(std::move(v));
}
// What a method takes besides `self` and gives: "(Tensor? bias) -> ()".
FunctionSchema schema_of_method(const std::string& cls, const std::string& name,
                                const std::string& signature) {
  const std::string rest = signature.substr(1);
  return parse_schema(name + "(" + cls + " self" + (rest[0] == ')' ? "" : ", ") + rest);
}
CustomMethod method(const CustomClass& c, const char* name, const char* signature,
                    std::function<void(Stack&)> call) {
  return {name, std::move(call), schema_of_method(c.name, name, signature)};
}
Value unpacked(const Tensor& weight, const std::optional<Tensor>& bias) {
  return make_tuple_value({weight, bias ? Value(*bias) : Value()});
}

// What the methods give, so that programs that call them have types.
void declare(CustomClass& c, std::initializer_list<std::pair<const char*, const char*>> returned) {
  for (CustomMethod& m : c.methods)
    for (const auto& [name, type] : returned)
      if (m.name == name) m.schema = parse_schema(str(name, "(", c.name, " self) -> ", type));
}

CustomClass conv_class(const char* name) {
  CustomClass c;
  c.name = name;
  c.setstate = conv_setstate;
  c.getstate = conv_getstate;
  constexpr const char* kInts = "() -> int[]";
  c.methods = {
      method(c, "unpack", "() -> (Tensor, Tensor?)",
             [](Stack& s) {
               const auto p = conv_params(s[0]);
               reply(s, unpacked(p->weight, p->bias));
             }),
      method(c, "weight", "() -> Tensor", [](Stack& s) { reply(s, conv_params(s[0])->weight); }),
      method(c, "bias", "() -> Tensor?",
             [](Stack& s) {
               const auto p = conv_params(s[0]);
               reply(s, p->bias ? Value(*p->bias) : Value());
             }),
      method(c, "stride", kInts, [](Stack& s) { reply(s, conv_params(s[0])->stride); }),
      method(c, "padding", kInts, [](Stack& s) { reply(s, conv_params(s[0])->padding); }),
      method(c, "output_padding", kInts,
             [](Stack& s) { reply(s, conv_params(s[0])->output_padding); }),
      method(c, "dilation", kInts, [](Stack& s) { reply(s, conv_params(s[0])->dilation); }),
      method(c, "groups", "() -> int", [](Stack& s) { reply(s, conv_params(s[0])->groups); }),
      method(c, "transpose", "() -> bool",
             [](Stack& s) { reply(s, conv_params(s[0])->transpose); }),
  };
  declare(c, {{"unpack", "(Tensor, Tensor?)"},
              {"weight", "Tensor"},
              {"bias", "Tensor?"},
              {"stride", "int[]"},
              {"padding", "int[]"},
              {"output_padding", "int[]"},
              {"dilation", "int[]"},
              {"groups", "int"},
              {"transpose", "bool"}});
  return c;
}

// ---- linear

intrusive_ptr<intrusive_ptr_target> linear_setstate(const Value& state) {
  const std::vector<Value>& f = fields(state, 2, "packed linear");
  auto p = make_intrusive<LinearParams>();
  p->weight = f[0].toTensor();
  p->bias = optional_tensor(f[1]);
  if (!p->weight.defined() || p->weight.dim() != 2)
    corrupt("packed linear: the weight is no matrix");
  if (p->bias && p->bias->numel() != p->weight.size(0))
    corrupt(
        str("packed linear: bias ", p->bias->sizes(), " does not fit weight ", p->weight.sizes()));
  if (p->weight.scalar_type() == kHalf) p->weight = converted(p->weight, kFloat);
  return p;
}
CustomClass linear_class() {
  CustomClass c;
  c.name = LinearParams::kClassName;
  c.setstate = linear_setstate;
  c.getstate = [](const Value& self) {
    const auto p = linear_params(self);
    return unpacked(p->weight, p->bias);
  };
  c.methods = {
      method(c, "unpack", "() -> (Tensor, Tensor?)",
             [](Stack& s) {
               const auto p = linear_params(s[0]);
               reply(s, unpacked(p->weight, p->bias));
             }),
      method(c, "bias", "() -> Tensor?",
             [](Stack& s) {
               const auto p = linear_params(s[0]);
               reply(s, p->bias ? Value(*p->bias) : Value());
             }),
      method(c, "set_bias", "(Tensor? bias) -> ()",
             [](Stack& s) {
               const auto p = linear_params(s[0]);
               p->bias = optional_tensor(s.at(1));
               reply(s, Value());
             }),
  };
  return c;
}

// Rows of blocks (1 x 4): (1, bias, 1, 4, scales, zero points, per tensor, row block starts, column
// blocks, bytes, O, I)
intrusive_ptr<intrusive_ptr_target> sparse_setstate(const Value& state) {
  const std::vector<Value>& f = fields(state, 12, "packed sparse linear");
  const int64_t block_rows = f[2].toInt(), block_columns = f[3].toInt(), rows = f[10].toInt(),
                columns = f[11].toInt();
  if (rows < 0 || columns < 0 || block_rows < 1 || block_columns < 1)
    corrupt("packed sparse linear: sizes are negative");
  numel_of({rows, columns});
  const DimVector starts = numbers(f[7].toTensor()), blocks = numbers(f[8].toTensor());
  const Tensor bytes = f[9].toTensor().contiguous(),
               scales = converted(f[4].toTensor(), kDouble).contiguous(),
               zeros = converted(f[5].toTensor(), kLong).contiguous();
  const bool per_tensor = f[6].toBool();
  const int64_t channels = per_tensor ? 1 : rows;
  if (scales.numel() < channels || zeros.numel() < channels || bytes.scalar_type() != kByte)
    corrupt("packed sparse linear: scales or zero points are missing");
  Fact fact(kQInt8, {rows, columns});
  fact.quantizer =
      per_tensor ? make_quantizer(scales.as<double>()[0], zeros.as<int64_t>()[0])
                 : make_quantizer(
                       std::vector<double>(scales.as<double>(), scales.as<double>() + rows),
                       std::vector<int64_t>(zeros.as<int64_t>(), zeros.as<int64_t>() + rows), 0);
  auto p = make_intrusive<LinearParams>();
  p->weight = Tensor(fact);
  p->bias = optional_tensor(f[1]);
  int8_t* w = p->weight.as<int8_t>();
  for (int64_t r = 0; r < rows; ++r)
    std::fill_n(w + r * columns, columns, int8_t(zeros.as<int64_t>()[per_tensor ? 0 : r]));
  for (int64_t band = 0; band * block_rows < rows; ++band) {
    if (size_t(band) + 1 >= starts.size()) corrupt("packed sparse linear: too few row starts");
    for (int64_t b = starts[size_t(band)]; b < starts[size_t(band) + 1]; ++b) {
      if (b < 0 || size_t(b) >= blocks.size() ||
          (b + 1) * block_rows * block_columns > bytes.numel())
        corrupt("packed sparse linear: a block lies outside the data");
      for (int64_t i = 0; i < block_rows * block_columns; ++i) {
        const int64_t r = band * block_rows + i / block_columns,
                      c = blocks[size_t(b)] * block_columns + i % block_columns;
        if (c < 0) corrupt("packed sparse linear: a block lies outside the matrix");
        if (r < rows && c < columns)
          w[r * columns + c] =
              int8_t(int(bytes.as<uint8_t>()[b * block_rows * block_columns + i]) - 128);
      }
    }
  }
  return p;
}

// ---- embeddings

intrusive_ptr<intrusive_ptr_target> embedding_setstate(const Value& state) {
  const std::vector<Value>& f =
      fields(state, 4, "packed embedding");  // (version, [weight], [], [bits])
  const std::vector<Tensor> tensors = f[1].toTensorVector();
  const std::vector<int64_t> ints = f[3].toIntVector();
  auto p = make_intrusive<EmbeddingParams>();
  if (tensors.empty() || ints.empty() || (ints[0] != 8 && ints[0] != 4))
    corrupt("packed embedding: the weight or its bit rate is missing");
  p->weight = tensors[0];
  p->bits = ints[0];
  if (p->weight.dim() != 2 || !p->weight.quantizer())
    corrupt("packed embedding: the weight is no quantized matrix");
  return p;
}
CustomClass embedding_class() {
  CustomClass c;
  c.name = EmbeddingParams::kClassName;
  c.setstate = embedding_setstate;
  c.getstate = [](const Value& self) {
    const auto p = custom_object<EmbeddingParams>(self);
    return make_tuple_value({1, std::vector<Tensor>{p->weight},
                             make_list(Type::get(TypeKind::Float)), std::vector<int64_t>{p->bits}});
  };
  c.methods = {
      method(c, "unpack", "() -> Tensor",
             [](Stack& s) { reply(s, custom_object<EmbeddingParams>(s[0])->weight); }),
      method(c, "bit_rate", "() -> int",
             [](Stack& s) { reply(s, custom_object<EmbeddingParams>(s[0])->bits); }),
      method(c, "version", "() -> int", [](Stack& s) { reply(s, 1); }),
  };
  return c;
}

// ---- cells: (kind, tensors, doubles, ints, [linear packed parameters])

intrusive_ptr<intrusive_ptr_target> cell_setstate(const Value& state) {
  const std::vector<Value>& f = fields(state, 5, "packed cell");
  auto p = make_intrusive<CellParams>();
  const std::string& kind = f[0].toStringRef();
  p->state = state;
  if (kind == "quantized_dynamic" || kind == "quantized_fp16") {
    const auto& parts = f[4].toListRef().items;
    if (parts.size() < 2) corrupt("packed cell: two linear layers are expected");
    p->ih = linear_params(parts[0]);
    p->hh = linear_params(parts[1]);
    p->half = kind == "quantized_fp16";
    const std::vector<int64_t> ints = f[3].toIntVector();
    p->reduce_range = !ints.empty() && ints[0] != 0;
    return p;
  }
  if (kind != "quantized") corrupt(str("packed cell: kind '", kind, "' is not known"));
  // tensors: w_ih, w_hh, b_ih, b_hh (int8), packed_ih, packed_hh (FBGEMM's layout, not needed),
  // column offsets
  const std::vector<Tensor> t = f[1].toTensorVector();
  const std::vector<double> scales = f[2].toDoubleVector();
  const std::vector<int64_t> zeros = f[3].toIntVector();
  if (t.size() < 4 || scales.size() < 2 || zeros.size() < 2)
    corrupt("packed cell: tensors or scales are missing");
  const auto layer = [&](size_t i) {
    auto l = make_intrusive<LinearParams>();
    const Tensor w = t[i].contiguous();
    if (w.dim() != 2 || w.itemsize() != 1) corrupt("packed cell: the weight is no matrix of bytes");
    Fact fact(kQInt8, w.sizes());
    fact.quantizer = make_quantizer(scales[i], zeros[i]);
    l->weight = Tensor(w.storage(), fact, w.storage_offset());
    l->bias = t[i + 2];
    return l;
  };
  p->ih = layer(0), p->hh = layer(1);
  return p;
}

// ---- float contexts: (weight, bias, stride, padding, [output padding], dilation, groups, min,
// max) and the like

intrusive_ptr<intrusive_ptr_target> conv_context(const Value& state, bool transposed) {
  const std::vector<Value>& f = fields(state, transposed ? 7 : 6, "packed convolution context");
  auto p = make_intrusive<FloatContext>();
  size_t i = 2;
  p->weight = f[0].toTensor();
  p->bias = optional_tensor(f[1]);
  p->stride = f[i++].toDimVector(), p->padding = f[i++].toDimVector();
  if (transposed) p->output_padding = f[i++].toDimVector();
  p->dilation = f[i++].toDimVector();
  p->groups = f[i++].toInt();
  p->transposed = transposed;
  if (i < f.size()) p->min = optional_scalar(f[i++]);
  if (i < f.size()) p->max = optional_scalar(f[i++]);
  p->state = state;
  return p;
}
intrusive_ptr<intrusive_ptr_target> linear_context(const Value& state) {
  const std::vector<Value>& f = fields(state, 2, "packed linear context");
  auto p = make_intrusive<FloatContext>();
  p->is_linear = true;
  p->weight = f[0].toTensor();
  p->bias = optional_tensor(f[1]);
  if (f.size() > 2) p->min = optional_scalar(f[2]);
  if (f.size() > 3) p->max = optional_scalar(f[3]);
  p->state = state;
  return p;
}
// mkldnn: (weight, bias, stride, padding, dilation, groups, input size, activation)
intrusive_ptr<intrusive_ptr_target> mkldnn_context(const Value& state) {
  const std::vector<Value>& f = fields(state, 8, "packed mkldnn convolution");
  auto p = make_intrusive<FloatContext>();
  p->weight = f[0].toTensor();
  p->bias = optional_tensor(f[1]);
  p->stride = f[2].toDimVector(), p->padding = f[3].toDimVector(), p->dilation = f[4].toDimVector();
  p->groups = f[5].toInt();
  p->attr = f[7].toStringRef();
  p->state = state;
  return p;
}
// Vulkan: (weight, bias, stride, padding, dilation, transposed, quantized, output padding, groups,
// min, max) in 1.13, and like XNNPACK's before.
intrusive_ptr<intrusive_ptr_target> vulkan_conv_context(const Value& state) {
  const std::vector<Value>& f = fields(state, 6, "packed Vulkan convolution");
  if (f.size() < 11 || !f[5].isBool()) return conv_context(state, false);
  auto p = make_intrusive<FloatContext>();
  p->weight = f[0].toTensor();
  p->bias = optional_tensor(f[1]);
  p->stride = f[2].toDimVector(), p->padding = f[3].toDimVector(), p->dilation = f[4].toDimVector();
  p->transposed = f[5].toBool();
  p->output_padding = f[7].toDimVector();
  p->groups = f[8].toInt();
  p->min = optional_scalar(f[9]), p->max = optional_scalar(f[10]);
  p->state = state;
  return p;
}

template <intrusive_ptr<intrusive_ptr_target> (*SetState)(const Value&)>
CustomClass context_class(const char* name) {
  CustomClass c;
  c.name = name;
  c.setstate = SetState;
  c.getstate = [](const Value& self) { return float_context(self)->state; };
  c.methods = {{"unpack", [](Stack& s) { reply(s, float_context(s[0])->state); }, {}}};
  return c;
}
intrusive_ptr<intrusive_ptr_target> plain_conv(const Value& s) { return conv_context(s, false); }
intrusive_ptr<intrusive_ptr_target> transposed_conv(const Value& s) {
  return conv_context(s, true);
}

// The payload of any class whose C++ part is T: several class names share one.
template <class T>
intrusive_ptr<T> payload(const Value& v, const char* what) {
  const ObjectImpl& o = v.toObjectRef();
  if (!o.slots.empty() && o.slots[0].isCapsule())
    if (auto p = dynamic_intrusive_pointer_cast<T>(o.slots[0].toCapsule())) return p;
  throw TypeError(str("expected ", what, ", but got an object of class ", o.cls->name));
}

}  // namespace

intrusive_ptr<ConvParams> conv_params(const Value& v) {
  return payload<ConvParams>(v, "packed parameters of a convolution");
}
intrusive_ptr<LinearParams> linear_params(const Value& v) {
  return payload<LinearParams>(v, "packed parameters of a linear layer");
}
intrusive_ptr<FloatContext> float_context(const Value& v) {
  return payload<FloatContext>(v, "a packed layer");
}
Value conv_object(intrusive_ptr<ConvParams> p) {
  check_conv(*p);
  const char* name = p->dims() == 3 ? kConv3d : kConv2d;
  return make_custom_object(*find_custom_class(name), std::move(p));
}
Value linear_object(intrusive_ptr<LinearParams> p) {
  return make_custom_object(*find_custom_class(LinearParams::kClassName), std::move(p));
}
Value context_object(const char* class_name, intrusive_ptr<FloatContext> p) {
  return make_custom_object(*find_custom_class(class_name), std::move(p));
}

std::vector<CustomClass> packed_parameter_classes() {
  std::vector<CustomClass> all;
  all.push_back(conv_class(kConv2d));
  all.push_back(conv_class(kConv3d));
  all.push_back(linear_class());
  CustomClass sparse = linear_class();
  sparse.name = kSparseLinear;
  sparse.setstate = sparse_setstate;
  all.push_back(std::move(sparse));
  all.push_back(embedding_class());
  CustomClass cell;
  cell.name = CellParams::kClassName;
  cell.setstate = cell_setstate;
  cell.getstate = [](const Value& self) { return custom_object<CellParams>(self)->state; };
  all.push_back(std::move(cell));
  for (const char* name : {TL_CLASS("xnnpack.Conv2dOpContext"), TL_CLASS("metal.Conv2dOpContext"),
                           TL_CLASS("vulkan.Conv2dOpContext")})
    all.push_back(context_class<plain_conv>(name));
  for (const char* name :
       {TL_CLASS("xnnpack.TransposeConv2dOpContext"), TL_CLASS("vulkan.TransposeConv2dOpContext")})
    all.push_back(context_class<transposed_conv>(name));
  for (const char* name :
       {TL_CLASS("xnnpack.LinearOpContext"), TL_CLASS("metal.LinearOpContext"),
        TL_CLASS("vulkan.LinearOpContext"), TL_CLASS("vulkan.LinearPackedContext")})
    all.push_back(context_class<linear_context>(name));
  for (const char* name :
       {TL_CLASS("vulkan.Conv2dPackedContext"), TL_CLASS("vulkan.Conv1dPackedContext")})
    all.push_back(context_class<vulkan_conv_context>(name));
  all.push_back(context_class<mkldnn_context>(TL_CLASS("mkldnn.ConvOpContext")));
  return all;
}

}  // namespace tealight
