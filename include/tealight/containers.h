// List<T> and Dict<K, V>: typed handles on the lists and dicts inside of Values (c10::List,
// c10::Dict), and how C++ containers become Values. Copies of a handle share the elements, as in
// Python.
#pragma once
#include <map>
#include <tuple>
#include <unordered_map>

#include "tealight/value.h"

namespace tealight {

/// The TorchScript type of a C++ type: type_of<std::vector<int64_t>>() is int[].
template <class T>
struct TypeOf;
template <class T>
TypePtr type_of() {
  return TypeOf<std::remove_cvref_t<T>>::get();
}

namespace detail {
// The elements of these live in the Value as such, so that references to them can be given out.
template <class T>
constexpr bool kInPlace = std::is_same_v<T, Value> || std::is_same_v<T, Tensor>;
template <class T>
T& in_place(Value& v) {
  if constexpr (std::is_same_v<T, Value>)
    return v;
  else
    return v.toTensor();
}
/// An element of another type: reads and writes go through the Value.
template <class T>
class Element {
 public:
  explicit Element(Value& v) : v_(&v) {}
  operator T() const { return v_->template to<T>(); }
  T get() const { return *this; }
  Element& operator=(T x) {
    *v_ = Value(std::move(x));
    return *this;
  }
  Element& operator=(const Element& o) {
    *v_ = *o.v_;
    return *this;
  }
  Element(const Element&) = default;
  friend bool operator==(const Element& a, const Element& b) { return a.get() == b.get(); }
  template <class U>
    requires(!std::is_same_v<U, Element>)
  friend bool operator==(const Element& a, const U& b) {
    return a.get() == b;
  }
  friend void swap(Element a, Element b) { std::swap(*a.v_, *b.v_); }
  friend std::ostream& operator<<(std::ostream& out, const Element& e) { return out << *e.v_; }

 private:
  Value* v_;
};
template <class T>
using Reference = std::conditional_t<kInPlace<T>, T&, Element<T>>;
template <class T>
Reference<T> reference(Value& v) {
  if constexpr (kInPlace<T>)
    return in_place<T>(v);
  else
    return Element<T>(v);
}
}  // namespace detail

/// Not safe to change from several threads, as std::vector.
template <class T>
class List {
 public:
  using value_type = T;
  using size_type = size_t;
  using reference = detail::Reference<T>;
  class iterator;
  using const_iterator = iterator;

  List() : List(type_of<T>()) {}
  List(std::initializer_list<T> v) : List() {
    for (const T& x : v) push_back(x);
  }
  explicit List(ArrayRef<T> v) : List() {
    for (const T& x : v) push_back(x);
  }
  explicit List(const std::vector<T>& v) : List() {
    for (const T& x : v) push_back(x);
  }
  /// For List<Value>: of elements of that type.
  explicit List(TypePtr element) : impl_(make_intrusive<ListImpl>(std::move(element))) {}
  explicit List(intrusive_ptr<ListImpl> impl) : impl_(std::move(impl)) {}

  size_t size() const { return impl_->items.size(); }
  bool empty() const { return impl_->items.empty(); }
  /// Throws IndexError outside of the list.
  T get(size_t i) const { return at(i).template to<T>(); }
  void set(size_t i, T v) const { at(i) = Value(std::move(v)); }
  reference operator[](size_t i) const { return detail::reference<T>(at(i)); }
  T extract(size_t i) const {
    T v = get(i);
    at(i) = Value();
    return v;
  }
  void push_back(T v) const { impl_->items.emplace_back(std::move(v)); }
  void append(const List& o) const {
    impl_->items.insert(impl_->items.end(), o.impl_->items.begin(), o.impl_->items.end());
  }
  template <class... A>
  void emplace_back(A&&... a) const {
    push_back(T(std::forward<A>(a)...));
  }
  void pop_back() const { impl_->items.pop_back(); }
  void clear() const { impl_->items.clear(); }
  void reserve(size_t n) const { impl_->items.reserve(n); }
  void resize(size_t n) const { resize(n, T()); }
  void resize(size_t n, const T& v) const { impl_->items.resize(n, Value(v)); }
  iterator insert(iterator at, const T& v) const {
    return {&*impl_->items.insert(where(at), Value(v))};
  }
  template <class... A>
  iterator emplace(iterator at, A&&... a) const {
    return insert(at, T(std::forward<A>(a)...));
  }
  iterator erase(iterator at) const {
    return {impl_->items.data() + (impl_->items.erase(where(at)) - impl_->items.begin())};
  }
  iterator erase(iterator first, iterator last) const {
    const auto after = impl_->items.erase(where(first), where(last));
    return {impl_->items.data() + (after - impl_->items.begin())};
  }
  iterator begin() const { return {impl_->items.data()}; }
  iterator end() const { return {impl_->items.data() + size()}; }
  std::vector<T> vec() const { return {begin(), end()}; }
  List copy() const { return List(make_intrusive<ListImpl>(impl_->element, impl_->items)); }
  TypePtr elementType() const { return impl_->element; }
  bool is(const List& o) const { return impl_ == o.impl_; }
  size_t use_count() const { return impl_.use_count(); }
  const intrusive_ptr<ListImpl>& impl() const { return impl_; }
  friend bool operator==(const List& a, const List& b) {
    return a.is(b) || a.impl_->items == b.impl_->items;
  }

