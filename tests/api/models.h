// The small models of tests/golden/models, and what PyTorch 1.13 computes with them.
#pragma once
#include <ATen/ATen.h>
#include <caffe2/serialize/read_adapter_interface.h>
#include <gtest/gtest.h>
#include <torch/csrc/jit/mobile/module.h>
#include <torch/types.h>

#include <cstring>
#include <fstream>
#include <iterator>
#include <string>

inline std::string model_path(const std::string& name) { return "tests/golden/models/" + name; }
inline std::string bytes_of(const std::string& name) {
  std::ifstream in(model_path(name), std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
inline std::ifstream stream_of(const std::string& name) {
  return std::ifstream(model_path(name), std::ios::binary);
}

/// net.ptl's input, and checks of what its forward() makes of it.
inline at::Tensor net_input() { return torch::tensor({{1., 2., 3.}, {-1., 0.5, 2.}}); }
inline void expect_output(const at::Tensor& out, float a, float b) {
  ASSERT_EQ(out.sizes(), (std::vector<int64_t>{2, 2}));
  EXPECT_EQ(out[0][0].item<float>(), 0);
  EXPECT_NEAR(out[0][1].item<float>(), a, 1e-6);
  EXPECT_NEAR(out[1][1].item<float>(), b, 1e-6);
}
inline void expect_works(torch::jit::mobile::Module m) {
  expect_output(m.forward({net_input()}).toTensor(), 1.10520911f, 3.16225290f);
}

/// A program's own container of models.
class MemoryAdapter : public caffe2::serialize::ReadAdapterInterface {
 public:
  explicit MemoryAdapter(std::string bytes) : bytes_(std::move(bytes)) {}
  size_t size() const override { return bytes_.size(); }
  size_t read(uint64_t pos, void* buf, size_t n, const char*) const override {
    const size_t got = std::min(n, bytes_.size() - size_t(pos));
    std::memcpy(buf, bytes_.data() + pos, got);
    return got;
  }

 private:
  std::string bytes_;
};
