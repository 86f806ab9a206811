#include "tensors.h"

#include <algorithm>
#include <limits>

#include "ops/copy.h"

namespace tealight::parity {
namespace {

Tensor zeroed(ScalarType t, IntArrayRef sizes) {
  const Tensor z((Fact(t, sizes)));
  if (z.nbytes()) std::memset(z.data_ptr(), 0, z.nbytes());
  return z;
}

}  // namespace

Tensor copy_of(const Tensor& t) {
  Fact f = t.fact();
  if (!t.is_non_overlapping_and_dense()) f.strides = contiguous_strides(f.sizes);
  Tensor c(f);
  copy_into(c, t);
  return c;
}

bool is_copy(const Tensor& t, const Tensor& original) {
  const Tensor copy = copy_of(original);
  return t.scalar_type() == copy.scalar_type() && t.sizes() == copy.sizes() &&
         t.strides() == copy.strides() && t.storage_offset() == copy.storage_offset() &&
         (t.nbytes() == 0 || std::memcmp(t.data_ptr(), copy.data_ptr(), t.nbytes()) == 0);
}

Tensor strided_copy(const Tensor& t) {
  if (t.dim() == 0 || t.is_quantized()) return copy_of(t);
  DimVector big(t.sizes());
  std::reverse(big.begin(), big.end());
  big.back() *= 2;
  const Tensor whole = zeroed(t.scalar_type(), big);
  Fact f = whole.fact();
  f.sizes = t.sizes();
  std::reverse(f.strides.begin(), f.strides.end());
  f.strides[0] *= 2;
  const Tensor view(whole.storage(), f, 0);
  copy_into(view, t);
  return view;
}

Tensor permuted_copy(const Tensor& t) {
  if (t.dim() < 2 || t.is_quantized()) return copy_of(t);
  DimVector order(t.sizes());
  std::rotate(order.begin(), order.end() - 1, order.end());
  Fact f(t.scalar_type(), order);
  f.sizes = t.sizes();
  std::rotate(f.strides.begin(), f.strides.begin() + 1, f.strides.end());
  const Tensor c(f);
  copy_into(c, t);
  return c;
}

Tensor channels_last_copy(const Tensor& t) {
  if (t.dim() != 4 || t.is_quantized()) return copy_of(t);
  Tensor c(
      Fact(t.scalar_type(), t.sizes(), contiguous_strides(t.sizes(), MemoryFormat::ChannelsLast)));
  copy_into(c, t);
  return c;
}

Tensor offset_copy(const Tensor& t) {
  if (t.is_quantized()) return copy_of(t);
  constexpr int64_t kOffset = 3;
  const Tensor view(zeroed(t.scalar_type(), {t.numel() + kOffset}).storage(),
                    Fact(t.scalar_type(), t.sizes()), kOffset);
  copy_into(view, t);
  return view;
}

Tensor expanded_copy(const Tensor& t) {
  const Tensor c = copy_of(t);
  if (t.dim() == 0 || t.numel() == 0 || t.is_quantized()) return c;
  Fact f = c.fact();
  f.strides[0] = 0;
  return Tensor(c.storage(), f, 0);
}

Tensor emptied(const Tensor& t) {
  if (t.dim() == 0) return copy_of(t);
  Fact f = t.fact();
  f.sizes[0] = 0;
  f.strides = contiguous_strides(f.sizes);
  return Tensor(f);
}

Tensor scalar_of(const Tensor& t) {
  Fact f(t.scalar_type(), {});
  f.quantizer = t.quantizer();
  if (t.numel() == 0 || (f.quantizer && f.quantizer->per_channel())) return copy_of(t);
  return Tensor(copy_of(t).storage(), f, 0);
}

Tensor widened(const Tensor& t, int64_t length) {
  constexpr int64_t kWide = 67;
  if (t.dim() == 0 || t.sizes().back() != length || length == 0 || t.is_quantized())
    return copy_of(t);
  DimVector sizes(t.sizes());
  sizes.back() = kWide;
  const Tensor wide = zeroed(t.scalar_type(), sizes);
  for (int64_t begin = 0; begin < kWide; begin += length) {
    const int64_t n = std::min(length, kWide - begin);
    Fact to = wide.fact(), from = t.fact();
    to.sizes.back() = from.sizes.back() = n;
    copy_into(Tensor(wide.storage(), to, begin), Tensor(t.storage(), from, t.storage_offset()));
  }
  if (t.scalar_type() == kFloat)
    for (int64_t i = 0; i < wide.numel(); ++i) wide.as<float>()[i] *= 1 - float(i * 7 % 13) / 100;
  return wide;
}

Tensor extreme(const Tensor& t, size_t seed, bool large) {
  const Tensor c = copy_of(t);
  if (t.scalar_type() != kFloat) return c;
  using Limits = std::numeric_limits<float>;
  std::vector<float> values = {Limits::quiet_NaN(),
                               Limits::infinity(),
                               -Limits::infinity(),
                               0.f,
                               -0.f,
                               Limits::min(),
                               1.f,
                               Limits::denorm_min(),
                               -1.f,
                               0.5f,
                               -2.5f};
  if (large)
    for (float x : {Limits::max(), Limits::lowest(), 1e10f, 88.f, -104.f}) values.push_back(x);
  const size_t count = values.size();
  for (size_t i = 0; i < size_t(c.numel()); ++i)
    c.as<float>()[i] = values[(i * (2 * seed + 1) + i / count + 5 * seed) % count];
  return c;
}

}  // namespace tealight::parity
