// The handle: memory, views, one element in and out. Everything that computes is an operator.
#include "tealight/tensor.h"

#include "core/elements.h"
#include "core/tensor_watcher.h"
#include "tealight/grad_mode.h"
#include "tealight/half.h"

namespace tealight {
namespace {

int64_t elements_per_byte(ScalarType t) { return t == kQUInt4x2 ? 2 : t == kQUInt2x4 ? 4 : 1; }

intrusive_ptr<TensorImpl> make_impl(Fact fact) {
  auto impl = make_intrusive<TensorImpl>();
  impl->fact = std::move(fact);
  impl->inference = InferenceMode::is_enabled();
  return impl;
}

void check_within(const Storage& storage, const Fact& fact, int64_t offset) {
  const size_t itemsize = fact.itemsize();
  const size_t bytes = storage_bytes(fact.sizes, fact.strides, itemsize);
  const size_t available = storage.nbytes() * size_t(elements_per_byte(fact.dtype));
  TL_CHECK(offset >= 0, "Tensor: the storage offset is negative: ", offset);
  if (bytes == 0) return;
  TL_CHECK(itemsize > 0 && bytes <= available && size_t(offset) <= (available - bytes) / itemsize,
           "Tensor: sizes ", fact.sizes, ", strides ", fact.strides, ", offset ", offset,
           " and itemsize ", itemsize, " reach past the end of a storage of ", storage.nbytes(),
           " bytes");
}

const Quantizer& quantizer_of(const Tensor& t, const char* what) {
  TL_CHECK(t.quantizer(), what, ": the tensor is not quantized, its dtype is ", t.scalar_type());
  return *t.quantizer();
}

const Quantizer& per_tensor(const Tensor& t, const char* what) {
  const Quantizer& q = quantizer_of(t, what);
  TL_CHECK(!q.per_channel(), what,
           ": the tensor is quantized per channel and has a value for each");
  return q;
}

const Quantizer& per_channel(const Tensor& t, const char* what) {
  const Quantizer& q = quantizer_of(t, what);
  TL_CHECK(q.per_channel(), what, ": the tensor is quantized as a whole, not per channel");
  return q;
}

template <class To, class From>
Tensor vector_tensor(const std::vector<From>& values) {
  Tensor t(Fact(dtype_of<To>::value, {int64_t(values.size())}));
  std::copy(values.begin(), values.end(), t.as<To>());
  return t;
}

// What select(0, i) leaves of the quantizer.
intrusive_ptr<const Quantizer> select_quantizer(const intrusive_ptr<const Quantizer>& q,
                                                int64_t i) {
  if (!q || !q->per_channel()) return q;
  auto out = make_intrusive<Quantizer>(*q);
  if (q->axis > 0) {
    --out->axis;
    return out;
  }
  TL_CHECK(q->scheme != QScheme::per_channel_affine_float_qparams,
           "select: a row of a tensor with float zero points has no quantizer of its own");
  return make_quantizer(q->scales[size_t(i)], q->zero_points[size_t(i)]);
}

ScalarType underlying_dtype(ScalarType t) {
  return t == kQInt8 ? kChar : t == kQInt32 ? kInt : is_quantized(t) ? kByte : t;
}

}  // namespace

intrusive_ptr<const Quantizer> make_quantizer(double scale, int64_t zero_point) {
  auto q = make_intrusive<Quantizer>();
  q->scale = scale;
  q->zero_point = zero_point;
  return q;
}

intrusive_ptr<const Quantizer> make_quantizer(std::vector<double> scales,
                                              std::vector<int64_t> zero_points, int64_t axis) {
  TL_CHECK(scales.size() == zero_points.size(), "quantizer: ", scales.size(), " scales, but ",
           zero_points.size(), " zero points");
  auto q = make_intrusive<Quantizer>();
  q->scheme = QScheme::per_channel_affine;
  q->scales = std::move(scales);
  q->zero_points = std::move(zero_points);
  q->axis = axis;
  return q;
}

autograd::DifferentiableViewMeta::DifferentiableViewMeta() = default;
autograd::DifferentiableViewMeta::~DifferentiableViewMeta() = default;
TensorImpl::TensorImpl() = default;
TensorImpl::~TensorImpl() = default;

int64_t TensorImpl::version() const {
  TL_CHECK(!inference, "Inference tensors do not track version counter.");
  if (own_version) return own_version->count.load(std::memory_order_relaxed);
  return storage ? int64_t(storage->version() - storage->untracked()) : 0;
}
void TensorImpl::bump_version() {
  if (!storage) return;
  TL_CHECK(!inference || InferenceMode::is_enabled(),
           "Inplace update to inference tensor outside InferenceMode is not allowed. fix: make a "
           "clone to get a normal tensor before doing inplace update");
  if (!own_version) return storage->bump();
  storage->bump_untracked();
  own_version->count.fetch_add(1, std::memory_order_relaxed);
}

Tensor::Tensor(const Fact& fact) : impl_(make_impl(fact)) {
  const size_t bytes = storage_bytes(fact.sizes, fact.strides, fact.itemsize());
  impl_->storage = make_intrusive<Storage>(bytes);
}

Tensor::Tensor(intrusive_ptr<Storage> storage, Fact fact, int64_t offset) {
  TL_CHECK(storage, "Tensor: no storage to look at");
  check_within(*storage, fact, offset);
  impl_ = make_impl(std::move(fact));
  impl_->storage = std::move(storage);
  impl_->offset = offset;
}

Tensor Tensor::meta(const Fact& fact) { return Tensor(make_impl(fact)); }

void Tensor::fail_undefined() { fail("the tensor is undefined: it was never given a value"); }

void Tensor::check_dtype(ScalarType expected) const {
  const ScalarType actual = scalar_type();
  TL_CHECK(actual == expected || underlying_dtype(actual) == expected, "expected scalar type ",
           expected, " but found ", actual);
}

double Tensor::q_scale() const { return per_tensor(*this, "q_scale").scale; }
int64_t Tensor::q_zero_point() const { return per_tensor(*this, "q_zero_point").zero_point; }
QScheme Tensor::qscheme() const { return quantizer_of(*this, "qscheme").scheme; }
int64_t Tensor::q_per_channel_axis() const { return per_channel(*this, "q_per_channel_axis").axis; }

Tensor Tensor::q_per_channel_scales() const {
  const Quantizer& q = per_channel(*this, "q_per_channel_scales");
  if (q.scheme == QScheme::per_channel_affine_float_qparams) return vector_tensor<float>(q.scales);
  return vector_tensor<double>(q.scales);
}

Tensor Tensor::q_per_channel_zero_points() const {
  const Quantizer& q = per_channel(*this, "q_per_channel_zero_points");
  if (q.scheme == QScheme::per_channel_affine_float_qparams)
    return vector_tensor<float>(q.float_zero_points);
  return vector_tensor<int64_t>(q.zero_points);
}

void* Tensor::data_ptr() const {
  const TensorImpl& impl = *checked();
  if (!impl.storage || !impl.storage->data()) {
    if (impl.storage && impl.storage->is_placeholder())
      if (TensorWatcher* w = tensor_watcher()) w->read(*this);
    return nullptr;
  }
  // Packed types lie elements_per_byte to a byte, and start on a whole one.
  const int64_t bytes =
      impl.offset / elements_per_byte(impl.fact.dtype) * int64_t(impl.fact.itemsize());
  return static_cast<char*>(impl.storage->data()) + bytes;
}

Scalar Tensor::item() const {
  TL_CHECK(numel() == 1, "a Tensor with ", numel(), " elements cannot be converted to Scalar");
  const void* p = data_ptr();
  TL_CHECK(p && device() != kMeta, "Tensor.item() cannot be called on meta tensors");
  if (TensorWatcher* w = tensor_watcher()) w->read(*this);
  return is_quantized() ? dequantized_copy(*this).item() : read_element(p, scalar_type(), 0);
}

Tensor Tensor::operator[](int64_t i) const {
  if (TensorWatcher* w = tensor_watcher()) return w->select(*this, i);
  const Fact& whole = fact();
  if (whole.dim() == 0) {
    throw IndexError("select() cannot be applied to a 0-dim tensor: use item() for its number");
  }
  const int64_t n = whole.sizes[0];
  if (i < -n || i >= n) {
    throw IndexError(str("select(): index ", i, " out of range for tensor of size ", whole.sizes,
                         " at dimension 0"));
  }
  if (i < 0) i += n;
  Fact part = whole;
  part.sizes.erase(0);
  part.strides.erase(0);
  part.quantizer = select_quantizer(whole.quantizer, i);
  if (!storage()) return meta(part);
  Tensor view(storage(), std::move(part), storage_offset() + i * whole.strides[0]);
  view.impl_->device = device();
  note_view(*this, view);
  return view;
}

void note_view(const Tensor& whole, const Tensor& view) {
  using autograd::CreationMeta;
  TensorImpl &t = *view.unsafeGetTensorImpl(), &w = *whole.unsafeGetTensorImpl();
  if (&t == &w) return;
  t.inference = w.inference;
  if (w.inference) return;
  t.base = w.base ? w.base : whole.impl();
  t.own_version = w.own_version;
  t.view_version = t.version();
  t.creation = InferenceMode::is_enabled() ? CreationMeta::INFERENCE_MODE
               : GradMode::is_enabled()    ? CreationMeta::DEFAULT
                                           : CreationMeta::NO_GRAD_MODE;
  if (t.creation == CreationMeta::DEFAULT || w.creation == CreationMeta::INFERENCE_MODE)
    t.creation = w.creation;
}

Tensor Tensor::variable_data() const {
  Tensor t = alias_without_grad();
  t.impl_->own_version = make_intrusive<VersionCounter>();
  return t;
}

Tensor Tensor::alias_without_grad() const {
  if (!storage()) return meta(fact());
  Tensor view(storage(), fact(), storage_offset());
  view.impl_->device = device();
  view.impl_->own_version = impl_->own_version;
  return view;
}

Tensor from_blob(void* data, IntArrayRef sizes, IntArrayRef strides,
                 const std::function<void(void*)>& deleter, const TensorOptions& options) {
  Fact fact(options.dtype(), sizes, strides);
  const size_t bytes = storage_bytes(sizes, strides, fact.itemsize());
  TL_CHECK(data || bytes == 0, "from_blob: null data for a tensor of ", bytes, " bytes");
  Tensor t(make_intrusive<Storage>(data, bytes, deleter), std::move(fact), 0);
  t.impl()->device = options.device();
  if (options.requires_grad()) t.requires_grad_();
  return t;
}

Tensor from_blob(void* data, IntArrayRef sizes, const TensorOptions& options) {
  return from_blob(data, sizes, contiguous_strides(sizes), nullptr, options);
}
Tensor from_blob(void* data, IntArrayRef sizes, IntArrayRef strides, const TensorOptions& options) {
  return from_blob(data, sizes, strides, nullptr, options);
}
Tensor from_blob(void* data, IntArrayRef sizes, const std::function<void(void*)>& deleter,
                 const TensorOptions& options) {
  return from_blob(data, sizes, contiguous_strides(sizes), deleter, options);
}

Tensor scalar_tensor(const Scalar& s, std::optional<ScalarType> dtype) {
  const ScalarType natural = s.isFloatingPoint() ? get_default_dtype_as_scalartype()
                             : s.isComplex()     ? get_default_complex_dtype()
                                                 : s.type();
  Tensor t(Fact(dtype.value_or(natural), IntArrayRef()));
  write_element(t.data_ptr(), t.scalar_type(), 0, s);
  return t;
}

// Kept in full precision: a wrapped number takes the dtype of the tensors it meets, which may be
// double.
Tensor wrapped_scalar_tensor(const Scalar& s) {
  Tensor t = scalar_tensor(s, s.type());
  t.impl()->fact.wrapped_number = true;
  return t;
}

}  // namespace tealight
