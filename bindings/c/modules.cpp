// Models: loaded, run, asked what they hold.
#include <climits>
#include <cstring>

#include "handles.h"
#include "tealight/module.h"
#include "tealight/schema.h"

struct tl_module {
  tealight::Module module;
};

using namespace tealight;
using namespace tealight::c;

namespace {

// Options of older programs are shorter: what they lack is zero.
template <class T>
T complete(const T* given) {
  T options{};
  if (!given) return options;
  TL_CHECK(given->struct_size >= sizeof(size_t) && given->struct_size <= 4096,
           "the options' struct_size is ", given->struct_size,
           "; fix: set it to sizeof the struct");
  std::memcpy(&options, given, std::min(given->struct_size, sizeof options));
  return options;
}

Precision precision_of(int given) {
  switch (given) {
    case TL_PRECISION_FP32:
      return Precision::fp32;
    case TL_PRECISION_EXACT:
      return Precision::exact;
    default:
      fail(str("precision is ", given, "; fix: TL_PRECISION_FP32 or TL_PRECISION_EXACT"));
  }
}

LoadOptions load_options(const tl_load_options* given) {
  const tl_load_options o = complete(given);
  LoadOptions options;
  options.check_operators = !o.allow_missing_operators;
  options.debug_info = !o.skip_debug_info;
  options.limits.memory_bytes = size_t(o.memory_bytes);
  options.plans = !o.no_plans;
  options.precision = precision_of(o.precision);
  return options;
}

RunLimits run_limits(const tl_run_options* given, const RunLimits& otherwise) {
  if (!given) return otherwise;
  const tl_run_options o = complete(given);
  TL_CHECK(o.deadline_ms >= 0 && o.deadline_ms < INT64_MAX / 1000000, "deadline_ms is ",
           o.deadline_ms);
  RunLimits limits = otherwise;
  limits.time = std::chrono::milliseconds(o.deadline_ms);
  limits.memory_bytes = size_t(o.memory_bytes);
  limits.cancel = o.cancel ? &o.cancel->flag : nullptr;
  return limits;
}

const Module& module_of(const tl_module* m) {
  need(m, "the model");
  return m->module;
}

template <class F>
tl_status give_module(tl_module** out, F load) {
  return guard([&] {
    need(out, "the place for the model");
    Module m = load();
    m.set_limits({});  // the load's limits were its own
    *out = new tl_module{std::move(m)};
  });
}

// std::map<std::string, std::string> as a dict
template <class M>
Value dict_of(const M& map) {
  Dict<std::string, std::string> dict;
  for (const auto& [key, value] : map) dict.insert(key, value);
  return dict;
}

// The place of an attribute by its dotted name; null when there is none.
Value* attribute(const Module& m, std::string_view path) {
  ObjectImpl* object = m._ivalue().get();
  for (;;) {
    const size_t dot = path.find('.');
    const int64_t slot = object->cls->find_attribute(path.substr(0, dot));
    if (slot < 0 || size_t(slot) >= object->slots.size()) return nullptr;
    Value& v = object->slots[size_t(slot)];
    if (dot == path.npos) return &v;
    if (!v.isObject()) return nullptr;
    object = &v.toObjectRef();
    path.remove_prefix(dot + 1);
  }
}

}  // namespace

tl_status tl_module_load(const char* path, const tl_load_options* options, tl_module** out) {
  return give_module(out, [&] {
    need(path, "the path");
    return Module::load(std::string(path), load_options(options));
  });
}
tl_status tl_module_load_memory(const void* data, size_t size, const tl_load_options* options,
                                tl_module** out) {
  return give_module(out, [&] {
    TL_CHECK(data || size == 0, "the data is NULL");
    return Module::load(data, size, load_options(options));
  });
}
tl_status tl_module_load_fd(int fd, uint64_t offset, uint64_t length,
                            const tl_load_options* options, tl_module** out) {
  return give_module(
      out, [&] { return Module::load_descriptor(fd, offset, length, load_options(options)); });
}
tl_status tl_module_load_callback(uint64_t size, tl_read_at read_at, void* user,
                                  const tl_load_options* options, tl_module** out) {
  return give_module(out, [&] {
    TL_CHECK(read_at, "the callback is NULL");
    const auto read = [=](uint64_t offset, void* to, size_t n) {
      const int status = read_at(user, offset, to, n);
      TL_CHECK(status == 0, "the reader callback failed with ", status, " at offset ", offset);
    };
    return Module::load(size, read, load_options(options));
  });
}
void tl_module_free(tl_module* m) { delete m; }

