// Tealight in a process of its own, for bench/peers and bench/cold: lab/worker.py says what it is
// asked and answers. It goes through the C interface, as an app's binding does.
//
// usage: tealight_worker THREADS
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "tealight/c.h"

namespace {

using Clock = std::chrono::steady_clock;
constexpr double kShortest = 50e-6;  // quicker runs are timed several at once

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

void check(tl_status status) {
  if (status != TL_OK) throw std::runtime_error(tl_last_error());
}

long kilobytes(const char* key) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.rfind(key, 0) == 0) return std::stol(line.substr(std::strlen(key) + 1));
  return 0;
}

// A contiguous float32 or int64 array of a .npy file.
class Input {
 public:
  explicit Input(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    char magic[10];
    if (!file.read(magic, sizeof magic)) throw std::runtime_error("cannot read " + path);
    std::string header(size_t(uint8_t(magic[8])) | size_t(uint8_t(magic[9])) << 8, ' ');
    file.read(header.data(), std::streamsize(header.size()));
    dtype_ = header.find("<i8") == std::string::npos ? TL_FLOAT32 : TL_INT64;
    std::istringstream shape(header.substr(header.find('(') + 1));
    size_t bytes = dtype_ == TL_INT64 ? 8 : 4;
    for (int64_t size; shape >> size; shape.ignore()) {
      sizes_.push_back(size);
      bytes *= size_t(size);
    }
    data_.resize(bytes);
    if (!file.read(data_.data(), std::streamsize(bytes)))
      throw std::runtime_error(path + " is short");
  }

  tl_value* borrow() {
    tl_value* value = nullptr;
    check(tl_tensor_borrow(dtype_, sizes_.size(), sizes_.data(), data_.data(), &value));
    return value;
  }

 private:
  tl_dtype dtype_;
  std::vector<int64_t> sizes_;
  std::vector<char> data_;
};

class Model {
 public:
  Model(const std::string& folder, const std::string& file, const std::string& output)
      : input_(folder + "/input.npy"), x_(input_.borrow()) {
    const long base = kilobytes("VmRSS");
    const Clock::time_point start = Clock::now();
    check(tl_module_load((folder + "/" + file).c_str(), nullptr, &module_));
    const double load = seconds_since(start);
    tl_value* y = forward();
    const double first = seconds_since(start) - load;
    const long peak = kilobytes("VmHWM");
    write(y, output);
    std::ostringstream told;
    told << "{\"import_s\": 0, \"load_s\": " << load << ", \"first_s\": " << first
         << ", \"base_kb\": " << base << ", \"import_kb\": " << base << ", \"peak_kb\": " << peak
         << "}";
    told_ = told.str();
  }
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;
  ~Model() {
    tl_value_free(x_);
    tl_module_free(module_);
  }

  const std::string& told() const { return told_; }

  std::string measure(double seconds, size_t minimum) {
    const Clock::time_point start = Clock::now();
    const int times = std::max(1, int(kShortest / std::max(1e-9, time_of(1))));
    std::ostringstream out;
    out << "{\"t\": [";
    for (size_t n = 0; n < minimum || seconds_since(start) < seconds; ++n)
      out << (n ? ", " : "") << time_of(times);
    out << "]}";
    return out.str();
  }

 private:
  tl_value* forward() {
    tl_value* y = nullptr;
    check(tl_module_run(module_, "forward", &x_, 1, nullptr, &y));
    return y;
  }

  double time_of(int times) {
    const Clock::time_point start = Clock::now();
    for (int i = 0; i < times; ++i) tl_value_free(forward());
    return seconds_since(start) / times;
  }

  static void write(tl_value* y, const std::string& path) {
    tl_value* packed = nullptr;
    check(tl_tensor_contiguous(y, &packed));
    tl_tensor_view view;
    check(tl_tensor(packed, &view));
    if (view.dtype != TL_FLOAT32) throw std::runtime_error("the result is not float32");
    std::ofstream(path, std::ios::binary)
        .write(static_cast<const char*>(view.data), view.count * 4);
    tl_value_free(packed);
    tl_value_free(y);
  }

  Input input_;
  tl_value* x_;
  tl_module* module_ = nullptr;
  std::string told_;
};

std::string quoted(std::string text) {
  for (char& c : text)
    if (c == '"' || c == '\\' || uint8_t(c) < 32) c = ' ';
  return "\"" + text + "\"";
}

}  // namespace

int main(int argc, char** argv) {
  tl_set_num_threads(argc > 1 ? std::atoi(argv[1]) : 1);
  std::unique_ptr<Model> model;
  for (std::string line, command; std::getline(std::cin, line);) {
    std::istringstream words(line);
    words >> command;
    if (command == "quit") break;
    try {
      if (command == "load") {
        std::string folder, file, output;
        words >> folder >> file >> output;
        model.reset();
        model = std::make_unique<Model>(folder, file, output);
        std::cout << model->told() << std::endl;
      } else {
        double seconds = 0;
        size_t minimum = 1;
        words >> seconds >> minimum;
        if (!model) throw std::runtime_error("no model is loaded");
        std::cout << model->measure(seconds, minimum) << std::endl;
      }
    } catch (const std::exception& e) {
      std::cout << "{\"error\": " << quoted(e.what()) << "}" << std::endl;
    }
  }
}
