#include "ops/quantized/by_table.h"

#include <cstring>

#include "core/parallel.h"
#include "kernels/pointwise/lookup.h"
#include "kernels/pointwise/strided.h"

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

namespace {

struct JoinedPart {
  StridedShape walk;  // of the result's part and the input
  int64_t at;         // bytes to its part
  std::optional<ByteTable> table;

  void run(char* to, const char* from) const {
    char* const bases[] = {to + at, const_cast<char*>(from)};
    const int64_t to_step = walk.inner_stride(0), from_step = walk.inner_stride(1);
    for_each_row(walk, bases, [&](char* const* row, int64_t n) {
      const uint8_t* const x = reinterpret_cast<const uint8_t*>(row[1]);
      uint8_t* const y = reinterpret_cast<uint8_t*>(row[0]);
      if (to_step != 1 || from_step != 1)
        for (int64_t i = 0; i < n; ++i)
          y[i * to_step] = table ? (*table)[x[i * from_step]] : x[i * from_step];
      else if (table)
        kernels::lookup_bytes(n, x, table->data(), y);
      else
        std::memcpy(y, x, size_t(n));
    });
  }
};

}  // namespace

Kernel join_bytes(const Call& c, int64_t dim,
                  FunctionRef<std::optional<ByteTable>(const Fact&)> table_of) {
  const Fact& y = c.out();
  const size_t d = size_t(wrap_dim(dim, y.dim()));
  std::vector<std::optional<JoinedPart>> parts;  // of inputs without elements: none
  int64_t at = 0;
  for (size_t i = 0; i < c.inputs.size(); ++i) {
    const Fact& x = c.in(i);
    parts.emplace_back();
    if (x.numel() > 0) {
      JoinedPart part{{x.sizes, {}, 2}, at * y.strides[d], table_of(x)};
      part.walk.strides[0] = y.strides, part.walk.strides[1] = x.strides;
      part.walk.simplify();
      parts.back() = std::move(part);
    }
    if (x.dim() == y.dim()) at += x.sizes[d];
  }
  return Kernel([parts = std::move(parts)](const Pointers& p) {
    for (size_t i = 0; i < parts.size(); ++i)
      if (parts[i]) parts[i]->run(p.out<char>(), p.in<char>(i));
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
