// Tensors from pickles: torch._utils._rebuild_*. A storage arrives as a flat tensor.
#include <cstring>

#include "core/parts.h"
#include "format/file_error.h"
#include "format/ptl_zip/torch_pickle.h"
#include "format/quantizer.h"

namespace tealight {
namespace {

using Args = const std::vector<Value>&;

void expect(Args a, size_t least) {
  if (a.size() < least) corrupt(str(a.size(), " arguments, of ", least));
}

DimVector dims(const Value& v) {
  constexpr size_t kMost = 64;  // PyTorch's own limit
  const std::vector<Value>& items = v.isList() ? v.toListRef().items : v.toTupleRef().items;
  if (items.size() > kMost) corrupt(str("a tensor of ", items.size(), " dimensions"));
  DimVector out;
  for (const Value& item : items) out.push_back(item.toInt());
  return out;
}

// The constructor refuses what leaves the storage.
Tensor strided(const Tensor& storage, ScalarType dtype, Args a) {
  return Tensor(storage.storage(), Fact(dtype, dims(a[2]), dims(a[3])), a[1].toInt());
}

bool flag(Args a, size_t i) { return a.size() > i && a[i].isBool() && a[i].toBool(); }

// storage, offset, size, stride[, requires_grad, hooks]
Tensor rebuild(TorchPickleHost&, Args a) {
  expect(a, 4);
  const Tensor& storage = a[0].toTensor();
  Tensor t = strided(storage, storage.dtype(), a);
  if (flag(a, 4)) t.requires_grad_();
  return t;
}

// storage (bytes), offset, size, stride, requires_grad, hooks, dtype
Tensor rebuild_v3(TorchPickleHost&, Args a) {
  expect(a, 7);
  Tensor t = strided(a[0].toTensor(), a[6].toScalarType(), a);
  if (flag(a, 4)) t.requires_grad_();
  return t;
}

// data, requires_grad, hooks
Tensor rebuild_parameter(TorchPickleHost&, Args a) {
  expect(a, 2);
  const Tensor& t = a[0].toTensor();
  if (flag(a, 1)) t.requires_grad_();
  return t;
}

// ---- quantized

QScheme scheme_of(const Value& v) {
  if (v.isInt()) {
    if (const int64_t n = v.toInt();
        n >= 0 && n <= int64_t(QScheme::per_channel_affine_float_qparams))
      return QScheme(n);
  } else if (const std::string* name = global_name(v)) {
    constexpr std::pair<std::string_view, QScheme> kNames[] = {
        {"torch.per_tensor_affine", QScheme::per_tensor_affine},
        {"torch.per_channel_affine", QScheme::per_channel_affine},
        {"torch.per_tensor_symmetric", QScheme::per_tensor_symmetric},
        {"torch.per_channel_symmetric", QScheme::per_channel_symmetric},
        {"torch.per_channel_affine_float_qparams", QScheme::per_channel_affine_float_qparams},
    };
    for (const auto& [text, scheme] : kNames)
      if (*name == text) return scheme;
  }
  corrupt("an unknown quantization scheme");
}

// PyTorch 1.3 and 1.4 wrote scales and zero points as lists.
Tensor tensor_of(const Value& v) {
  if (v.isTensor()) return v.toTensor();
  const std::vector<Value>& items = v.toListRef().items;
  const bool whole = !items.empty() && items[0].isInt();
  auto storage = make_intrusive<Storage>(items.size() * 8);
  Tensor t(storage, Fact(whole ? kLong : kDouble, {int64_t(items.size())}), 0);
  for (size_t i = 0; i < items.size(); ++i) {
    if (whole)
      t.data_ptr<int64_t>()[i] = items[i].toInt();
    else
      t.data_ptr<double>()[i] = items[i].toDouble();
  }
  return t;
}

intrusive_ptr<const Quantizer> read_quantizer(const Value& v, IntArrayRef sizes) {
  Args q = v.toTupleRef().items;
  expect(q, 3);
  const QScheme scheme = scheme_of(q[0]);
  auto out = make_intrusive<Quantizer>();
  out->scheme = scheme;
  if (!out->per_channel()) {
    out->scale = q[1].toScalar().toDouble();
    out->zero_point = q[2].toInt();
    return out;
  }
  expect(q, 4);
  const Tensor zero_points = tensor_of(q[2]);
  if (is_floating(zero_points.scalar_type()))  // Python calls both schemes per_channel_affine
    out->scheme = QScheme::per_channel_affine_float_qparams;
  set_channel_quantizer(*out, tensor_of(q[1]), zero_points, q[3].toInt(), sizes);
  return out;
}

// storage, offset, size, stride, quantizer, requires_grad, hooks
Tensor rebuild_quantized(TorchPickleHost&, Args a) {
  expect(a, 5);
  const Tensor& storage = a[0].toTensor();
  if (!is_quantized(storage.dtype()))
    corrupt(str("a quantized tensor on a storage of ", storage.dtype()));
  Fact fact(storage.dtype(), dims(a[2]), dims(a[3]));
  fact.quantizer = read_quantizer(a[4], fact.sizes);
  return Tensor(storage.storage(), std::move(fact), a[1].toInt());
}

// ---- sparse: there are no sparse tensors here, so these become dense ones

template <class T>
void add_block(uint8_t* to, const uint8_t* from, int64_t n) {
  T* sum = reinterpret_cast<T*>(to);
  for (int64_t i = 0; i < n; ++i) {
    T v;
    std::memcpy(&v, from + size_t(i) * sizeof(T), sizeof v);
    sum[i] = T(sum[i] + v);
  }
}

void accumulate(ScalarType t, uint8_t* to, const uint8_t* from, int64_t n) {
  switch (t) {
    case kFloat:
      return add_block<float>(to, from, n);
    case kDouble:
      return add_block<double>(to, from, n);
    case kLong:
      return add_block<int64_t>(to, from, n);
    case kInt:
      return add_block<int32_t>(to, from, n);
    default:
      std::memcpy(to, from,
                  size_t(n) * element_size(t));  // repeated indices are for the types above
  }
}

Tensor zeros(TorchPickleHost& host, ScalarType t, IntArrayRef sizes) {
  const Fact fact(t, sizes);
  host.memory().take(storage_bytes(fact.sizes, fact.strides, fact.itemsize()),
                     "making a sparse tensor dense");
  Tensor out(fact);
  if (out.nbytes()) std::memset(out.data_ptr(), 0, out.nbytes());
  return out;
}

int64_t checked_index(int64_t i, int64_t size) {
  if (i < 0 || i >= size) corrupt(str("a sparse tensor's index ", i, " in a dimension of ", size));
  return i;
}

// indices [sparse dimensions, entries], values [entries, dense dimensions...]
Tensor dense_from_coo(TorchPickleHost& host, const DimVector& sizes, const Tensor& indices,
                      const Tensor& values) {
  if (indices.dtype() != kLong || indices.dim() != 2 || values.dim() < 1 || !values.is_contiguous())
    corrupt("the parts of a sparse tensor do not fit");
  const int64_t sparse = indices.size(0), entries = indices.size(1);
  if (values.size(0) != entries || sparse + values.dim() - 1 != int64_t(sizes.size()))
    corrupt("the parts of a sparse tensor do not fit");
  for (size_t d = 1; d < size_t(values.dim()); ++d) {
    if (values.sizes()[d] != sizes[size_t(sparse) + d - 1])
      corrupt("the values of a sparse tensor have another shape");
  }
  Tensor out = zeros(host, values.dtype(), sizes);
  const int64_t block = entries ? values.numel() / entries : 0;
  const auto at = indices.accessor<int64_t, 2>();
  for (int64_t e = 0; block && e < entries; ++e) {
    int64_t place = 0;
    for (int64_t d = 0; d < sparse; ++d)
      place = place * sizes[size_t(d)] + checked_index(at[d][e], sizes[size_t(d)]);
    const size_t bytes = size_t(block) * values.itemsize();
    accumulate(values.dtype(), out.as<uint8_t>() + size_t(place) * bytes,
               values.as<uint8_t>() + size_t(e) * bytes, block);
  }
  return out;
}

Tensor coo_rows(const Tensor& row_ends, const Tensor& columns, int64_t rows) {
  if (row_ends.dtype() != kLong || columns.dtype() != kLong || row_ends.dim() != 1 ||
      columns.dim() != 1 || row_ends.numel() != rows + 1) {
    corrupt("the parts of a sparse CSR tensor do not fit");
  }
  const int64_t entries = columns.numel();
  Tensor out(Fact(kLong, {2, entries}));
  const auto end = row_ends.accessor<int64_t, 1>();
  const auto column = columns.accessor<int64_t, 1>();
  int64_t e = 0;
  for (int64_t row = 0; row < rows; ++row) {
    if (end[row + 1] < e || end[row + 1] > entries)
      corrupt("the rows of a sparse CSR tensor are out of order");
    for (; e < end[row + 1]; ++e) {
      out.as<int64_t>()[e] = row;
      out.as<int64_t>()[entries + e] = column[e];
    }
  }
  if (e != entries) corrupt("the rows of a sparse CSR tensor end too soon");
  return out;
}

Tensor dense_from_csr(TorchPickleHost& host, const DimVector& sizes, const Tensor& row_ends,
                      const Tensor& columns, const Tensor& values) {
  if (sizes.size() != 2 || sizes[0] < 0) corrupt("a sparse CSR tensor has two dimensions");
  return dense_from_coo(host, sizes, coo_rows(row_ends, columns, sizes[0]), values);
}

// The C++ pickler writes layout, size, requires_grad, indices..., values; Python's layout,
// (indices..., values, size[, coalesced]).
Tensor rebuild_sparse(TorchPickleHost& host, Args a) {
  expect(a, 2);
  const bool coo = a[0].toLayout() == Layout::Sparse;
  if (a[1].isTuple() && !a[1].toTupleRef().items.empty() && a[1].toTupleRef().items[0].isTensor()) {
    Args p = a[1].toTupleRef().items;
    expect(p, coo ? 3 : 4);
    if (coo)
      return dense_from_coo(host, dims(p[2]), check_not_expanded(p[0].toTensor()),
                            check_not_expanded(p[1].toTensor()));
    return dense_from_csr(host, dims(p[3]), check_not_expanded(p[0].toTensor()),
                          check_not_expanded(p[1].toTensor()), check_not_expanded(p[2].toTensor()));
  }
  expect(a, coo ? 5 : 6);
  if (coo)
    return dense_from_coo(host, dims(a[1]), check_not_expanded(a[3].toTensor()),
                          check_not_expanded(a[4].toTensor()));
  return dense_from_csr(host, dims(a[1]), check_not_expanded(a[3].toTensor()),
                        check_not_expanded(a[4].toTensor()), check_not_expanded(a[5].toTensor()));
}

#if TL_WITHOUT_QUANTIZED_TENSORS
#define rebuild_quantized quantized_not_built_in
Tensor quantized_not_built_in(TorchPickleHost&, Args) {
  fail_not_built_in("there is a quantized tensor");
}
#endif
#if TL_WITHOUT_SPARSE_TENSORS
#define rebuild_sparse sparse_not_built_in
Tensor sparse_not_built_in(TorchPickleHost&, Args) {
  fail_not_built_in("there is a sparse tensor");
}
#endif

constexpr std::pair<std::string_view, RebuildTensor> kRebuilds[] = {
    {"torch._utils._rebuild_tensor", rebuild},
    {"torch._utils._rebuild_tensor_v2", rebuild},
    {"torch._utils._rebuild_tensor_v3", rebuild_v3},
    {"torch._utils._rebuild_parameter", rebuild_parameter},
    {"torch._utils._rebuild_parameter_with_state", rebuild_parameter},
    {"torch._utils._rebuild_qtensor", rebuild_quantized},
    {"torch._utils._rebuild_sparse_tensor", rebuild_sparse},
    {"torch._utils._rebuild_sparse_csr_tensor", rebuild_sparse},
};

}  // namespace

RebuildTensor find_rebuild(std::string_view name) {
  for (const auto& [text, rebuild] : kRebuilds)
    if (text == name) return rebuild;
  return nullptr;
}

}  // namespace tealight
