// What with_pytorch.py compares: files of torch::save and of weights, written and read.
//   serialize_files write DIR      net.pt, net.pth, net.safetensors, net.npz, list.pt, value.pkl
//   serialize_files read FILE      loads weights that Python saved, prints the output for ones
#include <tealight/nn/state_dict.h>
#include <torch/torch.h>

#include <fstream>
#include <iostream>

struct NetImpl : torch::nn::Module {
  torch::nn::Linear first{nullptr}, out{nullptr};
  torch::nn::Sequential body;
  torch::Tensor seen;
  NetImpl() : first(3, 4), out(4, 2), body(torch::nn::Linear(4, 4)) {
    register_module("first", first);
    register_module("body", body);
    register_module("out", out);
    seen = register_buffer("seen", torch::tensor({5}));
  }
  torch::Tensor forward(torch::Tensor x) { return out(body->forward(torch::relu(first(x)))); }
};
TORCH_MODULE(Net);

int main(int argc, char** argv) try {
  if (argc != 3) return 2;
  const std::string command = argv[1], path = argv[2];
  Net net;
  if (command == "write") {
    torch::manual_seed(1);
    torch::save(net, path + "/net.pt");
    for (const char* ending : {".pth", ".safetensors", ".npz"})
      tealight::save_state_dict(*net, path + "/net" + ending);
    torch::save(std::vector<torch::Tensor>{torch::ones({2}), torch::arange(3)}, path + "/list.pt");
    const auto bytes = torch::pickle_save(torch::IValue(torch::arange(6).view({2, 3})));
    std::ofstream(path + "/value.pkl", std::ios::binary).write(bytes.data(), bytes.size());
    torch::jit::trace(net, {torch::ones({1, 3})})._save_for_mobile(path + "/net.ptl");
  } else if (path.ends_with(".pt")) {
    torch::load(net, path);
  } else {
    tealight::load_state_dict(*net, path);
  }
  torch::NoGradGuard off;
  const torch::Tensor y = net(torch::ones({1, 3}));
  std::cout.precision(9);
  std::cout << y[0][0].item<float>() << ' ' << y[0][1].item<float>() << '\n';
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