  class iterator {
   public:
    using iterator_category = std::random_access_iterator_tag;
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    using pointer = void;
    using reference = detail::Reference<T>;
    iterator(Value* p = nullptr) : p_(p) {}
    reference operator*() const { return detail::reference<T>(*p_); }
    T* operator->() const
      requires(detail::kInPlace<T>)
    {
      return &detail::in_place<T>(*p_);
    }
    reference operator[](std::ptrdiff_t n) const { return *(*this + n); }
    iterator& operator++() {
      ++p_;
      return *this;
    }
    iterator operator++(int) { return {p_++}; }
    iterator& operator--() {
      --p_;
      return *this;
    }
    iterator operator--(int) { return {p_--}; }
    iterator& operator+=(std::ptrdiff_t n) {
      p_ += n;
      return *this;
    }
    iterator& operator-=(std::ptrdiff_t n) {
      p_ -= n;
      return *this;
    }
    friend iterator operator+(iterator a, std::ptrdiff_t n) { return {a.p_ + n}; }
    friend iterator operator-(iterator a, std::ptrdiff_t n) { return {a.p_ - n}; }
    friend std::ptrdiff_t operator-(iterator a, iterator b) { return a.p_ - b.p_; }
    friend auto operator<=>(const iterator&, const iterator&) = default;

   private:
    friend List;
    Value* p_;
  };

 private:
  Value& at(size_t i) const {
    if (i >= size())
      throw IndexError(
          str("list index ", i, " is out of range: the list has ", size(), " elements"));
    return impl_->items[i];
  }
  auto where(iterator it) const { return impl_->items.begin() + (it.p_ - impl_->items.data()); }
  intrusive_ptr<ListImpl> impl_;
};

/// Keeps the order of insertion. Not safe to change from several threads.
template <class K, class V>
class Dict {
 public:
  using key_type = K;
  using mapped_type = V;
  using size_type = size_t;
  /// A key and its value, as long as the dict is not changed.
  class Entry {
   public:
    K key() const { return entry().first.template to<K>(); }
    V value() const { return entry().second.template to<V>(); }
    template <class X>
    void setValue(X&& v) const {
      dict_->insert_or_assign(entry().first, Value(V(std::forward<X>(v))));
    }

   private:
    friend Dict;
    const std::pair<Value, Value>& entry() const { return dict_->entries()[i_]; }
    DictImpl* dict_ = nullptr;
    size_t i_ = 0;
  };
  class iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = Entry;
    using difference_type = std::ptrdiff_t;
    using pointer = const Entry*;
    using reference = const Entry&;
    reference operator*() const { return e_; }
    pointer operator->() const { return &e_; }
    iterator& operator++() {
      ++e_.i_;
      return *this;
    }
    iterator operator++(int) {
      iterator was = *this;
      ++e_.i_;
      return was;
    }
    bool operator==(const iterator& b) const { return e_.i_ == b.e_.i_; }
    std::ptrdiff_t operator-(const iterator& b) const { return std::ptrdiff_t(e_.i_ - b.e_.i_); }

   private:
    friend Dict;
    Entry e_;
  };
  using const_iterator = iterator;

  Dict() : Dict(type_of<K>(), type_of<V>()) {}
  Dict(TypePtr key, TypePtr value)
      : impl_(make_intrusive<DictImpl>(std::move(key), std::move(value))) {}
  explicit Dict(intrusive_ptr<DictImpl> impl) : impl_(std::move(impl)) {}

