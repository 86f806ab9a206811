// See registry.h.
#include "train/models/registry.h"

#include "train/models/weights.h"

namespace tealight::models {
namespace {

// 0 is a pooling.
constexpr int64_t kVgg11[] = {64, 0, 128, 0, 256, 256, 0, 512, 512, 0, 512, 512, 0};
constexpr int64_t kVgg13[] = {64, 64, 0, 128, 128, 0, 256, 256, 0, 512, 512, 0, 512, 512, 0};
constexpr int64_t kVgg16[] = {64, 64,  0,   128, 128, 0,   256, 256, 256,
                              0,  512, 512, 512, 0,   512, 512, 512, 0};
constexpr int64_t kVgg19[] = {64,  64,  0,   128, 128, 0,   256, 256, 256, 256, 0,
                              512, 512, 512, 512, 0,   512, 512, 512, 512, 0};

// clang-format off
const Entry kEntries[] = {
    {"alexnet", 224, alexnet,
     "alexnet-owt-7be5be79.pth"},
    {"convnext_base", 224, [](int64_t n) { return convnext(128, 27, 0.5, n); },
     "convnext_base-6075fbad.pth"},
    {"convnext_large", 224, [](int64_t n) { return convnext(192, 27, 0.5, n); },
     "convnext_large-ea097f82.pth"},
    {"convnext_small", 224, [](int64_t n) { return convnext(96, 27, 0.4, n); },
     "convnext_small-0c510722.pth"},
    {"convnext_tiny", 224, [](int64_t n) { return convnext(96, 9, 0.1, n); },
     "convnext_tiny-983f1562.pth"},
    {"densenet121", 224, [](int64_t n) { return densenet(32, {6, 12, 24, 16}, 64, n); },
     "densenet121-a639ec97.pth"},
    {"densenet161", 224, [](int64_t n) { return densenet(48, {6, 12, 36, 24}, 96, n); },
     "densenet161-8d451a50.pth"},
    {"densenet169", 224, [](int64_t n) { return densenet(32, {6, 12, 32, 32}, 64, n); },
     "densenet169-b2777c0a.pth"},
    {"densenet201", 224, [](int64_t n) { return densenet(32, {6, 12, 48, 32}, 64, n); },
     "densenet201-c1103571.pth"},
    {"efficientnet_b0", 224, [](int64_t n) { return efficientnet(1.0, 1.0, 0.2, false, n); },
     "efficientnet_b0_rwightman-3dd342df.pth"},
    {"efficientnet_b1", 240, [](int64_t n) { return efficientnet(1.0, 1.1, 0.2, false, n); },
     "efficientnet_b1-c27df63c.pth efficientnet_b1_rwightman-533bc792.pth"},
    {"efficientnet_b2", 288, [](int64_t n) { return efficientnet(1.1, 1.2, 0.3, false, n); },
     "efficientnet_b2_rwightman-bcdf34b7.pth"},
    {"efficientnet_b3", 300, [](int64_t n) { return efficientnet(1.2, 1.4, 0.3, false, n); },
     "efficientnet_b3_rwightman-cf984f9c.pth"},
    {"efficientnet_b4", 380, [](int64_t n) { return efficientnet(1.4, 1.8, 0.4, false, n); },
     "efficientnet_b4_rwightman-7eb33cd5.pth"},
    {"efficientnet_b5", 456, [](int64_t n) { return efficientnet(1.6, 2.2, 0.4, true, n); },
     "efficientnet_b5_lukemelas-b6417697.pth"},
    {"efficientnet_b6", 528, [](int64_t n) { return efficientnet(1.8, 2.6, 0.5, true, n); },
     "efficientnet_b6_lukemelas-c76e70fd.pth"},
    {"efficientnet_b7", 600, [](int64_t n) { return efficientnet(2.0, 3.1, 0.5, true, n); },
     "efficientnet_b7_lukemelas-dcc49843.pth"},
    {"efficientnet_v2_l", 480, [](int64_t n) { return efficientnet_v2('l', n); },
     "efficientnet_v2_l-59c71312.pth"},
    {"efficientnet_v2_m", 480, [](int64_t n) { return efficientnet_v2('m', n); },
     "efficientnet_v2_m-dc08266a.pth"},
    {"efficientnet_v2_s", 384, [](int64_t n) { return efficientnet_v2('s', n); },
     "efficientnet_v2_s-dd5fe13b.pth"},
    {"googlenet", 224, googlenet,
     "googlenet-1378be20.pth"},
    {"inception_v3", 299, inception_v3,
     "inception_v3_google-0cc3c7bd.pth"},
    {"mnasnet0_5", 224, [](int64_t n) { return mnasnet(0.5, n); },
     "mnasnet0.5_top1_67.823-3ffadce67e.pth"},
    {"mnasnet0_75", 224, [](int64_t n) { return mnasnet(0.75, n); },
     "mnasnet0_75-7090bc5f.pth"},
    {"mnasnet1_0", 224, [](int64_t n) { return mnasnet(1.0, n); },
     "mnasnet1.0_top1_73.512-f206786ef8.pth"},
    {"mnasnet1_3", 224, [](int64_t n) { return mnasnet(1.3, n); },
     "mnasnet1_3-a4c69d6f.pth"},
    {"mobilenet_v1", 224, mobilenet_v1, ""},
    {"mobilenet_v2", 224, mobilenet_v2,
     "mobilenet_v2-7ebf99e0.pth mobilenet_v2-b0353104.pth"},
    {"mobilenet_v3_large", 224, [](int64_t n) { return mobilenet_v3(true, n); },
     "mobilenet_v3_large-5c1a4163.pth mobilenet_v3_large-8738ca79.pth"},
    {"mobilenet_v3_small", 224, [](int64_t n) { return mobilenet_v3(false, n); },
     "mobilenet_v3_small-047dcff4.pth"},
    {"regnet_x_16gf", 224, [](int64_t n) { return regnet({22, 216, 55.59, 2.1, 128}, n); },
     "regnet_x_16gf-ba3796d7.pth regnet_x_16gf-2007eb11.pth"},
    {"regnet_x_1_6gf", 224, [](int64_t n) { return regnet({18, 80, 34.01, 2.25, 24}, n); },
     "regnet_x_1_6gf-a12f2b72.pth regnet_x_1_6gf-e3633e7f.pth"},
    {"regnet_x_32gf", 224, [](int64_t n) { return regnet({23, 320, 69.86, 2.0, 168}, n); },
     "regnet_x_32gf-6eb8fdc6.pth regnet_x_32gf-9d47f8d0.pth"},
    {"regnet_x_3_2gf", 224, [](int64_t n) { return regnet({25, 88, 26.31, 2.25, 48}, n); },
     "regnet_x_3_2gf-7071aa85.pth regnet_x_3_2gf-f342aeae.pth"},
    {"regnet_x_400mf", 224, [](int64_t n) { return regnet({22, 24, 24.48, 2.54, 16}, n); },
     "regnet_x_400mf-62229a5f.pth regnet_x_400mf-adf1edd5.pth"},
    {"regnet_x_800mf", 224, [](int64_t n) { return regnet({16, 56, 35.73, 2.28, 16}, n); },
     "regnet_x_800mf-94a99ebd.pth regnet_x_800mf-ad17e45c.pth"},
    {"regnet_x_8gf", 224, [](int64_t n) { return regnet({23, 80, 49.56, 2.88, 120}, n); },
     "regnet_x_8gf-2b70d774.pth regnet_x_8gf-03ceed89.pth"},
    {"regnet_y_128gf", 224, [](int64_t n) { return regnet({27, 456, 160.83, 2.52, 264, 0.25}, n); },
     "regnet_y_128gf_lc_swag-cbe8ce12.pth"},
    {"regnet_y_16gf", 224, [](int64_t n) { return regnet({18, 200, 106.23, 2.48, 112, 0.25}, n); },
     "regnet_y_16gf-3e4a00f9.pth regnet_y_16gf-9e6ed7dd.pth"},
    {"regnet_y_1_6gf", 224, [](int64_t n) { return regnet({27, 48, 20.71, 2.65, 24, 0.25}, n); },
     "regnet_y_1_6gf-0d7bc02a.pth regnet_y_1_6gf-b11a554e.pth"},
    {"regnet_y_32gf", 224, [](int64_t n) { return regnet({20, 232, 115.89, 2.53, 232, 0.25}, n); },
     "regnet_y_32gf-8db6d4b5.pth regnet_y_32gf-4dee3f7a.pth"},
    {"regnet_y_3_2gf", 224, [](int64_t n) { return regnet({21, 80, 42.63, 2.66, 24, 0.25}, n); },
     "regnet_y_3_2gf-9180c971.pth regnet_y_3_2gf-b5a9779c.pth"},
    {"regnet_y_400mf", 224, [](int64_t n) { return regnet({16, 48, 27.89, 2.09, 8, 0.25}, n); },
     "regnet_y_400mf-e6988f5f.pth regnet_y_400mf-c65dace8.pth"},
    {"regnet_y_800mf", 224, [](int64_t n) { return regnet({14, 56, 38.84, 2.4, 16, 0.25}, n); },
     "regnet_y_800mf-58fc7688.pth regnet_y_800mf-1b27b58c.pth"},
    {"regnet_y_8gf", 224, [](int64_t n) { return regnet({17, 192, 76.82, 2.19, 56, 0.25}, n); },
     "regnet_y_8gf-dc2b1b54.pth regnet_y_8gf-d0d0e4a8.pth"},
    {"resnet101", 224, [](int64_t n) { return resnet({3, 4, 23, 3}, n, {}); },
     "resnet101-cd907fc2.pth resnet101-63fe2227.pth"},
    {"resnet152", 224, [](int64_t n) { return resnet({3, 8, 36, 3}, n, {}); },
     "resnet152-f82ba261.pth resnet152-394f9c45.pth"},
    {"resnet18", 224, [](int64_t n) { return resnet({2, 2, 2, 2}, n, {.bottleneck = false}); },
     "resnet18-f37072fd.pth"},
    {"resnet34", 224, [](int64_t n) { return resnet({3, 4, 6, 3}, n, {.bottleneck = false}); },
     "resnet34-b627a593.pth"},
    {"resnet50", 224, [](int64_t n) { return resnet({3, 4, 6, 3}, n, {}); },
     "resnet50-11ad3fa6.pth resnet50-0676ba61.pth"},
    {"resnext101_32x8d", 224, [](int64_t n) { return resnet({3, 4, 23, 3}, n, {.groups = 32, .width_per_group = 8}); },
     "resnext101_32x8d-110c445d.pth resnext101_32x8d-8ba56ff5.pth"},
    {"resnext101_64x4d", 224, [](int64_t n) { return resnet({3, 4, 23, 3}, n, {.groups = 64, .width_per_group = 4}); },
     "resnext101_64x4d-173b62eb.pth"},
    {"resnext50_32x4d", 224, [](int64_t n) { return resnet({3, 4, 6, 3}, n, {.groups = 32, .width_per_group = 4}); },
     "resnext50_32x4d-1a0047aa.pth resnext50_32x4d-7cdf4587.pth"},
    {"shufflenet_v2_x0_5", 224, [](int64_t n) { return shufflenet_v2({24, 48, 96, 192, 1024}, n); },
     "shufflenetv2_x0.5-f707e7126e.pth"},
    {"shufflenet_v2_x1_0", 224, [](int64_t n) { return shufflenet_v2({24, 116, 232, 464, 1024}, n); },
     "shufflenetv2_x1-5666bf0f80.pth"},
    {"shufflenet_v2_x1_5", 224, [](int64_t n) { return shufflenet_v2({24, 176, 352, 704, 1024}, n); },
     "shufflenetv2_x1_5-3c479a10.pth"},
    {"shufflenet_v2_x2_0", 224, [](int64_t n) { return shufflenet_v2({24, 244, 488, 976, 2048}, n); },
     "shufflenetv2_x2_0-8be3c8ee.pth"},
    {"squeezenet1_0", 224, [](int64_t n) { return squeezenet(false, n); },
     "squeezenet1_0-b66bff10.pth"},
    {"squeezenet1_1", 224, [](int64_t n) { return squeezenet(true, n); },
     "squeezenet1_1-b8a52dc0.pth"},
    {"swin_b", 224, [](int64_t n) { return swin({128, 18, 4, 7, 0.5}, n); },
     "swin_b-68c6b09e.pth"},
    {"swin_s", 224, [](int64_t n) { return swin({96, 18, 3, 7, 0.3}, n); },
     "swin_s-5e29d889.pth"},
    {"swin_t", 224, [](int64_t n) { return swin({96, 6, 3, 7, 0.2}, n); },
     "swin_t-704ceda3.pth"},
    {"swin_v2_b", 256, [](int64_t n) { return swin({128, 18, 4, 8, 0.5, true}, n); },
     "swin_v2_b-781e5279.pth"},
    {"swin_v2_s", 256, [](int64_t n) { return swin({96, 18, 3, 8, 0.3, true}, n); },
     "swin_v2_s-637d8ceb.pth"},
    {"swin_v2_t", 256, [](int64_t n) { return swin({96, 6, 3, 8, 0.2, true}, n); },
     "swin_v2_t-b137f0e2.pth"},
    {"vgg11", 224, [](int64_t n) { return vgg(kVgg11, false, n); },
     "vgg11-8a719046.pth"},
    {"vgg11_bn", 224, [](int64_t n) { return vgg(kVgg11, true, n); },
     "vgg11_bn-6002323d.pth"},
    {"vgg13", 224, [](int64_t n) { return vgg(kVgg13, false, n); },
     "vgg13-19584684.pth"},
    {"vgg13_bn", 224, [](int64_t n) { return vgg(kVgg13, true, n); },
     "vgg13_bn-abd245e5.pth"},
    {"vgg16", 224, [](int64_t n) { return vgg(kVgg16, false, n); },
     "vgg16-397923af.pth"},
    {"vgg16_bn", 224, [](int64_t n) { return vgg(kVgg16, true, n); },
     "vgg16_bn-6c64b313.pth"},
    {"vgg19", 224, [](int64_t n) { return vgg(kVgg19, false, n); },
     "vgg19-dcbb9e9d.pth"},
    {"vgg19_bn", 224, [](int64_t n) { return vgg(kVgg19, true, n); },
     "vgg19_bn-c79401a0.pth"},
    {"vit_b_16", 224, [](int64_t n) { return vit({16, 12, 12, 768, 3072}, n); },
     "vit_b_16-c867db91.pth"},
    {"vit_b_32", 224, [](int64_t n) { return vit({32, 12, 12, 768, 3072}, n); },
     "vit_b_32-d86f8d99.pth"},
    {"vit_h_14", 224, [](int64_t n) { return vit({14, 32, 16, 1280, 5120}, n); },
     "vit_h_14_lc_swag-c1eb923e.pth"},
    {"vit_l_16", 224, [](int64_t n) { return vit({16, 24, 16, 1024, 4096}, n); },
     "vit_l_16-852ce7e3.pth"},
    {"vit_l_32", 224, [](int64_t n) { return vit({32, 24, 16, 1024, 4096}, n); },
     "vit_l_32-c7638314.pth"},
    {"wide_resnet101_2", 224, [](int64_t n) { return resnet({3, 4, 23, 3}, n, {.width_per_group = 128}); },
     "wide_resnet101_2-d733dc28.pth wide_resnet101_2-32ee1156.pth"},
    {"wide_resnet50_2", 224, [](int64_t n) { return resnet({3, 4, 6, 3}, n, {.width_per_group = 128}); },
     "wide_resnet50_2-9ba9bcbe.pth wide_resnet50_2-95faca4d.pth"},
};
// clang-format on

const Entry& find(const std::string& name) {
  std::string all;
  for (const Entry& entry : kEntries) {
    if (name == entry.name) return entry;
    all += std::string(" ") + entry.name;
  }
  TL_CHECK(false, "models: no classifier is called \"", name, "\". There are:", all);
}

}  // namespace

std::span<const Entry> classifiers() { return kEntries; }

std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const Entry& entry : kEntries) all.emplace_back(entry.name);
  return all;
}

std::shared_ptr<Classifier> create(const std::string& name, const Options& options) {
  const Entry& entry = find(name);
  auto net = entry.make(options.num_classes);
  net->architecture_ = name;
  net->input_size_ = entry.input_size;
  if (!options.weights.empty()) {
    PretrainedFile file = find_pretrained(name, entry.weights, options.weights);
    load_weights(*net, file.path);
    if (file.of_imagenet) net->use_imagenet_weights();
  }
  return net;
}

}  // namespace tealight::models
