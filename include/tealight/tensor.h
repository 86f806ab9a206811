// Tensor: a cheap shared handle to an n-dimensional array with PyTorch's semantics.
//   Tensor (handle) -> TensorImpl (fact, offset, autograd slot) -> Storage (bytes, version counter)
// Copying a Tensor shares the impl; a view is an impl of its own on the same storage.
// Threads: many may read one tensor; writing needs the caller's own order.
#pragma once
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tealight/array_ref.h"
#include "tealight/dtype.h"
#include "tealight/generator.h"
#include "tealight/intrusive_ptr.h"
#include "tealight/scalar.h"

namespace tealight {

class Tensor;
class Value;
template <class T>
class List;
namespace indexing {
class TensorIndex;
}
struct MemoryBudget;  // core/context.h
struct TensorImpl;
struct AutogradMeta;  // ops/autograd's slot: grad, grad_fn, hooks
namespace autograd {
struct Node;
}
using TensorList = ArrayRef<Tensor>;

/// How the integers of a quantized tensor stand for reals: real = scale * (q - zero_point).
struct TL_API Quantizer : intrusive_ptr_target {
  enum class Scheme : int8_t {
    per_tensor_affine,
    per_channel_affine,
    per_tensor_symmetric,
    per_channel_symmetric,
    per_channel_affine_float_qparams
  };
  Scheme scheme = Scheme::per_tensor_affine;
  double scale = 1;  // per tensor
  int64_t zero_point = 0;
  std::vector<double> scales;  // per channel, along `axis`
  std::vector<int64_t> zero_points;
  std::vector<float> float_zero_points;  // per_channel_affine_float_qparams only
  int64_t axis = 0;
  bool per_channel() const {
    return scheme != Scheme::per_tensor_affine && scheme != Scheme::per_tensor_symmetric;
  }
};
using QScheme = Quantizer::Scheme;
TL_API intrusive_ptr<const Quantizer> make_quantizer(double scale, int64_t zero_point);
TL_API intrusive_ptr<const Quantizer> make_quantizer(std::vector<double> scales,
                                                     std::vector<int64_t> zero_points,
                                                     int64_t axis);

/// What is known of a tensor before it exists: enough to infer shapes, choose kernels and plan
/// memory.
struct TL_API Fact {
  ScalarType dtype = kFloat;
  DimVector sizes, strides;
  intrusive_ptr<const Quantizer> quantizer;  // quantized dtypes only
  bool wrapped_number =
      false;  // a Python number that became a 0-d tensor: yields in type promotion

  Fact() = default;
  /// Contiguous.
  Fact(ScalarType t, IntArrayRef shape);
  Fact(ScalarType t, IntArrayRef shape, IntArrayRef steps)
      : dtype(t), sizes(shape), strides(steps) {}

  int64_t dim() const { return int64_t(sizes.size()); }
  int64_t numel() const;
  size_t itemsize() const { return element_size(dtype); }
  bool is_contiguous(MemoryFormat = MemoryFormat::Contiguous) const;
  /// Every element once and no gaps, in any order of the dimensions.
  bool is_non_overlapping_and_dense() const;
  MemoryFormat suggest_memory_format() const;
  /// The same, of another dtype (no quantizer) or of another shape (contiguous).
  Fact with(ScalarType t) const;
  Fact with(IntArrayRef shape) const;
};
/// Strides of a packed tensor of that shape; channels-last formats need 4 or 5 dimensions. Checks
/// for overflow.
TL_API DimVector contiguous_strides(IntArrayRef sizes, MemoryFormat = MemoryFormat::Contiguous);
/// Product, with a check that it fits and that no size is negative.
TL_API int64_t numel_of(IntArrayRef sizes);
/// Bytes from the first to past the last element; throws when that overflows.
TL_API size_t storage_bytes(IntArrayRef sizes, IntArrayRef strides, size_t itemsize);
/// `dim` counted from the end when negative; throws IndexError as PyTorch does. A 0-d tensor has
/// dimensions -1 and 0.
TL_API int64_t wrap_dim(int64_t dim, int64_t n_dims, bool wrap_scalar = true);
/// PyTorch's broadcasting of two shapes.
TL_API DimVector broadcast_sizes(IntArrayRef a, IntArrayRef b);

/// A run of bytes, owned or borrowed. Every write through an operator bumps the version, so that
/// packed weights and autograd notice.
class TL_API Storage : public intrusive_ptr_target {
 public:
  /// Owned, 64-byte aligned, not initialised. Throws Error on failure, and when the thread's memory
  /// budget is spent.
  explicit Storage(size_t nbytes);
  /// Borrowed: `keep_alive` runs (or is destroyed) with the storage.
  Storage(void* data, size_t nbytes, std::function<void(void*)> deleter, bool resizable = false);
  /// No memory, but an identity: what tensors are laid on while a plan is made (TensorWatcher is
  /// told when their elements are wanted).
  static intrusive_ptr<Storage> placeholder(size_t nbytes);
  ~Storage() override;
  bool is_placeholder() const { return placeholder_; }
  /// Its bytes leave with the result; the storage stays as a placeholder. Not of borrowed memory.
  intrusive_ptr<Storage> take_bytes();
  /// Grows with every storage that is made.
  uint64_t serial() const { return serial_; }
  static uint64_t next_serial();

