// Loads a model that takes one picture and prints its scores; written for libtorch's mobile
// headers.
#include <torch/csrc/jit/mobile/import.h>
#include <torch/script.h>

#include <iostream>

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: example digits.ptl\n";
    return 2;
  }
  try {
    torch::jit::mobile::Module module = torch::jit::_load_for_mobile(argv[1]);
    c10::InferenceMode guard;
    at::Tensor scores = module.forward({at::rand({1, 3, 32, 32})}).toTensor();
    std::cout << scores << "\n";
  } catch (const c10::Error& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
}
