// Putting tensors together: cat, and what is made of it.
#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>

#include "kernels/pointwise/channels.h"
#include "kernels/pointwise/convert.h"
#include "ops/broadcast.h"
#include "ops/gradients.h"
#include "ops/nhwc.h"
#include "ops/pixels.h"
#include "ops/quantize.h"
#include "ops/quantized/by_table.h"
#include "ops/samples.h"
#include "tealight/ops.h"

namespace tealight::ops {
namespace {

// PyTorch has always let a 1-d tensor without elements stand in any list.
bool legacy_empty(const Fact& f) { return f.dim() == 1 && f.sizes[0] == 0; }

Fact infer_cat(const FactList& tensors, int64_t dim) {
  TL_CHECK(!tensors.empty(), "torch.cat(): expected a non-empty list of Tensors");
  const Fact* like = nullptr;
  for (const Fact* f : tensors) {
    TL_CHECK(f, "torch.cat(): expected Tensors, but the list holds None");
    TL_CHECK(f->dim() > 0, "zero-dimensional tensor (at position ", &f - tensors.data(),
             ") cannot be concatenated");
    if (!like && !legacy_empty(*f)) like = f;
  }
  Fact out(result_type(tensors), like ? IntArrayRef(like->sizes) : IntArrayRef(tensors[0]->sizes));
  out.quantizer = tensors[0]->quantizer;
  if (!like) return out;
  const size_t d = size_t(wrap_dim(dim, like->dim()));
  out.sizes[d] = 0;
  bool channels_last = like->dim() == 4;
  for (const Fact* f : tensors) {
    if (legacy_empty(*f)) continue;
    TL_CHECK(f->dim() == like->dim(), "Tensors must have same number of dimensions: got ",
             like->dim(), " and ", f->dim());
    for (size_t i = 0; i < f->sizes.size(); ++i)
      TL_CHECK(i == d || f->sizes[i] == like->sizes[i],
               "Sizes of tensors must match except in dimension ", d, ". Expected size ",
               like->sizes[i], " but got size ", f->sizes[i], " for tensor number ",
               std::find(tensors.begin(), tensors.end(), f) - tensors.begin(), " in the list.");
    out.sizes[d] += f->sizes[d];
    channels_last = channels_last && f->suggest_memory_format() == MemoryFormat::ChannelsLast;
  }
  out.strides = contiguous_strides(
      out.sizes, channels_last ? MemoryFormat::ChannelsLast : MemoryFormat::Contiguous);
  return out;
}

// Their bytes mean the same numbers.
bool same_parameters(const Fact& a, const Fact& b) {
  if (!a.quantizer || !b.quantizer) return true;
  return !a.quantizer->per_channel() && a.quantizer->scale == b.quantizer->scale &&
         a.quantizer->zero_point == b.quantizer->zero_point;
}

// out (outer, sum of n_i, inner): rows of n_i * inner elements from each input in turn
Offer prepare_cat(const Call& c) {
  struct Part {
    int64_t elements;
    ScalarType dtype;
  };
  std::vector<Part> parts;
  const Fact& out = c.out();
  for (size_t i = 0; i < c.inputs.size(); ++i)
    if (!same_parameters(c.in(i), out)) return "quantized with other parameters than the first";
  int64_t outer = 1;
  const int64_t dim = out.sizes.empty() ? 0 : wrap_dim(c.arg<int64_t>(1), out.dim());
  for (int64_t d = 0; d < dim; ++d) outer *= out.sizes[size_t(d)];
  for (const Tensor* t : c.inputs)
    parts.push_back({outer ? t->numel() / outer : 0, t->scalar_type()});
  return Kernel([parts, outer, dtype = out.dtype](const Pointers& p) {
    char* to = p.out<char>();
    const int64_t size = int64_t(element_size(dtype));
    for (int64_t o = 0; o < outer; ++o) {
      for (size_t i = 0; i < parts.size(); ++i) {
        const int64_t n = parts[i].elements, from_size = int64_t(element_size(parts[i].dtype));
        const char* from = p.in<char>(i) + o * n * from_size;
        if (n == 0) continue;
        if (parts[i].dtype == dtype) {
          std::memcpy(to, from, size_t(n * size));
        } else {
          alignas(64) char block[512 * 16];
          const Compute compute = compute_of(parts[i].dtype);
          for (int64_t k = 0; k < n; k += 512) {
            const int64_t m = std::min<int64_t>(512, n - k);
            load_block(compute, block, parts[i].dtype, from + k * from_size, from_size, m);
            store_block(compute, block, dtype, to + k * size, size, m);
          }
        }
        to += n * size;
      }
    }
  });
}
// Channels last, joined along the channels: inputs may be slices of more channels (chunk, split).
Offer prepare_nhwc_cat(const Call& c) {
  const Fact& out = c.out();
  if (out.dim() != 4 || out.itemsize() != 4 || out.quantizer) return "not 4-d of 4-byte elements";
  if (wrap_dim(c.arg<int64_t>(1), 4) != 1) return "not along the channels";
  struct Part {
    int64_t channels, stride;
  };
  std::vector<Part> parts;
  for (const Tensor* t : c.inputs) {
    const Fact& f = t->fact();
    if (legacy_empty(f)) return "an empty tensor among them";
    const int64_t stride = pixel_stride(f);
    if (f.dtype != out.dtype || !stride) return "inputs of another dtype or layout";
    parts.push_back({f.sizes[1], stride});
  }
  const int64_t pixels = nhwc_shape(out).batch * nhwc_shape(out).pixels, channels = out.sizes[1];
  return Kernel([parts = std::move(parts), pixels, channels](const Pointers& p) {
    uint32_t* to = p.out<uint32_t>();
    for (size_t i = 0; i < parts.size(); to += parts[i].channels, ++i)
      kernels::copy_channels(pixels, parts[i].channels, {p.in<uint32_t>(i), parts[i].stride}, to,
                             channels);
  });
}

// What each byte of a tensor quantized as `from` becomes when it is quantized as `to`.
std::array<uint8_t, 256> requantized_bytes(const Fact& from, const Fact& to) {
  Fact from_all(from.dtype, {256}), to_all(to.dtype, {256});
  from_all.quantizer = from.quantizer, to_all.quantizer = to.quantizer;
  std::array<uint8_t, 256> bytes;
  std::array<float, 256> reals;
  std::iota(bytes.begin(), bytes.end(), uint8_t(0));
  dequantize_elements(from_all, bytes.data(), reals.data());
  quantize_elements(reals.data(), to_all, bytes.data());
  return bytes;
}

// 8-bit tensors; those with quantizers of their own get the first's.
Offer prepare_cat_8bit(const Call& c) {
  const Fact& out = c.out();
  if (out.itemsize() != 1 || out.sizes.empty()) return "not of 8 bits";
  for (size_t i = 0; i < c.inputs.size(); ++i)
    if (c.in(i).dtype != out.dtype || (out.quantizer && c.in(i).quantizer->per_channel()))
      return "of another kind than the first";
  return join_bytes(c, c.arg<int64_t>(1), [&](const Fact& x) -> std::optional<ByteTable> {
    if (same_parameters(x, out)) return std::nullopt;
    return requantized_bytes(x, out);
  });
}
constexpr Impl cat_kernels[] = {{"nhwc", prepare_nhwc_cat, KernelLayout::channels_last},
                                {"8-bit, nhwc", prepare_cat_8bit, KernelLayout::channels_last},
                                {"rows", prepare_cat},
                                {"8-bit", prepare_cat_8bit}};

Grads cat_backward(const GradCall& c) {
  Grads grads;
  const int64_t dim = c.arg<int64_t>(1);
  int64_t at = 0;
  for (size_t i = 0; i < c.inputs.size(); ++i) {
    const Tensor& x = c.in(i);
    const int64_t n = legacy_empty(x.fact()) ? 0 : x.size(dim);
    if (!c.wants(i))
      grads.emplace_back();
    else
      grads.push_back(legacy_empty(x.fact()) ? zeros_like(x)
                                             : narrow(c.grad(), dim, at, n).to(x.scalar_type()));
    at += n;
  }
  return grads;
}

Tensor stack_impl(const std::vector<Tensor>& tensors, int64_t dim) {
  TL_CHECK(!tensors.empty(), "stack expects a non-empty TensorList");
  const int64_t d = wrap_dim(dim, tensors[0].dim() + 1);
  std::vector<Tensor> rows;
  for (const Tensor& t : tensors) {
    TL_CHECK(t.sizes() == tensors[0].sizes(),
             "stack expects each tensor to be equal size, but got ", tensors[0].sizes(),
             " at entry 0 and ", t.sizes(), " at entry ", rows.size());
    rows.push_back(unsqueeze(t, d));
  }
  return cat(rows, d);
}

std::vector<Tensor> at_least(const std::vector<Tensor>& tensors, Tensor (*f)(const Tensor&)) {
  std::vector<Tensor> r;
  for (const Tensor& t : tensors) r.push_back(f(t));
  return r;
}
Tensor atleast_1d_impl(const Tensor& t) { return t.dim() ? t : reshape(t, {1}); }
Tensor atleast_2d_impl(const Tensor& t) {
  return t.dim() == 0 ? reshape(t, {1, 1}) : t.dim() == 1 ? unsqueeze(t, 0) : t;
}
Tensor atleast_3d_impl(const Tensor& t) {
  return t.dim() == 0   ? reshape(t, {1, 1, 1})
         : t.dim() == 1 ? unsqueeze(unsqueeze(t, 0), -1)
         : t.dim() == 2 ? unsqueeze(t, -1)
                        : t;
}
std::vector<Tensor> all_1d(const std::vector<Tensor>& t) { return at_least(t, atleast_1d_impl); }
std::vector<Tensor> all_2d(const std::vector<Tensor>& t) { return at_least(t, atleast_2d_impl); }
std::vector<Tensor> all_3d(const std::vector<Tensor>& t) { return at_least(t, atleast_3d_impl); }
Tensor hstack_impl(const std::vector<Tensor>& tensors) {
  TL_CHECK(!tensors.empty(), "hstack expects a non-empty TensorList");
  const std::vector<Tensor> rows = all_1d(tensors);
  return cat(rows, rows[0].dim() == 1 ? 0 : 1);
}
Tensor vstack_impl(const std::vector<Tensor>& tensors) {
  TL_CHECK(!tensors.empty(), "vstack expects a non-empty TensorList");
  return cat(all_2d(tensors), 0);
}
Tensor dstack_impl(const std::vector<Tensor>& tensors) {
  TL_CHECK(!tensors.empty(), "dstack expects a non-empty TensorList");
  return cat(all_3d(tensors), 2);
}
Tensor column_stack_impl(const std::vector<Tensor>& tensors) {
  TL_CHECK(!tensors.empty(), "column_stack expects a non-empty TensorList");
  std::vector<Tensor> columns;
  for (const Tensor& t : tensors) columns.push_back(t.dim() <= 1 ? reshape(t, {t.numel(), 1}) : t);
  return hstack_impl(columns);
}
Tensor block_diag_impl(const std::vector<Tensor>& tensors) {
  std::vector<const Fact*> facts;
  int64_t rows = 0, columns = 0;
  std::vector<Tensor> blocks;
  for (const Tensor& t : tensors) {
    TL_CHECK(t.dim() <= 2,
             "torch.block_diag: Input tensors must have 2 or fewer dimensions. Input ",
             blocks.size(), " has ", t.dim(), " dimensions");
    blocks.push_back(atleast_2d_impl(t));
    rows += blocks.back().size(0), columns += blocks.back().size(1);
  }
  for (const Tensor& t : blocks) facts.push_back(&t.fact());
  Tensor r = zeros({rows, columns}, facts.empty() ? kFloat : result_type(facts));
  rows = columns = 0;
  for (const Tensor& t : blocks) {
    narrow(narrow(r, 0, rows, t.size(0)), 1, columns, t.size(1)).copy_(t);
    rows += t.size(0), columns += t.size(1);
  }
  return r;
}

std::vector<Tensor> meshgrid_impl(const std::vector<Tensor>& tensors, const std::string& indexing) {
  TL_CHECK(!tensors.empty(), "meshgrid expects a non-empty TensorList");
  TL_CHECK(indexing == "ij" || indexing == "xy",
           "torch.meshgrid: indexing must be one of \"xy\" or \"ij\", but received: ", indexing);
  const bool swap = indexing == "xy" && tensors.size() >= 2;
  DimVector sizes;
  for (const Tensor& t : tensors) {
    TL_CHECK(t.dim() <= 1,
             "torch.meshgrid: Expected 0D or 1D tensor in the tensor list but got: ", t.sizes());
    TL_CHECK(t.scalar_type() == tensors[0].scalar_type(),
             "torch.meshgrid expects all tensors to have the same dtype");
    sizes.push_back(t.numel());
  }
  if (swap) std::swap(sizes[0], sizes[1]);
  std::vector<Tensor> grids;
  for (size_t i = 0; i < tensors.size(); ++i) {
    DimVector shape(tensors.size(), 1);
    shape[swap && i < 2 ? 1 - i : i] = tensors[i].numel();
    grids.push_back(tensors[i].view(shape).expand(sizes));
  }
  return grids;
}
std::vector<Tensor> meshgrid_ij(const std::vector<Tensor>& tensors) {
  return meshgrid_impl(tensors, "ij");
}

Tensor cartesian_prod_impl(const std::vector<Tensor>& tensors) {
  for (const Tensor& t : tensors)
    TL_CHECK(t.dim() == 1, "Expect a 1D vector, but got shape ", t.sizes());
  if (tensors.size() == 1) return tensors[0];
  std::vector<Tensor> columns;
  for (const Tensor& g : meshgrid_ij(tensors)) columns.push_back(flatten(g));
  return stack(columns, 1);
}

Tensor pad_sequence_impl(const std::vector<Tensor>& sequences, bool batch_first,
                         double padding_value) {
  TL_CHECK(!sequences.empty(), "received an empty list of sequences");
  int64_t longest = 0;
  for (const Tensor& s : sequences) longest = std::max(longest, s.size(0));
  DimVector sizes(sequences[0].sizes());
  sizes[0] = longest;
  sizes.insert(batch_first ? 0 : 1, int64_t(sequences.size()));
  Tensor out = full(sizes, padding_value, sequences[0].options());
  for (size_t i = 0; i < sequences.size(); ++i)
    narrow(select(out, batch_first ? 0 : 1, int64_t(i)), 0, 0, sequences[i].size(0))
        .copy_(sequences[i]);
  return out;
}

std::vector<Sample> cat_samples() {
  return {{{std::vector<Tensor>{sample({2, 3}), sample({2, 1}, kFloat, -1, 1, 2)}, 1}},
          {{std::vector<Tensor>{sample({2, 3}), sample({1, 3}, kDouble)}, 0}},
          {{std::vector<Tensor>{sample({2, 3, 2, 2}), sample({2, 1, 2, 2})}, -3}},
          {{std::vector<Tensor>{sample({0}), sample({2, 2})}, 0}}};
}
std::vector<Sample> stack_samples() {
  return {{{std::vector<Tensor>{sample({2, 3}), sample({2, 3}, kFloat, -1, 1, 2)}, 1}}};
}
std::vector<Sample> list_samples() {
  return {{{std::vector<Tensor>{sample({2, 2}), sample({2, 2}, kFloat, -1, 1, 2)}}},
          {{std::vector<Tensor>{sample({3}), sample({3})}}}};
}
std::vector<Sample> vector_samples() {
  return {{{std::vector<Tensor>{sample({3}), sample({2}), sample({4})}}}};
}
std::vector<Sample> grid_samples() {
  return {{{std::vector<Tensor>{sample({3}), sample({2})}, "xy"}},
          {{std::vector<Tensor>{sample({3}), sample({2})}, "ij"}}};
}
std::vector<Sample> tensor_samples() {
  return {{{sample({})}}, {{sample({2})}}, {{sample({2, 3})}}};
}
std::vector<Sample> sequence_samples() {
  return {{{std::vector<Tensor>{sample({3, 2}), sample({5, 2})}, true, 0.5}},
          {{std::vector<Tensor>{sample({3}), sample({1})}, false, 0.}}};
}

}  // namespace

TL_OP(cat){
    .schemas = {"aten::cat(Tensor[] tensors, int dim=0) -> Tensor",
                "aten::cat.out(Tensor[] tensors, int dim=0, *, Tensor(a!) out) -> Tensor(a!)",
                "aten::concat(Tensor[] tensors, int dim=0) -> Tensor",
                "aten::concat.out(Tensor[] tensors, int dim=0, *, Tensor(a!) out) -> Tensor(a!)",
                "aten::concatenate(Tensor[] tensors, int dim=0) -> Tensor"},
    .infer = infer<infer_cat>,
    .kernels = cat_kernels,
    .backward = TL_TRAIN(cat_backward),
    .reads = {0, 0},
    .samples = TL_TEST(cat_samples),
};
TL_OP(stack){
    .schemas = {"aten::stack(Tensor[] tensors, int dim=0) -> Tensor",
                "aten::stack.out(Tensor[] tensors, int dim=0, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<stack_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(stack_samples),
};
TL_OP(hstack){
    .schemas = {"aten::hstack(Tensor[] tensors) -> Tensor",
                "aten::hstack.out(Tensor[] tensors, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<hstack_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(list_samples),
};
TL_OP(vstack){
    .schemas = {"aten::vstack(Tensor[] tensors) -> Tensor",
                "aten::vstack.out(Tensor[] tensors, *, Tensor(a!) out) -> Tensor(a!)",
                "aten::row_stack(Tensor[] tensors) -> Tensor"},
    .function = function<vstack_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(list_samples),
};
TL_OP(dstack){
    .schemas = {"aten::dstack(Tensor[] tensors) -> Tensor",
                "aten::dstack.out(Tensor[] tensors, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<dstack_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(list_samples),
};
TL_OP(column_stack){
    .schemas = {"aten::column_stack(Tensor[] tensors) -> Tensor",
                "aten::column_stack.out(Tensor[] tensors, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<column_stack_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(list_samples),
};
TL_OP(block_diag){
    .schemas = {"aten::block_diag(Tensor[] tensors) -> Tensor"},
    .function = function<block_diag_impl>,
    .traits = Trait::composite | Trait::copied_out,
    .samples = TL_TEST(list_samples),
};
TL_OP(atleast_1d){
    .schemas = {"aten::atleast_1d(Tensor self) -> Tensor"},
    .function = function<atleast_1d_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(tensor_samples),
};
TL_OP(atleast_2d){
    .schemas = {"aten::atleast_2d(Tensor self) -> Tensor"},
    .function = function<atleast_2d_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(tensor_samples),
};
TL_OP(atleast_3d){
    .schemas = {"aten::atleast_3d(Tensor self) -> Tensor"},
    .function = function<atleast_3d_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(tensor_samples),
};
TL_OP(atleast_1d_list){
    .schemas = {"aten::atleast_1d.Sequence(Tensor[] tensors) -> Tensor[]"},
    .function = function<all_1d>,
    .traits = Trait::composite,
    .samples = TL_TEST(list_samples),
};
TL_OP(atleast_2d_list){
    .schemas = {"aten::atleast_2d.Sequence(Tensor[] tensors) -> Tensor[]"},
    .function = function<all_2d>,
    .traits = Trait::composite,
    .samples = TL_TEST(list_samples),
};
TL_OP(atleast_3d_list){
    .schemas = {"aten::atleast_3d.Sequence(Tensor[] tensors) -> Tensor[]"},
    .function = function<all_3d>,
    .traits = Trait::composite,
    .samples = TL_TEST(list_samples),
};
TL_OP(meshgrid){
    .schemas = {"aten::meshgrid.indexing(Tensor[] tensors, *, str indexing) -> Tensor[]"},
    .function = function<meshgrid_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(grid_samples),
};
TL_OP(meshgrid_default){
    .schemas = {"aten::meshgrid(Tensor[] tensors) -> Tensor[]"},
    .function = function<meshgrid_ij>,
    .traits = Trait::composite,
    .samples = TL_TEST(vector_samples),
};
TL_OP(cartesian_prod){
    .schemas = {"aten::cartesian_prod(Tensor[] tensors) -> Tensor"},
    .function = function<cartesian_prod_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(vector_samples),
};
TL_OP(pad_sequence){
    .schemas =
        {"aten::pad_sequence(Tensor[] sequences, bool batch_first=False, float padding_value=0.) -> Tensor"},
    .function = function<pad_sequence_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(sequence_samples),
};
}  // namespace tealight::ops
