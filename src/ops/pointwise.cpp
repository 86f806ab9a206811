#include "ops/pointwise.h"

#include <cmath>
#include <cstring>

#include "kernels/pointwise/lookup.h"

namespace tealight {
namespace {

bool gives_bool(Promote p) { return p == Promote::compare || p == Promote::logical; }

ScalarType common_dtype(const PointwiseRule& r, std::span<const Fact* const> facts) {
  const size_t first = size_t(r.first), n = std::min(facts.size() - first, size_t(r.count));
  for (const Fact* f : facts)
    if (gives_bool(r.promote) && f->quantizer) return kFloat;  // compared by what they stand for
  const ScalarType t = result_type(facts.subspan(first, n));
  return r.promote == Promote::to_float && is_integral(t) ? get_default_dtype_as_scalartype() : t;
}

// The formula may lack the integers (round of an int) or want floats.
Compute compute_for(const PointwiseRule& r, ScalarType common) {
  const Compute c = compute_of(common);
  return c == Compute::i64 && !r.formula.i64 ? Compute::f64 : c;
}

// A number that sits among the tensors: its value in the compute type.
bool is_number(const Tensor& t) { return t.fact().wrapped_number && t.has_elements(); }

// Unary on 8-bit quantized numbers: the formula runs once over all 256.
Offer prepare_table(const PointwiseRule& r, const Call& c) {
  const Fact& x = c.in(0);
  if (x.dtype != kQInt8 && x.dtype != kQUInt8) return "quantized, but not 8 bits";
  for (size_t i = 1; i < c.inputs.size(); ++i)
    if (!is_number(*c.inputs[i])) return "quantized, with more than one tensor";
  const bool is_signed = x.dtype == kQInt8;
  alignas(64) float args[kMaxOperands][256], y[256];
  const void* in[kMaxOperands];
  for (int q = 0; q < 256; ++q)
    args[0][q] = float(x.quantizer->scale) *
                 float((is_signed ? int(int8_t(q)) : q) - int(x.quantizer->zero_point));
  for (size_t i = 0; i < c.inputs.size(); ++i) {
    if (i) std::fill_n(args[i], 256, c.inputs[i]->item().toFloat());
    in[i] = args[i];
  }
  r.formula.loop(Compute::f32)(in, y, 256);
  const Quantizer& out = *c.out().quantizer;
  const float lo = is_signed ? -128.f : 0.f, hi = is_signed ? 127.f : 255.f,
              inverse = 1.f / float(out.scale);
  std::array<uint8_t, 256> table;
  for (int q = 0; q < 256; ++q)
    table[size_t(q)] = uint8_t(
        int(std::fmin(hi, std::fmax(lo, std::nearbyint(y[q] * inverse) + float(out.zero_point)))));
  StridedShape s;
  s.operands = 2;
  s.sizes = c.out().sizes;
  s.strides[0] = byte_strides(c.out(), s.sizes);
  s.strides[1] = byte_strides(x, s.sizes);
  s.simplify();
  return Kernel([s, table](const Pointers& p) {
    char* const bases[] = {p.out<char>(), const_cast<char*>(p.in<char>(0))};
    for_each_row(s, bases, [&](char* const* row, int64_t n) {
      const int64_t to = s.inner_stride(0), from = s.inner_stride(1);
      if (to == 1 && from == 1)
        return kernels::lookup_bytes(n, reinterpret_cast<const uint8_t*>(row[1]), table.data(),
                                     reinterpret_cast<uint8_t*>(row[0]));
      for (int64_t i = 0; i < n; ++i) row[0][i * to] = char(table[uint8_t(row[1][i * from])]);
    });
  });
}

// Operand k of the formula: `common` is the type that the inputs of the promotion are converted to
// first.
PointwiseOperand operand(const Fact& f, ScalarType common, bool promoted) {
  PointwiseOperand o{f.dtype};
  if (f.quantizer) {
    o.scale = float(f.quantizer->scale);
    o.zero_point = float(f.quantizer->zero_point);
  } else if (promoted && f.dtype != common && !is_quantized(common) &&
             !same_memory(compute_of(common), common)) {
    o.through = common;
  }
  return o;
}

// PyTorch converts an input to the common type before it looks at strides: a copy has strides of
// its own when the input has gaps or is expanded.
Fact as_converted(const Fact& f) {
  Fact g = f;
  if (!f.is_non_overlapping_and_dense())
    g.strides = contiguous_strides(f.sizes, f.suggest_memory_format());
  return g;
}

}  // namespace

std::vector<Fact> pointwise_infer(const PointwiseRule& r, Args args) {
  std::array<const Fact*, kMaxOperands> facts{};
  size_t n = 0;
  for (const Value& v : args) {
    if (!v.isTensor() || !v.toTensor().defined()) continue;
    TL_ASSERT(n + 1 < kMaxOperands, "too many operands");
    TL_CHECK(v.toTensor().scalar_type() != ScalarType::Undefined,
             "a nested tensor is for transformer layers only; fix: to_padded_tensor() first");
    facts[n++] = &v.toTensor().fact();
  }
  TL_CHECK(n == size_t(r.formula.inputs), "expected ", r.formula.inputs,
           " tensors or numbers, but got ", n);
  const std::span<const Fact* const> given(facts.data(), n);
  const ScalarType common = common_dtype(r, given);
  TL_CHECK(r.formula.loop(compute_for(r, common)), "not implemented for '", common, "'");
  std::array<Fact, kMaxOperands> copies;
  for (size_t i = size_t(r.first); i < std::min(n, size_t(r.first + r.count)); ++i)
    if (facts[i]->dtype != common && facts[i]->dim() > 1 && !is_quantized(common))
      copies[i] = as_converted(*facts[i]), facts[i] = &copies[i];
  if (gives_bool(r.promote)) return {broadcast_fact(given, kBool)};
  Fact f = broadcast_fact(given, r.promote == Promote::to_real ? to_real_dtype(common) : common);
  if (is_quantized(common)) f.quantizer = facts[size_t(r.first)]->quantizer;
  return {f};
}

Offer pointwise_prepare(const PointwiseRule& r, const Call& c) {
  std::array<const Fact*, kMaxOperands> facts{};
  std::array<size_t, kMaxOperands> place{};  // of the operand among all tensor arguments
  size_t n = 0;
  for (size_t i = 0; i < c.inputs.size(); ++i)
    if (c.has_in(i)) place[n] = i, facts[n++] = &c.in(i);
  const ScalarType common = common_dtype(r, {facts.data(), n});
  for (const Fact* f : std::span(facts.data(), n))
    if (f->quantizer && f->quantizer->per_channel()) return "quantized per channel";
  if (is_quantized(common))
    if (Offer table = prepare_table(r, c); !table.refused) return table;
  PointwiseTask task;
  task.compute = compute_for(r, common);
  task.loop = r.formula.loop(task.compute);
  if (!task.loop) return "the formula is not written for this dtype";
  task.shape.operands = n + 1;
  task.shape.sizes = c.out().sizes;
  task.operands[0] = operand(c.out(), common, false);
  task.shape.strides[0] = byte_strides(c.out(), task.shape.sizes);
  for (size_t i = 0; i < n; ++i) {
    task.operands[i + 1] =
        operand(*facts[i], common, i >= size_t(r.first) && i < size_t(r.first + r.count));
    task.shape.strides[i + 1] = byte_strides(*facts[i], task.shape.sizes);
  }
  task.shape.simplify();
  return Kernel([task, place](const Pointers& p) -> Status {
    std::array<char*, kMaxOperands> bases{p.out<char>()};
    for (size_t i = 1; i < task.shape.operands; ++i)
      bases[i] = const_cast<char*>(p.in<char>(place[i - 1]));
    return {task.run({bases.data(), task.shape.operands})};
  });
}

std::vector<Fact> with_fixed_quantizer(std::vector<Fact> facts, double range, int64_t zero_point) {
  Fact& f = facts[0];
  if (f.dtype == kQUInt8) f.quantizer = make_quantizer(range / 256, zero_point);
  if (f.dtype == kQInt8) f.quantizer = make_quantizer(range / 256, zero_point - 128);
  if (f.dtype == kQInt32) f.quantizer = make_quantizer(range * 0x1p-32, 0);
  return facts;
}

}  // namespace tealight
