// Any text as a Python file. If test() can be scripted and runs, it gives the same once it was
// written in every form of file and read again.
#include <cstdio>
#include <cstdlib>
#include <sstream>

#include "core/log.h"
#include "python/script_python.h"
#include "tealight/grad_mode.h"
#include "tealight/save.h"

namespace {

using namespace tealight;

LoadOptions limits() {
  LoadOptions o;
  o.keep_program = true;
  o.limits.time = std::chrono::milliseconds(500);
  o.limits.memory_bytes = 64 << 20;
  return o;
}

// What it returns, or the kind of error. Text and addresses of errors differ from form to form, and
// a run that takes too long is no result.
std::string outcome(const Module& m) {
  try {
    return repr(m.forward({}));
  } catch (const Error& e) {
    return e.kind() == ErrorKind::unsupported ? "" : "raises";
  }
}

Module scripted(const std::string& text) {
  python::ScriptOptions options;
  options.name = "test";
  options.seed = 0;
  options.steps = 20'000;
  return Module::make(python::script_python("fuzz.py", text, options), limits());
}

void compare(const std::string& wanted, const char* form,
             const std::function<void(std::ostream&)>& save) {
  std::ostringstream out;
  save(out);
  const std::string bytes = out.str();
  const std::string got = outcome(Module::load(bytes.data(), bytes.size(), limits()));
  if (got == wanted || got.empty()) return;
  std::fprintf(stderr, "%s gives %s, not %s\n", form, got.c_str(), wanted.c_str());
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  set_warning_handler([](std::string_view) {});
  setPrintHandler([](std::string_view) {});
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const NoGradGuard off;
  const std::string text(reinterpret_cast<const char*>(data), size);
  // Draws, addresses and the clock differ from run to run.
  for (const char* word : {"rand", "drop", "bernoulli", "hash", "id", "empty", "time", "uniform"})
    if (text.find(word) != text.npos) return 0;
  try {
    const Module m = scripted(text);
    const std::string wanted = outcome(m);
    if (wanted.empty() || outcome(m) != wanted) return 0;
    compare(wanted, "TorchScript", [&](std::ostream& out) { save_torchscript(m, out); });
    for (int64_t version = 4; version <= 9; ++version) {
      SaveOptions options;
      options.flatbuffer = version == 9;
      if (version < 9) options.bytecode_version = version;
      compare(wanted, "bytecode", [&](std::ostream& out) { save_mobile(m, out, options); });
    }
  } catch (const Error& e) {  // no program, or none that this form holds
  }
  return 0;
}