  void* data() const { return data_; }
  size_t nbytes() const { return nbytes_; }
  void resize(size_t nbytes);  // keeps the bytes; throws on borrowed memory
  uint64_t version() const { return version_.load(std::memory_order_relaxed); }
  void bump() { version_.fetch_add(1, std::memory_order_relaxed); }
  /// Writes that autograd does not hear of: through Tensor::data().
  uint64_t untracked() const { return untracked_.load(std::memory_order_relaxed); }
  void bump_untracked() {
    bump();
    untracked_.fetch_add(1, std::memory_order_relaxed);
  }
  /// What operators keep beside the bytes (weights packed for a kernel); made at the first call,
  /// dies with the storage. `make` may run on several threads at once; one result is kept.
  intrusive_ptr_target& attachment(intrusive_ptr<intrusive_ptr_target> (*make)());

 private:
  std::atomic<intrusive_ptr_target*> attachment_{nullptr};
  void* data_ = nullptr;
  size_t nbytes_ = 0;
  std::function<void(void*)> deleter_;
  std::atomic<uint64_t> version_{0}, untracked_{0};
  const uint64_t serial_;
  bool borrowed_ = false, resizable_ = true, placeholder_ = false;
  intrusive_ptr<MemoryBudget> budget_;  // what the bytes are charged to, or null
};

/// A tensor's storage, with the members that PyTorch's programs call on it.
class TL_API StoragePtr : public intrusive_ptr<Storage> {
 public:
  /// Where the bytes lie; who frees them is not told.
  struct DataPtr {
    void* data = nullptr;
    void* get() const { return data; }
    void* get_context() const { return nullptr; }
    explicit operator bool() const { return data != nullptr; }
    friend bool operator==(const DataPtr&, const DataPtr&) = default;
  };
  StoragePtr() = default;
  StoragePtr(intrusive_ptr<Storage> s) : intrusive_ptr<Storage>(std::move(s)) {}
  size_t nbytes() const { return get()->nbytes(); }
  DataPtr data_ptr() const { return {get()->data()}; }
  const void* data() const { return get()->data(); }
  void* mutable_data() const { return get()->data(); }
  bool is_alias_of(const StoragePtr& o) const { return get() == o.get(); }
  Storage* unsafeGetStorageImpl() const { return get(); }
};

namespace autograd {
/// How a view came to be, as far as writes through it are concerned. PyTorch's names.
enum class CreationMeta : uint8_t {
  DEFAULT,
  IN_CUSTOM_FUNCTION,
  MULTI_OUTPUT_NODE,
  NO_GRAD_MODE,
  MULTI_OUTPUT_SAFE,
  INFERENCE_MODE
};
/// What autograd knows of a view.
struct TL_API DifferentiableViewMeta {
  intrusive_ptr<TensorImpl> base;  // what it is a differentiable view of, never a view itself
  int64_t view_version = 0;        // the base's, when the view or its grad_fn was made
  CreationMeta creation = CreationMeta::DEFAULT;
  DifferentiableViewMeta();
  ~DifferentiableViewMeta();
  bool has_bw_view() const { return bool(base); }
  CreationMeta get_creation_meta() const { return creation; }
};
}  // namespace autograd

/// Counts the writes that autograd hears of; views of a tensor share it.
struct VersionCounter : intrusive_ptr_target {
  std::atomic<int64_t> count{0};
};

struct TL_API TensorImpl : intrusive_ptr_target, autograd::DifferentiableViewMeta {
  Fact fact;
  int64_t offset = 0;          // in elements
  StoragePtr storage;          // null: a fact only ("meta"), while planning
  Device device;               // what the program asked for; the bytes are always here
  bool requires_grad = false;  // a leaf that wants its gradient, or made from one
  bool inference = false;
  intrusive_ptr<VersionCounter> own_version;  // null: the storage's
  std::unique_ptr<AutogradMeta, void (*)(AutogradMeta*)> autograd{nullptr, nullptr};
  TensorImpl();
  ~TensorImpl() override;

