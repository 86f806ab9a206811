// Tensors: made, added, of any shape and rank, handed over as arrays.
#include <tealight/data/arrays.h>
#include <tealight/data/plot.h>
#include <torch/torch.h>

#include <span>

#include "common/lesson.h"

using lesson::check;

int main(int argc, char** argv) {
  const lesson::Run run(argc, argv);
  const auto a = torch::tensor({3.f}), b = torch::tensor({4.f});
  std::cout << a + b << "\n" << tealight::repr(a + b) << "\n";
  std::ostringstream printed;
  printed << a + b;
  check(printed.str() == " 7\n[ CPUFloatType{1} ]", "printed as libtorch prints");
  check(tealight::repr(a + b) == "tensor([7.])", "and as Python does");
  check((torch::tensor(5) * torch::tensor(2)).item<int64_t>() == 10, "5 * 2 = 10");

  const torch::Tensor ranks[] = {torch::tensor(1.f), torch::ones({3}), torch::ones({2, 3}),
                                 torch::ones({2, 3, 4}), torch::ones({5, 2, 3, 4})};
  const char* names[] = {"a number", "a row", "a table", "a picture (C, H, W)",
                         "a batch of pictures (N, C, H, W)"};
  for (int64_t rank = 0; rank < 5; ++rank) {
    std::cout << "rank " << rank << "  " << ranks[rank].sizes() << "  " << names[rank] << "\n";
    check(ranks[rank].dim() == rank, "its rank is its number of dimensions");
  }

  const torch::Tensor row = torch::arange(6, torch::kFloat);
  const auto view = tealight::view<float>(row);
  const std::span<const float> numbers(view.data(), view.size());
  check(numbers.data() == row.data_ptr<float>() && numbers[5] == 5, "a span is a look, not a copy");

  const torch::Tensor table = row.view({2, 3});
  tealight::save_npy(run.file("table.npy"), table);
  check(torch::equal(tealight::load_npy(run.file("table.npy")), table), "there and back by .npy");

  const torch::Tensor x = torch::linspace(-3, 3, 121);
  tealight::Plot plot("Elementwise functions of a tensor", "x", "y");
  plot.line("tanh", x, torch::tanh(x)).line("sigmoid", x, torch::sigmoid(x));
  plot.line("relu", x, torch::relu(x));
  plot.save(run.file("functions.svg"));
  lesson::save_for_twin(run, {}, {{"x", x}, {"tanh", torch::tanh(x)}});
}
