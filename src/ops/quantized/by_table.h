// Quantized operators that are functions of one number: all 256 results are computed once, by the
// operator's definition on floats, and looked up.
#pragma once
#include <array>
#include <exception>
#include <optional>

#include "core/base.h"
#include "ops/copy.h"
#include "ops/op.h"

namespace tealight {

using ByteTable = std::array<uint8_t, 256>;

/// `definition` called with a tensor of all 256 bytes, quantized as x, in place of argument 0.
ByteTable byte_table(ValueFn definition, const Fact& x, Args args);
/// Every byte of input 0 looked up, in the order of the memory.
Kernel lookup_kernel(const ByteTable&, int64_t n);
/// The inputs side by side along `dim` of the result, at any strides; every byte is looked up in
/// its input's table, or stays as it is where there is none.
Kernel join_bytes(const Call&, int64_t dim,
                  FunctionRef<std::optional<ByteTable>(const Fact& input)> table_of);
/// `definition` on copies of the inputs, for what has too many numbers for a table (qint32). The
/// only kernel that allocates: it is for what no model file does.
Kernel by_definition(ValueFn definition, const Call&);

/// The infer and kernels of an operator: `definition` is the plain function on tensors; the result
/// has the quantizer of the arguments `Scale` and `Scale + 1`. Definitions whose result is always
/// contiguous say so.
template <auto definition, size_t Scale, bool Contiguous = false>
struct ByTable {
  static std::vector<Fact> infer(Args args) {
    const Fact& x = unpack<Fact>(args[0]);
    TL_CHECK(is_quantized(x.dtype) && x.quantizer, "expected a quantized tensor, but got ",
             x.dtype);
    Fact y(x.dtype, x.sizes);
    if (!Contiguous) y.strides = contiguous_strides(x.sizes, x.suggest_memory_format());
    y.quantizer = make_quantizer(unpack<double>(args[Scale]), unpack<int64_t>(args[Scale + 1]));
    return {y};
  }
  static Offer prepare(const Call& c) {
    const Fact& x = c.in(0);
    if (x.dtype != kQUInt8 && x.dtype != kQInt8) return "not 8 bits";
    if (x.quantizer->per_channel()) return "quantized per channel";
    return lookup_kernel(byte_table(function<definition>, x, c.args), x.numel());
  }
  static Offer prepare_any(const Call& c) { return by_definition(function<definition>, c); }
  static constexpr Impl kernels[] = {{"table, channels last", prepare, KernelLayout::channels_last},
                                     {"table", prepare},
                                     {"by floats", prepare_any}};
};
#define TL_BY_TABLE(...) \
  .infer = ByTable<__VA_ARGS__>::infer, .kernels = ByTable<__VA_ARGS__>::kernels

}  // namespace tealight