  int64_t version() const;  // throws for an inference tensor
  /// After a write. Throws for an inference tensor outside of InferenceMode.
  void bump_version();
  // PyTorch's names
  struct Version {
    const TensorImpl* of;
    uint32_t current_version() const { return uint32_t(of->version()); }
  };
  Version version_counter() const { return {this}; }
  autograd::DifferentiableViewMeta* autograd_meta() { return this; }
};

/// dtype, layout, device, requires_grad and memory format for factory functions; each may be unset.
class DeprecatedTypeProperties;
struct TL_API TensorOptions {
  TensorOptions() = default;
  TensorOptions(ScalarType t) : dtype_(t) {}
  TensorOptions(TypeMeta t) : dtype_(t.toScalarType()) {}
  TensorOptions(Layout l) : layout_(l) {}
  template <std::same_as<Device> D>  // a template, so that {kCPU, 0} means the one below
  TensorOptions(D d) : device_(d) {}
  TensorOptions(DeviceType d) : device_(Device(d)) {}
  template <std::integral I>
  TensorOptions(DeviceType d, I index) : device_(Device(d, int8_t(index))) {}
  TensorOptions(const char* device) : device_(Device(device)) {}
  TensorOptions(const std::string& device) : device_(Device(device)) {}
  TensorOptions(MemoryFormat m) : memory_format_(m) {}
  TensorOptions dtype(std::optional<ScalarType> t) const {
    auto r = *this;
    r.dtype_ = t;
    return r;
  }
  TensorOptions layout(std::optional<Layout> l) const {
    auto r = *this;
    r.layout_ = l;
    return r;
  }
  TensorOptions device(std::optional<Device> d) const {
    auto r = *this;
    r.device_ = d;
    return r;
  }
  TensorOptions device(DeviceType d, int8_t i = -1) const { return device(Device(d, i)); }
  TensorOptions device_index(int8_t i) const { return device(Device(kCUDA, i)); }
  TensorOptions requires_grad(std::optional<bool> g) const {
    auto r = *this;
    r.requires_grad_ = g;
    return r;
  }
  TensorOptions pinned_memory(std::optional<bool> p) const {
    auto r = *this;
    r.pinned_ = p;
    return r;
  }
  TensorOptions memory_format(std::optional<MemoryFormat> m) const {
    auto r = *this;
    r.memory_format_ = m;
    return r;
  }
  template <class T>
  TensorOptions dtype() const {
    return dtype(dtype_of<T>::value);
  }
  TypeMeta dtype() const { return dtype_ ? TypeMeta(*dtype_) : get_default_dtype(); }
  bool has_dtype() const { return dtype_.has_value(); }
  bool has_device() const { return device_.has_value(); }
  bool has_layout() const { return layout_.has_value(); }
  bool has_requires_grad() const { return requires_grad_.has_value(); }
  bool has_pinned_memory() const { return pinned_.has_value(); }
  bool has_memory_format() const { return memory_format_.has_value(); }
  Device device() const { return device_.value_or(Device()); }
  Layout layout() const { return layout_.value_or(kStrided); }
  bool requires_grad() const { return requires_grad_.value_or(false); }
  bool pinned_memory() const { return pinned_.value_or(false); }
  std::optional<ScalarType> dtype_opt() const { return dtype_; }
  std::optional<Device> device_opt() const { return device_; }
  std::optional<Layout> layout_opt() const { return layout_; }
  std::optional<bool> requires_grad_opt() const { return requires_grad_; }
  std::optional<bool> pinned_memory_opt() const { return pinned_; }
  std::optional<MemoryFormat> memory_format_opt() const { return memory_format_; }
  /// These, with what `over` says in place of them.
  TensorOptions merge_in(const TensorOptions& over) const {
    TensorOptions r = *this;
    if (over.dtype_) r.dtype_ = over.dtype_;
    if (over.layout_) r.layout_ = over.layout_;
    if (over.device_) r.device_ = over.device_;
    if (over.requires_grad_) r.requires_grad_ = over.requires_grad_;
    if (over.pinned_) r.pinned_ = over.pinned_;
    if (over.memory_format_) r.memory_format_ = over.memory_format_;
    return r;
  }