tl_status tl_module_run(const tl_module* m, const char* method, tl_value* const* inputs,
                        size_t n_inputs, const tl_run_options* options, tl_value** out) {
  return give(out, [&] {
    need(method, "the method's name");
    const Module& module = module_of(m);
    return module.get_method(method)(values_of(inputs, n_inputs),
                                     run_limits(options, module.limits()));
  });
}

tl_status tl_cancel_new(tl_cancel** out) {
  return guard([&] {
    need(out, "the place for the flag");
    *out = new tl_cancel;
  });
}
void tl_cancel_set(tl_cancel* c) {
  if (c) c->flag = true;
}
void tl_cancel_reset(tl_cancel* c) {
  if (c) c->flag = false;
}
void tl_cancel_free(tl_cancel* c) { delete c; }

tl_status tl_module_methods(const tl_module* m, tl_value** out) {
  return give(out, [&] {
    std::vector<std::tuple<std::string, std::optional<std::string>>> all;
    for (const Method& method : module_of(m).get_methods()) {
      all.emplace_back(method.name(),
                       method.schema() ? std::optional(method.schema()->str()) : std::nullopt);
    }
    return all;
  });
}
tl_status tl_module_attribute(const tl_module* m, const char* name, tl_value** out) {
  return guard([&] {
    need(name, "the attribute's name");
    need(out, "the place for the result");
    const Value* v = attribute(module_of(m), name);
    *out = v ? make_handle(*v) : nullptr;
  });
}
tl_status tl_module_name(const tl_module* m, tl_value** out) {
  return give(out, [&] { return module_of(m).name(); });
}
tl_status tl_module_set_attribute(tl_module* m, const char* name, const tl_value* v) {
  return guard([&] {
    need(name, "the attribute's name");
    Value* place = attribute(module_of(m), name);
    TL_CHECK(place, "the model has no attribute '", name, "'");
    *place = value_of(v);
  });
}
tl_status tl_module_train(tl_module* m, int on) {
  return guard([&] {
    need(m, "the model");
    m->module.train(on != 0);
  });
}
tl_status tl_module_is_training(const tl_module* m, int* out) {
  return read(out, [&] { return module_of(m).is_training(); });
}
tl_status tl_module_tensors(const tl_module* m, tl_value** out) {
  return give(out, [&] { return module_of(m).named_tensors(); });
}
tl_status tl_module_extra_files(const tl_module* m, tl_value** out) {
  return give(out, [&] { return dict_of(module_of(m).extra_files()); });
}
tl_status tl_module_metadata(const tl_module* m, tl_value** out) {
  return give(out, [&] { return dict_of(module_of(m).metadata()); });
}
tl_status tl_module_bundled_inputs(const tl_module* m, const char* method, tl_value** out) {
  return give(out, [&] {
    std::vector<Value> all;
    for (std::vector<Value>& inputs : module_of(m).bundled_inputs(method ? method : "forward"))
      all.push_back(make_tuple_value(std::move(inputs)));
    return make_list(Type::get(TypeKind::Any), std::move(all));
  });
}
tl_status tl_module_operators(const tl_module* m, tl_value** out) {
  return give(out, [&] {
    std::vector<std::tuple<std::string, int64_t, bool>> all;
    for (const OperatorInfo& o : module_of(m).operators())
      all.emplace_back(o.name, int64_t(o.uses), o.supported);
    return all;
  });
}
tl_status tl_module_versions(const tl_module* m, int64_t* bytecode, int64_t* operators) {
  return guard([&] {
    if (bytecode) *bytecode = int64_t(module_of(m).bytecode_version());
    if (operators) *operators = int64_t(module_of(m).min_operator_version());
  });
}
