// Federated averaging: five clients, each with digits the others lack, train one network without
// showing their pictures.
#include <tealight/data/plot.h>
#include <tealight/federated.h>
#include <torch/torch.h>

#include "common/digits.h"

using lesson::check;
using namespace torch::nn;

struct Client {
  torch::Tensor images, labels;
  double size() const { return double(labels.size(0)); }
};

struct NetImpl : Cloneable<NetImpl> {
  Sequential layers = nullptr;
  NetImpl() { reset(); }
  void reset() override {
    layers = register_module("layers", Sequential(Linear(64, 32), ReLU(), Linear(32, 10)));
  }
  torch::Tensor forward(torch::Tensor x) { return layers->forward(x.flatten(1)); }
};
TORCH_MODULE(Net);

Net copy_of(const Net& net) { return std::dynamic_pointer_cast<NetImpl>(net->clone()); }

// One pass in the order of the pictures, so that the twin takes the same steps.
void train(Net& net, const Client& data) {
  torch::optim::SGD sgd(net->parameters(), torch::optim::SGDOptions(0.1).momentum(0.5));
  for (int64_t i = 0; i < data.labels.size(0); i += 20) {
    const int64_t end = std::min(i + 20, data.labels.size(0));
    sgd.zero_grad();
    functional::cross_entropy(net(data.images.slice(0, i, end)), data.labels.slice(0, i, end))
        .backward();
    sgd.step();
  }
}

double accuracy(Net& net, const lesson::Digits& data) {
  const torch::NoGradGuard off;
  return (net(data.test_images).argmax(1) == data.test_labels)
      .to(torch::kDouble)
      .mean()
      .item<double>();
}

// Each client has four of five pictures of its own two digits, and one in twenty-five of the rest.
std::vector<Client> share_out(const lesson::Digits& data) {
  std::vector<std::vector<int64_t>> indices(5);
  for (int64_t i = 0; i < data.labels.size(0); ++i) {
    const int64_t own = data.labels[i].item<int64_t>() / 2;
    indices[size_t(i % 5 == 0 ? (i / 5) % 5 : own)].push_back(i);
  }
  std::vector<Client> clients;
  for (const auto& chosen : indices) {
    const auto index = torch::tensor(chosen, torch::kLong);
    clients.push_back({data.images.index_select(0, index), data.labels.index_select(0, index)});
  }
  return clients;
}

Net federated(
    const Net& start, const std::vector<Client>& clients, int rounds,
    tealight::FedAvgOptions options = {},
    const std::function<void(Net&)>& after_round = [](Net&) {}) {
  Net global = copy_of(start);
  for (int round = 0; round < rounds; ++round) {
    tealight::FedAvg mean(options);
    for (const Client& c : clients) {
      Net local = copy_of(global);
      train(local, c);
      mean.add(tealight::flat_parameters(local) - tealight::flat_parameters(global), c.size());
    }
    tealight::add_flat(global, mean.result());
    after_round(global);
  }
  return global;
}

int main(int argc, char** argv) {
  const lesson::Run run(argc, argv);
  const lesson::Digits data = lesson::digits(run, 8);
  const std::vector<Client> clients = share_out(data);
  torch::manual_seed(1);
  const Net start;
  const int rounds = 30;

  Net pooled = copy_of(start), alone = copy_of(start);
  std::vector<double> pooled_curve, alone_curve, federated_curve;
  for (int round = 0; round < rounds; ++round) {
    train(pooled, {data.images, data.labels});
    train(alone, clients[0]);
    pooled_curve.push_back(accuracy(pooled, data));
    alone_curve.push_back(accuracy(alone, data));
  }
  Net together = federated(start, clients, rounds, {},
                           [&](Net& net) { federated_curve.push_back(accuracy(net, data)); });
  const torch::Tensor round_numbers = torch::arange(1, rounds + 1);
  tealight::Plot("Accuracy on held-out digits", "round", "accuracy")
      .line("pooled", round_numbers, torch::tensor(pooled_curve))
      .line("federated", round_numbers, torch::tensor(federated_curve))
      .line("one client alone", round_numbers, torch::tensor(alone_curve))
      .save(run.file("accuracy.svg"));
  Net in_private = federated(start, clients, rounds, {.clip = 1, .noise = 0.01});
  const double all = accuracy(pooled, data), fed = accuracy(together, data);
  std::cout << "pooled " << all << ", federated " << fed << ", clipped and with noise "
            << accuracy(in_private, data) << ", one client alone " << accuracy(alone, data) << "\n";
  check(fed >= all - 0.02, "federated training comes within 2 points of pooled training");
  check(accuracy(in_private, data) >= all - 0.1, "clipping and noise cost less than 10 points");
  check(accuracy(alone, data) < fed - 0.05, "no client gets there alone");

  // What travels between phone and server, in PyTorch Mobile's format.
  const std::map<std::string, torch::Tensor> parameters = {
      {"flat", tealight::flat_parameters(together)}};
  torch::jit::_save_parameters(parameters, run.file("parameters.ptl"));
  check(torch::equal(torch::jit::_load_parameters(run.file("parameters.ptl")).at("flat"),
                     parameters.at("flat")),
        "the parameters come back from the file");
  tealight::StateDict for_twin = {{"flat", parameters.at("flat")}};
  for (size_t i = 0; i < clients.size(); ++i) {
    for_twin.emplace_back("images" + std::to_string(i), clients[i].images);
    for_twin.emplace_back("labels" + std::to_string(i), clients[i].labels);
  }
  lesson::save_for_twin(run, tealight::state_dict(*start), for_twin);
}
