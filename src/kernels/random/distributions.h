// Draws from a Generator in PyTorch's order and arithmetic: the same seed gives the same tensor.
// Uniform, integer, Bernoulli and permutation draws are equal bit for bit; those through log, sin
// or exp to within rounding of libm, and all leave the generator in the same state.
//
// Each fills n numbers, one after the other. For an output that is not dense, fill a dense one and
// copy; PyTorch walks such an output in the order of its strides. T: float, double, Half, BFloat16
// unless said otherwise.
#pragma once
#include <cstdint>
#include <utility>

#include "core/half.h"
#include "kernels/random/generator.h"

namespace tealight::kernels {

/// uniform_(from, to), rand: [from, to), 24 random bits for float, 53 for double, 11 and 8 for the
/// short ones.
template <class T>
void fill_uniform(Generator& g, int64_t n, double from, double to, T* out);

/// normal_, randn: from 16 numbers on, if `contiguous` (the output is dense), in blocks of 16 made
/// from uniform numbers of type T; else one by one in double.
template <class T>
void fill_normal(Generator& g, int64_t n, double mean, double std, bool contiguous, T* out);

/// random_(from, to), randint: base + random % range. T: also bool and the integer types.
/// 64 random bits are drawn if range >= 2^32 and T is int64_t, double, float or BFloat16.
template <class T>
void fill_random_range(Generator& g, int64_t n, uint64_t range, int64_t base, T* out);

/// The ends that random_(from, to) really uses for a floating T, where rounding to T must not leave
/// [from, to): base is the first, range their difference. Unchanged for integers.
template <class T>
std::pair<int64_t, int64_t> representable_range(int64_t from, int64_t to);

/// random_(): integers 0 ... max of T, or 0 ... 2^(mantissa bits) for floating T.
template <class T>
void fill_random(Generator& g, int64_t n, T* out);

/// random_(-2^63, None): every 64-bit pattern. T: int64_t, double, float, BFloat16.
template <class T>
void fill_random_64_bits(Generator& g, int64_t n, T* out);

/// bernoulli_(p), dropout masks: 53 bits a draw. T: also bool and the integer types.
template <class T>
void fill_bernoulli(Generator& g, int64_t n, double p, T* out);
/// bernoulli_(p tensor): 24 bits a draw if P is float, 53 if double.
template <class T, class P>
void fill_bernoulli_from(Generator& g, int64_t n, const P* p, T* out);

template <class T>
void fill_exponential(Generator& g, int64_t n, double lambda, T* out);
template <class T>
void fill_cauchy(Generator& g, int64_t n, double median, double sigma, T* out);
template <class T>
void fill_log_normal(Generator& g, int64_t n, double mean, double std, T* out);
/// T: float, double, Half, BFloat16 and the integer types.
template <class T>
void fill_geometric(Generator& g, int64_t n, double p, T* out);

/// randperm(n). T: any number type.
template <class T>
void fill_permutation(Generator& g, int64_t n, T* out);

/// One row of multinomial(replacement=True): `samples` draws from `categories` weights. False if a
/// weight is negative, infinite or NaN, or all are zero. cumulative: scratch of `categories`. T:
/// float or double.
template <class T>
bool draw_with_replacement(Generator& g, int64_t categories, const T* weights, int64_t samples,
                           T* cumulative, int64_t* out);

/// One draw each, for operators that make a single decision (dropout of a whole channel, rrelu,
/// poisson).
double draw_uniform(Generator& g);       // [0, 1), 53 bits
float draw_uniform_float(Generator& g);  // [0, 1), 24 bits
double draw_normal(Generator& g, double mean, double std);

}  // namespace tealight::kernels
