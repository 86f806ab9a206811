#include "train/optim/archive.h"

#include <algorithm>

#include "core/base.h"
#include "tealight/context.h"
#include "tealight/factories.h"
#include "tealight/ops.h"

namespace torch::optim {
namespace {
bool same_tensors(const auto& a, const auto& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Tensor& l, const Tensor& r) { return same_field(l, r); });
}
std::string key_of(const void* param) { return std::to_string(reinterpret_cast<size_t>(param)); }
int64_t read_size(serialize::InputArchive& archive, const std::string& key) {
  Tensor size;
  archive.read(key, size);
  return size.item<int64_t>();
}
Tensor size_tensor(size_t n) { return scalar_tensor(int64_t(n), kLong); }
}  // namespace

void write_field(serialize::OutputArchive& archive, const char* name, const Tensor& t) {
  if (t.defined()) archive.write(name, Value(t));
}
void write_field(serialize::OutputArchive& archive, const char* name,
                 const std::tuple<double, double>& pair) {
  archive.write(name, Value(TupleImpl::create({std::get<0>(pair), std::get<1>(pair)})));
}
void write_field(serialize::OutputArchive& archive, const char* name,
                 const std::deque<Tensor>& tensors) {
  archive.write(name, Value(std::vector<Tensor>(tensors.begin(), tensors.end())));
}
void write_field(serialize::OutputArchive& archive, const char* name,
                 const std::optional<std::vector<Tensor>>& tensors) {
  if (tensors) archive.write(name, Value(*tensors));
}

void read_field(serialize::InputArchive& archive, const char* name, Tensor& t) {
  Value v;
  if (archive.try_read(name, v)) t = v.toTensor();
}
void read_field(serialize::InputArchive& archive, const char* name,
                std::tuple<double, double>& pair) {
  Value v;
  archive.read(name, v);
  const auto& items = v.toTupleRef().items;
  TL_CHECK(items.size() == 2, "optimizer: expected two numbers as ", name, ", but the file has ",
           items.size());
  pair = {items[0].toDouble(), items[1].toDouble()};
}
void read_field(serialize::InputArchive& archive, const char* name, std::deque<Tensor>& tensors) {
  Value v;
  archive.read(name, v);
  const std::vector<Tensor> read = v.toTensorVector();
  tensors.assign(read.begin(), read.end());
}

bool same_field(const Tensor& a, const Tensor& b) {
  return a.defined() == b.defined() && (!a.defined() || equal(a, b));
}
bool same_field(const std::deque<Tensor>& a, const std::deque<Tensor>& b) {
  return same_tensors(a, b);
}
bool same_field(const std::optional<std::vector<Tensor>>& a,
                const std::optional<std::vector<Tensor>>& b) {
  return a.has_value() == b.has_value() && (!a || same_tensors(*a, *b));
}

void save_optimizer(const Optimizer& optimizer, serialize::OutputArchive& archive) {
  archive.write("pytorch_version", Value("1.5.0"));
  serialize::OutputArchive states(archive.compilation_unit());
  for (const auto& [param, state] : optimizer.state()) {
    serialize::OutputArchive one(archive.compilation_unit());
    state->serialize(one);
    states.write(key_of(param), one);
  }
  archive.write("state", states);

  serialize::OutputArchive groups(archive.compilation_unit());
  groups.write("param_groups/size", size_tensor(optimizer.param_groups().size()));
  for (size_t i = 0; i < optimizer.param_groups().size(); ++i) {
    const OptimizerParamGroup& group = optimizer.param_groups()[i];
    serialize::OutputArchive one(archive.compilation_unit()), options(archive.compilation_unit());
    one.write("params/size", size_tensor(group.params().size()));
    for (size_t j = 0; j < group.params().size(); ++j)
      one.write("params/" + std::to_string(j),
                Value(key_of(group.params()[j].unsafeGetTensorImpl())));
    group.options().serialize(options);
    one.write("options", options);
    groups.write("param_groups/" + std::to_string(i), one);
  }
  archive.write("param_groups", groups);
}

void load_optimizer(Optimizer& optimizer, serialize::InputArchive& archive, MakeState make_state) {
  Value version;
  archive.read("pytorch_version", version);
  TL_CHECK(version.toStringRef() == "1.5.0", "this optimizer was saved in format \"",
           version.toStringRef(), "\", which is not known; \"1.5.0\" is");
  serialize::InputArchive states, groups;
  archive.read("state", states);
  archive.read("param_groups", groups);
  const int64_t n_groups = read_size(groups, "param_groups/size");
  TL_CHECK(n_groups == int64_t(optimizer.param_groups().size()),
           "loaded state dict has a different number of parameter groups");
  const std::vector<std::string> saved = states.keys();
  for (int64_t i = 0; i < n_groups; ++i) {
    OptimizerParamGroup& group = optimizer.param_groups()[size_t(i)];
    serialize::InputArchive one, options;
    groups.read("param_groups/" + std::to_string(i), one);
    TL_CHECK(read_size(one, "params/size") == int64_t(group.params().size()),
             "loaded state dict contains a parameter group that has a different size than the "
             "optimizer's parameter group");
    for (size_t j = 0; j < group.params().size(); ++j) {
      Value key;
      one.read("params/" + std::to_string(j), key);
      if (std::find(saved.begin(), saved.end(), key.toStringRef()) == saved.end()) continue;
      serialize::InputArchive fields;
      states.read(key.toStringRef(), fields);
      std::unique_ptr<OptimizerParamState> state = make_state();
      state->serialize(fields);
      optimizer.state()[group.params()[j].unsafeGetTensorImpl()] = std::move(state);
    }
    one.read("options", options);
    group.options().serialize(options);
  }
}

bool is_old_format(serialize::InputArchive& archive, const char* name) {
  Value version;
  if (archive.try_read("pytorch_version", version)) return false;
  warn(str("Your serialized ", name,
           " optimizer is still using the old serialization format. You should re-save your ", name,
           " optimizer to use the new serialization format."));
  return true;
}

void read_old(serialize::InputArchive& archive, const std::string& key,
              std::vector<Tensor>& tensors) {
  const int64_t n = read_size(archive, key + "/size");
  for (int64_t i = 0; i < n; ++i) {
    tensors.emplace_back();
    archive.read(key + "/" + std::to_string(i), tensors.back(), /*is_buffer=*/true);
  }
}
void read_old(serialize::InputArchive& archive, const std::string& key,
              std::vector<int64_t>& numbers) {
  std::vector<Tensor> tensors;
  read_old(archive, key, tensors);
  for (const Tensor& t : tensors) numbers.push_back(t.item<int64_t>());
}

}  // namespace torch::optim
