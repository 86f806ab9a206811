// Named tensors as PyTorch's on-device training saves them: a zip whose data.pkl is a dict, or a
// flatbuffer of a module with one attribute "data" that is one.
#include "format/load.h"
#include "format/ptl_zip/ptl_zip.h"
#include "runtime/libtorch_mobile.h"

namespace tealight::libtorch {
namespace {

std::map<std::string, Tensor> parameters_in(const Value& dict) {
  std::map<std::string, Tensor> out;
  for (const auto& [name, tensor] : dict.toDictRef().entries())
    out[name.toStringRef()] = tensor.toTensor();
  return out;
}

Value unpickle_data(const ByteSource& source) {
  const ZipFile zip(source);
  TypeTable types;
  ArchiveStorages storages(zip);
  PickleContext context;
  context.types = &types;
  return read_pickle(zip, "data.pkl", "data/", storages, context);
}

const Value& data_of(const ObjectImpl& object) {
  const Value* data = object.find_attr("data");
  TL_CHECK(data && data->isGenericDict(), "Could not find Dict<string, Tensor> named 'data' in ",
           object.name(), ": it is a model, not a map of parameters");
  return *data;
}

std::map<std::string, Tensor> load(const ByteSource& source, std::optional<Device> device) {
  check_device(device);
  switch (sniff(source)) {
    case FileKind::ptl_flatbuffer:
      return parameters_in(data_of(read_model(source).root.toObjectRef()));
    case FileKind::ptl_zip:
    case FileKind::torchscript_zip:
      fail(source.name() + ": it is a model, not a map of parameters");
    case FileKind::checkpoint_zip:
      return parameters_in(unpickle_data(source));
    default:
      fail(source.name() + ": Unrecognized data format");
  }
}

}  // namespace

std::map<std::string, Tensor> _load_parameters(std::istream& in, std::optional<Device> device) {
  return load(source_of(in), device);
}
std::map<std::string, Tensor> _load_parameters(const std::string& file,
                                               std::optional<Device> device) {
  return load(source_of(file), device);
}
std::map<std::string, Tensor> mobile_module_to_parameter_map(const Module& m) {
  return parameters_in(data_of(*m._ivalue()));
}

}  // namespace tealight::libtorch
