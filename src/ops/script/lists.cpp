// Functions of lists.
#include <algorithm>

#include "ops/broadcast.h"
#include "ops/script/script.h"
#include "ops/script/slices.h"
#include "tealight/ops.h"

namespace tealight {

namespace script {
namespace {

bool is_less_at(const Value& a, const Value& b, int depth);

bool is_less(const std::vector<Value>& a, const std::vector<Value>& b, int depth) {
  for (size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    if (is_less_at(a[i], b[i], depth + 1)) return true;
    if (is_less_at(b[i], a[i], depth + 1)) return false;
  }
  return a.size() < b.size();
}

bool is_less_at(const Value& a, const Value& b, int depth) {
  TL_CHECK(depth < 100, "sorting values nested deeper than 100");
  if (a.isString() && b.isString()) return a.toStringView() < b.toStringView();
  if (a.isTensor() && b.isTensor()) return bool_of(lt(a.toTensor(), b.toTensor()));
  if (a.isTuple() && b.isTuple()) return is_less(a.toTupleRef().items, b.toTupleRef().items, depth);
  if (a.isDouble() || b.isDouble()) return a.toScalar().toDouble() < b.toScalar().toDouble();
  TL_CHECK(!a.isComplexDouble() && !b.isComplexDouble(),
           "'<' not supported between complex numbers");
  return a.toScalar().toLong() < b.toScalar().toLong();
}

}  // namespace

bool is_less(const Value& a, const Value& b) { return is_less_at(a, b, 0); }

}  // namespace script

namespace ops {
namespace {

using Items = std::vector<Value>;
constexpr const char* kOutside = "list index out of range";

// As `in` compares: tensors by their values.
bool is_equal(const Value& a, const Value& b) {
  return a.isTensor() && b.isTensor() ? script::bool_of(eq(a.toTensor(), b.toTensor())) : a == b;
}

Value get(const ListImpl& l, int64_t i) {
  return l.items[script::place_in(i, l.items.size(), kOutside)];
}
Value set(const Value& list, int64_t i, const Value& v) {
  Items& items = list.toListRef().items;
  items[script::place_in(i, items.size(), kOutside)] = v;
  return list;
}
int64_t length(const ListImpl& l) { return int64_t(l.items.size()); }

Value append(const Value& list, const Value& v) {
  Items& items = list.toListRef().items;
  script::check_growth(items);
  items.push_back(v);
  return list;
}
void extend(ListImpl& l, const ListImpl& other) {
  script::check_size(l.items.size() + other.items.size(), sizeof(Value));
  const size_t n = other.items.size();  // a list may extend itself
  l.items.reserve(l.items.size() + n);
  for (size_t i = 0; i < n; ++i) l.items.push_back(other.items[i]);
}
Value add_in_place(const Value& list, const ListImpl& other) {
  extend(list.toListRef(), other);
  return list;
}
Value copy(const ListImpl& l) { return make_list(l.element, l.items); }
Value concatenate(const ListImpl& a, const ListImpl& b) {
  Value result = copy(a);
  extend(result.toListRef(), b);
  return result;
}

Items repeated(const Items& items, int64_t n) {
  Items out;
  if (n <= 0 || items.empty()) return out;
  size_t size = 0;
  if (__builtin_mul_overflow(items.size(), size_t(n), &size)) size = SIZE_MAX;
  script::check_size(size, sizeof(Value));
  out.reserve(size);
  for (int64_t k = 0; k < n; ++k) out.insert(out.end(), items.begin(), items.end());
  return out;
}
Value repeat(const ListImpl& l, int64_t n) { return make_list(l.element, repeated(l.items, n)); }
Value repeat_in_place(const Value& list, int64_t n) {
  Items& items = list.toListRef().items;
  items = repeated(items, n);
  return list;
}

void insert(ListImpl& l, int64_t i, const Value& v) {
  script::check_growth(l.items);
  const int64_t n = int64_t(l.items.size());
  l.items.insert(l.items.begin() + std::clamp<int64_t>(i < 0 ? i + n : i, 0, n), v);
}
Value pop(ListImpl& l, int64_t i) {
  TL_CHECK(!l.items.empty(), "pop from empty list");
  const size_t place = script::place_in(i, l.items.size(), kOutside);
  Value v = std::move(l.items[place]);
  l.items.erase(l.items.begin() + int64_t(place));
  return v;
}
void remove_at(ListImpl& l, int64_t i) {
  TL_CHECK(!l.items.empty(), "pop index out of range");
  pop(l, i);
}

Value slice(const ListImpl& l, std::optional<int64_t> start, std::optional<int64_t> end,
            int64_t step) {
  const script::Slice s = script::slice_of(l.items.size(), start, end, step);
  Items out;
  out.reserve(s.count);
  for (size_t k = 0; k < s.count; ++k) out.push_back(l.items[s.place(k)]);
  return make_list(l.element, std::move(out));
}

// ---- looking for a value

auto find(const Items& items, const Value& v) {
  return std::find_if(items.begin(), items.end(),
                      [&](const Value& item) { return is_equal(item, v); });
}
bool contains(const ListImpl& l, const Value& v) { return find(l.items, v) != l.items.end(); }
int64_t index(const ListImpl& l, const Value& v) {
  const auto at = find(l.items, v);
  if (at == l.items.end()) {
    const std::string text = v.isDouble() ? str(v.toDouble())
                             : v.isBool() ? str(int(v.toBool()))
                                          : str(v);
    throw ValueError(str("'", text, "' is not in list"));
  }
  return at - l.items.begin();
}
void remove(ListImpl& l, const Value& v) {
  const auto at = find(l.items, v);
  if (at == l.items.end()) throw ValueError("list.remove(x): x not in list");
  l.items.erase(at);
}
int64_t count(const ListImpl& l, const Value& v) {
  return std::count_if(l.items.begin(), l.items.end(),
                       [&](const Value& item) { return is_equal(item, v); });
}

bool equal(const ListImpl& a, const ListImpl& b) {
  return std::equal(a.items.begin(), a.items.end(), b.items.begin(), b.items.end(), is_equal);
}
bool not_equal(const ListImpl& a, const ListImpl& b) { return !equal(a, b); }

// ---- order. A stable sort stays inside of the list even when NaNs make the order contradictory.

void sort_items(Items& items, bool reverse) {
  std::stable_sort(items.begin(), items.end(), [reverse](const Value& a, const Value& b) {
    return reverse ? script::is_less(b, a) : script::is_less(a, b);
  });
}
void sort(ListImpl& l, bool reverse) {
  Items sorted = l.items;  // an exception while comparing leaves the list as it was
  sort_items(sorted, reverse);
  l.items = std::move(sorted);
}
Value sorted(const ListImpl& l) {
  Value result = copy(l);
  sort_items(result.toListRef().items, false);
  return result;
}

Value least(const ListImpl& l) {
  TL_CHECK(!l.items.empty(), "min() arg is an empty sequence");
  return *std::min_element(l.items.begin(), l.items.end(), script::is_less);
}
Value greatest(const ListImpl& l) {
  TL_CHECK(!l.items.empty(), "max() arg is an empty sequence");
  return *std::max_element(l.items.begin(), l.items.end(), script::is_less);
}
bool list_is_less(const ListImpl& a, const ListImpl& b) {
  return std::lexicographical_compare(a.items.begin(), a.items.end(), b.items.begin(),
                                      b.items.end(), script::is_less);
}
Value lesser_list(const Value& a, const Value& b) {
  return list_is_less(b.toListRef(), a.toListRef()) ? b : a;
}
Value greater_list(const Value& a, const Value& b) {
  return list_is_less(a.toListRef(), b.toListRef()) ? b : a;
}

// ---- sums and tests

int64_t sum_ints(const ListImpl& l) {
  int64_t sum = 0;
  for (const Value& v : l.items) sum += v.toScalar().toLong();
  return sum;
}
double sum_floats(const ListImpl& l) {
  double sum = 0;
  for (const Value& v : l.items) sum += v.toScalar().toDouble();
  return sum;
}
std::complex<double> sum_complex(const ListImpl& l) {
  std::complex<double> sum;
  for (const Value& v : l.items) sum += v.toScalar().toComplexDouble();
  return sum;
}
bool is_true(const Value& v) {
  return v.isString() ? !v.toStringRef().empty() : v.toScalar().toBool();
}
bool all(const ListImpl& l) { return std::all_of(l.items.begin(), l.items.end(), is_true); }
bool any(const ListImpl& l) { return std::any_of(l.items.begin(), l.items.end(), is_true); }

Value range_list(int64_t n) {
  script::check_size(size_t(std::max<int64_t>(n, 0)), sizeof(Value));
  Items items;
  for (int64_t i = 0; i < n; ++i) items.emplace_back(i);
  return make_list(Type::get(TypeKind::Int), std::move(items));
}

// ---- shapes

Value size_if_not_equal(const Value& size, const Value& other) {
  return size.toDimVector() == other.toDimVector() ? Value() : size;
}
DimVector squeezed(const DimVector& size) {
  DimVector out;
  for (int64_t s : size)
    if (s != 1) out.push_back(s);
  return out;
}
DimVector squeezed_dim(DimVector size, int64_t dim) {
  if (size.empty()) return size;
  const size_t d = size_t(wrap_dim(dim, int64_t(size.size())));
  if (size[d] == 1) size.erase(d);
  return size;
}
DimVector unsqueezed(DimVector size, int64_t dim) {
  size.insert(size_t(wrap_dim(dim, int64_t(size.size()) + 1)), 1);
  return size;
}
DimVector common_size(Args sizes) {
  DimVector size;
  for (const Value& v : sizes) size = broadcast_sizes(size, v.toDimVector());
  return size;
}

#define TL_OF_ELEMENT(kind)                                                              \
  TL_FN("aten::remove." kind "(" kind "[](a!) self, " kind " el) -> ()", remove),        \
      TL_FN("aten::index.list_" kind "(" kind "[] self, " kind " el) -> int", index),    \
      TL_FN("aten::count." kind "(" kind "[] self, " kind " el) -> int", count),         \
      TL_FN("aten::sort." kind "(" kind "[](a!) self, bool reverse=False) -> ()", sort), \
      TL_FN("aten::sorted." kind "(" kind "[](a) input) -> " kind "[]", sorted),         \
      TL_FN("aten::eq." kind "_list(" kind "[] a, " kind "[] b) -> bool", equal),        \
      TL_FN("aten::ne." kind "_list(" kind "[] a, " kind "[] b) -> bool", not_equal)
#define TL_ORDERED(kind)                                                                        \
  TL_FN("prim::min." kind "_list(" kind "[] l, " kind "[] r) -> " kind "[]", lesser_list),      \
      TL_FN("prim::max." kind "_list(" kind "[] l, " kind "[] r) -> " kind "[]", greater_list), \
      TL_FN("prim::min.self_" kind "(" kind "[] self) -> " kind, least),                        \
      TL_FN("prim::max.self_" kind "(" kind "[] self) -> " kind, greatest)

constexpr Fn rows[] = {
    TL_FN("aten::len.t(t[] a) -> int", length),
    TL_FN("aten::len.any(Any[] a) -> int", length),
    TL_FN("aten::__getitem__.t(t[](a) list, int idx) -> t(*)", get),
    TL_FN("aten::select.t(t[](a) list, int idx) -> t(*)", get),
    TL_FN("aten::_set_item.t(t[](a!) l, int idx, t(b -> *) el) -> t[](a!)", set),
    TL_FN("aten::append.t(t[](a!) self, t(c -> *) el) -> t[](a!)", append),
    TL_FN("aten::extend.t(t[](a!) self, t[] other) -> ()", extend),
    TL_FN("aten::add_.t(t[](a!) self, t[] b) -> t[]", add_in_place),
    TL_FN("aten::add.t(t[] a, t[] b) -> t[]", concatenate),
    TL_FN("aten::copy.t(t[](a) self) -> t[]", copy),
    TL_FN("aten::list.t(t[] l) -> t[]", copy),
    TL_FN("aten::mul.left_t(t[] l, int n) -> t[]", repeat),
    TL_FN("aten::mul.right_(int n, t[] l) -> t[]",
          [](int64_t n, const ListImpl& l) { return repeat(l, n); }),
    TL_FN("aten::mul_.t(t[](a!) l, int n) -> t[](a!)", repeat_in_place),
    TL_FN("aten::insert.t(t[](a!) self, int idx, t(b -> *) el) -> ()", insert),
    TL_FN("aten::pop.t(t[](a!) self, int idx=-1) -> t(*)", pop),
    TL_FN("aten::Delete.t(t[](a!) self, int idx) -> ()", remove_at),
    TL_FN("aten::clear.t(t[](a!) self) -> ()", [](ListImpl& l) { l.items.clear(); }),
    TL_FN("aten::reverse.t(t[](a!) self) -> ()",
          [](ListImpl& l) { std::reverse(l.items.begin(), l.items.end()); }),
    TL_FN("aten::slice.t(t[] l, int? start=None, int? end=None, int step=1) -> t[]", slice),
    TL_FN("aten::__contains__.int_list(int[] l, int item) -> bool", contains),
    TL_FN("aten::__contains__.float_list(float[] l, float item) -> bool", contains),
    TL_FN("aten::__contains__.str_list(str[] l, str item) -> bool", contains),
    TL_OF_ELEMENT("int"),
    TL_OF_ELEMENT("float"),
    TL_OF_ELEMENT("bool"),
    TL_OF_ELEMENT("str"),
    TL_OF_ELEMENT("Tensor"),
    TL_FN("aten::sort.any(t[](a!) self, bool reverse=False) -> ()", sort),
    TL_FN("aten::sorted.any(t[](a) self) -> t[]", sorted),
    TL_ORDERED("int"),
    TL_ORDERED("float"),
    TL_ORDERED("bool"),
    TL_FN("aten::sum.int(int[] self) -> int", sum_ints),
    TL_FN("aten::sum.bool(bool[] self) -> int", sum_ints),
    TL_FN("aten::sum.float(float[] self) -> float", sum_floats),
    TL_FN("aten::sum.complex(complex[] self) -> complex", sum_complex),
    TL_FN("aten::all.int(int[] self) -> bool", all),
    TL_FN("aten::all.float(float[] self) -> bool", all),
    TL_FN("aten::all.bool(bool[] self) -> bool", all),
    TL_FN("aten::any.int(int[] self) -> bool", any),
    TL_FN("aten::any.float(float[] self) -> bool", any),
    TL_FN("aten::any.bool(bool[] self) -> bool", any),
    TL_FN("aten::any.str(str[] self) -> bool", any),
    TL_FN("prim::rangelist(int n) -> int[]", range_list),

    TL_FN("aten::Size(int[] sizes) -> int[]", [](const Value& v) { return v; }),
    TL_FN("aten::_infer_size(int[] a, int[] b) -> int[]",
          [](const DimVector& a, const DimVector& b) { return broadcast_sizes(b, a); }),
    TL_FN("aten::_size_if_not_equal(int[] self_size, int[] other_size) -> int[]?",
          size_if_not_equal),
    TL_FN("prim::infer_squeeze_size(int[] a) -> int[]", squeezed),
    TL_FN("prim::infer_squeeze_size.dim(int[] a, int dim) -> int[]", squeezed_dim),
    TL_FN("prim::infer_unsqueeze_size(int[] a, int dim) -> int[]", unsqueezed),
    TL_FN("prim::BroadcastSizes(...) -> int[]", common_size),
};

}  // namespace
TL_FNS(script_lists){rows};
}  // namespace ops
}  // namespace tealight
