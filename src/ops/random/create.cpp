// New random tensors: rand, randn, randint, randperm and their _like forms.
#include "ops/random/create.h"

#include "kernels/random/distributions.h"
#include "ops/random/fill.h"

namespace tealight::ops {
namespace {

Tensor make_like(const Tensor& self, DType_ t, Layout_ l, Device_ d, Format_ m) {
  return empty_like(self, t, l, d, std::nullopt, m);
}

Tensor rand_generator_impl(const DimVector& size, const Value& g, DType_ t, Layout_ l, Device_ d,
                           std::optional<bool>) {
  return make(size, t.value_or(get_default_dtype_as_scalartype()), l, d)
      .uniform_(0, 1, generator(g));
}
Tensor rand_impl(const DimVector& size, DType_ t, Layout_ l, Device_ d, std::optional<bool> p) {
  return rand_generator_impl(size, Value(), t, l, d, p);
}
Tensor randn_generator_impl(const DimVector& size, const Value& g, DType_ t, Layout_ l, Device_ d,
                            std::optional<bool>) {
  return make(size, t.value_or(get_default_dtype_as_scalartype()), l, d)
      .normal_(0, 1, generator(g));
}
Tensor randn_impl(const DimVector& size, DType_ t, Layout_ l, Device_ d, std::optional<bool> p) {
  return randn_generator_impl(size, Value(), t, l, d, p);
}
Tensor randint_low_generator_impl(int64_t low, int64_t high, const DimVector& size, const Value& g,
                                  DType_ t, Layout_ l, Device_ d, std::optional<bool>) {
  return make(size, t.value_or(get_default_dtype_as_scalartype()), l, d)
      .random_(low, high, generator(g));
}
Tensor randint_low_impl(int64_t low, int64_t high, const DimVector& size, DType_ t, Layout_ l,
                        Device_ d, std::optional<bool> p) {
  return randint_low_generator_impl(low, high, size, Value(), t, l, d, p);
}
Tensor randint_impl(int64_t high, const DimVector& size, DType_ t, Layout_ l, Device_ d,
                    std::optional<bool> p) {
  return randint_low_impl(0, high, size, t, l, d, p);
}
Tensor randint_generator_impl(int64_t high, const DimVector& size, const Value& g, DType_ t,
                              Layout_ l, Device_ d, std::optional<bool> p) {
  return randint_low_generator_impl(0, high, size, g, t, l, d, p);
}
Tensor rand_out_impl(const DimVector& size, const Tensor& out) {
  return resized(out, size).uniform_(0, 1);
}
Tensor rand_generator_out_impl(const DimVector& size, const Value& g, const Tensor& out) {
  return resized(out, size).uniform_(0, 1, generator(g));
}
Tensor randn_out_impl(const DimVector& size, const Tensor& out) {
  return resized(out, size).normal_(0, 1);
}
Tensor randn_generator_out_impl(const DimVector& size, const Value& g, const Tensor& out) {
  return resized(out, size).normal_(0, 1, generator(g));
}
Tensor randint_low_generator_out_impl(int64_t low, int64_t high, const DimVector& size,
                                      const Value& g, const Tensor& out) {
  return resized(out, size).random_(low, high, generator(g));
}
Tensor randint_low_out_impl(int64_t low, int64_t high, const DimVector& size, const Tensor& out) {
  return randint_low_generator_out_impl(low, high, size, Value(), out);
}
Tensor randint_generator_out_impl(int64_t high, const DimVector& size, const Value& g,
                                  const Tensor& out) {
  return randint_low_generator_out_impl(0, high, size, g, out);
}
Tensor randint_out_impl(int64_t high, const DimVector& size, const Tensor& out) {
  return randint_low_out_impl(0, high, size, out);
}

// ---- like another

Tensor rand_like_impl(const Tensor& self, DType_ t, Layout_ l, Device_ d, std::optional<bool>,
                      Format_ m) {
  return make_like(self, t, l, d, m).uniform_(0, 1);
}
Tensor randn_like_impl(const Tensor& self, DType_ t, Layout_ l, Device_ d, std::optional<bool>,
                       Format_ m) {
  return make_like(self, t, l, d, m).normal_(0, 1);
}
Tensor randint_like_low_impl(const Tensor& self, int64_t low, int64_t high, DType_ t, Layout_ l,
                             Device_ d, std::optional<bool>, Format_ m) {
  return make_like(self, t, l, d, m).random_(low, high);
}
Tensor randint_like_impl(const Tensor& self, int64_t high, DType_ t, Layout_ l, Device_ d,
                         std::optional<bool> p, Format_ m) {
  return randint_like_low_impl(self, 0, high, t, l, d, p, m);
}

// ---- permutations

Tensor permute_into(int64_t n, const Value& g, const Tensor& out) {
  TL_CHECK(n >= 0, "n must be non-negative, got", n);
  with_any("randperm", out.scalar_type(), [&](auto t) {
    draw_from(g, [&](kernels::Generator& state) {
      kernels::fill_permutation(state, n, out.as<decltype(t)>());
    });
  });
  return out;
}
Tensor randperm_generator_impl(int64_t n, const Value& g, DType_ t, Layout_ l, Device_ d,
                               std::optional<bool>) {
  TL_CHECK(n >= 0, "n must be non-negative, got", n);
  return permute_into(n, g, make({n}, t.value_or(kLong), l, d));
}
Tensor randperm_impl(int64_t n, DType_ t, Layout_ l, Device_ d, std::optional<bool> p) {
  return randperm_generator_impl(n, Value(), t, l, d, p);
}
Tensor randperm_generator_out_impl(int64_t n, const Value& g, const Tensor& out) {
  TL_CHECK(n >= 0, "n must be non-negative, got", n);
  copy_into(resized(out, {n}), permute_into(n, g, Tensor(Fact(out.scalar_type(), {n}))));
  return out;
}
Tensor randperm_out_impl(int64_t n, const Tensor& out) {
  return randperm_generator_out_impl(n, Value(), out);
}
std::vector<Sample> size_samples() {
  return {{with_options({DimVector{2, 30}}, Value())},
          {with_options({DimVector{5}}, kDouble)},
          {with_options({DimVector{}}, kHalf)},
          {with_options({DimVector{0, 2}}, kFloat)},
          {with_options({DimVector{3, 2}}, kComplexFloat)}};
}
std::vector<Sample> low_samples() {
  return {{with_options({-3, 10, DimVector{2, 30}}, kLong)},
          {with_options({0, 7, DimVector{5}}, kFloat)}};
}
std::vector<Sample> high_samples() {
  return {{with_options({10, DimVector{2, 30}}, kLong)}, {with_options({2, DimVector{5}}, kInt)}};
}
std::vector<Sample> like_samples() {
  return {{{sample({3, 4}), Value(), Value(), Value(), Value(), Value()}},
          {{sample({2, 3, 4, 5}), kDouble, Value(), Value(), Value(),
            int64_t(MemoryFormat::ChannelsLast)}}};
}
std::vector<Sample> randint_like_samples() {
  return {{{sample({3, 4}), 10, Value(), Value(), Value(), Value(), Value()}}};
}
std::vector<Sample> perm_samples() {
  return {{with_options({20}, kLong)},
          {with_options({1}, kInt)},
          {with_options({0}, kLong)},
          {with_options({7}, kFloat)}};
}

}  // namespace

#define TL_OPTIONS \
  "ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None"
#define TL_LONG_OPTIONS \
  "ScalarType? dtype=4, Layout? layout=None, Device? device=None, bool? pin_memory=None"
TL_OP(rand){
    .schemas = {"aten::rand(SymInt[] size, *, " TL_OPTIONS ") -> Tensor"},
    .function = function<rand_impl>,
    .traits = kRandom,
    .samples = TL_TEST(size_samples),
};
TL_OP(rand_generator){
    .schemas = {"aten::rand.generator(SymInt[] size, *, Generator? generator, " TL_OPTIONS
                ") -> Tensor"},
    .function = function<rand_generator_impl>,
    .traits = kRandom,
};
TL_OP(rand_out){
    .schemas = {"aten::rand.out(SymInt[] size, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<rand_out_impl>,
    .traits = kRandom,
};
TL_OP(rand_generator_out){
    .schemas =
        {"aten::rand.generator_out(SymInt[] size, *, Generator? generator, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<rand_generator_out_impl>,
    .traits = kRandom,
};
TL_OP(randn){
    .schemas = {"aten::randn(SymInt[] size, *, " TL_OPTIONS ") -> Tensor"},
    .function = function<randn_impl>,
    .traits = kRandom,
    .samples = TL_TEST(size_samples),
};
TL_OP(randn_generator){
    .schemas = {"aten::randn.generator(SymInt[] size, *, Generator? generator, " TL_OPTIONS
                ") -> Tensor"},
    .function = function<randn_generator_impl>,
    .traits = kRandom,
};
TL_OP(randn_out){
    .schemas = {"aten::randn.out(SymInt[] size, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<randn_out_impl>,
    .traits = kRandom,
};
TL_OP(randn_generator_out){
    .schemas =
        {"aten::randn.generator_out(SymInt[] size, *, Generator? generator, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<randn_generator_out_impl>,
    .traits = kRandom,
};
TL_OP(randint){
    .schemas = {"aten::randint(int high, SymInt[] size, *, " TL_LONG_OPTIONS ") -> Tensor"},
    .function = function<randint_impl>,
    .traits = kRandom,
    .samples = TL_TEST(high_samples),
};
TL_OP(randint_generator){
    .schemas =
        {"aten::randint.generator(int high, SymInt[] size, *, Generator? generator, " TL_LONG_OPTIONS
         ") -> Tensor"},
    .function = function<randint_generator_impl>,
    .traits = kRandom,
};
TL_OP(randint_low){
    .schemas = {"aten::randint.low(int low, int high, SymInt[] size, *, " TL_LONG_OPTIONS
                ") -> Tensor"},
    .function = function<randint_low_impl>,
    .traits = kRandom,
    .samples = TL_TEST(low_samples),
};
TL_OP(randint_low_generator){
    .schemas =
        {"aten::randint.low_generator(int low, int high, SymInt[] size, *, Generator? generator, " TL_LONG_OPTIONS
         ") -> Tensor"},
    .function = function<randint_low_generator_impl>,
    .traits = kRandom,
};
TL_OP(randint_out){
    .schemas = {"aten::randint.out(int high, SymInt[] size, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<randint_out_impl>,
    .traits = kRandom,
};
TL_OP(randint_low_out){
    .schemas =
        {"aten::randint.low_out(int low, int high, SymInt[] size, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<randint_low_out_impl>,
    .traits = kRandom,
};
TL_OP(randint_generator_out){
    .schemas =
        {"aten::randint.generator_out(int high, SymInt[] size, *, Generator? generator, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<randint_generator_out_impl>,
    .traits = kRandom,
};
TL_OP(randint_low_generator_out){
    .schemas =
        {"aten::randint.low_generator_out(int low, int high, SymInt[] size, *, Generator? generator, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<randint_low_generator_out_impl>,
    .traits = kRandom,
};
TL_OP(rand_like){
    .schemas = {"aten::rand_like(Tensor self, *, " TL_OPTIONS
                ", MemoryFormat? memory_format=None) -> Tensor"},
    .function = function<rand_like_impl>,
    .traits = kRandom | Trait::copied_out,
    .samples = TL_TEST(like_samples),
};
TL_OP(randn_like){
    .schemas = {"aten::randn_like(Tensor self, *, " TL_OPTIONS
                ", MemoryFormat? memory_format=None) -> Tensor"},
    .function = function<randn_like_impl>,
    .traits = kRandom | Trait::copied_out,
    .samples = TL_TEST(like_samples),
};
TL_OP(randint_like){
    .schemas = {"aten::randint_like(Tensor self, int high, *, " TL_OPTIONS
                ", MemoryFormat? memory_format=None) -> Tensor"},
    .function = function<randint_like_impl>,
    .traits = kRandom | Trait::copied_out,
    .samples = TL_TEST(randint_like_samples),
};
TL_OP(randint_like_low){
    .schemas = {"aten::randint_like.low_dtype(Tensor self, int low, int high, *, " TL_OPTIONS
                ", MemoryFormat? memory_format=None) -> Tensor"},
    .function = function<randint_like_low_impl>,
    .traits = kRandom | Trait::copied_out,
};
TL_OP(randperm){
    .schemas = {"aten::randperm(int n, *, " TL_LONG_OPTIONS ") -> Tensor"},
    .function = function<randperm_impl>,
    .traits = kRandom,
    .samples = TL_TEST(perm_samples),
};
TL_OP(randperm_generator){
    .schemas = {"aten::randperm.generator(int n, *, Generator? generator, " TL_LONG_OPTIONS
                ") -> Tensor"},
    .function = function<randperm_generator_impl>,
    .traits = kRandom,
};
TL_OP(randperm_out){
    .schemas = {"aten::randperm.out(int n, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<randperm_out_impl>,
    .traits = kRandom,
};
TL_OP(randperm_generator_out){
    .schemas =
        {"aten::randperm.generator_out(int n, *, Generator? generator, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<randperm_generator_out_impl>,
    .traits = kRandom,
};
#undef TL_OPTIONS
#undef TL_LONG_OPTIONS
}  // namespace tealight::ops