 private:
  std::optional<ScalarType> dtype_;
  std::optional<Layout> layout_;
  std::optional<Device> device_;
  std::optional<bool> requires_grad_, pinned_;
  std::optional<MemoryFormat> memory_format_;
};
TL_API std::ostream& operator<<(std::ostream&, const TensorOptions&);
inline TensorOptions dtype(ScalarType t) { return TensorOptions(t); }
template <class T>
TensorOptions dtype() {
  return TensorOptions(dtype_of<T>::value);
}
inline TensorOptions device(Device d) { return TensorOptions(d); }
inline TensorOptions device_index(int8_t i) { return TensorOptions().device_index(i); }
inline TensorOptions layout(Layout l) { return TensorOptions(l); }
inline TensorOptions memory_format(MemoryFormat m) { return TensorOptions(m); }
inline TensorOptions requires_grad(bool g = true) { return TensorOptions().requires_grad(g); }

template <class T, size_t N>
class TensorAccessor;

/// What Tensor::type() gave in PyTorch's early days.
class TL_API DeprecatedTypeProperties {
 public:
  explicit DeprecatedTypeProperties(const Tensor& t);
  DeprecatedTypeProperties(ScalarType t, Layout l, DeviceType d)
      : dtype_(t), device_(d), layout_(l) {}
  operator TensorOptions() const { return TensorOptions(dtype_).layout(layout_).device(device_); }
  ScalarType scalarType() const { return dtype_; }
  DeviceType device_type() const { return device_; }
  bool is_cuda() const { return device_ == kCUDA; }
  bool is_sparse() const { return layout_ == kSparse; }
  const std::string& toString() const { return name_; }
  friend bool operator==(const DeprecatedTypeProperties& a, const DeprecatedTypeProperties& b) {
    return a.name_ == b.name_;
  }
  friend std::ostream& operator<<(std::ostream& out, const DeprecatedTypeProperties& t) {
    return out << t.name_;
  }

 private:
  ScalarType dtype_;
  DeviceType device_;
  Layout layout_ = kStrided;
  std::string name_;
};

/// A handle of one's own, or a look at somebody else's: used as a pointer.
template <class T>
class MaybeOwned {
 public:
  static MaybeOwned borrowed(const T& other) { return MaybeOwned(&other); }
  static MaybeOwned owned(T&& value) { return MaybeOwned(std::move(value)); }
  const T& operator*() const { return look_ ? *look_ : *own_; }
  const T* operator->() const { return &**this; }
  operator const T&() const { return **this; }

