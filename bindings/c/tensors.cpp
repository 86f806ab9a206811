// Tensors: from the caller's memory and back.
#include <cstring>

#include "handles.h"

using namespace tealight;
using namespace tealight::c;

namespace {

constexpr size_t kMaxDim = 64;

ScalarType dtype_from(tl_dtype dtype) {
  TL_CHECK(dtype >= TL_UINT8 && dtype <= TL_BFLOAT16, "dtype ", int(dtype), " does not exist");
  return ScalarType(dtype);
}

IntArrayRef shape_from(size_t dim, const int64_t* sizes) {
  TL_CHECK(dim <= kMaxDim, dim, " dimensions; at most ", kMaxDim, " are possible");
  TL_CHECK(sizes || dim == 0, "the sizes are NULL");
  return {sizes, dim};
}

Tensor new_tensor(tl_dtype dtype, size_t dim, const int64_t* sizes) {
  const ScalarType t = dtype_from(dtype);
  TL_CHECK(!is_quantized(t), "a quantized tensor is made of integers by tl_tensor_quantized");
  return Tensor(Fact(t, shape_from(dim, sizes)));
}

const Tensor& tensor_of(const tl_value* v) {
  const Tensor& t = value_of(v).toTensor();
  TL_CHECK(t.defined(), "the tensor is undefined");
  return t;
}

const Quantizer& quantizer_of(const Tensor& t) {
  TL_CHECK(t.quantizer(), "the tensor is not quantized, its dtype is ", t.scalar_type());
  return *t.quantizer();
}

}  // namespace

tl_status tl_tensor_new(tl_dtype dtype, size_t dim, const int64_t* sizes, tl_value** out) {
  return give(out, [&] {
    Tensor t = new_tensor(dtype, dim, sizes);
    if (t.nbytes()) std::memset(t.data_ptr(), 0, t.nbytes());
    return t;
  });
}

tl_status tl_tensor_copy(tl_dtype dtype, size_t dim, const int64_t* sizes, const void* data,
                         tl_value** out) {
  return give(out, [&] {
    Tensor t = new_tensor(dtype, dim, sizes);
    TL_CHECK(data || t.nbytes() == 0, "the data is NULL");
    if (t.nbytes()) std::memcpy(t.data_ptr(), data, t.nbytes());
    return t;
  });
}

tl_status tl_tensor_borrow(tl_dtype dtype, size_t dim, const int64_t* sizes, void* data,
                           tl_value** out) {
  return tl_tensor_adopt(dtype, dim, sizes, nullptr, data, nullptr, nullptr, out);
}

tl_status tl_tensor_adopt(tl_dtype dtype, size_t dim, const int64_t* sizes, const int64_t* strides,
                          void* data, void (*done)(void* user), void* user, tl_value** out) {
  return guard([&] {
    need(out, "the place for the result");
    const ScalarType t = dtype_from(dtype);
    TL_CHECK(!is_quantized(t), "a quantized tensor is made of integers by tl_tensor_quantized");
    const IntArrayRef shape = shape_from(dim, sizes);
    const DimVector steps =
        strides ? DimVector(IntArrayRef(strides, dim)) : contiguous_strides(shape);
    for (int64_t step : steps) TL_CHECK(step >= 0, "stride ", step, " is negative");
    const size_t bytes = storage_bytes(shape, steps, element_size(t));
    TL_CHECK(data || bytes == 0, "the data is NULL");
    auto handle = std::make_unique<tl_value>();
    // `armed` is set last: on a failure the memory stays the caller's.
    auto armed = std::make_shared<bool>(false);
    auto storage = make_intrusive<Storage>(data, bytes, [=](void*) {
      if (*armed && done) done(user);
    });
    handle->value = Tensor(std::move(storage), Fact(t, shape, steps), 0);
    *armed = true;
    *out = handle.release();
  });
}

tl_status tl_tensor(const tl_value* v, tl_tensor_view* out) {
  return guard([&] {
    need(out, "the view");
    const Tensor& t = tensor_of(v);
    *out = {tl_dtype(t.scalar_type()), size_t(t.dim()),    t.itemsize(), t.numel(),
            t.sizes().data(),          t.strides().data(), t.data_ptr(), t.is_contiguous()};
  });
}

tl_status tl_tensor_contiguous(const tl_value* v, tl_value** out) {
  return give(out, [&] { return tensor_of(v).contiguous(); });
}

tl_status tl_tensor_quantizer(const tl_value* v, size_t* channels, int64_t* axis, double* scales,
                              int64_t* zero_points) {
  return guard([&] {
    const Quantizer& q = quantizer_of(tensor_of(v));
    const size_t n = q.per_channel() ? q.scales.size() : 0;
    if (channels) *channels = n;
    if (axis) *axis = q.axis;
    for (size_t i = 0; i < std::max<size_t>(n, 1); ++i) {
      if (scales) scales[i] = n ? q.scales[i] : q.scale;
      if (zero_points)
        zero_points[i] = !n ? q.zero_point : i < q.zero_points.size() ? q.zero_points[i] : 0;
    }
  });
}

tl_status tl_tensor_quantized(const tl_value* v, double scale, int64_t zero_point, tl_value** out) {
  return give(out,
              [&] { return _make_per_tensor_quantized_tensor(tensor_of(v), scale, zero_point); });
}
