#include "ops/quantized/by_table.h"

#include <cstring>

#include "core/parallel.h"
#include "kernels/pointwise/lookup.h"

namespace tealight {
namespace {

Tensor result_of(ValueFn definition, const std::vector<Value>& args) {
  std::vector<Value> results;
  definition(args, results);
  return contiguous(results.at(0).toTensor());
}

}  // namespace

ByteTable byte_table(ValueFn definition, const Fact& x, Args args) {
  Fact all(x.dtype, {256});
  all.quantizer = x.quantizer;
  Tensor bytes(all);
  for (int i = 0; i < 256; ++i) bytes.as<uint8_t>()[i] = uint8_t(i);
  std::vector<Value> called(args.begin(), args.end());
  called[0] = bytes;
  const Tensor y = result_of(definition, called);
  ByteTable table;
  std::memcpy(table.data(), y.data_ptr(), table.size());
  return table;
}

Kernel lookup_kernel(const ByteTable& table, int64_t n) {
  return Kernel([table, n](const Pointers& p) {
    parallel_for(0, n, 65536, [&](int64_t i, int64_t end) {
      kernels::lookup_bytes(end - i, p.in<uint8_t>(0) + i, table.data(), p.out<uint8_t>() + i);
    });
  });
}

Kernel by_definition(ValueFn definition, const Call& c) {
  std::vector<Value> args(c.args.begin(), c.args.end());
  return Kernel([args, definition](const Pointers& p) -> Status {
    try {
      size_t next = 0;
      const auto copy = [&](const Tensor& like) {
        Fact f(like.scalar_type(), like.sizes());
        f.quantizer = like.quantizer();
        Tensor t(f);
        std::memcpy(t.data_ptr(), p.ins[next++], t.nbytes());
        return t;
      };
      std::vector<Value> called = args;
      for (Value& v : called) {
        if (v.isTensor()) {
          v = copy(v.toTensor());
        } else if (v.isList() && !v.toListRef().items.empty() &&
                   v.toListRef().items[0].isTensor()) {
          std::vector<Value> items = v.toListRef().items;
          for (Value& item : items) item = copy(item.toTensor());
          v = make_list(v.toListRef().element, std::move(items));
        }
      }
      const Tensor y = result_of(definition, called);
      std::memcpy(p.outs[0], y.data_ptr(), y.nbytes());
      return {};
    } catch (const std::exception&) {
      return {"the definition on floats failed"};
    }
  });
}

}  // namespace tealight