 private:
  explicit MaybeOwned(const T* look) : look_(look) {}
  explicit MaybeOwned(T&& value) : own_(std::move(value)) {}
  const T* look_ = nullptr;
  std::optional<T> own_;
};

class TL_API Tensor {
 public:
  Tensor() = default;
  explicit Tensor(intrusive_ptr<TensorImpl> impl) : impl_(std::move(impl)) {}
  /// A new tensor of that fact: its own storage, not initialised.
  explicit Tensor(const Fact&);
  /// A view: the same storage seen through another fact.
  Tensor(intrusive_ptr<Storage>, Fact, int64_t offset);
  /// A fact without memory, to infer and plan with.
  static Tensor meta(const Fact&);
  Tensor(const Tensor&) = default;
  Tensor(Tensor&&) noexcept = default;
  ~Tensor() = default;
  Tensor& operator=(const Tensor&) & = default;
  Tensor& operator=(Tensor&&) & noexcept = default;
  // x[0] = y writes to x's elements, as in Python: what is assigned to has no name.
  Tensor& operator=(const Tensor& values) &&;
  Tensor& operator=(Tensor&& values) &&;
  Tensor& operator=(const Scalar& value) &&;

  bool defined() const { return bool(impl_); }
  explicit operator bool() const { return defined(); }
  bool is_same(const Tensor& o) const { return impl_ == o.impl_; }
  TensorImpl* unsafeGetTensorImpl() const { return impl_.get(); }
  const intrusive_ptr<TensorImpl>& impl() const { return impl_; }
  const Fact& fact() const { return checked()->fact; }
  void reset() { impl_.reset(); }
  uint32_t use_count() const { return impl_.use_count(); }
  const intrusive_ptr<TensorImpl>& getIntrusivePtr() const { return impl_; }
  /// "CPUFloatType"
  std::string toString() const;
  DeprecatedTypeProperties type() const { return DeprecatedTypeProperties(*this); }
  void print() const;  // toString() and sizes, to the standard error

  // shape
  IntArrayRef sizes() const { return fact().sizes; }
  IntArrayRef strides() const { return fact().strides; }
  int64_t size(int64_t d) const { return fact().sizes[size_t(wrap_dim(d, dim(), false))]; }
  int64_t stride(int64_t d) const { return fact().strides[size_t(wrap_dim(d, dim(), false))]; }
  int64_t dim() const { return fact().dim(); }
  int64_t ndimension() const { return dim(); }
  int64_t numel() const { return fact().numel(); }
  size_t nbytes() const { return size_t(numel()) * itemsize(); }
  size_t itemsize() const { return fact().itemsize(); }
  int64_t element_size() const { return int64_t(itemsize()); }
  bool is_contiguous(MemoryFormat f = MemoryFormat::Contiguous) const {
    return fact().is_contiguous(f);
  }
  bool is_non_overlapping_and_dense() const { return fact().is_non_overlapping_and_dense(); }
  MemoryFormat suggest_memory_format(bool /*exact_match*/ = false) const {
    return fact().suggest_memory_format();
  }
  int64_t storage_offset() const { return checked()->offset; }

  // kind
  ScalarType scalar_type() const { return fact().dtype; }
  TypeMeta dtype() const { return TypeMeta(fact().dtype); }
  Device device() const { return checked()->device; }
  int64_t get_device() const { return device().index(); }
  Layout layout() const { return kStrided; }
  TensorOptions options() const {
    return TensorOptions(scalar_type()).device(device()).layout(kStrided);
  }
  bool is_floating_point() const { return tealight::is_floating(scalar_type()); }
  bool is_complex() const { return tealight::is_complex(scalar_type()); }
  bool is_quantized() const { return tealight::is_quantized(scalar_type()); }
  bool is_signed() const {
    return scalar_type() != kByte && scalar_type() != kBool && scalar_type() != kQUInt8;
  }
  bool is_cpu() const { return device().is_cpu(); }
  bool is_cuda() const { return device().is_cuda(); }
  bool is_vulkan() const { return device().type() == kVulkan; }
  bool is_metal() const { return device().type() == kMetal; }
  bool is_mps() const { return device().is_mps(); }
  bool is_xla() const { return device().type() == kXLA; }
  bool is_xpu() const { return device().type() == kXPU; }
  bool is_hip() const { return device().type() == kHIP; }
  bool is_hpu() const { return device().type() == kHPU; }
  bool is_meta() const { return !checked()->storage; }
  // Kinds that PyTorch has and Tealight does not.
  bool is_sparse() const { return false; }
  bool is_sparse_csr() const { return false; }
  bool is_mkldnn() const { return false; }
  bool is_nested() const { return false; }
  bool is_conj() const { return false; }
  bool is_neg() const { return false; }
  bool _is_zerotensor() const { return false; }
  bool is_inference() const { return checked()->inference; }
  bool has_names() const { return false; }
  double q_scale() const;
  int64_t q_zero_point() const;
  QScheme qscheme() const;
  Tensor q_per_channel_scales() const;
  Tensor q_per_channel_zero_points() const;
  int64_t q_per_channel_axis() const;
  const intrusive_ptr<const Quantizer>& quantizer() const { return fact().quantizer; }

