// Triangles and diagonals of matrices, and the gradients of views: a zero tensor whose part is
// filled.
#include <algorithm>
#include <cstring>

#include "ops/copy.h"
#include "ops/gradients.h"
#include "ops/samples.h"
#include "ops/shape/view.h"
#include "tealight/ops.h"

namespace tealight::ops {
namespace {

// ---- triu and tril

Fact infer_triangle(const Fact& self, int64_t) {
  TL_CHECK(self.dim() >= 2, "triu/tril: input tensor must have at least 2 dimensions");
  return Fact(self.dtype, self.sizes);
}
template <bool Upper>
Offer prepare_triangle(const Call& c) {
  const DimVector& sizes = c.out().sizes;
  const int64_t k = std::clamp<int64_t>(c.arg<int64_t>(1), -(int64_t(1) << 60), int64_t(1) << 60);
  const int64_t rows = sizes[sizes.size() - 2], columns = sizes.back(),
                size = int64_t(c.out().itemsize()), all = c.out().numel();
  return Kernel([=](const Pointers& p) {
    if (all == 0) return;
    for (int64_t row = 0; row < all / columns; ++row) {
      const int64_t edge = std::clamp<int64_t>(row % rows + k + (Upper ? 0 : 1), 0,
                                               columns);  // first kept, or past the last
      const int64_t from = Upper ? edge : 0, to = Upper ? columns : edge;
      char* out = p.out<char>() + row * columns * size;
      const char* in = p.in<char>(0) + row * columns * size;
      std::memset(out, 0, size_t(from * size));
      std::memcpy(out + from * size, in + from * size, size_t((to - from) * size));
      std::memset(out + to * size, 0, size_t((columns - to) * size));
    }
  });
}
constexpr Impl triu_kernels[] = {{"rows", prepare_triangle<true>}};
constexpr Impl tril_kernels[] = {{"rows", prepare_triangle<false>}};
Grads triu_grads(const GradCall& c) { return {tealight::triu(c.grad(), c.arg<int64_t>(1))}; }
Grads tril_grads(const GradCall& c) { return {tealight::tril(c.grad(), c.arg<int64_t>(1))}; }

// ---- diagonals

Tensor diag_embed_impl(const Tensor& self, int64_t offset, int64_t dim1, int64_t dim2) {
  const int64_t n = self.dim() + 1, a = wrap_dim(dim1, n), b = wrap_dim(dim2, n);
  TL_CHECK(a != b, "diagonal dimensions cannot be identical ", dim1, ", ", dim2);
  TL_CHECK(self.dim() >= 1, "diag_embed: the tensor needs a dimension");
  TL_CHECK(std::abs(offset) < (int64_t(1) << 40), "diag_embed: offset ", offset, " is too large");
  DimVector sizes(self.sizes().slice(0, size_t(self.dim()) - 1));
  const int64_t side = self.size(-1) + std::abs(offset);
  sizes.insert(size_t(std::min(a, b)), side);
  sizes.insert(size_t(std::max(a, b)), side);
  return tealight::diagonal_backward(self, sizes, offset, a, b);
}
Tensor diag_impl(const Tensor& self, int64_t diagonal) {
  TL_CHECK(self.dim() == 1 || self.dim() == 2, "diag(): Supports 1D or 2D tensors. Got ",
           self.dim(), "D");
  return self.dim() == 1
             ? tealight::diag_embed(self, diagonal)
             : tealight::clone(tealight::diagonal(self, diagonal), MemoryFormat::Contiguous);
}
Tensor diagflat_impl(const Tensor& self, int64_t offset) {
  return tealight::diag_embed(tealight::reshape(self, {-1}), offset);
}

Tensor fill_diagonal_impl(const Tensor& self, const Scalar& value, bool wrap) {
  TL_CHECK(self.dim() >= 2, "dimensions must larger than 1");
  const int64_t rows = self.size(0), columns = self.size(1);
  int64_t step = 0;
  for (int64_t d = 0; d < self.dim(); ++d) {
    TL_CHECK(self.dim() == 2 || self.size(d) == rows,
             "all dimensions of input must be of equal length");
    step += self.stride(d);
  }
  copy_into(view_of(self, {std::min(rows, columns)}, {step}, self.storage_offset()),
            wrapped_scalar_tensor(value));
  if (wrap && self.dim() == 2 && rows > columns + 1) {  // the diagonal starts again below
    const int64_t all = self.numel(), per = columns + 1;
    const int64_t rest = (all + per - 1) / per - columns;
    const int64_t offset = self.stride(0) * (columns + 1);
    copy_into(tealight::as_strided(self, {rest}, {step}, self.storage_offset() + offset),
              wrapped_scalar_tensor(value));
  }
  return self;
}

Grads fill_diagonal_backward(const GradCall& c) {
  return {clone(c.grad(), MemoryFormat::Contiguous).fill_diagonal_(0, c.arg<bool>(2))};
}

// ---- a copy of self with one part replaced

enum class Part { select, slice, diagonal };
void check_part(const char* op, const Tensor& part, const Tensor& src) {
  TL_CHECK(part.sizes() == src.sizes(), op,
           ": expected src to have a size equal to the part of self that it replaces. src size = ",
           src.sizes(), ", part size = ", part.sizes());
}
Tensor part_of(const Tensor& t, Part p, Args a) {
  if (p == Part::select) return tealight::select(t, unpack<int64_t>(a[0]), unpack<int64_t>(a[1]));
  if (p == Part::diagonal)
    return tealight::diagonal(t, unpack<int64_t>(a[0]), unpack<int64_t>(a[1]),
                              unpack<int64_t>(a[2]));
  return tealight::slice(t, unpack<int64_t>(a[0]), unpack<std::optional<int64_t>>(a[1]),
                         unpack<std::optional<int64_t>>(a[2]), unpack<int64_t>(a[3]));
}
template <Part P>
Value scatter_into_part(Args args) {
  const Tensor& src = args[1].toTensor();
  Tensor r = tealight::clone(args[0].toTensor());
  const Tensor part = part_of(r, P, args.subspan(2));
  check_part(P == Part::select  ? "select_scatter"
             : P == Part::slice ? "slice_scatter"
                                : "diagonal_scatter",
             part, src);
  copy_into(part, src);
  return r;
}
template <Part P>
Grads scatter_grads(const GradCall& c) {
  const Args rest = c.args.subspan(2);
  Grads g(2);
  if (c.wants(1)) g[1] = part_of(c.grad(), P, rest);
  if (c.wants(0)) {
    std::vector<Value> stack{c.grad(), tealight::zeros(c.in(1).sizes(), c.grad().options())};
    stack.insert(stack.end(), rest.begin(), rest.end());
    call(find_overload(P == Part::select  ? "aten::select_scatter"
                       : P == Part::slice ? "aten::slice_scatter"
                                          : "aten::diagonal_scatter"),
         stack);
    g[0] = stack[0].toTensor();
  }
  return g;
}

// ---- gradients of views

template <Part P>
Value grow_part(Args args) {
  const Tensor& grad = args[0].toTensor();
  Tensor r = tealight::zeros(args[1].toDimVector(), grad.options());
  copy_into(part_of(r, P, args.subspan(2)), grad);
  return r;
}
template <Part P>
Grads grow_grads(const GradCall& c) {
  return {part_of(c.grad(), P, c.args.subspan(2))};
}

// Windows overlap, so their gradients add up.
Tensor unfold_sum(const Tensor& grad, const DimVector& sizes, int64_t dim, int64_t size,
                  int64_t step) {
  const Tensor places =
      tealight::arange(numel_of(sizes), TensorOptions(kLong)).view(sizes).unfold(dim, size, step);
  TL_CHECK(places.sizes() == grad.sizes(), "unfold_backward: a gradient of shape ", grad.sizes(),
           " where ", places.sizes(), " was expected");
  const Tensor flat =
      tealight::index_add(tealight::zeros({numel_of(sizes)}, grad.options()), 0,
                          tealight::reshape(places, {-1}), tealight::reshape(grad, {-1}));
  return tealight::reshape(flat, sizes);
}

Tensor narrow_copy_impl(const Tensor& self, int64_t dim, int64_t start, int64_t length) {
  return tealight::clone(tealight::narrow(self, dim, start, length), MemoryFormat::Contiguous);
}

std::vector<Sample> triangle_samples() {
  return {{{sample({3, 4}), 0}}, {{sample({2, 4, 3}), 1}}, {{sample({3, 4}), -2}}};
}
std::vector<Sample> embed_samples() {
  return {{{sample({2, 3}), 0, -2, -1}}, {{sample({2, 3}), 1, 0, 2}}, {{sample({3}), -1, 0, 1}}};
}
std::vector<Sample> diag_samples() { return {{{sample({3}), 1}}, {{sample({3, 4}), -1}}}; }
std::vector<Sample> fill_samples() {
  return {
      {{sample({3, 4}), 1.5, false}}, {{sample({7, 3}), 2, true}}, {{sample({3, 3, 3}), 2, false}}};
}
std::vector<Sample> select_samples() {
  return {{{sample({3, 4}), sample({4}, kFloat, -1, 1, 2), 0, -1}}};
}
std::vector<Sample> slice_samples() {
  return {{{sample({5, 4}), sample({2, 4}, kFloat, -1, 1, 2), 0, 1, 4, 2}},
          {{sample({5, 4}), sample({5, 2}, kFloat, -1, 1, 2), 1, Value(), 2, 1}}};
}
std::vector<Sample> diagonal_samples() {
  return {{{sample({3, 4}), sample({3}, kFloat, -1, 1, 2), 1, 0, 1}}};
}
std::vector<Sample> narrow_samples() { return {{{sample({5, 4}), 0, 1, 3}}}; }
std::vector<Sample> grow_select_samples() { return {{{sample({4}), DimVector{3, 4}, 0, 1}}}; }
std::vector<Sample> grow_slice_samples() {
  return {{{sample({2, 4}), DimVector{5, 4}, 0, 1, 4, 2}}};
}
std::vector<Sample> grow_diagonal_samples() { return {{{sample({3}), DimVector{3, 4}, 1, 0, 1}}}; }
std::vector<Sample> unfold_samples() { return {{{sample({3, 3, 3}), DimVector{7, 3}, 0, 3, 2}}}; }

}  // namespace

TL_OP(triu){
    .schemas = {"aten::triu(Tensor self, int diagonal=0) -> Tensor",
                "aten::triu_(Tensor(a!) self, int diagonal=0) -> Tensor(a!)",
                "aten::triu.out(Tensor self, int diagonal=0, *, Tensor(a!) out) -> Tensor(a!)"},
    .infer = infer<infer_triangle>,
    .kernels = triu_kernels,
    .backward = TL_TRAIN(triu_grads),
    .reads = {0, 0},
    .samples = TL_TEST(triangle_samples),
};
TL_OP(tril){
    .schemas = {"aten::tril(Tensor self, int diagonal=0) -> Tensor",
                "aten::tril_(Tensor(a!) self, int diagonal=0) -> Tensor(a!)",
                "aten::tril.out(Tensor self, int diagonal=0, *, Tensor(a!) out) -> Tensor(a!)"},
    .infer = infer<infer_triangle>,
    .kernels = tril_kernels,
    .backward = TL_TRAIN(tril_grads),
    .reads = {0, 0},
    .samples = TL_TEST(triangle_samples),
};
TL_OP(diag_embed){
    .schemas = {"aten::diag_embed(Tensor self, int offset=0, int dim1=-2, int dim2=-1) -> Tensor"},
    .function = function<diag_embed_impl>,
    .traits = Trait::composite | Trait::copied_out,
    .samples = TL_TEST(embed_samples),
};
TL_OP(diag){
    .schemas = {"aten::diag(Tensor self, int diagonal=0) -> Tensor",
                "aten::diag.out(Tensor self, int diagonal=0, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<diag_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(diag_samples),
};
TL_OP(diagflat){
    .schemas = {"aten::diagflat(Tensor self, int offset=0) -> Tensor"},
    .function = function<diagflat_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(diag_samples),
};
TL_OP(fill_diagonal_){
    .schemas =
        {"aten::fill_diagonal_(Tensor(a!) self, Scalar fill_value, bool wrap=False) -> Tensor(a!)"},
    .function = function<fill_diagonal_impl>,
    .backward = TL_TRAIN(fill_diagonal_backward),
    .reads = {0, 0},
    .samples = TL_TEST(fill_samples),
};
TL_OP(select_scatter){
    .schemas = {"aten::select_scatter(Tensor self, Tensor src, int dim, int index) -> Tensor"},
    .function = function<scatter_into_part<Part::select>>,
    .backward = TL_TRAIN(scatter_grads<Part::select>),
    .reads = {0, 0},
    .traits = Trait::copied_out,
    .samples = TL_TEST(select_samples),
};
TL_OP(slice_scatter){
    .schemas =
        {"aten::slice_scatter(Tensor self, Tensor src, int dim=0, SymInt? start=None, SymInt? end=None, SymInt step=1) -> Tensor"},
    .function = function<scatter_into_part<Part::slice>>,
    .backward = TL_TRAIN(scatter_grads<Part::slice>),
    .reads = {0, 0},
    .traits = Trait::copied_out,
    .samples = TL_TEST(slice_samples),
};
TL_OP(diagonal_scatter){
    .schemas =
        {"aten::diagonal_scatter(Tensor self, Tensor src, int offset=0, int dim1=0, int dim2=1) -> Tensor"},
    .function = function<scatter_into_part<Part::diagonal>>,
    .backward = TL_TRAIN(scatter_grads<Part::diagonal>),
    .reads = {0, 0},
    .traits = Trait::copied_out,
    .samples = TL_TEST(diagonal_samples),
};
TL_OP(select_backward){
    .schemas =
        {"aten::select_backward(Tensor grad_output, SymInt[] input_sizes, int dim, int index) -> Tensor"},
    .function = function<grow_part<Part::select>>,
    .backward = TL_TRAIN(grow_grads<Part::select>),
    .reads = {0, 0},
    .traits = Trait::copied_out,
    .samples = TL_TEST(grow_select_samples),
};
TL_OP(slice_backward){
    .schemas =
        {"aten::slice_backward(Tensor grad_output, SymInt[] input_sizes, int dim, SymInt start, SymInt end, SymInt step) -> Tensor"},
    .function = function<grow_part<Part::slice>>,
    .backward = TL_TRAIN(grow_grads<Part::slice>),
    .reads = {0, 0},
    .traits = Trait::copied_out,
    .samples = TL_TEST(grow_slice_samples),
};
TL_OP(diagonal_backward){
    .schemas =
        {"aten::diagonal_backward(Tensor grad_output, SymInt[] input_sizes, int offset, int dim1, int dim2) -> Tensor"},
    .function = function<grow_part<Part::diagonal>>,
    .backward = TL_TRAIN(grow_grads<Part::diagonal>),
    .reads = {0, 0},
    .traits = Trait::copied_out,
    .samples = TL_TEST(grow_diagonal_samples),
};
TL_OP(unfold_backward){
    .schemas =
        {"aten::unfold_backward(Tensor grad_in, int[] input_sizes, int dim, int size, int step) -> Tensor"},
    .function = function<unfold_sum>,
    .traits = Trait::composite | Trait::copied_out,
    .samples = TL_TEST(unfold_samples),
};
TL_OP(narrow_copy){
    .schemas = {"aten::narrow_copy(Tensor self, int dim, SymInt start, SymInt length) -> Tensor"},
    .function = function<narrow_copy_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(narrow_samples),
};
}  // namespace tealight::ops
