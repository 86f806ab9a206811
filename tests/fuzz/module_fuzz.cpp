// Any bytes as a model, loaded from memory and run. What libFuzzer changes is packed again so that
// it gets past checksums (mutator.h).
#include "core/log.h"
#include "mutator.h"
#include "run_model.h"

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size)
    __attribute__((weak));

namespace {

using namespace tealight;
using namespace tealight::testing;

LoadOptions options() {
  LoadOptions o;
  o.check_operators = false;
  o.limits.time = std::chrono::milliseconds(500);
  o.limits.memory_bytes = 64 << 20;
  return o;
}

std::vector<RecordedCall> calls_for(const Module& m) {
  std::vector<RecordedCall> calls;
  for (const std::vector<int64_t>& shape : {std::vector<int64_t>{2, 3}, {1, 3, 8, 8}})
    for (RecordedCall& c : calls_by_schema(m, shape)) calls.push_back(std::move(c));
  return calls;
}

void mutate_bytes(std::string& bytes) {
  const size_t size = bytes.size();
  bytes.resize(size + size / 8 + 16);
  bytes.resize(LLVMFuzzerMutate(reinterpret_cast<uint8_t*>(bytes.data()), size, bytes.size()));
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  set_warning_handler([](std::string_view) {});
  setPrintHandler([](std::string_view) {});
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  load_and_run({reinterpret_cast<const char*>(data), size}, calls_for, options());
  return 0;
}

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size,
                                          unsigned seed) {
  const std::string file(reinterpret_cast<const char*>(data), size);
  std::string changed = size ? Mutator(seed, mutate_bytes)(file, file) : file;
  if (changed.empty() || changed.size() > max_size) return LLVMFuzzerMutate(data, size, max_size);
  std::memcpy(data, changed.data(), changed.size());
  return changed.size();
}