  // memory
  void* data_ptr() const;  // the first element; null when there is none
  template <class T>
  T* data_ptr() const {
    using U = std::remove_const_t<T>;
    check_dtype(dtype_of<U>::value);
    return static_cast<T*>(data_ptr());
  }
  template <class T>
  const T* const_data_ptr() const {
    return data_ptr<T>();
  }
  template <class T>
  T* mutable_data_ptr() const {
    return data_ptr<T>();
  }
  const void* const_data_ptr() const { return data_ptr(); }
  void* mutable_data_ptr() const { return data_ptr(); }
  /// The first element, whatever the dtype is called: for code that looked at dtype() itself.
  template <class T>
  T* as() const {
    return static_cast<T*>(data_ptr());
  }
  const StoragePtr& storage() const { return checked()->storage; }
  bool has_storage() const { return bool(storage()); }
  /// Whether there are elements to read: neither a fact only, nor laid on a placeholder.
  bool has_elements() const { return storage() && !storage()->is_placeholder(); }
  bool is_alias_of(const Tensor& o) const { return storage() && storage() == o.storage(); }
  int64_t _version() const { return checked()->version(); }
  template <class T, size_t N>
  TensorAccessor<T, N> accessor() const&;
  // The same: 32-bit sizes are of use on graphics processors only.
  template <class T, size_t N>
  TensorAccessor<T, N> packed_accessor32() const&;
  template <class T, size_t N>
  TensorAccessor<T, N> packed_accessor64() const&;
  template <class T>
  T item() const {
    return item().template to<T>();
  }
  Scalar item() const;  // of a tensor with one element

  // autograd: see tealight/autograd.h
  bool requires_grad() const {
    const TensorImpl& t = *checked();
    return t.requires_grad || (t.base && t.base->requires_grad);
  }
  const Tensor& requires_grad_(bool value = true) const;
  const Tensor& set_requires_grad(bool value) const { return requires_grad_(value); }
  /// What backward() has added up so far; undefined when there is none.
  const Tensor& grad() const;
  Tensor& mutable_grad() const;
  /// Adds the gradients of this tensor to the leaves it was computed from; of `inputs` only where
  /// they are given. `gradient` may be left out for a tensor of one element.
  void backward(const Tensor& gradient = {}, std::optional<bool> retain_graph = std::nullopt,
                bool create_graph = false, std::optional<TensorList> inputs = std::nullopt) const;
  /// The call that made it; null for a leaf.
  const std::shared_ptr<autograd::Node>& grad_fn() const;
  bool is_leaf() const { return !requires_grad() || !grad_fn(); }
  int64_t output_nr() const;
  /// Keeps the gradient of one that is not a leaf, too.
  void retain_grad() const;
  bool retains_grad() const;
  /// Calls hook(gradient) whenever the gradient of this tensor has been computed; what it returns,
  /// if it returns a defined tensor, is used in its place. Gives a number for remove_hook().
  template <class F>
  unsigned register_hook(F hook) const {
    if constexpr (std::is_void_v<std::invoke_result_t<F&, const Tensor&>>)
      return add_hook([hook = std::move(hook)](const Tensor& g) mutable {
        hook(g);
        return Tensor();
      });
    else
      return add_hook(std::move(hook));
  }
  void remove_hook(unsigned number) const;
  bool is_view() const { return bool(checked()->base); }
  bool _is_view() const { return is_view(); }
  Tensor _base() const;  // fails when this is no view
  /// The same elements with a history and a version counter of their own: autograd does not hear
  /// of writes through it.
  Tensor data() const { return variable_data(); }
  template <class T>
  T* data() const {  // PyTorch's old name of data_ptr<T>()
    return data_ptr<T>();
  }
  Tensor variable_data() const;
  Tensor tensor_data() const { return alias_without_grad(); }
  /// From now on this handle, and every other of it, shows what `other` shows.
  void set_data(const Tensor& other) const;
  /// Another view of all of it, which autograd knows nothing of.
  Tensor alias_without_grad() const;

