// Any bytes as bytecode.pkl.
#include "format/ptl_zip/bytecode_pickle.h"
#include "format/ptl_zip/torch_pickle.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tealight;
  ReadOptions options;
  options.max_memory = 64 << 20;
  MemoryCap memory(options, size);
  TypeTable types;
  std::vector<std::string> missing;
  PickleContext context;
  context.types = &types;
  context.missing_classes = &missing;
  context.storage = [](const std::string&, ScalarType, int64_t) {
    return make_intrusive<Storage>(64);
  };
  TorchPickleHost host(context, memory);
  try {
    ModelFile file;
    read_bytecode(Unpickler({data, size}, "bytecode.pkl", host, memory).load(), types, file);
    for (const auto& f : file.functions)
      if (f->schema) f->schema->str();
  } catch (const Error&) {
  }
  return 0;
}
