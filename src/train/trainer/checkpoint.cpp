// Checkpoints: an archive (serialize.h) of everything that the rest of a training depends on.
//   model0..., model_names, best0 ...               weights
//   optimizer                                       an archive of its own
//   epoch, done, step, seed, random                 where it stands
//   schedulers, sums, weights, history, callbacks   numbers
#include <cstring>
#include <filesystem>
#include <sstream>

#include "tealight/containers.h"
#include "tealight/factories.h"
#include "tealight/nn/state_dict.h"
#include "tealight/ops.h"
#include "tealight/serialize.h"
#include "tealight/view.h"
#include "train/trainer/loop.h"

namespace tealight {
namespace {

using serialize::InputArchive;
using serialize::OutputArchive;

constexpr int64_t kFormat = 1;

// Names and numbers side by side: "loss" 0.5, ...
void write_numbers(OutputArchive& archive, const std::string& key,
                   const std::map<std::string, double>& numbers) {
  std::vector<std::string> names;
  std::vector<double> values;
  for (const auto& [name, value] : numbers) {
    names.push_back(name);
    values.push_back(value);
  }
  archive.write(key + "_names", Value(names));
  archive.write(key + "_values", Value(values));
}

std::map<std::string, double> read_numbers(InputArchive& archive, const std::string& key) {
  Value names, values;
  archive.read(key + "_names", names);
  archive.read(key + "_values", values);
  std::map<std::string, double> numbers;
  const auto all = values.to<std::vector<double>>();
  const auto words = names.to<std::vector<std::string>>();
  TL_CHECK(words.size() == all.size(), "checkpoint: ", key, " has ", words.size(), " names for ",
           all.size(), " numbers");
  for (size_t i = 0; i < all.size(); ++i) numbers[words[i]] = all[i];
  return numbers;
}

int64_t read_int(InputArchive& archive, const std::string& key) {
  Value v;
  archive.read(key, v);
  return v.toInt();
}

void write_tensors(OutputArchive& archive, const std::string& key, const StateDict& tensors) {
  std::vector<std::string> names;
  for (size_t i = 0; i < tensors.size(); ++i) {
    names.push_back(tensors[i].first);
    archive.write(str(key, i), tensors[i].second.detach(), /*is_buffer=*/true);
  }
  archive.write(key + "_names", Value(names));
}

StateDict read_tensors(InputArchive& archive, const std::string& key) {
  Value names;
  archive.read(key + "_names", names);
  StateDict tensors;
  for (const std::string& name : names.to<std::vector<std::string>>()) {
    Tensor t;
    archive.read(str(key, tensors.size()), t, /*is_buffer=*/true);
    tensors.emplace_back(name, t);
  }
  return tensors;
}

// The optimizer's own archive, as bytes.
Tensor bytes_of(const optim::Optimizer& optimizer) {
  OutputArchive archive;
  optimizer.save(archive);
  std::ostringstream out;
  archive.save_to(out);
  const std::string text = out.str();
  Tensor bytes = empty({int64_t(text.size())}, kByte);
  std::memcpy(bytes.data_ptr<uint8_t>(), text.data(), text.size());
  return bytes;
}

void load_bytes(optim::Optimizer& optimizer, const Tensor& bytes) {
  InputArchive archive;
  archive.load_from(reinterpret_cast<const char*>(bytes.const_data_ptr<uint8_t>()),
                    size_t(bytes.numel()));
  optimizer.load(archive);
}

}  // namespace

std::map<std::string, double> TrainerLoop::callback_state() const {
  std::map<std::string, double> all;
  for (size_t i = 0; i < callbacks_.size(); ++i)
    for (const auto& [name, value] : callbacks_[i]->state()) all[str(i, "/", name)] = value;
  return all;
}

void TrainerLoop::set_callback_state(const std::map<std::string, double>& all) {
  for (size_t i = 0; i < callbacks_.size(); ++i) {
    std::map<std::string, double> own;
    const std::string prefix = str(i, "/");
    for (const auto& [name, value] : all)
      if (name.starts_with(prefix)) own[name.substr(prefix.size())] = value;
    callbacks_[i]->load_state(own);
  }
}

void TrainerLoop::save(const std::string& file) const {
  OutputArchive archive;
  archive.write("format", Value(kFormat));
  write_tensors(archive, "model", state_dict(model));
  archive.write("optimizer", bytes_of(*setup.optimizer), /*is_buffer=*/true);
  write_tensors(archive, "best", best_weights);
  archive.write("best_value", Value(result.best));
  archive.write("best_epoch", Value(result.best_epoch));
  archive.write("epoch", Value(state.epoch));
  archive.write("done", Value(done));
  archive.write("step", Value(state.step));
  archive.write("batches", Value(state.batches));
  archive.write("seed", Value(int64_t(seed)));
  if (random.defined()) archive.write("random", random, /*is_buffer=*/true);
  std::vector<int64_t> steps;
  for (const auto& s : setup.schedulers) steps.push_back(s->step_count());
  archive.write("schedulers", Value(steps));
  std::map<std::string, double> sums, weights;
  for (const auto& [name, sum] : means.sums) sums[name] = sum.first, weights[name] = sum.second;
  write_numbers(archive, "sums", sums);
  write_numbers(archive, "weights", weights);
  archive.write("epochs_logged", Value(int64_t(result.history.size())));
  for (size_t i = 0; i < result.history.size(); ++i)
    write_numbers(archive, str("history", i), result.history[i]);
  write_numbers(archive, "callbacks", callback_state());
  const auto folder = std::filesystem::path(file).parent_path();
  if (!folder.empty()) std::filesystem::create_directories(folder);
  archive.save_to(file);
}

void TrainerLoop::load(const std::string& file) {
  InputArchive archive;
  archive.load_from(file);
  Value format;
  TL_CHECK(archive.try_read("format", format) && format.isInt() && format.toInt() == kFormat, file,
           ": is no checkpoint of this trainer; weights alone are read by load_state_dict()");
  load_state_dict(model, read_tensors(archive, "model"));
  Tensor optimizer;
  archive.read("optimizer", optimizer, /*is_buffer=*/true);
  load_bytes(*setup.optimizer, optimizer);
  best_weights = read_tensors(archive, "best");
  Value best;
  archive.read("best_value", best);
  result.best = best.toDouble();
  result.best_epoch = read_int(archive, "best_epoch");
  state.epoch = read_int(archive, "epoch");
  done = read_int(archive, "done");
  state.step = read_int(archive, "step");
  state.batches = read_int(archive, "batches");
  seed = uint64_t(read_int(archive, "seed"));
  archive.try_read("random", random, /*is_buffer=*/true);
  Value steps;
  archive.read("schedulers", steps);
  const auto counts = steps.to<std::vector<int64_t>>();
  TL_CHECK(counts.size() == setup.schedulers.size(), file, ": has ", counts.size(),
           " schedulers, configure_optimizers() gives ", setup.schedulers.size());
  for (size_t i = 0; i < counts.size(); ++i) setup.schedulers[i]->resume(unsigned(counts[i]));
  const auto sums = read_numbers(archive, "sums"), weights = read_numbers(archive, "weights");
  for (const auto& [name, sum] : sums) means.sums[name] = {sum, weights.at(name)};
  const int64_t epochs = read_int(archive, "epochs_logged");
  for (int64_t i = 0; i < epochs; ++i)
    result.history.push_back(read_numbers(archive, str("history", i)));
  set_callback_state(read_numbers(archive, "callbacks"));
}

}  // namespace tealight