  // indexing
  Tensor operator[](int64_t i) const;
  Tensor operator[](const Tensor& index) const;
  // t.index({Slice(1, 3), 0, "...", None, mask}): tealight/indexing.h
  Tensor index(std::initializer_list<indexing::TensorIndex>) const;
  Tensor index(ArrayRef<indexing::TensorIndex>) const;
  Tensor& index_put_(std::initializer_list<indexing::TensorIndex>, const Tensor& values) const;
  Tensor& index_put_(std::initializer_list<indexing::TensorIndex>, const Scalar& value) const;
  Tensor& index_put_(ArrayRef<indexing::TensorIndex>, const Tensor& values) const;
  Tensor& index_put_(ArrayRef<indexing::TensorIndex>, const Scalar& value) const;
  // by a c10::List of tensors
  template <std::same_as<List<std::optional<Tensor>>> L>
  Tensor index(const L& l) const {
    return index(ArrayRef<std::optional<Tensor>>(l.vec()));
  }
  template <std::same_as<List<std::optional<Tensor>>> L>
  Tensor index_put(const L& l, const Tensor& values, bool accumulate = false) const {
    return index_put(ArrayRef<std::optional<Tensor>>(l.vec()), values, accumulate);
  }
  template <std::same_as<List<std::optional<Tensor>>> L>
  Tensor& index_put_(const L& l, const Tensor& values, bool accumulate = false) const {
    return index_put_(ArrayRef<std::optional<Tensor>>(l.vec()), values, accumulate);
  }

  // arithmetic
  Tensor operator-() const;
  Tensor operator~() const;
  Tensor& operator+=(const Tensor&);
  Tensor& operator-=(const Tensor&);
  Tensor& operator*=(const Tensor&);
  Tensor& operator/=(const Tensor&);
  Tensor& operator+=(const Scalar&);
  Tensor& operator-=(const Scalar&);
  Tensor& operator*=(const Scalar&);
  Tensor& operator/=(const Scalar&);
  Tensor& operator&=(const Tensor&);
  Tensor& operator|=(const Tensor&);
  Tensor& operator^=(const Tensor&);
  Tensor& __iand__(const Tensor&) const;
  Tensor& __iand__(const Scalar&) const;
  Tensor& __ior__(const Tensor&) const;
  Tensor& __ior__(const Scalar&) const;
  Tensor& __ixor__(const Tensor&) const;
  Tensor& __ixor__(const Scalar&) const;
  Tensor& __ilshift__(const Tensor&) const;
  Tensor& __ilshift__(const Scalar&) const;
  Tensor& __irshift__(const Tensor&) const;
  Tensor& __irshift__(const Scalar&) const;

  // PyTorch's shorthands for what the generated methods do
  Tensor to(const TensorOptions& = {}, bool non_blocking = false, bool copy = false,
            std::optional<MemoryFormat> = std::nullopt) const;
  Tensor to(TypeMeta t, bool non_blocking = false, bool copy = false) const {
    return to(t.toScalarType(), non_blocking, copy);
  }
  Tensor to(Device d, TypeMeta t, bool non_blocking = false, bool copy = false) const {
    return to(d, t.toScalarType(), non_blocking, copy);
  }
  Tensor var(int dim) const;  // neither bool nor a list
  Tensor std(int dim) const;
  /// This tensor if it is contiguous, else a packed copy.
  MaybeOwned<Tensor> expect_contiguous(MemoryFormat = MemoryFormat::Contiguous) const&;
  Tensor cpu() const;
  Tensor metal() const;
  Tensor vulkan() const;
  Tensor toType(ScalarType) const;
  Tensor toBackend(int) const = delete;
  Tensor alias() const;

#include "tealight/tensor_methods.inc"  // one method for each operator that PyTorch calls so

