// Values as bare pickles, without an archive around them.
#include "format/ptl_zip/pickler.h"
#include "format/ptl_zip/torch_pickle.h"
#include "tealight/libtorch_save.h"

namespace tealight::libtorch {

std::vector<char> pickle(const Value& value, std::vector<Tensor>*) {
  const std::string bytes = Pickler::dump(value, {});
  return {bytes.begin(), bytes.end()};
}

Value unpickle(const char* data, size_t size, std::vector<Tensor> tensor_table) {
  TypeTable types;
  PickleContext context;
  context.types = &types;
  context.tensor_table = std::move(tensor_table);
  MemoryCap memory({}, size);
  TorchPickleHost host(context, memory);
  return Unpickler({reinterpret_cast<const uint8_t*>(data), size}, "pickle", host, memory).load();
}

}  // namespace tealight::libtorch
