// Networks for pictures, as torchvision defines them and under its names: its state dicts load, and
// it loads ours.
//   auto net = tealight::models::resnet18({.weights = "imagenet"});
//   tealight::models::reset_head(*net, 2);
#pragma once
#include "tealight/hub.h"
#include "tealight/models/classifier.h"
#include "tealight/models/detector.h"
#include "tealight/models/gan.h"
#include "tealight/models/generators.h"
#include "tealight/models/segmenter.h"
#include "tealight/models/sequences.h"
#include "tealight/models/small.h"
#include "tealight/models/yolov5.h"

namespace tealight::models {

#define TL_CLASSIFIER(name)                                              \
  inline std::shared_ptr<Classifier> name(const Options& options = {}) { \
    return create(#name, options);                                       \
  }
TL_CLASSIFIER(alexnet)
TL_CLASSIFIER(convnext_base)
TL_CLASSIFIER(convnext_large)
TL_CLASSIFIER(convnext_small)
TL_CLASSIFIER(convnext_tiny)
TL_CLASSIFIER(densenet121)
TL_CLASSIFIER(densenet161)
TL_CLASSIFIER(densenet169)
TL_CLASSIFIER(densenet201)
TL_CLASSIFIER(efficientnet_b0)
TL_CLASSIFIER(efficientnet_b1)
TL_CLASSIFIER(efficientnet_b2)
TL_CLASSIFIER(efficientnet_b3)
TL_CLASSIFIER(efficientnet_b4)
TL_CLASSIFIER(efficientnet_b5)
TL_CLASSIFIER(efficientnet_b6)
TL_CLASSIFIER(efficientnet_b7)
TL_CLASSIFIER(efficientnet_v2_l)
TL_CLASSIFIER(efficientnet_v2_m)
TL_CLASSIFIER(efficientnet_v2_s)
TL_CLASSIFIER(googlenet)
TL_CLASSIFIER(inception_v3)
TL_CLASSIFIER(mnasnet0_5)
TL_CLASSIFIER(mnasnet0_75)
TL_CLASSIFIER(mnasnet1_0)
TL_CLASSIFIER(mnasnet1_3)
TL_CLASSIFIER(mobilenet_v1)
TL_CLASSIFIER(mobilenet_v2)
TL_CLASSIFIER(mobilenet_v3_large)
TL_CLASSIFIER(mobilenet_v3_small)
TL_CLASSIFIER(regnet_x_16gf)
TL_CLASSIFIER(regnet_x_1_6gf)
TL_CLASSIFIER(regnet_x_32gf)
TL_CLASSIFIER(regnet_x_3_2gf)
TL_CLASSIFIER(regnet_x_400mf)
TL_CLASSIFIER(regnet_x_800mf)
TL_CLASSIFIER(regnet_x_8gf)
TL_CLASSIFIER(regnet_y_128gf)
TL_CLASSIFIER(regnet_y_16gf)
TL_CLASSIFIER(regnet_y_1_6gf)
TL_CLASSIFIER(regnet_y_32gf)
TL_CLASSIFIER(regnet_y_3_2gf)
TL_CLASSIFIER(regnet_y_400mf)
TL_CLASSIFIER(regnet_y_800mf)
TL_CLASSIFIER(regnet_y_8gf)
TL_CLASSIFIER(resnet101)
TL_CLASSIFIER(resnet152)
TL_CLASSIFIER(resnet18)
TL_CLASSIFIER(resnet34)
TL_CLASSIFIER(resnet50)
TL_CLASSIFIER(resnext101_32x8d)
TL_CLASSIFIER(resnext101_64x4d)
TL_CLASSIFIER(resnext50_32x4d)
TL_CLASSIFIER(shufflenet_v2_x0_5)
TL_CLASSIFIER(shufflenet_v2_x1_0)
TL_CLASSIFIER(shufflenet_v2_x1_5)
TL_CLASSIFIER(shufflenet_v2_x2_0)
TL_CLASSIFIER(squeezenet1_0)
TL_CLASSIFIER(squeezenet1_1)
TL_CLASSIFIER(swin_b)
TL_CLASSIFIER(swin_s)
TL_CLASSIFIER(swin_t)
TL_CLASSIFIER(swin_v2_b)
TL_CLASSIFIER(swin_v2_s)
TL_CLASSIFIER(swin_v2_t)
TL_CLASSIFIER(vgg11)
TL_CLASSIFIER(vgg11_bn)
TL_CLASSIFIER(vgg13)
TL_CLASSIFIER(vgg13_bn)
TL_CLASSIFIER(vgg16)
TL_CLASSIFIER(vgg16_bn)
TL_CLASSIFIER(vgg19)
TL_CLASSIFIER(vgg19_bn)
TL_CLASSIFIER(vit_b_16)
TL_CLASSIFIER(vit_b_32)
TL_CLASSIFIER(vit_h_14)
TL_CLASSIFIER(vit_l_16)
TL_CLASSIFIER(vit_l_32)
TL_CLASSIFIER(wide_resnet101_2)
TL_CLASSIFIER(wide_resnet50_2)
#undef TL_CLASSIFIER

}  // namespace tealight::models