 private:
  TensorImpl* checked() const {
    if (!impl_) [[unlikely]]
      fail_undefined();
    return impl_.get();
  }
  [[noreturn]] static void fail_undefined();
  unsigned add_hook(std::function<Tensor(const Tensor&)>) const;
  void check_dtype(ScalarType) const;
  intrusive_ptr<TensorImpl> impl_;
};

/// a[i][j] for loops over a tensor's elements. Indexes are not checked.
template <class T>
class TensorAccessor<T, 1> {
 public:
  TensorAccessor(T* data, const int64_t* sizes, const int64_t* strides)
      : data_(data), sizes_(sizes), strides_(strides) {}
  T& operator[](int64_t i) const { return data_[i * strides_[0]]; }
  int64_t size(int64_t d) const { return sizes_[d]; }
  int64_t stride(int64_t d) const { return strides_[d]; }
  IntArrayRef sizes() const { return {sizes_, 1}; }
  IntArrayRef strides() const { return {strides_, 1}; }
  T* data() const { return data_; }

 private:
  T* data_;
  const int64_t *sizes_, *strides_;
};
template <class T, size_t N>
class TensorAccessor {
 public:
  TensorAccessor(T* data, const int64_t* sizes, const int64_t* strides)
      : data_(data), sizes_(sizes), strides_(strides) {}
  TensorAccessor<T, N - 1> operator[](int64_t i) const {
    return {data_ + i * strides_[0], sizes_ + 1, strides_ + 1};
  }
  int64_t size(int64_t d) const { return sizes_[d]; }
  int64_t stride(int64_t d) const { return strides_[d]; }
  IntArrayRef sizes() const { return {sizes_, N}; }
  IntArrayRef strides() const { return {strides_, N}; }
  T* data() const { return data_; }

 private:
  T* data_;
  const int64_t *sizes_, *strides_;
};
inline DeprecatedTypeProperties::DeprecatedTypeProperties(const Tensor& t)
    : dtype_(t.scalar_type()), device_(t.device().type()), name_(t.toString()) {}

template <class T, size_t N>
TensorAccessor<T, N> Tensor::accessor() const& {
  TL_CHECK(dim() == int64_t(N), "accessor: the tensor has ", dim(), " dimensions, not ", N);
  return {data_ptr<T>(), fact().sizes.data(), fact().strides.data()};
}
template <class T, size_t N>
TensorAccessor<T, N> Tensor::packed_accessor32() const& {
  return accessor<T, N>();
}
template <class T, size_t N>
TensorAccessor<T, N> Tensor::packed_accessor64() const& {
  return accessor<T, N>();
}

/// Tells autograd that `view` shows memory of `whole`.
TL_API void note_view(const Tensor& whole, const Tensor& view);

/// A tensor on memory of the caller's, which must outlive it (or ends with `deleter`).
TL_API Tensor from_blob(void* data, IntArrayRef sizes, const TensorOptions& = {});
TL_API Tensor from_blob(void* data, IntArrayRef sizes, IntArrayRef strides,
                        const TensorOptions& = {});
TL_API Tensor from_blob(void* data, IntArrayRef sizes, const std::function<void(void*)>& deleter,
                        const TensorOptions& = {});
TL_API Tensor from_blob(void* data, IntArrayRef sizes, IntArrayRef strides,
                        const std::function<void(void*)>& deleter, const TensorOptions& = {});
/// A 0-d tensor of a number, of Python's default dtype for it (int64, float32, bool, complex64).
TL_API Tensor scalar_tensor(const Scalar&, std::optional<ScalarType> = std::nullopt);
/// The same, marked as a wrapped number: how a Scalar enters an operator that takes tensors.
TL_API Tensor wrapped_scalar_tensor(const Scalar&);

TL_API std::ostream& operator<<(std::ostream&, const Tensor&);  // as libtorch prints
/// As Python prints: "tensor([7.])". PyTorch: torch._tensor_str.
TL_API std::string repr(const Tensor&);

}  // namespace tealight
