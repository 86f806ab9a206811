// state_dict, load_state_dict and the kinds of weight files.
#include "tealight/nn/state_dict.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "core/test_errors.h"
#include "tealight/nn.h"
#include "tealight/ops.h"
#include "tealight/tempfile.h"

using namespace torch;
using tealight::testing::error_of;

namespace {

struct NetImpl : nn::Module {
  nn::Linear fc = register_module("fc", nn::Linear(3, 2));
  Tensor scale = register_parameter("scale", tealight::ones({}));
  Tensor seen = register_buffer("num_batches_tracked", tealight::zeros({}, kLong));
};
TORCH_MODULE(Net);
using Names = std::vector<std::string>;

class WeightFiles : public ::testing::TestWithParam<const char*> {
 protected:
  std::string path() const { return folder.name + GetParam(); }
  ~WeightFiles() override { unlink(path().c_str()); }
  TempFile folder = make_tempfile();
};

TEST_P(WeightFiles, ComeBack) {
  Net out, in;
  out->seen.fill_(7);
  tealight::save_state_dict(*out, path());
  const Tensor weight = in->fc->weight;
  const auto report = tealight::load_state_dict(*in, path(), {.strict = true});
  EXPECT_TRUE(report.all_match());
  EXPECT_EQ(report.loaded, 4u);
  EXPECT_TRUE(weight.is_same(in->fc->weight));
  EXPECT_TRUE(tealight::equal(weight, out->fc->weight));
  EXPECT_EQ(in->seen.item<int64_t>(), 7);
  EXPECT_EQ(in->seen.scalar_type(), kLong);
}
INSTANTIATE_TEST_SUITE_P(Kinds, WeightFiles, ::testing::Values(".pth", ".safetensors", ".npz"));

TEST(StateDict, ListsWhatDiffersAndLoadsTheRest) {
  Net net;
  const StateDict file{{"scale", tealight::full({1}, 3)},  // as PyTorch 0.3 wrote it
                       {"fc.weight", tealight::ones({5, 3})},
                       {"head.weight", tealight::ones({1})}};
  const auto report = tealight::load_state_dict(*net, file, {.strict = false});
  EXPECT_EQ(report.missing, (Names{"fc.bias"}));
  EXPECT_EQ(report.unexpected, (Names{"head.weight"}));
  ASSERT_EQ(report.mismatched.size(), 1u);
  EXPECT_EQ(report.mismatched[0].file_shape, (std::vector<int64_t>{5, 3}));
  EXPECT_EQ(report.loaded, 1u);
  EXPECT_EQ(net->scale.item<float>(), 3);
  std::ostringstream out;
  out << report;
  EXPECT_EQ(out.str(),
            "\n\tMissing key(s) in state_dict: \"fc.bias\". "
            "\n\tUnexpected key(s) in state_dict: \"head.weight\". "
            "\n\tsize mismatch for fc.weight: copying a param with shape torch.Size([5, 3]) from "
            "checkpoint, the shape in current model is torch.Size([2, 3]).");
}

TEST(StateDict, StrictFailsBeforeAnythingIsWritten) {
  Net net;
  const StateDict file{{"scale", tealight::full({}, 3)}};
  const std::string message = error_of([&] { tealight::load_state_dict(*net, file); });
  EXPECT_NE(message.find("Missing key(s) in state_dict: \"fc.weight\", \"fc.bias\"."), message.npos)
      << message;
  EXPECT_EQ(net->scale.item<float>(), 1);
}

TEST(StateDict, PrefixesAreFoundAndCutOff) {
  Net out, in;
  StateDict file{{"epoch", tealight::ones({1})}};
  for (const auto& [name, tensor] : tealight::state_dict(*out))
    file.emplace_back("model." + name, tensor);
  const std::string message = error_of([&] { tealight::load_state_dict(*in, file); });
  EXPECT_NE(message.find("{.prefix = \"model.\"}"), message.npos) << message;
  EXPECT_TRUE(tealight::load_state_dict(*in, file, {.prefix = "model."}).all_match());
  EXPECT_TRUE(tealight::equal(in->fc->weight, out->fc->weight));
}

TEST(Safetensors, RefusesLies) {
  const auto file = make_tempfile();
  const auto with = [&](const std::string& header, const std::string& data) {
    const uint64_t n = header.size();
    std::ofstream(file.name, std::ios::binary)
        << std::string(reinterpret_cast<const char*>(&n), 8) << header << data;
    return error_of([&] { tealight::read_weights(file.name); });
  };
  const std::string good = R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})",
                    eight(8, '\0');
  EXPECT_EQ(with(good, eight), "no error");
  EXPECT_NE(with(good, "short"), "no error");
  EXPECT_NE(with(R"({"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}})", eight), "no error");
  EXPECT_NE(with(R"({"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}})", eight), "no error");
  EXPECT_NE(with(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}})", eight), "no error");
  EXPECT_NE(with(R"({"a":{"dtype":"F8","shape":[8],"data_offsets":[0,8]}})", eight), "no error");
}

}  // namespace
