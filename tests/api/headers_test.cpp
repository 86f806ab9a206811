// Every header that programs for PyTorch Mobile include is there, and they go together in any order
// (CMake compiles each on its own as well: api_headers).
#include <caffe2/core/timer.h>
#include <caffe2/serialize/file_adapter.h>
#include <caffe2/serialize/in_memory_adapter.h>
#include <caffe2/serialize/inline_container.h>
#include <caffe2/serialize/istream_adapter.h>
#include <caffe2/serialize/read_adapter_interface.h>
#include <caffe2/utils/threadpool/ThreadPool.h>
#include <caffe2/utils/threadpool/pthreadpool-cpp.h>
#include <c10/core/InferenceMode.h>
#include <c10/mobile/CPUCachingAllocator.h>
#include <c10/mobile/CPUProfilingAllocator.h>
#include <c10/util/ThreadLocalDebugInfo.h>
#include <torch/csrc/jit/serialization/export.h>
#include <torch/csrc/jit/serialization/flatbuffer_serializer.h>
#include <torch/csrc/jit/serialization/import.h>
#include <torch/csrc/jit/mobile/code.h>
#include <torch/csrc/jit/mobile/compatibility/backport.h>
#include <torch/csrc/jit/mobile/compatibility/model_compatibility.h>
#include <torch/csrc/jit/mobile/compatibility/runtime_compatibility.h>
#include <torch/csrc/jit/mobile/flatbuffer_loader.h>
#include <torch/csrc/jit/mobile/function.h>
#include <torch/csrc/jit/mobile/import.h>
#include <torch/csrc/jit/mobile/import_data.h>
#include <torch/csrc/jit/mobile/interpreter.h>
#include <torch/csrc/jit/mobile/method.h>
#include <torch/csrc/jit/mobile/module.h>
#include <torch/csrc/jit/mobile/observer.h>
#include <torch/csrc/jit/mobile/parse_operators.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/autograd/generated/variable_factories.h>
#include <torch/custom_class.h>
#include <torch/library.h>
#include <torch/script.h>
#include <torch/torch.h>
#include <ATen/ATen.h>
#include <gtest/gtest.h>

TEST(ApiHeaders, NamesAreOneThingInAllNamespaces) {
  EXPECT_TRUE((std::is_same_v<at::Tensor, torch::Tensor>));
  EXPECT_TRUE((std::is_same_v<c10::IValue, torch::IValue>));
  EXPECT_TRUE((std::is_same_v<c10::IValue, at::IValue>));
  EXPECT_TRUE((std::is_same_v<torch::jit::script::Module, torch::jit::Module>));
  EXPECT_TRUE((std::is_same_v<torch::jit::Stack, torch::jit::mobile::Stack>));
  EXPECT_TRUE((std::is_same_v<at::ScalarType, c10::ScalarType>));
  EXPECT_TRUE((std::is_same_v<at::Device, torch::Device>));
}
