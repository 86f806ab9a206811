// For the tests of Module: models to load, files to load them from.
#pragma once
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "format/test_files.h"
#include "runtime/assembly.h"
#include "tealight/module.h"

namespace tealight::testing {

inline const std::string kFolder = "tests/golden/models/";

inline std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
inline std::string bytes_of(const std::string& name) { return read_file(kFolder + name); }
inline Module golden(const std::string& name) { return Module::load(kFolder + name); }

template <class F>
std::string error_of(F f) {
  try {
    f();
  } catch (const Error& e) {
    return e.what();
  }
  return "no error";
}

/// A file of the tests' own, gone with this object.
class Temporary {
 public:
  Temporary(const std::string& name, const std::string& bytes)
      : path_(std::filesystem::temp_directory_path() / (std::to_string(::getpid()) + "_" + name)) {
    std::ofstream(path_, std::ios::binary) << bytes;
  }
  ~Temporary() { std::filesystem::remove(path_); }
  Temporary(const Temporary&) = delete;
  std::string path() const { return path_.string(); }
  std::string bytes() const { return read_file(path()); }

 private:
  std::filesystem::path path_;
};

struct MethodText {
  std::string name, text;
};

/// An object of class __torch__.M with these methods, in the form of assembly.h; each begins by
/// storing its arguments.
inline ModelFile file_of(Assembly assembly, const std::vector<MethodText>& methods) {
  ModelFile file;
  file.bytecode_version = 8;
  file.operator_version = 3;
  file.root = Value(make_intrusive<ObjectImpl>(make_intrusive<ClassType>("__torch__.M")));
  for (const MethodText& m : methods) {
    assembly.name = "__torch__.M." + m.name;
    file.functions.push_back(std::make_unique<Function>(assembly.unlinked(m.text)));
  }
  return file;
}
inline Module model_of(const Assembly& assembly, const std::vector<MethodText>& methods,
                       const LoadOptions& options = {}) {
  return Module::make(file_of(assembly, methods), options);
}

}  // namespace tealight::testing
