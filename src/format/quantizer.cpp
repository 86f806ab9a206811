#include "format/quantizer.h"

namespace tealight {
namespace {

template <class T, class To>
void append(const Tensor& t, std::vector<To>& out) {
  const auto values = t.accessor<T, 1>();
  for (int64_t i = 0; i < t.numel(); ++i) out.push_back(To(values[i]));
}

template <class To>
std::vector<To> numbers(const Tensor& t, int64_t count, const char* what) {
  if (t.dim() != 1 || t.numel() != count)
    corrupt(str(what, " of shape ", t.sizes(), " for ", count, " channels"));
  check_not_expanded(t);
  std::vector<To> out;
  switch (t.dtype()) {
    case kDouble:
      append<double>(t, out);
      break;
    case kFloat:
      append<float>(t, out);
      break;
    case kLong:
      append<int64_t>(t, out);
      break;
    case kInt:
      append<int32_t>(t, out);
      break;
    default:
      corrupt(str(what, " of dtype ", t.dtype()));
  }
  return out;
}

}  // namespace

const Tensor& check_not_expanded(const Tensor& t) {
  const size_t available = t.storage()->nbytes() / std::max<size_t>(t.itemsize(), 1);
  if (size_t(t.numel()) > available)
    corrupt(
        str("a tensor of shape ", t.sizes(), " on a storage of ", t.storage()->nbytes(), " bytes"));
  return t;
}

void set_channel_quantizer(Quantizer& q, const Tensor& scales, const Tensor& zero_points,
                           int64_t axis, IntArrayRef sizes) {
  q.axis = wrap_dim(axis, int64_t(sizes.size()), false);
  const int64_t channels = sizes[size_t(q.axis)];
  q.scales = numbers<double>(scales, channels, "scales");
  if (q.scheme == QScheme::per_channel_affine_float_qparams)
    q.float_zero_points = numbers<float>(zero_points, channels, "zero points");
  else
    q.zero_points = numbers<int64_t>(zero_points, channels, "zero points");
}

}  // namespace tealight
