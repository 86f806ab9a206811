#include "format/ptl_zip/pickler.h"

#include <bit>
#include <limits>

#include "format/custom_object.h"

namespace tealight {
using namespace pickle;
namespace {

constexpr int kDeepest = 512;  // what readers take (format/nesting.h)

template <class T>
void put_little(std::string& out, T v, size_t bytes = sizeof(T)) {
  for (size_t i = 0; i < bytes; ++i) out += char(uint64_t(v) >> (8 * i));
}

const char* scheme_name(QScheme s) {
  switch (s) {
    case QScheme::per_channel_affine:
    case QScheme::per_channel_symmetric:
      return "torch.per_channel_affine";
    case QScheme::per_channel_affine_float_qparams:
      return "torch.per_channel_affine_float_qparams";
    default:
      return "torch.per_tensor_affine";
  }
}

template <class T>
Tensor vector_tensor(ScalarType dtype, const std::vector<T>& values) {
  Tensor t(Fact(dtype, {int64_t(values.size())}));
  std::copy(values.begin(), values.end(), t.as<T>());
  return t;
}

const void* identity(const Value& v) {
  return v.isTensor() ? static_cast<const void*>(v.toTensor().unsafeGetTensorImpl()) : v.payload();
}

[[noreturn]] void refuse(const Value& v) {
  fail(str("a ", v.tagKind(), " cannot be written to a file"), ErrorKind::unsupported);
}

}  // namespace

const std::string& StorageTable::key(const intrusive_ptr<Storage>& s) {
  const auto [at, fresh] = by_storage_.try_emplace(s.get(), records_.size());
  if (fresh) records_.emplace_back(std::to_string(records_.size()) + suffix_, s);
  return records_[at->second].first;
}

void StorageTable::write(ZipWriter& zip, const std::string& folder) const {
  for (const auto& [key, s] : records_)
    zip.add(folder + key, {static_cast<const uint8_t*>(s->data()), s->nbytes()});
}

Pickler::Pickler(PicklerContext context) : context_(std::move(context)) {
  opcode(PROTO);
  out_ += '\2';
}

std::string Pickler::dump(const Value& v, const PicklerContext& context) {
  Pickler p(context);
  p.push(v);
  return std::move(p).finish();
}

std::string Pickler::finish() && {
  opcode(STOP);
  return std::move(out_);
}

void Pickler::push(const Value& v) {
  switch (v.tag()) {
    case ValueTag::None:
      return opcode(NONE);
    case ValueTag::Bool:
      return opcode(v.toBool() ? NEWTRUE : NEWFALSE);
    case ValueTag::Int:
      return integer(v.toInt());
    case ValueTag::Double:
      return real(v.toDouble());
    case ValueTag::String:
      return text(v.toStringRef());
    case ValueTag::Tensor:
      if (!v.toTensor().defined()) return opcode(NONE);
      return push_container(v);
    case ValueTag::ComplexDouble:
    case ValueTag::Device:
      return fresh(v);
    case ValueTag::Tuple:
    case ValueTag::List:
    case ValueTag::Dict:
    case ValueTag::Object:
    case ValueTag::Enum:
      return push_container(v);
    default:
      refuse(v);
  }
}

void Pickler::push_container(const Value& v) {
  if (const auto at = seen_.find(identity(v)); at != seen_.end()) return recall(at->second);
  TL_CHECK(++depth_ <= kDeepest, "a value that holds itself, or is nested deeper than ", kDeepest,
           ", cannot be written to a file");
  fresh(v);
  --depth_;
  if (v.use_count() == 1) return;  // nothing else can refer to it
  seen_.emplace(identity(v), next_);
  remember();
  kept_.push_back(v);
}

void Pickler::fresh(const Value& v) {
  switch (v.tag()) {
    case ValueTag::Tensor:
      return tensor(v.toTensor());
    case ValueTag::Tuple:
      return tuple(v.toTupleRef().items);
    case ValueTag::List:
      return list(v.toListRef());
    case ValueTag::Dict:
      return dict(v.toDictRef());
    case ValueTag::Object:
      return object(v.toObject());
    case ValueTag::Enum:  // REDUCE with a bare value, as PyTorch does
      global(v.toEnumRef().class_name);
      push(v.toEnumRef().value);
      return opcode(REDUCE);
    case ValueTag::Device:
      global("torch.device");
      text(v.toDevice().str());
      opcode(TUPLE1);
      return opcode(REDUCE);
    case ValueTag::ComplexDouble:
      global("builtins.complex");
      real(v.toComplexDouble().real());
      real(v.toComplexDouble().imag());
      opcode(TUPLE2);
      return opcode(REDUCE);
    default:
      refuse(v);
  }
}

// ---- constants

void Pickler::integer(int64_t n) {
  if (n >= 0 && n <= UINT8_MAX) {
    opcode(BININT1);
    put_little(out_, n, 1);
  } else if (n >= 0 && n <= UINT16_MAX) {
    opcode(BININT2);
    put_little(out_, n, 2);
  } else if (n == int32_t(n)) {
    opcode(BININT);
    put_little(out_, n, 4);
  } else {  // PyTorch reads LONG1 of eight bytes only
    opcode(LONG1);
    out_ += char(8);
    put_little(out_, n);
  }
}

void Pickler::real(double d) {
  opcode(BINFLOAT);
  const uint64_t bits = std::bit_cast<uint64_t>(d);
  for (int i = 7; i >= 0; --i) out_ += char(bits >> (8 * i));
}

void Pickler::text(const std::string& s) {
  const auto [at, is_new] = texts_.try_emplace(s, next_);
  if (!is_new) return recall(at->second);
  TL_CHECK(s.size() <= UINT32_MAX, "a text of ", s.size(), " bytes cannot be written to a file");
  opcode(BINUNICODE);
  put_little(out_, s.size(), 4);
  out_ += s;
  remember();
}

void Pickler::global(const std::string& name) {
  const auto [at, is_new] = globals_.try_emplace(name, next_);
  if (!is_new) return recall(at->second);
  const size_t dot = name.rfind('.');
  TL_CHECK(dot != name.npos && name.find('\n') == name.npos, "'", name,
           "' is no name of a class in a file");
  opcode(GLOBAL);
  out_ += name.substr(0, dot) + '\n' + name.substr(dot + 1) + '\n';
  remember();
}

void Pickler::remember() {
  if (next_ <= UINT8_MAX) {
    opcode(BINPUT);
    put_little(out_, next_, 1);
  } else {
    opcode(LONG_BINPUT);
    put_little(out_, next_, 4);
  }
  ++next_;
}

void Pickler::recall(size_t number) {
  opcode(number <= UINT8_MAX ? BINGET : LONG_BINGET);
  put_little(out_, number, number <= UINT8_MAX ? 1 : 4);
}

// ---- containers

void Pickler::tuple(const std::vector<Value>& items) {
  constexpr Opcode kShort[] = {EMPTY_TUPLE, TUPLE1, TUPLE2, TUPLE3};
  const bool is_short = items.size() < std::size(kShort);
  if (!is_short) opcode(MARK);
  for (const Value& v : items) push(v);
  opcode(is_short ? kShort[items.size()] : TUPLE);
}

void Pickler::list_items(const std::vector<Value>& items) {
  opcode(EMPTY_LIST);
  opcode(MARK);
  for (const Value& v : items) push(v);
  opcode(APPENDS);
}

void Pickler::list(const ListImpl& l) {
  const auto named = [&](const char* function) {
    global(function);
    list_items(l.items);
    opcode(TUPLE1);
    opcode(REDUCE);
  };
  switch (l.element->kind) {
    case TypeKind::Int:
      return named("torch.jit._pickle.build_intlist");
    case TypeKind::Float:
      return named("torch.jit._pickle.build_doublelist");
    case TypeKind::Bool:
      return named("torch.jit._pickle.build_boollist");
    case TypeKind::Tensor:
      return named("torch.jit._pickle.build_tensorlist");
    default:
      global("torch.jit._pickle.restore_type_tag");
      list_items(l.items);
      return tagged("List[" + l.element->annotation() + "]");
  }
}

void Pickler::dict(const DictImpl& d) {
  global("torch.jit._pickle.restore_type_tag");
  opcode(EMPTY_DICT);
  opcode(MARK);
  for (const auto& [key, value] : d.entries()) {
    push(key);
    push(value);
  }
  opcode(SETITEMS);
  tagged("Dict[" + d.key->annotation() + ", " + d.value->annotation() + "]");
}

void Pickler::tagged(const std::string& type) {
  text(type);
  opcode(TUPLE2);
  opcode(REDUCE);
}

// ---- objects

void Pickler::new_object(const std::string& class_name) {
  global(class_name);
  opcode(EMPTY_TUPLE);
  opcode(NEWOBJ);
}

void Pickler::object(const intrusive_ptr<ObjectImpl>& o) {
  const std::string& name = o->cls->name;
  new_object(context_.class_name ? context_.class_name(name) : name);
  try {
    std::optional<Value> state = custom_state(o);
    if (!state && context_.state) state = context_.state(o);
    if (state)
      push(*state);
    else
      attributes(*o);
  } catch (Error& e) {
    e.at("an object of " + name);
    throw;
  }
  opcode(BUILD);
}

void Pickler::attributes(const ObjectImpl& o) {
  opcode(EMPTY_DICT);
  opcode(MARK);
  for (size_t i = 0; i < o.slots.size(); ++i) {
    const std::string& name = o.cls->attributes.at(i);
    text(name);
    try {
      push(o.slots[i]);
    } catch (Error& e) {
      e.at("attribute " + name);
      throw;
    }
  }
  opcode(SETITEMS);
}

// ---- tensors

void Pickler::tensor(const Tensor& t) {
  const auto& quantized = t.quantizer();
  global(quantized ? "torch._utils._rebuild_qtensor" : "torch._utils._rebuild_tensor_v2");
  opcode(MARK);
  storage(t);
  integer(t.storage_offset());
  sizes(t.sizes());
  sizes(t.strides());
  if (quantized) quantizer(*quantized);
  opcode(t.requires_grad() ? NEWTRUE : NEWFALSE);
  global("collections.OrderedDict");
  opcode(EMPTY_TUPLE);
  opcode(REDUCE);
  opcode(TUPLE);
  opcode(REDUCE);
}

void Pickler::sizes(IntArrayRef numbers) {
  opcode(MARK);
  for (int64_t n : numbers) integer(n);
  opcode(TUPLE);
}

void Pickler::quantizer(const Quantizer& q) {
  opcode(MARK);
  global(scheme_name(q.scheme));
  if (q.per_channel()) {
    const bool floating = q.scheme == QScheme::per_channel_affine_float_qparams;
    if (floating) {
      push(vector_tensor(kFloat, std::vector<float>(q.scales.begin(), q.scales.end())));
      push(vector_tensor(kFloat, q.float_zero_points));
    } else {
      push(vector_tensor(kDouble, q.scales));
      push(vector_tensor(kLong, q.zero_points));
    }
    integer(q.axis);
  } else {
    real(q.scale);
    integer(q.zero_point);
  }
  opcode(TUPLE);
}

// The persistent id ('storage', torch.FloatStorage, key, 'cpu', elements).
void Pickler::storage(const Tensor& t) {
  const intrusive_ptr<Storage>& s = t.storage();
  TL_CHECK(s, "a tensor without data (of the device meta) cannot be written to a file");
  TL_CHECK(context_.storages, "there can be no tensors in this part of a file");
  const auto [at, is_new] = storages_.try_emplace({s.get(), t.dtype()}, 0);
  if (!is_new) return recall(at->second);
  opcode(MARK);
  text("storage");
  global("torch." + std::string(dtype_name(t.dtype())) + "Storage");
  text(context_.storages->key(s));
  text("cpu");
  integer(int64_t(s->nbytes() / t.itemsize()));
  opcode(TUPLE);
  opcode(BINPERSID);
  at->second = next_;
  remember();
}

}  // namespace tealight
