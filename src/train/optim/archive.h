// Options and state to archives and back, as libtorch lays them out:
//   pytorch_version "1.5.0"
//   state/KEY/...                       KEY: a parameter's address when it was saved
//   param_groups/size, param_groups/I/params/{size, J}, param_groups/I/options/...
// Each Options and State struct has one list of its fields,
//   template <class F, class... S> void fields(SGDOptions*, F f, S&... s) { f("lr", s.lr()...); }
// for one object (to write and to read) and for two (to compare).
#pragma once
#include <deque>
#include <tuple>

#include "tealight/optim/optimizer.h"
#include "tealight/serialize.h"
#include "tealight/value.h"

namespace torch::optim {

/// One field. What is not there, an undefined tensor or an empty optional of tensors, is left out.
template <class T>
void write_field(serialize::OutputArchive& archive, const char* name, const T& value) {
  archive.write(name, Value(value));
}
void write_field(serialize::OutputArchive&, const char* name, const Tensor&);
void write_field(serialize::OutputArchive&, const char* name, const std::tuple<double, double>&);
void write_field(serialize::OutputArchive&, const char* name, const std::deque<Tensor>&);
void write_field(serialize::OutputArchive&, const char* name,
                 const std::optional<std::vector<Tensor>>&);

/// Throws when the archive has no such field; tensors and optionals may be missing.
template <class T>
void read_field(serialize::InputArchive& archive, const char* name, T& value) {
  Value v;
  archive.read(name, v);
  value = v.to<T>();
}
template <class T>
void read_field(serialize::InputArchive& archive, const char* name, std::optional<T>& value) {
  Value v;
  if (archive.try_read(name, v)) value = v.toOptional<T>();
}
void read_field(serialize::InputArchive&, const char* name, Tensor&);
void read_field(serialize::InputArchive&, const char* name, std::tuple<double, double>&);
void read_field(serialize::InputArchive&, const char* name, std::deque<Tensor>&);

template <class T>
bool same_field(const T& a, const T& b) {
  return a == b;
}
bool same_field(const Tensor& a, const Tensor& b);
bool same_field(const std::deque<Tensor>& a, const std::deque<Tensor>& b);
bool same_field(const std::optional<std::vector<Tensor>>& a,
                const std::optional<std::vector<Tensor>>& b);

// What TL_OPTIM_SERIALIZED declared.
#define TL_OPTIM_FIELDS(Type)                                                                      \
  void Type::serialize(serialize::InputArchive& archive) {                                         \
    fields(this, [&](const char* name, auto& field) { read_field(archive, name, field); }, *this); \
  }                                                                                                \
  void Type::serialize(serialize::OutputArchive& archive) const {                                  \
    fields(                                                                                        \
        static_cast<Type*>(nullptr),                                                               \
        [&](const char* name, const auto& field) { write_field(archive, name, field); }, *this);   \
  }                                                                                                \
  bool operator==(const Type& a, const Type& b) {                                                  \
    bool same = true;                                                                              \
    fields(                                                                                        \
        static_cast<Type*>(nullptr),                                                               \
        [&](const char*, const auto& l, const auto& r) { same = same && same_field(l, r); }, a,    \
        b);                                                                                        \
    return same;                                                                                   \
  }

void save_optimizer(const Optimizer&, serialize::OutputArchive&);
using MakeState = std::unique_ptr<OptimizerParamState> (*)();
void load_optimizer(Optimizer&, serialize::InputArchive&, MakeState);
template <class State>
void load_optimizer(Optimizer& optimizer, serialize::InputArchive& archive) {
  load_optimizer(
      optimizer, archive,
      +[]() -> std::unique_ptr<OptimizerParamState> { return std::make_unique<State>(); });
}

// ---- the format before PyTorch 1.5: one list for each kind of state, in order of the parameters

/// Warns where it is.
bool is_old_format(serialize::InputArchive&, const char* optimizer_name);
void read_old(serialize::InputArchive&, const std::string& key, std::vector<Tensor>&);
void read_old(serialize::InputArchive&, const std::string& key, std::vector<int64_t>&);
/// A new state for parameter `i` of the first group.
template <class State>
State& old_state(Optimizer& optimizer, size_t i) {
  auto& state =
      optimizer.state()[optimizer.param_groups().at(0).params().at(i).unsafeGetTensorImpl()];
  state = std::make_unique<State>();
  return static_cast<State&>(*state);
}

}  // namespace torch::optim
