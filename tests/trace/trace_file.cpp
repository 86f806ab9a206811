// trace_file NET INPUTS OUT.pt OUT.ptl: traces the module in NET on what INPUTS gives, and saves
// the result in both forms. Prints warnings and the traced program. with_pytorch.py says what for.
#include <torch/script.h>

#include <iostream>

int main(int argc, char** argv) {
  if (argc != 5) {
    std::cerr << "trace_file NET INPUTS OUT.pt OUT.ptl\n";
    return 2;
  }
  try {
    tealight::set_warning_handler(
        [](const std::string& w) { std::cout << "WARNING " << w << "\n"; });
    const torch::jit::Module net = torch::jit::load(argv[1]);
    const torch::IValue inputs = torch::jit::load(argv[2]).forward({});
    std::vector<torch::IValue> examples;
    for (const torch::IValue& v : inputs.toTupleRef().elements()) examples.push_back(v);
    torch::jit::Module traced = torch::jit::trace(net, examples);
    traced.dump(true, false, false);
    traced.save(argv[3]);
    traced._save_for_mobile(argv[4]);
  } catch (const std::exception& e) {
    std::cerr << e.what() << "\n";
    return 1;
  }
}
