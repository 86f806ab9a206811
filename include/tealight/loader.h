// torch::data: datasets, samplers, transforms and the loader that puts them together.
//   auto set = torch::data::datasets::MNIST("mnist").map(torch::data::transforms::Stack<>());
//   auto loader = torch::data::make_data_loader(std::move(set),
//   torch::data::DataLoaderOptions(64).workers(2)); for (auto& batch : *loader) train(batch.data,
//   batch.target);
#pragma once
#include "tealight/loader/chunk.h"
#include "tealight/loader/dataloader.h"
#include "tealight/loader/dataset.h"
#include "tealight/loader/mnist.h"
#include "tealight/loader/samplers.h"
#include "tealight/loader/transforms.h"