  size_t size() const { return impl_->size(); }
  bool empty() const { return size() == 0; }
  bool contains(const K& k) const { return impl_->find(Value(k)) != nullptr; }
  size_t count(const K& k) const { return contains(k); }
  /// Throws IndexError when the key is absent.
  V at(const K& k) const {
    const Value* v = impl_->find(Value(k));
    if (!v) throw IndexError("Argument passed to at() was not in the map.");
    return v->template to<V>();
  }
  iterator find(const K& k) const {
    const Value key(k);
    return impl_->find(key) ? position(key) : end();
  }
  /// False when the key is there already; its value stays.
  template <class A, class B>
  std::pair<iterator, bool> insert(A&& k, B&& v) const {
    const bool is_new = !contains(K(k));
    if (is_new) impl_->insert_or_assign(Value(K(k)), Value(V(std::forward<B>(v))));
    return {position(Value(K(k))), is_new};
  }
  /// False when it replaced a value.
  template <class A, class B>
  std::pair<iterator, bool> insert_or_assign(A&& k, B&& v) const {
    const bool is_new = !contains(K(k));
    impl_->insert_or_assign(Value(K(k)), Value(V(std::forward<B>(v))));
    return {position(Value(K(k))), is_new};
  }
  size_t erase(const K& k) const { return impl_->erase(Value(k)); }
  void erase(iterator it) const { impl_->erase(Value(it->entry().first)); }
  void clear() const { impl_->clear(); }
  void reserve(size_t) const {}
  iterator begin() const { return iterator_at(0); }
  iterator end() const { return iterator_at(size()); }
  Dict copy() const {
    Dict d(impl_->key, impl_->value);
    for (const auto& [k, v] : impl_->entries()) d.impl_->insert_or_assign(k, v);
    return d;
  }
  TypePtr keyType() const { return impl_->key; }
  TypePtr valueType() const { return impl_->value; }
  bool is(const Dict& o) const { return impl_ == o.impl_; }
  size_t use_count() const { return impl_.use_count(); }
  const intrusive_ptr<DictImpl>& impl() const { return impl_; }
  friend bool operator==(const Dict& a, const Dict& b) {
    return a.is(b) || Value(a.impl_) == Value(b.impl_);
  }

 private:
  iterator iterator_at(size_t i) const {
    iterator it;
    it.e_.dict_ = impl_.get();
    it.e_.i_ = i;
    return it;
  }
  iterator position(const Value& k) const { return iterator_at(impl_->position(k)); }
  intrusive_ptr<DictImpl> impl_;
};

// ---- types

#define TL_TYPE_OF(type, kind)                                 \
  template <>                                                  \
  struct TypeOf<type> {                                        \
    static TypePtr get() { return Type::get(TypeKind::kind); } \
  };
TL_TYPE_OF(Value, Any)
TL_TYPE_OF(Tensor, Tensor)
TL_TYPE_OF(int64_t, Int)
TL_TYPE_OF(int32_t, Int)
TL_TYPE_OF(int16_t, Int)
TL_TYPE_OF(int8_t, Int)
TL_TYPE_OF(uint8_t, Int)
TL_TYPE_OF(double, Float)
TL_TYPE_OF(float, Float)
TL_TYPE_OF(std::complex<double>, Complex)
TL_TYPE_OF(bool, Bool)
TL_TYPE_OF(std::string, String)
TL_TYPE_OF(std::string_view, String)
TL_TYPE_OF(const char*, String)
TL_TYPE_OF(Scalar, Number)
TL_TYPE_OF(Device, Device)
TL_TYPE_OF(Generator, Generator)
TL_TYPE_OF(ScalarType, Int)
TL_TYPE_OF(Layout, Int)
TL_TYPE_OF(MemoryFormat, Int)
TL_TYPE_OF(void, None)
#undef TL_TYPE_OF
template <class T>
struct ListTypeOf {
  static TypePtr get() { return Type::list(type_of<T>()); }
};
template <class T>
struct TypeOf<List<T>> : ListTypeOf<T> {};
template <class T>
struct TypeOf<std::vector<T>> : ListTypeOf<T> {};
template <class T>
struct TypeOf<ArrayRef<T>> : ListTypeOf<T> {};
template <class T, size_t N>
struct TypeOf<std::array<T, N>> : ListTypeOf<T> {};
template <>
struct TypeOf<DimVector> : ListTypeOf<int64_t> {};
template <class T>
struct TypeOf<std::optional<T>> {
  static TypePtr get() { return Type::optional(type_of<T>()); }
};
template <class... T>
struct TypeOf<std::tuple<T...>> {
  static TypePtr get() { return Type::tuple({type_of<T>()...}); }
};
template <class K, class V>
struct DictTypeOf {
  static TypePtr get() { return Type::dict(type_of<K>(), type_of<V>()); }
};
template <class K, class V>
struct TypeOf<Dict<K, V>> : DictTypeOf<K, V> {};
template <class K, class V>
struct TypeOf<std::unordered_map<K, V>> : DictTypeOf<K, V> {};
template <class K, class V>
struct TypeOf<std::map<K, V>> : DictTypeOf<K, V> {};

