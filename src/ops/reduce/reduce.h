// One driver for every reduction: which dimensions go, the walk over a contiguous input, and blocks
// of widened elements handed to a small state.
//
//   template <class T> struct Sum { T total{}; void add(const T* x, int64_t n); T result(int64_t
//   count) const; }; reduction(c, axes, load_as, [](auto t) { return Sum<decltype(t)>{}; })
//
// T is double (every floating type), int64_t (integers, bool, the integers of quantized types) or
// complex<double>. make() may return nothing for a T that the operator refuses (complex numbers
// have no order). A state sees a slice's elements in logical order; result() gives one value or a
// std::pair for two outputs.
#pragma once
#include <algorithm>
#include <complex>

#include "core/parallel.h"
#include "kernels/pointwise/convert.h"
#include "ops/op.h"

namespace tealight {

using OptionalDims = std::optional<DimVector>;

/// The reduced dimensions of a shape; an absent or empty list means all.
class Axes {
 public:
  Axes(const Fact& self, const OptionalDims& dims);
  Axes(const Fact& self, int64_t dim) : Axes(self, DimVector{dim}) {}
  bool reduces(size_t d) const { return mask_ >> d & 1; }
  DimVector result_sizes(bool keepdim) const;
  int64_t count() const;  // elements of a slice
  int64_t outputs() const;
  /// outer x n x inner when the reduced dimensions lie together; false otherwise.
  bool as_middle(int64_t& outer, int64_t& n, int64_t& inner) const;
  const DimVector& sizes() const { return sizes_; }
  /// The same with the dimensions in another order.
  Axes permuted(IntArrayRef order) const;

 private:
  Axes() = default;
  DimVector sizes_;
  uint64_t mask_ = 0;
};

/// The reduced dimensions of a channels-last tensor in the order of its memory (N, H, W, C), where
/// the result then lies as it should; nothing where it would not.
std::optional<Axes> nhwc_axes(const Call& c, const OptionalDims& dims);

/// The type that elements of a dtype are widened to.
constexpr Compute reduce_compute(ScalarType t) {
  return is_complex(t) ? Compute::c128 : is_floating(t) ? Compute::f64 : Compute::i64;
}
template <class T>
constexpr Compute compute_for = std::is_same_v<T, double>    ? Compute::f64
                                : std::is_same_v<T, int64_t> ? Compute::i64
                                                             : Compute::c128;
/// f(T{}) for that type.
template <class F>
auto with_compute(ScalarType t, F f) {
  if (is_complex(t)) return f(std::complex<double>{});
  if (is_floating(t)) return f(double{});
  return f(int64_t{});
}

template <class U>
void put(ScalarType t, void* base, int64_t i, U value) {
  using V = std::conditional_t<std::is_same_v<U, bool>, int64_t, U>;
  const V v = value;
  store_block(compute_for<V>, &v, t, static_cast<char*>(base) + i * int64_t(element_size(t)), 0, 1);
}

/// The kept and the reduced dimensions of a contiguous tensor, neighbours of one kind joined.
struct ReduceWalk {
  DimVector kept_sizes, kept_strides, sizes, strides;
  int64_t count, outputs;
  explicit ReduceWalk(const Axes&);
  static int64_t offset(int64_t index, const DimVector& sizes, const DimVector& strides);
  /// Calls f(offset, n) for each run of the last reduced dimension; its elements lie strides.back()
  /// apart.
  template <class F>
  void runs(int64_t output, F f) const {
    if (count == 0) return;
    const int64_t base = offset(output, kept_sizes, kept_strides), n = sizes.back();
    DimVector at(sizes.size(), 0);
    int64_t here = base;
    for (;;) {
      f(here, n);
      size_t d = sizes.size() - 1;
      for (;;) {
        if (d-- == 0) return;
        here += strides[d];
        if (++at[d] < sizes[d]) break;
        here -= strides[d] * sizes[d];
        at[d] = 0;
      }
    }
  }
};

namespace detail {
template <class U>
void put_result(const Pointers& p, const std::array<ScalarType, 2>& types, int64_t i, const U& r) {
  put(types[0], p.out<void>(), i, r);
}
template <class A, class B>
void put_result(const Pointers& p, const std::array<ScalarType, 2>& types, int64_t i,
                const std::pair<A, B>& r) {
  put(types[0], p.out<void>(0), i, r.first);
  put(types[1], p.out<void>(1), i, r.second);
}
}  // namespace detail

/// Input 0 through a state made by make(T{}), the elements converted to `load_as` first.
template <class Make>
Kernel reduction(const Call& c, const Axes& axes, ScalarType load_as, Make make) {
  const std::array<ScalarType, 2> types{c.out().dtype,
                                        c.outs.size() > 1 ? c.out(1).dtype : c.out().dtype};
  return with_compute(load_as, [&](auto tag) {
    using T = decltype(tag);
    if constexpr (std::is_void_v<decltype(make(tag))>)
      return Kernel();
    else
      return Kernel([walk = ReduceWalk(axes), in = c.in(0).dtype, types, make](const Pointers& p) {
        const int64_t size = int64_t(element_size(in)),
                      grain = std::max<int64_t>(1, 32768 / std::max<int64_t>(1, walk.count));
        parallel_for(0, walk.outputs, grain, [&](int64_t begin, int64_t end) {
          constexpr int64_t kBlock = 256;
          T block[kBlock];
          for (int64_t o = begin; o < end; ++o) {
            auto state = make(T{});
            walk.runs(o, [&](int64_t offset, int64_t n) {
              const int64_t step = walk.strides.back() * size;
              const char* x = p.in<char>(0) + offset * size;
              for (int64_t i = 0; i < n; i += kBlock, x += kBlock * step) {
                const int64_t m = std::min(kBlock, n - i);
                load_block(compute_for<T>, block, in, x, step, m);
                state.add(block, m);
              }
            });
            detail::put_result(p, types, o, state.result(walk.count));
          }
        });
      });
  });
}

/// A gradient or result of a reduction with the reduced dimensions back as size 1.
Tensor unsqueezed(const Tensor& t, const Axes& axes, bool keepdim);
/// The same, expanded to the input's shape.
Tensor spread(const Tensor& t, const Axes& axes, bool keepdim);

/// For out= forms that convert to the dtype of `out`, whatever it is.
Tensor write_out(const Tensor& out, const Tensor& result);

}  // namespace tealight
