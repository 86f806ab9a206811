// The networks of the zoo by name, of the sizes that reference.py makes them.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tealight/models/classifier.h"
#include "tealight/models/gan.h"
#include "tealight/models/generators.h"
#include "tealight/models/segmenter.h"
#include "tealight/models/sequences.h"
#include "tealight/models/small.h"
#include "tealight/models/yolov5.h"

namespace tealight::models {

using Outputs = std::function<std::vector<Tensor>(const std::vector<Tensor>&)>;

/// A network, and all of its results that are compared.
struct Network {
  std::shared_ptr<nn::Module> module;
  Outputs run;
};
Network make_network(const std::string& name);

}  // namespace tealight::models
