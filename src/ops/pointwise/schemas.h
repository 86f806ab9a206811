// The schema texts that families of pointwise operators share, and short forms for their
// definitions.
#pragma once
#include "ops/gradients.h"
#include "ops/pointwise.h"
#include "ops/samples.h"
#include "tealight/operators.h"

#define TL_UNARY_SCHEMAS(n)                                                            \
  "aten::" n "(Tensor self) -> Tensor", "aten::" n "_(Tensor(a!) self) -> Tensor(a!)", \
      "aten::" n ".out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)"
/// Tensor with tensor only.
#define TL_BINARY_SCHEMAS(n)                                       \
  "aten::" n "(Tensor self, Tensor other) -> Tensor",              \
      "aten::" n "_(Tensor(a!) self, Tensor other) -> Tensor(a!)", \
      "aten::" n ".out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)"
/// Tensor with tensor or number; `out` is the overload name of the out= form.
#define TL_TENSOR_OR_SCALAR_SCHEMAS(n, out)                               \
  "aten::" n ".Tensor(Tensor self, Tensor other) -> Tensor",              \
      "aten::" n ".Scalar(Tensor self, Scalar other) -> Tensor",          \
      "aten::" n "_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)", \
      "aten::" n "_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)", \
      "aten::" n "." out "(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)"
/// The same with an out= form for numbers.
#define TL_BINARY_SCALAR_SCHEMAS(n, out, scalar_out) \
  TL_TENSOR_OR_SCALAR_SCHEMAS(n, out),               \
      "aten::" n "." scalar_out "(Tensor self, Scalar other, *, Tensor(a!) out) -> Tensor(a!)"

/// .backward from one expression for each of the first arguments. It may use c (the GradCall), g
/// (the gradient), x (the first tensor) and y (the result).
#define TL_GRADIENT(...)                                                     \
  .backward = TL_TRAIN([](const GradCall& c) -> Grads {                      \
    [[maybe_unused]] const Tensor &g = c.grad(), &x = c.in(0), &y = c.out(); \
    return {c.wants(0) ? Tensor(__VA_ARGS__) : Tensor()};                    \
  })
/// The same of two arguments a and b that may be tensors or numbers and were broadcast.
#define TL_GRADIENT2(to_a, to_b)                                                               \
  .backward = TL_TRAIN([](const GradCall& c) -> Grads {                                        \
    [[maybe_unused]] const Tensor &g = c.grad(), a = operand(c, 0), b = operand(c, 1),         \
                                  &y = c.out();                                                \
    return by_argument(c, [&]() -> Tensor { return to_a; }, [&]() -> Tensor { return to_b; }); \
  })
/// .backward of a first derivative, op(g, x, ...): it may use c, gg (the gradient), g and x.
#define TL_SECOND(to_g, to_x)                                                                  \
  .backward = TL_TRAIN([](const GradCall& c) -> Grads {                                        \
    [[maybe_unused]] const Tensor &gg = c.grad(), &g = c.in(0), &x = c.in(1);                  \
    return by_argument(c, [&]() -> Tensor { return to_g; }, [&]() -> Tensor { return to_x; }); \
  })
#define TL_SAMPLES(...) .samples = TL_TEST([] { return std::vector<Sample>{__VA_ARGS__}; })
