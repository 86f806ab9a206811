// Any bytes as one of PyTorch's pickles: of a model, and of a checkpoint, which may name any class.
#include "format/ptl_zip/torch_pickle.h"

namespace {

using namespace tealight;

intrusive_ptr<Storage> small_storage(const std::string&, ScalarType dtype, int64_t numel) {
  constexpr int64_t kMost = 4096;
  if (numel > kMost) corrupt("no such storage");
  return make_intrusive<Storage>(size_t(numel) * element_size(dtype));
}

void load(std::span<const uint8_t> bytes, bool any_class) {
  ReadOptions options;
  options.max_memory = 64 << 20;
  MemoryCap memory(options, bytes.size());
  TypeTable types;
  std::vector<PendingState> pending;
  std::vector<std::string> missing;
  Function setstate;
  PickleContext context;
  context.storage = small_storage;
  context.setstate = [&](const std::string& cls) {
    return cls.ends_with('Q') ? &setstate : nullptr;
  };
  context.types = &types;
  context.pending = &pending;
  context.missing_classes = &missing;
  context.any_class = any_class;
  TorchPickleHost host(context, memory);
  try {
    repr(Unpickler(bytes, "fuzz", host, memory).load());
  } catch (const Error&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  for (bool any_class : {false, true}) load({data, size}, any_class);
  return 0;
}
