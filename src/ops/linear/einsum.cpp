// Sums of products: einsum, tensordot, inner, kron, bilinear, chains and powers of matrices.
#include <algorithm>
#include <cmath>

#include "ops/copy.h"
#include "ops/samples.h"
#include "tealight/ops.h"

namespace tealight::ops {
namespace {

// ---- tensordot: both become matrices

Tensor tensordot_impl(const Tensor& self, const Tensor& other, const DimVector& dims_self,
                      const DimVector& dims_other) {
  TL_CHECK(dims_self.size() == dims_other.size(), "both dimension lists should have same length");
  Tensor a = self, b = other;
  std::vector<bool> in_a(size_t(self.dim())), in_b(size_t(other.dim()));
  DimVector order_a, order_b, contracted_a, contracted_b, sizes;
  int64_t inner = 1;
  for (size_t i = 0; i < dims_self.size(); ++i) {
    const int64_t x = wrap_dim(dims_self[i], self.dim()), y = wrap_dim(dims_other[i], other.dim());
    TL_CHECK(self.dim() && other.dim() && !in_a[size_t(x)] && !in_b[size_t(y)], "dim ", x,
             " appears multiple times in the list of dims");
    in_a[size_t(x)] = in_b[size_t(y)] = true;
    const int64_t nx = self.size(x), ny = other.size(y);
    if (ny == 1 && nx != 1) {
      a = tealight::sum(a, DimVector{x}, true);
    } else if (nx == 1 && ny != 1) {
      b = tealight::sum(b, DimVector{y}, true);
    } else {
      TL_CHECK(nx == ny, "contracted dimensions need to match, but first has size ", nx, " in dim ",
               x, " and second has size ", ny, " in dim ", y);
      inner *= nx;
    }
    contracted_a.push_back(x), contracted_b.push_back(y);
  }
  int64_t rows = 1, columns = 1;
  for (int64_t d = 0; d < self.dim(); ++d)
    if (!in_a[size_t(d)]) order_a.push_back(d), sizes.push_back(self.size(d)), rows *= self.size(d);
  for (int64_t d : contracted_a) order_a.push_back(d);
  for (int64_t d : contracted_b) order_b.push_back(d);
  for (int64_t d = 0; d < other.dim(); ++d)
    if (!in_b[size_t(d)])
      order_b.push_back(d), sizes.push_back(other.size(d)), columns *= other.size(d);
  a = tealight::reshape(tealight::permute(a, order_a), {rows, inner});
  b = tealight::reshape(tealight::permute(b, order_b), {inner, columns});
  return tealight::reshape(tealight::mm(a, b), sizes);
}

// ---- einsum

constexpr int64_t kEllipsis =
    128;  // labels from here on: the dimensions that "..." covers, the last one first

using Labels = std::vector<int64_t>;

// The labels of one term; `covered` is how many dimensions its "..." stands for.
Labels labels_of(std::string_view term, int64_t covered) {
  Labels labels;
  bool dots = false;
  for (size_t i = 0; i < term.size(); ++i) {
    const char c = term[i];
    if (c == ' ') continue;
    if (c == '.') {
      TL_CHECK(!dots && term.substr(i, 3) == "...",
               "einsum(): found '.' that is not part of any ellipsis in \"", term, "\"");
      dots = true;
      i += 2;
      for (int64_t k = covered; k-- > 0;) labels.push_back(kEllipsis + k);
    } else {
      TL_CHECK((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'),
               "einsum(): invalid subscript given at index ", i,
               " in the equation string, subscripts must be in [a-zA-Z]");
      labels.push_back(c);
    }
  }
  return labels;
}
int64_t letters_in(std::string_view term) {
  return std::count_if(term.begin(), term.end(),
                       [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
}

struct Operand {
  Tensor tensor;
  Labels labels;
  bool has(int64_t l) const { return std::find(labels.begin(), labels.end(), l) != labels.end(); }
  int64_t place(int64_t l) const {
    return std::find(labels.begin(), labels.end(), l) - labels.begin();
  }
};

// A label that stands twice in a term takes the diagonal.
Operand without_repeats(Tensor t, Labels labels) {
  for (size_t i = 0; i < labels.size(); ++i) {
    for (size_t j = i + 1; j < labels.size(); ++j) {
      if (labels[i] != labels[j]) continue;
      TL_CHECK(t.size(int64_t(i)) == t.size(int64_t(j)), "einsum(): subscript ", char(labels[i]),
               " is repeated for an operand but the sizes don't match, ", t.size(int64_t(j)),
               " != ", t.size(int64_t(i)));
      t = tealight::movedim(tealight::diagonal(t, 0, int64_t(i), int64_t(j)), -1, int64_t(i));
      labels.erase(labels.begin() + int64_t(j--));
    }
  }
  return {t, labels};
}

// The dimensions of those labels, in that order; a label that is not there is a dimension of
// size 1.
Tensor arranged(const Operand& x, const Labels& labels) {
  DimVector order;
  for (int64_t l : labels)
    if (x.has(l)) order.push_back(x.place(l));
  Tensor t = tealight::permute(x.tensor, order);
  for (size_t i = 0; i < labels.size(); ++i)
    if (!x.has(labels[i])) t = tealight::unsqueeze(t, int64_t(i));
  return t;
}
Operand summed(Operand x, const Labels& gone) {
  DimVector dims;
  Labels left;
  for (int64_t l : x.labels) {
    if (std::find(gone.begin(), gone.end(), l) != gone.end())
      dims.push_back(x.place(l));
    else
      left.push_back(l);
  }
  if (dims.empty()) return x;
  return {tealight::sum(x.tensor, dims), left};
}
int64_t product_of(IntArrayRef sizes, size_t from, size_t to) {
  int64_t n = 1;
  for (size_t i = from; i < to; ++i) n *= sizes[i];
  return n;
}

// Two operands as one batched matrix product: (shared, left only, contracted) x (shared,
// contracted, right only).
Operand contract(Operand a, Operand b, const Labels& needed) {
  const auto wanted = [&](int64_t l) {
    return std::find(needed.begin(), needed.end(), l) != needed.end();
  };
  Labels only_a, only_b, gone, shared, contracted;
  for (int64_t l : a.labels)
    if (!b.has(l) && !wanted(l)) gone.push_back(l);
  for (int64_t l : b.labels)
    if (!a.has(l) && !wanted(l)) gone.push_back(l);
  // a dimension of size 1 beside a larger one broadcasts: it is dropped, or summed with what it
  // meets
  Labels ones_a, ones_b;
  for (int64_t l : a.labels) {
    if (!b.has(l)) continue;
    const int64_t na = a.tensor.size(a.place(l)), nb = b.tensor.size(b.place(l));
    TL_CHECK(
        na == nb || na == 1 || nb == 1,
        "einsum(): operands do not broadcast with remapped shapes [original->remapped]: a dimension has sizes ",
        na, " and ", nb);
    if (na != nb) (na == 1 ? ones_a : ones_b).push_back(l);
  }
  for (int64_t l : ones_a)
    if (!wanted(l)) gone.push_back(l);
  for (int64_t l : ones_b)
    if (!wanted(l)) gone.push_back(l);
  Labels gone_a = gone, gone_b = gone;
  gone_a.insert(gone_a.end(), ones_a.begin(), ones_a.end());
  gone_b.insert(gone_b.end(), ones_b.begin(), ones_b.end());
  a = summed(a, gone_a), b = summed(b, gone_b);
  for (int64_t l : a.labels) (!b.has(l) ? only_a : wanted(l) ? shared : contracted).push_back(l);
  for (int64_t l : b.labels)
    if (!a.has(l)) only_b.push_back(l);
  const auto joined = [](Labels x, const Labels& y, const Labels& z) {
    x.insert(x.end(), y.begin(), y.end());
    x.insert(x.end(), z.begin(), z.end());
    return x;
  };
  const Tensor left = arranged(a, joined(shared, only_a, contracted)),
               right = arranged(b, joined(shared, contracted, only_b));
  Operand r{Tensor(), joined(shared, only_a, only_b)};
  if (contracted.empty() && (only_a.empty() || only_b.empty())) {  // a plain product
    r.tensor = tealight::mul(arranged(a, r.labels), arranged(b, r.labels));
    return r;
  }
  const size_t ns = shared.size(), na = only_a.size(), nc = contracted.size(), nb = only_b.size();
  const int64_t batch = product_of(left.sizes(), 0, ns),
                rows = product_of(left.sizes(), ns, ns + na),
                inner = product_of(left.sizes(), ns + na, ns + na + nc);
  const int64_t columns = product_of(right.sizes(), ns + nc, ns + nc + nb);
  DimVector sizes(left.sizes().slice(0, ns + na));
  for (size_t i = 0; i < nb; ++i) sizes.push_back(right.sizes()[ns + nc + i]);
  r.tensor = tealight::reshape(tealight::bmm(tealight::reshape(left, {batch, rows, inner}),
                                             tealight::reshape(right, {batch, inner, columns})),
                               sizes);
  return r;
}

std::vector<std::string_view> split(std::string_view text, char by) {
  std::vector<std::string_view> parts;
  for (size_t at; (at = text.find(by)) != text.npos; text.remove_prefix(at + 1))
    parts.push_back(text.substr(0, at));
  parts.push_back(text);
  return parts;
}
Tensor einsum_impl(const std::string& equation, const std::vector<Tensor>& tensors,
                   const std::optional<DimVector>&) {
  TL_CHECK(!tensors.empty(), "einsum(): must provide at least one operand");
  const size_t arrow = equation.find("->");
  const auto terms = split(std::string_view(equation).substr(0, arrow), ',');
  TL_CHECK(terms.size() == tensors.size(),
           terms.size() < tensors.size()
               ? "einsum(): more operands were provided than specified in the equation"
               : "einsum(): fewer operands were provided than specified in the equation");
  std::vector<Operand> operands;
  int64_t covered = 0;
  for (size_t i = 0; i < terms.size(); ++i) {
    const int64_t letters = letters_in(terms[i]), dims = tensors[i].dim();
    const bool dots = terms[i].find('.') != terms[i].npos;
    TL_CHECK(dots ? dims >= letters : dims == letters,
             "einsum(): the number of subscripts in the equation (", letters,
             dots ? ") is more than the number of dimensions ("
                  : ") does not match the number of dimensions (",
             dims, ") for operand ", i, dots ? "" : " and no ellipsis was given");
    covered = std::max(covered, dims - letters);
    operands.push_back(without_repeats(tensors[i], labels_of(terms[i], dims - letters)));
  }
  Labels out;
  if (arrow != equation.npos) {
    out = labels_of(std::string_view(equation).substr(arrow + 2), covered);
    for (size_t i = 0; i < out.size(); ++i) {
      TL_CHECK(std::count(out.begin(), out.end(), out[i]) == 1, "einsum(): output subscript ",
               char(out[i]), " appears more than once in the output");
      TL_CHECK(std::any_of(operands.begin(), operands.end(),
                           [&](const Operand& x) { return x.has(out[i]); }),
               "einsum(): output subscript ", char(out[i]),
               " does not appear in the equation for any input operand");
    }
  } else {  // what stands once, in alphabetical order, after the "..."
    for (int64_t k = covered; k-- > 0;) out.push_back(kEllipsis + k);
    for (int64_t l = 'A'; l <= 'z'; ++l) {
      int64_t n = 0;
      for (std::string_view t : terms) n += std::count(t.begin(), t.end(), char(l));
      if (n == 1) out.push_back(l);
    }
  }
  Operand r = operands[0];
  for (size_t i = 1; i < operands.size(); ++i) {
    Labels needed = out;
    for (size_t j = i + 1; j < operands.size(); ++j)
      needed.insert(needed.end(), operands[j].labels.begin(), operands[j].labels.end());
    r = contract(r, operands[i], needed);
  }
  Labels gone;
  for (int64_t l : r.labels)
    if (std::find(out.begin(), out.end(), l) == out.end()) gone.push_back(l);
  r = summed(r, gone);
  return arranged(r, out);
}

// ---- inner, kron, bilinear

Tensor inner_impl(const Tensor& self, const Tensor& other) {
  if (self.dim() == 0 || other.dim() == 0) return tealight::mul(self, other);
  TL_CHECK(self.size(-1) == other.size(-1),
           "inner() the last dimension must match on both input tensors but got shapes ",
           self.sizes(), " and ", other.sizes());
  return tealight::tensordot(self, other, {-1}, {-1});
}
Tensor kron_impl(const Tensor& self, const Tensor& other) {
  const int64_t n = std::max(self.dim(), other.dim());
  DimVector a, b, sizes;
  for (int64_t d = 0; d < n; ++d) {
    const int64_t x = d + self.dim() < n ? 1 : self.size(d + self.dim() - n),
                  y = d + other.dim() < n ? 1 : other.size(d + other.dim() - n);
    a.push_back(x), a.push_back(1), b.push_back(1), b.push_back(y), sizes.push_back(x * y);
  }
  return tealight::reshape(tealight::mul(tealight::reshape(self, a), tealight::reshape(other, b)),
                           sizes);
}
Tensor bilinear_impl(const Tensor& x, const Tensor& y, const Tensor& weight,
                     const std::optional<Tensor>& bias) {
  TL_CHECK(x.dim() == y.dim() && x.dim() > 0, "bilinear(): input dimensions do not match: got ",
           x.dim(), " and ", y.dim());
  TL_CHECK(weight.dim() == 3 && x.size(-1) == weight.size(1),
           "bilinear(): input1 size does not match weight size: got ", x.size(-1), " but expected ",
           weight.dim() == 3 ? weight.size(1) : -1);
  TL_CHECK(y.size(-1) == weight.size(2), "bilinear(): input2 size does not match weight size: got ",
           y.size(-1), " but expected ", weight.size(2));
  DimVector sizes(x.sizes());
  for (int64_t d = 0; d + 1 < x.dim(); ++d)
    TL_CHECK(x.size(d) == y.size(d), "bilinear(): input batch dimensions do not match at dim ", d,
             ": got ", x.size(d), " and ", y.size(d));
  sizes.back() = weight.size(0);
  const Tensor a = tealight::reshape(x, {-1, x.size(-1)}),
               b = tealight::reshape(y, {-1, y.size(-1)});
  Tensor r = tealight::reshape(tealight::einsum("bi,oij,bj->bo", {a, weight, b}), sizes);
  return bias ? tealight::add(r, *bias) : r;
}

// ---- matrices

Tensor chain_impl(const std::vector<Tensor>& matrices) {
  TL_CHECK(!matrices.empty(), "chain_matmul(): Expected one or more matrices");
  for (const Tensor& m : matrices)
    TL_CHECK(m.dim() == 2, "Tensor dimension is ", m.dim(), ", expected 2 instead.");
  if (matrices.size() == 3) {  // the cheaper order of two
    const double a = double(matrices[0].size(0)), b = double(matrices[1].size(0)),
                 c = double(matrices[2].size(0)), d = double(matrices[2].size(1));
    if (b * c * d + a * b * d < a * b * c + a * c * d)
      return tealight::mm(matrices[0], tealight::mm(matrices[1], matrices[2]));
  }
  Tensor r = matrices[0];
  for (size_t i = 1; i < matrices.size(); ++i) r = tealight::mm(r, matrices[i]);
  return r;
}
void check_square(const char* op, const Tensor& self) {
  TL_CHECK(self.dim() >= 2, op, ": The input tensor A must have at least 2 dimensions.");
  TL_CHECK(self.size(-1) == self.size(-2), op,
           ": A must be batches of square matrices, but they are ", self.size(-2), " by ",
           self.size(-1), " matrices");
}
Tensor identity_like(const Tensor& self) {
  return tealight::eye(self.size(-1), self.options()).expand(self.sizes());
}
Tensor power_impl(const Tensor& self, int64_t n) {
  check_square("linalg.matrix_power", self);
  if (n == 0) return tealight::clone(identity_like(self), MemoryFormat::Contiguous);
  Tensor square = n < 0 ? tealight::linalg_inv(self) : self, r;
  for (uint64_t k = n < 0 ? 0 - uint64_t(n) : uint64_t(n); k; k >>= 1) {
    if (k & 1) r = r.defined() ? tealight::matmul(r, square) : square;
    if (k > 1) square = tealight::matmul(square, square);
  }
  return r.is_same(self) ? tealight::clone(self) : r;
}
// Scaling and squaring: exp(A) = exp(A / 2^s)^(2^s), by a Taylor polynomial where A / 2^s is small.
Tensor exponential_impl(const Tensor& self) {
  check_square("linalg.matrix_exp", self);
  TL_CHECK(self.is_floating_point() || self.is_complex(),
           "linalg.matrix_exp: Expected a floating point or complex tensor as input. Got ",
           self.scalar_type());
  if (self.numel() == 0) return tealight::clone(self);
  const double norm = tealight::amax(tealight::sum(tealight::abs(self), DimVector{-1}), DimVector{})
                          .item()
                          .toDouble();
  TL_CHECK(norm < 1e300, "linalg.matrix_exp: the matrix has infinite or undefined elements");
  const int squarings = norm > 0.5 ? int(std::ceil(std::log2(norm / 0.5))) : 0;
  const Tensor small = tealight::mul(self, std::ldexp(1.0, -squarings)), one = identity_like(self);
  Tensor r = one;
  for (int k = self.scalar_type() == kDouble || self.scalar_type() == kComplexDouble ? 14 : 9;
       k > 0; --k)
    r = tealight::add(one, tealight::mul(tealight::matmul(small, r), 1.0 / k));
  for (int i = 0; i < squarings; ++i) r = tealight::matmul(r, r);
  return r;
}

Value tensors(std::vector<Tensor> v) { return Value(v); }
Tensor other(IntArrayRef sizes) { return sample(sizes, kFloat, -1, 1, 2); }
std::vector<Sample> dot_samples() {
  return {{{sample({2, 3, 4}), other({4, 3, 5}), DimVector{1, 2}, DimVector{1, 0}}},
          {{sample({2, 3}), other({4}), DimVector{}, DimVector{}}}};
}
std::vector<Sample> einsum_samples() {
  return {{{"ij,jk->ik", tensors({sample({2, 3}), other({3, 4})}), Value()}},
          {{"bij,bjk", tensors({sample({2, 3, 4}), other({2, 4, 3})}), Value()}},
          {{"...i,...i->...", tensors({sample({2, 3, 4}), other({3, 4})}), Value()}},
          {{"ii->i", tensors({sample({3, 3})}), Value()}},
          {{"ij->ji", tensors({sample({3, 2})}), Value()}},
          {{"i,j->ij", tensors({sample({3}), other({2})}), Value()}},
          {{"bhid,bhjd->bhij", tensors({sample({2, 2, 3, 4}), other({2, 2, 5, 4})}), Value()}},
          {{"ij,jk,kl->il", tensors({sample({2, 3}), other({3, 4}), other({4, 2})}), Value()}},
          {{"ij,kj", tensors({sample({2, 1}), other({3, 4})}), Value()}}};
}
std::vector<Sample> inner_samples() {
  return {
      {{sample({2, 3}), other({4, 3})}}, {{sample({3}), other({3})}}, {{sample({}), other({2})}}};
}
std::vector<Sample> kron_samples() {
  return {{{sample({2, 3}), other({3, 2})}}, {{sample({2}), other({2, 3})}}};
}
std::vector<Sample> bilinear_samples() {
  return {{{sample({2, 3}), other({2, 4}), sample({5, 3, 4}, kFloat, -1, 1, 3), other({5})}},
          {{sample({3}), other({4}), sample({5, 3, 4}, kFloat, -1, 1, 3), Value()}}};
}
std::vector<Sample> chain_samples() {
  return {{{tensors({sample({2, 3}), other({3, 4}), other({4, 2})})}}};
}
std::vector<Sample> power_samples() {
  return {{{sample({3, 3}), 3}}, {{sample({2, 3, 3}), 0}}, {{sample({3, 3}), 6}}};
}
std::vector<Sample> exponential_samples() {
  return {{{sample({3, 3})}}, {{sample({2, 3, 3}, kDouble)}}};
}

}  // namespace

TL_OP(tensordot){
    .schemas =
        {"aten::tensordot(Tensor self, Tensor other, int[] dims_self, int[] dims_other) -> Tensor",
         "aten::tensordot.out(Tensor self, Tensor other, int[] dims_self, int[] dims_other, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<tensordot_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(dot_samples),
};
TL_OP(einsum){
    .schemas = {"aten::einsum(str equation, Tensor[] tensors, *, int[]? path=None) -> Tensor"},
    .function = function<einsum_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(einsum_samples),
};
TL_OP(inner){
    .schemas = {"aten::inner(Tensor self, Tensor other) -> Tensor",
                "aten::inner.out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<inner_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(inner_samples),
};
TL_OP(kron){
    .schemas = {"aten::kron(Tensor self, Tensor other) -> Tensor",
                "aten::kron.out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<kron_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(kron_samples),
};
TL_OP(bilinear){
    .schemas =
        {"aten::bilinear(Tensor input1, Tensor input2, Tensor weight, Tensor? bias=None) -> Tensor"},
    .function = function<bilinear_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(bilinear_samples),
};
TL_OP(chain_matmul){
    .schemas = {"aten::chain_matmul(Tensor[] matrices) -> Tensor",
                "aten::chain_matmul.out(Tensor[] matrices, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<chain_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(chain_samples),
};
TL_OP(linalg_matrix_power){
    .schemas =
        {"aten::linalg_matrix_power(Tensor self, int n) -> Tensor",
         "aten::linalg_matrix_power.out(Tensor self, int n, *, Tensor(a!) out) -> Tensor(a!)",
         "aten::matrix_power(Tensor self, int n) -> Tensor",
         "aten::matrix_power.out(Tensor self, int n, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<power_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(power_samples),
};
TL_OP(linalg_matrix_exp){
    .schemas = {"aten::linalg_matrix_exp(Tensor self) -> Tensor",
                "aten::matrix_exp(Tensor self) -> Tensor"},
    .function = function<exponential_impl>,
    .traits = Trait::composite | Trait::copied_out,
    .samples = TL_TEST(exponential_samples),
};
}  // namespace tealight::ops