// ---- values

template <class T>
struct ValueTraits<List<T>> {
  static Value make(const List<T>& v) { return Value(v.impl()); }
  static List<T> from(const Value& v) { return List<T>(v.toListPtr()); }
};
template <class K, class V>
struct ValueTraits<Dict<K, V>> {
  static Value make(const Dict<K, V>& v) { return Value(v.impl()); }
  static Dict<K, V> from(const Value& v) { return Dict<K, V>(v.toDictPtr()); }
};
template <class C>
struct SequenceTraits {
  using T = typename C::value_type;
  static Value make(const C& v) {
    std::vector<Value> items;
    items.reserve(v.size());
    for (const auto& x : v) items.emplace_back(T(x));
    return make_list(type_of<T>(), std::move(items));
  }
};
template <class T>
struct ValueTraits<std::vector<T>> : SequenceTraits<std::vector<T>> {
  static std::vector<T> from(const Value& v) {
    std::vector<T> all;
    for (const Value& x : v.toListRef().items) all.push_back(x.to<T>());
    return all;
  }
};
template <class T>
struct ValueTraits<ArrayRef<T>> : SequenceTraits<ArrayRef<T>> {};
template <class T, size_t N>
struct ValueTraits<std::array<T, N>> : SequenceTraits<std::array<T, N>> {
  static std::array<T, N> from(const Value& v) {
    const ListImpl& list = v.toListRef();
    TL_CHECK(list.size() == N, "expected a list of ", N, " elements, but got ", list.size());
    std::array<T, N> all;
    for (size_t i = 0; i < N; ++i) all[i] = list[i].to<T>();
    return all;
  }
};
template <class M>
struct MapTraits {
  using K = typename M::key_type;
  using V = typename M::mapped_type;
  static Value make(const M& m) {
    Dict<K, V> d;
    for (const auto& [k, v] : m) d.insert(k, v);
    return Value(d.impl());
  }
  static M from(const Value& v) {
    M m;
    for (const std::pair<Value, Value>& e : v.toDictRef().entries())
      m.emplace(e.first.to<K>(), e.second.to<V>());
    return m;
  }
};
template <class K, class V>
struct ValueTraits<std::unordered_map<K, V>> : MapTraits<std::unordered_map<K, V>> {};
template <class K, class V>
struct ValueTraits<std::map<K, V>> : MapTraits<std::map<K, V>> {};
template <class... T>
struct ValueTraits<std::tuple<T...>> {
  static Value make(const std::tuple<T...>& v) {
    return std::apply([](const T&... x) { return make_tuple_value({Value(x)...}); }, v);
  }
  static std::tuple<T...> from(const Value& v) {
    const TupleElements& e = v.toTupleRef().items;
    TL_CHECK(e.size() == sizeof...(T), "expected a tuple of ", sizeof...(T), " elements, but got ",
             e.size());
    return [&]<size_t... I>(std::index_sequence<I...>) {
      return std::tuple<T...>(e[I].to<T>()...);
    }(std::index_sequence_for<T...>{});
  }
};
template <class A, class B>
struct ValueTraits<std::pair<A, B>> {
  static Value make(const std::pair<A, B>& v) {
    return make_tuple_value({Value(v.first), Value(v.second)});
  }
};
template <class T>
struct ValueTraits<std::optional<T>> {
  static std::optional<T> from(const Value& v) { return v.toOptional<T>(); }
};
template <class T>
  requires(std::is_arithmetic_v<T>)
struct ValueTraits<T> {
  static T from(const Value& v) { return v.toScalar().template to<T>(); }
};
template <>
struct ValueTraits<Generator> {
  static Value make(const Generator& g) { return g.value(); }
  static Generator from(const Value& v) { return Generator(v); }
};

inline List<Value> Value::toList() const { return List<Value>(toListPtr()); }
inline List<int64_t> Value::toIntList() const { return List<int64_t>(toListPtr()); }
inline List<double> Value::toDoubleList() const { return List<double>(toListPtr()); }
inline List<bool> Value::toBoolList() const { return List<bool>(toListPtr()); }
inline List<std::complex<double>> Value::toComplexDoubleList() const {
  return List<std::complex<double>>(toListPtr());
}
inline List<Tensor> Value::toTensorList() const { return List<Tensor>(toListPtr()); }
inline List<std::optional<Tensor>> Value::toOptionalTensorList() const {
  return List<std::optional<Tensor>>(toListPtr());
}
inline Dict<Value, Value> Value::toGenericDict() const { return Dict<Value, Value>(toDictPtr()); }

}  // namespace tealight
