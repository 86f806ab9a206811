// torch.linalg.norm and matrix_norm, made of vector norms.
#include <cmath>

#include "ops/samples.h"
#include "tealight/ops.h"

namespace tealight::ops {
namespace {

using Dims = std::optional<DimVector>;
using Dtype = std::optional<ScalarType>;

DimVector matrix_dims(const char* op, const Tensor& self, const DimVector& dim) {
  TL_CHECK(self.dim() >= 2, op, ": The input tensor must have at least 2 dimensions, but got ",
           self.dim());
  TL_CHECK(self.is_floating_point() || self.is_complex(), op,
           ": Expected a floating point or complex tensor as input. Got ", self.scalar_type());
  TL_CHECK(dim.size() == 2, op, ": dim must be a 2-tuple. Got ", dim);
  const DimVector d{wrap_dim(dim[0], self.dim()), wrap_dim(dim[1], self.dim())};
  TL_CHECK(d[0] != d[1], op, ": dims must be different. Got (", dim[0], ", ", dim[1], ")");
  return d;
}

Tensor singular_values(const Tensor& self, const DimVector& d) {
  return linalg_svdvals(movedim(self, IntArrayRef(d), IntArrayRef({-2, -1})));
}

Tensor matrix_norm(const Tensor& given, const Scalar& ord, const DimVector& dim, bool keepdim,
                   Dtype dtype) {
  const DimVector d = matrix_dims("linalg.matrix_norm", given, dim);
  const Tensor self = dtype ? given.to(*dtype) : given;
  const double p = ord.toDouble(), size = std::abs(p);
  TL_CHECK(size == 1 || size == 2 || size == HUGE_VAL, "linalg.matrix_norm: Order ", p,
           " not supported.");
  if (size == 2) {
    const Tensor s = singular_values(self, d);
    Tensor r = p > 0 ? amax(s, {-1}) : amin(s, {-1});
    if (keepdim)
      for (int64_t at : {std::min(d[0], d[1]), std::max(d[0], d[1])}) r = unsqueeze(r, at);
    return r;
  }
  // Sums along columns, or along rows; then the largest or smallest of them.
  const Tensor sums = linalg_vector_norm(self, 1, IntArrayRef({size == 1 ? d[0] : d[1]}), true);
  return p > 0 ? amax(sums, d, keepdim) : amin(sums, d, keepdim);
}

Tensor named_matrix_norm(const Tensor& given, std::string_view ord, const DimVector& dim,
                         bool keepdim, Dtype dtype) {
  TL_CHECK(ord == "fro" || ord == "nuc", "linalg.matrix_norm: Order ", ord, " not supported.");
  const DimVector d = matrix_dims("linalg.matrix_norm", given, dim);
  if (ord == "fro") return linalg_vector_norm(given, 2, IntArrayRef(d), keepdim, dtype);
  return nuclear_norm(dtype ? given.to(*dtype) : given, d, keepdim);
}

// Of a matrix: two dimensions are named, or it has no others.
bool is_matrix(const Tensor& self, const Dims& dim) {
  TL_CHECK(!dim || dim->size() == 1 || dim->size() == 2,
           "linalg.norm: If dim is specified, it must be of length 1 or 2. Got ",
           dim.value_or(DimVector()));
  TL_CHECK(dim || self.dim() == 1 || self.dim() == 2,
           "linalg.norm: If dim is not specified but ord is, the input must be 1D or 2D. Got ",
           self.dim(), "D.");
  return dim ? dim->size() == 2 : self.dim() == 2;
}
DimVector both_dims(const Dims& dim) { return dim ? *dim : DimVector{0, 1}; }
OptionalIntArrayRef some_dims(const Dims& dim) {
  return dim ? OptionalIntArrayRef(IntArrayRef(*dim)) : std::nullopt;
}

Tensor any_norm(const Tensor& self, const std::optional<Scalar>& ord, const Dims& dim, bool keepdim,
                Dtype dtype) {
  if (ord && is_matrix(self, dim)) return matrix_norm(self, *ord, both_dims(dim), keepdim, dtype);
  return linalg_vector_norm(self, ord.value_or(2), some_dims(dim), keepdim, dtype);
}
Tensor named_norm(const Tensor& self, std::string_view ord, const Dims& dim, bool keepdim,
                  Dtype dtype) {
  TL_CHECK(is_matrix(self, dim), "linalg.norm: Order ", ord, " is one of matrices");
  return named_matrix_norm(self, ord, both_dims(dim), keepdim, dtype);
}

std::vector<Sample> norm_samples() {
  return {{{sample({2, 3}), Value(), Value(), false, Value()}},
          {{sample({2, 3, 4}), Value(), DimVector{1}, true, Value()}},
          {{sample({2, 3, 4}), 1, DimVector{2, 0}, true, Value()}},
          {{sample({2, 3}), -HUGE_VAL, Value(), false, Value()}},
          {{sample({5}), 3, Value(), false, kDouble}}};
}
std::vector<Sample> named_samples() {
  return {{{sample({2, 3}), "fro", Value(), false, Value()}},
          {{sample({2, 3, 4}), "fro", DimVector{0, 2}, true, Value()}}};
}
std::vector<Sample> matrix_samples() {
  return {{{sample({2, 3, 4}), HUGE_VAL, DimVector{-2, -1}, false, Value()}},
          {{sample({2, 3, 4}), -1, DimVector{0, 2}, true, Value()}}};
}
std::vector<Sample> named_matrix_samples() {
  return {{{sample({2, 3, 4}), "fro", DimVector{-2, -1}, false, kDouble}}};
}

#define TL_NORM_ARGS "int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None"
#define TL_MATRIX_ARGS "int[] dim=[-2,-1], bool keepdim=False, *, ScalarType? dtype=None"
#define TL_OUT ", Tensor(a!) out) -> Tensor(a!)"
}  // namespace

TL_OP(linalg_norm){
    .schemas = {"aten::linalg_norm(Tensor self, Scalar? ord=None, " TL_NORM_ARGS ") -> Tensor",
                "aten::linalg_norm.out(Tensor self, Scalar? ord=None, " TL_NORM_ARGS TL_OUT},
    .function = function<any_norm>,
    .traits = Trait::composite,
    .samples = TL_TEST(norm_samples),
};
TL_OP(linalg_norm_named){
    .schemas = {"aten::linalg_norm.ord_str(Tensor self, str ord, " TL_NORM_ARGS ") -> Tensor",
                "aten::linalg_norm.ord_str_out(Tensor self, str ord, " TL_NORM_ARGS TL_OUT},
    .function = function<named_norm>,
    .traits = Trait::composite,
    .samples = TL_TEST(named_samples),
};
TL_OP(linalg_matrix_norm){
    .schemas = {"aten::linalg_matrix_norm(Tensor self, Scalar ord, " TL_MATRIX_ARGS ") -> Tensor",
                "aten::linalg_matrix_norm.out(Tensor self, Scalar ord, " TL_MATRIX_ARGS TL_OUT},
    .function = function<matrix_norm>,
    .traits = Trait::composite,
    .samples = TL_TEST(matrix_samples),
};
TL_OP(linalg_matrix_norm_named){
    .schemas =
        {"aten::linalg_matrix_norm.str_ord(Tensor self, str ord='fro', " TL_MATRIX_ARGS
         ") -> Tensor",
         "aten::linalg_matrix_norm.str_ord_out(Tensor self, str ord='fro', " TL_MATRIX_ARGS TL_OUT},
    .function = function<named_matrix_norm>,
    .traits = Trait::composite,
    .samples = TL_TEST(named_matrix_samples),
};

}  // namespace tealight::ops
